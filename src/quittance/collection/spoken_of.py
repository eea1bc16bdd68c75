"""Reading what was done about given receivables: the reminders that speak of them, the disputes over them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from quittance.collection.models import Dispute, Reminder, ReminderItem
from quittance.gateways.clock import civil_day


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """A reminder that speaks of a receivable, as it stood then."""

    reminder: Reminder
    open_cents: int


def last_reminded_on(receivable_ids: Collection[int]) -> dict[int, date]:
    """Return the day of the last reminder that stands, for each of these receivables."""
    rows = ReminderItem.objects.filter(
        receivable_id__in=receivable_ids, cancelled_at__isnull=True, is_new=True
    ).order_by("pk")
    return dict(rows.values_list("receivable_id", "reminder__decided_on"))


def reminders_about(company_id: int, receivable_ids: Collection[int]) -> list[SpokenOf]:
    """Return the reminders that speak of these receivables and stand, newest first, their messages loaded."""
    rows = ReminderItem.objects.filter(
        reminder__company_id=company_id, receivable_id__in=receivable_ids, cancelled_at__isnull=True
    ).select_related("reminder__message", "reminder__letter")
    found: dict[int, SpokenOf] = {}
    for row in rows.order_by("-reminder_id"):
        known = found.get(row.reminder_id)
        found[row.reminder_id] = SpokenOf(row.reminder, row.open_cents + (known.open_cents if known else 0))
    return list(found.values())


def disputes_about(company_id: int, receivable_ids: Collection[int]) -> list[Dispute]:
    """Return the disputes over these receivables, newest first."""
    rows = Dispute.objects.filter(company_id=company_id, receivables__in=receivable_ids)
    return list(rows.distinct().order_by("-pk"))


def disputed_on(company_id: int, receivable_ids: Collection[int]) -> dict[int, date]:
    """Return the day on which the dispute that stands over each of these receivables was opened."""
    rows = Dispute.objects.filter(
        company_id=company_id, settled_at__isnull=True, receivables__in=receivable_ids
    ).values_list("receivables", "opened_at")
    return {
        receivable_id: civil_day(at) for receivable_id, at in rows if receivable_id in set(receivable_ids)
    }


def disputed_ids(company_id: int) -> list[int]:
    """Return the receivables that customers dispute, in all."""
    rows = Dispute.objects.filter(company_id=company_id, settled_at__isnull=True)
    return sorted(set(rows.values_list("receivables", flat=True)))
