"""The link of an invitation: an account is made, or the one that is signed in joins."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from quittance.company.membership import MembershipRefused, token_hash
from quittance.company.roster import open_invitation
from quittance.flows.join_company import join, join_with_new_account
from quittance.gateways.clock import instant
from quittance.interfaces.web.people.forms import JoinForm
from quittance.interfaces.web.people.words import ROLES
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.start import SIGN_IN
from quittance.interfaces.web.walls import open_to_all
from quittance.people.operations import AddressTaken
from quittance.people.queries import person_by_email

if TYPE_CHECKING:
    from datetime import datetime

    from quittance.company.models import Invitation
    from quittance.people.models import Person


@open_to_all
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered, by whom, and how to accept. A link that no longer opens says so, whatever it was."""
    at = instant()
    found = open_invitation(token_hash(token), at)
    if found is None:
        return render(request, "people/invitation_closed.html", status=404)
    if request.user.is_authenticated:
        return _with_this_account(request, found, token, at)
    if person_by_email(found.email) is not None:
        return _shown(request, found, known=True)
    return _with_a_new_account(request, found, token, at)


def _with_this_account(request: HttpRequest, found: Invitation, token: str, at: datetime) -> HttpResponse:
    person = cast("Person", request.user)
    if person.email.lower() != found.email.lower():
        return _shown(request, found, other=True, status=422 if request.method == "POST" else 200)
    if request.method != "POST":
        return _shown(request, found, ready=True)
    try:
        join(token=token, person=person, at=at)
    except MembershipRefused as refused:
        return _shown(request, found, refused=str(refused), status=422)
    return _welcome(request, found)


def _with_a_new_account(request: HttpRequest, found: Invitation, token: str, at: datetime) -> HttpResponse:
    form = JoinForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            person = join_with_new_account(
                invitation=found,
                token=token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language="en" if (get_language() or "fr").startswith("en") else "fr",
                at=at,
            )
        except (AddressTaken, MembershipRefused) as refused:
            form.add_error(None, str(refused))
        else:
            login(request, person, backend=SIGN_IN)
            return _welcome(request, found)
    return _shown(request, found, form=form, status=422 if form.errors else 200)


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    toast(request, _("Bienvenue chez %(company)s.") % {"company": found.company.name})
    return redirect("company", slug=found.company.slug)


def _shown(request: HttpRequest, found: Invitation, *, status: int = 200, **context: object) -> HttpResponse:
    role, what = ROLES[found.role]
    around = {"invitation": found, "role": role, "what": what}
    return render(request, "people/invitation.html", around | context, status=status)
