"""People: signing in, their own account."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from quittance.interfaces.web.walls import SignedInRequest, signed_in


class Adapter(DefaultAccountAdapter):
    """Nobody makes an account alone: the first visit does, then invitations."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never by allauth's own page."""
        return False


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address with which somebody tries to come in, for the count of failures."""
    tried = (
        (credentials or {}).get("email")
        or (credentials or {}).get("username")
        or request.POST.get("login", "")
    )
    return str(tried).casefold()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind our own proxy, what the proxy says."""
    if settings.BEHIND_PROXY:
        return (
            request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            or request.META["REMOTE_ADDR"]
        )
    return str(request.META.get("REMOTE_ADDR", ""))


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Too many failures: a pause of a quarter of an hour."""
    return render(request, "people/locked_out.html", status=429)


@signed_in
def me(request: SignedInRequest) -> HttpResponse:
    """My account."""
    return render(request, "people/me.html", {"page": "me"})


urlpatterns = [path("", me, name="me")]
