"""How money, rates, dates and sentences are written in French and in English.

The files of `quittance/texts` hold plain spaces and straight apostrophes; what a reader sees goes once
through `typeset`. Amounts in a sentence take the narrow space before `€`, as in the rest of the copy; amounts
in a column of a screen (`domain.money.french_euros`) take the plain no-break space.
"""

import re
from datetime import date, time
from typing import Literal

from quittance.domain.money import NARROW_SPACE, NO_BREAK_SPACE, french_euros, french_rate

Language = Literal["fr", "en"]

FRENCH_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FRENCH_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# A filled-in value stands in the sentence as one private character until the pass is over (see render.py).
VALUE_MARK = "\ue000-\uf8ff"
_APOSTROPHE = re.compile(rf"(?<=[^\W\d_])'(?=[\w«{VALUE_MARK}])")
# All the spaces that do not break, in one pass: a message is set a hundred times. A group that matched says narrow.
_FRENCH_SPACE = re.compile(
    r" (?:(?<=\S )(?=[;!?%€])()|(?:(?<=\S )(?=[:»])|(?<=« )|(?<=n° )|(?<=^– ))|(?<=\d )(?=\d{3}(?!\d))())",
    re.MULTILINE,
)
_SINGULAR = {
    "fr": (re.compile(r"(?<![\d.,\u202f])1 jours\b"), "1 jour"),
    "en": (re.compile(r"(?<![\d.,])1 days\b"), "1 day"),
}
_ELIDED = re.compile(r"\b([Dd])e $")
_VOWELS = frozenset("aeiouàâäéèêëîïôöùûüœæ")


def typeset(text: str, language: Language) -> str:
    """Set the apostrophes and, in French, the spaces that do not break."""
    if "'" in text:
        text = _APOSTROPHE.sub("’", text)
    return _FRENCH_SPACE.sub(_unbreakable, text) if language == "fr" and " " in text else text


def _unbreakable(found: re.Match[str]) -> str:
    return NARROW_SPACE if found.lastindex else NO_BREAK_SPACE


def agree(text: str, language: Language) -> str:
    """Write `1 jour`, not `1 jours`, once the numbers stand in the text."""
    pattern, singular = _SINGULAR[language]
    return pattern.sub(singular, text) if "1 " in text else text


def elide(before: str, value: str) -> str:
    """Write `d’` for a final `de ` when the name that follows begins with a vowel (never before an h or a y,
    where usage differs from name to name).

    >>> elide("rappels de ", "Atelier Morel")
    'rappels d’'
    """
    return _ELIDED.sub(r"\1’", before) if value[:1].lower() in _VOWELS else before


def money(cents: int, language: Language) -> str:
    """Write an amount: `1 200,00 €` or `€1,200.00`."""
    if language == "fr":
        return french_euros(cents).replace(NO_BREAK_SPACE, NARROW_SPACE)
    sign = "\u2212" if cents < 0 else ""
    return f"{sign}€{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def rate(rate_bp: int, language: Language, *, short: bool = False) -> str:
    """Write a rate: `12,40 %` or `12.40%`; `short` leaves out the decimals that are zero (`30 %`)."""
    text = french_rate(rate_bp) if language == "fr" else f"{rate_bp // 100}.{rate_bp % 100:02d}%"
    return re.sub(r"[.,]00(?=\D)", "", text) if short else text


def number(value: int, language: Language) -> str:
    """Write a whole number, thousands apart: `1 200` or `1,200`."""
    return f"{value:,}".replace(",", NARROW_SPACE if language == "fr" else ",")


def day(on: date, language: Language, *, weekday: bool = False) -> str:
    """Write a date in words: `16 mai 2026`, `1er juillet 2026`, `lundi 6 juillet 2026`, `16 May 2026`."""
    if language == "fr":
        words = f"{_french_day(on)} {FRENCH_MONTHS[on.month - 1]} {on.year}"
        return f"{_FRENCH_WEEKDAYS[on.weekday()]} {words}" if weekday else words
    words = f"{on.day} {ENGLISH_MONTHS[on.month - 1]} {on.year}"
    return f"{_ENGLISH_WEEKDAYS[on.weekday()]} {words}" if weekday else words


def clock(at: time, language: Language) -> str:
    """Write a time of day: `9 h 00` or `9:00`."""
    if language == "fr":
        return f"{at.hour}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{at.minute:02d}"
    return f"{at.hour}:{at.minute:02d}"


def semester(on: date, language: Language) -> str:
    """Name the half-year a date falls in: `2e semestre 2026`, `the second half of 2026`."""
    second = on.month > 6
    if language == "fr":
        return f"{'2e' if second else '1er'} semestre {on.year}"
    return f"the {'second' if second else 'first'} half of {on.year}"


def period(first_on: date, last_on: date, language: Language) -> str:
    """Write a period, both days included, with its half-year where it lies within one:
    `du 16 au 30 juin 2026 (1er semestre 2026)`.
    """
    if language == "fr":
        first = _french_day(first_on)
        months, link, single = FRENCH_MONTHS, ("du ", " au "), "le "
    else:
        first = str(first_on.day)
        months, link, single = ENGLISH_MONTHS, ("", " to "), ""
    if first_on == last_on:
        words = single + day(last_on, language)
    else:
        if (first_on.year, first_on.month) != (last_on.year, last_on.month):
            first += f" {months[first_on.month - 1]}"
        if first_on.year != last_on.year:
            first += f" {first_on.year}"
        words = f"{link[0]}{first}{link[1]}{day(last_on, language)}"
    half = semester(first_on, language).removeprefix("the ")
    return f"{words} ({half})" if half == semester(last_on, language).removeprefix("the ") else words


def grouped(code: str) -> str:
    """Cut an IBAN or a payment reference into groups of four, as the bank prints it."""
    compact = "".join(code.split())
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def _french_day(on: date) -> str:
    return "1er" if on.day == 1 else str(on.day)
