"""The mandates of a company's assistants: given, renewed, ended at once, and printed to be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.collection.queries import plans_by_kind
from quittance.company.membership import MembershipRefused, grant_mandate, revoke_mandate
from quittance.company.roster import colleague, mandate_of, signers
from quittance.domain.access import Right
from quittance.domain.money import french_euros
from quittance.flows.mandate_paper import mandate_paper
from quittance.interfaces.web.people.account import language_of_page
from quittance.interfaces.web.people.forms import MandateForm, mandate_start
from quittance.interfaces.web.people.words import step_words
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from quittance.company.models import Mandate


def mandate_form(request: SeatedRequest, known: Mandate | None) -> MandateForm:
    """The limits of a mandate, with the steps of this company's plans; notices are never among them."""
    company_id = request.seat.company.pk
    steps = {
        step.offset_days
        for plan in plans_by_kind(company_id).values()
        for step in plan.steps
        if step.channel != "letter"
    }
    if known is not None:
        steps.add(known.up_to_days)
    people = signers(company_id)
    start = mandate_start(request.today, signer=people[0].pk, steps=steps, known=known)
    return MandateForm(request.POST or None, initial=start, steps=steps, signers=people)


@seated(Right.PEOPLE)
def grant(request: SeatedRequest, member_id: int) -> HttpResponse:
    """Give an assistant a mandate, or renew it."""
    company = request.seat.company
    known = colleague(company.pk, member_id, request.today)
    if known is None or known.member.role != "assistant":
        raise Http404
    form = mandate_form(request, known.mandates[-1] if known.mandates else None)
    if request.method == "POST" and form.is_valid():
        try:
            mandate = grant_mandate(
                company_id=company.pk,
                member_id=member_id,
                scope=form.scope(),
                signed_on=request.today,
                actor=request.person.actor,
                at=request.at,
            )
        except MembershipRefused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("Mandat enregistré. Imprimez-le et signez-le tous les deux."), icon="stamp")
            return redirect("mandate", slug=company.slug, mandate_id=mandate.pk)
    context = {"known": known, "form": form}
    return show(request, "members", context, template="grant", status=422 if form.errors else 200)


@seated(Right.PEOPLE)
def paper(request: SeatedRequest, mandate_id: int) -> HttpResponse:
    """A mandate as a document to read, print and sign."""
    mandate = mandate_of(mandate_id, company_id=request.seat.company.pk)
    if mandate is None:
        raise Http404
    written = mandate_paper(mandate, language_of_page())
    return render(request, "people/mandate.html", {"page": "settings", "mandate": mandate, "paper": written})


@seated(Right.PEOPLE)
@require_POST
def revoke(request: SeatedRequest, mandate_id: int) -> HttpResponse:
    """End a mandate at once."""
    company = request.seat.company
    if mandate_of(mandate_id, company_id=company.pk) is None:
        raise Http404
    try:
        mandate = revoke_mandate(
            company_id=company.pk, mandate_id=mandate_id, actor=request.person.actor, at=request.at
        )
    except MembershipRefused as refused:
        toast(request, str(refused), icon="circle-alert")
        return redirect("members", slug=company.slug)
    toast(request, _("Mandat terminé : l'accès est fermé."), icon="lock")
    return redirect("member", slug=company.slug, member_id=mandate.member_id)


def limits_in_words(mandate: Mandate) -> list[str]:
    """What a mandate allows, a line each."""
    ceiling = mandate.max_invoice_cents
    return [
        _("Jusqu'à %(step)s, jamais de mise en demeure") % {"step": step_words(mandate.up_to_days)},
        _("Au nom de %(name)s") % {"name": mandate.signs_as.name}
        if mandate.signs_as
        else _("Au nom de n'importe quel signataire"),
        _("Factures sans limite de montant")
        if ceiling is None
        else _("Factures jusqu'à %(amount)s") % {"amount": french_euros(ceiling)},
        _("Accepte seul un délai de %(days)s jours") % {"days": mandate.max_promise_days},
        _("Rapproche la banque et importe des fichiers")
        if mandate.may_match
        else _("Ne touche pas à la banque"),
    ]
