"""My account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from quittance.interfaces.web.walls import SignedInRequest, signed_in


@signed_in
def me(request: SignedInRequest) -> HttpResponse:
    """My account."""
    return render(request, "people/me.html", {"page": "me"})
