"""The sections of the settings, and the page around each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from quittance.domain.access import Right

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.functional import Promise

    from quittance.interfaces.web.walls import SeatedRequest


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the settings: its address, its words, and who sees it."""

    name: str
    words: str | Promise
    right: Right


SECTIONS = (
    Section("settings", _("Société"), Right.SETTINGS),
    Section("settings-brand", _("Documents"), Right.SETTINGS),
    Section("settings-accounts", _("Comptes bancaires"), Right.SETTINGS),
    Section("members", _("Personnes"), Right.PEOPLE),
    Section("settings-mailbox", _("Messagerie"), Right.SETTINGS),
    Section("settings-law", _("Paramètres légaux"), Right.SETTINGS),
    Section("settings-export", _("Export"), Right.EXPORT),
    Section("settings-journal", _("Journal"), Right.JOURNAL),
)


def show(
    request: SeatedRequest, name: str, context: dict[str, Any], *, template: str = "", status: int = 200
) -> HttpResponse:
    """Show a section of the settings, with the others that this person may open."""
    file = template or name.removeprefix("settings-").replace("settings", "company")
    around = {"page": "settings", "sections": _sections(request), "section": name}
    return render(request, f"settings/{file}.html", around | context, status=status)


def _sections(request: SeatedRequest) -> list[tuple[Section, str]]:
    """The sections of this person, each with its address; one whose pages are not there is left out."""
    found = []
    for section in SECTIONS:
        if request.seat.may(section.right):
            try:
                found.append((section, reverse(section.name, args=[request.seat.company.slug])))
            except NoReverseMatch:
                continue
    return found
