"""What people type, and the keys it is found under."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.finding import amount_typed, compact, customer_key, folded, key_after


@pytest.mark.parametrize(
    ("typed", "key"),
    [("F-2026-0187", "F20260187"), ("f2026/0187", "F20260187"), (" F 2026 0187 ", "F20260187"), ("…", "")],
)
def test_a_number_is_found_without_its_separators(typed: str, key: str) -> None:
    assert compact(typed) == key


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Zoé Litige", "ZOE LITIGE"),
        ("L'Œuvre & Fils", "L OEUVRE FILS"),
        ("  tardif\u00a0et  fils", "TARDIF ET FILS"),
    ],
)
def test_a_name_is_found_without_its_accents(typed: str, words: str) -> None:
    assert folded(typed) == words


def test_a_customer_is_found_by_all_that_names_them() -> None:
    key = customer_key(
        name="Zoé Litige", payer_names=["ZL Déco"], reference="C-012", siren="100318526", iban="FR76 3000"
    )
    assert key == "ZOE LITIGE C012 100318526 FR763000 ZL DECO"


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("1 234,56", 123_456), ("1234", 123_400), ("12 €", 1_200), ("F-12", None), ("0", None), ("-5", None)],
)
def test_an_amount_is_read_where_it_is_one(typed: str, cents: int | None) -> None:
    assert amount_typed(typed) == cents


KEYS = st.text("0189AEYZ", min_size=1, max_size=6)


@given(KEYS, KEYS)
def test_the_range_of_a_prefix_holds_what_starts_with_it_and_nothing_else(prefix: str, other: str) -> None:
    after = key_after(prefix)
    inside = other >= prefix and (not after or other < after)
    assert inside == other.startswith(prefix) or (not after and other >= prefix)
