"""The dashboard: what is owed, how late, how fast it is paid, what should come in, what follows reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quittance.collection.queries import promises_made, steps_taken
from quittance.domain.aging import AgedBalance
from quittance.domain.dso import Dso
from quittance.domain.forecast import Expected, PastInvoice, Share, WaitingInvoice, expected_receipts
from quittance.flows.review import aged
from quittance.payments.history import (
    Received,
    overdue_at,
    past_invoices,
    received_between,
    waiting_invoices,
)

if TYPE_CHECKING:
    from quittance.company.models import Company

WEEKS = 8
DAYS_AFTER_A_REMINDER = 10
A_YEAR = timedelta(days=365)
HISTORY = timedelta(days=3 * 365)
CHECKED_DAYS = 28
CHECKED_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Effect:
    """Messages of one step, and of how many customers money came within ten days. It is no proof of cause."""

    step: str
    share: Share
    received_cents: int


@dataclass(frozen=True, slots=True)
class LateCustomer:
    """A customer who owes what is overdue."""

    reference: str
    name: str
    late_cents: int
    open_cents: int


@dataclass(frozen=True, slots=True)
class Check:
    """The forecast against what came, at each of the last month ends that history reaches: in the wide band, or not."""

    months: int
    within: int


@dataclass(frozen=True, slots=True)
class Insights:
    """All figures of the dashboard; amounts in cents. `trend`: (end of month, overdue), the last one is today."""

    balance: AgedBalance
    count_back: Dso
    simple: Dso
    open_invoices: int
    open_customers: int
    trend: tuple[tuple[date, int], ...]
    expected: tuple[Expected, ...]
    check: Check
    late: tuple[LateCustomer, ...]
    effects: tuple[Effect, ...]


def insights(*, company: Company, today: date) -> Insights:
    """Compute the dashboard of a company, each figure from the rows that the other pages show."""
    book = aged(company=company, today=today)
    past = past_invoices(company.pk, since=today - HISTORY)
    waiting = waiting_invoices(company.pk)
    promised = {
        customer_id: made.promised_on
        for customer_id, made in promises_made(company.pk, today).items()
        if made.promised_on >= today
    }
    hoped_for = [row._replace(promised_on=promised.get(row.customer_id)) for row in waiting]
    weeks = [7 * week for week in range(1, WEEKS + 1)]
    days = [*month_ends(today, 11), today]
    overdue = overdue_at(company.pk, days)
    late = sorted(
        (
            LateCustomer(reference, book.names.get(reference, ""), row.late_cents, row.open_cents)
            for reference, row in book.balance.by_customer.items()
            if row.late_cents > 0
        ),
        key=lambda one: (-one.late_cents, one.reference),
    )
    return Insights(
        balance=book.balance,
        count_back=book.count_back,
        simple=book.simple,
        open_invoices=len(waiting),
        open_customers=len({row.customer_id for row in waiting}),
        trend=tuple((day, max(overdue[day], 0)) for day in days),
        expected=tuple(expected_receipts(past, hoped_for, today, weeks)),
        check=checked(past, waiting, today),
        late=tuple(late[:10]),
        effects=tuple(effects(company, today)),
    )


def month_ends(today: date, count: int) -> list[date]:
    """Return the last days of the months before this one, the oldest first."""
    ends = []
    first = today.replace(day=1)
    for _ in range(count):
        ends.append(first - timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


def checked(past: list[PastInvoice], waiting: list[WaitingInvoice], today: date) -> Check:
    """Make the forecast of each of the last month ends with what was known then, and look what really came."""
    months = within = 0
    for on in month_ends(today - timedelta(days=CHECKED_DAYS), CHECKED_MONTHS):
        known = [row for row in past if row.settled_on <= on]
        waited = [row for row in past if row.settled_on > on and row.due_on > on - A_YEAR]
        then = [
            *(WaitingInvoice(row.customer_id, row.due_on, row.cents) for row in waited),
            *(row for row in waiting if row.due_on <= on),
        ]
        found = expected_receipts(known, then, on, [CHECKED_DAYS])
        if not found or not then:
            continue
        came = sum(row.cents for row in waited if row.settled_on <= on + timedelta(days=CHECKED_DAYS))
        months += 1
        within += found[0].low_80_cents <= came <= found[0].high_80_cents
    return Check(months, within)


def effects(company: Company, today: date) -> Iterable[Effect]:
    """Of the messages of the last year, the share after which the customer paid within ten days, step by step."""
    last_on = today - timedelta(days=DAYS_AFTER_A_REMINDER)
    received: dict[int, list[Received]] = defaultdict(list)
    for one in received_between(company.pk, last_on - A_YEAR, today):
        received[one.customer_id].append(one)
    cases: dict[str, list[int]] = defaultdict(list)
    for customer_id, step, on in steps_taken(company.pk, last_on - A_YEAR, last_on):
        until = on + timedelta(days=DAYS_AFTER_A_REMINDER)
        cases[step].append(sum(one.cents for one in received[customer_id] if on < one.on <= until))
    for step, sums in sorted(cases.items(), key=lambda case: _days_of(case[0])):
        yield Effect(step, Share(len(sums), sum(1 for cents in sums if cents)), sum(sums))


def _days_of(step: str) -> int:
    """The day of a step from its code, `J+10` or `J-7`."""
    number = step.removeprefix("J").removeprefix("+")
    return int(number) if number.lstrip("-").isdecimal() else 0
