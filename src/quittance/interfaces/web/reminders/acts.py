"""What is done instead of sending: later, a pause, a promise, a dispute. Each is a dialog of the card, and a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quittance.collection.operations import (
    DisputeRefused,
    NoSuchPause,
    PromiseRefused,
    lift_pause,
    settle_dispute,
    withdraw_promise,
)
from quittance.collection.operations import pause as pause_customer
from quittance.collection.queries import customer_of_promise, dispute_of_company
from quittance.domain.access import Right
from quittance.domain.texts.typography import day as in_words
from quittance.flows import agreements
from quittance.interfaces.web.reminders.card import go_on
from quittance.interfaces.web.reminders.forms import (
    DisputeForm,
    LaterForm,
    PauseForm,
    PromiseForm,
    SettleForm,
)
from quittance.interfaces.web.reminders.walk import walk
from quittance.interfaces.web.reminders.words import language
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated, their_customer
from quittance.payments.customer_account import open_invoices

if TYPE_CHECKING:
    from quittance.customers.models import Customer

Do = Callable[[dict[str, Any]], str]  # does the act on what the form says; returns what to tell


def _act(
    request: SeatedRequest,
    customer: Customer,
    form: Form,
    do: Do,
    *,
    act: str,
    undo: str = "",
    stay: bool = False,
) -> HttpResponse:
    """Ask, or do what was asked and go on; a refusal is told on the form, and nothing is lost of what was typed."""
    here = walk(request, customer.pk)
    if request.method == "POST" and form.is_valid():
        try:
            told = do(form.cleaned_data)
        except (PromiseRefused, DisputeRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(cast("HttpRequest", request), told, undo=undo)
            return redirect(_card(request, customer)) if stay else go_on(here)
    context = {"page": "today", "customer": customer, "form": form, "act": act, "walk": here}
    status = 422 if request.method == "POST" else 200
    return render(cast("HttpRequest", request), "reminders/act.html", context, status=status)


def _card(request: SeatedRequest, customer: Customer) -> str:
    return (
        reverse("reminder", args=[request.seat.company.slug, customer.pk]) + walk(request, customer.pk).query
    )


def _data(request: SeatedRequest) -> Any:
    return request.POST if request.method == "POST" else None


@seated(Right.NOTE)
def later(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Come back to it on a day."""
    customer = their_customer(request, customer_id)
    form = LaterForm(_data(request), today=request.today, prefix="later")

    def do(told: dict[str, Any]) -> str:
        back_on = agreements.later(
            seat=request.seat, customer=customer, again_on=told["again_on"], today=request.today,
            actor=request.person.actor, at=request.at,
        )  # fmt: skip
        return gettext("%(name)s : revient le %(day)s.") % {
            "name": customer.name,
            "day": in_words(back_on, language()),
        }

    return _act(request, customer, form, do, act="later", undo=_lift_address(request, customer))


def _lift_address(request: SeatedRequest, customer: Customer) -> str:
    return reverse("reminder-lift", args=[request.seat.company.slug, customer.pk])


@seated(Right.NOTE)
def pause(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Suspend the reminders of a customer until a day, for a reason."""
    customer = their_customer(request, customer_id)
    form = PauseForm(_data(request), today=request.today, prefix="pause")

    def do(told: dict[str, Any]) -> str:
        pause_customer(
            company_id=request.seat.company.pk, customer_id=customer.pk, from_on=request.today,
            until_on=told["until_on"], reason=told["reason"], actor=request.person.actor, at=request.at,
        )  # fmt: skip
        return gettext("%(name)s : suspendu jusqu'au %(day)s.") % {
            "name": customer.name,
            "day": in_words(told["until_on"], language()),
        }

    return _act(request, customer, form, do, act="pause", undo=_lift_address(request, customer))


@seated(Right.NOTE)
@require_POST
def lift(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """End the pauses of a customer now."""
    customer = their_customer(request, customer_id)
    try:
        lift_pause(
            company_id=request.seat.company.pk, customer_id=customer.pk, today=request.today,
            actor=request.person.actor, at=request.at,
        )  # fmt: skip
    except NoSuchPause as refusal:
        toast(cast("HttpRequest", request), str(refusal), icon="circle-alert")
    else:
        toast(cast("HttpRequest", request), gettext("Les relances reprennent."), icon="circle-play")
    return redirect("reminder", request.seat.company.slug, customer.pk)


@seated(Right.NOTE)
def promise(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Note a promise: reminders rest until the day after it."""
    customer = their_customer(request, customer_id)
    form = PromiseForm(_data(request), today=request.today, prefix="promise")

    def do(told: dict[str, Any]) -> str:
        made = agreements.promise(
            seat=request.seat, customer=customer, amount_cents=told["amount_cents"],
            promised_on=told["promised_on"], said_by=told["said_by"], channel=told["channel"], today=request.today,
            actor=request.person.actor, at=request.at,
        )  # fmt: skip
        return gettext("Promesse notée : rien ne part avant le %(day)s.") % {
            "day": in_words(made.promised_on, language())
        }

    return _act(request, customer, form, do, act="promise")


@seated(Right.NOTE)
@require_POST
def withdraw(request: SeatedRequest, promise_id: int) -> HttpResponse:
    """Take a promise back."""
    customer = their_customer(request, customer_of_promise(request.seat.company.pk, promise_id) or 0)
    try:
        withdraw_promise(
            company_id=request.seat.company.pk,
            promise_id=promise_id,
            actor=request.person.actor,
            at=request.at,
        )
    except PromiseRefused as refusal:
        toast(cast("HttpRequest", request), str(refusal), icon="circle-alert")
    else:
        toast(cast("HttpRequest", request), gettext("Promesse retirée."), icon="undo-2")
    return redirect("reminder", request.seat.company.slug, customer.pk)


@seated(Right.NOTE)
def dispute(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Open a dispute on some invoices: these, and only these, are left out of the reminders."""
    customer = their_customer(request, customer_id)
    invoices = open_invoices(request.seat.company.pk, customer.pk)
    form = DisputeForm(_data(request), invoices=invoices, prefix="dispute")

    def do(told: dict[str, Any]) -> str:
        opened = agreements.dispute(
            seat=request.seat, customer=customer, receivable_ids=told["receivables"], category=told["category"],
            text=told["text"], today=request.today, actor=request.person.actor, at=request.at,
        )  # fmt: skip
        return gettext("Litige ouvert : répondez avant le %(day)s.") % {
            "day": in_words(opened.answer_by_on, language())
        }

    return _act(request, customer, form, do, act="dispute", stay=True)


@seated(Right.NOTE)
def settle(request: SeatedRequest, dispute_id: int) -> HttpResponse:
    """Say how a dispute ended; what stays due is reminded again."""
    row = dispute_of_company(request.seat.company.pk, dispute_id)
    if row is None:
        raise Http404
    customer = their_customer(request, row.customer_id)
    form = SettleForm(_data(request), prefix="settle")

    def do(told: dict[str, Any]) -> str:
        settle_dispute(
            company_id=request.seat.company.pk, dispute_id=row.pk, outcome=told["outcome"], text=told["text"],
            actor=request.person.actor, at=request.at,
        )  # fmt: skip
        return gettext("Litige réglé.")

    return _act(request, customer, form, do, act="settle", stay=True)
