"""What people type to find something, and the keys it is found under: accents, case and separators do not count."""

from collections.abc import Iterable

from quittance.domain.matching.texts import plain
from quittance.domain.money import NotAnAmount, parse_cents

# Digits before letters, as every database sorts them: the end of a range of keys that start alike.
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def compact(text: str) -> str:
    """Keep the letters and digits, in capitals without accents.

    >>> compact("f-2026/0187 é")
    'F20260187E'
    """
    return "".join(character for character in plain(text) if character in _ALPHABET)


def folded(text: str) -> str:
    """Keep the words, in capitals without accents, one space apart.

    >>> folded("L'Île aux Œillets, SARL")
    'L ILE AUX OEILLETS SARL'
    """
    letters = (character if character.isalnum() else " " for character in plain(text))
    return " ".join("".join(letters).split())


def customer_key(*, name: str, payer_names: Iterable[str], reference: str, siren: str, iban: str) -> str:
    """Return what a customer is found by: its name first, so that the keys sort as the names do."""
    said = [folded(name), compact(reference), siren, compact(iban), *map(folded, payer_names)]
    return " ".join(part for part in said if part)


def key_after(prefix: str) -> str:
    """Return the first key that sorts after all those that start with a prefix; empty where there is none.

    >>> key_after("F2026"), key_after("FZZ"), key_after("ZZ")
    ('F2027', 'G', '')
    """
    kept = prefix.rstrip(_ALPHABET[-1])
    if not kept:
        return ""
    return kept[:-1] + _ALPHABET[_ALPHABET.index(kept[-1]) + 1]


def amount_typed(text: str) -> int | None:
    """Read an amount in what is typed, in cents; `None` where it is none.

    >>> amount_typed("1 234,56 €"), amount_typed("1234"), amount_typed("F-2026")
    (123456, 123400, None)
    """
    try:
        cents = parse_cents(text.replace("€", "").strip())
    except NotAnAmount:
        return None
    return cents if cents > 0 else None
