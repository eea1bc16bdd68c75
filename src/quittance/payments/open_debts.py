"""Open receivables with as little as a decision needs: thirty days of them are looked at in one go."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Sum

from quittance.customers.queries import customers_of
from quittance.payments.models import Receivable


class OpenDebt(NamedTuple):
    """An open receivable. Amounts in cents."""

    receivable_id: int
    customer_id: int
    invoice_number: str
    due_on: date
    term_days: int
    open_cents: int


class Debtor(NamedTuple):
    """A customer, and what they owe that is late, or that is not due yet."""

    customer_id: int
    name: str
    receivables: int
    open_cents: int


def largest_debtors(
    company_id: int,
    *,
    today: date,
    late: bool,
    kinds: Collection[str],
    most: int,
    in_charge_id: int | None = None,
) -> list[Debtor]:
    """Return the customers of some kinds who owe most of what is late (else: of what is not due yet)."""
    found = Receivable.objects.filter(company_id=company_id, open_cents__gt=0, customer__kind__in=kinds)
    found = found.filter(due_on__lt=today) if late else found.filter(due_on__gt=today)
    if in_charge_id is not None:
        found = found.filter(customer__in_charge_id=in_charge_id)
    sums = found.values("customer_id").annotate(receivables=Count("pk"), cents=Sum("open_cents"))
    rows = list(
        sums.order_by("-cents", "customer_id").values_list("customer_id", "receivables", "cents")[:most]
    )
    # Named once they are few: with the names, all that is owed would be sorted by them.
    known = customers_of(company_id, [customer_id for customer_id, _, _ in rows])
    return [Debtor(customer_id, known[customer_id].name, count, cents) for customer_id, count, cents in rows]


def open_debts(
    company_id: int, *, until_on: date, customer_ids: Collection[int] | None = None
) -> list[OpenDebt]:
    """Return the open receivables (of these customers) that fall due up to a day, oldest due date first."""
    due = Receivable.objects.filter(company_id=company_id, open_cents__gt=0, due_on__lte=until_on)
    if customer_ids is not None:
        due = due.filter(customer_id__in=customer_ids)
    rows = due.order_by("due_on", "pk").values_list(
        "pk", "customer_id", "number", "due_on", "installment__invoice__term_days", "open_cents"
    )
    return [OpenDebt(*row) for row in rows.iterator(5000)]
