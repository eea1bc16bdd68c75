"""Invoice numbers as people type them: written in full, reformatted, shortened, in lists and ranges."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from quittance.domain.matching.texts import Run, one_slip, plain, runs_of, unconfused, words_of
from quittance.domain.matching.values import OpenReceivable

# How much a mention says by itself.
SURE = 3  # nobody else's number: cannot be a coincidence
LIKELY = 2  # says enough once the payer is that customer
HINT = 1  # some digits; only together with the payer and the exact amount

_LONGEST_GAP = 3  # signs between the parts of one number: « FA - 2026 / 12 »
_MOST_RUNS = 12
_INVOICE_WORDS = words_of("F FA FAC FACT FACTS FACTURE FACTURES FC FCT FT INV INVOICE N NO NR NUM NUMERO REF")
_OTHER_PAPERS = words_of(
    "AV AVOIR BC BDC BL CDE CMD COMMANDE CONTRAT CLIENT CLT DEV DEVIS DOSSIER LOYER MANDAT RUM"
)
_RANGE_WORDS = words_of("A AU JUSQU TO")
_JOINING_WORDS = _RANGE_WORDS | words_of("ET AND N NO")
_SEVERAL_WORDS = words_of(
    "FACTURES FACTS FACS REGLEMENTS RELEVE RELEVES SOLDE SOLDES TOUTES BALANCE INVOICES STATEMENT ECHEANCES"
)
_ADVANCE_WORDS = words_of("ACOMPTE ACOMPTES ARRHES AVANCE DEPOSIT")
_DATE = re.compile(r"\b([0-2]?\d|3[01])[/.-](0?\d|1[0-2])[/.-]((?:20)?\d\d)\b")
_NO_NUMBER = re.compile(rf"{_DATE.pattern}|\b[0-3]?\d/[01]?\d\b|\b20\d\d-[01]\d-[0-3]\d\b|\b\d+[.,]\d\d\b")
_FOLLOWING = re.compile(r"\b(?:SUIVANTE?S?|SUIV|AUTRES?)\b")
_MORE = re.compile(r"\+ ?([1-9]\d?)(?![\d/-])(?! ?[/-] ?\d)")


@dataclass(frozen=True, slots=True)
class NumberForm:
    """An invoice number taken apart: FA2026-000123 is letters FA, series FA2026, sequence 123 of width 6."""

    compact: str
    folded: str  # compact, without confusable letters
    letters: str
    series: str
    counts: tuple[int, ...]  # the runs of digits as numbers: (2026, 123)
    digits: str
    sequence: int
    width: int


def number_form(number: str) -> NumberForm | None:
    """Take a number apart; None where it has no digit, and so cannot be recognised."""
    runs = _parts(number)
    if not runs or not any(run.isdigit() for run in runs):
        return None
    compact = "".join(runs)
    last = max(rank for rank, run in enumerate(runs) if run.isdigit())
    return NumberForm(
        compact=compact,
        folded=unconfused(compact),
        letters=runs[0] if runs[0].isalpha() else "",
        series=unconfused("".join(runs[:last])),
        counts=tuple(int(run) for run in runs if run.isdigit()),
        digits="".join(run for run in runs if run.isdigit()),
        sequence=int(runs[last]),
        width=len(runs[last]),
    )


def _parts(number: str) -> list[str]:
    """Cut into runs, and a year off the digits it is stuck to: FA20260045 is FA, 2026, 0045."""
    parts: list[str] = []
    for run in runs_of(plain(number)):
        if run.text.isdigit() and len(run.text) >= 7 and re.match(r"20[0-4]\d", run.text):
            parts += [run.text[:4], run.text[4:]]
        else:
            parts.append(run.text)
    return parts


@dataclass(slots=True)
class NamedInvoice:
    """An invoice that a label may name, with the receivables it consists of (none left once settled)."""

    number: str
    customer_id: int
    total_cents: int
    form: NumberForm | None
    receivables: list[OpenReceivable] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a label that names an invoice; several where the short form fits several series."""

    invoices: tuple[NamedInvoice, ...]
    code: str  # of the evidence: number_exact, number_noisy, reference_rf, order_number
    weight: int  # SURE, LIKELY or HINT
    seen: str
    first: int  # ranks of the runs it covers
    last: int
    continued: bool = False  # only digits after another number: « FA-12, 13 »


