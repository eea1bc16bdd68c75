"""Aujourd'hui: what is to be done this morning, in all companies or in one."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, SignedInRequest, seated, signed_in


@signed_in
def of_all(request: SignedInRequest) -> HttpResponse:
    """The morning of all companies; before there is any, the first steps."""
    if not request.seats:
        return redirect("start")
    return render(request, "today/morning.html", {"page": "today"})


@seated(Right.READ)
def of_company(request: SeatedRequest) -> HttpResponse:
    """The morning of one company."""
    return render(request, "today/morning.html", {"page": "today"})
