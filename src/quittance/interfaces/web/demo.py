"""The demonstration's door: anybody comes in as anyone of the sample companies (`quittance serve --demo` alone)."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from quittance.company.roster import memberships
from quittance.interfaces.web.walls import open_to_all
from quittance.people.queries import person_by_id

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
def people(request: HttpRequest) -> HttpResponse:
    """The people of the demonstration, and what each may do."""
    _only_in_a_demonstration()
    return render(request, "demo.html", {"memberships": memberships()})


@open_to_all
@require_POST
def come_in(request: HttpRequest, person_id: int) -> HttpResponse:
    """Come in as one of them."""
    _only_in_a_demonstration()
    person = person_by_id(person_id)
    if person is None:
        raise Http404
    login(request, person, backend=_BACKEND)
    return redirect("today")


def _only_in_a_demonstration() -> None:
    if not settings.DEMO:
        raise Http404


urlpatterns = [path("", people, name="demo"), path("<int:person_id>/", come_in, name="demo-come-in")]
