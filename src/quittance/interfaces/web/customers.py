"""Clients."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.READ)
def customers(request: SeatedRequest) -> HttpResponse:
    """Clients."""
    return render(request, "customers/list.html", {"page": "customers"})


urlpatterns = [path("", customers, name="customers")]
