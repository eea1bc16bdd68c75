"""What is done about what is late."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.collection.models import Pause, Plan, Reminder, ReminderItem, Step
from quittance.collection.plans import DEFAULT_PLANS
from quittance.correspondence.operations import (
    DocumentDraft,
    MessageDraft,
    cancel,
    draft_documents,
    queue_messages,
)
from quittance.journal.operations import append, hold

if TYPE_CHECKING:
    from quittance.correspondence.models import Document, Message


class NoSuchPause(LookupError):
    """This customer is under no pause on that day."""


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
) -> bool:
    """Record a day's reminders with their messages and documents, all or none.

    False, and nothing written, when the company's journal has moved since `decided_at_position`: what was decided
    may no longer be right, and has to be decided again.
    """
    if not hold(company_id=company_id, unless_past=decided_at_position):
        return False
    if not drafts:
        return True
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
    return True


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
    *, company_id: int, customer_id: int, from_on: date, until_on: date, reason: str, actor: str, at: datetime
) -> Pause:
    """Send no reminder to a customer until a day, that day included, for a reason."""
    row = Pause.objects.create(
        company_id=company_id,
        customer_id=customer_id,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
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
