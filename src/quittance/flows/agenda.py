"""The morning of a company: who is to be written to, who is to be called, who is left alone and why.

It is looked at once and kept in the process while the company's journal stands where it stood: never stale, since
every act that could change it is journalled. After an act on a few customers, only these are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from quittance.correspondence.queries import customers_written_to
from quittance.domain.reminders import CALL, Action, Rest
from quittance.flows.chase import Decision, by_stake, look
from quittance.flows.kept import Head, Kept
from quittance.journal.queries import entries_since, heads

if TYPE_CHECKING:
    from quittance.company.models import Company

# Acts that change nothing for other customers than those they name. Any other act has the whole book looked at again.
_NAMED_IN = {
    "collection.paused": "customer",
    "collection.pause_lifted": "customer",
    "collection.promised": "customer",
    "collection.dispute_opened": "customer",
    "collection.promise_withdrawn": "customer",
    "collection.dispute_settled": "customer",
    "correspondence.called": "customer",
}
_OF_MESSAGES = (
    "correspondence.sent",
    "correspondence.cancelled",
    "correspondence.postponed",
    "correspondence.refused",
    "correspondence.rejected",
    "correspondence.in_doubt",
    "correspondence.doubt_settled",
)
_CHANGE_NOTHING = ("correspondence.documents_kept", "correspondence.answer_queued")
MOST_ACTS = 300


class Owed(NamedTuple):
    """A customer to write to or to call. `text`: the family of texts of the step; `late_days` < 0: not due yet."""

    customer_id: int
    in_charge_id: int | None
    name: str
    step: str
    channel: str
    text: str
    offset_days: int
    amount_cents: int
    late_days: int
    invoices: int
    why: tuple[
        str, str
    ]  # what is told first, if anything: a code (`promise_broken`, `call_agreed`) and its sentence
    stake: tuple[int, str]


class Left(NamedTuple):
    """A customer who is left alone today. `facts`: of the rest's sentence; `step`: what is held back, if anything."""

    customer_id: int
    in_charge_id: int | None
    name: str
    code: str
    facts: Mapping[str, object]
    cents: int
    step: str
    next_on: date | None
    stake: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Agenda:
    """A company's morning: whom to write to, whom to call, whom to leave alone; what is at stake first."""

    today: date
    bank_read_on: date | None
    messages: tuple[Owed, ...]
    calls: tuple[Owed, ...]
    left: tuple[Left, ...]

    @property
    def owed_count(self) -> int:
        """How many customers there is something to do for."""
        return len(self.messages) + len(self.calls)

    def of(self, in_charge_id: int | None) -> Agenda:
        """Keep what one member looks after; `None`: everything."""
        if in_charge_id is None:
            return self
        return replace(
            self,
            messages=tuple(one for one in self.messages if one.in_charge_id == in_charge_id),
            calls=tuple(one for one in self.calls if one.in_charge_id == in_charge_id),
            left=tuple(one for one in self.left if one.in_charge_id == in_charge_id),
        )


Row = TypeVar("Row", Owed, Left)
_kept: Kept[Agenda] = Kept()


def agendas(companies: Iterable[Company], today: date) -> dict[int, Agenda]:
    """Return the morning of each company. Where nothing was written since the last look, that look stands."""
    by_id = {company.pk: company for company in companies}
    found = {}
    # The ends of the journals first: an act that comes meanwhile makes what is kept too old, never too new.
    for company_id, head in heads(by_id.keys()).items():
        kept = _kept.get(company_id)
        if kept is None or kept[0] != head or kept[1].today != today:
            kept = (head, _again(by_id[company_id], today, kept))
            _kept.put(company_id, *kept)
        found[company_id] = kept[1]
    return found


def agenda_of(company: Company, today: date) -> Agenda:
    """Return the morning of one company."""
    return agendas([company], today)[company.pk]


def _again(company: Company, today: date, kept: tuple[Head, Agenda] | None) -> Agenda:
    """Look again: at the customers whom the acts since then name, or at all."""
    touched = None
    if kept is not None and kept[1].today == today:
        touched = _touched(company.pk, kept[0])
    if kept is None or touched is None:
        looked = look(company=company, today=today)
        return _agenda(today, looked.bank.read_on, looked.decisions)
    if not touched:
        return kept[1]
    looked = look(company=company, today=today, customer_ids=touched)
    fresh = _agenda(today, looked.bank.read_on, looked.decisions)
    before = kept[1]
    return Agenda(
        today,
        looked.bank.read_on,
        _merged(before.messages, fresh.messages, touched),
        _merged(before.calls, fresh.calls, touched),
        _merged(before.left, fresh.left, touched),
    )


def _merged(before: tuple[Row, ...], fresh: tuple[Row, ...], touched: frozenset[int]) -> tuple[Row, ...]:
    """Put the rows that were looked at again in place of the old ones."""
    rows: list[Row] = [one for one in before if one.customer_id not in touched]
    rows.extend(fresh)
    rows.sort(key=_by_stake)
    return tuple(rows)


def _by_stake(one: Owed | Left) -> tuple[int, str]:
    return one.stake


def _touched(company_id: int, head: Head) -> frozenset[int] | None:
    """The customers whom the acts since a look name; `None` where an act may concern anybody."""
    entries = entries_since(company_id, head, most=MOST_ACTS)
    if entries is None:
        return None
    touched: set[int] = set()
    messages: set[int] = set()
    for kind, data in entries:
        if kind == "collection.reminders_recorded":
            touched |= {row[1] for row in data["reminders"]}
        elif kind in _OF_MESSAGES:
            messages.add(data["message"])
        elif kind in _NAMED_IN and _NAMED_IN[kind] in data:
            touched.add(data[_NAMED_IN[kind]])
        elif kind not in _CHANGE_NOTHING:
            return None
    if messages:
        touched |= customers_written_to(company_id, messages)
    return frozenset(touched)


def _agenda(today: date, bank_read_on: date | None, decisions: Sequence[Decision]) -> Agenda:
    ordered = sorted(decisions, key=by_stake)
    owed = [_owed(one, one.outcome, today) for one in ordered if isinstance(one.outcome, Action)]
    return Agenda(
        today,
        bank_read_on,
        tuple(one for one in owed if one.channel != CALL),
        tuple(one for one in owed if one.channel == CALL),
        tuple(_left(one, one.outcome) for one in ordered if isinstance(one.outcome, Rest)),
    )


def _owed(decision: Decision, action: Action, today: date) -> Owed:
    customer, first = decision.customer, action.reasons[0]
    told = (first.code, first.sentence) if first.code in ("promise_broken", "call_agreed") else ("", "")
    return Owed(
        customer.pk,
        customer.in_charge_id,
        customer.name,
        action.step.code,
        action.step.channel,
        action.step.text,
        action.step.offset_days,
        action.amount_cents,
        max(debt.days_late(today) for debt in action.debts),
        len(action.debts),
        told,
        by_stake(decision),
    )


def _left(decision: Decision, rest: Rest) -> Left:
    customer = decision.customer
    return Left(
        customer.pk,
        customer.in_charge_id,
        customer.name,
        rest.code,
        rest.facts,
        sum(debt.open_cents for debt in rest.debts),
        rest.step.code if rest.step else "",
        rest.next_on,
        by_stake(decision),
    )
