"""What is said of customers: where things stand, the risk and its facts, kinds, tones and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quittance.domain.risk import RiskLevel
from quittance.domain.texts import typography
from quittance.domain.texts.library import words
from quittance.interfaces.web.invoices.words import Badge, in_english, near_day, state_word

if TYPE_CHECKING:
    from datetime import date

    from quittance.collection.models import Dispute
    from quittance.domain.risk import Risk, RiskFact
    from quittance.flows.customer_list import Standing

KINDS = (
    ("b2b", gettext_lazy("Entreprise")),
    ("public", gettext_lazy("Acheteur public")),
    ("consumer", gettext_lazy("Particulier")),
)
TONES = (
    ("warm", gettext_lazy("Chaleureux")),
    ("neutral", gettext_lazy("Neutre")),
    ("firm", gettext_lazy("Ferme")),
)
LANGUAGES = (("fr", gettext_lazy("Français")), ("en", gettext_lazy("Anglais")))
ADDRESS_FORMS = (("vous", gettext_lazy("Vous")), ("tu", gettext_lazy("Tu")))
ROLES = (
    ("billing", gettext_lazy("Facturation")),
    ("accounts_payable", gettext_lazy("Règlements")),
    ("manager", gettext_lazy("Direction")),
)
RISKS = (
    ("high", gettext_lazy("Élevé")),
    ("watch", gettext_lazy("À surveiller")),
    ("low", gettext_lazy("Faible")),
    ("none", gettext_lazy("Aucun")),
)
_RISK_LOOKS = {
    RiskLevel.HIGH: ("late", "triangle-alert"),
    RiskLevel.WATCH: ("warn", "eye"),
    RiskLevel.LOW: ("ok", "circle-check"),
    RiskLevel.NONE: ("quiet", "circle-minus"),
}
_STANDING_LOOKS = {
    "disputed": ("hold", "scale"),
    "promised": ("info", "handshake"),
    "paused": ("hold", "circle-pause"),
    "late": ("late", "clock"),
    "up_to_date": ("ok", "circle-check"),
}


def standing_badge(standing: Standing, today: date) -> Badge:
    """Say where things stand with a customer; the days late stand in a figure of their own."""
    tone, icon = _STANDING_LOOKS[standing.code]
    day = near_day(standing.on, today) if standing.on else ""
    said = {
        "disputed": _("Litige du %(day)s"),
        "promised": _("Promis le %(day)s"),
        "paused": _("En pause jusqu'au %(day)s"),
        "late": _("En retard"),
        "up_to_date": _("À jour"),
    }[standing.code]
    return Badge(tone, icon, said % {"day": day} if standing.on else said)


def risk_badge(risk: Risk) -> Badge:
    """Say the level of a risk."""
    tone, icon = _RISK_LOOKS[risk.level]
    return Badge(tone, icon, str(dict(RISKS)[risk.level.value]))


def said_of_promises(risk: Risk) -> str:
    """Say which promises were broken: of the facts, the one that no column of the list shows."""
    return ", ".join(_short(fact) for fact in risk.facts if fact.code == "promises")


def heaviest(risk: Risk) -> str:
    """Say in a few words what makes the level, where there is something to worry about."""
    if risk.level not in (RiskLevel.HIGH, RiskLevel.WATCH):
        return ""
    return ", ".join(_short(fact) for fact in risk.facts if fact.weighs == risk.level)


def risk_sentences(risk: Risk, open_cents: int, overdue_cents: int) -> list[tuple[Badge, str]]:
    """Say each fact in a sentence, with where it stands."""
    return [
        (Badge(*_RISK_LOOKS[fact.weighs], ""), _sentence(fact, open_cents, overdue_cents))
        for fact in risk.facts
    ]


def _short(fact: RiskFact) -> str:
    if fact.code == "oldest":
        return ngettext("%(n)s jour de retard", "%(n)s jours de retard", fact.value) % {"n": fact.value}
    if fact.code == "share":
        return _("retard sur plus de la moitié")
    return ngettext("%(n)s promesse non tenue", "%(n)s promesses non tenues", fact.value) % {"n": fact.value}


def _sentence(fact: RiskFact, open_cents: int, overdue_cents: int) -> str:
    language: typography.Language = "en" if in_english() else "fr"
    if fact.code == "oldest":
        return ngettext(
            "La plus ancienne facture a %(n)s jour de retard", "La plus ancienne facture a %(n)s jours de retard",
            fact.value,
        ) % {"n": fact.value}  # fmt: skip
    if fact.code == "share":
        return _("%(overdue)s en retard sur %(open)s dus") % {
            "overdue": typography.money(overdue_cents, language),
            "open": typography.money(open_cents, language),
        }
    if fact.code == "promises":
        return ngettext(
            "%(n)s promesse non tenue depuis un an", "%(n)s promesses non tenues depuis un an", fact.value
        ) % {"n": fact.value}
    return _("Rien n'est en retard") if fact.code == "nothing_overdue" else _("Rien n'est dû")


_MESSAGE_LOOKS = {
    "queued": ("info", "clock", "queued"),
    "sending": ("info", "send", "queued"),
    "sent": ("ok", "check", "sent"),
    "in_doubt": ("warn", "circle-alert", ""),
    "refused": ("late", "mail-x", "bounced"),
    "cancelled": ("quiet", "ban", "cancelled"),
}
_PROMISE_LOOKS = {
    "open": ("info", "clock"),
    "kept": ("ok", "check"),
    "part_kept": ("late", "circle-x"),
    "broken": ("late", "circle-x"),
    "moved": ("quiet", "rotate-ccw"),
}
_METHODS = {
    "transfer": gettext_lazy("Virement reçu"),
    "cheque": gettext_lazy("Chèque reçu"),
    "cash": gettext_lazy("Espèces reçues"),
    "card": gettext_lazy("Paiement par carte"),
    "other": gettext_lazy("Règlement reçu"),
}
_DISPUTES = {
    "price": gettext_lazy("le prix"),
    "quantity": gettext_lazy("la quantité"),
    "quality": gettext_lazy("la qualité"),
    "delivery": gettext_lazy("la livraison"),
    "order": gettext_lazy("la commande"),
    "duplicate": gettext_lazy("un doublon"),
    "not_received": gettext_lazy("une facture non reçue"),
    "other": gettext_lazy("un autre point"),
}


def message_badge(state: str) -> Badge:
    """Say what became of a message."""
    tone, icon, code = _MESSAGE_LOOKS[state]
    return Badge(tone, icon, state_word("reminder", code) if code else _("Partie, peut-être"))


def promise_badge(state: str) -> Badge:
    """Say whether a promise was kept."""
    if state == "withdrawn":
        return Badge("quiet", "ban", _("Retirée"))
    tone, icon = _PROMISE_LOOKS[state]
    return Badge(tone, icon, state_word("promise", state))


def call_words(outcome: str) -> str:
    """Say what came of a call."""
    found = words("call").sections["outcomes"].get(outcome)
    return found[in_english()] if found else outcome


def dispute_words(dispute: Dispute) -> str:
    """Say what a dispute is about."""
    return str(_DISPUTES[dispute.category])


def method_words(method: str) -> str:
    """Say how money came."""
    return str(_METHODS[method])


def month_words(on: date) -> str:
    """A month as the head of what happened in it: `Novembre 2026`."""
    months = typography.ENGLISH_MONTHS if in_english() else typography.FRENCH_MONTHS
    return f"{months[on.month - 1].capitalize()} {on.year}"
