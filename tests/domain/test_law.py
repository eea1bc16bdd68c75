"""Rates of late payment: dated rows, a missing semester raises, an operator may add one."""

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.law import (
    INDIVIDUAL,
    PROFESSIONAL,
    Rate,
    RateKind,
    RateMissing,
    Semester,
    clause_floor_bp,
    default_b2b_rate_bp,
    ecb_rate_bp,
    in_force,
    legal_interest_rate_bp,
    parse_semester,
    public_buyer_rate_bp,
    semester_of,
    shipped_rates,
)

SHARED_RATES = Path(__file__).parents[3] / "shared" / "reference" / "rates"


@pytest.mark.parametrize(
    ("semester", "ecb", "b2b", "public", "legal", "individual", "floor"),
    [
        ("2014-S2", 15, 1015, 815, 4, 4, 12),
        ("2016-S1", 5, 1005, 805, 101, 454, 303),  # 0.00 only from 16 March 2016, after 1 January
        ("2022-S2", 0, 1000, 800, 77, 315, 231),  # 0.50 only from 27 July 2022, after 1 July
        ("2023-S2", 400, 1400, 1200, 422, 682, 1266),
        ("2024-S1", 450, 1450, 1250, 507, 801, 1521),  # the floor is above the default rate
        ("2026-S1", 215, 1215, 1015, 262, 667, 786),
        ("2026-S2", 240, 1240, 1040, 275, 684, 825),
    ],
)
def test_rates_of_a_semester(
    semester: str, ecb: int, b2b: int, public: int, legal: int, individual: int, floor: int
) -> None:
    asked = parse_semester(semester)
    assert ecb_rate_bp(asked) == ecb
    assert default_b2b_rate_bp(asked) == b2b
    assert public_buyer_rate_bp(asked) == public
    assert legal_interest_rate_bp(asked) == legal_interest_rate_bp(asked, PROFESSIONAL) == legal
    assert legal_interest_rate_bp(asked, INDIVIDUAL) == individual
    assert clause_floor_bp(asked) == floor


@pytest.mark.parametrize(
    "rate", [ecb_rate_bp, default_b2b_rate_bp, public_buyer_rate_bp, legal_interest_rate_bp, clause_floor_bp]
)
@pytest.mark.parametrize("unknown", [Semester(2027, 1), Semester(2011, 2)])
def test_an_unknown_semester_raises_and_is_never_guessed(rate, unknown) -> None:
    with pytest.raises(RateMissing):
        rate(unknown)


def test_the_refusal_says_which_semester_and_what_to_do() -> None:
    with pytest.raises(LookupError) as refused:
        ecb_rate_bp(Semester(2027, 1))
    assert str(refused.value) == (
        "Le taux du 1er semestre 2027 n'est pas encore connu : aucun montant n'est calculé. "
        "Saisissez-le avec sa source."
    )


@pytest.mark.parametrize(
    ("rate", "semester", "first", "kind"),
    [
        (ecb_rate_bp, Semester(2011, 2), "1er semestre 2012", RateKind.ECB),
        (legal_interest_rate_bp, Semester(2009, 1), "1er semestre 2012", RateKind.LEGAL_PROFESSIONAL),
        (public_buyer_rate_bp, Semester(2013, 1), "2e semestre 2013", None),
    ],
)
def test_a_semester_before_the_tables_is_not_told_to_be_yet_unknown(rate, semester, first, kind) -> None:
    with pytest.raises(RateMissing) as refused:
        rate(semester)
    assert refused.value.reason == (
        f"Le taux du {semester.french()} n'est pas dans nos tables (elles commencent au {first}) : "
        "aucun montant n'est calculé."
    )
    assert refused.value.kind is kind


def test_public_buyers_before_their_eight_points_have_no_rate_here() -> None:
    with pytest.raises(RateMissing):
        public_buyer_rate_bp(Semester(2013, 1))
    assert default_b2b_rate_bp(Semester(2013, 1)) == 1075


