"""Typeset a letter of the copy deck as PDF/A, tagged, the same bytes for the same letter.

One template (`letter.typ`) serves every kind; the words come from `domain.texts.documents`. The compiler and
its fonts (Inter, shipped beside) are loaded once per process.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst

from quittance.domain.texts.documents import Block, Line, Table, render_document
from quittance.domain.texts.typography import Language
from quittance.formats.epc_qr import qr_svg
from quittance.formats.letters.brand import branded, logo_on_paper

LetterKind = Literal["formal_notice_b2b", "formal_notice_consumer", "penalty_statement", "account_statement"]

_FOLDER = Path(__file__).parent
_ONE_AT_A_TIME = Lock()  # the compiler refuses to be asked while it answers
_STANDARDS = ["a-2a", "ua-1"]
_FOLLOWED = ("table", "list", "closing", "signature", "enclosures")
_WORDS = {
    "fr": {
        "pay": "Pour régler",
        "scan": "Le code se lit avec l’application de votre banque.",
        "code": "Code QR de virement SEPA",
    },
    "en": {
        "pay": "How to pay",
        "scan": "Scan the code with your bank’s application.",
        "code": "QR code of the SEPA transfer",
    },
}


class CannotBeTypeset(Exception):
    """The words of a letter hold something that cannot be printed; the message is a French clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The creditor at the head of the page: its name, then one line each for address, register, contact.

    `footer` is the legal line that stands at the foot of every page. `logo_sha256` is the hash of a PNG, which is
    given again when the letter is typeset; `color` is `#rrggbb`. Both are optional.
    """

    name: str
    lines: tuple[str, ...]
    footer: str
    logo_sha256: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContent:
    """What a letter says: facts by variable name (`MessageFacts.facts()` and the tables), its date, its code.

    `qr_payload` is the EPC code of the transfer; without it the payment block has none.
    """

    facts: Mapping[str, object]
    letterhead: Letterhead
    written_on: date
    language: Language = "fr"
    qr_payload: str = ""


def compose_letter(kind: LetterKind, content: LetterContent, logo: bytes = b"") -> bytes:
    """Write a letter and typeset it as PDF/A-2a and PDF/UA-1. Raises as `letter_page`."""
    return typeset(letter_page(kind, content), logo)


def letter_page(kind: LetterKind, content: LetterContent) -> dict[str, Any]:
    """Write a letter: every word of it, as plain values that can be kept as JSON and typeset later.

    Formal notice: C. civ. 1344. Raises `MissingFact`, `NothingOwed` and `TypeError` as `render_document`.
    """
    document = render_document(kind, content.language, content.facts)
    recipient = [block for block in document.blocks if block.place == "recipient"]
    shown = [block for block in document.blocks if block.place not in ("recipient", "letterhead")]
    return {
        "lang": document.language,
        "title": document.title,
        "author": content.letterhead.name,
        "letterhead": list(content.letterhead.lines),
        "footer": content.letterhead.footer,
        "logo": content.letterhead.logo_sha256,
        "color": content.letterhead.color,
        "qr_payload": content.qr_payload,
        "written_on": content.written_on.isoformat(),
        "words": _WORDS[document.language],
        "recipient": _recipient(recipient, content),
        "parts": [
            _part(block, following) for block, following in zip(shown, [*shown[1:], None], strict=True)
        ],
    }


def typeset(page: Mapping[str, Any], logo: bytes = b"") -> bytes:
    """Typeset a written letter. The same page and logo always give the same bytes: its date is the only clock.

    `logo` is the PNG whose hash the page bears. Refusal: `CannotBeTypeset`, for a character that no font of ours has.
    """
    pdf = _compiled(page, logo, format="pdf", pdf_standards=_STANDARDS)
    assert isinstance(pdf, bytes)
    return pdf


def picture(page: Mapping[str, Any], logo: bytes = b"", *, dots_per_inch: int = 110) -> bytes:
    """Draw the first page of a written letter as a PNG, to be looked at. Refusal: `CannotBeTypeset`."""
    drawn = _compiled(page, logo, format="png", ppi=dots_per_inch)
    first = drawn[0] if isinstance(drawn, list) else drawn
    assert isinstance(first, bytes)
    return first


def _compiled(page: Mapping[str, Any], logo: bytes, **options: Any) -> bytes | list[bytes]:
    given = {
        **page,
        "qr": qr_svg(page["qr_payload"], 1) if page["qr_payload"] else "",
        **branded(page.get("color", "")),
        "logo": logo_on_paper(logo) if page["logo"] else None,
    }
    try:
        with _ONE_AT_A_TIME:
            made: bytes | list[bytes] = _compiler().compile(
                sys_inputs={"letter": json.dumps(given, ensure_ascii=False)},
                timestamp=datetime.combine(date.fromisoformat(page["written_on"]), time(12), tzinfo=UTC),
                **options,
            )
    except typst.TypstError as error:
        found = re.search(r'text `"(.*?)"` could not be displayed', str(error))
        what = (
            f"le caractère « {found[1]} » n'est pas dans nos polices" if found else str(error).splitlines()[0]
        )
        raise CannotBeTypeset(
            f"{what}. Corrigez la fiche du client ou la facture, puis recommencez"
        ) from error
    return made


@cache
def _compiler() -> Any:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FOLDER / "fonts")]
    )
    return typst.Compiler(
        str(_FOLDER / "letter.typ"), root=str(_FOLDER), font_paths=fonts, ignore_system_fonts=True
    )


def _recipient(blocks: list[Block], content: LetterContent) -> list[str]:
    """Take the address as the letter gives it; a statement, which gives none, is posted to the customer's."""
    if blocks:
        return ["".join(run.text for run in line) for line in blocks[0].lines]
    name, address = (content.facts.get(f"customer.{part}") for part in ("name", "address"))
    return [str(name), *str(address).split("\n")] if name and address else []


def _part(block: Block, following: Block | None) -> dict[str, Any]:
    """What announces a table, a list or the end of the letter stays with it: no signature alone on a page."""
    lines = [_line(line) for line in block.lines]
    if block.place == "list":
        for line in lines:
            line[0]["text"] = line[0]["text"].lstrip("–\u00a0 ")
    announces = following is not None and following.place in _FOLLOWED
    return {
        "place": block.place,
        "lines": lines,
        "sticky": announces,
        "table": None if block.table is None else _table(block.table),
    }


def _table(table: Table) -> dict[str, Any]:
    """The column of words that holds the longest text takes the room that is left; -1: all share alike."""
    lengths = [
        max((sum(len(run.text) for run in row[column]) for row in table.rows), default=0)
        for column in range(len(table.aligns))
    ]
    words = [column for column, align in enumerate(table.aligns) if align == "left"]
    return {
        "aligns": table.aligns,
        "header": [_line(cell) for cell in table.header],
        "rows": [[_line(cell) for cell in row] for row in table.rows],
        "wide": max(words, key=lambda column: lengths[column], default=-1),
    }


def _line(line: Line) -> list[dict[str, Any]]:
    return [{"text": run.text, "bold": run.bold, "italic": run.italic} for run in line]
