"""Open receivables with as little as a decision needs: thirty days of them are looked at in one go."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from quittance.payments.models import Receivable


class OpenDebt(NamedTuple):
    """An open receivable. Amounts in cents."""

    receivable_id: int
    customer_id: int
    invoice_number: str
    due_on: date
    term_days: int
    open_cents: int


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
