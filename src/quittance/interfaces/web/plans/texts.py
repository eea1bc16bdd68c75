"""The texts of reminders: the company's own beside those that came with Quittance, tried on a real customer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from quittance.collection.plan_operations import (
    NoSuchText,
    TextRefused,
    restore_text,
    rewrite_text,
    use_shipped_text,
)
from quittance.collection.plan_queries import VERSIONS, own_text_history, own_wordings
from quittance.customers.queries import count_by_kind
from quittance.domain.access import Right
from quittance.domain.plans import KINDS, plan_texts, texts_for
from quittance.domain.texts import library
from quittance.domain.texts.known import known_in
from quittance.domain.texts.library import MessageVersion
from quittance.domain.texts.lint import Finding, lint_wording
from quittance.flows.try_texts import Attempt, CannotBeTried, TrialNotSent, send_trial
from quittance.interfaces.post_office import post_office
from quittance.interfaces.web.plans.preview import preview_on
from quittance.interfaces.web.plans.words import ICONS, kinds, meaning, tone_of_text, word
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from quittance.collection.plan_queries import OwnWordings
    from quittance.domain.texts.library import MessageText

PARTS = ("subject", "subject_many", "lead_one", "lead_many", "body")


class WordingForm(forms.Form):
    """A wording as people write it: the subjects, the introductions and the text."""

    subject = forms.CharField(label=_("Objet"), max_length=200)
    subject_many = forms.CharField(label=_("Objet, pour plusieurs factures"), max_length=200)
    lead_one = forms.CharField(
        label=_("Introduction, pour une facture"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    lead_many = forms.CharField(
        label=_("Introduction, pour plusieurs factures"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.CharField(label=_("Texte"), max_length=8000, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, *args: Any, shipped: MessageVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self._shipped = shipped
        if not shipped.subject_many:
            del self.fields["subject_many"]
        if not shipped.leads:
            del self.fields["lead_one"], self.fields["lead_many"]

    def wording(self) -> MessageVersion:
        """What is typed, as a version of the text; line ends and spaces as the library writes them."""

        def typed(name: str) -> str:
            return _tidy(str(self.cleaned_data.get(name, "")))

        subjects = {"subject": typed("subject")}
        if "subject_many" in self.fields:
            subjects = {"subject_one": typed("subject"), "subject_many": typed("subject_many")}
        calls_lead = "{{ lead }}" in typed("body")
        leads = {
            name: typed(name) for name in ("lead_one", "lead_many") if calls_lead or not self._shipped.leads
        }
        # The library ends a text with a line end: the same words are then the same wording.
        return MessageVersion(f"{typed('body')}\n", **subjects, **leads)


def _tidy(text: str) -> str:
    text = re.sub(r"\{\{\s*([a-z_0-9.]+)\s*\}\}", r"{{ \1 }}", text.replace("\r\n", "\n"))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n ")


@seated(Right.READ)
def texts(request: SeatedRequest) -> HttpResponse:
    """All texts of the plans, by kind of customer, and which of them the company rewrote."""
    company = request.seat.company
    own = own_wordings(company.pk)
    return render(
        request,
        "plans/texts.html",
        {
            "page": "plans",
            "tab": "texts",
            "kinds": kinds(count_by_kind(company.pk, in_charge_id=request.seat.only_in_charge_id)),
            "families": [(word("plan", kind), _rows(kind, own)) for kind in KINDS],
        },
    )


def _rows(kind: str, own: OwnWordings) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for text in texts_for(kind):
        for text_id in text.text_ids:
            shipped = library.messages()[text_id]
            found.append(
                {
                    "text_id": text_id,
                    "words": word("text", text.name),
                    "tone": word("tone", shipped.tone),
                    "color": tone_of_text(text_id),
                    "icon": ICONS["letter" if text.is_formal else "mail"],
                    "versions": [
                        (name, word("version", name), name in own.get(text_id, {}))
                        for name in shipped.versions
                    ],
                }
            )
    return found


@seated(Right.READ)
def text(request: SeatedRequest, text_id: str) -> HttpResponse:
    """One version (`?version=`) of a text, tried on a customer (`?customer=`)."""
    shipped, version, standing = _asked(request, text_id)
    return _page(request, shipped, version, standing, _form(shipped, version, standing))


@seated(Right.PLANS)
@require_POST
def save(request: SeatedRequest, text_id: str) -> HttpResponse:
    """Keep a wording; with `act=preview`, only show it."""
    shipped, version, standing = _asked(request, text_id)
    form = WordingForm(request.POST, shipped=shipped.versions[version])
    if not form.is_valid():
        return _page(request, shipped, version, standing, form, status=422)
    wording = form.wording()
    if request.POST.get("act") == "preview":
        return _page(request, shipped, version, standing, form, wording=wording)
    try:
        row = rewrite_text(
            company_id=request.seat.company.pk, text_id=text_id, version=version, wording=wording,
            actor=request.person.actor, at=request.at,
        )  # fmt: skip
    except TextRefused:
        return _page(request, shipped, version, standing, form, wording=wording, status=422)
    if row is None:
        toast(request, gettext("Le texte n'a pas changé."), icon="info")
    else:
        _say_kept(request, text_id, version)
    return _to_text(request, text_id, version)


@seated(Right.PLANS)
@require_POST
def preview(request: SeatedRequest, text_id: str) -> HttpResponse:
    """The preview alone, of what is being typed."""
    shipped, version, _standing = _asked(request, text_id)
    form = WordingForm(request.POST, shipped=shipped.versions[version])
    wording = form.wording() if form.is_valid() else None
    shown = preview_on(request, text_id, version, customer_id=_customer(request), wording=wording)
    findings = _findings(shipped, version, wording) if wording else []
    return render(request, "plans/_preview.html", {"preview": shown, "findings": findings, "live": True})


@seated(Right.PLANS)
@require_POST
def trial(request: SeatedRequest, text_id: str) -> HttpResponse:
    """Send what is typed, as it would leave for the chosen customer, to the person who asks."""
    shipped, version, standing = _asked(request, text_id)
    form = WordingForm(request.POST, shipped=shipped.versions[version])
    if not form.is_valid():
        return _page(request, shipped, version, standing, form, status=422)
    wording, customer_id = form.wording(), _customer(request)
    if any(finding.severity == "refuse" for finding in _findings(shipped, version, wording)):
        return _page(request, shipped, version, standing, form, wording=wording, status=422)
    to = (request.person.name, request.person.email)
    try:
        send_trial(
            company=request.seat.company,
            attempt=Attempt(text_id=text_id, version=version, customer_id=customer_id or 0, wording=wording),
            to=to,
            office=post_office(request.person.actor),
            today=request.today,
            actor=request.person.actor,
            at=request.at,
        )
    except (CannotBeTried, TrialNotSent) as refused:
        form.add_error(None, str(refused))
        return _page(request, shipped, version, standing, form, wording=wording, status=422)
    toast(request, gettext("Essai envoyé à %(address)s.") % {"address": to[1]}, icon="send")
    if wording != (standing or shipped.versions[version]):
        return _page(request, shipped, version, standing, form, wording=wording)  # what is typed is not lost
    return _to_text(request, text_id, version)


@seated(Right.PLANS)
@require_POST
def default(request: SeatedRequest, text_id: str) -> HttpResponse:
    """Go back to the text that came with Quittance."""
    _shipped, version, _standing = _asked(request, text_id)
    company = request.seat.company
    newest = next(iter(own_text_history(company.pk, text_id, version)), None)
    if use_shipped_text(
        company_id=company.pk, text_id=text_id, version=version, actor=request.person.actor, at=request.at
    ):
        assert newest is not None
        toast(
            request,
            gettext("Le texte d'origine est de nouveau le vôtre."),
            undo=reverse("text-restore", args=[company.slug, text_id, newest.pk]),
        )
    return _to_text(request, text_id, version)


@seated(Right.PLANS)
@require_POST
def restore(request: SeatedRequest, text_id: str, own_text_id: int) -> HttpResponse:
    """Let an earlier wording stand again."""
    _shipped, version, _standing = _asked(request, text_id)
    try:
        row = restore_text(
            company_id=request.seat.company.pk,
            own_text_id=own_text_id,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchText:
        raise Http404 from None
    except TextRefused as refused:
        toast(request, str(refused), icon="circle-alert")
        return _to_text(request, text_id, version)
    if row is not None:
        version = next(name for name, form in VERSIONS.items() if form == (row.language, row.address_form))
        _say_kept(request, text_id, version)
    return _to_text(request, text_id, version)


def _say_kept(request: SeatedRequest, text_id: str, version: str) -> None:
    """Say that a wording stands; the way back is the one before it, or the shipped one."""
    slug = request.seat.company.slug
    history = own_text_history(request.seat.company.pk, text_id, version)
    stood = [row for row in history[1:] if row.replaced_at == history[0].at]
    if stood:
        undo = reverse("text-restore", args=[slug, text_id, stood[0].pk])
    else:
        undo = reverse("text-default", args=[slug, text_id]) + f"?version={version}"
    toast(request, gettext("Texte enregistré. Il vaut dès la prochaine relance."), undo=undo)


def _asked(request: SeatedRequest, text_id: str) -> tuple[MessageText, str, MessageVersion | None]:
    """The text and the version that the address names, and the company's own; none that no step sends (404)."""
    if not any(text_id in text.text_ids for text in plan_texts().values()):
        raise Http404
    shipped = library.messages()[text_id]
    version = request.GET.get("version") or request.POST.get("version") or "fr"
    if version not in shipped.versions:
        raise Http404
    return shipped, version, own_wordings(request.seat.company.pk).get(text_id, {}).get(version)