def test_an_operator_adds_the_next_semester_without_changing_the_shipped_table() -> None:
    first_2027 = Semester(2027, 1)
    table = shipped_rates().adding(
        [
            Rate(RateKind.ECB, first_2027, 265, "BCE, taux au 1er janvier 2027"),
            Rate(RateKind.LEGAL_PROFESSIONAL, first_2027, 280, "arrêté de décembre 2026"),
        ]
    )
    assert default_b2b_rate_bp(first_2027, table) == 1265
    assert public_buyer_rate_bp(first_2027, table) == 1065
    assert clause_floor_bp(first_2027, table) == 840
    assert default_b2b_rate_bp(Semester(2026, 2), table) == 1240
    assert table.rate(RateKind.ECB, first_2027).source == "BCE, taux au 1er janvier 2027"
    with pytest.raises(RateMissing):
        legal_interest_rate_bp(first_2027, INDIVIDUAL, table)
    with pytest.raises(RateMissing):
        ecb_rate_bp(first_2027)


def test_an_operator_corrects_a_shipped_rate() -> None:
    corrected = Rate(RateKind.LEGAL_PROFESSIONAL, Semester(2026, 2), 276, "arrêté de juin 2026")
    assert clause_floor_bp(Semester(2026, 2), shipped_rates().adding([corrected])) == 828


@pytest.mark.parametrize(("rate_bp", "source"), [(265, " "), (-1, "BCE"), (10_001, "BCE")])
def test_a_rate_without_source_or_out_of_range_is_refused(rate_bp: int, source: str) -> None:
    with pytest.raises(ValueError, match="2e semestre 2027"):
        Rate(RateKind.ECB, Semester(2027, 2), rate_bp, source)


def test_every_shipped_rate_names_its_source_and_the_table_has_no_gap() -> None:
    table = shipped_rates()
    for kind in RateKind:
        semesters = sorted(semester for rate_kind, semester in table.rates if rate_kind is kind)
        assert all(later == earlier.following() for earlier, later in pairwise(semesters))
        assert (semesters[0], semesters[-1]) == (Semester(2012, 1), Semester(2026, 2))
    assert all(rate.source and rate.confidence for rate in table.rates.values())


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_day_lies_in_its_semester_and_semesters_follow_each_other(on: date) -> None:
    semester = semester_of(on)
    assert semester.start <= on <= semester.end
    assert semester.following().start == semester.end + timedelta(days=1)
    assert semester < semester.following()
    assert parse_semester(str(semester)) == semester


def test_a_semester_in_french() -> None:
    assert Semester(2026, 2).french() == "2e semestre 2026"
    assert Semester(2027, 1).french() == "1er semestre 2027"


@pytest.mark.parametrize("text", ["2026", "2026-S3", "26-S1", "2026-s1", "S1-2026", ""])
def test_what_is_not_a_semester_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026-S2"):
        parse_semester(text)


def test_a_row_is_in_force_on_its_first_and_last_days_only() -> None:
    row = {"valid_from": date(2026, 4, 23), "valid_until": date(2026, 12, 31)}
    assert in_force([row], date(2026, 4, 22)) is None
    assert in_force([row], date(2026, 4, 23)) is row
    assert in_force([row], date(2026, 12, 31)) is row
    assert in_force([row], date(2027, 1, 1)) is None


def reference_rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SHARED_RATES / name).read_text(encoding="utf-8").splitlines()))


def basis_points(percent: str) -> int:
    return int(percent.replace(".", ""))


@pytest.mark.shared
def test_the_shipped_rates_agree_with_the_reference() -> None:
    if not SHARED_RATES.is_dir():
        pytest.skip(f"no reference rates at {SHARED_RATES.name}")
    for row in reference_rows("l441_10_default_rates.csv"):
        semester = parse_semester(row["semester"])
        assert ecb_rate_bp(semester) == basis_points(row["ecb_mro_at_first_day_pct"]), semester
        assert default_b2b_rate_bp(semester) == basis_points(row["default_b2b_rate_pct_plus10"]), semester
        assert clause_floor_bp(semester) == basis_points(row["floor_3x_legal_pct"]), semester
        if semester > Semester(2013, 1):
            assert public_buyer_rate_bp(semester) == basis_points(row["public_buyer_rate_pct_plus8"]), (
                semester
            )
    for row in reference_rows("legal_interest_fr.csv"):
        semester = parse_semester(row["semester"])
        assert legal_interest_rate_bp(semester) == basis_points(row["rate_other_creditor_pct"]), semester
        individual_bp = basis_points(row["rate_individual_creditor_pct"])
        assert legal_interest_rate_bp(semester, INDIVIDUAL) == individual_bp, semester
