"""Time limits: months by CPC 641, extension by CPC 642 where it applies, the law of the start date."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.calendar import is_working_day
from quittance.domain.deadlines import deadline, deadline_kinds, deadline_names
from quittance.domain.law import RuleMissing

ORACLES = Path(__file__).parents[1] / "oracles"


def oracle_rows() -> list[dict[str, str]]:
    return list(csv.DictReader((ORACLES / "deadlines.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", oracle_rows(), ids=lambda row: row["case_id"])
def test_oracle(row: dict[str, str]) -> None:
    found = deadline(row["kind"], date.fromisoformat(row["start"]))
    assert found.on == date.fromisoformat(row["expected"])


@pytest.mark.parametrize(
    ("kind", "start", "counted", "extended"),
    [
        # an order of August 2026 has six months, of September three
        ("INJONCTION_SIGNIFICATION", "2026-08-31", "2027-02-28", "2027-03-01"),
        ("INJONCTION_SIGNIFICATION", "2026-09-02", "2026-12-02", "2026-12-02"),
        ("INJONCTION_SIGNIFICATION", "2026-01-15", "2026-07-15", "2026-07-15"),
        # a holiday on a Friday, then the weekend
        ("INJONCTION_OPPOSITION_1M", "2026-12-01", "2027-01-01", "2027-01-04"),
        ("INJONCTION_OPPOSITION_FEE_15D", "2026-11-06", "2026-11-21", "2026-11-23"),
        ("RELEVE_FORCLUSION_6M", "2026-05-14", "2026-11-14", "2026-11-16"),
        ("RETENTION_OF_TITLE_3M", "2026-11-30", "2027-02-28", "2027-03-01"),
        ("CLAIM_DECLARATION_4M_ABROAD", "2026-08-31", "2026-12-31", "2026-12-31"),
        ("INJONCTION_EXECUTION_2M", "2026-09-15", "2026-11-15", "2026-11-16"),
        ("L126_SIGNIFICATION_6M", "2026-05-21", "2026-11-21", "2026-11-23"),
        ("L126_MINUTES_8D", "2026-11-06", "2026-11-14", "2026-11-14"),  # an earliest day
        # prudent: a Saturday or Sunday is not extended
        ("PRESCRIPTION_B2B_5Y", "2021-11-21", "2026-11-21", "2026-11-21"),
        ("PRESCRIPTION_B2C_2Y", "2024-02-29", "2026-02-28", "2026-02-28"),
        ("PRESCRIPTION_TRANSPORT_1Y", "2025-11-22", "2026-11-22", "2026-11-22"),
        ("ACCOUNTING_RETENTION_10Y", "2024-02-29", "2034-02-28", "2034-02-28"),
        # counted back
        ("SDD_PRENOTIFICATION_14D", "2027-01-05", "2026-12-22", "2026-12-22"),
    ],
)
def test_deadlines(kind: str, start: str, counted: str, extended: str) -> None:
    found = deadline(kind, date.fromisoformat(start))
    assert (found.counted_on, found.on) == (date.fromisoformat(counted), date.fromisoformat(extended))


def test_alsace_and_moselle_have_more_holidays() -> None:
    start = date(2025, 11, 26)
    assert deadline("INJONCTION_OPPOSITION_1M", start).on == date(2025, 12, 26)
    assert deadline("INJONCTION_OPPOSITION_1M", start, alsace_moselle=True).on == date(2025, 12, 29)


def test_a_deadline_says_its_rule_its_source_and_what_to_mind() -> None:
    found = deadline("CLAIM_DECLARATION_2M", date(2026, 9, 15))
    assert found.rule == (
        "Déclarer la créance au mandataire ou au liquidateur : 2 mois après la publication au BODACC."
    )
    assert found.source == "C. com. R622-24"
    assert found.note == "Ne comptez pas sur le report : visez la date d'avant report."


@pytest.mark.parametrize(
    ("alias", "kind"),
    [
        ("CLAIM_DECLARATION_4M", "CLAIM_DECLARATION_4M_ABROAD"),
        ("RESERVE_OF_TITLE_3M", "RETENTION_OF_TITLE_3M"),
        ("REVENDICATION_3M", "RETENTION_OF_TITLE_3M"),
        ("INJONCTION_SIGNIFICATION_3M", "INJONCTION_SIGNIFICATION"),
        ("INJONCTION_OPPOSITION", "INJONCTION_OPPOSITION_1M"),
        ("L126_PV_8D", "L126_MINUTES_8D"),
        ("L126_NON_CONTESTATION_8D", "L126_MINUTES_8D"),
    ],
)
def test_other_names_give_the_same_time_limit(alias: str, kind: str) -> None:
    assert deadline(alias, date(2026, 9, 15)) == deadline(kind, date(2026, 9, 15))
    assert alias in deadline_names()
    assert alias not in deadline_kinds()


@pytest.mark.parametrize(
    ("alias", "start", "in_force"),
    [
        ("INJONCTION_SIGNIFICATION_3M", date(2026, 8, 31), "6 mois après l'ordonnance"),
        ("INJONCTION_SIGNIFICATION_6M", date(2026, 9, 1), "3 mois après l'ordonnance"),
    ],
)
def test_a_name_that_says_another_length_than_the_law_is_refused(
    alias: str, start: date, in_force: str
) -> None:
    with pytest.raises(RuleMissing) as refused:
        deadline(alias, start)
    assert in_force in str(refused.value)
    assert str(refused.value).endswith("Demandez INJONCTION_SIGNIFICATION.")


def test_an_unknown_kind_is_refused_with_the_list() -> None:
    with pytest.raises(RuleMissing, match="PRESCRIPTION_B2B_5Y"):
        deadline("PRESCRIPTION", date(2026, 1, 1))


def test_a_day_before_the_law_is_refused() -> None:
    with pytest.raises(RuleMissing, match="L126_CONTEST_1M au 22 avril 2026"):
        deadline("L126_CONTEST_1M", date(2026, 4, 22))


@given(st.sampled_from(deadline_kinds()), st.dates(date(2026, 9, 1), date(2040, 12, 31)))
def test_an_extension_moves_at_most_to_the_next_working_day(kind: str, starts_on: date) -> None:
    found = deadline(kind, starts_on)
    assert found.counted_on <= found.on <= found.counted_on + timedelta(days=4)
    assert found.on == found.counted_on or (is_working_day(found.on) and not is_working_day(found.counted_on))
    assert found.rule.endswith(".")
    assert found.source
