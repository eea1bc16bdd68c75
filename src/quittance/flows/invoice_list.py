"""The list of invoices: what a filter shows, counted and paged, and where each invoice stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from quittance.collection.queries import pauses_on, promises_made
from quittance.collection.spoken_of import disputed_ids, disputed_on, last_reminded_on
from quittance.customers.queries import LONG_LIST
from quittance.domain.standing import Facts, Standing, standing
from quittance.journal.queries import heads
from quittance.payments.lists import (
    Filter,
    Listed,
    Overview,
    Totals,
    listed,
    overview,
    page,
    receivables,
    totals,
    with_money,
)

if TYPE_CHECKING:
    from collections.abc import Collection

PAGE = 50
MOST_AT_ONCE = 500  # rows of one act: each has its entry in the journal
MOST_EXPORTED = 100_000


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A row with where it stands, and how late it is."""

    listed: Listed
    standing: Standing
    days_late: int  # 0: not late, or settled


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """One page of a filter. `totals` are those of the whole filter."""

    rows: list[InvoiceRow]
    totals: Totals
    number: int
    pages: int
    overview: Overview

    @property
    def first(self) -> int:
        """The rank of the first row, from 1."""
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The rank of the last row."""
        return self.first + len(self.rows) - 1


def invoice_page(*, company_id: int, wanted: Filter, sort: str, descending: bool, number: int) -> InvoicePage:
    """Return one page of a filter; a page past the end is the last one."""
    wanted = only_disputed(company_id, wanted)
    as_of = _mark(company_id)
    seen = overview(company_id, wanted.today, wanted.in_charge_id, as_of=as_of)
    counted = totals(company_id, wanted, as_of=as_of)
    pages = max(1, -(-counted.count // PAGE))
    number = min(max(1, number), pages)
    rows = page(
        company_id,
        wanted,
        sort=sort,
        descending=descending,
        first=(number - 1) * PAGE,
        most=PAGE,
        count=counted.count,
    )
    return InvoicePage(
        with_standing(company_id, with_money(rows), wanted.today), counted, number, pages, seen
    )


def _mark(company_id: int) -> str:
    """Return what changes with every act of the company, and with nothing else: equal marks, equal books."""
    return heads((company_id,))[company_id][1]


def only_disputed(company_id: int, wanted: Filter) -> Filter:
    """Name the receivables of a filter on what is disputed: the disputes are few, and stand elsewhere."""
    if wanted.state != "disputed":
        return wanted
    disputed = set(disputed_ids(company_id))
    if wanted.receivable_ids is not None:
        disputed &= set(wanted.receivable_ids)
    return replace(wanted, receivable_ids=tuple(sorted(disputed)))


def with_standing(company_id: int, rows: Iterable[Listed], today: date) -> list[InvoiceRow]:
    """Say of each row where it stands, with one query per kind of fact."""
    rows = list(rows)
    ids = [row.receivable_id for row in rows if row.receivable_id is not None and row.open_cents]
    customers = {row.customer_id for row in rows if row.open_cents and row.due_on and row.due_on < today}
    disputes = disputed_on(company_id, ids) if ids else {}
    reminded = last_reminded_on(ids) if ids else {}
    promises = promises_made(company_id, today, customers) if customers else {}
    pauses = pauses_on(company_id, today, customers) if customers else {}
    found = []
    for row in rows:
        if row.due_on is None or row.receivable_id is None:
            found.append(InvoiceRow(row, Standing("credit" if row.open_cents else "credit_used"), 0))
            continue
        pause = pauses.get(row.customer_id)
        facts = Facts(
            due_on=row.due_on,
            due_cents=row.due_cents,
            open_cents=row.open_cents,
            credited_cents=row.credited_cents,
            written_off_cents=row.written_off_cents,
            settled_on=row.settled_on,
            disputed_on=disputes.get(row.receivable_id),
            promise=promises.get(row.customer_id),
            paused_until_on=pause.until_on if pause else None,
            may_be_paid=row.may_be_paid,
            reminded_on=reminded.get(row.receivable_id),
        )
        late = (today - row.due_on).days if row.open_cents else 0
        found.append(InvoiceRow(row, standing(facts, today), max(0, late)))
    return found


def every_row(*, company_id: int, wanted: Filter, sort: str, descending: bool) -> Iterator[InvoiceRow]:
    """Return every row of a filter in its order, as the list shows them, for a file."""
    wanted = only_disputed(company_id, wanted)
    count = min(totals(company_id, wanted, as_of=_mark(company_id)).count, MOST_EXPORTED)
    rows = page(
        company_id, wanted, sort=sort, descending=descending, first=0, most=count, count=max(count, 1)
    )
    for start in range(0, len(rows), LONG_LIST):
        yield from with_standing(company_id, with_money(rows[start : start + LONG_LIST]), wanted.today)


def chosen_rows(*, company_id: int, wanted: Filter, ticked: Collection[int] | None) -> list[Listed]:
    """Return the receivables an act is about: those ticked, among what the person may see, or the whole filter.

    At most `MOST_AT_ONCE` and one more, which tells that there are too many.
    """
    if ticked is not None:
        wanted = Filter(wanted.today, in_charge_id=wanted.in_charge_id, receivable_ids=tuple(ticked))
    wanted = only_disputed(company_id, wanted)
    ids = receivables(company_id, wanted).order_by("due_on", "pk").values_list("pk", flat=True)
    return listed(company_id, list(ids[: MOST_AT_ONCE + 1]))
