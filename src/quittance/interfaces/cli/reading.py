"""What is typed behind an option: days, amounts, rates, names. What cannot be read is wrong usage."""

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

import typer

from quittance.domain.law import read_toml
from quittance.domain.money import NotAnAmount, parse_cents
from quittance.domain.terms import PaymentTerm, TermUnreadable, parse_term
from quittance.formats.cells import MAX_AMOUNT_CENTS, NotReadable, parse_date

Choice = TypeVar("Choice", bound=Enum)
_USUAL_TERMS = (
    "NET_30",
    "NET_45",
    "NET_60",
    "EOM30_A",
    "EOM45_A",
    "EOM45_B",
    "30 jours",
    "60 jours date de facture",
    "30 jours fin de mois",
    "45 jours fin de mois",
    "fin de mois + 45 jours",
    "à réception",
    "comptant",
)


def read_day(text: str, option: str) -> date:
    """Read `2026-12-31` or `31/12/2026`."""
    try:
        return parse_date(text.strip())
    except NotReadable as unreadable:
        raise typer.BadParameter(f"{unreadable}.", param_hint=option) from unreadable


def read_day_or_none(text: str, option: str) -> date | None:
    """Read a day, where none may be given."""
    return read_day(text, option) if text else None


def read_cents(text: str, option: str) -> int:
    """Read an amount in euros, `1200.00` or `1 200,00`, as cents."""
    try:
        cents = parse_cents(text)
    except NotAnAmount as unreadable:
        raise typer.BadParameter(str(unreadable), param_hint=option) from unreadable
    if abs(cents) > MAX_AMOUNT_CENTS:
        raise typer.BadParameter(f"« {text} » est trop grand pour un montant.", param_hint=option)
    return cents


def read_dated_cents(text: str, option: str) -> tuple[date, int]:
    """Read `DATE:AMOUNT`."""
    day, separator, amount = text.partition(":")
    if not separator:
        raise typer.BadParameter(
            f"« {text} » n'est pas une date et un montant. Écrivez-les ainsi : 2026-07-30:600.00.",
            param_hint=option,
        )
    return read_day(day, option), read_cents(amount, option)


def read_rate_bp(text: str, option: str) -> int:
    """Read a percentage, `8.00`, `8,5` or `8 %`, as basis points; at most 100 %."""
    try:
        rate_bp = parse_cents(text.replace("%", ""))
    except NotAnAmount:
        rate_bp = -1
    if not 0 <= rate_bp <= 10_000:
        raise typer.BadParameter(
            f"« {text} » n'est pas un taux entre 0 et 100 %, à deux décimales au plus. "
            "Écrivez-le ainsi : 8,25.",
            param_hint=option,
        )
    return rate_bp


_NO_ALIAS: Mapping[str, Any] = MappingProxyType({})


def read_choice(
    choices: type[Choice], text: str, option: str, aliases: Mapping[str, Choice] = _NO_ALIAS
) -> Choice:
    """Read one of the choices by the word that the help shows for it, or by one of its other names.

    A word close to one is suggested.
    """
    words = {choice_word(choice): choice for choice in choices}
    known = {**aliases, **words}
    word = text.strip().casefold().replace("_", "-").replace(" ", "-")
    found = known.get(word)
    if found is None:
        message = f"« {text} » n'est pas un choix connu.{suggestion(word, known)} Choix : {', '.join(words)}."
        raise typer.BadParameter(message, param_hint=option)
    return found


def choice_word(choice: Enum) -> str:
    """The word of a choice on the command line: its value where that is a text, else its name."""
    word = choice.value if isinstance(choice.value, str) else choice.name
    return word.casefold().replace("_", "-")


def choice_words(choices: type[Enum]) -> str:
    """All the words of a choice, for a help text."""
    return ", ".join(map(choice_word, choices))


def read_term(text: str, option: str) -> PaymentTerm:
    """Read a payment term by its code or in French; the nearest known one is suggested."""
    try:
        return parse_term(text)
    except TermUnreadable as unreadable:
        known = (*_USUAL_TERMS, *(row["code"] for row in read_toml("payment_caps.toml")["term"]))
        near = "" if unreadable.proposal else suggestion(text, known)
        message = f"« {text[:80]} » n'est pas un délai de paiement connu.{near}" if near else str(unreadable)
        raise typer.BadParameter(message, param_hint=option) from unreadable


def suggestion(text: str, known: Iterable[str]) -> str:
    """A French question that names the known word nearest to what was typed; empty where none is near."""
    by_plain = {word.casefold(): word for word in known}
    near = get_close_matches(text.strip().casefold(), by_plain, n=1)
    return f" Vouliez-vous dire « {by_plain[near[0]]} » ?" if near else ""
