"""Aged balance: which bucket, credits apart, and the buckets add up to what is open."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.aging import AgedRow, OpenItem, aged_balance

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("late_days", "cents", "bucket"),
    [
        (-400, 100, "not_due_cents"),
        (0, 100, "not_due_cents"),
        (1, 100, "late_1_30_cents"),
        (30, 100, "late_1_30_cents"),
        (31, 100, "late_31_60_cents"),
        (60, 100, "late_31_60_cents"),
        (61, 100, "late_61_90_cents"),
        (90, 100, "late_61_90_cents"),
        (91, 100, "late_over_90_cents"),
        (4_000, 100, "late_over_90_cents"),
        (45, -100, "credits_cents"),
        (-45, -100, "credits_cents"),
    ],
)
def test_bucket(late_days, cents, bucket):
    balance = aged_balance([OpenItem("tardif", TODAY - timedelta(days=late_days), cents)], TODAY)
    assert getattr(balance.total, bucket) == cents
    assert balance.total.open_cents == cents
    assert balance.total.late_cents == (cents if late_days > 0 and cents > 0 else 0)


def test_each_customer_and_the_whole():
    items = [
        OpenItem("tardif", date(2026, 10, 21), 60_000),  # 31 days
        OpenItem("bonpayeur", date(2026, 12, 21), 40_000),
        OpenItem("tardif", date(2026, 11, 20), 5_000),  # 1 day
        OpenItem("tardif", date(2026, 11, 1), -2_000),
    ]
    balance = aged_balance(items, TODAY)
    assert list(balance.by_customer.items()) == [
        ("bonpayeur", AgedRow(40_000, 0, 0, 0, 0, 0)),
        ("tardif", AgedRow(0, 5_000, 60_000, 0, 0, -2_000)),
    ]
    assert balance.total == AgedRow(40_000, 5_000, 60_000, 0, 0, -2_000)
    assert (balance.total.late_cents, balance.total.open_cents) == (65_000, 103_000)


def test_empty_book():
    balance = aged_balance([], TODAY)
    assert balance.total == AgedRow(0, 0, 0, 0, 0, 0)
    assert balance.by_customer == {}


ITEMS = st.lists(
    st.builds(
        OpenItem,
        st.sampled_from(["bonpayeur", "tardif", "litige"]),
        st.integers(-200, 200).map(lambda days: TODAY + timedelta(days=days)),
        st.integers(-(10**6), 10**7),
    ),
    max_size=30,
)


@given(ITEMS, st.randoms(use_true_random=False))
def test_buckets_add_up_to_what_is_open_in_any_order(items, random):
    balance = aged_balance(items, TODAY)
    assert balance.total.open_cents == sum(item.open_cents for item in items)
    assert balance.total.open_cents == sum(row.open_cents for row in balance.by_customer.values())
    assert aged_balance(random.sample(items, len(items)), TODAY) == balance


@given(ITEMS, st.integers(0, 60))
def test_a_later_day_never_makes_anything_less_late(items, days):
    earlier, later = (aged_balance(items, day).total for day in (TODAY, TODAY + timedelta(days=days)))
    assert earlier.late_cents <= later.late_cents
    assert earlier.late_over_90_cents <= later.late_over_90_cents
    assert earlier.credits_cents == later.credits_cents
