"""What should come in: the open invoices, the habits of each customer, and an honest band around the sum.

Each invoice is paid on some day after (or before) its due date. How likely that is on each day is read from the
invoices that were paid *and from those that still wait* (Kaplan-Meier: an unpaid invoice says that its day has not
come so far). A customer with few invoices is held near the habits of all. A customer's invoices are taken to move
together, which makes the band wider, never narrower. docs/rules/forecast.md has a worked case.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import NamedTuple

EARLIEST, LATEST = -60, 365  # days around the due date; what was paid outside counts at the edge
OTHERS_WEIGHT = 5  # as many invoices as the habits of all weigh beside a customer's own
FEWEST_PAID = 20  # below this no habit can be told
_Z80, _Z50 = 1.2816, 0.6745  # of the normal law: four times out of five, once out of two


class PastInvoice(NamedTuple):
    """An invoice whose day is known: `settled_on` is the day of its last payment. Named tuple: a book has many."""

    customer_id: int
    due_on: date
    settled_on: date
    cents: int


class WaitingInvoice(NamedTuple):
    """An invoice that waits. `promised_on`: the day that the customer gave, if they did."""

    customer_id: int
    due_on: date
    open_cents: int
    promised_on: date | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What should have come in by a day, cumulated, in cents: the likely sum, and the bands around it."""

    by_on: date
    likely_cents: int
    low_50_cents: int
    high_50_cents: int
    low_80_cents: int
    high_80_cents: int


class Habits:
    """How likely an invoice that still waits is paid on each day, of all customers and of each."""

    def __init__(self, past: Iterable[PastInvoice], waiting: Iterable[WaitingInvoice], today: date) -> None:
        self.paid = 0
        self._paid: dict[int, Counter[int]] = defaultdict(Counter)
        self._waits: dict[int, Counter[int]] = defaultdict(Counter)
        for invoice in past:
            self._paid[invoice.customer_id][_delay(invoice.due_on, invoice.settled_on)] += 1
            self.paid += 1
        for one in waiting:
            self._waits[one.customer_id][_delay(one.due_on, today)] += 1
        everybody_paid: Counter[int] = Counter()
        everybody_waits: Counter[int] = Counter()
        for counts in self._paid.values():
            everybody_paid.update(counts)
        for counts in self._waits.values():
            everybody_waits.update(counts)
        self._of_all = _hazards(everybody_paid, everybody_waits, [0.0] * (LATEST - EARLIEST + 1), 0)
        self._others = [chance * OTHERS_WEIGHT for chance in self._of_all]

    def of_customer(self, customer_id: int) -> list[float]:
        """Return, for each day from `EARLIEST` to `LATEST`, the chance that an invoice still waiting is paid then."""
        paid, waits = self._paid.get(customer_id), self._waits.get(customer_id)
        if not paid and not waits:
            return self._of_all
        return _hazards(paid or Counter(), waits or Counter(), self._others, OTHERS_WEIGHT)


def _delay(due_on: date, on: date) -> int:
    return min(max((on - due_on).days, EARLIEST), LATEST)


def _hazards(paid: Counter[int], waits: Counter[int], others: Sequence[float], weight: int) -> list[float]:
    """Of those that still waited on a day, the share paid that day; `others`: paid on each day of `weight` invoices.

    Few invoices fall on few days: on all others nothing changes but what the others do.
    """
    standing = paid.total() + waits.total() + weight
    hazards: list[float] = []
    for delay in sorted(paid.keys() | waits.keys()):
        there, rank = paid.get(delay, 0), delay - EARLIEST
        hazards += _quiet(others[len(hazards) : rank], standing)
        hazards.append((there + others[rank]) / standing)
        standing -= there + waits.get(delay, 0)
    return hazards + _quiet(others[len(hazards) :], standing)


def _quiet(others: Sequence[float], standing: int) -> list[float]:
    return [share / standing for share in others] if standing else [0.0] * len(others)


def expected_receipts(
    past: Sequence[PastInvoice], waiting: Sequence[WaitingInvoice], today: date, days: Sequence[int]
) -> list[Expected]:
    """Return what should have come in after each number of `days` from today, cumulated.

    Empty where fewer than `FEWEST_PAID` invoices were ever paid: no habit can be told from them.
    """
    habits = Habits(past, waiting, today)
    if habits.paid < FEWEST_PAID:
        return []
    likely = [0.0] * len(days)
    spread = [0.0] * len(days)
    of_customer: dict[int, list[WaitingInvoice]] = defaultdict(list)
    for invoice in waiting:
        of_customer[invoice.customer_id].append(invoice)
    for customer_id, invoices in of_customer.items():
        hazards = habits.of_customer(customer_id)
        deviations = [0.0] * len(days)
        for invoice in invoices:
            for rank, chance in enumerate(_chances(invoice, hazards, today, days)):
                likely[rank] += invoice.open_cents * chance
                deviations[rank] += invoice.open_cents * sqrt(chance * (1 - chance))
        for rank, deviation in enumerate(deviations):
            spread[rank] += deviation * deviation
    whole = sum(invoice.open_cents for invoice in waiting)
    return [
        _expected(today + timedelta(days=ahead), mean, sqrt(variance), whole)
        for ahead, mean, variance in zip(days, likely, spread, strict=True)
    ]


def _chances(
    invoice: WaitingInvoice, hazards: Sequence[float], today: date, days: Sequence[int]
) -> list[float]:
    """The chance that an invoice is paid within each number of days; a promised day counts as the due date."""
    due_on = max(invoice.due_on, invoice.promised_on) if invoice.promised_on else invoice.due_on
    late = _delay(due_on, today)
    chances, still_waits, reached = [], 1.0, 0
    for ahead in days:
        for day in range(reached + 1, ahead + 1):
            rank = late + day - EARLIEST
            if rank < len(hazards):
                still_waits *= 1 - hazards[rank]
        reached = ahead
        chances.append(1 - still_waits)
    return chances


def _expected(on: date, mean: float, deviation: float, whole: int) -> Expected:
    def within(value: float) -> int:
        return min(max(round(value), 0), whole)

    return Expected(
        on,
        within(mean),
        within(mean - _Z50 * deviation),
        within(mean + _Z50 * deviation),
        within(mean - _Z80 * deviation),
        within(mean + _Z80 * deviation),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases, in thousandths, with the band in which it lies nineteen times out of twenty (Wilson)."""

    cases: int
    hits: int

    @property
    def permille(self) -> int:
        """The share seen."""
        return round(1000 * self.hits / self.cases) if self.cases else 0

    @property
    def band_permille(self) -> tuple[int, int]:
        """Between what and what the true share may well lie."""
        if not self.cases:
            return 0, 1000
        seen, cases, z = self.hits / self.cases, self.cases, 1.96
        centre = seen + z * z / (2 * cases)
        half = z * sqrt(seen * (1 - seen) / cases + z * z / (4 * cases * cases))
        scale = 1 + z * z / cases
        return round(1000 * (centre - half) / scale), round(1000 * (centre + half) / scale)
