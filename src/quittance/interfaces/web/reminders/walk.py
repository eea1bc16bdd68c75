"""The morning's list, from one customer to the next: of one company, or of all (`?of=all`)."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
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


def places(found: list[Morning]) -> Iterator[Place]:
    """Whom to write to, then whom to call, what is at stake first."""
    for part in ("messages", "calls"):
        rows = [
            ((one.stake, morning.company.slug, one.customer_id) for one in getattr(morning.agenda, part))
            for morning in found
        ]
        for _, slug, customer_id in heapq.merge(*rows):
            yield slug, customer_id


def walk(request: SeatedRequest, customer_id: int) -> Walk:
    """Say who comes before and after a customer; after one who has left the list comes the first of it."""
    of_all = request.GET.get("of") == "all"
    found = open_mornings(request) if of_all else mornings([request.seat], request.today)
    query = "?of=all" if of_all else ""
    here = (request.seat.company.slug, customer_id)
    rank, before, after = _around(places(found), here)
    if not rank:
        after = next(places(found), None)
    return Walk(
        rank,
        sum(morning.agenda.owed_count for morning in found),
        _address(before, query),
        _address(after, query),
        reverse("today") if of_all else reverse("company", args=[request.seat.company.slug]),
        query,
    )


def _around(listed: Iterator[Place], here: Place) -> tuple[int, Place | None, Place | None]:
    """Return the rank of a place, 0 if it is not in the list, and its neighbours."""
    before = None
    for rank, place in enumerate(listed, start=1):
        if place == here:
            return rank, before, next(listed, None)
        before = place
    return 0, None, None


def _address(place: Place | None, query: str) -> str:
    return reverse("reminder", args=place) + query if place else ""
