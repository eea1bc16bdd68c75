"""What should come in: habits, bands, and the share that reminders bring."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.forecast import (
    FEWEST_PAID,
    PastInvoice,
    Share,
    WaitingInvoice,
    expected_receipts,
)

TODAY = date(2026, 11, 20)
DUE = date(2026, 3, 1)


def paid(customer: int, *delays: int) -> list[PastInvoice]:
    return [PastInvoice(customer, DUE, DUE + timedelta(days=delay), 10_000) for delay in delays]


def test_who_always_pays_on_the_tenth_day_is_expected_on_the_tenth_day():
    waiting = [WaitingInvoice(1, TODAY, 50_000)]
    found = expected_receipts(paid(1, *[10] * 200), waiting, TODAY, [9, 10, 30])
    assert found[0].likely_cents == 0
    assert found[1].likely_cents > 48_000
    assert found[2].low_80_cents > 40_000


def test_what_still_waits_counts_against_the_habit():
    """Twenty paid on the first day tell nothing of forty that nobody has paid for a hundred days."""
    only_paid = expected_receipts(paid(1, *[1] * 20), [WaitingInvoice(1, TODAY, 100)], TODAY, [5])[0]
    waiting = [WaitingInvoice(1, TODAY - timedelta(days=100), 100) for _ in range(40)]
    with_waiting = expected_receipts(
        paid(1, *[1] * 20), [WaitingInvoice(1, TODAY, 100), *waiting], TODAY, [5]
    )[0]
    assert only_paid.likely_cents == 100
    assert with_waiting.likely_cents < 50


def test_a_new_customer_is_held_near_the_habits_of_all():
    past = paid(1, *[20] * 100)
    stranger = expected_receipts(past, [WaitingInvoice(9, TODAY, 10_000)], TODAY, [19, 25])
    assert stranger[0].likely_cents == 0
    assert stranger[1].likely_cents > 8_000


def test_a_promise_moves_the_day():
    past = paid(1, *[0] * 50)
    promised = WaitingInvoice(1, TODAY - timedelta(days=40), 10_000, TODAY + timedelta(days=7))
    found = expected_receipts(past, [promised], TODAY, [6, 8])
    assert found[0].likely_cents == 0
    assert found[1].likely_cents > 8_000


def test_few_payments_give_no_forecast():
    assert (
        expected_receipts(paid(1, *[3] * (FEWEST_PAID - 1)), [WaitingInvoice(1, TODAY, 1)], TODAY, [7]) == []
    )


@given(
    delays=st.lists(st.integers(-90, 500), min_size=FEWEST_PAID, max_size=60),
    open_cents=st.lists(
        st.tuples(st.integers(1, 3), st.integers(-40, 200), st.integers(1, 10**7)), max_size=15
    ),
)
def test_bands_lie_in_order_grow_with_time_and_never_pass_what_is_owed(delays, open_cents):
    waiting = [WaitingInvoice(who, TODAY - timedelta(days=late), cents) for who, late, cents in open_cents]
    found = expected_receipts(paid(1, *delays), waiting, TODAY, [7, 14, 28, 56])
    whole = sum(one.open_cents for one in waiting)
    for one in found:
        in_order = [
            0,
            one.low_80_cents,
            one.low_50_cents,
            one.likely_cents,
            one.high_50_cents,
            one.high_80_cents,
            whole,
        ]
        assert in_order == sorted(in_order)
    likely = [one.likely_cents for one in found]
    assert likely == sorted(likely)


@pytest.mark.parametrize(
    ("cases", "hits", "share", "low", "high"),
    [(0, 0, 0, 0, 1000), (10, 5, 500, 237, 763), (200, 142, 710, 644, 768), (30, 30, 1000, 886, 1000)],
)
def test_a_share_is_told_with_what_is_not_known_of_it(cases, hits, share, low, high):
    seen = Share(cases, hits)
    assert (seen.permille, *seen.band_permille) == (share, low, high)
