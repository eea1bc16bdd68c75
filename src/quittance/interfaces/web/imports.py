"""Import."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.IMPORT)
def imports(request: SeatedRequest) -> HttpResponse:
    """Import."""
    return render(request, "imports/list.html", {"page": "imports"})


urlpatterns = [path("", imports, name="imports")]
