"""The card of one late customer: one decision, one preview."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quittance.domain.access import Right
from quittance.domain.calendar import add_working_days
from quittance.domain.reminders import CLAIMS_PAID, Rest
from quittance.flows.approve import OwnWords, approve, findings_in, prepare
from quittance.flows.reminder_card import Card, reminder_card
from quittance.formats.epc_qr import qr_png
from quittance.formats.letters.compose import CannotBeTypeset, typeset
from quittance.gateways.files import DocumentLost, FolderArchive
from quittance.interfaces.web.reminders.forms import DisputeForm, LaterForm, PauseForm, PromiseForm
from quittance.interfaces.web.reminders.walk import Walk, walk
from quittance.interfaces.web.reminders.words import rest_icon, rest_words, step_words
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.templatetags.quittance import hour
from quittance.interfaces.web.walls import SeatedRequest, seated, their_customer

if TYPE_CHECKING:
    from quittance.collection.operations import ReminderDraft
    from quittance.customers.models import Customer

QR_PIXELS = 3
DAYS_OF_PROMISE = 5  # working days, offered first


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it will be read. `files`: their names, in the order in which they are attached."""

    sender: str
    recipient: str
    subject: str
    body: str
    paragraphs: tuple[str, ...]
    files: tuple[str, ...]
    qr: str  # a picture, as an address


