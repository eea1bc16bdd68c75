"""Lists of receivables: filtered, sorted, counted, on books of a hundred thousand.

The list reads its indexes alone (`receivable_list`), then the fifty rows of one page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from quittance.customers.finding import ids_by_name, ids_followed_by, ids_found
from quittance.customers.queries import LONG_LIST
from quittance.domain.finding import amount_typed
from quittance.payments.models import Payment, Proposal, Receivable
from quittance.sales.finding import invoices_numbered

State = Literal["", "open", "late", "soon", "due", "disputed", "paid", "credit_notes"]
SOON_DAYS = 7
NOBODY = 0  # as `followed_by`: customers of whom nobody is in charge
_OTHERWISE_TYPED = 50  # numbers found without their separators; those typed as they are have no such limit
_NEAR = 2_000  # rows from one of the ends: further, the database sorts them all
OWED: tuple[State, State] = ("late", "due")
SORTS = ("number", "customer", "issued", "due", "total", "left")
_COLUMNS = {
    "number": "number",
    "issued": "issued_on",
    "due": "due_on",
    "total": "due_cents",
    "left": "open_cents",
}
_CREDIT_COLUMNS = {
    "number": "credit_note__number",
    "customer": "customer__search_key",
    "issued": "received_on",
    "due": "received_on",
    "total": "amount_cents",
    "left": "credit_cents",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows. `in_charge_id`: the wall of sales people; `followed_by`: whose customers one asks for.

    Days late count from the day after the due date. `receivable_ids`: only these (what is disputed, what is ticked).
    """

    today: date
    state: State = ""
    in_charge_id: int | None = None
    followed_by: int | None = None
    late_from_days: int | None = None
    late_to_days: int | None = None
    issued_from_on: date | None = None
    issued_to_on: date | None = None
    from_cents: int | None = None
    to_cents: int | None = None
    customer_id: int | None = None
    words: str = ""
    receivable_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many there are, for how much, and what of it is left."""

    count: int
    due_cents: int
    open_cents: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is owed in a person's part of the book: what of it is late, and what is still to fall due."""

    late: Totals
    due: Totals

    @property
    def open_cents(self) -> int:
        """All that is owed."""
        return self.late.open_cents + self.due.open_cents


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list: a receivable, or a credit note (without due date; what is left is the customer's credit)."""

    receivable_id: int | None
    invoice_id: int
    number: str
    customer_id: int
    customer_name: str
    issued_on: date
    due_on: date | None
    due_cents: int
    open_cents: int
    credited_cents: int = 0
    written_off_cents: int = 0
    part: int = 1  # which of the invoice's installments
    settled_on: date | None = None  # the day of the last money on it
    may_be_paid: bool = False  # a bank line is proposed for it

    @property
    def paid_cents(self) -> int:
        """What of it is settled, in whatever way."""
        return self.due_cents - self.open_cents


def overview(company_id: int, today: date, in_charge_id: int | None, *, as_of: str) -> Overview:
    """Count what is late and what is still to fall due."""
    return Overview(*(totals(company_id, Filter(today, state, in_charge_id), as_of=as_of) for state in OWED))


def totals(company_id: int, wanted: Filter, *, as_of: str) -> Totals:
    """Count what a filter shows. `as_of`: the mark of the journal; while it stays, the same answer is given again."""
    if wanted.state == "credit_notes":
        return _credit_note_totals(company_id, wanted)
    return _totals(company_id, wanted, as_of)


@lru_cache(maxsize=256)
def _totals(company_id: int, wanted: Filter, as_of: str) -> Totals:
    assert as_of is not None
    found = receivables(company_id, wanted).aggregate(
        count=Count("pk"), due=Coalesce(Sum("due_cents"), 0), left=Coalesce(Sum("open_cents"), 0)
    )
    return Totals(found["count"], int(found["due"]), int(found["left"]))


def page(
    company_id: int, wanted: Filter, *, sort: str, descending: bool, first: int, most: int, count: int
) -> list[Listed]:
    """Return the rows from `first` on, at most so many. `count`: of the whole filter; the last page is read from its
    end."""
    if wanted.state == "credit_notes":
        return _credit_notes(company_id, wanted, sort, descending, first, most)
    most = min(most, count - first)
    if most <= 0:
        return []
    from_the_end = first > count // 2
    start = count - first - most if from_the_end else first
    backwards = descending != from_the_end
    if sort == "customer":
        ids = _ids_by_customer(company_id, wanted, backwards, start, most)
    else:
        rows, sign = receivables(company_id, wanted), "-" if backwards else ""
        ids = list(
            rows.order_by(f"{sign}{_COLUMNS[sort]}", f"{sign}pk").values_list("pk", flat=True)[
                start : start + most
            ]
        )
    return listed(company_id, ids[::-1] if from_the_end else ids)


def _ids_by_customer(company_id: int, wanted: Filter, backwards: bool, start: int, most: int) -> list[int]:
    """Walk the customers by name until the page is full: near an end it is after a few dozens of them."""
    sign = "-" if backwards else ""
    if start > _NEAR or wanted.words or wanted.receivable_ids is not None or wanted.customer_id is not None:
        order = (f"{sign}customer__search_key", f"{sign}customer_id", f"{sign}due_on", f"{sign}pk")
        rows = receivables(company_id, wanted).order_by(*order)
        return list(rows.values_list("pk", flat=True)[start : start + most])
    ids = ids_by_name(company_id, backwards=backwards, followed_by=_members(wanted))
    rows = _whoever_follows(company_id, wanted).order_by(f"{sign}due_on", f"{sign}pk")
    found: list[int] = []
    width = 50
    while ids and len(found) < start + most:
        some, ids, width = ids[:width], ids[width:], min(width * 2, LONG_LIST)
        place = {customer_id: rank for rank, customer_id in enumerate(some)}
        pairs = rows.filter(customer_id__in=some).values_list("customer_id", "pk")
        found += [pk for _, pk in sorted(pairs, key=lambda pair: place[pair[0]])]
    return found[start : start + most]


def receivables(company_id: int, wanted: Filter) -> QuerySet[Receivable]:
    """Return the receivables that a filter lets through, in no order."""
    rows = _whoever_follows(company_id, wanted)
    for member_id in _members(wanted):
        rows = rows.filter(customer_id__in=ids_followed_by(company_id, member_id))
    return rows


def _members(wanted: Filter) -> list[int]:
    return [one for one in (wanted.in_charge_id, wanted.followed_by) if one is not None]


def _whoever_follows(company_id: int, wanted: Filter) -> QuerySet[Receivable]:
    rows = Receivable.objects.filter(company_id=company_id)
    if wanted.state in ("open", "late", "soon", "due", "disputed"):
        rows = rows.filter(open_cents__gt=0)
    elif wanted.state == "paid":
        rows = rows.filter(open_cents=0)
    rows = rows.filter(_by_day(wanted))
    if wanted.receivable_ids is not None:
        rows = rows.filter(pk__in=wanted.receivable_ids)
    bounds = {
        "issued_on__gte": wanted.issued_from_on,
        "issued_on__lte": wanted.issued_to_on,
        "due_cents__gte": wanted.from_cents,
        "due_cents__lte": wanted.to_cents,
        "customer_id": wanted.customer_id,
    }
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
    if wanted.words:
        rows = rows.filter(_by_words(company_id, wanted))
    return rows


def _by_day(wanted: Filter) -> Q:
    today = wanted.today
    days = Q()
    if wanted.state == "late" or wanted.late_from_days is not None or wanted.late_to_days is not None:
        days &= Q(due_on__lt=today)
    if wanted.late_from_days is not None:
        days &= Q(due_on__lte=today - timedelta(days=wanted.late_from_days))
    if wanted.late_to_days is not None:
        days &= Q(due_on__gte=today - timedelta(days=wanted.late_to_days))
    if wanted.state == "soon":
        days &= Q(due_on__gte=today, due_on__lte=today + timedelta(days=SOON_DAYS))
    if wanted.state == "due":
        days &= Q(due_on__gte=today)
    return days


def _by_words(company_id: int, wanted: Filter) -> Q:
    """What is typed is a number, a customer, or an amount: whatever of these it can be."""
    cents = amount_typed(wanted.words)
    if cents is not None and "," in wanted.words:
        return Q(due_cents=cents) | Q(open_cents=cents)
    words = Q(customer_id__in=ids_found(company_id, wanted.words))
    if any(map(str.isdigit, wanted.words)):
        typed = wanted.words.strip()
        words |= Q(number__icontains=typed)
        numbered = invoices_numbered((company_id,), typed, most=_OTHERWISE_TYPED)
        otherwise = [one.number for one in numbered if typed.upper() not in one.number.upper()]
        words |= Q(number__in=otherwise)
    if cents is not None:
        words |= Q(due_cents=cents) | Q(open_cents=cents)
    return words


def listed(company_id: int, ids: Sequence[int]) -> list[Listed]:
    """Return rows of the list by their receivables, in the order given, however many."""
    found: dict[int, Listed] = {}
    for start in range(0, len(ids), LONG_LIST):
        rows = Receivable.objects.filter(company_id=company_id, pk__in=ids[start : start + LONG_LIST])
        facts: Any
        for pk, *facts in rows.values_list(
            "pk", "installment__invoice_id", "number", "customer_id", "customer__name", "issued_on", "due_on",
            "due_cents", "open_cents", "credited_cents", "written_off_cents", "installment__position",
        ):  # fmt: skip
            found[pk] = Listed(pk, *facts)
    return [found[pk] for pk in ids if pk in found]


def with_money(rows: Iterable[Listed]) -> list[Listed]:
    """Add, to the rows of a page, when each was settled, and whether the bank has money that may be for it."""
    rows = list(rows)
    ids = [row.receivable_id for row in rows if row.receivable_id is not None]
    settled = settled_on(ids)
    proposed = set(
        Proposal.objects.filter(receivable_id__in=ids, rank=0).values_list("receivable_id", flat=True)
    )
    return [
        replace(row, settled_on=settled.get(row.receivable_id), may_be_paid=row.receivable_id in proposed)
        if row.receivable_id is not None
        else row
        for row in rows
    ]


def settled_on(receivable_ids: Collection[int]) -> dict[int, date]:
    """Return the day of the last money that stands on each of these receivables."""
    standing = Q(allocations__reversed_by__isnull=True, allocations__reverses__isnull=True)
    rows = Receivable.objects.filter(pk__in=receivable_ids).annotate(
        last=Max("allocations__payment__received_on", filter=standing)
    )
    return {pk: last for pk, last in rows.values_list("pk", "last") if last is not None}


def _credit_note_rows(company_id: int, wanted: Filter) -> QuerySet[Payment]:
    rows = Payment.objects.filter(company_id=company_id, credit_note__isnull=False, undone_at__isnull=True)
    bounds = {
        "received_on__gte": wanted.issued_from_on,
        "received_on__lte": wanted.issued_to_on,
        "amount_cents__gte": wanted.from_cents,
        "amount_cents__lte": wanted.to_cents,
        "customer_id": wanted.customer_id,
    }
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
    if wanted.words:
        numbered = invoices_numbered((company_id,), wanted.words, most=LONG_LIST)
        cents = amount_typed(wanted.words)
        rows = rows.filter(
            Q(credit_note_id__in=[invoice.pk for invoice in numbered])
            | Q(customer_id__in=ids_found(company_id, wanted.words))
            | (Q(amount_cents=cents) if cents is not None else Q(pk__in=()))
        )
    for member_id in _members(wanted):
        rows = rows.filter(customer_id__in=ids_followed_by(company_id, member_id))
    return rows


def _credit_note_totals(company_id: int, wanted: Filter) -> Totals:
    found = _credit_note_rows(company_id, wanted).aggregate(
        count=Count("pk"), due=Coalesce(Sum("amount_cents"), 0), left=Coalesce(Sum("credit_cents"), 0)
    )
    return Totals(found["count"], int(found["due"]), int(found["left"]))


def _credit_notes(
    company_id: int, wanted: Filter, sort: str, descending: bool, first: int, most: int
) -> list[Listed]:
    sign = "-" if descending else ""
    rows = _credit_note_rows(company_id, wanted).order_by(f"{sign}{_CREDIT_COLUMNS[sort]}", f"{sign}pk")
    return [
        Listed(None, invoice_id, number, customer_id, name, on, None, cents, left)
        for invoice_id, number, customer_id, name, on, cents, left in rows.values_list(
            "credit_note_id", "credit_note__number", "customer_id", "customer__name", "received_on",
            "amount_cents", "credit_cents",
        )[first : first + most]
    ]  # fmt: skip
