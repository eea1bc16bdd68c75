"""The same money seen twice: by the books or a person, and by the bank. It is tied together and counts once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from quittance.domain.matching.same_money import NEAR_DAYS, lines_of_payments
from quittance.payments.known_money import lines_without_payment, payments_without_line
from quittance.payments.operations import tie_lines
from quittance.payments.queries import payers

if TYPE_CHECKING:
    from datetime import datetime

    from quittance.company.models import Company


def tie_known_payments(*, company: Company, actor: str, at: datetime) -> int:
    """Tie bank lines to the payments of a FEC or noted by hand that they brought; return how many were tied.

    It comes before matching: a line that is explained so is never put on another invoice.
    """
    payments = payments_without_line(company.pk)
    if not payments:
        return 0
    first_on = min(payment.received_on for payment in payments) - timedelta(days=NEAR_DAYS)
    lines = lines_without_payment(company.pk, since=first_on)
    amounts = {line.amount_cents for line in lines} & {payment.amount_cents for payment in payments}
    if not amounts:
        return 0
    ties = lines_of_payments(
        [line for line in lines if line.amount_cents in amounts], payments, payers(company.pk)
    )
    return tie_lines(company_id=company.pk, lines=ties, actor=actor, at=at) if ties else 0
