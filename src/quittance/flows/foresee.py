"""What would leave in the next thirty days if nothing changes: the book is read once, the days are only computed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from quittance.collection.queries import plans_by_kind
from quittance.customers.queries import ids_in_charge
from quittance.domain.foresight import Foreseen, foresee
from quittance.flows.chase import Book, restraint_of
from quittance.flows.kept import Kept
from quittance.flows.receive_payments import credits_that_may_be_theirs
from quittance.journal.queries import heads
from quittance.payments.coverage import Coverage, bank_read_on
from quittance.payments.open_debts import open_debts

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.customers.models import Customer
    from quittance.payments.open_debts import OpenDebt

DAYS = 30


class Departure(NamedTuple):
    """A step that a customer would receive on a day. `late_days`: of the invoice that is furthest."""

    on: date
    customer_id: int
    reference: str
    name: str
    step: str
    channel: str
    text: str
    offset_days: int
    amount_cents: int  # what it would ask, the customer's credit deducted
    late_days: int
    numbers: tuple[str, ...]  # the invoices it would speak of


@dataclass(frozen=True, slots=True)
class Outlook:
    """The days to come. `departures` by day, then the largest sum first."""

    from_on: date
    until_on: date
    bank_read_on: date | None
    departures: tuple[Departure, ...]

    @property
    def days(self) -> list[date]:
        """Every day looked at, Saturdays and Sundays too."""
        return [
            self.from_on + timedelta(days=rank) for rank in range((self.until_on - self.from_on).days + 1)
        ]

    def on(self, day: date) -> list[Departure]:
        """What would leave on a day."""
        return [departure for departure in self.departures if departure.on == day]

    def by_day(self) -> dict[date, list[Departure]]:
        """What would leave, day by day; days of rest are there, empty."""
        found: dict[date, list[Departure]] = {day: [] for day in self.days}
        for departure in self.departures:
            found[departure.on].append(departure)
        return found


_kept: Kept[Outlook] = Kept()


def outlook_kept(*, company: Company, today: date, in_charge_id: int | None = None) -> Outlook:
    """Return the outlook of the next thirty days, kept in the process while the company's journal stands still."""
    head = heads([company.pk])[company.pk]
    kept = _kept.get((company.pk, in_charge_id))
    if kept is None or kept[0] != head or kept[1].from_on != today:
        kept = (head, outlook(company=company, today=today, in_charge_id=in_charge_id))
        _kept.put((company.pk, in_charge_id), *kept)
    return kept[1]


def outlook(*, company: Company, today: date, days: int = DAYS, in_charge_id: int | None = None) -> Outlook:
    """Say what would leave from today on, if nobody pays or answers and the bank is read every day.

    `in_charge_id`: only for the customers whom this member looks after.
    """
    until_on = today + timedelta(days=days)
    plans = plans_by_kind(company.pk)
    days_ahead = max(plan.days_ahead for plan in plans.values())
    theirs = None if in_charge_id is None else ids_in_charge(company.pk, in_charge_id)
    debts_of: dict[int, list[OpenDebt]] = defaultdict(list)
    for debt in open_debts(company.pk, until_on=until_on + timedelta(days=days_ahead), customer_ids=theirs):
        debts_of[debt.customer_id].append(debt)
    book = Book(company, debts_of.keys(), today, credits_that_may_be_theirs(company.pk), whole=theirs is None)
    restraint = restraint_of(company, Coverage(read_on=today))
    departures = [
        _departure(book.customers[customer_id], foreseen)
        for customer_id, debts in debts_of.items()
        for foreseen in foresee(
            book.account(customer_id, debts),
            plans[book.customers[customer_id].kind],
            restraint,
            from_on=today,
            until_on=until_on,
        )
    ]
    departures.sort(key=lambda one: (one.on, -one.amount_cents, one.reference))
    return Outlook(today, until_on, bank_read_on(company.pk), tuple(departures))


def _departure(customer: Customer, foreseen: Foreseen) -> Departure:
    action = foreseen.action
    return Departure(
        foreseen.on,
        customer.pk,
        customer.reference,
        customer.name,
        action.step.code,
        action.step.channel,
        action.step.text,
        action.step.offset_days,
        action.amount_cents,
        max(debt.days_late(foreseen.on) for debt in action.debts),
        tuple(debt.number for debt in action.debts),
    )