@dataclass(frozen=True, slots=True)
class Digits:
    """A run of digits that may be the end of a number of the customer who pays."""

    sequence: int
    text: str
    introduced: bool  # by a word such as « facture » or « n° »


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers of « A à B », both ends included."""

    series: str
    low: int
    high: int

    def holds(self, form: NumberForm | None) -> bool:
        """Say whether a number lies in the range."""
        return form is not None and form.series == self.series and self.low <= form.sequence <= self.high


@dataclass(frozen=True, slots=True)
class LabelNumbers:
    """All that a label says about numbers."""

    mentions: tuple[Mention, ...]
    ranges: tuple[Range, ...]
    digits: tuple[Digits, ...]
    more: int  # « + 2 » after a number; 0: not said
    following: bool  # « et suivantes »
    dates: tuple[date, ...]
    advance: bool  # « acompte »: money that need not be the sum of anything
    several: bool  # speaks of several invoices or of a balance
    runs: tuple[Run, ...]


class NumberIndex:
    """All numbers a label may name, under each form in which they are typed."""

    def __init__(self, invoices: Iterable[NamedInvoice]) -> None:
        self._spelled: dict[
            str, list[tuple[NamedInvoice, str, str]]
        ] = {}  # folded -> (invoice, code, compact)
        self._counts: dict[tuple[int, ...], list[NamedInvoice]] = {}
        self._digits: dict[str, list[NamedInvoice]] = {}
        self._of_series: dict[tuple[str, int], list[NamedInvoice]] = {}
        self._of_customer: dict[tuple[int, int], list[NamedInvoice]] = {}
        self._openings: set[str] = set()
        self._introductions: set[str] = set(_INVOICE_WORDS)
        self._longest = 0
        for invoice in invoices:
            self._add(invoice)

    def _add(self, invoice: NamedInvoice) -> None:
        form = invoice.form
        if form is not None:
            self._add_spelling(form.compact, invoice, "number_exact")
            self._of_series.setdefault((form.series, form.sequence), []).append(invoice)
            self._of_customer.setdefault((invoice.customer_id, form.sequence), []).append(invoice)
            if len(form.counts) > 1:
                self._counts.setdefault(form.counts, []).append(invoice)
                if form.digits != form.compact:
                    self._digits.setdefault(form.digits, []).append(invoice)
        for receivable in invoice.receivables:
            for reference, code in (
                (receivable.payment_reference, "reference_rf"),
                (receivable.order_reference, "order_number"),
            ):
                compact = "".join(run.text for run in runs_of(plain(reference)))
                if len(compact) >= 4 and any(character.isdigit() for character in compact):
                    self._add_spelling(compact, invoice, code)

    def _add_spelling(self, compact: str, invoice: NamedInvoice, code: str) -> None:
        entries = self._spelled.setdefault(unconfused(compact), [])
        if (invoice, code, compact) not in entries[-1:]:
            entries.append((invoice, code, compact))
        opening = runs_of(compact)[0].text
        self._openings.add("0" if opening.isdigit() else opening)
        self._introductions.add(opening)
        self._longest = max(self._longest, len(compact))

    def of_customer(self, customer_id: int, digits: Digits) -> list[NamedInvoice]:
        """List the customer's invoices that end in these digits."""
        found = self._of_customer.get((customer_id, digits.sequence), ())
        return [invoice for invoice in found if invoice.form and len(digits.text) <= invoice.form.width]

    def read(self, text: str) -> LabelNumbers:
        """Find what a label says about numbers."""
        text = plain(text)
        runs = runs_of(text)
        mentions: list[Mention] = []
        digits: list[Digits] = []
        spent = [found.span() for found in _NO_NUMBER.finditer(text)]
        at = 0
        while at < len(runs):
            mention = self._mention(runs, at)
            if mention is not None:
                mentions.append(mention)
                mentions += self._continued(runs, mention)
                at = mentions[-1].last + 1
                continue
            elsewhere = any(start <= runs[at].start < end for start, end in spent)
            if runs[at].text.isdigit() and len(runs[at].text) <= 9 and not elsewhere:
                introduced = at > 0 and runs[at - 1].text in self._introductions
                digits.append(Digits(int(runs[at].text), runs[at].text, introduced))
            at += 1
        more = _MORE.search(text) if mentions else None
        return LabelNumbers(
            mentions=tuple(mentions),
            ranges=tuple(_ranges(runs, mentions)),
            digits=tuple(digits),
            more=int(more.group(1)) if more and not _covered(mentions, runs, more.start(1)) else 0,
            following=bool(_FOLLOWING.search(text)),
            dates=tuple(_dates(text)),
            advance=any(run.text in _ADVANCE_WORDS for run in runs),
            several=any(run.text in _SEVERAL_WORDS for run in runs),
            runs=tuple(runs),
        )

    def _mention(self, runs: list[Run], at: int) -> Mention | None:
        run = runs[at]
        if run.text.isdigit():
            spelled = self._spelled_out(runs, at) if "0" in self._openings else None
            return spelled or self._digits_only(runs, at)
        return self._spelled_out(runs, at) if run.text in self._openings else None

    def _spelled_out(self, runs: list[Run], at: int) -> Mention | None:
        """Read the longest run of signs that is a whole number, whatever separates its parts."""
        joined, best = "", None
        for last in range(at, min(at + _MOST_RUNS, len(runs))):
            if last > at and runs[last].start - runs[last - 1].end > _LONGEST_GAP:
                break
            joined += runs[last].text
            if len(joined) > self._longest:
                break
            if joined.isdigit() and last > at:
                continue  # « 12 345 » is not invoice 12345; « 2026 123 » is read by its parts
            entries = self._spelled.get(unconfused(joined))
            if entries:
                best = joined, last, entries
        if best is None:
            return None
        joined, last, entries = best
        exact = [entry for entry in entries if entry[2] == joined]
        code = (exact or entries)[0][1]
        return Mention(
            invoices=_distinct(entry[0] for entry in exact or entries),
            code=code if exact else "number_noisy",
            weight=_weight_spelled(joined, introduced=at > 0 and runs[at - 1].text in _INVOICE_WORDS),
            seen=" ".join(run.text for run in runs[at : last + 1]) if not exact else joined,
            first=at,
            last=last,
        )

    def _digits_only(self, runs: list[Run], at: int) -> Mention | None:
        """Read a number without its letters, or without its leading zeros: « 2026-000123 », « F2026 123 »."""
        before = runs[at - 1] if at > 0 else Run("", 0, 0)
        if before.text in _OTHER_PAPERS:
            return None
        found: list[NamedInvoice] = []
        last = at
        for last in range(min(at + 2, len(runs) - 1), at, -1):
            part = runs[at : last + 1]
            close = all(right.start - left.end <= _LONGEST_GAP for left, right in pairwise(part))
            if close and all(run.text.isdigit() and len(run.text) <= 12 for run in part):
                found = self._counts.get(tuple(int(run.text) for run in part), [])
            if found:
                break
        if not found:
            last = at
            found = self._digits.get(runs[at].text, [])
        attached = before.text.isalpha() and before.end == runs[at].start
        if attached:
            found = [
                invoice
                for invoice in found
                if invoice.form and _same_paper(before.text, invoice.form.letters)
            ]
        if not found:
            return None
        length = sum(len(run.text) for run in runs[at : last + 1])
        introduced = before.text in self._introductions
        return Mention(
            invoices=_distinct(found),
            code="number_noisy",
            weight=SURE if length >= 8 or (introduced and length >= 6) else LIKELY if introduced else HINT,
            seen=" ".join(run.text for run in runs[at - attached : last + 1]),
            first=at,
            last=last,
        )

    def _continued(self, runs: list[Run], mention: Mention) -> list[Mention]:
        """Read the shortened numbers of a list: « F2026-0012 / 0013 et 14 », « F2026-0012 à 0015 »."""
        form = mention.invoices[0].form
        mentions: list[Mention] = []
        if form is None or mention.code == "order_number":
            return mentions
        width = min(len(runs[mention.last].text), form.width)
        for at in range(mention.last + 1, len(runs)):
            text = runs[at].text
            if text in _JOINING_WORDS:
                continue
            if not (text.isdigit() and 2 <= len(text) <= width):
                break
            # « 0012, 14 »: the last digits replace those of the number before; but it may be anything
            ending = form.sequence - form.sequence % 10 ** len(text) + int(text)
            sequence = int(text) if len(text) == width else ending
            found = self._of_series.get((form.series, sequence))
            if not found or self._mention(runs, at) is not None:
                break
            weight = mention.weight if len(text) == width else HINT
            mentions.append(Mention(_distinct(found), "number_noisy", weight, text, at, at, continued=True))
        return mentions


