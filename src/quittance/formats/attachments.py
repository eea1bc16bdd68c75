"""Files that people put on a customer's file: known by their content, bounded, named so that any disk takes them."""

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from PIL import Image, UnidentifiedImageError

from quittance.formats.sniffing import Content, content_of

MAX_BYTES = 10 * 1024 * 1024
MAX_SIDE = 12_000  # pixels of a picture
_LONGEST_STEM = 80
_EXTENSIONS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


class AttachmentRefused(Exception):
    """The file cannot be kept; the message is French, for the person."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that can be kept: its name with the extension of what it is, and its type."""

    name: str
    content_type: str


def read_attachment(data: bytes, file_name: str) -> Attachment:
    """Tell what a file is: a PDF, a PNG or a JPEG. Refusal: `AttachmentRefused`."""
    if not data:
        raise AttachmentRefused("Ce fichier est vide.")
    if len(data) > MAX_BYTES:
        raise AttachmentRefused(
            f"Ce fichier dépasse {MAX_BYTES // 1024 // 1024} Mo. Réduisez-le, puis recommencez."
        )
    content_type = _content_type(data)
    return Attachment(_named(file_name) + _EXTENSIONS[content_type], content_type)


def _content_type(data: bytes) -> str:
    content = content_of(data)
    if content is Content.PDF and b"%%EOF" in data[-2048:]:
        return "application/pdf"
    if content is Content.IMAGE:
        return _picture_type(data)
    raise AttachmentRefused("Ce fichier n'est ni un PDF, ni une image PNG ou JPEG. Enregistrez-le en PDF.")


def _picture_type(data: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                if max(picture.size) > MAX_SIDE:
                    raise AttachmentRefused(f"L'image dépasse {MAX_SIDE} pixels de côté. Réduisez-la.")
                picture.verify()
                return "image/png" if picture.format == "PNG" else "image/jpeg"
    except (
        UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError,
        ValueError,
    ) as unreadable:  # fmt: skip
        raise AttachmentRefused(
            "Cette image ne se lit pas. Enregistrez-la en PNG, en JPEG ou en PDF."
        ) from unreadable


def _named(file_name: str) -> str:
    """Keep the letters of a name, without its folder and extension."""
    last = PurePosixPath(PureWindowsPath(file_name).name).name
    stem = unicodedata.normalize("NFC", last.rpartition(".")[0] or last)
    kept = re.sub(r"[^\w .,()+-]+", " ", stem, flags=re.UNICODE)
    return " ".join(kept.split()).strip(". ")[:_LONGEST_STEM].rstrip() or "document"
