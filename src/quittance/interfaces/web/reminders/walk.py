"""The morning's list, from one customer to the next: of one company, or of all (`?of=all`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from quittance.flows.morning import Morning, mornings

if TYPE_CHECKING:
    from quittance.interfaces.web.walls import SeatedRequest, SignedInRequest

Place = tuple[str, int]  # the company's short name, the customer


@dataclass(frozen=True, slots=True)
class Walk:
    """Where one stands in the list. `rank` counts from 1; 0 for a customer who is not in it."""

    rank: int
    count: int
    previous: str
    next: str
    back: str
    query: str


def open_mornings(request: SignedInRequest) -> list[Morning]:
    """The mornings of all companies where this person may do something."""
    return mornings([seat for seat in request.seats if seat.rights], request.today)


def places(found: list[Morning]) -> list[Place]:
    """Whom to write to, then whom to call, what is at stake first."""
    rows = [(morning.company.slug, one) for morning in found for one in morning.agenda.owed]
    rows.sort(key=lambda row: (row[1].channel == "call", row[1].stake))
    return [(slug, one.customer_id) for slug, one in rows]


def walk(request: SeatedRequest, customer_id: int) -> Walk:
    """Say who comes before and after a customer; after one who has left the list comes the first of it."""
    of_all = request.GET.get("of") == "all"
    found = open_mornings(request) if of_all else mornings([request.seat], request.today)
    query = "?of=all" if of_all else ""
    listed = places(found)
    here = (request.seat.company.slug, customer_id)
    rank = listed.index(here) + 1 if here in listed else 0
    around = [place for place in listed if place != here]
    before = listed[rank - 2] if rank > 1 else None
    after = listed[rank] if rank and rank < len(listed) else (around[0] if around and not rank else None)
    return Walk(
        rank,
        len(listed),
        _address(before, query),
        _address(after, query),
        reverse("today") if of_all else reverse("company", args=[request.seat.company.slug]),
        query,
    )


def _address(place: Place | None, query: str) -> str:
    return reverse("reminder", args=place) + query if place else ""
