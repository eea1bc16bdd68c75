"""The clock. Only the doors of the product read it; everything below is given the day and the instant.

`QUITTANCE_CLOCK` (2026-11-20T08:30) sets it to another instant at the start, from which it goes on: a demonstration
is always of its own day.
"""

import os
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def instant() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC) + _set_off()


def civil_day(at: datetime) -> date:
    """Return the day that an instant falls on in France: after 23:00 UTC it may already be tomorrow."""
    return at.astimezone(PARIS).date()


@cache
def _set_off() -> timedelta:
    """How far the clock was set from the real one, to whole seconds, when this process first asked."""
    asked = os.environ.get("QUITTANCE_CLOCK", "")
    if not asked:
        return timedelta(0)
    started = datetime.now(UTC).replace(microsecond=0)
    return datetime.fromisoformat(asked).replace(tzinfo=PARIS) - started
