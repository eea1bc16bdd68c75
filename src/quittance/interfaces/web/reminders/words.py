"""How the steps of a plan and the outcomes of calls are called on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from quittance.domain.reminders import CALL_AGAIN
from quittance.domain.texts import library
from quittance.domain.texts.render import rest_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    from quittance.domain.texts.typography import Language


class StepWords(NamedTuple):
    """A step in words, with the icon and the tone that go with it."""

    words: str
    icon: str
    tone: str


_BY_TEXT: dict[str, tuple[Promise | str, str, str]] = {
    "before_due": (_("Rappel avant l'échéance"), "mail", "info"),
    "reminder_1": (_("Relance courtoise"), "mail", "late"),
    "reminder_2": (_("Relance ferme"), "mail", "late"),
    "before_formal_notice": (_("Dernier avis"), "mail", "late"),
    "formal_notice": (_("Mise en demeure"), "stamp", "grave"),
    "public_reminder": (_("Rappel"), "mail", "late"),
    "public_interest": (_("Intérêts moratoires"), "mail", "late"),
    "consumer_reminder_1": (_("Relance courtoise"), "mail", "late"),
    "consumer_reminder_2": (_("Relance ferme"), "mail", "late"),
    "consumer_formal_notice": (_("Mise en demeure"), "stamp", "grave"),
}


def step_words(code: str, channel: str, text: str) -> StepWords:
    """Say what a step is."""
    if code == CALL_AGAIN:
        return StepWords(gettext("Appel convenu"), "phone-call", "info")
    if channel == "call":
        return StepWords(gettext("Appel"), "phone", "info")
    if text in _BY_TEXT:
        words, icon, tone = _BY_TEXT[text]
        return StepWords(str(words), icon, tone)
    if channel == "letter":
        return StepWords(gettext("Mise en demeure"), "stamp", "grave")
    return StepWords(gettext("Relance %(step)s") % {"step": code}, "mail", "late")


def language() -> Language:
    """The language of the page."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def rest_words(code: str, facts: Mapping[str, object]) -> tuple[str, str]:
    """Say why a customer is left alone, and what ends it."""
    said = rest_sentence(code, facts, language())
    return said.sentence, said.ends


def rest_short(code: str) -> str:
    """Say a reason to leave alone in a word or two."""
    rest = library.rests()[code]
    return rest.short_en if language() == "en" else rest.short_fr


REST_ICONS = {
    "promised": "handshake",
    "gap": "clock",
    "disputed": "scale",
    "credit_unmatched": "landmark",
    "paused": "circle-pause",
    "claims_paid": "search",
    "call_again": "phone-call",
    "bank_stale": "landmark",
    "bank_never": "landmark",
    "no_contact": "mail-x",
    "bounced": "mail-x",
    "plan_finished": "list-checks",
    "credit_covers": "piggy-bank",
    "too_small": "minus",
    "missing_variable": "pencil",
    "rate_missing": "percent",
}


def rest_icon(code: str) -> str:
    """The icon of a reason to leave alone."""
    return REST_ICONS.get(code, "circle-pause")


OUTCOMES: dict[str, Promise | str] = {
    "promise": _("Promet de payer, pour un montant et un jour"),
    "paid": _("Dit avoir payé"),
    "dispute": _("Conteste une facture"),
    "resend": _("N'a pas reçu la facture : à renvoyer"),
    "awaiting_approval": _("Attend une validation chez lui"),
    "callback": _("Demande à être rappelé"),
    "no_answer": _("Pas de réponse"),
    "voicemail": _("Message laissé (nom et numéro seulement)"),
    "plan": _("Demande un échéancier"),
    "other_contact": _("Il faut voir quelqu'un d'autre"),
    "refuses": _("Refuse de payer"),
    "wrong_number": _("Mauvais numéro"),
    "in_difficulty": _("Entreprise en difficulté"),
}
CATEGORIES: dict[str, Promise | str] = {
    "price": _("Le prix"),
    "quantity": _("La quantité"),
    "quality": _("La qualité"),
    "delivery": _("La livraison"),
    "order": _("La commande"),
    "duplicate": _("Facture en double"),
    "not_received": _("Rien reçu"),
    "other": _("Autre chose"),
}
SETTLED: dict[str, Promise | str] = {
    "credit": _("Un avoir est fait"),
    "gesture": _("Un geste est fait"),
    "refused": _("La facture reste due"),
    "withdrawn": _("Le client y renonce"),
}
