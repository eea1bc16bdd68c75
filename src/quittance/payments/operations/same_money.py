"""Noting that a payment of the books and a bank line are the same money, so that it counts once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from quittance.journal.operations import append, hold
from quittance.payments.known_money import lines_without_payment, payments_without_line
from quittance.payments.models import Payment, Proposal
from quittance.payments.waiting import note_waiting


@transaction.atomic
def tie_lines(*, company_id: int, lines: Mapping[int, int], actor: str, at: datetime) -> int:
    """Give payments their bank line, by payment id; return how many were tied.

    A payment or a line that is taken meanwhile is left alone.
    """
    hold(company_id=company_id)
    payments = {payment.id for payment in payments_without_line(company_id)}
    free = {line.id for line in lines_without_payment(company_id)}
    tied = {payment_id: line_id for payment_id, line_id in lines.items() if payment_id in payments}
    tied = {payment_id: line_id for payment_id, line_id in tied.items() if line_id in free}
    if not tied:
        return 0
    rows = list(Payment.objects.filter(company_id=company_id, pk__in=tied))
    for row in rows:
        row.bank_line_id = tied[row.pk]
        row.tied_at = at
    Payment.objects.bulk_update(rows, ["bank_line", "tied_at"], batch_size=500)
    Proposal.objects.filter(bank_line_id__in=tied.values()).delete()
    note_waiting(tied.values())
    append(
        company_id=company_id,
        kind="payments.tied",
        data={"lines": {str(payment_id): line_id for payment_id, line_id in tied.items()}},
        actor=actor,
        at=at,
    )
    return len(tied)


@transaction.atomic
def note_sources(
    *, company_id: int, sources: Mapping[int, str], source: str, actor: str, at: datetime
) -> int:
    """Note, by payment id, under which key an accounting file states a payment that is known; return how many."""
    hold(company_id=company_id)
    rows = list(Payment.objects.filter(company_id=company_id, pk__in=list(sources), source_key=""))
    if not rows:
        return 0
    for row in rows:
        row.source_key = sources[row.pk]
    Payment.objects.bulk_update(rows, ["source_key"], batch_size=500)
    append(
        company_id=company_id,
        kind="payments.same_money",
        data={"source": source, "payments": {str(row.pk): row.source_key for row in rows}},
        actor=actor,
        at=at,
    )
    return len(rows)
