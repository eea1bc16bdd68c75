"""Finding money: invoices and bank lines of an amount, and what is left of invoices found otherwise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Min, Q, Sum

from quittance.customers.finding import Scope, in_scopes
from quittance.payments.models import BankLine, Payment, Receivable


@dataclass(frozen=True, slots=True)
class Asked:
    """What an invoice asks, by its id: what is left of it, and the first day on which it is due."""

    open_cents: int
    due_on: date | None


@dataclass(frozen=True, slots=True)
class LineFound:
    """A bank line of the amount that is looked for."""

    pk: int
    company_id: int
    booked_on: date
    cents: int
    label: str
    waits: bool


def asked_by(invoice_ids: Collection[int]) -> dict[int, Asked]:
    """Return what these invoices ask; of a credit note, what is left to use."""
    of_invoice = "installment__invoice_id"
    rows = Receivable.objects.filter(installment__invoice_id__in=invoice_ids)
    found = {
        invoice_id: Asked(cents, due_on)
        for invoice_id, cents, due_on in rows.values(of_invoice)
        .annotate(cents=Sum("open_cents"), due=Min("due_on"))
        .values_list(of_invoice, "cents", "due")
    }
    credit_notes = Payment.objects.filter(credit_note_id__in=invoice_ids)
    for invoice_id, cents in credit_notes.values_list("credit_note_id", "credit_cents"):
        found[invoice_id] = Asked(cents, None)
    return found


def open_of_customers(customer_ids: Collection[int]) -> dict[int, int]:
    """Return what each of these customers owes."""
    rows = Receivable.objects.filter(customer_id__in=customer_ids, open_cents__gt=0)
    return {
        customer_id: int(cents)
        for customer_id, cents in rows.values("customer_id")
        .annotate(cents=Sum("open_cents"))
        .values_list("customer_id", "cents")
    }


def invoices_of_amount(scopes: Collection[Scope], cents: int, *, most: int) -> list[int]:
    """Return the invoices of which an installment is, or has left, this very sum; the latest due first."""
    rows = Receivable.objects.filter(in_scopes(scopes, "customer__")).filter(
        Q(due_cents=cents) | Q(open_cents=cents)
    )
    ids = rows.order_by("-due_on", "-pk").values_list("installment__invoice_id", flat=True)
    return list(dict.fromkeys(ids[: most * 2]))[:most]


def lines_of_amount(company_ids: Collection[int], cents: int, *, most: int) -> list[LineFound]:
    """Return the bank lines of this very sum, in or out, the newest first."""
    of_amount = BankLine.objects.filter(company_id__in=company_ids, amount_cents__in=(cents, -cents))
    # By the amount first: for the order's sake SQLite would walk all lines of the company.
    rows = BankLine.objects.filter(pk__in=of_amount.values("pk"))
    found = rows.order_by("-booked_on", "-pk").values_list(
        "pk", "company_id", "booked_on", "amount_cents", "label", "waits"
    )
    return [LineFound(*row) for row in found[:most]]