@seated(Right.READ)
def reminder(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """What is proposed for a customer, why, and what can be done instead."""
    return card_page(request, their_customer(request, customer_id))


def card_page(
    request: SeatedRequest, customer: Customer, *, own_words: OwnWords | None = None, refusal: str = ""
) -> HttpResponse:
    """Show the card; with what a person wrote, and why it could not leave, after a refusal."""
    card = reminder_card(seat=request.seat, customer=customer, today=request.today)
    context = {
        "page": "today",
        "customer": customer,
        "card": card,
        "walk": walk(request, customer.pk),
        "own_words": own_words,
        "refusal": refusal,
        "warnings": _warnings(card, own_words),
        **_words(card),
        **_forms(request, card),
    }
    return render(cast("HttpRequest", request), "reminders/card.html", context)


def _words(card: Card) -> dict[str, Any]:
    """What is proposed, or why nothing is, and the letter."""
    prepared, action = card.prepared, card.action
    late = [(card.today - row.due_on).days for row in card.due if row.due_on < card.today]
    context: dict[str, Any] = {
        "foreseen": [
            (one.on, step_words(one.action.step.code, one.action.step.channel, one.action.step.text))
            for one in card.next_steps
        ],
        "late_days": max(late, default=0),
        "late_count": len(late),
        "phone": next((contact.phone for contact in card.contacts if contact.phone), ""),
    }
    if action is not None:
        context["step"] = step_words(action.step.code, action.step.channel, action.step.text)
        context["is_call"] = action.step.channel == "call"
    elif prepared is not None and isinstance(prepared.decision.outcome, Rest):
        rest = prepared.decision.outcome
        context["rest"], context["rest_ends"] = rest_words(rest.code, rest.facts)
        context["rest_icon"] = rest_icon(rest.code)
        context["is_paused"] = rest.code in ("paused", CLAIMS_PAID)
    if prepared is not None and prepared.decision.draft is not None:
        context["letter"] = letter_of(prepared.decision.draft)
        message = prepared.decision.draft.message
        context["signer"] = message.sender_name if message else ""
    return context


def _forms(request: SeatedRequest, card: Card) -> dict[str, Any]:
    """The forms of the dialogs, as they are offered first."""
    today = request.today
    return {
        "later_form": LaterForm(
            today=today, initial={"again_on": add_working_days(today, 1)}, prefix="later"
        ),
        "pause_form": PauseForm(today=today, initial={"until_on": today + timedelta(days=7)}, prefix="pause"),
        "promise_form": PromiseForm(
            today=today,
            initial={
                "amount_cents": card.due_cents - card.credit_cents or None,
                "promised_on": add_working_days(today, DAYS_OF_PROMISE),
                "said_by": _name_of_first(card),
            },
            prefix="promise",
        ),
        "dispute_form": DisputeForm(
            invoices=[row for row in card.due if row.receivable_id not in card.disputed_ids], prefix="dispute"
        ),
    }


def _name_of_first(card: Card) -> str:
    first = next(iter(card.contacts), None)
    return f"{first.first_name} {first.last_name}".strip() if first else ""


def letter_of(draft: ReminderDraft) -> Letter | None:
    """Return what a draft says, as the customer will read it; `None` for a call."""
    message = draft.message
    if message is None:
        return None
    qr = base64.b64encode(qr_png(message.qr_payload, QR_PIXELS)).decode() if message.qr_payload else ""
    return Letter(
        f"{message.sender_name} <{message.sender_email}>",
        f"{message.recipient_name} <{message.recipient_email}>",
        message.subject,
        message.body,
        tuple(message.body.strip().split("\n\n")),
        (*(one.name for one in draft.documents), *(one.name for one in draft.invoices)),
        f"data:image/png;base64,{qr}" if qr else "",
    )


def _warnings(card: Card, own_words: OwnWords | None) -> list[str]:
    if own_words is None or card.prepared is None or card.prepared.text is None:
        return []
    return [one.say_fr for one in findings_in(card.prepared, own_words) if one.severity == "warn"]


@seated(Right.REMIND)
@require_POST
def send(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Let a reminder go, as it was read; then go on to the next customer."""
    customer = their_customer(request, customer_id)
    here = walk(request, customer.pk)
    own_words = None
    if "body" in request.POST:
        own_words = OwnWords(request.POST.get("subject", ""), request.POST["body"].replace("\r\n", "\n"))
    approved = approve(
        seat=request.seat,
        customer_ids=[customer.pk],
        today=request.today,
        actor=request.person.actor,
        at=request.at,
        seen={customer.pk: request.POST.get("seen", "")},
        own_words={customer.pk: own_words} if own_words else None,
    )
    if not approved.reminders:
        why = " ".join(why for _, why in approved.held_back) or gettext("Rien n'est plus à envoyer.")
        return card_page(request, customer, own_words=own_words, refusal=why)
    assert approved.leaves_at is not None
    toast(
        cast("HttpRequest", request),
        gettext("Relance à %(name)s : part à %(hour)s")
        % {"name": customer.name, "hour": hour(approved.leaves_at)},
        undo=reverse("reminders-undo", args=[request.seat.company.slug, approved.reminders[0].pk]),
        icon="send",
    )
    return go_on(here)


def go_on(here: Walk) -> HttpResponse:
    """Go to the next customer of the morning; after the last, back to it."""
    return redirect(here.next or here.back)


@seated(Right.READ)
def file(request: SeatedRequest, customer_id: int, rank: int) -> HttpResponse:
    """A file of the message, as it will be attached: `rank` counts from 0."""
    customer = their_customer(request, customer_id)
    found = prepare(seat=request.seat, customer_ids=[customer.pk], today=request.today)
    draft = found[0].decision.draft if found else None
    if draft is None or rank >= len(draft.documents) + len(draft.invoices):
        raise Http404
    try:
        if rank < len(draft.documents):
            name, data = draft.documents[rank].name, typeset(draft.documents[rank].content)
        else:
            filed = draft.invoices[rank - len(draft.documents)]
            name, data = filed.name, FolderArchive(settings.ARCHIVE_DIR).get(filed.sha256)
    except (CannotBeTypeset, DocumentLost) as missing:
        toast(cast("HttpRequest", request), str(missing), icon="circle-alert")
        return redirect("reminder", request.seat.company.slug, customer.pk)
    response = HttpResponse(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{_ascii(name)}"'
    return response


def _ascii(name: str) -> str:
    return "".join(one if one.isascii() and one not in '"\\\r\n' else "-" for one in name)
