"""A letter as blocks: the Markdown of `quittance/texts/documents` filled with facts, ready to be typeset.

The subset: headings, paragraphs (a line is a line), tables with aligned columns, `**bold**`, `*italic*`.
Facts are put in after the Markdown is read, so that no value can become markup.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from quittance.domain.money import NO_BREAK_SPACE
from quittance.domain.texts import library, typography
from quittance.domain.texts.facts import (
    AgingFact,
    CreditFact,
    InvoiceFact,
    PenaltyRow,
    StatementRow,
    UnallocatedFact,
    deducted_cents,
    ordered_rows,
)
from quittance.domain.texts.filling import Filling, LineDropped, MissingFact
from quittance.domain.texts.library import VARIABLE
from quittance.domain.texts.typography import Language

Align = Literal["left", "right"]
Place = Literal[
    "letterhead",
    "recipient",
    "channel",
    "dateline",
    "subject",
    "heading",
    "text",
    "list",
    "table",
    "payment",
    "closing",
    "signature",
    "enclosures",
]
_PLACES: dict[str, Place] = {
    "company.letterhead": "letterhead",
    "letter.channel_line": "channel",
    "letter.city": "dateline",
    "pay.block": "payment",
    "consequences.list": "list",
    "letter.signatory": "signature",
    "letter.enclosures": "enclosures",
}
_STYLED = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*")
_DAY_AND_MONTH = re.compile(
    rf"\b(\d{{1,2}}(?:er)?) ({'|'.join(typography.FRENCH_MONTHS + typography.ENGLISH_MONTHS)})\b"
)
_KEPT_TOGETHER = re.compile(r"\b((?:1er|2e)(?= semestre)|articles?(?= [LRD]?\d)) ")
_TABLES = ("invoices.table", "penalty.table", "statement.table", "statement.aging_row")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one style."""

    text: str
    bold: bool = False
    italic: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by row; `header` is empty where the table needs none."""

    header: tuple[Line, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the page; `table` is set where `place` is `table`."""

    place: Place
    lines: tuple[Line, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """A letter in reading order, with the title a reader's window shows."""

    document_id: str
    language: Language
    title: str
    blocks: tuple[Block, ...]


def render_document(document_id: str, language: Language, facts: Mapping[str, object]) -> RenderedDocument:
    """Fill a letter. `facts` as for `render_message`, with the tables: `invoices.table` (rows as in a
    message), `penalty.table` (`PenaltyRow`), `statement.table` (`StatementRow`), `statement.aging_row` (one
    `AgingFact`).

    Raises `MissingFact`, `NothingOwed` and `TypeError` as `render_message`.
    """
    source = library.documents()[document_id].sources[language]
    filling = Filling(document_id, language, language, facts, tone="formal")
    found = [_block(filling, group.split("\n")) for group in re.split(r"\n{2,}", source)]
    blocks = tuple(block for block in found if block is not None)
    titled = next(block for block in blocks if block.place in ("subject", "heading"))
    return RenderedDocument(document_id, language, _title(titled), blocks)


def _block(filling: Filling, raw: list[str]) -> Block | None:
    if raw[0].startswith("|"):
        return Block("table", table=_table(filling, raw))
    place = _place(raw[0])
    if place == "letterhead":
        return Block("letterhead")
    text = "\n".join(raw).removeprefix("# ")
    if "{{" not in text:
        return _fixed_block(place, text, filling.language)
    filled = "\n".join(filling.lines(text))
    if not filled:
        return None
    if place == "recipient":
        return Block(place, tuple((Run(line),) for line in filling.finish(filled).split("\n")))
    return Block(place, tuple(_line(filling, line) for line in filled.split("\n")))


@cache
def _fixed_block(place: Place, text: str, language: Language) -> Block:
    """A paragraph without variables (much of a formal notice): the same in every letter."""
    words = Filling("", language, language, {})
    return Block(place, tuple(_line(words, line) for line in text.split("\n")))


@cache
def _place(first_line: str) -> Place:
    first = VARIABLE.search(first_line)
    if first_line.startswith("# "):
        return "heading"
    if re.match(r"\*\*(Objet|Subject)\b", first_line):
        return "subject"
    if first_line == "{{ customer.name }}":
        return "recipient"
    if first_line.startswith("Veuillez agréer"):
        return "closing"
    return _PLACES.get(first[1], "text") if first else "text"


def _title(block: Block) -> str:
    """Take the subject without its label: `Mise en demeure de payer 1 252,11 €`."""
    text = "".join(run.text for run in block.lines[0])
    text = re.sub(r"^(Objet|Subject)\W+", "", text)
    return text[:1].upper() + text[1:]


def _line(filling: Filling, text: str) -> Line:
    """Cut a line at its stars, then put the values in."""
    text = typography.typeset(text, filling.language)
    runs: list[tuple[str, bool, bool]] = []
    position = 0
    for found in _STYLED.finditer(text) if "*" in text else ():
        runs.append((text[position : found.start()], False, False))
        runs.append((found[1] or found[2], found[1] is not None, found[1] is None))
        position = found.end()
    runs.append((text[position:], False, False))
    return tuple(Run(_whole(filling, words), bold, italic) for words, bold, italic in runs if words)


def _whole(filling: Filling, text: str) -> str:
    """Put the values in; a day stays with its month, an article with its number."""
    written = typography.agree(filling.unmark(text), filling.language)
    if " " not in written:
        return written
    return _KEPT_TOGETHER.sub(_unbroken, _DAY_AND_MONTH.sub(_unbroken, written))


def _unbroken(found: re.Match[str]) -> str:
    return found[0].replace(" ", NO_BREAK_SPACE)


def _table(filling: Filling, raw: list[str]) -> Table:
    header, rule, *body = raw
    aligns: tuple[Align, ...] = tuple("right" if cell.endswith(":") else "left" for cell in _cells(rule))
    rows: list[tuple[Line, ...]] = []
    for line in body:
        found = VARIABLE.fullmatch(line)
        if found and found[1] in _TABLES:
            rows += _rows(filling, found[1], len(aligns))
            continue
        try:
            filled = filling.line(line)
        except LineDropped:
            continue
        rows.append(tuple(_line(filling, cell) for cell in _cells(filled)))
    return Table(_heads(header, filling.language), aligns, tuple(rows))


@cache
def _heads(header: str, language: Language) -> tuple[Line, ...]:
    """The titles of a shipped table's columns: words only, the same in every letter."""
    heads = tuple(_line(Filling("", language, language, {}), cell) for cell in _cells(header))
    return heads if any(heads) else ()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _rows(filling: Filling, name: str, width: int) -> list[tuple[Line, ...]]:
    facts = filling.facts.get(name) or ()
    rows = (facts,) if isinstance(facts, AgingFact) else facts
    if not isinstance(rows, tuple) or not rows:
        raise MissingFact(filling.text_id, name)
    if name == "invoices.table":
        rows = tuple(ordered_rows(rows))
    cells = [_row(row, filling.language, width) for row in rows]
    if name == "penalty.table":
        cells += _rounding(rows, filling, width)
    filling.used[name] = str(len(cells))
    return [tuple((Run(text),) if text else () for text in row) for row in cells]


def _row(row: object, language: Language, width: int) -> list[str]:
    def money(cents: int | None) -> str:
        return "" if cents is None else typography.money(cents, language)

    def day(on: date | None) -> str:
        return "" if on is None else _short_day(on, language)

    if isinstance(row, InvoiceFact):
        gone = row.total_cents - row.open_cents
        amounts = [money(row.total_cents), money(gone) if gone else "", money(row.open_cents)]
        return [row.number, day(row.issued_on), day(row.due_on), *amounts]
    if isinstance(row, CreditFact | UnallocatedFact):
        return [*_deducted(row, language), "", "", "", money(-deducted_cents(row))]
    if isinstance(row, PenaltyRow):
        dates = [day(row.due_on), day(row.paid_on)] if width == 8 else []
        return [
            row.invoice_number,
            *dates,
            typography.period(row.from_on, row.to_on, language),
            typography.number(row.days, language),
            money(row.base_cents),
            typography.rate(row.rate_bp, language),
            money(row.amount_cents),
        ]
    if isinstance(row, StatementRow):
        amounts = [money(row.debit_cents or None), money(row.credit_cents or None), money(row.open_cents)]
        return [day(row.on), row.label, row.reference, day(row.due_on), *amounts]
    if isinstance(row, AgingFact):
        ages = (row.not_due_cents, row.days_1_30_cents, row.days_31_60_cents, row.days_61_90_cents)
        last = (row.days_over_90_cents, -row.credits_cents, row.balance_cents)
        return [money(cents) for cents in (*ages, *last)]
    raise TypeError(f"no such row in a letter: {row!r}")


def _deducted(row: CreditFact | UnallocatedFact, language: Language) -> tuple[str, str]:
    if isinstance(row, CreditFact):
        label = "à déduire, avoir" if language == "fr" else "to deduct, credit note"
        return f"{label} {row.number}", _short_day(row.issued_on, language)
    label = "à déduire, votre règlement" if language == "fr" else "to deduct, your payment"
    return label, _short_day(row.received_on, language)


def _rounding(rows: tuple[object, ...], filling: Filling, width: int) -> list[list[str]]:
    """Show the cent between the rounded rows and the total, which is rounded once."""
    total = filling.facts.get("penalty.amount")
    if not isinstance(total, int):
        raise MissingFact(filling.text_id, "penalty.amount")
    gap = total - sum(row.amount_cents for row in rows if isinstance(row, PenaltyRow))
    label = "Arrondi" if filling.language == "fr" else "Rounding"
    return [[label, *[""] * (width - 2), typography.money(gap, filling.language)]] if gap else []


def _short_day(on: date, language: Language) -> str:
    """Write a date in a column: `16/05/2026`, `16 May 2026`."""
    return f"{on:%d/%m/%Y}" if language == "fr" else typography.day(on, language)
