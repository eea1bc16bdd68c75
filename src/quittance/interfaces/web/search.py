"""Searching everywhere."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.interfaces.web.walls import SignedInRequest, signed_in


@signed_in
def search(request: SignedInRequest) -> HttpResponse:
    """Find customers and invoices."""
    return render(request, "search.html")


urlpatterns = [path("", search, name="search")]
