"""Relances."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.REMIND)
def reminders(request: SeatedRequest) -> HttpResponse:
    """Relances."""
    return render(request, "reminders/list.html", {"page": "reminders"})


urlpatterns = [path("", reminders, name="reminders")]
