"""What is agreed with a customer who owes: a promise, a dispute, some rest; a call may bring any of these."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.collection.operations import (
    PromiseRefused,
    ReminderDraft,
    note_promise,
    open_dispute,
    pause,
    record_reminders,
)
from quittance.correspondence.operations import note_call, queue_answer
from quittance.domain.access import Right, Sending, why_not_promised, why_not_sent
from quittance.domain.calendar import add_working_days, next_working_day
from quittance.domain.reminders import CALL, CALL_AGAIN, CLAIMS_PAID, Action, Step
from quittance.flows.chase import look
from quittance.flows.reminder_texts import signer, write_reminder
from quittance.flows.sides import CustomerSide
from quittance.journal.operations import hold
from quittance.journal.queries import position

if TYPE_CHECKING:
    from quittance.collection.models import Dispute, Promise
    from quittance.company.seats import Seat
    from quittance.correspondence.models import CallNote
    from quittance.customers.models import Customer
    from quittance.payments.queries import DueRow

DAYS_TO_ANSWER = 10  # working days in which a dispute is answered
DAYS_TO_LOOK = 3  # working days in which a payment that was announced is looked for
# A call that reached nobody is made again: on the next working day, or once a message left had its chance.
AGAIN_AFTER = {"no_answer": 1, "callback": 1, "voicemail": 3}
PAUSE_WORDS = {"awaiting_approval": "Attend une validation chez le client", "paid": "Dit avoir payé"}


@dataclass(frozen=True, slots=True)
class CallTold:
    """What came of a call. Each outcome reads the facts of its own and leaves the others."""

    outcome: str
    text: str = ""
    contact_name: str = ""
    phone: str = ""
    on: date | None = None  # promised, to call again, or to wait until
    amount_cents: int = 0
    receivable_ids: tuple[int, ...] = ()
    category: str = "other"


@dataclass(frozen=True, slots=True)
class CallDone:
    """A call that was noted. `rests_until`: the last day without a reminder; `copies`: of invoices, on their way."""

    note: CallNote
    rests_until: date | None = None
    copies: int = 0
    to_do: str = ""  # what is left to the person, in French


def promise(
    *,
    seat: Seat,
    customer: Customer,
    amount_cents: int,
    promised_on: date,
    said_by: str,
    channel: str,
    today: date,
    actor: str,
    at: datetime,
) -> Promise:
    """Note a promise, within what this person may grant. Refusal: `PromiseRefused`."""
    why_not = why_not_promised(seat.role, seat.mandate, promised_on, today)
    if why_not:
        raise PromiseRefused(why_not)
    return note_promise(
        company_id=seat.company.pk,
        customer_id=customer.pk,
        amount_cents=amount_cents,
        promised_on=promised_on,
        today=today,
        said_by=said_by,
        channel=channel,
        actor=actor,
        at=at,
    )


def dispute(
    *,
    seat: Seat,
    customer: Customer,
    receivable_ids: Collection[int],
    category: str,
    text: str,
    today: date,
    actor: str,
    at: datetime,
    in_charge_id: int | None = None,
    answer_by_on: date | None = None,
) -> Dispute:
    """Open a dispute; unless said otherwise, whoever looks after the customer answers within two weeks.

    Refusal: `DisputeRefused`.
    """
    return open_dispute(
        company_id=seat.company.pk,
        customer_id=customer.pk,
        receivable_ids=receivable_ids,
        category=category,
        text=text,
        in_charge_id=in_charge_id or customer.in_charge_id or seat.member.pk,
        answer_by_on=answer_by_on or add_working_days(today, DAYS_TO_ANSWER),
        actor=actor,
        at=at,
    )


def later(*, seat: Seat, customer: Customer, again_on: date, today: date, actor: str, at: datetime) -> date:
    """Put a reminder off to a day; return the working day on which it comes back."""
    again_on = next_working_day(max(again_on, today + timedelta(days=1)))
    pause(
        company_id=seat.company.pk,
        customer_id=customer.pk,
        from_on=today,
        until_on=again_on - timedelta(days=1),
        reason="Remis à plus tard",
        actor=actor,
        at=at,
    )
    return again_on


def call(
    *, seat: Seat, customer: Customer, told: CallTold, today: date, actor: str, at: datetime
) -> CallDone:
    """Note a call and do what its outcome asks for, all or nothing; the plan's call, if one is owed, is done by it.

    Refusals: `CallRefused`, `PromiseRefused`, `DisputeRefused`.
    """
    with transaction.atomic():
        hold(company_id=seat.company.pk)
        _take_step(seat, customer, today, actor, at)
        again_on = None
        if told.outcome in AGAIN_AFTER:
            again_on = told.on or add_working_days(today, AGAIN_AFTER[told.outcome])
        note = note_call(
            company_id=seat.company.pk,
            customer_id=customer.pk,
            outcome=told.outcome,
            text=told.text,
            contact_name=told.contact_name,
            phone=told.phone,
            again_on=again_on,
            today=today,
            actor=actor,
            at=at,
        )
        return _consequences(seat, customer, told, note, today, actor, at)


def _take_step(seat: Seat, customer: Customer, today: date, actor: str, at: datetime) -> None:
    """The plan's call is a step like others: done once, for everything it speaks of."""
    looked = look(company=seat.company, today=today, customer_ids=frozenset({customer.pk}))
    drafts: list[ReminderDraft] = [
        draft
        for decision in map(looked.write, looked.decisions)
        if isinstance(decision.outcome, Action)
        and decision.outcome.step.channel == CALL
        and decision.outcome.step.code != CALL_AGAIN
        and (draft := decision.draft) is not None
    ]
    record_reminders(
        company_id=seat.company.pk,
        drafts=drafts,
        decided_on=today,
        decided_at_position=position(seat.company.pk),
        actor=actor,
        at=at,
    )


