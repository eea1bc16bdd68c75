"""Which bank line pays which invoice, with the evidence anyone can check. See docs/internals/matching.md."""

from collections.abc import Iterable, Sequence

from quittance.domain.matching.book import Book
from quittance.domain.matching.numbers import NumberIndex
from quittance.domain.matching.payers import PayerIndex
from quittance.domain.matching.proposals import propose
from quittance.domain.matching.reading import Reading, read_line
from quittance.domain.matching.rules import RULES, Rule
from quittance.domain.matching.values import (
    Evidence,
    IncomingLine,
    LineMatch,
    OpenReceivable,
    Payer,
    ProposedAllocation,
    SettledInvoice,
)
from quittance.domain.matching.wording import AGAINST, evidence_in_words, is_clear, why_not_in_words

__all__ = [
    "AGAINST",
    "Evidence",
    "IncomingLine",
    "LineMatch",
    "OpenReceivable",
    "Payer",
    "ProposedAllocation",
    "SettledInvoice",
    "evidence_in_words",
    "is_clear",
    "match_lines",
    "why_not_in_words",
]


def match_lines(
    lines: Sequence[IncomingLine],
    receivables: Iterable[OpenReceivable],
    payers: Iterable[Payer],
    settled: Iterable[SettledInvoice] = (),
) -> list[LineMatch]:
    """Match each line, in the order given. The order of no argument changes what is decided.

    All lines that are still undecided belong in one call, so that the certain ones free the doubtful ones:
    the rules are applied in turn to all lines by date until none decides anything more.
    """
    book = Book(receivables, settled)
    numbers = NumberIndex(book.invoices)
    payer_index = PayerIndex(payers)
    decided = {line.id: LineMatch(line.id, "none") for line in lines if line.amount_cents <= 0}
    waiting = [
        read_line(line, numbers, payer_index)
        for line in sorted(lines, key=lambda line: (line.booked_on, line.id))
        if line.amount_cents > 0
    ]
    progress = True
    while progress:
        before = len(waiting)
        for rule in RULES:
            waiting = _apply(rule, book, waiting, decided)
        progress = len(waiting) < before
    for reading in waiting:
        decided[reading.line.id] = propose(book, reading)
    return [decided[line.id] for line in lines]


def _apply(rule: Rule, book: Book, waiting: list[Reading], decided: dict[int, LineMatch]) -> list[Reading]:
    still_waiting = []
    for reading in waiting:
        match = rule(book, reading)
        if match is None:
            still_waiting.append(reading)
        else:
            book.take(match.allocations)
            decided[reading.line.id] = match
    return still_waiting
