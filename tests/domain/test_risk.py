"""Lateness and risk: one row a case, as one would tell it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.risk import RISK_LEVELS, Lateness, PayerFacts, lateness, risk_of


@pytest.mark.parametrize(
    ("case", "parts", "days"),
    [
        ("nothing yet", [], None),
        ("on the day", [(0, 5_000)], 0),
        ("early is not late", [(-10, 5_000)], 0),
        ("early does not make up for late", [(-30, 5_000), (30, 5_000)], 15),
        ("the larger weighs more", [(30, 9_000), (0, 1_000)], 27),
        ("a half day is a day", [(1, 5_000), (0, 5_000)], 1),
        ("what is not paid counts with its age", [(2, 5_000), (200, 5_000)], 101),
    ],
)
def test_average_lateness(case, parts, days):
    assert lateness(parts).days == days, case


@pytest.mark.parametrize(
    ("case", "open_cents", "overdue", "oldest", "broken", "level", "codes"),
    [
        ("owes nothing", 0, 0, 0, 0, "none", ["nothing_open"]),
        ("owes, nothing late", 1_000, 0, 0, 0, "low", ["nothing_overdue"]),
        ("all late since yesterday", 1_000, 1_000, 1, 0, "low", ["oldest", "share"]),
        ("late 15 days", 1_000, 1_000, 15, 0, "low", ["oldest", "share"]),
        ("late 16 days", 1_000, 100, 16, 0, "watch", ["oldest", "share"]),
        ("half late", 1_000, 500, 16, 0, "watch", ["oldest", "share"]),
        ("late 60 days", 1_000, 1_000, 60, 0, "watch", ["oldest", "share"]),
        ("late 61 days", 1_000, 1_000, 61, 0, "high", ["oldest", "share"]),
        ("one broken promise", 1_000, 1_000, 5, 1, "watch", ["promises", "oldest", "share"]),
        ("two broken promises", 1_000, 1_000, 5, 2, "high", ["promises", "oldest", "share"]),
        ("two broken promises, nothing late now", 1_000, 0, 0, 2, "watch", ["promises", "nothing_overdue"]),
        ("a broken promise, all paid since", 0, 0, 0, 1, "watch", ["promises", "nothing_open"]),
    ],
)
def test_risk(case, open_cents, overdue, oldest, broken, level, codes):
    risk = risk_of(PayerFacts(open_cents, overdue, oldest, broken))
    assert (risk.level, [fact.code for fact in risk.facts]) == (level, codes), case


PARTS = st.lists(st.tuples(st.integers(-400, 4_000), st.integers(1, 10**9)))


@given(PARTS, PARTS)
def test_lateness_of_parts_adds_up(some, others):
    assert lateness(some) + lateness(others) == lateness(some + others)


@given(PARTS)
def test_lateness_is_between_the_least_and_the_most(parts):
    days = lateness(parts).days
    if not parts:
        assert days is None
    else:
        assert 0 <= days <= max(0, *(late for late, _ in parts))
    assert Lateness() + lateness(parts) == lateness(parts)


@given(st.integers(1, 10**9), st.integers(0, 2_000), st.integers(0, 5))
def test_a_later_day_or_a_broken_promise_never_lowers_the_risk(cents, days, broken):
    def level(*facts):
        return RISK_LEVELS.index(risk_of(PayerFacts(2 * cents, cents, *facts)).level)

    assert level(days + 1, broken) >= level(days, broken)
    assert level(days, broken + 1) >= level(days, broken)
