"""The logo of a company: a picture checked by its content and drawn again, so that nothing else stays in the file."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_LOGO_BYTES = 2 * 1024 * 1024
MAX_SIDE = 4_000  # pixels of what is brought in
KEPT_SIDE = 800  # pixels of what is kept: sharp on paper at 6 cm
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class LogoRefused(Exception):
    """The file is no picture that can be printed; the message is French, for the person."""


def read_logo(data: bytes) -> bytes:
    """Return the picture as a PNG of at most `KEPT_SIDE`. Refusal: `LogoRefused`."""
    if len(data) > MAX_LOGO_BYTES:
        raise LogoRefused(
            f"L'image dépasse {MAX_LOGO_BYTES // 1024 // 1024} Mo. Réduisez-la, puis recommencez."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if max(picture.size) > MAX_SIDE:
                    raise LogoRefused(
                        f"L'image dépasse {MAX_SIDE} pixels de côté. Réduisez-la, puis recommencez."
                    )
                drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    except (
        UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError,
        ValueError,
    ) as unreadable:  # fmt: skip
        raise LogoRefused(
            "Ce fichier n'est pas une image PNG, JPEG ou WebP. Enregistrez le logo en PNG."
        ) from unreadable
    drawn.thumbnail((KEPT_SIDE, KEPT_SIDE))
    kept = io.BytesIO()
    drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()
