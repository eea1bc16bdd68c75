"""Factures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.READ)
def invoices(request: SeatedRequest) -> HttpResponse:
    """Factures."""
    return render(request, "invoices/list.html", {"page": "invoices"})


urlpatterns = [path("", invoices, name="invoices")]
