"""The first visit: an account, a company, the invoices, the bank."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.interfaces.web.walls import open_to_all


@open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """The first step."""
    return render(request, "start.html")


urlpatterns = [path("", start, name="start")]
