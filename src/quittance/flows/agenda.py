"""The morning of a company: who is to be written to, who is to be called, who is left alone and why.

It is looked at once and kept in the process while the company's journal stands where it stood: never stale, since
every act that could change it is journalled. After acts that concern a few customers, only these are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from quittance.domain.reminders import CALL, Action, Rest
from quittance.flows.chase import Decision, Ground, by_stake, ground_of, look, restraint_of
from quittance.flows.concerned import concerned, moves_common_ground
from quittance.flows.kept import Head, Kept
from quittance.journal.queries import entries_since, heads

if TYPE_CHECKING:
    from quittance.company.models import Company


MOST_ACTS = 1000


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


@dataclass(frozen=True, slots=True)
class _Looked:
    """An agenda, and what held for all customers alike when it was made."""

    agenda: Agenda
    ground: Ground


Row = TypeVar("Row", Owed, Left)
_kept: Kept[_Looked] = Kept()


def agendas(companies: Iterable[Company], today: date) -> dict[int, Agenda]:
    """Return the morning of each company. Where nothing was written since the last look, that look stands."""
    by_id = {company.pk: company for company in companies}
    found = {}
    # The ends of the journals first: an act that comes meanwhile makes what is kept too old, never too new.
    for company_id, head in heads(by_id.keys()).items():
        company = by_id[company_id]
        kept = _kept.get(company_id)
        if kept is None or kept[0] != head or not _may_stand(kept[1], company, today):
            kept = (head, _again(company, today, kept))
            _kept.put(company_id, *kept)
        found[company_id] = kept[1].agenda
    return found


def agenda_of(company: Company, today: date) -> Agenda:
    """Return the morning of one company."""
    return agendas([company], today)[company.pk]


def _may_stand(looked: _Looked, company: Company, today: date) -> bool:
    """Whether it is of that day, and of the rules that the company has now."""
    return looked.agenda.today == today and looked.ground.restraint == restraint_of(
        company, looked.ground.bank
    )


def _again(company: Company, today: date, kept: tuple[Head, _Looked] | None) -> _Looked:
    """Look again: at the customers whom the acts since then concern, or at all."""
    if kept is None or not _may_stand(kept[1], company, today):
        return _whole(company, today, ground_of(company))
    head, before = kept
    written = entries_since(company.pk, head, most=MOST_ACTS)
    named = None if written is None else concerned(company.pk, written)
    if written is None or named is None:
        return _whole(company, today, ground_of(company))
    ground = ground_of(company) if moves_common_ground(written) else before.ground
    if not ground.is_same_for_all(before.ground):
        return _whole(company, today, ground)
    touched = named | ground.other_credits_than(before.ground)
    if not touched:
        return _Looked(before.agenda, ground)
    looked = look(company=company, today=today, customer_ids=touched, ground=ground)
    fresh, agenda = _agenda(today, ground.bank.read_on, looked.decisions), before.agenda
    patched = Agenda(
        today,
        ground.bank.read_on,
        _merged(agenda.messages, fresh.messages, touched),
        _merged(agenda.calls, fresh.calls, touched),
        _merged(agenda.left, fresh.left, touched),
    )
    return _Looked(patched, ground)


def _whole(company: Company, today: date, ground: Ground) -> _Looked:
    looked = look(company=company, today=today, ground=ground)
    return _Looked(_agenda(today, ground.bank.read_on, looked.decisions), ground)


def _merged(before: tuple[Row, ...], fresh: tuple[Row, ...], touched: frozenset[int]) -> tuple[Row, ...]:
    """Put the rows that were looked at again in place of the old ones."""
    rows: list[Row] = [one for one in before if one.customer_id not in touched]
    rows.extend(fresh)
    rows.sort(key=_by_stake)
    return tuple(rows)


def _by_stake(one: Owed | Left) -> tuple[int, str]:
    return one.stake


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
