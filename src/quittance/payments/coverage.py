"""Up to which day the bank is known: nobody is reminded who may have paid on a day that no statement tells of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from quittance.domain.calendar import next_working_day
from quittance.payments.models import BankStatement

# Between two files without balances, this many days may well be without a movement.
QUIET_DAYS = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """What one statement of an account tells of: from a day to a day, and the balances at both ends, where given."""

    from_on: date
    to_on: date
    opening_cents: int | None = None
    closing_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days, the last one included, of which no statement tells."""

    from_on: date
    to_on: date

    @property
    def next_on(self) -> date:
        """The day after it: the first that the next statement tells of."""
        return self.to_on + _ONE_DAY


@dataclass(frozen=True, slots=True)
class AccountCoverage:
    """What is known of one account: the last day, and the hole that ends it there. `awaited`: reminders wait for it."""

    read_on: date | None
    gap: Gap | None
    awaited: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The last day up to which the bank is known, and the hole that ends it there, if one does.

    `account_end`: the last four characters of the account that is behind, where several are awaited.
    """

    read_on: date | None = None
    gap: Gap | None = None
    account_end: str = ""


def read_through(periods: Iterable[Period], since_on: date | None = None) -> tuple[date | None, Gap | None]:
    """Walk the statements of one account, and stop before the first hole; return the last day known, and the hole.

    A hole has a working day in it, and the next statement does not begin with the balance that was left: equal
    balances tell that no money moved. Where balances are not given, `QUIET_DAYS` are let pass. Days before `since_on`
    make no hole: a person said that the bank no longer gives them.
    """
    reached: date | None = None
    left: set[int | None] = set()  # balances of the statements that end there
    for from_on, starting in groupby(sorted(periods, key=_start), key=_start):
        together = list(starting)
        if reached is not None:
            awaited_on = max(reached + _ONE_DAY, since_on or date.min)
            gap = Gap(awaited_on, from_on - _ONE_DAY)
            opening = {period.opening_cents for period in together}
            if next_working_day(awaited_on) < from_on and _may_hide_a_movement(gap, left, opening):
                return reached, gap
        for period in together:
            if reached is None or period.to_on > reached:
                reached, left = period.to_on, set()
            if period.to_on == reached:
                left.add(period.closing_cents)
    return reached, None


def _start(period: Period) -> date:
    return period.from_on


def _may_hide_a_movement(gap: Gap, left: set[int | None], opening: set[int | None]) -> bool:
    known_left, known_opening = left - {None}, opening - {None}
    if known_left and known_opening:
        return known_left.isdisjoint(known_opening)
    return (gap.to_on - gap.from_on).days + 1 > QUIET_DAYS


def bank_coverage(company_id: int, *, of_accounts: Sequence[int] = ()) -> Coverage:
    """Return up to when the bank is known: the earliest day among the accounts that are awaited.

    Awaited are the open accounts in euros that the company has declared and that were read once; where none of these
    was, those that only a file made known. `of_accounts`: look at these alone, among the awaited ones.
    """
    awaited = _awaited(_read_accounts(company_id))
    reached = [
        (through_on, gap, account.name[-4:] if len(awaited) > 1 else "")
        for account in awaited
        if not of_accounts or account.id in of_accounts
        for through_on, gap in (read_through(account.periods, account.since_on),)
        if through_on is not None
    ]
    if not reached:
        return Coverage()
    return Coverage(*min(reached, key=lambda found: found[0]))


def bank_read_on(company_id: int) -> date | None:
    """Return the last day up to which the bank is known, `None` when no statement was read."""
    return bank_coverage(company_id).read_on


def coverage_by_account(company_id: int) -> dict[int, AccountCoverage]:
    """Return what is known of each account, by its id; those that were never read are not in it."""
    read = _read_accounts(company_id)
    awaited = {account.id for account in _awaited(read)}
    return {
        account.id: AccountCoverage(
            *read_through(account.periods, account.since_on), awaited=account.id in awaited
        )
        for account in read
    }


@dataclass(slots=True)
class _Account:
    """An account that was read, and what its statements tell of."""

    id: int
    name: str
    declared: bool
    may_count: bool  # open, in euros
    since_on: date | None
    periods: list[Period] = field(default_factory=list)


def _awaited(accounts: Sequence[_Account]) -> list[_Account]:
    counting = [account for account in accounts if account.may_count]
    return [account for account in counting if account.declared] or counting


def _read_accounts(company_id: int) -> list[_Account]:
    rows = BankStatement.objects.filter(
        bank_account__company_id=company_id, to_on__isnull=False
    ).values_list(
        "bank_account_id", "bank_account__declared", "bank_account__iban", "bank_account__number",
        "bank_account__currency", "bank_account__closed_on", "bank_account__since_on",
        "from_on", "to_on", "opening_cents", "closing_cents",
    )  # fmt: skip
    accounts: dict[int, _Account] = {}
    for (
        pk, declared, iban, number, currency, closed_on, since_on, from_on, to_on, opening, closing
    ) in rows.iterator(5000):  # fmt: skip
        assert to_on is not None  # by the filter
        may_count = currency == "EUR" and closed_on is None
        account = accounts.setdefault(pk, _Account(pk, iban or number, declared, may_count, since_on))
        account.periods.append(Period(min(from_on or to_on, to_on), to_on, opening, closing))
    return list(accounts.values())
