"""My account: my name, my language, what protects the account, my companies; on a phone, the way to the other pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from quittance.company.roster import mandate_of, standing_mandates_of
from quittance.flows.mandate_paper import mandate_paper
from quittance.interfaces.web.people.forms import MyAccountForm
from quittance.interfaces.web.people.words import place_words, step_words
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SignedInRequest, signed_in
from quittance.people.operations import change_person, sign_out_elsewhere

if TYPE_CHECKING:
    from quittance.domain.texts.typography import Language


@signed_in
def me(request: SignedInRequest) -> HttpResponse:
    """My account."""
    person = request.person
    form = MyAccountForm(
        request.POST or None,
        initial={"name": person.name, "language": person.language, "theme": person.theme},
    )
    if request.method == "POST" and form.is_valid():
        person = change_person(person_id=person.pk, **form.cleaned_data)
        with translation.override(person.language):
            toast(request, _("Enregistré."))
        return redirect("me")
    mandates = standing_mandates_of(person.pk, request.today)
    kinds = list(Authenticator.objects.filter(user_id=person.pk).values_list("type", flat=True))
    context = {
        "page": "me",
        "form": form,
        "places": [
            (seat, place_words(seat.member), mandate, step_words(mandate.up_to_days) if mandate else "")
            for seat in request.seats
            for mandate in (mandates.get(seat.company.pk),)
        ],
        "has_codes": Authenticator.Type.TOTP in kinds,
        "keys": kinds.count(Authenticator.Type.WEBAUTHN),
    }
    return render(request, "people/me.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def leave_other_devices(request: SignedInRequest) -> HttpResponse:
    """End every other session of mine."""
    ended = sign_out_elsewhere(
        person_id=request.person.pk, here=request.session.session_key or "", at=request.at
    )
    words = ngettext("Un autre appareil déconnecté.", "%(count)s autres appareils déconnectés.", ended)
    toast(request, words % {"count": ended} if ended else _("Vous n'étiez connecté qu'ici."))
    return redirect("me")


@signed_in
def my_mandate(request: SignedInRequest, mandate_id: int) -> HttpResponse:
    """A mandate of mine, to read and print."""
    mandate = mandate_of(mandate_id, person_id=request.person.pk)
    if mandate is None:
        raise Http404
    paper = mandate_paper(mandate, language_of_page())
    return render(request, "people/mandate.html", {"page": "me", "mandate": mandate, "paper": paper})


def language_of_page() -> Language:
    """The language in which documents of this page are written."""
    return "en" if (translation.get_language() or "fr").startswith("en") else "fr"
