"""Acts on many invoices at once: looked at first, done together, taken back in one click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from quittance.company.queries import members
from quittance.domain.access import Right
from quittance.flows.invoice_acts import (
    note_paid,
    pause_customers,
    put_in_charge,
    resume_customers,
    take_back_paid,
)
from quittance.flows.invoice_list import MOST_AT_ONCE, chosen_rows
from quittance.interfaces.web.forms import DayField, ids_in, moment_in
from quittance.interfaces.web.invoices.filters import asked, kept_query
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.payments.operations import NothingToUndo, PaymentRefused

if TYPE_CHECKING:
    from quittance.payments.lists import Listed

METHODS = (
    ("cheque", gettext_lazy("Chèque")),
    ("cash", gettext_lazy("Espèces")),
    ("card", gettext_lazy("Carte")),
    ("transfer", gettext_lazy("Virement")),
    ("other", gettext_lazy("Autre moyen")),
)
_LONGEST_PAUSE = timedelta(days=366)


class PauseForm(forms.Form):
    """Until when, and why."""

    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=200)

    def __init__(self, request: SeatedRequest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until_on"] = DayField(
            label=gettext_lazy("Jusqu'au"),
            first=request.today + timedelta(days=1),
            last=request.today + _LONGEST_PAUSE,
            initial=request.today + timedelta(days=14),
        )
        self.order_fields(["until_on", "reason"])


class InChargeForm(forms.Form):
    """Who looks after these customers from now on."""

    person = forms.ChoiceField(label=gettext_lazy("Suivis par"), required=False)

    def __init__(self, request: SeatedRequest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [one for one in members(request.seat.company.pk) if one.left_at is None]
        choice = self.fields["person"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [*((str(one.pk), one.name) for one in people), ("", _("Personne"))]


class PaidForm(forms.Form):
    """How and when the money came."""

    method = forms.ChoiceField(label=gettext_lazy("Moyen"), choices=METHODS)

    def __init__(self, request: SeatedRequest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["received_on"] = DayField(
            label=gettext_lazy("Reçu le"), last=request.today, initial=request.today
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The invoices of an act, whose customers they are, and the list to go back to."""

    rows: Sequence[Listed]
    query: str

    @property
    def customers(self) -> dict[int, str]:
        """Their customers, by id."""
        return {row.customer_id: row.customer_name for row in self.rows}

    @property
    def open_cents(self) -> int:
        """What is owed on them."""
        return sum(row.open_cents for row in self.rows)


def _chosen(request: SeatedRequest) -> Chosen | None:
    """Read what was ticked, or the whole view; `None`, and a word why, where nothing can be done with it."""
    query = kept_query(QueryDict(request.POST.get("query", "")))
    ticked = ids_in(request.POST.getlist("ids"), most=MOST_AT_ONCE + 1)
    whole = "whole" in request.POST and "confirm" not in request.POST
    wish = asked(request.seat, QueryDict(query), request.today)
    rows = chosen_rows(
        company_id=request.seat.company.pk,
        wanted=wish.wanted,
        ticked=None if whole else ticked,
    )
    if not rows:
        toast(request, _("Cochez au moins une facture."), icon="circle-alert")
        return None
    if len(rows) > MOST_AT_ONCE:
        words = _("Une action porte sur %(most)s factures au plus. Filtrez davantage.")
        toast(request, words % {"most": MOST_AT_ONCE}, icon="circle-alert")
        return None
    return Chosen(rows, query)


def _look(request: SeatedRequest, chosen: Chosen, form: forms.Form, **words: Any) -> HttpResponse:
    """Show what is about to be done, on what, and ask."""
    context = {"page": "invoices", "chosen": chosen, "form": form, "act_url": request.path, **words}
    return render(request, "invoices/act.html", context)


def _list(request: SeatedRequest, query: str = "") -> HttpResponse:
    address = reverse("invoices", args=[request.seat.company.slug])
    return redirect(f"{address}?{query}" if query else address)


def _remember(request: SeatedRequest, act: str, facts: Any) -> str:
    """Keep what takes an act back, and return the address that does."""
    request.session[f"{act}:{request.seat.company.pk}"] = facts
    return reverse(f"invoices-{act}-undo", args=[request.seat.company.slug])


def _remembered(request: SeatedRequest, act: str) -> Any:
    facts = request.session.pop(f"{act}:{request.seat.company.pk}", None)
    if facts is None:
        toast(request, _("C'est déjà défait."), icon="info")
    return facts


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if "confirm" in request.POST else None


@seated(Right.NOTE)
@require_POST
def pause(request: SeatedRequest) -> HttpResponse:
    """Suspend the reminders of the customers of these invoices."""
    chosen = _chosen(request)
    if chosen is None:
        return _list(request)
    form = PauseForm(request, _sent(request))
    if form.is_bound and form.is_valid():
        paused = pause_customers(
            company_id=request.seat.company.pk,
            customer_ids=chosen.customers.keys(),
            today=request.today,
            actor=request.person.actor,
            at=request.at,
            **form.cleaned_data,
        )
        words = ngettext(
            "Relances suspendues pour %(count)s client.",
            "Relances suspendues pour %(count)s clients.",
            len(paused),
        )
        undo = _remember(request, "pause", paused) if paused else ""
        toast(request, words % {"count": len(paused)}, undo=undo, icon="circle-pause")
        return _list(request, chosen.query)
    count = len(chosen.customers)
    title = ngettext(
        "Suspendre les relances de %(count)s client", "Suspendre les relances de %(count)s clients", count
    )
    return _look(
        request,
        chosen,
        form,
        title=title % {"count": count},
        note=_("Ni message ni appel ne leur sera proposé jusqu'à ce jour. Un client déjà en pause le reste."),
        confirm=_("Suspendre"),
        icon="circle-pause",
    )


