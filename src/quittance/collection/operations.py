"""What is done about what is late."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.collection.models import Dispute, Pause, Plan, Promise, Reminder, ReminderItem, Step
from quittance.collection.plans import DEFAULT_PLANS
from quittance.correspondence.operations import (
    DocumentDraft,
    MessageDraft,
    cancel,
    draft_documents,
    queue_messages,
)
from quittance.journal.operations import append, hold
from quittance.payments.queries import receivables_of_customer

if TYPE_CHECKING:
    from quittance.correspondence.models import Document, Message


class NoSuchPause(LookupError):
    """This customer is under no pause on that day."""


class PromiseRefused(Exception):
    """This cannot be noted as a promise, or there is none to withdraw; the text says why."""


class DisputeRefused(Exception):
    """This dispute cannot be opened or settled; the text says why."""


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """A receivable that a reminder speaks of, as it stood; `is_new`: the step is done for it."""

    receivable_id: int
    open_cents: int
    due_on: date
    is_new: bool


@dataclass(frozen=True, slots=True)
class ReminderDraft:
    """A step decided for one customer. `items`: what it speaks of, and how that stood.

    `documents` are attached to the message; the first one is the letter where `channel` is letter.
    """

    customer_id: int
    step: str
    channel: str
    amount_cents: int
    reasons: tuple[str, ...]
    items: tuple[SpokenOf, ...]
    credit_cents: int = 0
    message: MessageDraft | None = None
    documents: tuple[DocumentDraft, ...] = ()
    invoices: tuple["Document", ...] = ()  # filed before, attached after the documents


@transaction.atomic
def start_plans(*, company_id: int, actor: str, at: datetime) -> None:
    """Give a new company the plans that serve without configuration."""
    for customer_kind, (name, plan) in DEFAULT_PLANS.items():
        row = Plan.objects.create(company_id=company_id, name=name, customer_kind=customer_kind)
        Step.objects.bulk_create(
            [
                Step(
                    plan=row,
                    code=step.code,
                    offset_days=step.offset_days,
                    channel=step.channel,
                    text=step.text,
                    minimum_term_days=step.minimum_term_days,
                )
                for step in plan.steps
            ]
        )
    append(
        company_id=company_id,
        kind="collection.plans_started",
        data={"plans": list(DEFAULT_PLANS)},
        actor=actor,
        at=at,
    )


@transaction.atomic
def record_reminders(
    *,
    company_id: int,
    drafts: Sequence[ReminderDraft],
    decided_on: date,
    decided_at_position: int,
    actor: str,
    at: datetime,
    leaves_at: datetime | None = None,
) -> list[Reminder] | None:
    """Record a day's reminders with their messages and documents, all or none.

    `None`, and nothing written, when the company's journal has moved since `decided_at_position`: what was decided
    may no longer be right, and has to be decided again. `leaves_at`: the messages can be taken back until then.
    """
    if not hold(company_id=company_id, unless_past=decided_at_position):
        return None
    if not drafts:
        return []
    files = _draft_files(company_id, drafts, at)
    messages = iter(
        queue_messages(
            company_id=company_id,
            drafts=[
                replace(draft.message, documents=[*documents, *draft.invoices])
                for draft, documents in zip(drafts, files, strict=True)
                if draft.message is not None
            ],
            at=at,
            leaves_at=leaves_at,
        )
    )
    reminders = _reminders(company_id, drafts, files, messages, decided_on, actor, at)
    _cover(reminders, drafts)
    append(
        company_id=company_id,
        kind="collection.reminders_recorded",
        data={
            "day": decided_on.isoformat(),
            "reminders": [
                [reminder.pk, reminder.customer_id, reminder.step, reminder.amount_cents, reminder.message_id]
                for reminder in reminders
            ],
        },
        actor=actor,
        at=at,
    )
    return reminders


def _reminders(
    company_id: int,
    drafts: Sequence[ReminderDraft],
    files: Sequence[Sequence["Document"]],
    messages: Iterator["Message"],
    decided_on: date,
    actor: str,
    at: datetime,
) -> list[Reminder]:
    """Write the reminders, each with its message where it has one; `messages` come in the order of the drafts."""
    return Reminder.objects.bulk_create(
        [
            Reminder(
                company_id=company_id,
                customer_id=draft.customer_id,
                step=draft.step,
                channel=draft.channel,
                decided_on=decided_on,
                amount_cents=draft.amount_cents,
                credit_cents=draft.credit_cents,
                reasons=list(draft.reasons),
                message=next(messages) if draft.message is not None else None,
                letter=documents[0] if draft.channel == "letter" else None,
                actor=actor,
                at=at,
            )
            for draft, documents in zip(drafts, files, strict=True)
        ],
        batch_size=500,
    )


def _draft_files(company_id: int, drafts: Sequence[ReminderDraft], at: datetime) -> list[list["Document"]]:
    """Keep what the documents of all drafts say, in one go; return them draft by draft."""
    kept = iter(
        draft_documents(
            company_id=company_id,
            drafts=[document for draft in drafts for document in draft.documents],
            at=at,
        )
    )
    return [[next(kept) for _ in draft.documents] for draft in drafts]


def _cover(reminders: Sequence[Reminder], drafts: Sequence[ReminderDraft]) -> None:
    """Note the receivables that each reminder speaks of, and those for which its step is now done."""
    ReminderItem.objects.bulk_create(
        [
            ReminderItem(
                reminder=reminder,
                receivable_id=item.receivable_id,
                step=draft.step,
                is_new=item.is_new,
                open_cents=item.open_cents,
                due_on=item.due_on,
            )
            for reminder, draft in zip(reminders, drafts, strict=True)
            for item in draft.items
        ],
        batch_size=2000,
    )


@transaction.atomic
def take_back(*, company_id: int, message_id: int, reason: str, actor: str, at: datetime) -> bool:
    """Take back a reminder whose message has not left, since what it says is no longer true.

    Its steps are owed again. False when the message is no longer queued.
    """
    if not cancel(company_id=company_id, message_id=message_id, reason=reason, actor=actor, at=at):
        return False
    owe_again(company_id=company_id, message_id=message_id, at=at)
    return True


def owe_again(*, company_id: int, message_id: int, at: datetime) -> None:
    """Undo what a reminder did to its steps, its message not having left: part of the verb that journals why."""
    Reminder.objects.filter(company_id=company_id, message_id=message_id).update(cancelled_at=at)
    ReminderItem.objects.filter(reminder__company_id=company_id, reminder__message_id=message_id).update(
        cancelled_at=at
    )


@transaction.atomic
def pause(
    *,
    company_id: int,
    customer_id: int,
    from_on: date,
    until_on: date,
    reason: str,
    actor: str,
    at: datetime,
    kind: str = "paused",
) -> Pause:
    """Send no reminder to a customer until a day, that day included, for a reason."""
    row = Pause.objects.create(
        company_id=company_id,
        customer_id=customer_id,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        kind=kind,
        actor=actor,
        at=at,
    )
    append(
        company_id=company_id,
        kind="collection.paused",
        data={"customer": customer_id, "until": until_on.isoformat(), "reason": reason},
        actor=actor,
        at=at,
    )
    return row


@transaction.atomic
def lift_pause(*, company_id: int, customer_id: int, today: date, actor: str, at: datetime) -> None:
    """End the pauses of a customer before their day. Refusal: `NoSuchPause`."""
    lifted = Pause.objects.filter(
        company_id=company_id, customer_id=customer_id, until_on__gte=today, lifted_at__isnull=True
    ).update(lifted_at=at, lifted_by=actor)
    if not lifted:
        raise NoSuchPause("Ce client n'est sous aucune pause : il n'y a rien à lever.")
    append(
        company_id=company_id,
        kind="collection.pause_lifted",
        data={"customer": customer_id},
        actor=actor,
        at=at,
    )


@transaction.atomic
def note_promise(
    *,
    company_id: int,
    customer_id: int,
    amount_cents: int,
    promised_on: date,
    today: date,
    said_by: str,
    channel: str,
    actor: str,
    at: datetime,
) -> Promise:
    """Note that a customer said: so much, by that day. It takes the place of what they said before.

    Reminders rest until the day after it. Refusal: `PromiseRefused`.
    """
    if promised_on < today:
        raise PromiseRefused("Le jour promis est déjà passé. Notez un jour à venir.")
    if amount_cents <= 0:
        raise PromiseRefused("Notez le montant promis : il est au-dessus de zéro.")
    row = Promise.objects.create(
        company_id=company_id,
        customer_id=customer_id,
        amount_cents=amount_cents,
        promised_on=promised_on,
        said_by=said_by,
        channel=channel,
        actor=actor,
        at=at,
    )
    append(
        company_id=company_id,
        kind="collection.promised",
        data={
            "promise": row.pk,
            "customer": customer_id,
            "on": promised_on.isoformat(),
            "cents": amount_cents,
        },
        actor=actor,
        at=at,
    )
    return row


@transaction.atomic
def withdraw_promise(*, company_id: int, promise_id: int, actor: str, at: datetime) -> None:
    """Take back a promise that was noted wrongly, or that the customer no longer makes. Refusal: `PromiseRefused`."""
    hold(company_id=company_id)
    row = Promise.objects.filter(company_id=company_id, pk=promise_id, withdrawn_at__isnull=True).first()
    if row is None:
        raise PromiseRefused("Cette promesse n'existe pas, ou elle est déjà retirée.")
    row.withdrawn_at, row.withdrawn_by = at, actor
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    append(
        company_id=company_id,
        kind="collection.promise_withdrawn",
        data={"promise": promise_id, "customer": row.customer_id},
        actor=actor,
        at=at,
    )


@transaction.atomic
def open_dispute(
    *,
    company_id: int,
    customer_id: int,
    receivable_ids: Collection[int],
    category: str,
    text: str,
    in_charge_id: int | None,
    answer_by_on: date,
    actor: str,
    at: datetime,
) -> Dispute:
    """Open a dispute on receivables of a customer: these, and only these, are no longer reminded.

    Refusal: `DisputeRefused`, for none, for another customer's, or for one already under dispute.
    """
    hold(company_id=company_id)
    receivables = set(receivable_ids)
    if not receivables:
        raise DisputeRefused("Choisissez au moins une facture contestée.")
    if receivables - receivables_of_customer(company_id, customer_id, receivables):
        raise DisputeRefused("Une de ces factures n'est plus due par ce client. Rouvrez la page.")
    if Dispute.objects.filter(
        company_id=company_id, settled_at__isnull=True, receivables__in=receivables
    ).exists():
        raise DisputeRefused("Une de ces factures est déjà en litige. Complétez le litige ouvert.")
    row = Dispute.objects.create(
        company_id=company_id,
        customer_id=customer_id,
        category=category,
        text=text,
        in_charge_id=in_charge_id,
        answer_by_on=answer_by_on,
        opened_by=actor,
        opened_at=at,
    )
    row.receivables.set(receivables)
    append(
        company_id=company_id,
        kind="collection.dispute_opened",
        data={
            "dispute": row.pk,
            "customer": customer_id,
            "receivables": sorted(receivables),
            "category": category,
        },
        actor=actor,
        at=at,
    )
    return row


@transaction.atomic
def settle_dispute(
    *, company_id: int, dispute_id: int, outcome: str, text: str, actor: str, at: datetime
) -> None:
    """End a dispute with its outcome; what stays due is reminded again. Refusal: `DisputeRefused`."""
    hold(company_id=company_id)
    row = Dispute.objects.filter(company_id=company_id, pk=dispute_id, settled_at__isnull=True).first()
    if row is None:
        raise DisputeRefused("Ce litige n'existe pas, ou il est déjà réglé.")
    row.settled_at, row.settled_by, row.outcome, row.outcome_text = at, actor, outcome, text
    row.save(update_fields=["settled_at", "settled_by", "outcome", "outcome_text"])
    append(
        company_id=company_id,
        kind="collection.dispute_settled",
        data={"dispute": dispute_id, "customer": row.customer_id, "outcome": outcome},
        actor=actor,
        at=at,
    )
