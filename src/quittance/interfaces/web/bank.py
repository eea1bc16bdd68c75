"""Banque."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.BANK)
def bank(request: SeatedRequest) -> HttpResponse:
    """Banque."""
    return render(request, "bank/list.html", {"page": "bank"})


urlpatterns = [path("", bank, name="bank")]
