"""What was paid when: read once for the dashboard, whose figures are all drawn from these rows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Max, Q, Sum

from quittance.domain.forecast import PastInvoice, WaitingInvoice
from quittance.payments.models import Allocation, Payment, Receivable


def past_invoices(company_id: int, *, since: date) -> list[PastInvoice]:
    """Return the receivables that fell due since a day and are settled by money, with the day of their last payment."""
    rows = (
        Receivable.objects.filter(
            company_id=company_id, open_cents=0, due_on__gte=since, allocated_cents__gt=0
        )
        .annotate(
            settled_on=Max(
                "allocations__payment__received_on",
                filter=Q(allocations__reverses__isnull=True, allocations__reversed_by__isnull=True),
            )
        )
        .values_list("customer_id", "due_on", "settled_on", "due_cents")
    )
    return [PastInvoice(*row) for row in rows.iterator(5000) if row[2] is not None]


def waiting_invoices(company_id: int) -> list[WaitingInvoice]:
    """Return the open receivables."""
    rows = Receivable.objects.filter(company_id=company_id, open_cents__gt=0)
    return [
        WaitingInvoice(*row) for row in rows.values_list("customer_id", "due_on", "open_cents").iterator(5000)
    ]


def overdue_at(company_id: int, days: list[date]) -> dict[date, int]:
    """Return what was overdue at the end of each of some days, in cents, as it is known today.

    An amount is overdue from the day after its due date until its money is received.
    """
    fell_due: Counter[date] = Counter()
    for due_on, cents in (
        Receivable.objects.filter(company_id=company_id)
        .values("due_on")
        .annotate(cents=Sum(F("due_cents") - F("written_off_cents")))
        .values_list("due_on", "cents")
    ):
        fell_due[due_on + timedelta(days=1)] += cents
    standing = Allocation.objects.filter(
        receivable__company_id=company_id, reverses__isnull=True, reversed_by__isnull=True
    )
    grouped = (
        standing.values("receivable__due_on", "payment__received_on")
        .annotate(cents=Sum("amount_cents"))
        .values_list("receivable__due_on", "payment__received_on", "cents")
    )
    for due_on, received_on, cents in grouped.iterator(5000):
        fell_due[max(received_on, due_on + timedelta(days=1))] -= cents
    changes = sorted(fell_due.items())
    found, total, rank = {}, 0, 0
    for day in sorted(days):
        while rank < len(changes) and changes[rank][0] <= day:
            total += changes[rank][1]
            rank += 1
        found[day] = total
    return found


@dataclass(frozen=True, slots=True)
class Received:
    """Money that a customer paid on a day, in cents."""

    customer_id: int
    on: date
    cents: int


def received_between(company_id: int, first_on: date, last_on: date) -> list[Received]:
    """Return the money received on the days of a period, credit notes apart."""
    rows = Payment.objects.filter(
        company_id=company_id, undone_at__isnull=True, received_on__gte=first_on, received_on__lte=last_on
    ).exclude(method="credit_note")
    return [
        Received(*row)
        for row in rows.values_list("customer_id", "received_on", "amount_cents").iterator(5000)
    ]


def received_total(company_id: int, first_on: date, last_on: date) -> tuple[int, int]:
    """Return how much money was received on the days of a period, in cents, and in how many payments."""
    found = (
        Payment.objects.filter(
            company_id=company_id, undone_at__isnull=True, received_on__gte=first_on, received_on__lte=last_on
        )
        .exclude(method="credit_note")
        .aggregate(cents=Sum("amount_cents"), payments=Count("pk"))
    )
    return int(found["cents"] or 0), found["payments"]
