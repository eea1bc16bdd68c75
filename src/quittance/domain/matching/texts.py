"""Reading the words of a bank label: plain capitals, words and figures apart, slips of the keyboard."""

import re
import unicodedata
from typing import NamedTuple

_RUN = re.compile(r"[A-Z]+|[0-9]+")
_LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE", "ß": "SS"})
_CONFUSED = str.maketrans("OIL", "011")


class Run(NamedTuple):
    """Consecutive letters, or consecutive digits, and where they stand in the text."""

    text: str
    start: int
    end: int


def words_of(text: str) -> frozenset[str]:
    """Give the words of a list written as a text."""
    return frozenset(text.split())


def plain(text: str) -> str:
    """Capitals without accents.

    >>> plain("Réglé par Cœur d'Île")
    "REGLE PAR COEUR D'ILE"
    """
    if text.isascii():
        return text.upper()
    decomposed = unicodedata.normalize("NFKD", text.upper().translate(_LIGATURES))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def runs_of(plain_text: str) -> list[Run]:
    """Cut a plain text where letters, digits and other signs meet."""
    return [Run(found.group(), found.start(), found.end()) for found in _RUN.finditer(plain_text)]


def unconfused(compact: str) -> str:
    """Write the letters that are typed for digits (O, I, l) as digits, so that both spellings are equal."""
    return compact.translate(_CONFUSED)


def one_slip(typed: str, meant: str) -> bool:
    """Say whether one wrong, missing, added or swapped character separates the two texts (not zero).

    >>> one_slip("000132", "000123"), one_slip("00123", "000123"), one_slip("000321", "000123")
    (True, True, False)
    """
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    shorter, longer = sorted((typed, meant), key=len)
    first = next(
        (at for at, (one, other) in enumerate(zip(shorter, longer, strict=False)) if one != other),
        len(shorter),
    )
    if len(shorter) < len(longer):
        return shorter[first:] == longer[first + 1 :]
    if shorter[first + 1 :] == longer[first + 1 :]:
        return True
    swapped = shorter[first + 1 : first + 2] + shorter[first : first + 1]
    return swapped + shorter[first + 2 :] == longer[first:]
