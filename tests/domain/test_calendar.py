"""French holidays, working days and months."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.calendar import (
    add_months,
    add_working_days,
    end_of_decade,
    end_of_month,
    french_date,
    holiday_name,
    is_working_day,
    next_working_day,
    previous_working_day,
    public_holidays,
    working_days_between,
)

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))

# The package leaves Whit Monday out for the first years of the « journée de solidarité » (loi 2004-626),
# although the list of the labour code kept it.
WHIT_MONDAYS_LEFT_OUT = {date(2005, 5, 16), date(2006, 6, 5), date(2007, 5, 28)}


@pytest.mark.parametrize(("alsace_moselle", "subdivision"), [(False, None), (True, "6AE")])
def test_holidays_are_those_of_an_independent_list(alsace_moselle: bool, subdivision: str | None) -> None:
    theirs = set(holidays.France(years=range(2000, 2041), subdiv=subdivision)) | WHIT_MONDAYS_LEFT_OUT
    ours = {on for year in range(2000, 2041) for on in public_holidays(year, alsace_moselle)}
    assert ours == theirs


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2026, 1, 1), "Jour de l'an"),
        (date(2026, 4, 3), ""),  # Good Friday: a holiday in Alsace and Moselle only
        (date(2026, 4, 6), "Lundi de Pâques"),
        (date(2026, 5, 1), "Fête du Travail"),
        (date(2026, 5, 8), "Victoire de 1945"),
        (date(2026, 5, 14), "Ascension"),
        (date(2026, 5, 25), "Lundi de Pentecôte"),
        (date(2026, 7, 14), "Fête nationale"),
        (date(2026, 8, 15), "Assomption"),
        (date(2026, 11, 1), "Toussaint"),
        (date(2026, 11, 11), "Armistice de 1918"),
        (date(2026, 12, 25), "Noël"),
        (date(2026, 12, 26), ""),
        (date(2008, 5, 1), "Fête du Travail, Ascension"),
        (date(2026, 11, 21), ""),
    ],
)
def test_holiday_names(on: date, name: str) -> None:
    assert holiday_name(on) == name


def test_alsace_and_moselle_have_two_more() -> None:
    assert holiday_name(date(2026, 4, 3), alsace_moselle=True) == "Vendredi saint"
    assert holiday_name(date(2025, 12, 26), alsace_moselle=True) == "Saint-Étienne"
    assert is_working_day(date(2025, 12, 26))
    assert not is_working_day(date(2025, 12, 26), alsace_moselle=True)


@pytest.mark.parametrize(
    ("on", "following", "preceding"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 20)),  # Friday
        (date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 20)),  # Saturday
        (date(2027, 1, 1), date(2027, 1, 4), date(2026, 12, 31)),  # holiday on a Friday
        (date(2026, 5, 23), date(2026, 5, 26), date(2026, 5, 22)),  # weekend and Whit Monday
    ],
)
def test_next_and_previous_working_day(on: date, following: date, preceding: date) -> None:
    assert next_working_day(on) == following
    assert previous_working_day(on) == preceding


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        (date(2026, 12, 23), 1, date(2026, 12, 24)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 28), -1, date(2026, 12, 24)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 5, 7), 3, date(2026, 5, 13)),
    ],
)
def test_adding_working_days(on: date, days: int, expected: date) -> None:
    assert add_working_days(on, days) == expected


@given(DAYS, st.integers(0, 30))
def test_working_days_added_are_working_days_counted(on: date, days: int) -> None:
    later_on = add_working_days(on, days)
    assert working_days_between(on, later_on) == days
    assert working_days_between(later_on, on) == -days


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 60, date(2029, 2, 28)),
        (date(2026, 2, 28), 24, date(2028, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_keep_the_day_number_or_end_with_the_month(on: date, months: int, expected: date) -> None:
    assert add_months(on, months) == expected


@given(DAYS, st.integers(-120, 120))
def test_months_land_in_their_month(on: date, months: int) -> None:
    later_on = add_months(on, months)
    assert (later_on.year - on.year) * 12 + later_on.month - on.month == months
    assert later_on.day == on.day or (later_on.day < on.day and later_on == end_of_month(later_on))


@given(DAYS)
def test_ends_of_month_and_decade(on: date) -> None:
    assert (end_of_month(on) + timedelta(days=1)).day == 1
    assert on <= end_of_decade(on) <= end_of_month(on)
    assert (end_of_decade(on) + timedelta(days=1)).day in (1, 11, 21)


def test_french_dates() -> None:
    assert french_date(date(2026, 3, 1)) == "1er mars 2026"
    assert french_date(date(2026, 8, 31)) == "31 août 2026"
