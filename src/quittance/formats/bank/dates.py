"""The dates of bank files: civil dates, as the bank states them."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_PARIS = ZoneInfo("Europe/Paris")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"T([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(Z|[+\-][0-9]{2}:[0-9]{2})?")
_OFFSET = re.compile(r"Z|[+\-][0-9]{2}:[0-9]{2}")  # XML allows one on a date alone
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_FRENCH = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})")


class NotADate(ValueError):
    """The text is not a date; the message is a French clause."""


def civil_date(year: str, month: str, day: str) -> date:
    """Make a date of its digits; a year of two digits is in the 2000s. Raises `NotADate`."""
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError as error:
        raise NotADate(f"le {day}/{month}/{year} n'existe pas") from error


def iso_date(text: str) -> date:
    """Read `2026-12-31`, or the day of an instant such as `2026-12-31T23:30:00Z`.

    An instant in UTC is brought to Paris, where that one is the first of January; another offset is the
    bank's own clock, whose day is taken as it is written. Raises `NotADate`.
    """
    found = _ISO.match(text)
    if found is None:
        raise NotADate(f"« {text[:40]} » n'est pas une date")
    day = civil_date(*found.groups())
    rest = text[10:]
    if not rest or _OFFSET.fullmatch(rest):
        return day
    time = _TIME.fullmatch(rest)
    if time is None:
        raise NotADate(f"« {text[:40]} » n'est pas une date")
    hour, minute, offset = time.groups()
    if offset not in ("Z", "+00:00"):
        return day
    try:
        return paris_date(datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=UTC))
    except ValueError as error:
        raise NotADate(f"« {text[:40]} » n'est pas une date") from error


def paris_date(instant: datetime) -> date:
    """Say which day it is in Paris at an instant in UTC."""
    if not 1900 <= instant.year < 9999:
        return instant.date()
    return instant.astimezone(_PARIS).date()


def compact_date(text: str) -> date:
    """Read `20261231`; raises `NotADate`."""
    found = _COMPACT.fullmatch(text)
    if found is None:
        raise NotADate(f"« {text[:40]} » n'est pas une date")
    return civil_date(*found.groups())


def spreadsheet_date(text: str) -> date:
    """Read `31/12/2026` (also with points, dashes or two digits for the year) or `2026-12-31`.

    The day comes first, as in France. Raises `NotADate`.
    """
    french = _FRENCH.fullmatch(text)
    if french is not None:
        day, month, year = french.groups()
        return civil_date(year, month, day)
    return iso_date(text)
