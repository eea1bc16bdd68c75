"""Opening receivables."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from quittance.journal.operations import append
from quittance.payments.models import Receivable


@transaction.atomic
def open_receivables(
    *, company_id: int, installments: Sequence[tuple[int, int, date, int]], actor: str, at: datetime
) -> dict[int, int]:
    """Open one receivable per installment, given as (id, customer id, due date, cents).

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
                due_on=due_on,
                due_cents=cents,
                open_cents=cents,
            )
            for installment_id, customer_id, due_on, cents in installments
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