def _consequences(
    seat: Seat, customer: Customer, told: CallTold, note: CallNote, today: date, actor: str, at: datetime
) -> CallDone:
    company_id = seat.company.pk
    if told.outcome == "promise":
        made = promise(
            seat=seat,
            customer=customer,
            amount_cents=told.amount_cents,
            promised_on=told.on or today,
            said_by=told.contact_name,
            channel="call",
            today=today,
            actor=actor,
            at=at,
        )
        return CallDone(note, rests_until=made.promised_on)
    if told.outcome == "dispute":
        dispute(
            seat=seat,
            customer=customer,
            receivable_ids=told.receivable_ids,
            category=told.category,
            text=told.text,
            today=today,
            actor=actor,
            at=at,
        )
    if told.outcome in PAUSE_WORDS:
        until_on = told.on if told.outcome != "paid" else None
        rest = pause(
            company_id=company_id,
            customer_id=customer.pk,
            from_on=today,
            until_on=until_on or add_working_days(today, DAYS_TO_LOOK),
            reason=PAUSE_WORDS[told.outcome],
            kind=CLAIMS_PAID if told.outcome == "paid" else "paused",
            actor=actor,
            at=at,
        )
        return CallDone(note, rests_until=rest.until_on)
    if told.outcome == "resend":
        return _send_copies(seat, customer, told, note, today, at)
    return CallDone(note, to_do=TO_DO.get(told.outcome, ""))


def _send_copies(
    seat: Seat, customer: Customer, told: CallTold, note: CallNote, today: date, at: datetime
) -> CallDone:
    """Queue copies of the invoices that are asked for; those of which no PDF is here are left to the person."""
    looked = look(company=seat.company, today=today, customer_ids=frozenset({customer.pk}))
    rows = tuple(
        row
        for decision in looked.decisions
        for row in decision.rows
        if not told.receivable_ids or row.receivable_id in told.receivable_ids
    )
    filed = looked.book.invoices_filed(rows)
    here = tuple(row for row in rows if row.invoice_number in filed)
    missing = [row.invoice_number for row in rows if row.invoice_number not in filed]
    to_do = f"Envoyez vous-même {', '.join(missing)} : aucun PDF n'est ici." if missing else ""
    contacts = looked.book.contacts.get(customer.pk, [])
    if not here or not contacts:
        return CallDone(note, to_do=to_do or "Envoyez les factures vous-même : ce client n'a pas d'adresse.")
    theirs = CustomerSide(customer=customer, contacts=contacts, rows=here)
    why_not = _why_not_written(seat, signer(COPIES, customer, looked.side.members).pk, here, today)
    if why_not:
        return CallDone(note, to_do=why_not)
    message, _ = write_reminder(COPIES, looked.side, theirs)
    assert message is not None
    queue_answer(
        company_id=seat.company.pk,
        draft=replace(message, documents=[filed[row.invoice_number] for row in here]),
        actor=note.actor,
        at=at,
        leaves_at=at + timedelta(minutes=seat.company.undo_minutes),
    )
    return CallDone(note, copies=len(here), to_do=to_do)


def _why_not_written(seat: Seat, signed_by: int, rows: Collection[DueRow], today: date) -> str:
    """Say why this person may not send copies in the company's name: a message is a message."""
    if not seat.may(Right.REMIND):
        return (
            "Votre rôle ne permet pas d'écrire aux clients : demandez à l'entreprise d'envoyer ces factures."
        )
    largest = max(row.total_cents for row in rows)
    return why_not_sent(
        seat.role, seat.mandate, Sending(COPIES.offset_days, COPIES.channel, largest, signed_by), today
    )


COPIES = Step("copies", 0, "mail", "invoice_copies")
TO_DO = {
    "wrong_number": "Corrigez le numéro sur la fiche du client.",
    "other_contact": "Ajoutez cet interlocuteur à la fiche du client.",
    "plan": "Convenez des dates et des montants, puis notez la première échéance comme une promesse.",
    "in_difficulty": "Vérifiez au BODACC qu'aucune procédure n'est ouverte, et réduisez l'encours.",
}
