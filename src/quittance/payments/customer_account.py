"""One customer's account: what is open, what was paid and on what it was put."""

from dataclasses import dataclass
from datetime import date

from quittance.domain.aging import OpenItem
from quittance.payments.models import Allocation, Payment, Receivable

INVOICE = "installment__invoice__"


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice, or an installment of one, that is not paid. Amounts in cents."""

    receivable_id: int
    invoice_id: int
    number: str
    issued_on: date
    due_on: date
    due_cents: int
    open_cents: int
    subject: str
    order_reference: str


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment that stands; `parts`: (invoice id, number, cents) of what it was put on."""

    payment: Payment
    parts: tuple[tuple[int, str, int], ...]


def open_invoices(company_id: int, customer_id: int) -> list[OpenInvoice]:
    """Return what a customer owes, oldest due date first."""
    rows = Receivable.objects.filter(company_id=company_id, customer_id=customer_id, open_cents__gt=0)
    found = rows.values_list(
        "pk", f"{INVOICE}pk", "number", "issued_on", "due_on", "due_cents", "open_cents", f"{INVOICE}subject",
        f"{INVOICE}order_reference",
    )  # fmt: skip
    # Sorted here: for the order's sake the database would walk what all customers owe.
    return sorted((OpenInvoice(*row) for row in found), key=lambda one: (one.due_on, one.receivable_id))


def payments_of(company_id: int, customer_id: int, *, most: int) -> list[PaymentSeen]:
    """Return the newest payments and credit notes of a customer that stand, newest first, with what they pay."""
    payments = list(
        Payment.objects.filter(company_id=company_id, customer_id=customer_id, undone_at__isnull=True)
        .select_related("bank_line", "credit_note")
        .order_by("-received_on", "-pk")[:most]
    )
    standing = Allocation.objects.filter(
        payment__in=[payment.pk for payment in payments], amount_cents__gt=0, reversed_by__isnull=True
    ).order_by("pk")
    parts: dict[int, list[tuple[int, str, int]]] = {}
    for payment_id, *part in standing.values_list(
        "payment_id", f"receivable__{INVOICE}pk", "receivable__number", "amount_cents"
    ):
        parts.setdefault(payment_id, []).append((part[0], part[1], part[2]))
    return [PaymentSeen(payment, tuple(parts.get(payment.pk, ()))) for payment in payments]


def open_items_of(company_id: int, customer_id: int) -> list[OpenItem]:
    """Return what is open of one customer, credits as negative items: the ground of their aged balance."""
    rows = Receivable.objects.filter(company_id=company_id, customer_id=customer_id, open_cents__gt=0)
    credit = Payment.objects.filter(company_id=company_id, customer_id=customer_id, credit_cents__gt=0)
    return [
        *(OpenItem("", due_on, cents) for due_on, cents in rows.values_list("due_on", "open_cents")),
        *(OpenItem("", on, -cents) for on, cents in credit.values_list("received_on", "credit_cents")),
    ]
