"""Plans."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.READ)
def plans(request: SeatedRequest) -> HttpResponse:
    """Plans."""
    return render(request, "plans/list.html", {"page": "plans"})


urlpatterns = [path("", plans, name="plans")]