@seated(Right.NOTE)
@require_POST
def pause_undo(request: SeatedRequest) -> HttpResponse:
    """End the pauses that were just begun."""
    paused = _remembered(request, "pause")
    if paused:
        count = resume_customers(
            company_id=request.seat.company.pk,
            customer_ids=paused,
            today=request.today,
            actor=request.person.actor,
            at=request.at,
        )
        words = ngettext("Pause levée pour %(count)s client.", "Pause levée pour %(count)s clients.", count)
        toast(request, words % {"count": count}, icon="undo-2")
    return _list(request)


@seated(Right.CHANGE)
@require_POST
def in_charge(request: SeatedRequest) -> HttpResponse:
    """Say who looks after the customers of these invoices."""
    chosen = _chosen(request)
    if chosen is None:
        return _list(request)
    form = InChargeForm(request, _sent(request))
    if form.is_bound and form.is_valid():
        person = int(form.cleaned_data["person"]) if form.cleaned_data["person"] else None
        before = put_in_charge(
            company_id=request.seat.company.pk,
            wanted=dict.fromkeys(chosen.customers, person),
            actor=request.person.actor,
            at=request.at,
        )
        words = ngettext(
            "%(count)s client change de responsable.",
            "%(count)s clients changent de responsable.",
            len(before),
        )
        undo = _remember(request, "in-charge", list(before.items())) if before else ""
        toast(request, words % {"count": len(before)}, undo=undo, icon="user-check")
        return _list(request, chosen.query)
    count = len(chosen.customers)
    title = ngettext("Confier %(count)s client", "Confier %(count)s clients", count) % {"count": count}
    note = _("La personne choisie signe leurs relances et les trouve dans sa liste.")
    return _look(request, chosen, form, title=title, note=note, confirm=_("Confier"), icon="user-check")


@seated(Right.CHANGE)
@require_POST
def in_charge_undo(request: SeatedRequest) -> HttpResponse:
    """Give the customers back to whom they had."""
    before = _remembered(request, "in-charge")
    if before:
        put_in_charge(
            company_id=request.seat.company.pk,
            wanted={int(customer_id): member_id for customer_id, member_id in before},
            actor=request.person.actor,
            at=request.at,
        )
        toast(request, _("Les responsables sont ceux d'avant."), icon="undo-2")
    return _list(request)


@seated(Right.MATCH)
@require_POST
def paid(request: SeatedRequest) -> HttpResponse:
    """Note that these invoices were paid in full, otherwise than through the bank."""
    chosen = _chosen(request)
    if chosen is None:
        return _list(request)
    form = PaidForm(request, _sent(request))
    if form.is_bound and form.is_valid():
        try:
            numbers = note_paid(
                company_id=request.seat.company.pk,
                rows=chosen.rows,
                today=request.today,
                actor=request.person.actor,
                at=request.at,
                **form.cleaned_data,
            )
        except PaymentRefused as refused:
            form.add_error(None, str(refused))
        else:
            words = ngettext(
                "%(count)s facture notée réglée.", "%(count)s factures notées réglées.", len(numbers)
            )
            facts = [request.at.isoformat(), numbers]
            undo = _remember(request, "paid", facts) if numbers else ""
            toast(request, words % {"count": len(numbers)}, undo=undo, icon="banknote")
            return _list(request, chosen.query)
    count = len(chosen.rows)
    title = ngettext("Noter %(count)s facture réglée", "Noter %(count)s factures réglées", count)
    note = _(
        "Ce qui reste dû sur chacune est noté reçu. Quand la banque montrera cet argent, "
        "il sera reconnu et ne comptera qu'une fois."
    )
    return _look(
        request,
        chosen,
        form,
        title=title % {"count": count},
        note=note,
        confirm=_("Noter réglées"),
        icon="banknote",
    )


@seated(Right.MATCH)
@require_POST
def paid_undo(request: SeatedRequest) -> HttpResponse:
    """Take back the payments that were just noted."""
    remembered = _remembered(request, "paid")
    if remembered:
        noted_at, numbers = remembered
        try:
            count = take_back_paid(
                company_id=request.seat.company.pk,
                numbers=numbers,
                noted_at=moment_in(noted_at),
                actor=request.person.actor,
                at=request.at,
            )
        except NothingToUndo as refused:
            toast(request, str(refused), icon="circle-alert")
        else:
            words = ngettext(
                "%(count)s facture est de nouveau due.", "%(count)s factures sont de nouveau dues.", count
            )
            toast(request, words % {"count": count}, icon="undo-2")
    return _list(request)
