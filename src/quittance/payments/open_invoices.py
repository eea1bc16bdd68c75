"""Open invoices that money may be put on: a customer's, those named, or those that are searched for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from quittance.payments.lists import Filter, receivables
from quittance.payments.models import Receivable


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice with something left on it. `due_on`: of its oldest open installment."""

    number: str
    invoice_id: int
    customer_id: int
    customer_name: str
    due_on: date
    open_cents: int


def open_invoices(
    company_id: int,
    *,
    today: date,
    numbers: Collection[str] = (),
    customer_id: int | None = None,
    words: str = "",
    most: int = 30,
) -> list[OpenInvoice]:
    """Return open invoices, the oldest due first: those named, those of a customer, and those that words may mean."""
    meant = Q(number__in=list(numbers))
    if customer_id is not None:
        meant |= Q(customer_id=customer_id)
    rows = Receivable.objects.filter(meant, company_id=company_id, open_cents__gt=0)
    found = _told(rows, most + len(numbers))
    if words:
        searched = receivables(company_id, Filter(today, state="open", words=words))
        known = {one.number for one in found}
        found += [one for one in _told(searched, most) if one.number not in known]
    return found


def _told(rows: QuerySet[Receivable], most: int) -> list[OpenInvoice]:
    found: dict[str, OpenInvoice] = {}
    facts = rows.order_by("due_on", "pk").values_list(
        "number", "installment__invoice_id", "customer_id", "customer__name", "due_on", "open_cents"
    )
    for number, invoice_id, customer_id, name, due_on, cents in facts[:most]:
        first = found.get(number)
        if first is not None:
            due_on, cents = first.due_on, first.open_cents + cents  # noqa: PLW2901 - the parts of one invoice
        found[number] = OpenInvoice(number, invoice_id, customer_id, name, due_on, cents)
    return list(found.values())
