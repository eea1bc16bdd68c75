"""What bytes are, by what they begin with: the name that somebody gave to a file says nothing."""

import re
from enum import StrEnum

_HEAD = 2_048
_HTML = re.compile(rb"(?i)<(!doctype html|html|head|body|table|script|meta)\b")
_XML = re.compile(rb"\s*(<\?xml|<[A-Za-z_!])")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")


class Content(StrEnum):
    """What a file holds."""

    EMPTY = "empty"
    WORKBOOK = "workbook"  # or any other ZIP: the reader of workbooks tells
    OLD_WORKBOOK = "old_workbook"  # .xls, or an .xlsx with a password
    PDF = "pdf"
    HTML = "html"
    XML = "xml"
    IMAGE = "image"
    PROGRAM = "program"
    TEXT = "text"
    OTHER = "other"


def content_of(data: bytes) -> Content:
    """Tell what a file holds."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    kinds = (
        (Content.WORKBOOK, head.startswith(b"PK\x03\x04")),
        (Content.OLD_WORKBOOK, head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
        (Content.PDF, b"%PDF-" in head[:1024]),
        (Content.IMAGE, head.startswith(_IMAGES) and b"\x00" in head),
        (Content.PROGRAM, head.startswith(_PROGRAMS) and (b"\x00" in head or head.startswith(b"#!"))),
        (Content.HTML, bool(_HTML.match(head.lstrip()))),
        (Content.XML, bool(_XML.match(head))),
        (Content.EMPTY, not data.strip()),
        (Content.TEXT, head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head),
    )
    return next((kind for kind, found in kinds if found), Content.OTHER)
