"""Spaces, apostrophes, dates and amounts as the reader sees them."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quittance.domain.texts import typography

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("plain", "set_french"),
    [
        ("Vous voulez : tout ?", f"Vous voulez{NO_BREAK}: tout{NARROW}?"),
        ("« oui » ; non !", f"«{NO_BREAK}oui{NO_BREAK}»{NARROW}; non{NARROW}!"),
        ("12,40 % de 1 200 €", f"12,40{NARROW}% de 1{NARROW}200{NARROW}€"),
        ("1 234 567", f"1{NARROW}234{NARROW}567"),
        ("04 78 00 00 00", "04 78 00 00 00"),
        ("l'acompte, jusqu'au 5, d'« essai »", f"l’acompte, jusqu’au 5, d’«{NO_BREAK}essai{NO_BREAK}»"),
        ("https://payer.example/p?a=1;b", "https://payer.example/p?a=1;b"),
        ("– premier\n– second", f"–{NO_BREAK}premier\n–{NO_BREAK}second"),
        ("avis n° 12", f"avis n°{NO_BREAK}12"),
    ],
)
def test_french_pass(plain: str, set_french: str) -> None:
    assert typography.typeset(plain, "fr") == set_french
    assert typography.typeset(set_french, "fr") == set_french


def test_english_pass_touches_apostrophes_only() -> None:
    assert typography.typeset("the customer's terms: 12%; yes?", "en") == "the customer’s terms: 12%; yes?"


@pytest.mark.parametrize(
    ("before", "name", "written"),
    [
        ("message de ", "Atelier Morel", "message d’"),
        ("De ", "Élodie", "D’"),
        ("message de ", "Librairie", "message de "),
        ("message de ", "Hôtel du Lac", "message de "),
        ("le code ", "Atelier", "le code "),
        ("la façade ", "Atelier", "la façade "),
    ],
)
def test_elision(before: str, name: str, written: str) -> None:
    assert typography.elide(before, name) == written


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (0, f"0,00{NARROW}€", "€0.00"),
        (123_456_789, f"1{NARROW}234{NARROW}567,89{NARROW}€", "€1,234,567.89"),
        (-5, f"\u22120,05{NARROW}€", "\u2212€0.05"),
    ],
)
def test_money(cents: int, french: str, english: str) -> None:
    assert typography.money(cents, "fr") == french
    assert typography.money(cents, "en") == english


def test_rates() -> None:
    assert typography.rate(1_240, "fr") == f"12,40{NARROW}%"
    assert typography.rate(1_240, "en") == "12.40%"
    assert typography.rate(3_000, "fr", short=True) == f"30{NARROW}%"
    assert typography.rate(250, "en", short=True) == "2.50%"


def test_dates_and_times() -> None:
    assert typography.day(date(2026, 7, 1), "fr") == "1er juillet 2026"
    assert typography.day(date(2026, 7, 6), "fr", weekday=True) == "lundi 6 juillet 2026"
    assert typography.day(date(2026, 6, 30), "en") == "30 June 2026"
    assert typography.clock(time(9, 0), "fr") == f"9{NO_BREAK}h{NO_BREAK}00"
    assert typography.semester(date(2026, 6, 30), "fr") == "1er semestre 2026"
    assert typography.semester(date(2026, 7, 1), "en") == "the second half of 2026"


@pytest.mark.parametrize(
    ("first_on", "last_on", "french", "english"),
    [
        (
            date(2026, 6, 16),
            date(2026, 6, 30),
            "du 16 au 30 juin 2026 (1er semestre 2026)",
            "16 to 30 June 2026 (first half of 2026)",
        ),
        (
            date(2026, 7, 1),
            date(2026, 8, 15),
            "du 1er juillet au 15 août 2026 (2e semestre 2026)",
            "1 July to 15 August 2026 (second half of 2026)",
        ),
        (
            date(2025, 12, 16),
            date(2026, 1, 3),
            "du 16 décembre 2025 au 3 janvier 2026",
            "16 December 2025 to 3 January 2026",
        ),
        (date(2026, 7, 1), date(2026, 7, 1), "le 1er juillet 2026 (2e semestre 2026)", None),
    ],
)
def test_periods(first_on: date, last_on: date, french: str, english: str | None) -> None:
    assert typography.period(first_on, last_on, "fr") == french
    if english:
        assert typography.period(first_on, last_on, "en") == english


def test_codes_are_grouped_by_four() -> None:
    assert typography.grouped("FR7630006000011234567890189") == "FR76 3000 6000 0112 3456 7890 189"


@settings(max_examples=100)
@given(st.text(alphabet="ab1 :;!?%€«»'’\u202f\u00a0\n–", max_size=40))
def test_the_pass_changes_spaces_and_apostrophes_only_and_once(text: str) -> None:
    once = typography.typeset(text, "fr")
    assert typography.typeset(once, "fr") == once
    neutral = str.maketrans({NARROW: " ", NO_BREAK: " ", "’": "'"})
    assert once.translate(neutral) == text.translate(neutral)
