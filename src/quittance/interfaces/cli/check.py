"""`quittance check`: is this number well copied? Status 1 when it is not, with the reason."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from quittance.domain.identifiers import (
    Checked,
    check_iban,
    check_rf,
    check_rib,
    check_siren,
    check_siret,
    check_vat,
)
from quittance.domain.terms import TermUnreadable, parse_term
from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.output import REFUSED, print_json, say

app = typer.Typer(no_args_is_help=True, help="Vérifie un numéro ou un délai tel qu'il est écrit.")

_DERIVED_WORDS = {
    "siren": "SIREN",
    "vat": "numéro de TVA",
    "country": "pays",
    "bank": "banque",
    "branch": "guichet",
    "account": "compte",
    "rib_key": "clé RIB",
    "iban": "IBAN",
    "reference": "référence",
    "words": "en toutes lettres",
    "note": "à savoir",
}


def _check_term(text: str) -> Checked:
    try:
        term = parse_term(text)
    except TermUnreadable as unreadable:
        return Checked(False, "TERM", text, str(unreadable))
    return Checked(True, "TERM", term.code, derived={"words": term.french()})


def _add(name: str, check: Callable[[str], Checked], help: str, *, alias: str = "") -> None:
    def command(
        value: Annotated[
            list[str],
            typer.Argument(metavar="VALEUR", help="Ce qui est à vérifier ; les espaces ne gênent pas."),
        ],
        json: JsonOption = False,
    ) -> None:
        text = " ".join(value)
        checked = check(text) if text.strip() else Checked(False, name, "", _NOTHING)
        _answer(name, checked, json)

    app.command(name, help=help)(command)
    if alias:
        app.command(alias, help=help, hidden=True)(command)


_NOTHING = "Rien n'est à vérifier : la valeur est vide. Écrivez-la après le nom de la commande."


def _answer(kind: str, checked: Checked, json: bool) -> None:
    if json:
        print_json(
            {
                "valid": checked.valid,
                "kind": kind,
                "value": checked.value,
                "reason": checked.reason,
                "derived": dict(checked.derived),
            }
        )
    elif checked.valid:
        say(f"{checked.value} : correct.")
        for name, value in checked.derived.items():
            say(f"{_DERIVED_WORDS[name]} : {value}")
    else:
        print(checked.reason, file=sys.stderr)
    if not checked.valid:
        raise typer.Exit(REFUSED)


_add("siren", check_siren, "Vérifie un SIREN, et donne le numéro de TVA.")
_add("siret", check_siret, "Vérifie un SIRET.")
_add("vat", check_vat, "Vérifie un numéro de TVA français.", alias="tva")
_add("iban", check_iban, "Vérifie un IBAN.")
_add("rf", check_rf, "Vérifie une référence de paiement (RF, ISO 11649).")
_add("rib", check_rib, "Vérifie un RIB français, et donne l'IBAN.")
_add("term", _check_term, "Dit comment un délai de paiement est compris.")
