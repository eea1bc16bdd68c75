"""What would leave in the next thirty days if nothing changes: the book is read once, the days are only computed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quittance.collection.queries import plans_by_kind
from quittance.customers.queries import ids_in_charge
from quittance.domain.foresight import foresee
from quittance.domain.reminders import Restraint
from quittance.flows.chase import Book
from quittance.payments.coverage import bank_read_on
from quittance.payments.open_debts import open_debts

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.customers.models import Customer
    from quittance.domain.reminders import Action, Step
    from quittance.payments.open_debts import OpenDebt

DAYS = 30


@dataclass(frozen=True, slots=True)
class Departure:
    """A step that a customer would receive on a day."""

    on: date
    customer: Customer
    action: Action

    @property
    def step(self) -> Step:
        """The step of the plan, or the call that was agreed."""
        return self.action.step

    @property
    def amount_cents(self) -> int:
        """What it would ask, the customer's credit deducted."""
        return self.action.amount_cents

    @property
    def numbers(self) -> tuple[str, ...]:
        """The invoices it would speak of."""
        return tuple(debt.number for debt in self.action.debts)


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


def outlook(
    *, company: Company, today: date, days: int = DAYS, in_charge_id: int | None = None
) -> Outlook:
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
    book = Book(company, debts_of.keys(), today, whole=theirs is None)
    restraint = Restraint(
        bank_read_on=today,
        stale_after_working_days=company.bank_stale_after_working_days,
        minimum_gap_days=company.minimum_gap_days,
        threshold_cents=company.reminder_threshold_cents,
    )
    departures = [
        Departure(foreseen.on, book.customers[customer_id], foreseen.action)
        for customer_id, debts in debts_of.items()
        for foreseen in foresee(
            book.account(customer_id, debts),
            plans[book.customers[customer_id].kind],
            restraint,
            from_on=today,
            until_on=until_on,
        )
    ]
    departures.sort(key=lambda one: (one.on, -one.amount_cents, one.customer.reference))
    return Outlook(today, until_on, bank_read_on(company.pk), tuple(departures))
