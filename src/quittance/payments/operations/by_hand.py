"""Payments that no bank line brought: noted by a person, or stated by a file of invoices."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, Sum

from quittance.domain.matching import Evidence
from quittance.domain.money import french_euros
from quittance.journal.operations import append, hold
from quittance.payments.models import Payment, Receivable
from quittance.payments.operations.allocations import (
    NothingToUndo,
    PaymentDetails,
    record_payments,
    take_back,
)

BY_FILE = "paid-by-file:"  # the source of what a file of invoices says was paid
NUMBER = "installment__invoice__number"
METHODS = ("cheque", "cash", "card", "transfer", "other")


class PaymentRefused(Exception):
    """The payment does not fit the invoice: nothing was recorded."""


@dataclass(frozen=True, slots=True)
class NotedPayment:
    """A payment noted or taken back, in cents, and what is open on the invoice after it."""

    cents: int
    received_on: date
    open_cents: int


@transaction.atomic
def note_payment(
    *,
    company_id: int,
    number: str,
    amount_cents: int,
    method: str,
    received_on: date,
    today: date,
    actor: str,
    at: datetime,
) -> NotedPayment:
    """Note, by a person's word, that so much was paid on an invoice. Refusal: `PaymentRefused`.

    When the bank shows the same money afterwards, its line is tied to this payment.
    """
    hold(company_id=company_id)
    assert method in METHODS
    parts = _open_parts(company_id, number)
    open_cents = sum(part.open_cents for part in parts)
    if not parts:
        raise PaymentRefused(f"La facture {number} n'existe pas ici, ou n'a plus rien à régler.")
    if amount_cents <= 0:
        raise PaymentRefused("Un paiement est une somme positive, par exemple 120,00.")
    if amount_cents > open_cents:
        raise PaymentRefused(
            f"{french_euros(amount_cents)} dépassent ce qui reste dû sur {number} : {french_euros(open_cents)}. "
            "Notez ce qui règle cette facture, puis le reste sur une autre."
        )
    if received_on > today:
        raise PaymentRefused(
            f"Le {received_on:%d/%m/%Y} est à venir. Donnez le jour où vous avez reçu l'argent."
        )
    record_payments(
        company_id=company_id,
        payments=[
            PaymentDetails(
                parts[0].customer_id,
                method,
                received_on,
                amount_cents,
                allocations=_oldest_first(parts, amount_cents),
                evidence=(Evidence.of("chosen", seen=actor),),
                label=f"Noté à la main, facture {number}",
            )
        ],
        source="by hand",
        actor=actor,
        at=at,
    )
    return NotedPayment(amount_cents, received_on, open_cents - amount_cents)


@transaction.atomic
def take_back_noted(
    *, company_id: int, number: str, actor: str, at: datetime, noted_at: datetime | None = None
) -> NotedPayment:
    """Take back the latest payment that a person or a file of invoices put on an invoice; with `noted_at`, only the one
    that was noted then: asked twice, nothing earlier goes. Refusal: `NothingToUndo`.
    """
    hold(company_id=company_id)
    of_then = {} if noted_at is None else {"allocations__at": noted_at}
    payment = (
        Payment.objects.filter(
            Q(source_key="") | Q(source_key__startswith=BY_FILE),
            company_id=company_id,
            undone_at__isnull=True,
            credit_note__isnull=True,
            bank_line__isnull=True,
            allocations__reverses__isnull=True,
            allocations__reversed_by__isnull=True,
            **{f"allocations__receivable__{NUMBER}": number},
            **of_then,
        )
        .order_by("-pk")
        .first()
    )
    if payment is None and noted_at is not None:
        raise NothingToUndo(f"Ce paiement n'est plus sur la facture {number} : il n'y a rien à défaire.")
    if payment is None:
        raise NothingToUndo(
            f"Aucun paiement noté à la main n'est sur la facture {number}. Un paiement vu à la banque se défait avec "
            "« quittance undo » et le numéro de sa ligne."
        )
    standing = take_back(payment, actor, at)
    append(
        company_id=company_id,
        kind="payments.undone",
        data={"payment": payment.pk, "cents": sum(allocation.amount_cents for allocation in standing)},
        actor=actor,
        at=at,
    )
    open_cents = sum(part.open_cents for part in _open_parts(company_id, number))
    return NotedPayment(payment.amount_cents, payment.received_on, open_cents)


def _open_parts(company_id: int, number: str) -> list[Receivable]:
    rows = Receivable.objects.filter(company_id=company_id, open_cents__gt=0, **{NUMBER: number})
    return list(rows.order_by("due_on", "pk"))


@transaction.atomic
def record_paid_by_file(
    *, company_id: int, paid: Mapping[str, int], on: date, source: str, actor: str, at: datetime
) -> int:
    """Record what a file says was paid on known invoices, by number in cents, and is not here yet; return how many.

    Never more than is open. Money of the customer that is already kept as credit comes first: it is the same money,
    known from the bank or the books, and lowers what is asked as it is.
    """
    hold(company_id=company_id)
    parts_of: dict[str, list[Receivable]] = defaultdict(list)
    receivables = Receivable.objects.filter(company_id=company_id).select_related("installment__invoice")
    for row in receivables.order_by("due_on", "pk").iterator(2000):
        if row.installment.invoice.number in paid:
            parts_of[row.installment.invoice.number].append(row)
    kept = _kept_cents(company_id)
    payments = []
    for number, parts in parts_of.items():
        missing = paid[number] - sum(part.due_cents - part.open_cents for part in parts)
        known = min(max(missing, 0), kept[parts[0].customer_id])
        kept[parts[0].customer_id] -= known
        allocations = _oldest_first(parts, missing - known)
        if allocations:
            payments.append(
                PaymentDetails(
                    parts[0].customer_id,
                    "other",
                    on,
                    sum(cents for _, cents in allocations),
                    allocations=allocations,
                    source_key=source_by_file(number, paid[number]),
                    label=f"Réglé d'après le fichier du {on:%d/%m/%Y}, facture {number}",
                )
            )
    return record_payments(company_id=company_id, payments=payments, source=source, actor=actor, at=at)


def _kept_cents(company_id: int) -> dict[int, int]:
    """The money of each customer that is on no invoice, credit notes apart."""
    kept = Payment.objects.filter(company_id=company_id, credit_cents__gt=0, credit_note__isnull=True)
    rows = kept.values_list("customer_id").annotate(cents=Sum("credit_cents"))
    return defaultdict(int, dict(rows))


def _oldest_first(parts: Sequence[Receivable], cents: int) -> list[tuple[int, int]]:
    """Put a sum on the open parts of an invoice, as (receivable, cents)."""
    allocations = []
    for part in parts:
        put = min(cents, part.open_cents)
        if put > 0:
            allocations.append((part.pk, put))
            cents -= put
    return allocations


def source_by_file(number: str, paid_cents: int) -> str:
    """Name the source of a payment that a file of invoices states: said again, it is known."""
    return f"{BY_FILE}{number}:{paid_cents}"
