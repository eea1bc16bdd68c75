"""The company's own look on its letters: a colour that stays readable on paper, a logo that stays in its place."""

import base64
import struct
from typing import Any

OUR_BLUE = "#294890"
_PAPER_CONTRAST = 4_500  # thousandths: WCAG 2.2 AA, 1.4.3
_LOGO_HEIGHT_UM, _LOGO_WIDTH_UM = 14_000, 75_000  # the room of a letterhead
_PNG_SIZE = slice(16, 24)  # of the first chunk


def branded(color: str) -> dict[str, str]:
    """Return the colours of a page: of words and lines, and the pale one behind the payment."""
    if not color:
        return {"color": OUR_BLUE, "wash": "#f1f4fb"}
    ink = readable_on_paper(color)
    return {"color": ink, "wash": _mixed_with_white(ink, 93)}


def readable_on_paper(color: str) -> str:
    """Darken a colour until small words in it can be read on white paper; one that is dark enough is kept.

    >>> readable_on_paper("#294890"), readable_on_paper("#ffd500")
    ('#294890', '#8c7500')
    """
    parts = _parts(color)
    share = 100
    while _contrast_on_white(tuple(part * share // 100 for part in parts)) < _PAPER_CONTRAST:
        share -= 1
    return _hexadecimal(tuple(part * share // 100 for part in parts))


def logo_on_paper(png: bytes) -> dict[str, Any]:
    """Return a logo as the template takes it: an SVG that holds the PNG, and its height (micrometres) on the page."""
    width, height = struct.unpack(">II", png[_PNG_SIZE])
    data = base64.b64encode(png).decode()
    return {
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>',
        "height_um": min(_LOGO_HEIGHT_UM, _LOGO_WIDTH_UM * height // width),
    }


def _contrast_on_white(parts: tuple[int, ...]) -> int:
    """The contrast with white, in thousandths."""
    linear = [
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in parts
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return int(1000 * 1.05 / (luminance + 0.05))


def _mixed_with_white(color: str, percent: int) -> str:
    return _hexadecimal(tuple((part * (100 - percent) + 255 * percent) // 100 for part in _parts(color)))


def _parts(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color.removeprefix("#")))


def _hexadecimal(parts: tuple[int, ...]) -> str:
    return f"#{bytes(parts).hex()}"
