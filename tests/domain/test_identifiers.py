"""Identifiers: the oracle, what is wrong said in French, and agreement with an independent library."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iban as their_iban
from stdnum import iso11649 as their_rf
from stdnum.fr import siren as their_siren
from stdnum.fr import siret as their_siret
from stdnum.fr import tva as their_vat
from stdnum.iso7064 import mod_97_10

from quittance.domain.identifiers import (
    IBAN_LENGTHS,
    Checked,
    IdentifierRefused,
    check_iban,
    check_rf,
    check_rib,
    check_siren,
    check_siret,
    check_vat,
    create_rf,
    french_iban,
    french_rf,
    french_siren,
    french_siret,
    iban_from_rib,
    rib_key,
    vat_number,
)

ORACLES = Path(__file__).parents[1] / "oracles"
CHECKS: dict[str, tuple[Callable[[str], Checked], str]] = {
    "SIREN": (check_siren, "vat"),
    "SIRET": (check_siret, ""),
    "VAT_FR": (check_vat, ""),
    "IBAN": (check_iban, ""),
    "RIB": (check_rib, "rib_key"),
    "RF_CHECK": (check_rf, ""),
}


def oracle_rows() -> list[dict[str, str]]:
    return list(csv.DictReader((ORACLES / "identifiers.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", oracle_rows(), ids=lambda row: row["case_id"])
def test_oracle(row: dict[str, str]) -> None:
    if row["kind"] == "RF_CREATE":
        assert create_rf(row["value"]) == row["derived"]
        assert check_rf(row["derived"]).valid
        return
    check, derived = CHECKS[row["kind"]]
    found = check(row["value"])
    assert found.valid is (row["expected"] == "valid")
    assert bool(found.reason) is not found.valid
    if row["derived"]:
        assert found.derived[derived] == row["derived"]


@pytest.mark.parametrize(
    ("check", "text", "reason"),
    [
        (check_siren, "732 829 32", "Un SIREN a 9 chiffres, celui-ci en a 8. Vérifiez-le."),
        (check_siren, "73282932O", "Un SIREN n'a que des chiffres, 9 en tout. Corrigez « 73282932O »."),
        (
            check_siren,
            "732829321",
            "Ce SIREN n'existe pas : sa clé de contrôle est fausse. Vérifiez ses neuf chiffres.",
        ),
        (
            check_siret,
            "73282932000075",
            "Ce SIRET n'existe pas : sa clé de contrôle est fausse. Vérifiez ses quatorze chiffres.",
        ),
        (
            check_siret,
            "73282932100074",
            "Ce SIRET n'existe pas : ses neuf premiers chiffres ne sont pas un SIREN. Vérifiez-les.",
        ),
        (
            check_vat,
            "FR45732829320",
            "La clé de ce numéro de TVA est fausse : 45 au lieu de 44. "
            "Recopiez le numéro depuis une facture du client.",
        ),
        (
            check_vat,
            "DE123456789",
            "Un numéro de TVA français s'écrit FR, deux caractères, puis neuf chiffres : FR44 732829320. "
            "Corrigez-le ; un numéro étranger se vérifie sur VIES.",
        ),
        (
            check_vat,
            "FR44732829321",
            "Ce numéro de TVA n'existe pas : ses neuf derniers chiffres ne sont pas un SIREN. Vérifiez-les.",
        ),
        (
            check_iban,
            "FR14 2004 1010 0505 0001 3M02 60",
            "Un IBAN FR a 27 caractères, celui-ci en a 26. Recopiez-le depuis le RIB.",
        ),
        (
            check_iban,
            "FR1420041010050500013M02607",
            "Cet IBAN est faux : sa clé de contrôle ne correspond pas. Recopiez-le depuis le RIB.",
        ),
        (
            check_iban,
            "n° 12",
            "Un IBAN commence par deux lettres et deux chiffres, puis 11 à 30 lettres ou chiffres. "
            "Recopiez-le depuis le RIB.",
        ),
        (
            check_rib,
            "30006 00001 12345678901 88",
            "La clé de ce RIB est fausse. Recopiez-le depuis le relevé de la banque.",
        ),
        (
            check_rf,
            "RF19539007547034",
            "Cette référence de paiement est fausse : sa clé ne correspond pas. "
            "Recopiez-la depuis la facture.",
        ),
        (
            check_rf,
            "RF18",
            "Une référence de paiement s'écrit RF, deux chiffres, puis 1 à 21 lettres ou chiffres. "
            "Recopiez-la depuis la facture.",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    check: Callable[[str], Checked], text: str, reason: str
) -> None:
    found = check(text)
    assert (found.valid, found.reason, dict(found.derived)) == (False, reason, {})


@pytest.mark.parametrize(
    ("check", "text", "value", "derived"),
    [
        (check_siren, " 732 829 320 ", "732829320", {"vat": "FR44732829320"}),
        (check_siret, "732 829 320 00074", "73282932000074", {"siren": "732829320", "vat": "FR44732829320"}),
        (check_siret, "35600000049837", "35600000049837", {"siren": "356000000", "vat": "FR39356000000"}),
        (check_vat, "fr 44 732\u202f829\u00a0320", "FR44732829320", {"siren": "732829320"}),
        (check_vat, "FR53000004605", "FR53000004605", {}),  # Monaco: no SIREN
        (
            check_iban,
            "fr76 3000 6000 0112 3456 7890 189",
            "FR7630006000011234567890189",
            {"country": "FR", "bank": "30006", "branch": "00001", "account": "12345678901", "rib_key": "89"},
        ),
        (check_iban, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", {"country": "DE"}),
        (
            check_rib,
            "20041 01005 0500013M026 06",
            "20041010050500013M02606",
            {"rib_key": "06", "iban": "FR1420041010050500013M02606"},
        ),
        (check_rf, "RF18 5390 0754 7034", "RF18539007547034", {"reference": "539007547034"}),
    ],
)
def test_a_valid_number_is_normalised_and_tells_what_follows(
    check: Callable[[str], Checked], text: str, value: str, derived: dict[str, str]
) -> None:
    found = check(text)
    assert (found.valid, found.reason, found.value, dict(found.derived)) == (True, "", value, derived)


def test_a_vat_key_with_a_letter_is_accepted_and_said_unchecked() -> None:
    found = check_vat("FRK7732829320")
    assert found.valid
    assert found.derived["siren"] == "732829320"
    assert "VIES" in found.derived["note"]
    assert not check_vat("FRO7732829320").valid  # the letters I and O are never used


def test_an_iban_outside_the_sepa_zone_is_accepted_and_its_length_said_unchecked() -> None:
    found = check_iban("TR33 0006 1005 1978 6457 8413 26")
    assert found.valid
    assert "zone SEPA" in found.derived["note"]


def test_a_french_iban_with_a_wrong_rib_key_is_refused() -> None:
    wrong = "30006000011234567890188"
    digits = mod_97_10.calc_check_digits(f"{wrong}FR")
    found = check_iban(f"FR{digits}{wrong}")
    assert (found.valid, found.reason) == (
        False,
        "La clé RIB contenue dans cet IBAN est fausse. Recopiez-le depuis le RIB.",
    )


@pytest.mark.parametrize("check", [check for check, _ in CHECKS.values()])
@pytest.mark.parametrize("text", ["", " ", "é", "ß" * 7, "٣" * 9, "0" * 5000, "FR", "<script>"])
def test_nonsense_is_refused_and_never_crashes(check: Callable[[str], Checked], text: str) -> None:
    found = check(text)
    assert not found.valid
    assert found.reason.endswith(".")


# Making


@pytest.mark.parametrize(
    ("reference", "made"),
    [
        ("539007547034", "RF18539007547034"),
        ("fa-2026/00042", "RF39FA202600042"),
        ("A1", "RF90A1"),
    ],
)
def test_making_a_creditor_reference(reference: str, made: str) -> None:
    assert create_rf(reference) == made


@pytest.mark.parametrize("reference", ["", "-", "É42", "A" * 22, "n°12", "ß"])
def test_a_reference_that_cannot_be_written_is_refused(reference: str) -> None:
    with pytest.raises(IdentifierRefused, match="21 lettres sans accent ou chiffres"):
        create_rf(reference)


@pytest.mark.parametrize(
    ("bank", "branch", "account"),
    [("3000", "00001", "12345678901"), ("30006", "0000A", "12345678901"), ("30006", "00001", "1234567890é")],
)
def test_parts_that_are_not_a_french_account_are_refused(bank: str, branch: str, account: str) -> None:
    with pytest.raises(IdentifierRefused, match="compte français"):
        iban_from_rib(bank, branch, account)


def test_letters_of_an_account_count_as_digits() -> None:
    assert rib_key("20041", "01005", "0500013M026") == "06"
    assert iban_from_rib("20041", "01005", "0500013m026") == "FR1420041010050500013M02606"


def test_numbers_shown_to_people() -> None:
    assert french_siren("732829320") == "732 829 320"
    assert french_siret("73282932000074") == "732 829 320 00074"
    assert french_iban("FR7630006000011234567890189") == "FR76 3000 6000 0112 3456 7890 189"
    assert french_rf("RF18539007547034") == "RF18 5390 0754 7034"


# Agreement with python-stdnum, and properties

CAPITALS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
NINE_DIGITS = st.text("0123456789", min_size=9, max_size=9)


@given(NINE_DIGITS.filter(lambda digits: int(digits) > 0))
def test_siren_agrees(digits: str) -> None:
    assert check_siren(digits).valid is their_siren.is_valid(digits)


@given(
    st.sampled_from(["732829320", "356000000", "443061841", "100000009"]),
    st.text("0123456789", min_size=5, max_size=5),
)
def test_siret_agrees(siren: str, establishment: str) -> None:
    assert check_siret(siren + establishment).valid is their_siret.is_valid(siren + establishment)


@given(
    st.sampled_from(["732829320", "443061841", "552100554", "732829321"]),
    st.text("0123456789", min_size=2, max_size=2),
)
def test_vat_agrees(siren: str, key: str) -> None:
    assert check_vat(f"FR{key}{siren}").valid is their_vat.is_valid(f"FR{key}{siren}")
    assert check_vat(vat_number(siren)).valid is their_siren.is_valid(siren)


RIBS = st.tuples(
    st.text("0123456789", min_size=5, max_size=5),
    st.text("0123456789", min_size=5, max_size=5),
    st.text(CAPITALS_AND_DIGITS, min_size=11, max_size=11),
)


@given(RIBS)
def test_an_iban_made_from_a_rib_is_valid_for_us_and_for_them(rib: tuple[str, str, str]) -> None:
    made = iban_from_rib(*rib)
    assert their_iban.is_valid(made, check_country=False)
    found = check_iban(french_iban(made))
    assert found.valid
    assert (found.derived["bank"], found.derived["branch"], found.derived["account"]) == rib
    assert check_rib("".join(rib) + found.derived["rib_key"]).derived["iban"] == made


@given(RIBS, st.integers(0, 26), st.sampled_from(CAPITALS_AND_DIGITS))
def test_one_wrong_character_makes_an_iban_invalid(rib: tuple[str, str, str], rank: int, other: str) -> None:
    made = iban_from_rib(*rib)
    assume(made[rank].isdecimal() is other.isdecimal())  # else one in 97 collides
    altered = made[:rank] + other + made[rank + 1 :]
    assert check_iban(altered).valid is (altered == made)


@given(st.text(CAPITALS_AND_DIGITS, min_size=1, max_size=21), st.text("0123456789", min_size=2, max_size=2))
def test_creditor_references_agree(body: str, digits: str) -> None:
    assert their_rf.is_valid(create_rf(body))
    assert check_rf(french_rf(create_rf(body))).derived["reference"] == body
    ours = check_rf(f"RF{digits}{body}").valid
    assert ours is (f"RF{digits}{body}" == create_rf(body))


def test_iban_lengths_cover_the_sepa_countries() -> None:
    assert len(IBAN_LENGTHS) == 42
    assert set(IBAN_LENGTHS.values()) <= set(range(15, 32))
