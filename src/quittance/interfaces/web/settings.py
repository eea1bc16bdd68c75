"""Reglages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.SETTINGS)
def settings(request: SeatedRequest) -> HttpResponse:
    """Reglages."""
    return render(request, "settings/list.html", {"page": "settings"})


urlpatterns = [path("", settings, name="settings")]
