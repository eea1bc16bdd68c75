"""Several reminders at once: all are read on one page, confirmed with one click, taken back with another."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from quittance.domain.access import Right
from quittance.domain.reminders import Action
from quittance.flows.approve import approve, prepare
from quittance.interfaces.web.forms import ids_in
from quittance.interfaces.web.reminders.card import letter_of
from quittance.interfaces.web.reminders.words import step_words
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.templatetags.quittance import hour
from quittance.interfaces.web.walls import SeatedRequest, seated

MOST = 200  # messages on one page; the others come next
MOST_TICKED = 5_000


@seated(Right.REMIND)
def preview(request: SeatedRequest) -> HttpResponse:
    """All messages that were ticked, whole; those that may not leave are told, with why."""
    customer_ids = _ids(request.GET)
    found = prepare(seat=request.seat, customer_ids=customer_ids[:MOST], today=request.today)
    leaving = []
    for one in found:
        action, draft = one.decision.outcome, one.decision.draft
        if one.may_leave and isinstance(action, Action) and draft is not None:
            words = step_words(action.step.code, action.step.channel, action.step.text)
            leaving.append((one, words, letter_of(draft), action.amount_cents))
    held_back = [(one.decision.customer, one.why_not) for one in found if not one.may_leave]
    if not leaving and not held_back:
        return redirect("reminders", request.seat.company.slug)
    context = {
        "page": "today",
        "leaving": leaving,
        "held_back": held_back,
        "cents": sum(cents for *_, cents in leaving),
        "left_out": max(0, len(customer_ids) - MOST),
    }
    return render(cast("HttpRequest", request), "reminders/batch.html", context)


@seated(Right.REMIND)
@require_POST
def send(request: SeatedRequest) -> HttpResponse:
    """Let them go, as they were read."""
    seen = dict(text.split(":", 1) for text in request.POST.getlist("seen") if ":" in text)
    read = {customer_id: seen[str(customer_id)] for customer_id in ids_in(seen, most=MOST)}
    approved = approve(
        seat=request.seat,
        customer_ids=list(read),
        today=request.today,
        actor=request.person.actor,
        at=request.at,
        seen=read,
    )
    said, undo = [], ""
    if approved.reminders:
        assert approved.leaves_at is not None
        count = len(approved.reminders)
        words = ngettext(
            "%(count)s relance part à %(hour)s.", "%(count)s relances partent à %(hour)s.", count
        )
        said.append(words % {"count": count, "hour": hour(approved.leaves_at)})
        undo = reverse("reminders-undo", args=[request.seat.company.slug, approved.reminders[0].pk])
    if approved.held_back:
        names = ", ".join(name for name, _ in approved.held_back[:3])
        said.append(gettext("Retenu : %(names)s. À relire.") % {"names": names})
    toast(
        cast("HttpRequest", request),
        " ".join(said) or gettext("Rien n'était plus à envoyer."),
        undo=undo,
        icon="send",
    )
    return redirect("company", request.seat.company.slug)


def _ids(query: QueryDict) -> list[int]:
    return ids_in(query.getlist("customer"), most=MOST_TICKED)
