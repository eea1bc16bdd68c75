"""The transfer code: byte for byte as the oracle, within the limits of EPC069-12, readable as a picture."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.money import parse_cents
from quittance.formats.epc_qr import MAX_BYTES, TransferCodeError, _code, qr_png, qr_svg, transfer_payload

ORACLE = Path(__file__).parents[1] / "oracles" / "epc_qr.csv"
CASES = list(csv.DictReader(ORACLE.read_text(encoding="utf-8").splitlines()))
IBAN = "FR7630006000011234567890189"


@pytest.mark.parametrize("case", CASES, ids=[case["case_id"] for case in CASES])
def test_payload_is_that_of_the_oracle(case):
    payload = transfer_payload(
        name=case["name"],
        iban=case["iban"],
        amount_cents=parse_cents(case["amount"]) if case["amount"] else None,
        purpose=case["purpose"],
        reference=case["rf"],
        text=case["text"],
        bic=case["bic"],
    )
    assert payload == case["expected_payload_escaped"].replace("\\n", "\n")
    assert len(payload.encode()) == int(case["expected_bytes_utf8"])


def transfer(**changes):
    return transfer_payload(**{"name": "Atelier Dupont", "iban": IBAN, "amount_cents": 100_00} | changes)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name": ""}, "bénéficiaire"),
        ({"name": "A" * 71}, "bénéficiaire"),
        ({"name": "Atelier\nDupont"}, "une ligne"),
        ({"iban": "FR76"}, "IBAN"),
        ({"bic": "AGRI"}, "BIC"),
        ({"purpose": "SALAR"}, "motif"),
        ({"amount_cents": 0}, "montant"),
        ({"amount_cents": -1}, "montant"),
        ({"amount_cents": 100_000_000_000}, "montant"),
        ({"reference": "FA-2026-0001"}, "RF"),
        ({"reference": "RF18" + "5" * 22}, "RF"),
        ({"text": "A" * 141}, "140"),
        ({"reference": "RF18539007547034", "text": "FA-1"}, "pas les deux"),
        ({"name": "é" * 70, "text": "€" * 100}, "331 octets"),
    ],
)
def test_what_the_guideline_does_not_allow_is_refused(changes, word):
    with pytest.raises(TransferCodeError, match=word):
        transfer(**changes)


def test_amounts_at_both_limits_are_written():
    assert "\nEUR0.01" in transfer(amount_cents=1)
    assert "\nEUR999999999.99" in transfer(amount_cents=99_999_999_999)


@given(
    st.text(st.characters(codec="utf-8"), max_size=80), st.text(st.characters(codec="utf-8"), max_size=150)
)
def test_any_name_and_text_give_a_code_that_fits_or_a_refusal(name, text):
    try:
        payload = transfer(name=name, text=text)
    except TransferCodeError:
        return
    assert len(payload.encode()) <= MAX_BYTES
    assert len(payload.split("\n")) <= 11


def test_the_largest_payload_is_a_version_13_code_at_level_m():
    code = _code("x" * MAX_BYTES)
    assert (code.version, code.error) == (13, "M")


def test_pictures_are_a_png_and_an_svg_of_the_same_code():
    payload = transfer(text="FA-2026-0001")
    assert qr_png(payload, 4).startswith(b"\x89PNG\r\n")
    svg = qr_svg(payload, 4)
    assert svg.startswith("<svg")
    assert qr_svg(payload, 4) == svg