def slipped(numbers: LabelNumbers, form: NumberForm) -> str:
    """Return the text of the label that is the number but for one slip of the keyboard; else empty."""
    for meant, with_letters in (
        (form.folded, True),
        (form.digits, False),
        (form.digits[-form.width :], False),
    ):
        if len(meant) < 4:
            continue
        for at, run in enumerate(numbers.runs):
            if with_letters and form.letters and run.text.isdigit():
                continue
            seen = _joined_like(numbers.runs, at, meant)
            if seen:
                return seen
    return ""


def _joined_like(runs: tuple[Run, ...], at: int, meant: str) -> str:
    joined = ""
    for last in range(at, min(at + _MOST_RUNS, len(runs))):
        if last > at and runs[last].start - runs[last - 1].end > _LONGEST_GAP:
            break
        joined += unconfused(runs[last].text)
        if len(joined) > len(meant) + 1:
            break
        if joined == meant or one_slip(joined, meant):
            return " ".join(run.text for run in runs[at : last + 1])
    return ""


def _weight_spelled(joined: str, *, introduced: bool) -> int:
    digits = sum(character.isdigit() for character in joined)
    if digits >= 7 or (digits >= 4 and digits < len(joined)):
        return SURE
    if digits < len(joined) or introduced or digits >= 5:
        return LIKELY
    return HINT


