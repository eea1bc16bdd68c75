"""What stands on one invoice, or one credit note: its due dates, and the money that was put on it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from quittance.domain.matching import evidence_in_words
from quittance.domain.texts.typography import Language
from quittance.payments.models import Allocation, Payment, Proposal, Receivable
from quittance.payments.operations.allocations import evidence_from_json
from quittance.payments.operations.by_hand import BY_FILE
from quittance.payments.operations.credits import USED
from quittance.payments.queries import INVOICE, DueRow
from quittance.sales.queries import installments_of


@dataclass(frozen=True, slots=True)
class Settled:
    """A part of a payment or credit note put on an invoice: what was seen of it, and how it is undone.

    `undo`: `line` (with the bank line), `noted` (the latest that a person or a file noted), `credit` (the last use of
    the customer's credit), or empty: it is undone elsewhere.
    """

    receivable_id: int
    invoice_id: int
    number: str
    cents: int
    received_on: date
    method: str
    label: str
    evidence: str
    bank_line_id: int | None
    credit_note_id: int | None
    credit_note: str
    actor: str
    at: datetime
    payment_cents: int
    undo: str = ""


def due_rows_of_invoice(company_id: int, invoice_id: int) -> list[DueRow]:
    """Return the due dates of an invoice, open or settled, in their order."""
    rows = (
        Receivable.objects.filter(pk__in=_receivables_of(company_id, invoice_id))
        .annotate(
            paid_on=Max(
                "allocations__payment__received_on",
                filter=Q(allocations__reversed_by__isnull=True, allocations__reverses__isnull=True),
            )
        )
        .order_by("due_on", "pk")
        .values_list(
            "pk", "customer_id", f"{INVOICE}pk", "number", "issued_on", "due_on", f"{INVOICE}term_days", "due_cents",
            "open_cents", "allocated_cents", "credited_cents", "paid_on", f"{INVOICE}order_reference",
            f"{INVOICE}subject",
        )
    )  # fmt: skip
    return [DueRow(*row) for row in rows]


def _receivables_of(company_id: int, invoice_id: int) -> list[int]:
    """Found by the invoice, then by its installments: by the company, the database would read all that is owed."""
    parts = Receivable.objects.filter(installment_id__in=installments_of(invoice_id))
    return [pk for company, pk in parts.values_list("company_id", "pk") if company == company_id]


def settled_on_invoice(company_id: int, invoice_id: int, *, language: Language) -> list[Settled]:
    """Return what stands on an invoice, the newest first, each with the evidence that put it there."""
    ids = _receivables_of(company_id, invoice_id)
    return _settled(_standing().filter(receivable_id__in=ids), language)


def uses_of_credit_note(company_id: int, invoice_id: int, *, language: Language) -> list[Settled]:
    """Return the invoices that a credit note was put on."""
    payments = Payment.objects.filter(credit_note_id=invoice_id).values_list("company_id", "pk")
    ids = [pk for company, pk in payments if company == company_id]
    return _settled(_standing().filter(payment_id__in=ids), language)


def credit_note_payment(company_id: int, invoice_id: int) -> Payment | None:
    """Return a credit note as money of its customer."""
    return Payment.objects.filter(company_id=company_id, credit_note_id=invoice_id).first()


def proposed_lines(company_id: int, receivable_ids: list[int]) -> list[tuple[int, date, int]]:
    """Return the bank lines that may be for these receivables: (line, booked on, cents), the best guess of each."""
    rows = Proposal.objects.filter(
        bank_line__company_id=company_id, receivable_id__in=receivable_ids, rank=0
    ).order_by("bank_line__booked_on", "bank_line_id")
    return list(
        rows.values_list("bank_line_id", "bank_line__booked_on", "bank_line__amount_cents").distinct()
    )


def _standing() -> QuerySet[Allocation]:
    # What reverses another is negative. By `reverses`, SQLite would walk all that was ever allocated.
    return Allocation.objects.filter(amount_cents__gt=0, reversed_by__isnull=True)


def _settled(rows: QuerySet[Allocation], language: Language) -> list[Settled]:
    found = rows.select_related("payment__credit_note", "receivable__installment").order_by(
        "-payment__received_on", "-pk"
    )
    newest_noted = max((row.payment_id for row in found if _is_noted(row)), default=0)
    return [
        Settled(
            receivable_id=row.receivable_id,
            invoice_id=row.receivable.installment.invoice_id,
            number=row.receivable.number,
            cents=row.amount_cents,
            received_on=row.payment.received_on,
            method=row.payment.method,
            label=row.payment.label,
            evidence=evidence_in_words(evidence_from_json(row.evidence), language),
            bank_line_id=row.payment.bank_line_id,
            credit_note_id=row.payment.credit_note_id,
            credit_note=row.payment.credit_note.number if row.payment.credit_note else "",
            actor=row.actor,
            at=row.at,
            payment_cents=row.payment.amount_cents,
            undo=_undo(row, newest_noted),
        )
        for row in found
    ]


def _undo(row: Allocation, newest_noted: int) -> str:
    if any(fact["code"] == USED for fact in row.evidence):
        return "credit"
    if row.payment.bank_line_id is not None:
        return "line"
    return "noted" if row.payment_id == newest_noted else ""


def _is_noted(row: Allocation) -> bool:
    """Whether a person, or a file of invoices, noted this payment: `take_back_noted` takes the latest of them."""
    payment = row.payment
    by_word = not payment.source_key or payment.source_key.startswith(BY_FILE)
    return by_word and payment.bank_line_id is None and payment.credit_note_id is None
