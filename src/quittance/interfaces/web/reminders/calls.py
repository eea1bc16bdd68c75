"""The call sheet: facts, five moves, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from quittance.collection.operations import DisputeRefused, PromiseRefused
from quittance.correspondence.operations import CallRefused
from quittance.domain.access import Right
from quittance.domain.texts.typography import day as in_words
from quittance.flows.agreements import CallDone, CallTold
from quittance.flows.agreements import call as note_call
from quittance.flows.call_sheet import call_sheet
from quittance.flows.reminder_card import reminder_card
from quittance.interfaces.web.reminders.card import go_on
from quittance.interfaces.web.reminders.forms import CallForm
from quittance.interfaces.web.reminders.walk import walk
from quittance.interfaces.web.reminders.words import language
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated, their_customer

if TYPE_CHECKING:
    from quittance.customers.models import Customer


@seated(Right.NOTE)
def call(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Call a customer: what to know, what to say, and what came of it."""
    customer = their_customer(request, customer_id)
    here = walk(request, customer.pk)
    card = reminder_card(seat=request.seat, customer=customer, today=request.today)
    first = next(iter(card.contacts), None)
    name = f"{first.first_name} {first.last_name}".strip() if first else ""
    form = CallForm(
        request.POST if request.method == "POST" else None,
        invoices=card.due,
        today=request.today,
        initial={"contact_name": name, "amount_cents": card.due_cents - card.credit_cents or None},
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = _note(request, customer, form.cleaned_data)
        except (CallRefused, PromiseRefused, DisputeRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(cast("HttpRequest", request), _told(done), icon="phone-call")
            return go_on(here)
    context = {
        "page": "today",
        "customer": customer,
        "card": card,
        "walk": here,
        "form": form,
        "sheet": call_sheet(seat=request.seat, card=card, today=request.today, language=language()),
    }
    status = 422 if request.method == "POST" else 200
    return render(cast("HttpRequest", request), "reminders/call.html", context, status=status)


def _note(request: SeatedRequest, customer: Customer, told: dict[str, Any]) -> CallDone:
    return note_call(
        seat=request.seat,
        customer=customer,
        told=CallTold(
            outcome=told["outcome"],
            text=told["text"],
            contact_name=told["contact_name"],
            on=told["on"],
            amount_cents=told["amount_cents"] or 0,
            receivable_ids=tuple(told["receivables"]),
            category=told["category"] or "other",
        ),
        today=request.today,
        actor=request.person.actor,
        at=request.at,
    )


def _told(done: CallDone) -> str:
    said = [gettext("Appel noté.")]
    if done.rests_until is not None:
        day = in_words(done.rests_until, language())
        said.append(gettext("Rien ne part avant le %(day)s.") % {"day": day})
    if done.note.again_on is not None:
        said.append(gettext("À rappeler le %(day)s.") % {"day": in_words(done.note.again_on, language())})
    if done.copies:
        said.append(gettext("Les factures demandées partent dans quelques minutes."))
    if done.to_do:
        said.append(done.to_do)
    return " ".join(said)
