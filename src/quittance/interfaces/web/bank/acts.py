"""What is done to bank lines with one click, each with its way back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from quittance.domain.access import Right
from quittance.domain.texts import typography
from quittance.flows.receive_payments import confirm_line, confirm_lines, match, take_back_line
from quittance.interfaces.web.bank.shown import language, shown
from quittance.interfaces.web.forms import ids_in
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.payments.bank_lines import LineRow, clear_lines, line_row, next_waiting
from quittance.payments.operations import NotAllocated, NothingToUndo, set_aside_line

MOST_AT_ONCE = 200


@seated(Right.MATCH)
@require_POST
def confirm(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Allocate a line to what is proposed for it."""
    their_line(request, line_id)
    try:
        cents = confirm_line(
            company=request.seat.company,
            bank_line_id=line_id,
            chosen=[],
            actor=request.person.actor,
            at=request.at,
        )
    except NotAllocated as refusal:
        toast(request, str(refusal), icon="circle-alert")
    else:
        tell_allocated(request, line_id, cents)
    return back(request)


@seated(Right.MATCH)
@require_POST
def set_aside(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Say that a line is no customer's payment, and why."""
    their_line(request, line_id)
    try:
        cents = set_aside_line(
            company_id=request.seat.company.pk,
            bank_line_id=line_id,
            reason=" ".join(request.POST.get("reason", "").split()),
            actor=request.person.actor,
            at=request.at,
        )
    except NotAllocated as refusal:
        toast(request, str(refusal), icon="circle-alert")
        return back(request)
    words = _("%(amount)s laissés de côté : le règlement d'aucun client.")
    toast(request, words % {"amount": typography.money(cents, language())}, undo=_undo_of(request, line_id))
    return to_next(request, line_id) if request.POST.get("then") == "next" else back(request)


@seated(Right.MATCH)
@require_POST
def undo(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Take back what was said of a line; one that was set aside is looked at again at once."""
    was_aside = their_line(request, line_id).state == "aside"
    company, actor, at = request.seat.company, request.person.actor, request.at
    try:
        cents = take_back_line(company=company, bank_line_id=line_id, actor=actor, at=at)
    except NothingToUndo as refusal:
        toast(request, str(refusal), icon="info")
        return back(request)
    if was_aside:
        match(company=company, actor=actor, at=at)
    words = (
        _("Rapprochement défait : %(amount)s sont de nouveau dus.")
        % {"amount": typography.money(cents, language())}
        if cents
        else _("Défait : la ligne attend de nouveau.")
    )
    toast(request, words, icon="undo-2")
    return back(request)


@seated(Right.MATCH)
@require_POST
def undo_many(request: SeatedRequest) -> HttpResponse:
    """Take back lines that were confirmed together."""
    lines = ids_in(request.GET.getlist("line"), most=MOST_AT_ONCE)
    undone = 0
    for line_id in lines:
        their_line(request, line_id)
        try:
            take_back_line(
                company=request.seat.company, bank_line_id=line_id, actor=request.person.actor, at=request.at
            )
        except NothingToUndo:  # somebody took this one back before
            continue
        undone += 1
    words = ngettext("%(count)s rapprochement défait.", "%(count)s rapprochements défaits.", undone)
    toast(request, words % {"count": undone}, icon="undo-2")
    return back(request)


@seated(Right.MATCH)
@require_POST
def match_now(request: SeatedRequest) -> HttpResponse:
    """Look at every line that waits, and allocate what is certain."""
    matched = match(company=request.seat.company, actor=request.person.actor, at=request.at)
    words = ngettext("%(count)s ligne rapprochée.", "%(count)s lignes rapprochées.", matched.allocated)
    toast(request, words % {"count": matched.allocated})
    return back(request)


@seated(Right.MATCH)
@require_http_methods(["GET", "POST"])
def clear(request: SeatedRequest) -> HttpResponse:
    """Show the lines that leave little doubt, all ticked; confirm those that stay ticked."""
    company = request.seat.company
    if request.method != "POST":
        lines = clear_lines(company.pk, most=MOST_AT_ONCE)
        context = {
            "page": "bank",
            "lines": [shown(line) for line in lines],
            "cents": sum(line.amount_cents for line in lines),
        }
        return render(request, "bank/clear.html", context)
    ticked = set(ids_in(request.POST.getlist("line"), most=MOST_AT_ONCE))
    ids = [line.id for line in clear_lines(company.pk, among=ticked, most=MOST_AT_ONCE)]
    confirmed = confirm_lines(company=company, bank_line_ids=ids, actor=request.person.actor, at=request.at)
    done = len(confirmed.line_ids)
    words = ngettext(
        "%(count)s ligne confirmée, %(amount)s.", "%(count)s lignes confirmées, %(amount)s.", done
    ) % {"count": done, "amount": typography.money(confirmed.cents, language())}
    if len(ticked) > done:
        left = len(ticked) - done
        words += " " + ngettext(
            "%(count)s a changé entre-temps et reste à classer.",
            "%(count)s ont changé entre-temps et restent à classer.",
            left,
        ) % {"count": left}
    lines_done = urlencode({"line": confirmed.line_ids}, doseq=True)
    many = reverse("bank-undo-many", args=[company.slug])
    toast(request, words, undo=f"{many}?{lines_done}" if done else "")
    return redirect("bank", company.slug)


def their_line(request: SeatedRequest, line_id: int) -> LineRow:
    """Return a line of the company, or say that there is none (404)."""
    line = line_row(request.seat.company.pk, line_id)
    if line is None:
        raise Http404
    return line


def tell_allocated(request: SeatedRequest, line_id: int, cents: int) -> None:
    """Say what was put on invoices, with the way back."""
    words = _("%(amount)s affectés.") % {"amount": typography.money(cents, language())}
    toast(request, words, undo=_undo_of(request, line_id))


def to_next(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Go on to the line that waits next, or back to the list after the last one."""
    slug = request.seat.company.slug
    following = next_waiting(request.seat.company.pk, line_id)
    return redirect("bank", slug) if following is None else redirect("bank-line", slug, following)


def back(request: SeatedRequest) -> HttpResponse:
    """Return to the list that the act came from."""
    here = request.POST.get("back", "")
    if here.startswith("/") and url_has_allowed_host_and_scheme(here, allowed_hosts=None):
        return HttpResponseRedirect(iri_to_uri(here))
    return redirect("bank", request.seat.company.slug)


def _undo_of(request: SeatedRequest, line_id: int) -> str:
    return reverse("bank-undo", args=[request.seat.company.slug, line_id])
