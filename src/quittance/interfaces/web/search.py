"""Searching everywhere: what is typed, over all companies of a person, within the walls of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language

from quittance.customers.finding import Scope
from quittance.domain.access import Right
from quittance.domain.texts.library import words
from quittance.domain.texts.render import sentence
from quittance.flows.find import Findings, find
from quittance.interfaces.web.walls import SignedInRequest, signed_in

if TYPE_CHECKING:
    from quittance.company.models import Company

LONGEST = 80  # characters; no number and no name is longer
ON_PAGE, SUGGESTED = 20, 4


def _found(request: SignedInRequest, text: str, most: int) -> Findings:
    seats = [seat for seat in request.seats if seat.may(Right.READ)]
    return find(
        scopes=[Scope(seat.company.pk, seat.only_in_charge_id) for seat in seats],
        bank_ids=[seat.company.pk for seat in seats if seat.may(Right.BANK)],
        text=text,
        most=most,
    )


def _companies(request: SignedInRequest) -> dict[int, Company]:
    return {seat.company.pk: seat.company for seat in request.seats}


def _shown(request: SignedInRequest, found: Findings) -> dict[str, Any]:
    """Put each finding beside its company, whose name is told where the person has several."""
    companies = _companies(request)
    return {
        "customers": [(one, companies[one.customer.company_id]) for one in found.customers],
        "invoices": [(one, companies[one.invoice.company_id]) for one in found.invoices],
        "lines": [(one, companies[one.company_id]) for one in found.lines],
        "several": len(companies) > 1,
    }


@signed_in
def search(request: SignedInRequest) -> HttpResponse:
    """Find customers, invoices and bank lines; a number typed whole leads straight to its invoice."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = _found(request, text, ON_PAGE)
    if found.only is not None:
        return redirect("invoice", _companies(request)[found.only.company_id].slug, found.only.pk)
    language = "en" if (get_language() or "fr").startswith("en") else "fr"
    nothing = words("screens").sections["empty"]["search"][language == "en"]
    context = {
        "text": text,
        "found": found,
        "nothing": sentence(nothing, {"form.value": text}, "en" if language == "en" else "fr")
        if text
        else "",
        **_shown(request, found),
    }
    return render(request, "search.html", context)


@signed_in
def suggest(request: SignedInRequest) -> HttpResponse:
    """Suggest under the search field, as one types."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = _found(request, text, SUGGESTED) if len(text) > 1 else Findings([], [], [], None)
    return render(
        request, "search/suggestions.html", {"text": text, "found": found, **_shown(request, found)}
    )


urlpatterns = [path("", search, name="search"), path("suggest/", suggest, name="search-suggest")]
