"""Every example of the copy deck, word for word and space for space (tests/golden/messages)."""

from pathlib import Path

import pytest

from domain.texts.cast import GOLDEN
from quittance.domain.texts.render import render_message

FOLDER = Path(__file__).parents[2] / "golden" / "messages"


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_message_is_written_as_in_the_example(name: str) -> None:
    text_id, version = name.split(".")
    message = render_message(text_id, "fr", "tu" if version == "fr_tu" else "vous", GOLDEN[name].facts())
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert f"{message.subject}\n\n{message.body}\n" == expected


def test_every_golden_file_is_rendered() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(GOLDEN)
