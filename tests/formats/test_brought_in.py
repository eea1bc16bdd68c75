"""Files known by their content, and logos drawn again."""

import io

import pytest
from PIL import Image

from quittance.formats.logo import KEPT_SIDE, MAX_LOGO_BYTES, LogoRefused, read_logo
from quittance.formats.sniffing import Content, content_of


def picture(size=(40, 20), kind="PNG", mode="RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "red").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("case", "data", "content"),
    [
        ("nothing", b"", Content.EMPTY),
        ("spaces", b" \n ", Content.EMPTY),
        ("a table", "Numéro;Client\n1;A\n".encode(), Content.TEXT),
        ("with its mark", "Numéro;Client".encode("utf-8-sig"), Content.TEXT),
        ("UTF-16", "Numéro;Client".encode("utf-16"), Content.TEXT),
        ("Windows", "Numéro;Échéance".encode("cp1252"), Content.TEXT),
        ("XLSX or ZIP", b"PK\x03\x04rest", Content.WORKBOOK),
        ("old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content.OLD_WORKBOOK),
        ("PDF", b"%PDF-1.7\n", Content.PDF),
        ("a web page", b"<!DOCTYPE html><title>Export</title>", Content.HTML),
        ("a web page called table", b"  \n<TABLE><tr><td>1</td></tr></TABLE>", Content.HTML),
        ("XML", b'<?xml version="1.0"?><Document/>', Content.XML),
        ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"/>', Content.XML),
        ("PNG", picture(), Content.IMAGE),
        ("JPEG", picture(kind="JPEG"), Content.IMAGE),
        ("a program", b"MZ\x90\x00\x03", Content.PROGRAM),
        ("a script", b"#!/bin/sh\nrm -rf /\n", Content.PROGRAM),
        ("a company whose name begins so", b"MZ Conseil;12\n", Content.TEXT),
        ("bytes", b"abc\x00def", Content.OTHER),
    ],
)
def test_the_content_tells(case, data, content):
    assert content_of(data) is content


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_becomes_a_png_of_its_own(kind):
    kept = read_logo(picture((2_000, 500), kind))
    with Image.open(io.BytesIO(kept)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (KEPT_SIDE, KEPT_SIDE // 4))


def test_nothing_but_the_picture_stays():
    hidden = picture() + b"<script>alert(1)</script>"
    assert b"script" not in read_logo(hidden)


@pytest.mark.parametrize(
    ("case", "data", "told"),
    [
        ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "n'est pas une image"),
        ("text", b"logo", "n'est pas une image"),
        ("nothing", b"", "n'est pas une image"),
        ("a picture cut short", picture((300, 300))[:80], "n'est pas une image"),
        ("too heavy", b"\x89PNG" + b"0" * MAX_LOGO_BYTES, "2 Mo"),
        ("too wide", picture((4_001, 2)), "4000 pixels"),
        ("a bomb", picture((14_000, 14_000), mode="1"), "pixels|image"),
        ("a format not printed", picture(kind="BMP"), "n'est pas une image"),
    ],
)
def test_what_is_no_logo_is_refused(case, data, told):
    with pytest.raises(LogoRefused, match=told):
        read_logo(data)
