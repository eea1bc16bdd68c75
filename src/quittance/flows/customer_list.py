"""The customers of a company, as a list: what each owes, how late they pay, the risk, and where things stand."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from quittance.collection.queries import disputes_open, pauses_on, promises_broken, promises_running
from quittance.customers.queries import (
    CUSTOMER_ORDERS,
    LONG_LIST,
    CustomerFilter,
    customers_of,
    find_customers,
)
from quittance.domain.risk import RISK_LEVELS, PayerFacts, Risk, risk_of
from quittance.flows.kept import Kept
from quittance.journal.queries import heads
from quittance.payments.customer_balances import lateness_of, oldest_overdue, open_and_overdue

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.customers.models import Customer

MEASURES = ("open", "overdue", "oldest", "lateness", "risk")
SORTS = (*CUSTOMER_ORDERS, *MEASURES)
_NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which customers are listed: what is known of them (`who`), and what they owe."""

    who: CustomerFilter
    late: bool = False
    risk: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where things stand with a customer. `code`: disputed, promised, paused, late, up_to_date; `on`: its day."""

    code: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer of the list. `lateness_days` is `None` where nothing was paid and nothing is overdue."""

    customer: Customer
    open_cents: int
    overdue_cents: int
    oldest_days_late: int
    lateness_days: int | None
    risk: Risk
    standing: Standing


@dataclass(frozen=True, slots=True)
class CustomerList:
    """A page of the list, and the totals of all that the filter lets through."""

    rows: list[CustomerRow]
    count: int
    late_count: int
    open_cents: int
    overdue_cents: int


def customer_list(
    *,
    company: Company,
    today: date,
    wanted: ListFilter,
    sort: str,
    descending: bool,
    first: int = 0,
    most: int | None = None,
) -> CustomerList:
    """List the customers that are wanted, `most` of them from the rank `first`; each sum is made by the database."""
    order = _ordered_kept(company.pk, today, wanted, sort, descending=descending)
    shown = order.ids[first:] if most is None else order.ids[first : first + most]
    few = shown if len(shown) <= LONG_LIST else None
    return CustomerList(
        rows=_rows(company.pk, today, shown, open_and_overdue(company.pk, today, few)),
        count=len(order.ids),
        late_count=order.late_count,
        open_cents=order.open_cents,
        overdue_cents=order.overdue_cents,
    )


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Who is let through by a filter, in an order, and their sums: the same for all pages of a list."""

    today: date
    ids: array[int]
    late_count: int
    open_cents: int
    overdue_cents: int


_kept: Kept[_Ordered] = Kept()


def _ordered_kept(
    company_id: int, today: date, wanted: ListFilter, sort: str, *, descending: bool
) -> _Ordered:
    """Keep the order in the process while the company's journal stands still: pages are turned, nothing is sorted."""
    key = (company_id, wanted, sort, descending)
    head = heads([company_id])[
        company_id
    ]  # first: what comes meanwhile makes what is kept too old, never too new
    kept = _kept.get(key)
    if kept is None or kept[0] != head or kept[1].today != today:
        kept = (head, _ordered(company_id, today, wanted, sort, descending=descending))
        _kept.put(key, *kept)
    return kept[1]


def _ordered(company_id: int, today: date, wanted: ListFilter, sort: str, *, descending: bool) -> _Ordered:
    ids = find_customers(company_id, wanted.who, order=sort if sort in CUSTOMER_ORDERS else "name")
    owed = open_and_overdue(company_id, today)
    if wanted.late:
        ids = [one for one in ids if owed.get(one, _NOTHING)[1]]
    if wanted.risk:
        risks = _risks(company_id, today, ids, owed)
        ids = [one for one in ids if risks[one].level == wanted.risk]
    ids = _sorted(company_id, today, ids, owed, sort, descending=descending)
    sums = [owed[one] for one in ids if one in owed]
    return _Ordered(
        today,
        array("q", ids),
        late_count=sum(1 for _, overdue in sums if overdue),
        open_cents=sum(cents for cents, _ in sums),
        overdue_cents=sum(overdue for _, overdue in sums),
    )


