"""Where an invoice stands, in one word and its fact: what a list shows beside each amount."""

from dataclasses import dataclass
from datetime import date, timedelta

from quittance.domain.reminders import PromiseMade

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one receivable on a day. `reminded_on`: when the last reminder that speaks of it was decided."""

    due_on: date
    due_cents: int
    open_cents: int
    credited_cents: int = 0
    written_off_cents: int = 0
    settled_on: date | None = None
    disputed_on: date | None = None
    promise: PromiseMade | None = None
    paused_until_on: date | None = None
    may_be_paid: bool = False
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A state and its fact: the day, or the number of days, that makes it true."""

    code: str
    on: date | None = None
    days: int = 0


def standing(facts: Facts, today: date) -> Standing:
    """Say where an invoice stands: what closes it first, then what keeps it from being reminded, then its age."""
    if facts.open_cents == 0:
        return _closed(facts)
    if facts.disputed_on is not None:
        return Standing("disputed", facts.disputed_on)
    late_days = (today - facts.due_on).days
    if late_days <= 0:
        soon = facts.due_on <= today + SOON
        return Standing("due_soon" if soon else "not_due", facts.due_on, -late_days)
    if facts.may_be_paid:
        return Standing("may_be_paid")
    promise = facts.promise
    if promise is not None and not promise.is_kept and facts.due_on <= promise.promised_on:
        return Standing("promised" if today < promise.resumes_on else "promise_broken", promise.promised_on)
    if facts.paused_until_on is not None:
        return Standing("paused", facts.paused_until_on)
    if facts.reminded_on is not None:
        return Standing("reminded", facts.reminded_on, late_days)
    return Standing("overdue", None, late_days)


def _closed(facts: Facts) -> Standing:
    if facts.credited_cents == facts.due_cents:
        return Standing("credited", facts.settled_on)
    if facts.written_off_cents:
        return Standing("written_off", facts.settled_on)
    return Standing("paid", facts.settled_on)
