"""Opening receivables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from quittance.journal.operations import append
from quittance.payments.models import Receivable


@transaction.atomic
def open_receivables(
    *,
    company_id: int,
    installments: Sequence[tuple[int, int, str, date, date, int]],
    actor: str,
    at: datetime,
) -> dict[int, int]:
    """Open one receivable per installment, given as (id, customer id, invoice number, issued on, due date, cents).

    Returns the ids of the receivables by installment.
    """
    if not installments:
        return {}
    rows = Receivable.objects.bulk_create(
        [
            Receivable(
                company_id=company_id,
                customer_id=customer_id,
                installment_id=installment_id,
                number=number,
                issued_on=issued_on,
                due_on=due_on,
                due_cents=cents,
                open_cents=cents,
            )
            for installment_id, customer_id, number, issued_on, due_on, cents in installments
        ],
        batch_size=4000,
    )
    append(
        company_id=company_id,
        kind="payments.receivables_opened",
        data={"count": len(installments), "cents": sum(cents for *_, cents in installments)},
        actor=actor,
        at=at,
    )
    return {row.installment_id: row.pk for row in rows}


@transaction.atomic
def move_due_dates(
    *, company_id: int, due_dates: Mapping[int, date], source: str, actor: str, at: datetime
) -> int:
    """Give receivables the new due date of their installment, by installment id; return how many moved."""
    rows = [
        row
        for row in Receivable.objects.filter(company_id=company_id, installment_id__in=list(due_dates))
        if row.due_on != due_dates[row.installment_id]
    ]
    if not rows:
        return 0
    moved = {row.pk: [str(row.due_on), str(due_dates[row.installment_id])] for row in rows}
    for row in rows:
        row.due_on = due_dates[row.installment_id]
    Receivable.objects.bulk_update(rows, ["due_on"], batch_size=500)
    append(
        company_id=company_id,
        kind="payments.due_dates_moved",
        data={"source": source, "receivables": moved},
        actor=actor,
        at=at,
    )
    return len(rows)
