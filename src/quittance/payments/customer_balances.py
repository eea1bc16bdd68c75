"""What customers owe and how late they pay, many customers at once: sums made by the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connections
from django.db.models import DateField, F, Func, IntegerField, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Greatest

from quittance.domain.risk import PAID_WITHIN_DAYS, Lateness
from quittance.payments.models import Allocation, Payment, Receivable

Customers = Collection[int] | None  # None: all of the company


@dataclass(frozen=True, slots=True)
class Owed:
    """What a customer owes on a day, credits not deducted; `oldest_due_on`: of what is overdue."""

    open_cents: int
    overdue_cents: int
    open_count: int
    overdue_count: int
    oldest_due_on: date | None


class _DaysBetween(Func):
    """Whole days from the second date to the first."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        words = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return super().as_sql(compiler, connection, template=words, arg_joiner=") - julianday(", **options)

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        return super().as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **options)


def open_and_overdue(
    company_id: int, today: date, customer_ids: Customers = None
) -> dict[int, tuple[int, int]]:
    """Return what each customer owes that owes something, and what of it is overdue: (cents, cents)."""
    if customer_ids is not None and not customer_ids:
        return {}
    sums = (
        _open(company_id, customer_ids)
        .values("customer_id")
        .annotate(open=Sum("open_cents"), overdue=Sum("open_cents", filter=Q(due_on__lt=today)))
    )
    rows = _as_they_come(sums.values_list("customer_id", "open", "overdue"))
    return {
        int(customer_id): (int(open_cents), int(overdue or 0)) for customer_id, open_cents, overdue in rows
    }


def oldest_overdue(company_id: int, today: date, customer_ids: Customers = None) -> dict[int, date]:
    """Return the oldest due date of what each customer has overdue."""
    overdue = _open(company_id, customer_ids).filter(due_on__lt=today)
    sums = overdue.values("customer_id").annotate(oldest=Min("due_on"))
    return dict(sums.values_list("customer_id", "oldest").iterator(5000))


def owed_by(company_id: int, customer_id: int, today: date) -> Owed:
    """Return what one customer owes."""
    rows = list(_open(company_id, [customer_id]).values_list("due_on", "open_cents"))
    overdue = [(due_on, cents) for due_on, cents in rows if due_on < today]
    return Owed(
        open_cents=sum(cents for _, cents in rows),
        overdue_cents=sum(cents for _, cents in overdue),
        open_count=len(rows),
        overdue_count=len(overdue),
        oldest_due_on=min((due_on for due_on, _ in overdue), default=None),
    )


def lateness_of(company_id: int, today: date, customer_ids: Customers = None) -> dict[int, Lateness]:
    """Return by how much the money of customers comes late: what they paid within a year, and what is overdue.

    docs/rules/customer-risk.md; credit notes are no payment.
    """
    # By the customers alone where they are given: an index of the company's payments would read them all.
    whose = (
        {"payment__company_id": company_id}
        if customer_ids is None
        else {"payment__customer_id__in": customer_ids}
    )
    paid = Allocation.objects.filter(
        **whose,
        payment__received_on__gte=today - timedelta(days=PAID_WITHIN_DAYS),
        payment__received_on__lte=today,
        amount_cents__gt=0,
        reversed_by__isnull=True,
    ).exclude(payment__method="credit_note")
    overdue = _open(company_id, customer_ids).filter(due_on__lt=today)
    found: dict[int, Lateness] = {}
    paid_late = Greatest(_DaysBetween(F("payment__received_on"), F("receivable__due_on")), 0)
    for rows in (
        _sums(paid, "payment__customer_id", "amount_cents", paid_late),
        _sums(overdue, "customer_id", "open_cents", _DaysBetween(_day(today), F("due_on"))),
    ):
        for customer_id, day_cents, cents in rows.iterator(5000):
            found[customer_id] = found.get(customer_id, Lateness()) + Lateness(int(day_cents), int(cents))
    return found


def credit_totals(company_id: int, customer_ids: Customers = None) -> dict[int, int]:
    """Return the money of customers that is on no invoice."""
    payments = Payment.objects.filter(company_id=company_id, credit_cents__gt=0)
    if customer_ids is not None:
        payments = payments.filter(customer_id__in=customer_ids)
    return dict(
        payments.values("customer_id").annotate(cents=Sum("credit_cents")).values_list("customer_id", "cents")
    )


def _as_they_come(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Fetch whole numbers without what the ORM does to each of them, which takes longer than their sums."""
    words, parameters = rows.query.sql_with_params()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(words, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _open(company_id: int, customer_ids: Customers) -> QuerySet[Receivable]:
    rows = Receivable.objects.filter(company_id=company_id, open_cents__gt=0)
    return rows if customer_ids is None else rows.filter(customer_id__in=customer_ids)


def _day(on: date) -> Any:
    return Value(on, output_field=DateField())


def _sums(rows: QuerySet[Any], customer: str, cents: str, days: Any) -> QuerySet[Any, Any]:
    sums = rows.values(customer).annotate(day_cents=Sum(F(cents) * days), cents=Sum(cents))
    found: QuerySet[Any, Any] = sums.values_list(customer, "day_cents", "cents")
    return found