def customer_risk(company_id: int, customer_id: int, today: date) -> Risk:
    """Tell the risk of one customer, as the list does."""
    return _risks(company_id, today, [customer_id], open_and_overdue(company_id, today, [customer_id]))[
        customer_id
    ]


def standings(
    company_id: int, today: date, customer_ids: Sequence[int], overdue: Mapping[int, bool]
) -> dict[int, Standing]:
    """Tell where things stand with customers: a dispute is told before a promise, a promise before a pause."""
    disputes = disputes_open(company_id, customer_ids)
    promises = promises_running(company_id, today, customer_ids)
    pauses = pauses_on(company_id, today, customer_ids)

    def standing(one: int) -> Standing:
        if one in disputes:
            return Standing("disputed", disputes[one].opened_on)
        if one in promises:
            return Standing("promised", promises[one].promised_on)
        if one in pauses:
            return Standing("paused", pauses[one].until_on)
        return Standing("late" if overdue.get(one) else "up_to_date")

    return {one: standing(one) for one in customer_ids}


def _sorted(
    company_id: int,
    today: date,
    ids: list[int],
    owed: Mapping[int, tuple[int, int]],
    sort: str,
    *,
    descending: bool,
) -> list[int]:
    """Sort by a measure, those who have none last; customers of one measure stay in the order of their names."""
    if sort in CUSTOMER_ORDERS:
        return ids[::-1] if descending else ids
    measures = _measures(company_id, today, ids, owed, sort)
    with_one = [one for one in ids if measures.get(one) is not None]
    without = [one for one in ids if measures.get(one) is None]
    sign = -1 if descending else 1
    return sorted(with_one, key=lambda one: sign * (measures[one] or 0)) + without


def _measures(
    company_id: int, today: date, ids: list[int], owed: Mapping[int, tuple[int, int]], sort: str
) -> Mapping[int, int | None]:
    if sort in ("open", "overdue"):
        part = ("open", "overdue").index(sort)
        return {one: cents[part] or None for one, cents in owed.items()}
    if sort == "oldest":
        return {one: (today - on).days for one, on in oldest_overdue(company_id, today).items()}
    if sort == "lateness":
        return {one: late.days for one, late in lateness_of(company_id, today).items()}
    risks = _risks(company_id, today, ids, owed)
    return {one: RISK_LEVELS.index(risk.level) for one, risk in risks.items()}


def _risks(
    company_id: int, today: date, ids: Sequence[int], owed: Mapping[int, tuple[int, int]]
) -> dict[int, Risk]:
    few = ids if len(ids) <= 1000 else None
    oldest = oldest_overdue(company_id, today, few)
    broken = promises_broken(company_id, today, few)
    return {
        one: _risk(
            *owed.get(one, _NOTHING), (today - oldest[one]).days if one in oldest else 0, broken.get(one, 0)
        )
        for one in ids
    }


def _risk(open_cents: int, overdue_cents: int, oldest_days_late: int, broken_promises: int) -> Risk:
    """Where nothing is overdue, all who owe something are alike, and all who owe nothing: most of a long list."""
    if not overdue_cents:
        return _quiet_risk(open_cents > 0, broken_promises)
    return risk_of(PayerFacts(open_cents, overdue_cents, oldest_days_late, broken_promises))


@cache
def _quiet_risk(owes: bool, broken_promises: int) -> Risk:
    return risk_of(PayerFacts(int(owes), 0, 0, broken_promises))


def _rows(
    company_id: int, today: date, ids: Sequence[int], owed: Mapping[int, tuple[int, int]]
) -> list[CustomerRow]:
    customers = customers_of(company_id, ids)
    few = ids if len(ids) <= 1000 else None
    late = lateness_of(company_id, today, few)
    risks = _risks(company_id, today, ids, owed)
    overdue = {one: owed.get(one, _NOTHING)[1] > 0 for one in ids}
    where = standings(company_id, today, ids, overdue)
    return [
        CustomerRow(
            customer=customers[one],
            open_cents=owed.get(one, _NOTHING)[0],
            overdue_cents=owed.get(one, _NOTHING)[1],
            oldest_days_late=next((f.value for f in risks[one].facts if f.code == "oldest"), 0),
            lateness_days=late[one].days if one in late else None,
            risk=risks[one],
            standing=where[one],
        )
        for one in ids
    ]
