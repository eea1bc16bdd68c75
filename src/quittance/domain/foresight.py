"""What would leave in the days to come, if nothing changes: the same question as every morning, day after day.

Nobody pays, nobody promises, the bank is read each morning, and each step is taken when it is owed. Only the days on
which the answer can change are looked at: a due date that passes, a step that is reached, the end of a rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from quittance.domain.calendar import next_working_day
from quittance.domain.reminders import (
    CALL,
    CALL_AGAIN,
    Account,
    Action,
    Plan,
    Rest,
    Restraint,
    next_action,
)

_ONE_DAY = timedelta(days=1)
_NOTHING_OWED = ("nothing_owed", "plan_finished")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step that would be taken on a day."""

    on: date
    action: Action


def foresee(
    account: Account, plan: Plan, restraint: Restraint, *, from_on: date, until_on: date
) -> Iterator[Foreseen]:
    """Say what this customer would receive from a day to a day, both included, if nothing changes.

    `account` has all debts that a morning within these days looks at.
    """
    look = _Look(plan)
    today = next_working_day(from_on)
    while today <= until_on:
        outcome = next_action(account, plan, _on(restraint, today), today)
        if isinstance(outcome, Action):
            yield Foreseen(today, outcome)
            account = _after(account, outcome, today)
            following: date | None = today + _ONE_DAY
        else:
            following = look.after(account, outcome, today)
        if following is None:
            return
        today = next_working_day(following)


@lru_cache(maxsize=256)
def _on(restraint: Restraint, today: date) -> Restraint:
    """The company on a day to come: its bank is read."""
    return replace(restraint, bank_read_on=today)


def _after(account: Account, action: Action, today: date) -> Account:
    """The customer once the step is taken."""
    if action.step.code == CALL_AGAIN:
        return replace(account, call_again_on=None)
    taken = {debt.receivable_id for debt in action.covered}
    debts = tuple(
        replace(debt, done=debt.done | {action.step.code}) if debt.receivable_id in taken else debt
        for debt in account.debts
    )
    if action.step.channel == CALL:
        return replace(account, debts=debts)
    return replace(account, debts=debts, last_message_on=today)


class _Look:
    """When to look again at a customer who rests."""

    def __init__(self, plan: Plan) -> None:
        offsets = [step.offset_days for step in plan.steps]
        self._changes = sorted({0, 1, *offsets})
        self._first_late = min((offset for offset in offsets if offset > 0), default=None)

    def after(self, account: Account, rest: Rest, today: date) -> date | None:
        """The next day on which the answer can be another one; `None` where there is none."""
        days = [] if rest.next_on is None else [rest.next_on]
        if account.call_again_on is not None and account.call_again_on > today:
            days.append(account.call_again_on)
        if rest.code in _NOTHING_OWED and account.call_again_on is None:
            days += self._newly_late(account, today)
        else:
            days += self._of_debts(account, today)
        return min(days, default=None)

    def _newly_late(self, account: Account, today: date) -> list[date]:
        """Nothing is owed until the day that the rest names, but what is not late yet was not counted there."""
        if self._first_late is None:
            return []
        step = timedelta(days=self._first_late)
        return [debt.due_on + step for debt in account.debts if debt.due_on >= today]

    def _of_debts(self, account: Account, today: date) -> list[date]:
        """Every day on which a debt falls due, is late, or reaches a step."""
        found = []
        for debt in account.debts:
            late = (today - debt.due_on).days
            change = next((offset for offset in self._changes if offset > late), None)
            if change is not None:
                found.append(debt.due_on + timedelta(days=change))
        return found
