"""The list of the law: every parameter, its value on a day, and what is missing."""

from datetime import date

import pytest

from quittance.domain.law import parse_semester
from quittance.domain.law_in_force import (
    RATE_NAMES,
    caps,
    ecb_in_force_since,
    first_semester,
    holidays_ahead,
    indemnities,
    missing_soon,
    rates_of,
    rates_since,
    time_limits,
)

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("semester", "rates_bp"),
    [
        ("2026-S2", [240, 1240, 1040, 275, 684, 825]),
        ("2012-S1", [100, 1100, None, 71, 71, 213]),  # public contracts of before 2013 bore another margin
        ("2027-S1", [None] * 6),
    ],
)
def test_the_rates_of_a_semester(semester: str, rates_bp: list[int | None]) -> None:
    found = rates_of(parse_semester(semester)).rates
    assert [rate.name for rate in found] == list(RATE_NAMES)
    assert [rate.rate_bp for rate in found] == rates_bp
    assert all(bool(rate.missing) is (rate.rate_bp is None) for rate in found)
    assert all(rate.source for rate in found if rate.rate_bp is not None)


def test_what_comes_from_one_source_only_is_not_sure_nor_what_rests_on_it() -> None:
    sure = {rate.name: rate.sure for rate in rates_of(parse_semester("2026-S2")).rates}
    assert sure == {
        "ecb": True, "default_b2b": True, "public_buyer": True, "legal_professional": False,
        "legal_individual": False, "clause_floor": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 7, 1), None),
        (date(2026, 11, 16), None),
        (date(2026, 11, 17), "2027-S1"),  # 45 days before
        (date(2027, 3, 1), "2027-S1"),
        (date(2030, 1, 1), "2030-S1"),
    ],
)
def test_a_missing_semester_is_told_in_time(today: date, missing: str | None) -> None:
    found = missing_soon(today)
    assert (None if found is None else str(found)) == missing


def test_the_history_is_whole_and_newest_first() -> None:
    history = rates_since(first_semester(), parse_semester("2026-S2"))
    assert [str(one.semester) for one in history[:2]] == ["2026-S2", "2026-S1"]
    assert str(history[-1].semester) == "2012-S1"
    assert len(history) == 30


def test_the_rules_of_a_day() -> None:
    assert [(rule.name, rule.cents, rule.from_on) for rule in indemnities(FRIDAY)] == [
        ("b2b", 4000, date(2013, 1, 1)),
        ("public", 4000, date(2013, 5, 1)),
    ]
    assert indemnities(date(2012, 12, 31)) == []
    [general] = [rule for rule in caps(FRIDAY) if rule.name == "general"]
    assert "60 jours date de facture" in general.words
    assert general.until_on == date(2026, 12, 31)  # and another row follows
    assert [rule.until_on for rule in caps(date(2027, 1, 1)) if rule.name == "general"] == [None]


def test_every_time_limit_has_a_rule_and_a_source() -> None:
    limits = time_limits(FRIDAY)
    assert {"PRESCRIPTION_B2B_5Y", "PRESCRIPTION_B2C_2Y", "ACCOUNTING_RETENTION_10Y"} <= {
        limit.name for limit in limits
    }
    assert all(limit.words and limit.source for limit in limits)


def test_the_holidays_of_the_year_ahead() -> None:
    days = holidays_ahead(FRIDAY)
    assert days[0] == (date(2026, 12, 25), "Noël")
    assert len(days) == 11
    assert all(on >= FRIDAY for on, _ in days)


def test_since_when_the_rate_of_the_bank_is_in_force() -> None:
    assert ecb_in_force_since(parse_semester("2026-S2")) == date(2026, 6, 17)
    assert ecb_in_force_since(parse_semester("2027-S1")) is None
