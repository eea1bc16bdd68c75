"""One plan: its steps on a time line, who stands where, what a step says, and what holds the company back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from quittance.collection.plan_queries import plan_of, standing_by_step
from quittance.company.operations import change_company
from quittance.customers.queries import count_by_kind
from quittance.domain.access import Right
from quittance.domain.plans import KINDS, plan_texts
from quittance.domain.reminders import CALL
from quittance.interfaces.web.forms import CentsField
from quittance.interfaces.web.plans.preview import Preview, preview_on
from quittance.interfaces.web.plans.words import kinds, line
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from quittance.domain.reminders import Plan, Step

RESTRAINTS = (
    "minimum_gap_days",
    "reminder_threshold_cents",
    "bank_stale_after_working_days",
    "undo_minutes",
)


class RestraintForm(forms.Form):
    """What holds the company back, towards every customer alike."""

    minimum_gap_days = forms.IntegerField(
        label=_("Jours entre deux messages"),
        min_value=1,
        max_value=60,
        help_text=_("Un client reçoit au plus un message dans ce délai. Les appels n'en sont pas."),
    )
    reminder_threshold_cents = CentsField(
        label=_("Plus petite somme relancée"),
        min_cents=0,
        max_cents=100_000,
        help_text=_("En euros. En dessous, personne n'est dérangé."),
    )
    bank_stale_after_working_days = forms.IntegerField(
        label=_("Jours ouvrés sans relevé"),
        min_value=0,
        max_value=10,
        help_text=_("Au-delà, rien ne part : le client a peut-être payé."),
    )
    undo_minutes = forms.IntegerField(
        label=_("Minutes pour annuler"),
        min_value=0,
        max_value=240,
        help_text=_("Entre un clic sur Envoyer et le départ du message."),
    )


@seated(Right.READ)
def plans(request: SeatedRequest) -> HttpResponse:
    """The plan of a kind of customers (`?plan=`), with the text of one of its steps (`?step=`)."""
    return _page(request, request.GET.get("plan", "b2b"))


@seated(Right.PLANS)
@require_POST
def restraint(request: SeatedRequest) -> HttpResponse:
    """Change what holds the company back."""
    form = RestraintForm(request.POST)
    kind = request.POST.get("plan", "b2b")
    if kind not in KINDS:
        raise Http404
    if not form.is_valid():
        return _page(request, kind, form)
    company = request.seat.company
    changed = {name: value for name, value in form.cleaned_data.items() if value != getattr(company, name)}
    if changed:
        change_company(company_id=company.pk, actor=request.person.actor, at=request.at, **changed)
        toast(request, gettext("Retenue enregistrée. Elle vaut dès la prochaine relance."))
    response = redirect("plans", company.slug)
    response["Location"] += f"?plan={kind}"
    return response


def _page(request: SeatedRequest, kind: str, form: RestraintForm | None = None) -> HttpResponse:
    company, theirs = request.seat.company, request.seat.only_in_charge_id
    found = plan_of(company.pk, kind)
    if found is None:
        raise Http404
    counts = count_by_kind(company.pk, in_charge_id=theirs)
    chosen = _chosen(found.plan, request.GET.get("step", ""))
    may_change = request.seat.may(Right.PLANS)
    return render(
        request,
        "plans/plan.html",
        {
            "page": "plans",
            "tab": kind,
            "kind": kind,
            "kinds": kinds(counts),
            "followed_by": counts.get(kind, 0),
            "line": line(found.plan.steps, standing_by_step(company.pk, kind, in_charge_id=theirs)),
            "chosen": chosen,
            "preview": _preview(request, chosen) if chosen else None,
            "form": form or (RestraintForm(initial=_now(request)) if may_change else None),
            "restraint": _now(request),
            "may_change": may_change,
        },
        status=422 if form else 200,
    )


def _now(request: SeatedRequest) -> dict[str, int]:
    return {name: getattr(request.seat.company, name) for name in RESTRAINTS}


def _chosen(plan: Plan, code: str) -> Step | None:
    """The step whose text is shown: the one asked for, else the first that sends something late."""
    sending = [step for step in plan.steps if step.channel != CALL]
    named = next((step for step in sending if step.code == code), None)
    late = next((step for step in sending if step.offset_days > 0), None)
    return named or late or next(iter(sending), None)


def _preview(request: SeatedRequest, step: Step) -> Preview:
    text_ids = plan_texts()[step.text].text_ids
    neutral = [text_id for text_id in text_ids if text_id.endswith("_neutral")]
    return preview_on(request, (neutral or list(text_ids))[0], "fr")
