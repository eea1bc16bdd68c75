"""Tableau."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.INSIGHTS)
def insights(request: SeatedRequest) -> HttpResponse:
    """Tableau."""
    return render(request, "insights/list.html", {"page": "insights"})


urlpatterns = [path("", insights, name="insights")]
