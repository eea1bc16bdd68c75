"""Files put on a customer's file: what is kept, what is refused and why, and under which name."""

import io
import zlib

import pytest
from PIL import Image

from quittance.formats.attachments import MAX_BYTES, AttachmentRefused, read_attachment

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"


def picture(file_format, size=(3, 2)):
    file = io.BytesIO()
    Image.new("RGB", size).save(file, file_format)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "brought_as", "name", "content_type"),
    [
        (PDF, "bon de livraison.pdf", "bon de livraison.pdf", "application/pdf"),
        (PDF, "bon.exe", "bon.pdf", "application/pdf"),
        (picture("PNG"), "photo.jpg", "photo.png", "image/png"),
        (picture("JPEG"), "photo", "photo.jpg", "image/jpeg"),
        (PDF, "../../etc/passwd", "passwd.pdf", "application/pdf"),
        (PDF, "C:\\Mes documents\\BL n° 118 signé.pdf", "BL n 118 signé.pdf", "application/pdf"),
        (PDF, 'a"b\r\nc<d>.pdf', "a b c d.pdf", "application/pdf"),
        (PDF, "...", "document.pdf", "application/pdf"),
        (PDF, "é" * 300 + ".pdf", "é" * 80 + ".pdf", "application/pdf"),
    ],
)
def test_what_is_kept(data, brought_as, name, content_type):
    kept = read_attachment(data, brought_as)
    assert (kept.name, kept.content_type) == (name, content_type)


@pytest.mark.parametrize(
    ("case", "data", "says"),
    [
        ("nothing", b"", "vide"),
        ("too large", PDF + b" " * MAX_BYTES, "10 Mo"),
        ("a page called .pdf", b"<html><script>alert(1)</script>", "ni un PDF"),
        ("a drawing that may run", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ni un PDF"),
        ("a program", b"MZ\x00\x00", "ni un PDF"),
        ("a workbook", b"PK\x03\x04rest", "ni un PDF"),
        ("a PDF cut short", PDF[:20], "ni un PDF"),
        ("a picture of another kind", picture("GIF"), "ne se lit pas"),
        ("a picture cut short", picture("PNG")[:40], "ne se lit pas"),
        ("a picture that unfolds", b"\x89PNG\r\n\x1a\n" + zlib.compress(b"0" * 9_000_000), "ne se lit pas"),
    ],
)
def test_what_is_refused(case, data, says):
    with pytest.raises(AttachmentRefused, match=says):
        read_attachment(data, "bon.pdf")
