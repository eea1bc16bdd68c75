"""The law in force: what each parameter is worth today, since when, and who says so. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from quittance.domain.access import Right
from quittance.domain.law import semester_of
from quittance.domain.law_in_force import (
    caps,
    ecb_in_force_since,
    first_semester,
    holidays_ahead,
    indemnities,
    missing_soon,
    rates_of,
    rates_since,
    time_limits,
)
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.functional import Promise

    from quittance.domain.law_in_force import LegalRate, LegalRule

_RATES: dict[str, str | Promise] = {
    "ecb": _("Taux BCE de référence"),
    "default_b2b": _("Pénalités entre professionnels, sans clause"),
    "public_buyer": _("Pénalités, acheteur public"),
    "legal_professional": _("Intérêt légal, créancier professionnel"),
    "legal_individual": _("Intérêt légal, créancier particulier"),
    "clause_floor": _("Plancher d'une clause de pénalités"),
}
# Where each rate is read; the remark of the table stands beside it.
_SOURCES: dict[str, str | Promise] = {
    "ecb": _("BCE, refinancement"),
    "default_b2b": _("C. com. L441-10 II : BCE + 10 points"),
    "public_buyer": _("CCP R2192-31 : BCE + 8 points"),
    "legal_professional": _("CMF L313-2, arrêté du semestre"),
    "legal_individual": _("CMF L313-2, arrêté du semestre"),
    "clause_floor": _("C. com. L441-10 II : 3 × l'intérêt légal"),
}
_INDEMNITIES: dict[str, str | Promise] = {
    "b2b": _("Indemnité forfaitaire, entre professionnels"),
    "public": _("Indemnité forfaitaire, acheteur public"),
}
_CAPS: dict[str, str | Promise] = {
    "general": _("Ventes entre professionnels"),
    "default": _("Sans délai convenu"),
    "periodic": _("Factures périodiques"),
    "perishable": _("Produits périssables"),
    "perishable_periodic": _("Produits périssables, factures périodiques"),
    "meat": _("Bétail et viandes fraîches"),
    "alcohol": _("Boissons alcooliques"),
    "wine": _("Raisins, moûts et vins"),
    "transport": _("Transport"),
    "public_state": _("État et collectivités"),
    "public_health": _("Établissements publics de santé"),
    "public_undertaking": _("Entreprises publiques"),
}


@seated(Right.SETTINGS)
def law(request: SeatedRequest) -> HttpResponse:
    """Every table of the law, as it stands today."""
    semester = semester_of(request.today)
    context = {
        "semester": semester,
        "rates": [
            (_RATES[rate.name], rate, _SOURCES[rate.name], _remark(rate)) for rate in rates_of(semester).rates
        ],
        "missing": missing_soon(request.today),
        "ecb_since": ecb_in_force_since(semester),
        "indemnities": _named(indemnities(request.today), _INDEMNITIES),
        "caps": _named(caps(request.today), _CAPS),
        "time_limits": time_limits(request.today),
        "holidays": holidays_ahead(request.today),
        "history": rates_since(first_semester(), semester),
        "rate_names": list(_RATES.values()),
    }
    return show(request, "settings-law", context)


def _remark(rate: LegalRate) -> str:
    """What the table says of the source where it is not sure: who reads it may check."""
    if rate.rate_bp is None:
        return rate.missing
    depends = str(_("Dépend de l'intérêt légal du semestre.")) if rate.name == "clause_floor" else rate.source
    return "" if rate.sure else depends


def _named(rules: list[LegalRule], names: dict[str, str | Promise]) -> list[tuple[str | Promise, LegalRule]]:
    """Give each rule its words; a rule of which this page does not know the words keeps its own name."""
    return [(names.get(rule.name, rule.name), rule) for rule in rules]
