"""What stands around every page: whose work this is, the pages, the search, what was just done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SignedInRequest, signed_in

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from quittance.company.seats import Seat


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the side: its name in the addresses, its words, its icon, and who sees it."""

    name: str
    words: str | Promise
    icon: str
    right: Right
    key: str  # pressed after « g »


PAGES = (
    Page("customers", _("Clients"), "users", Right.READ, "c"),
    Page("invoices", _("Factures"), "file-text", Right.READ, "f"),
    Page("bank", _("Banque"), "landmark", Right.BANK, "b"),
    Page("plans", _("Relances"), "send", Right.READ, "r"),
    Page("insights", _("Tableau de bord"), "chart-column", Right.INSIGHTS, "t"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template the seat, the seats and the pages. Nothing is counted here: pages count what they show."""
    seat: Seat | None = getattr(request, "seat", None)
    seats: list[Seat] = getattr(request, "seats", [])
    open_seats = [one for one in seats if one.rights]
    around = seat or (open_seats[0] if len(open_seats) == 1 else None)
    return {
        "seat": around if around and around.rights else None,
        "seats": open_seats,
        "pages": [page for page in PAGES if around and around.may(page.right)],
        "right": Right.__members__,
    }


def toast(request: HttpRequest, words: str, *, undo: str = "", icon: str = "check") -> None:
    """Say on the next page what was done, and offer the way back: `undo` is an address that is posted to."""
    messages.success(request, words, extra_tags=f"{icon} {undo}".strip())


@signed_in
def shortcuts(request: SignedInRequest) -> HttpResponse:
    """The help sheet: what each page is for, and the keys."""
    return render(cast("HttpRequest", request), "help.html", {"all_pages": PAGES})
