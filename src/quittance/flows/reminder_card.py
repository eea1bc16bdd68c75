"""All that is needed to decide about one late customer: what is proposed and why, what was said, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from quittance.collection.queries import (
    disputes_of,
    pauses_of,
    promises_of,
    reminders_of,
)
from quittance.correspondence.queries import calls_of, messages_of_customer
from quittance.customers.queries import contacts_of_one, notes_of
from quittance.domain.foresight import Foreseen, foresee
from quittance.domain.law import RateMissing
from quittance.domain.reminders import Action, Plan, Restraint
from quittance.flows.approve import Prepared, prepared_of
from quittance.flows.chase import Decision, Look, look
from quittance.flows.penalty_facts import Penalties, penalties_of
from quittance.flows.sides import CustomerSide
from quittance.gateways.clock import civil_day
from quittance.payments.customer_account import OpenInvoice, open_invoices, payments_of

if TYPE_CHECKING:
    from quittance.company.seats import Seat
    from quittance.customers.models import Contact, Customer

EVENTS = 12
DAYS_AHEAD = 75
NEXT_STEPS = 2
_NO_HOUR = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `kind` says what `about` is; `step`: of a message that is a reminder."""

    on: date
    at: datetime | None
    kind: str
    about: object
    step: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One late customer. `prepared` is `None` where nothing of theirs is due or soon due."""

    today: date
    customer: Customer
    prepared: Prepared | None
    plan: Plan
    rank: int  # of the step proposed in its plan, 1 the first; 0: none
    next_steps: tuple[Foreseen, ...]
    due: tuple[OpenInvoice, ...]
    disputed_ids: frozenset[int]
    penalties: Penalties | None
    rate_missing: bool
    credit_cents: int
    contacts: tuple[Contact, ...]
    events: tuple[Event, ...]
    bank_read_on: date | None
    last_message_on: date | None

    @property
    def action(self) -> Action | None:
        """What is proposed today; `None` while the customer is left alone."""
        if self.prepared is None or not isinstance(self.prepared.decision.outcome, Action):
            return None
        return self.prepared.decision.outcome

    @property
    def due_cents(self) -> int:
        """What is open, credits not deducted."""
        return sum(row.open_cents for row in self.due)

    @property
    def left_cents(self) -> int:
        """What is open, credits deducted."""
        return self.due_cents - self.credit_cents

    @property
    def penalty_total_cents(self) -> int:
        """Interest and indemnity to date."""
        if self.penalties is None:
            return 0
        return self.penalties.facts.amount_cents + self.penalties.indemnity.amount_cents


def reminder_card(*, seat: Seat, customer: Customer, today: date) -> Card:
    """Gather the card of one customer, whom this person may see."""
    looked = look(company=seat.company, today=today, customer_ids=frozenset({customer.pk}))
    decision = next(iter(looked.decisions), None)
    prepared = prepared_of(seat, looked, looked.write(decision), today) if decision else None
    plan = looked.plans[customer.kind]
    outcome = prepared.decision.outcome if prepared else None
    step = outcome.step if isinstance(outcome, Action) else None
    penalties, rate_missing = _penalties(looked, customer, decision)
    open_disputes = (one for one in disputes_of(seat.company.pk, customer.pk) if one.settled_at is None)
    return Card(
        today=today,
        customer=customer,
        prepared=prepared,
        plan=plan,
        rank=plan.steps.index(step) + 1 if step in plan.steps else 0,
        next_steps=_next_steps(looked, decision),
        due=tuple(open_invoices(seat.company.pk, customer.pk)),
        disputed_ids=frozenset(row.pk for one in open_disputes for row in one.receivables.all()),
        penalties=penalties,
        rate_missing=rate_missing,
        credit_cents=looked.book.credit_cents(customer.pk),
        contacts=tuple(contacts_of_one(customer.pk)),
        events=what_was_said(seat.company.pk, customer.pk, today),
        bank_read_on=looked.bank.read_on,
        last_message_on=looked.book.last_messages.get(customer.pk),
    )


def _penalties(looked: Look, customer: Customer, decision: Decision | None) -> tuple[Penalties | None, bool]:
    """Interest and indemnity to date on what is overdue; whether a rate is not known yet."""
    rows = tuple(row for row in (decision.rows if decision else ()) if row.due_on < looked.today)
    if not rows:
        return None, False
    theirs = CustomerSide(
        customer=customer,
        contacts=[],
        rows=rows,
        credits=tuple(looked.book.credits.get(customer.pk, ())),
        part_payments=looked.book.part_payments,
    )
    try:
        return penalties_of(looked.side, theirs, "fr"), False
    except RateMissing:
        return None, True


def _next_steps(looked: Look, decision: Decision | None) -> tuple[Foreseen, ...]:
    """What comes after today if nothing does, the bank being read each day."""
    if decision is None:
        return ()
    company, customer = looked.company, decision.customer
    restraint = Restraint(
        bank_read_on=looked.today,
        minimum_gap_days=company.minimum_gap_days,
        threshold_cents=company.reminder_threshold_cents,
    )
    foreseen = foresee(
        looked.book.account(customer.pk, decision.rows),
        looked.plans[customer.kind],
        restraint,
        from_on=looked.today,
        until_on=looked.today + timedelta(days=DAYS_AHEAD),
    )
    return tuple(islice((one for one in foreseen if one.on > looked.today), NEXT_STEPS))


def what_was_said(company_id: int, customer_id: int, today: date, *, most: int = EVENTS) -> tuple[Event, ...]:
    """Return what happened with a customer, newest first: what was written, said, agreed, paid, disputed and noted."""
    steps = {one.message_id: one.step for one in reminders_of(company_id, customer_id, most=most)}
    events = [
        Event(civil_day(one.sent_at or one.queued_at), one.sent_at or one.queued_at, "message", one,
              steps.get(one.pk, ""))
        for one in messages_of_customer(company_id, customer_id, most=most)
    ]  # fmt: skip
    events += [
        Event(civil_day(one.at), one.at, "call", one) for one in calls_of(company_id, customer_id, most=most)
    ]
    for seen in promises_of(company_id, customer_id, today):
        events.append(Event(civil_day(seen.promise.at), seen.promise.at, "promise", seen))
        if seen.state in ("broken", "part_kept"):
            events.append(Event(seen.promise.promised_on, None, "broken", seen))
    for dispute in disputes_of(company_id, customer_id):
        events.append(Event(civil_day(dispute.opened_at), dispute.opened_at, "dispute", dispute))
        if dispute.settled_at is not None:
            events.append(Event(civil_day(dispute.settled_at), dispute.settled_at, "settled", dispute))
    events += [
        Event(civil_day(one.at), one.at, "pause", one) for one in pauses_of(company_id, customer_id)[:most]
    ]
    events += [
        Event(one.payment.received_on, None, "payment", one)
        for one in payments_of(company_id, customer_id, most=most)
    ]
    events += [Event(civil_day(one.at), one.at, "note", one) for one in notes_of(company_id, customer_id)]
    # Of one day, what has no hour (the bank's) stands below what has one: it was known in the morning.
    events.sort(key=lambda event: (event.on, event.at is not None, event.at or _NO_HOUR), reverse=True)
    return tuple(events[:most])