def _customer(request: SeatedRequest) -> int | None:
    asked = request.POST.get("customer") or request.GET.get("customer") or ""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 16 else None


def _form(shipped: MessageText, version: str, standing: MessageVersion | None) -> WordingForm:
    shown = standing or shipped.versions[version]
    initial = {
        "subject": shown.subject or shown.subject_one,
        "subject_many": shown.subject_many or shown.subject,
        "lead_one": shown.lead_one,
        "lead_many": shown.lead_many,
        "body": shown.body.strip("\n"),
    }
    return WordingForm(initial=initial, shipped=shipped.versions[version])


def _findings(shipped: MessageText, version: str, wording: MessageVersion) -> list[Finding]:
    """What the rules say of a wording, with the place in words."""
    return [
        replace(finding, place=word("place", finding.place.replace("subject_one", "subject")))
        for finding in lint_wording(shipped, version, wording, known_in(shipped.text_id))
    ]


def _page(
    request: SeatedRequest,
    shipped: MessageText,
    version: str,
    standing: MessageVersion | None,
    form: WordingForm,
    *,
    wording: MessageVersion | None = None,
    status: int = 200,
) -> HttpResponse:
    text_id = shipped.text_id
    is_for = plan_texts()[shipped.family or text_id]
    shown = wording or standing
    return render(
        request,
        "plans/text.html",
        {
            "page": "plans",
            "tab": "texts",
            "text_id": text_id,
            "version": version,
            "name": word("text", shipped.family or text_id),
            "color": tone_of_text(text_id),
            "level_icon": ICONS["letter" if is_for.is_formal else "mail"],
            "audience": [word("plan", kind) for kind in shipped.audience],
            "siblings": [(one, word("tone", library.messages()[one].tone)) for one in is_for.text_ids],
            "versions": [(name, word("version", name)) for name in shipped.versions],
            "form": form,
            "standing": standing,
            "shipped": shipped.versions[version],
            "findings": _findings(shipped, version, shown) if shown else [],
            "variables": [(name, meaning(name)) for name in known_in(text_id)],
            "history": own_text_history(request.seat.company.pk, text_id, version),
            "preview": preview_on(request, text_id, version, customer_id=_customer(request), wording=wording),
            "may_change": request.seat.may(Right.PLANS),
        },
        status=status,
    )


def _to_text(request: SeatedRequest, text_id: str, version: str) -> HttpResponse:
    response = redirect("text", request.seat.company.slug, text_id)
    customer = _customer(request)
    response["Location"] += f"?version={version}" + (f"&customer={customer}" if customer else "")
    return response
