"""Up to which day the bank is known: nobody is reminded who may have paid on a day that no statement tells of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Coverage:
    """The last day up to which the bank is known, and the hole that ends it there, if one does.

    `account_end`: the last four characters of the account that is behind, where several are awaited.
    """

    read_on: date | None = None
    gap: Gap | None = None
    account_end: str = ""


def read_through(periods: Iterable[Period]) -> tuple[date | None, Gap | None]:
    """Walk the statements of one account, and stop before the first hole; return the last day known, and the hole.

    A hole has a working day in it, and the next statement does not begin with the balance that was left: equal
    balances tell that no money moved. Where balances are not given, `QUIET_DAYS` are let pass.
    """
    reached: date | None = None
    left: set[int | None] = set()  # balances of the statements that end there
    for from_on, starting in groupby(sorted(periods, key=_start), key=_start):
        together = list(starting)
        if reached is not None and next_working_day(reached + _ONE_DAY) < from_on:
            gap = Gap(reached + _ONE_DAY, from_on - _ONE_DAY)
            if _may_hide_a_movement(gap, left, {period.opening_cents for period in together}):
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
    periods, names = _periods_awaited(company_id)
    reached = [
        (through_on, gap, names[account] if len(periods) > 1 else "")
        for account, of_account in periods.items()
        if not of_accounts or account in of_accounts
        for through_on, gap in (read_through(of_account),)
        if through_on is not None
    ]
    if not reached:
        return Coverage()
    return Coverage(*min(reached, key=lambda found: found[0]))


def bank_read_on(company_id: int) -> date | None:
    """Return the last day up to which the bank is known, `None` when no statement was read."""
    return bank_coverage(company_id).read_on


def _periods_awaited(company_id: int) -> tuple[dict[int, list[Period]], dict[int, str]]:
    """Return the statements of each account that is awaited, and the last four characters of its name."""
    rows = BankStatement.objects.filter(
        bank_account__company_id=company_id,
        bank_account__closed_on__isnull=True,
        bank_account__currency="EUR",
        to_on__isnull=False,
    ).values_list(
        "bank_account_id", "bank_account__declared", "bank_account__iban", "bank_account__number",
        "from_on", "to_on", "opening_cents", "closing_cents",
    )  # fmt: skip
    of_kind: dict[bool, dict[int, list[Period]]] = {True: defaultdict(list), False: defaultdict(list)}
    names: dict[int, str] = {}
    for account, declared, iban, number, from_on, to_on, opening, closing in rows.iterator(5000):
        assert to_on is not None  # by the filter
        of_kind[declared][account].append(Period(min(from_on or to_on, to_on), to_on, opening, closing))
        names[account] = (iban or number)[-4:]
    return of_kind[True] or of_kind[False], names
