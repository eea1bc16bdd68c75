"""Where an invoice stands, in words: a state and its fact, with its colour and icon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from quittance.domain.texts import typography
from quittance.domain.texts.library import words

if TYPE_CHECKING:
    from quittance.domain.standing import Standing

_LOOKS = {
    "paid": ("ok", "circle-check"),
    "credited": ("quiet", "file-x"),
    "written_off": ("quiet", "circle-minus"),
    "disputed": ("hold", "scale"),
    "may_be_paid": ("warn", "landmark"),
    "promised": ("info", "handshake"),
    "promise_broken": ("late", "circle-x"),
    "paused": ("hold", "circle-pause"),
    "reminded": ("late", "mail"),
    "overdue": ("late", "clock"),
    "due_soon": ("warn", "calendar-clock"),
    "not_due": ("quiet", "calendar"),
    "credit": ("info", "piggy-bank"),
    "credit_used": ("quiet", "check"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A status: its colour, its icon, and what it says with its fact."""

    tone: str
    icon: str
    words: str


def badge(standing: Standing, today: date) -> Badge:
    """Say where an invoice stands."""
    tone, icon = _LOOKS[standing.code]
    return Badge(tone, icon, _said(standing, today))


def in_english() -> bool:
    """Whether the reader reads English; as a number, the place of English in the files of words."""
    return (get_language() or "fr").startswith("en")


def near_day(on: date, today: date) -> str:
    """A day as one says it: without its year where it is this one."""
    text = typography.day(on, "en" if in_english() else "fr")
    return text.removesuffix(f"{on.year}").rstrip(" \u00a0,") if on.year == today.year else text


def state_word(section: str, code: str) -> str:
    """A state as `states.toml` names it."""
    return words("states").sections[section][code][in_english()]


def _said(standing: Standing, today: date) -> str:
    code, day = standing.code, near_day(standing.on, today) if standing.on else ""
    if code == "overdue":
        return ngettext("En retard de %(days)s jour", "En retard de %(days)s jours", standing.days) % {
            "days": standing.days
        }
    if code == "due_soon" and standing.days == 0:
        return _("À régler aujourd'hui")
    sentences = {
        "paid": _("Réglée le %(day)s") if day else state_word("invoice", "paid"),
        "credited": state_word("invoice", "credited"),
        "written_off": state_word("invoice", "written_off"),
        "disputed": _("Litige ouvert le %(day)s"),
        "may_be_paid": _("Peut-être payée, à vérifier"),
        "promised": _("Promis le %(day)s"),
        "promise_broken": _("Promesse du %(day)s non tenue"),
        "paused": _("Pause jusqu'au %(day)s"),
        "reminded": _("Relancée le %(day)s"),
        "due_soon": _("À régler le %(day)s"),
        "not_due": _("À échoir le %(day)s"),
        "credit": _("Avoir à utiliser"),
        "credit_used": _("Avoir utilisé"),
    }
    sentence = sentences[code]
    return sentence % {"day": day} if "%(day)s" in sentence else sentence
