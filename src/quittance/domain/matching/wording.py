"""The facts beside a match, in the words of the screen."""

from collections.abc import Callable, Iterable

from quittance.domain.matching.values import Evidence, Fact
from quittance.domain.money import french_euros

_PLAIN = {
    "amount_exact": "montant exact",
    "amount_exact_sum": "somme exacte de {count} factures",
    "number_exact": "numéro de facture dans le libellé",
    "number_noisy": "numéro de facture reconnu malgré une saisie différente (« {seen} »)",
    "number_several": "{count} numéros de facture dans le libellé",
    "reference_rf": "référence de paiement exacte",
    "order_number": "numéro de commande dans le libellé",
    "payer_iban": "payeur reconnu par son IBAN",
    "payer_name_exact": "nom du payeur exact",
    "payer_name_close": "nom du payeur proche (« {seen} »)",
    "payer_reference": "référence du client dans le libellé",
    "payer_third": "payé par un tiers déjà vu pour ce client",
    "name_in_label": "nom du client dans le libellé",
    "issue_date": "date de la facture dans le libellé",
    "only_candidate": "seule facture possible",
    "several_said": "le libellé parle de plusieurs factures",
    "several_candidates": "{count} factures possibles : à vous de choisir",
    "oldest_first": "affecté à la plus ancienne, faute d'indication (C. civ. 1342-10)",
    "chosen": "choisi par {seen}",
    "credit_used": "pris sur le crédit du client",
    "lettering": "lettré dans la comptabilité (« {seen} »)",
    "same_as_fec": "même argent qu'un paiement de la comptabilité",
    "same_as_noted": "même argent qu'un paiement noté à la main",
    "already_settled": "la facture {invoice} est déjà payée : second paiement possible",
    "before_issue": "reçu avant l'émission de la facture {invoice}",
}


def _days_from_due(days: int) -> str:
    if days == 0:
        return "le jour de l'échéance"
    side = "après" if days > 0 else "avant"
    return f"{abs(days)} {'jour' if abs(days) == 1 else 'jours'} {side} l'échéance"


_COMPUTED: dict[str, Callable[[dict[str, int]], str]] = {
    "amount_short": lambda facts: f"il manque {french_euros(facts['gap_cents'])}",
    "amount_over": lambda facts: f"{french_euros(facts['gap_cents'])} de trop",
    "amount_fee": lambda facts: f"écart de {french_euros(facts['gap_cents'])}, frais bancaires possibles",
    "date_near": lambda facts: _days_from_due(facts["days"]),
}

WHY_NOT_IN_FRENCH = {
    "coincidence": "Le montant seul ne suffit pas : il peut être un hasard.",
    "two_customers": "Deux clients portent ce nom.",
    "disputed": "La facture est en litige : confirmez que ce paiement la concerne.",
    "several_sets": "Plusieurs factures ou groupes de factures conviennent aussi bien : choisissez.",
    "payer_unknown": "Le numéro désigne une facture, mais ni le montant ni le payeur ne concordent.",
    "amount_differs": "Le montant ne correspond à aucune facture ouverte de ce client.",
    "other_invoice": "Le libellé et le montant désignent des factures différentes.",
    "already_settled": "La facture est déjà payée : remboursez, ou gardez la somme au crédit du client.",
    "before_issue": "L'argent est arrivé avant la facture : confirmez qu'il la concerne.",
}


def _clause(evidence: Evidence) -> str:
    if evidence.code in _COMPUTED:
        return _COMPUTED[evidence.code]({name: _whole(fact) for name, fact in evidence.pairs})
    return _PLAIN[evidence.code].format(**evidence.facts)


def _whole(fact: Fact) -> int:
    assert isinstance(fact, int)
    return fact


def evidence_in_french(evidence: Iterable[Evidence]) -> str:
    """Write the facts as one sentence; empty for no fact.

    >>> evidence_in_french([Evidence.of("amount_exact"), Evidence.of("payer_iban")])
    'Montant exact, payeur reconnu par son IBAN.'
    """
    sentence = ", ".join(_clause(fact) for fact in evidence)
    return sentence[:1].upper() + sentence[1:] + "." if sentence else ""


def why_not_in_french(code: str) -> str:
    """Say why a line waits for a person; empty for a line that does not."""
    return WHY_NOT_IN_FRENCH[code] if code else ""
