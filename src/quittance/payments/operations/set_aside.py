"""Saying that a bank credit is no customer's payment, and taking that back."""

from datetime import datetime

from django.db import transaction

from quittance.journal.operations import append, hold
from quittance.payments.models import MatchingRun, Proposal, SetAside
from quittance.payments.operations.allocations import free_credit
from quittance.payments.waiting import note_waiting


@transaction.atomic
def set_aside_line(*, company_id: int, bank_line_id: int, reason: str, actor: str, at: datetime) -> int:
    """Note, by a person's word, that a bank credit pays no customer's invoice; return its cents.

    It is neither matched nor proposed from then on, and holds nobody's reminder. Refusal: `NotAllocated`, when it is
    no credit in euros of this company, pays something already, or is set aside.
    """
    hold(company_id=company_id)
    line = free_credit(company_id, bank_line_id)
    SetAside.objects.create(bank_line=line, reason=reason[:200], actor=actor, at=at)
    Proposal.objects.filter(bank_line=line).delete()
    note_waiting([line.pk])
    append(
        company_id=company_id,
        kind="payments.set_aside",
        data={"bank_line": line.pk, "cents": line.amount_cents, "reason": reason[:200]},
        actor=actor,
        at=at,
    )
    return line.amount_cents


@transaction.atomic
def take_back_set_aside(*, company_id: int, bank_line_id: int, actor: str, at: datetime) -> bool:
    """Let a line that was set aside be matched again; False when it was not set aside."""
    hold(company_id=company_id)
    found = SetAside.objects.filter(bank_line_id=bank_line_id, bank_line__company_id=company_id).first()
    if found is None:
        return False
    found.delete()
    note_waiting([bank_line_id])
    # Whose it may be is not known before the next matching: until then the line counts as not looked at.
    MatchingRun.objects.create(
        company_id=company_id,
        last_line_id=bank_line_id - 1,
        looked_at=0,
        allocated=0,
        proposed=0,
        actor=actor,
        at=at,
    )
    append(
        company_id=company_id,
        kind="payments.set_aside_undone",
        data={"bank_line": bank_line_id},
        actor=actor,
        at=at,
    )
    return True
