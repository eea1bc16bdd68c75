"""The company's look on its letters: readable, in its place, and the same bytes for the same page."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from formats.letters_cast import LETTERHEAD, NOTICE, content
from quittance.formats.letters.brand import branded, logo_on_paper, readable_on_paper
from quittance.formats.letters.compose import letter_page, picture, typeset
from quittance.formats.logo import read_logo

COLORS = st.binary(min_size=3, max_size=3).map(lambda parts: f"#{parts.hex()}")


def logo(width: int = 300, height: int = 100) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 40, 30, 128)).save(file, "PNG")
    return read_logo(file.getvalue())


def branded_page(**look: str) -> dict[str, object]:
    page = letter_page("formal_notice_b2b", content(NOTICE))
    return page | {"logo": "a" * 64, "color": "#b33a1e"} | look


def contrast_on_white(color: str) -> float:
    """WCAG's own formula, in floats."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in bytes.fromhex(color[1:]))
    ]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_the_same_page_and_logo_are_the_same_bytes() -> None:
    page, png = branded_page(), logo()
    pdf = typeset(page, png)
    assert typeset(page, png) == pdf
    assert typeset(branded_page(color=""), png) != pdf
    assert typeset(page, logo(200, 200)) != pdf


def test_people_who_ask_at_once_all_get_their_letter() -> None:
    page = branded_page(logo="")
    with ThreadPoolExecutor(4) as people:
        assert len(set(people.map(lambda _: typeset(page), range(8)))) == 1


def test_the_logo_is_a_picture_that_has_words() -> None:
    """PDF/UA: a picture says what it is."""
    [page] = [PdfReader(io.BytesIO(typeset(branded_page(), logo()))).pages[0]]
    assert page.images
    assert LETTERHEAD.name in page.extract_text()


def test_a_letter_without_logo_or_colour_is_as_it_was() -> None:
    """Pages written before companies had a look have no colour at all."""
    page = letter_page("formal_notice_b2b", content(NOTICE))
    before = {name: value for name, value in page.items() if name != "color"}
    assert typeset(before) == typeset(page)


@given(COLORS)
def test_every_colour_can_be_read_on_paper(color: str) -> None:
    assert contrast_on_white(readable_on_paper(color)) >= 4.49


@pytest.mark.parametrize("color", ["#294890", "#000000", "#b33a1e"])
def test_a_dark_colour_is_kept(color: str) -> None:
    assert readable_on_paper(color) == color
    assert branded(color)["color"] == color


@pytest.mark.parametrize(
    ("width", "height", "on_paper_um"),
    [(300, 100, 14_000), (100, 300, 14_000), (800, 100, 9_375), (800, 20, 1_875)],
)
def test_a_logo_stays_in_the_room_of_the_letterhead(width: int, height: int, on_paper_um: int) -> None:
    assert logo_on_paper(logo(width, height))["height_um"] == on_paper_um


def test_a_letter_is_drawn_to_be_looked_at() -> None:
    drawn = Image.open(io.BytesIO(picture(branded_page(), logo(), dots_per_inch=50)))
    assert drawn.format == "PNG"
    assert drawn.width * 297 // 210 == pytest.approx(drawn.height, abs=2)
