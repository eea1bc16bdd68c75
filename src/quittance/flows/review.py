"""Looking at a company's book: who owes what, since when, and how fast customers pay."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quittance.collection.queries import last_steps
from quittance.customers.queries import names_by_id
from quittance.domain.aging import AgedBalance, aged_balance
from quittance.domain.dso import Dso, count_back_dso, simple_dso
from quittance.payments.queries import (
    due_rows,
    open_items,
    open_total,
)
from quittance.sales.queries import invoiced_by_day

if TYPE_CHECKING:
    from quittance.company.models import Company

SIMPLE_PERIOD_DAYS = 90


@dataclass(frozen=True, slots=True)
class Aged:
    """The aged balance with the customers' names, those who owe most first, and both DSO."""

    balance: AgedBalance
    names: dict[str, str]
    count_back: Dso
    simple: Dso


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An overdue invoice, and the last step taken for it."""

    customer: str
    customer_name: str
    invoice: str
    due_on: date
    days_late: int
    open_cents: int
    last_step: str


def aged(*, company: Company, today: date) -> Aged:
    """Return what is open by age and customer, and the DSO by both usages."""
    items = open_items(company.pk, with_credits=True)
    open_cents = open_total(company.pk)
    by_day = invoiced_by_day(company.pk, since=date(today.year - 3, today.month, 1))
    by_month: dict[tuple[int, int], int] = defaultdict(int)
    for on, cents in by_day:
        if on <= today:
            by_month[(on.year, on.month)] += cents
    since = today - timedelta(days=SIMPLE_PERIOD_DAYS)
    recent = sum(cents for on, cents in by_day if since < on <= today)
    return Aged(
        balance=aged_balance(items, today),
        names=dict(names_by_id(company.pk).values()),
        count_back=count_back_dso(open_cents=open_cents, sales_by_month=by_month, today=today),
        simple=simple_dso(open_cents=open_cents, sales_cents=recent, period_days=SIMPLE_PERIOD_DAYS),
    )


def overdue(*, company: Company, today: date) -> list[OverdueRow]:
    """Return the overdue invoices, the latest first."""
    steps = last_steps(company.pk)
    names = names_by_id(company.pk)
    return [
        OverdueRow(
            customer=names[row.customer_id][0],
            customer_name=names[row.customer_id][1],
            invoice=row.invoice_number,
            due_on=row.due_on,
            days_late=(today - row.due_on).days,
            open_cents=row.open_cents,
            last_step=steps.get(row.receivable_id, ""),
        )
        for row in due_rows(company.pk, until_on=today - timedelta(days=1))
    ]
