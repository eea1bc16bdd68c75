"""Putting the credit that a customer has with us on what is open, and taking that back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from quittance.customers.queries import customer_of
from quittance.domain.allocation import OpenDebt, impute
from quittance.domain.matching import Evidence
from quittance.journal.operations import append, hold
from quittance.payments.models import Allocation, Payment, Proposal, Receivable
from quittance.payments.operations.allocations import (
    NotAllocated,
    NothingToUndo,
    PaymentDetails,
    evidence_as_json,
    free_credit,
    record_payments,
    refresh_receivables,
)

USED = "credit_used"  # the evidence of what was put on an invoice from the customer's credit


@transaction.atomic
def keep_line_as_credit(
    *, company_id: int, bank_line_id: int, customer_id: int, actor: str, at: datetime
) -> int:
    """Keep a whole bank credit as a customer's own money, on no invoice; return its cents. Refusal: `NotAllocated`.

    It is what a payment in advance is before its invoice, or a second payment before it is given back.
    """
    hold(company_id=company_id)
    line = free_credit(company_id, bank_line_id)
    if customer_of(company_id, customer_id) is None:
        raise NotAllocated("Ce client n'est pas de cette société. Choisissez-en un autre.")
    record_payments(
        company_id=company_id,
        payments=[
            PaymentDetails(
                customer_id,
                "transfer",
                line.booked_on,
                line.amount_cents,
                bank_line_id=line.pk,
                label=line.label,
            )
        ],
        source="by hand",
        actor=actor,
        at=at,
    )
    Proposal.objects.filter(bank_line=line).delete()
    return line.amount_cents


@transaction.atomic
def use_credit(
    *, company_id: int, customer_id: int, today: date, actor: str, at: datetime
) -> list[tuple[str, int]]:
    """Put a customer's credit on what is open: what is due first, the oldest of it first (C. civ. 1342-10).

    Payments and credit notes are used in the order in which they came. Returns (invoice number, cents); the cents
    left over stay the customer's credit. Refusal: `NotAllocated`, when there is no credit, or nothing is open.
    """
    hold(company_id=company_id)
    of_customer = {"company_id": company_id, "customer_id": customer_id}
    payments = list(Payment.objects.filter(**of_customer, credit_cents__gt=0).order_by("received_on", "pk"))
    receivables = {
        str(row.pk): row
        for row in Receivable.objects.filter(**of_customer, open_cents__gt=0).select_related(
            "installment__invoice"
        )
    }
    if not payments or not receivables:
        raise NotAllocated(
            "Ce client n'a pas de crédit chez vous."
            if not payments
            else "Ce client ne doit plus rien : son crédit est gardé pour sa prochaine facture."
        )
    debts = [OpenDebt(key, row.due_on, row.open_cents) for key, row in receivables.items()]
    imputed = impute(debts, sum(payment.credit_cents for payment in payments), paid_on=today).allocations
    parts = _draw(payments, [(receivables[part.reference], part.cents) for part in imputed])
    evidence = evidence_as_json((Evidence.of(USED), Evidence.of("oldest_first")))
    rows = Allocation.objects.bulk_create(
        [
            Allocation(
                payment=payment,
                receivable=receivable,
                amount_cents=cents,
                evidence=evidence,
                actor=actor,
                at=at,
            )
            for payment, receivable, cents in parts
        ]
    )
    _move(payments, rows)
    refresh_receivables(company_id, first_allocation=rows[0].pk)
    append(
        company_id=company_id,
        kind="payments.credit_used",
        data={"customer": customer_id, "parts": _as_data(rows)},
        actor=actor,
        at=at,
    )
    return [(receivables[part.reference].installment.invoice.number, part.cents) for part in imputed]


@transaction.atomic
def take_back_credit(
    *, company_id: int, customer_id: int, actor: str, at: datetime, used_at: datetime | None = None
) -> int:
    """Undo the last time that a customer's credit was put on invoices; return the cents that are credit again.

    With `used_at`, that time alone: asked twice, nothing earlier is undone. Refusal: `NothingToUndo`.
    """
    hold(company_id=company_id)
    standing = [
        allocation
        for allocation in Allocation.objects.filter(
            payment__company_id=company_id,
            payment__customer_id=customer_id,
            reverses__isnull=True,
            reversed_by__isnull=True,
        ).select_related("payment")
        if any(fact["code"] == USED for fact in allocation.evidence)
    ]
    if not standing:
        raise NothingToUndo("Aucun crédit de ce client n'est sur une facture : il n'y a rien à défaire.")
    last = max(allocation.at for allocation in standing)
    if used_at not in (None, last):
        raise NothingToUndo("Ce crédit n'est plus sur les factures : il n'y a rien à défaire.")
    payments = {one.payment_id: one.payment for one in standing}
    rows = Allocation.objects.bulk_create(
        [
            Allocation(
                payment=payments[allocation.payment_id],
                receivable_id=allocation.receivable_id,
                amount_cents=-allocation.amount_cents,
                evidence=[],
                reverses=allocation,
                actor=actor,
                at=at,
            )
            for allocation in standing
            if allocation.at == last
        ]
    )
    _move(list(payments.values()), rows)
    refresh_receivables(company_id, first_allocation=rows[0].pk)
    append(
        company_id=company_id,
        kind="payments.credit_taken_back",
        data={"customer": customer_id, "parts": _as_data(rows)},
        actor=actor,
        at=at,
    )
    return -sum(row.amount_cents for row in rows)


def _draw(
    payments: Sequence[Payment], wanted: Sequence[tuple[Receivable, int]]
) -> list[tuple[Payment, Receivable, int]]:
    """Take from the payments, in their order, what each receivable gets; together they have enough."""
    left = {payment.pk: payment.credit_cents for payment in payments}
    parts = []
    for receivable, cents in wanted:
        still = cents
        for payment in payments:
            taken = min(still, left[payment.pk])
            if taken:
                parts.append((payment, receivable, taken))
                left[payment.pk] -= taken
                still -= taken
        assert still == 0
    return parts


def _move(payments: Sequence[Payment], allocations: Sequence[Allocation]) -> None:
    """Move between what a payment has on invoices and what it keeps as credit."""
    for payment in payments:
        cents = sum(row.amount_cents for row in allocations if row.payment_id == payment.pk)
        payment.allocated_cents += cents
        payment.credit_cents -= cents
    Payment.objects.bulk_update(payments, ["allocated_cents", "credit_cents"])


def _as_data(allocations: Sequence[Allocation]) -> list[list[int]]:
    return [[row.payment_id, row.receivable_id, row.amount_cents] for row in allocations]
