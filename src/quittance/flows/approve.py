"""A person reads reminders and lets them go; until they leave, they can be taken back.

What is sent is what was read: it is decided again at the moment of the click, and where it would now be another one,
nothing is sent and the person is told. The guard of mandates and the walls of sales people hold here, not on the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from quittance.collection.operations import record_reminders, take_back
from quittance.collection.queries import reminders_of_act
from quittance.domain.access import Right, Sending, why_not_sent
from quittance.domain.reminders import Action, Rest
from quittance.domain.texts.lint import Finding, lint_rendered
from quittance.domain.texts.render import RenderedMessage, rest_sentence
from quittance.flows.chase import Decision, Look, look
from quittance.flows.reminder_texts import LONGEST_SUBJECT, signer, text_of
from quittance.formats.mail import one_line
from quittance.journal.queries import position

if TYPE_CHECKING:
    from quittance.collection.models import Reminder
    from quittance.collection.operations import ReminderDraft
    from quittance.company.seats import Seat
    from quittance.domain.texts.library import MessageText

LONGEST_BODY = 20_000  # characters; a dozen pages


@dataclass(frozen=True, slots=True)
class Prepared:
    """A customer's reminder as it would leave now. `why_not`: a French sentence, empty when this person may send it.

    `seen`: what it says and to whom, in a few letters; two that differ would not be the same message.
    """

    decision: Decision
    why_not: str
    seen: str = ""
    text: MessageText | None = None

    @property
    def may_leave(self) -> bool:
        """Whether there is a message, and this person may send it."""
        return not self.why_not and self.decision.draft is not None


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a person made of a message before it left."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Approved:
    """What was let go, and what was not: (customer, why) in French."""

    reminders: tuple[Reminder, ...] = ()
    held_back: tuple[tuple[str, str], ...] = ()
    leaves_at: datetime | None = None


class NotYours(Exception):
    """This person may not send reminders here."""


def prepare(*, seat: Seat, customer_ids: Collection[int], today: date) -> list[Prepared]:
    """Write the reminders of some customers, those whom this person may see; nothing is kept."""
    looked = look(company=seat.company, today=today, customer_ids=frozenset(customer_ids))
    theirs = [one for one in looked.decisions if _is_theirs(seat, one)]
    return [prepared_of(seat, looked, looked.write(decision), today) for decision in theirs]


def _is_theirs(seat: Seat, decision: Decision) -> bool:
    return seat.only_in_charge_id is None or decision.customer.in_charge_id == seat.only_in_charge_id


def prepared_of(seat: Seat, looked: Look, decision: Decision, today: date) -> Prepared:
    """Say of a decision that was written whether this person may let it go, and why not."""
    outcome = decision.outcome
    if isinstance(outcome, Rest):
        return Prepared(decision, rest_sentence(outcome.code, outcome.facts, "fr").sentence)
    if decision.draft is None or decision.draft.message is None:
        return Prepared(decision, "C'est un appel : notez ce qu'il a donné.")
    text = text_of(outcome.step, looked.side, decision.customer.tone)
    return Prepared(decision, _why_not(seat, looked, decision, outcome, today), _seen(decision.draft), text)


def _why_not(seat: Seat, looked: Look, decision: Decision, action: Action, today: date) -> str:
    if not seat.may(Right.REMIND):
        return "Votre rôle ne permet pas d'envoyer de relance. Demandez-le à l'entreprise."
    spoken_of = {debt.receivable_id for debt in action.debts}
    sending = Sending(
        offset_days=action.step.offset_days,
        channel=action.step.channel,
        largest_invoice_cents=max(row.total_cents for row in decision.rows if row.receivable_id in spoken_of),
        signed_by=signer(action.step, decision.customer, looked.side.members).pk,
    )
    return why_not_sent(seat.role, seat.mandate, sending, today)


def _seen(draft: ReminderDraft) -> str:
    message = draft.message
    assert message is not None
    said = [
        draft.step, draft.amount_cents, message.sender_email, message.recipient_email, message.subject, message.body,
        message.qr_payload, [document.content for document in draft.documents],
        [document.name for document in draft.invoices],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()[:16]


def findings_in(prepared: Prepared, words: OwnWords) -> list[Finding]:
    """Test the words of a person against the rules of texts: what is refused, and what is only warned of."""
    decision, text = prepared.decision, prepared.text
    assert text is not None
    assert decision.draft is not None
    assert decision.draft.message is not None
    customer, message = decision.customer, decision.draft.message
    names = {
        "customer.name": customer.name,
        "sender.name": message.sender_name,
        "contact.full_name": message.recipient_name,
    }
    written = RenderedMessage(
        words.subject,
        words.body,
        text.text_id,
        {name: said for name, said in names.items() if said},
        text.attach,
    )
    return lint_rendered(written, text, "en" if customer.language == "en" else "fr")


def approve(
    *,
    seat: Seat,
    customer_ids: Sequence[int],
    today: date,
    actor: str,
    at: datetime,
    seen: Mapping[int, str] | None = None,
    own_words: Mapping[int, OwnWords] | None = None,
) -> Approved:
    """Queue the reminders of these customers: they leave after the company's delay, and can be taken back until then.

    `seen`: what the person read, by customer; what would now say something else is held back. A call is not sent.
    Refusal: `NotYours`.
    """
    if not seat.may(Right.REMIND):
        raise NotYours("Votre rôle ne permet pas d'envoyer de relance. Demandez-le à l'entreprise.")
    leaves_at = at + timedelta(minutes=seat.company.undo_minutes)
    while True:
        seen_at = position(seat.company.pk)
        drafts: list[ReminderDraft] = []
        held_back: list[tuple[str, str]] = []
        for prepared in prepare(seat=seat, customer_ids=customer_ids, today=today):
            customer = prepared.decision.customer
            words = (own_words or {}).get(customer.pk)
            why_not = prepared.why_not or _why_held_back(prepared, (seen or {}).get(customer.pk), words)
            if why_not:
                held_back.append((customer.name, why_not))
            else:
                drafts.append(_in_own_words(prepared, words))
        reminders = record_reminders(
            company_id=seat.company.pk,
            drafts=drafts,
            decided_on=today,
            decided_at_position=seen_at,
            actor=actor,
            at=at,
            leaves_at=leaves_at,
        )
        if reminders is not None:
            return Approved(tuple(reminders), tuple(held_back), leaves_at)


def _why_held_back(prepared: Prepared, seen: str | None, words: OwnWords | None) -> str:
    if seen is not None and seen != prepared.seen:
        return "La situation a changé depuis votre lecture : relisez le message, puis envoyez-le."
    if words is not None:
        if not one_line(words.subject) or not words.body.strip():
            return "Le message n'a plus d'objet ou plus de texte."
        if len(one_line(words.subject)) > LONGEST_SUBJECT or len(words.body) > LONGEST_BODY:
            return (
                f"Le message est trop long : {LONGEST_SUBJECT} caractères d'objet, {LONGEST_BODY} de texte."
            )
        refused = [one.say_fr for one in findings_in(prepared, words) if one.severity == "refuse"]
        return " ".join(refused)
    return ""


def _in_own_words(prepared: Prepared, words: OwnWords | None) -> ReminderDraft:
    draft = prepared.decision.draft
    assert draft is not None
    assert draft.message is not None
    if words is None:
        return draft
    body = words.body.replace("\r\n", "\n").strip("\n")
    return replace(draft, message=replace(draft.message, subject=one_line(words.subject), body=body))


def take_back_approved(*, seat: Seat, reminder_id: int, actor: str, at: datetime) -> tuple[int, int]:
    """Take back what was let go in one act, as far as it has not left; return (taken back, too late).

    Refusal: `NotYours`.
    """
    if not seat.may(Right.REMIND):
        raise NotYours("Votre rôle ne permet pas de retirer une relance. Demandez-le à l'entreprise.")
    taken_back = too_late = 0
    for reminder in reminders_of_act(seat.company.pk, reminder_id):
        if (
            seat.only_in_charge_id not in (None, reminder.customer.in_charge_id)
            or reminder.message_id is None
        ):
            continue
        if take_back(
            company_id=seat.company.pk,
            message_id=reminder.message_id,
            reason="annulé avant le départ",
            actor=actor,
            at=at,
        ):
            taken_back += 1
        else:
            too_late += 1
    return taken_back, too_late
