"""The walls: who is asking, for which company, with which right. Every view stands behind one of these.

A company that is not theirs does not exist for a person (404); a right that they lack is told, with who has it (403).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from quittance.company.seats import Seat, seats_of
from quittance.customers.queries import customer_of
from quittance.domain.access import Right
from quittance.gateways.clock import civil_day, instant
from quittance.people.queries import anybody

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from quittance.customers.models import Customer
    from quittance.people.models import Person


class SignedInRequest(HttpRequest):
    """The request of somebody known. `today` and `at`: the one reading of the clock."""

    person: Person
    seats: list[Seat]
    today: date
    at: datetime
    htmx: HtmxDetails


class SeatedRequest(SignedInRequest):
    """The request of somebody in one company."""

    seat: Seat


AnyView = Callable[..., HttpResponseBase]


def signed_in(view: AnyView) -> AnyView:
    """Let in whoever has an account; `request.seats` are their companies."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _at_the_door(request)
        return view(_known(request), **kwargs)

    guarded.wall = "signed_in"  # type: ignore[attr-defined]
    return guarded


def seated(right: Right) -> Callable[[AnyView], AnyView]:
    """Let in whoever has this right in the company of the address (`slug`); `request.seat` is their place there."""

    def wall(view: AnyView) -> AnyView:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _at_the_door(request)
            known = _known(request)
            seat = next((seat for seat in known.seats if seat.company.slug == slug), None)
            if seat is None:
                raise Http404
            known.seat = seat  # type: ignore[attr-defined]
            if not seat.may(right):
                raise PermissionDenied(right)
            return view(cast("SeatedRequest", known), **kwargs)

        guarded.wall = right  # type: ignore[attr-defined]
        return guarded

    return wall


def _at_the_door(request: HttpRequest) -> HttpResponse:
    """Ask who it is; where nobody has an account yet, this is the first visit."""
    if not anybody():
        return redirect("start")
    return redirect_to_login(request.get_full_path())


def open_to_all(view: AnyView) -> AnyView:
    """Let in anybody: the first visit, an invitation, the icons. What it shows is of no company."""
    view.wall = "open"  # type: ignore[attr-defined]
    return view


def _known(request: HttpRequest) -> SignedInRequest:
    known = cast("SignedInRequest", request)
    known.at = instant()
    known.today = civil_day(known.at)
    known.person = cast("Person", request.user)
    known.seats = seats_of(known.person.pk, known.today)
    return known


def their_customer(request: SeatedRequest, customer_id: int) -> Customer:
    """Return a customer of the company that this person may see, or say that there is none (404)."""
    customer = customer_of(request.seat.company.pk, customer_id, in_charge_id=request.seat.only_in_charge_id)
    if customer is None:
        raise Http404
    return customer
