"""The clock. Only the doors of the product read it; everything below is given the day and the instant."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def instant() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)


def civil_day(at: datetime) -> date:
    """Return the day that an instant falls on in France: after 23:00 UTC it may already be tomorrow."""
    return at.astimezone(PARIS).date()