def _same_paper(seen: str, letters: str) -> bool:
    """Say whether the letters stuck to a number can stand for those of the series: F or FACT for FA."""
    if not seen or seen in _INVOICE_WORDS:
        return True
    return bool(letters) and (letters.startswith(seen) or seen.endswith(letters))


def _ranges(runs: list[Run], mentions: list[Mention]) -> Iterable[Range]:
    for start, end in pairwise(mentions):
        words = {run.text for run in runs[start.last + 1 : end.first]} - {"N", "NO"}
        low, high = start.invoices[0].form, end.invoices[0].form
        if words and words <= _RANGE_WORDS and low and high and low.series == high.series:
            yield Range(low.series, low.sequence, high.sequence)


def _dates(text: str) -> Iterable[date]:
    for found in _DATE.finditer(text):
        day, month, year = (int(part) for part in found.groups())
        if day and month and day <= monthrange(2000 + year % 100, month)[1]:
            yield date(2000 + year % 100, month, day)


def _distinct(invoices: Iterable[NamedInvoice]) -> tuple[NamedInvoice, ...]:
    return tuple({id(invoice): invoice for invoice in invoices}.values())


def _covered(mentions: list[Mention], runs: list[Run], position: int) -> bool:
    return any(runs[mention.first].start <= position < runs[mention.last].end for mention in mentions)
