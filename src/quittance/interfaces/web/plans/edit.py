"""Changing a plan: its steps as rows of one form, drawn on the line before anything is kept, undone by the toast."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from quittance.collection.plan_operations import (
    PLAN_CHANGED,
    NoSuchPlan,
    NotAPlan,
    PlanMoved,
    change_plan,
    restore_plan,
)
from quittance.collection.plan_queries import plan_of
from quittance.domain.access import Right
from quittance.domain.plans import (
    FIRST_DAY,
    LAST_DAY,
    LETTER,
    LONGEST_TERM,
    MAIL,
    MOST_STEPS,
    plan_texts,
    texts_for,
)
from quittance.domain.plans import problems as rules_problems
from quittance.domain.reminders import CALL, Step
from quittance.interfaces.web.forms import ids_in
from quittance.interfaces.web.plans.words import line, word
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.journal.queries import entry_data


class StepForm(forms.Form):
    """One step: its day, what is done, and from which payment term on."""

    code = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)
    day = forms.IntegerField(
        label=_("Jour"),
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    what = forms.ChoiceField(label=_("Ce qui est fait"))
    term = forms.IntegerField(
        label=_("Délai d'au moins"),
        min_value=0,
        max_value=LONGEST_TERM,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    remove = forms.BooleanField(label=_("Retirer"), required=False)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ChoiceField", self.fields["what"])
        field.choices = [("", gettext("Choisir…")), *_choices(kind)]

    def step(self) -> Step:
        """What the row says, as a step."""
        what = str(self.cleaned_data["what"])
        text = "" if what == CALL else what
        channel = CALL if what == CALL else LETTER if plan_texts()[what].is_formal else MAIL
        return Step(
            self.cleaned_data["code"],
            self.cleaned_data["day"],
            channel,
            text,
            self.cleaned_data["term"] or 0,
        )


def _choices(kind: str) -> list[tuple[str, str]]:
    found = []
    for text in texts_for(kind):
        channel = word("channel", LETTER if text.is_formal else MAIL)
        found.append((text.name, f"{channel} : {word('text', text.name)}"))
    return [*found, (CALL, word("channel", CALL))]


class _StepForms(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows; those that are removed, or were added and left empty, are not looked at."""

    def kept(self) -> list[StepForm]:
        """The rows that stay."""
        return [
            row
            for row in self.forms
            if not row.cleaned_data.get("remove") and (row.has_changed() or row.cleaned_data.get("code"))
        ]

    def clean(self) -> None:
        """Refuse what is no plan, at the row that is meant."""
        if any(self.errors):
            return
        rows = self.kept()
        for problem in rules_problems(self.form_kwargs["kind"], [row.step() for row in rows]):
            if problem.place is None:
                raise forms.ValidationError(problem.sentence)
            rows[problem.place].add_error("what", problem.sentence)


@seated(Right.PLANS)
def edit(request: SeatedRequest, kind: str) -> HttpResponse:
    """Change the steps of a plan. `act=more` adds an empty row, `act=look` draws the line; neither keeps anything."""
    found = plan_of(request.seat.company.pk, kind)
    if found is None:
        raise Http404
    act = request.POST.get("act", "")
    if request.method != "POST":
        rows = _forms(kind, extra=0, initial=[_initial(step) for step in found.plan.steps])
        return _page(request, kind, rows, list(found.plan.steps))
    rows = _forms(kind, extra=0, data=_with_one_more(request) if act == "more" else request.POST)
    if act == "more":
        return _page(request, kind, rows, _drawn(rows), quiet=True)
    if not rows.is_valid():
        return _page(request, kind, rows, _drawn(rows), status=422)
    steps = [row.step() for row in rows.kept()]
    if act == "look":
        return _page(request, kind, rows, steps)
    try:
        entry = change_plan(
            company_id=request.seat.company.pk,
            kind=kind,
            steps=steps,
            actor=request.person.actor,
            at=request.at,
        )
    except (NotAPlan, PlanMoved) as refused:
        return _page(request, kind, rows, steps, refused=str(refused), status=422)
    if entry is None:
        toast(request, gettext("Le plan n'a pas changé."), icon="info")
    else:
        _say_changed(request, entry)
    return _to_plan(request, kind)


@seated(Right.PLANS)
@require_POST
def undo(request: SeatedRequest, entry: int) -> HttpResponse:
    """Put a plan back as it was before a change."""
    company = request.seat.company
    try:
        again = restore_plan(company_id=company.pk, entry=entry, actor=request.person.actor, at=request.at)
    except NoSuchPlan:
        raise Http404 from None
    except PlanMoved as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        if again is not None:
            toast(
                request,
                gettext("Le plan est comme avant."),
                undo=reverse("plan-undo", args=[company.slug, again]),
                icon="undo-2",
            )
    data = entry_data(company.pk, entry, PLAN_CHANGED)
    return _to_plan(request, str(data["plan"]) if data else "")


def _say_changed(request: SeatedRequest, entry: int) -> None:
    toast(
        request,
        gettext("Plan enregistré. Ce qui est déjà parti ne repart pas."),
        undo=reverse("plan-undo", args=[request.seat.company.slug, entry]),
    )


def _to_plan(request: SeatedRequest, kind: str) -> HttpResponse:
    response = redirect("plans", request.seat.company.slug)
    if kind:
        response["Location"] += f"?plan={kind}"
    return response


def _forms(kind: str, *, extra: int, **given: Any) -> _StepForms:
    made = forms.formset_factory(
        StepForm, formset=_StepForms, extra=extra, max_num=MOST_STEPS + 4, absolute_max=MOST_STEPS + 8
    )
    return cast("_StepForms", made(form_kwargs={"kind": kind}, prefix="step", **given))


def _initial(step: Step) -> dict[str, object]:
    return {
        "code": step.code,
        "day": step.offset_days,
        "what": CALL if step.channel == CALL else step.text,
        "term": step.minimum_term_days or None,
    }


def _with_one_more(request: SeatedRequest) -> Any:
    data = request.POST.copy()
    count = next(iter(ids_in([data.get("step-TOTAL_FORMS", "")], most=1)), 0)
    data["step-TOTAL_FORMS"] = str(count + 1)
    return data


def _drawn(rows: _StepForms) -> list[Step]:
    """The steps that can be drawn, of rows that are not all right."""
    rows.is_valid()
    return [
        row.step()
        for row in rows.forms
        if not row.errors.get("what")
        and {"code", "day", "what", "term"} <= set(row.cleaned_data)
        and not row.cleaned_data.get("remove")
    ]


def _page(
    request: SeatedRequest,
    kind: str,
    rows: _StepForms,
    steps: list[Step],
    *,
    refused: str = "",
    quiet: bool = False,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "plans/edit.html",
        {
            "page": "plans",
            "tab": kind,
            "kind": kind,
            "kind_words": word("plan", kind),
            "rows": rows,
            "line": line(steps),
            "refused": refused,
            "quiet": quiet,
        },
        status=status,
    )
