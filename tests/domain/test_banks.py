"""The BIC of a bank, found from an IBAN or typed."""

import pytest

from quittance.domain.banks import BICS, bic_of, compact_bic


@pytest.mark.parametrize(
    ("case", "iban", "bic"),
    [
        ("BNP Paribas", "FR7630004000031234567890143", "BNPAFRPP"),
        ("a bank that is not listed", "FR7619999000420001234567897", ""),
        ("a German account", "DE89370400440532013000", ""),
        ("nothing", "", ""),
    ],
)
def test_the_bic_of_an_iban(case, iban, bic):
    assert bic_of(iban) == bic


@pytest.mark.parametrize(
    ("text", "bic"),
    [
        ("bnpa frpp", "BNPAFRPP"),
        ("BNPAFRPPXXX", "BNPAFRPPXXX"),
        ("BNPAFRP", None),
        ("12345678", None),
        ("", None),
    ],
)
def test_a_bic_that_is_typed(text, bic):
    assert compact_bic(text) == bic


def test_every_listed_bic_is_one():
    assert {bic for bic in BICS.values() if compact_bic(bic) != bic} == set()
    assert all(code.isdigit() and len(code) == 5 for code in BICS)
