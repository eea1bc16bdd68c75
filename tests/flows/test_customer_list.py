"""The list of customers against the plain rules, on a book with early, late, part and undone payments."""

from datetime import date, timedelta

import pytest

from cast import BONPAYEUR, TARDIF, Bill, Desk, at_noon, paid_by
from quittance.collection.models import Promise
from quittance.collection.queries import promises_broken
from quittance.customers.models import Customer
from quittance.customers.queries import CustomerFilter
from quittance.domain.risk import lateness
from quittance.flows.customer_list import SORTS, ListFilter, customer_list
from quittance.payments.customer_balances import lateness_of, oldest_overdue, open_and_overdue, owed_by
from quittance.payments.models import Allocation, Receivable

TODAY = date(2026, 11, 20)
EVE = TODAY - timedelta(days=1)


@pytest.fixture
def book(desk: Desk) -> Desk:
    desk.invoices(
        Bill("F-1", TARDIF, date(2026, 6, 1), date(2026, 7, 1), 100_000),
        Bill("F-2", TARDIF, date(2026, 8, 1), date(2026, 8, 31), 60_000),
        Bill("F-3", TARDIF, date(2026, 11, 1), date(2026, 12, 1), 40_000),
        Bill("A-1", TARDIF, date(2026, 9, 1), date(2026, 9, 1), 5_000, credit_note=True),
        Bill("F-4", BONPAYEUR, date(2026, 10, 1), date(2026, 10, 31), 70_000),
        Bill("F-5", BONPAYEUR, date(2025, 3, 1), date(2025, 3, 31), 10_000),
    )
    desk.bank(
        paid_by(TARDIF, date(2026, 7, 21), 100_000, "F-1"),
        paid_by(TARDIF, date(2026, 9, 10), 20_000, "F-2"),
        paid_by(BONPAYEUR, date(2026, 10, 20), 70_000, "F-4"),
        paid_by(BONPAYEUR, date(2025, 9, 30), 10_000, "F-5"),
        through=EVE,
    )
    return desk


def customer(desk: Desk, reference: str) -> Customer:
    return Customer.objects.get(company=desk.company, reference=reference)


def plain_lateness(desk: Desk, one: Customer) -> object:
    """The rule, over every row, without a sum of the database."""
    paid = Allocation.objects.filter(
        receivable__customer=one, amount_cents__gt=0, reversed_by__isnull=True
    ).exclude(payment__method="credit_note")
    parts = [
        ((row.payment.received_on - row.receivable.due_on).days, row.amount_cents)
        for row in paid.select_related("payment", "receivable")
        if TODAY - timedelta(days=365) <= row.payment.received_on <= TODAY
    ]
    overdue = Receivable.objects.filter(customer=one, open_cents__gt=0, due_on__lt=TODAY)
    return lateness([*parts, *(((TODAY - row.due_on).days, row.open_cents) for row in overdue)])


@pytest.mark.parametrize("reference", ["TAR", "BON"])
def test_the_database_counts_lateness_as_the_rule_does(book: Desk, reference: str):
    one = customer(book, reference)
    expected = plain_lateness(book, one)
    assert lateness_of(book.company.pk, TODAY)[one.pk] == expected
    assert lateness_of(book.company.pk, TODAY, [one.pk])[one.pk] == expected


def test_a_payment_taken_back_was_no_payment(book: Desk):
    line = next(row.line_id for row in book.lines() if row.booked_on == date(2026, 7, 21))
    book.undo(line, on=TODAY)
    one = customer(book, "TAR")
    assert lateness_of(book.company.pk, TODAY)[one.pk] == plain_lateness(book, one)
    assert oldest_overdue(book.company.pk, TODAY)[one.pk] == date(2026, 7, 1)


def test_sums_by_customer(book: Desk):
    tardif, bon = customer(book, "TAR"), customer(book, "BON")
    sums = open_and_overdue(book.company.pk, TODAY)
    assert bon.pk not in sums
    owed = owed_by(book.company.pk, tardif.pk, TODAY)
    assert sums[tardif.pk] == (owed.open_cents, owed.overdue_cents)
    assert (owed.oldest_due_on, owed.overdue_count) == (date(2026, 8, 31), 1)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_lists_everybody_once(book: Desk, sort: str, descending: bool):
    listed = customer_list(
        company=book.company,
        today=TODAY,
        wanted=ListFilter(CustomerFilter()),
        sort=sort,
        descending=descending,
    )
    assert len({row.customer.pk for row in listed.rows}) == listed.count == 7
    assert listed.open_cents == sum(row.open_cents for row in listed.rows)
    assert listed.overdue_cents == sum(row.overdue_cents for row in listed.rows)
    if sort in ("open", "overdue", "lateness"):
        assert listed.rows[0].customer.reference in ("TAR", "BON")  # who has no figure comes last


@pytest.mark.parametrize(
    ("case", "promises", "broken"),
    [
        ("none", [], 0),
        ("kept", [("07-10", "07-25", 100_000)], 0),
        ("still runs", [("11-19", "11-20", 999_000)], 0),
        ("the working day after", [("11-10", "11-19", 999_000)], 1),
        ("two in a row", [("10-01", "10-10", 999_000), ("10-12", "10-20", 999_000)], 2),
        ("moved before its day", [("10-01", "10-20", 999_000), ("10-10", "11-30", 999_000)], 0),
        ("paid in part only", [("09-01", "09-15", 30_000)], 1),
    ],
)
def test_promises_broken(book: Desk, case: str, promises: list[tuple[str, str, int]], broken: int):
    one = customer(book, "TAR")
    for made, promised, cents in promises:
        Promise.objects.create(
            company=book.company, customer=one, amount_cents=cents, actor="c",
            promised_on=date.fromisoformat(f"2026-{promised}"), at=at_noon(date.fromisoformat(f"2026-{made}")),
        )  # fmt: skip
    assert promises_broken(book.company.pk, TODAY).get(one.pk, 0) == broken, case
