"""French civil days: public holidays, working days, months counted as the law counts them.

Sources: C. trav. L3133-1 and L3134-13 (holidays), CPC 641 (months). See docs/rules/deadlines.md.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from quittance.domain.law import read_toml

ONE_DAY = timedelta(days=1)
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


@cache
def public_holidays(year: int, alsace_moselle: bool = False) -> Mapping[date, str]:
    """The public holidays of metropolitan France that year, with their French names, in order of date."""
    easter_on = easter_sunday(year)
    holidays: dict[date, str] = {}
    for row in read_toml("holidays.toml")["holiday"]:
        if row.get("alsace_moselle", False) and not alsace_moselle:
            continue
        if "days_after_easter" in row:
            on = easter_on + timedelta(days=row["days_after_easter"])
        else:
            on = date(year, row["month"], row["day"])
        holidays[on] = f"{holidays[on]}, {row['name']}" if on in holidays else row["name"]
    return MappingProxyType(dict(sorted(holidays.items())))


def holiday_name(on: date, alsace_moselle: bool = False) -> str:
    """The French name of the public holiday on that day, empty if there is none."""
    return public_holidays(on.year, alsace_moselle).get(on, "")


def is_working_day(on: date, alsace_moselle: bool = False) -> bool:
    """Whether the day is neither Saturday, nor Sunday, nor a public holiday."""
    return on.weekday() < 5 and on not in public_holidays(on.year, alsace_moselle)


def next_working_day(on: date, alsace_moselle: bool = False) -> date:
    """The day itself if it is worked, else the first working day after it (CPC 642)."""
    while not is_working_day(on, alsace_moselle):
        on += ONE_DAY
    return on


def previous_working_day(on: date, alsace_moselle: bool = False) -> date:
    """The day itself if it is worked, else the last working day before it."""
    while not is_working_day(on, alsace_moselle):
        on -= ONE_DAY
    return on


def add_working_days(on: date, days: int, alsace_moselle: bool = False) -> date:
    """The day that comes `days` working days after (before, if negative); `days` = 0 gives the day itself."""
    step = ONE_DAY if days > 0 else -ONE_DAY
    left = abs(days)
    while left:
        on += step
        if is_working_day(on, alsace_moselle):
            left -= 1
    return on


def working_days_between(earlier_on: date, later_on: date, alsace_moselle: bool = False) -> int:
    """Number of working days after the first day, up to the second included; negative if reversed."""
    if later_on < earlier_on:
        return -working_days_between(later_on, earlier_on, alsace_moselle)
    days = (earlier_on + timedelta(days=rank) for rank in range(1, (later_on - earlier_on).days + 1))
    return sum(is_working_day(day, alsace_moselle) for day in days)


def add_months(on: date, months: int) -> date:
    """The day with the same number that many months later, or the last day of that month (CPC 641).

    >>> add_months(date(2024, 2, 29), 60)
    datetime.date(2029, 2, 28)
    """
    years, month0 = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(years, month0 + 1, min(on.day, monthrange(years, month0 + 1)[1]))


def end_of_month(on: date) -> date:
    """The last day of the month."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def end_of_decade(on: date) -> date:
    """The last day of the ten-day period: 10th, 20th or last of the month (C. com. L441-11 II 1°)."""
    if on.day > 20:
        return end_of_month(on)
    return on.replace(day=10 if on.day <= 10 else 20)


def french_date(on: date) -> str:
    """Write a date as the French say it: `1er mars 2026`, `30 juin 2026`."""
    return f"{'1er' if on.day == 1 else on.day} {MONTHS[on.month - 1]} {on.year}"


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm of Meeus)."""
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leap_centuries - moon_shift + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    correction = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day0 = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day0 + 1)
