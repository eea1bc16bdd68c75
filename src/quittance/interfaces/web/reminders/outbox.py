"""What is on its way: queued, sent, refused, in doubt; and the way back while it has not left."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from quittance.collection.operations import take_back
from quittance.collection.queries import reminders_of_act
from quittance.correspondence.operations import NotInDoubt
from quittance.correspondence.queries import (
    NoSuchMessage,
    message_of_company,
    messages_to_look_at,
    newest_messages,
)
from quittance.domain.access import Right
from quittance.flows.approve import take_back_approved
from quittance.flows.deliver import settle as settle_one
from quittance.interfaces.post_office import post_office
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated, their_customer

VIEWS = {
    "queued": ("queued", "sending"),
    "sent": ("sent",),
    "refused": ("refused",),
    "in_doubt": ("in_doubt",),
    "cancelled": ("cancelled",),
}
MOST = 100


@seated(Right.READ)
def outbox(request: SeatedRequest) -> HttpResponse:
    """The messages of one state, the newest first."""
    view = request.GET.get("view", "queued")
    if view not in VIEWS:
        view = "queued"
    company_id = request.seat.company.pk
    messages = newest_messages(
        company_id, VIEWS[view], most=MOST, in_charge_id=request.seat.only_in_charge_id
    )
    context = {
        "page": "today",
        "view": view,
        "views": [
            ("queued", gettext("En attente")),
            ("in_doubt", gettext("Parti ou non ?")),
            ("refused", gettext("Refusés")),
            ("sent", gettext("Partis")),
            ("cancelled", gettext("Retirés")),
        ],
        "counts": messages_to_look_at(company_id) if request.seat.only_in_charge_id is None else {},
        "rows": messages,
    }
    return render(cast("HttpRequest", request), "reminders/outbox.html", context)


@seated(Right.REMIND)
@require_POST
def take_back_one(request: SeatedRequest, message_id: int) -> HttpResponse:
    """Take a message back while it has not left."""
    _their_message(request, message_id)
    if take_back(
        company_id=request.seat.company.pk,
        message_id=message_id,
        reason="annulé avant le départ",
        actor=request.person.actor,
        at=request.at,
    ):
        toast(
            cast("HttpRequest", request),
            gettext("Message retiré : il est de nouveau à décider."),
            icon="undo-2",
        )
    else:
        toast(cast("HttpRequest", request), gettext("Trop tard : il n'attend plus."), icon="circle-alert")
    return redirect("reminders-outbox", request.seat.company.slug)


@seated(Right.REMIND)
@require_POST
def settle(request: SeatedRequest, message_id: int) -> HttpResponse:
    """Say whether a message in doubt has left. One of which nothing is said is not sent again."""
    _their_message(request, message_id)
    if request.POST.get("it_left") not in ("yes", "no"):
        return redirect("reminders-outbox", request.seat.company.slug)
    try:
        settle_one(
            company_id=request.seat.company.pk,
            message_id=message_id,
            it_left=request.POST.get("it_left") == "yes",
            office=post_office(request.person.actor),
        )
    except NotInDoubt as refusal:
        toast(cast("HttpRequest", request), str(refusal), icon="circle-alert")
    else:
        toast(cast("HttpRequest", request), gettext("C'est noté."))
    return redirect("reminders-outbox", request.seat.company.slug)


@seated(Right.REMIND)
@require_POST
def undo(request: SeatedRequest, reminder_id: int) -> HttpResponse:
    """Take back what was let go in one click, as far as it has not left."""
    act = reminders_of_act(request.seat.company.pk, reminder_id)
    taken_back, too_late = take_back_approved(
        seat=request.seat, reminder_id=reminder_id, actor=request.person.actor, at=request.at
    )
    said = []
    if taken_back:
        words = ngettext("%(count)s relance retirée.", "%(count)s relances retirées.", taken_back)
        said.append(words % {"count": taken_back})
    if too_late:
        words = ngettext("%(count)s était déjà partie.", "%(count)s étaient déjà parties.", too_late)
        said.append(words % {"count": too_late})
    words = " ".join(said) or gettext("Rien n'était à retirer.")
    toast(cast("HttpRequest", request), words, icon="undo-2")
    if len(act) == 1 and taken_back:
        return redirect("reminder", request.seat.company.slug, act[0].customer_id)
    return redirect("company", request.seat.company.slug)


def _their_message(request: SeatedRequest, message_id: int) -> None:
    try:
        message = message_of_company(request.seat.company.pk, message_id)
    except NoSuchMessage as unknown:
        raise Http404 from unknown
    their_customer(request, message.customer_id)
