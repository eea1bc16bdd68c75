"""`quittance check`: our table of identifiers through the command line, and the reasons given."""

import pytest

from doors.cli.calling import answer, call, refusal
from oracle_table import cases

COMMANDS = {
    "SIREN": "siren",
    "SIRET": "siret",
    "VAT_FR": "vat",
    "IBAN": "iban",
    "RIB": "rib",
    "RF_CHECK": "rf",
}
CHECKED = [case for case in cases("identifiers") if case.values[0]["kind"] in COMMANDS]


@pytest.mark.parametrize("row", CHECKED)
def test_identifiers(row):
    valid = row["expected"] == "valid"
    words = ("check", COMMANDS[row["kind"]], row["value"])
    found = answer(*words, status=0 if valid else 1)
    assert list(found) == ["valid", "kind", "value", "reason", "derived"]
    assert (found["valid"], found["kind"]) == (valid, COMMANDS[row["kind"]])
    assert (found["reason"] == "") is valid
    if row["derived"]:
        assert row["derived"] in found["derived"].values()
    told = call(*words, status=0 if valid else 1)
    if valid:
        assert told.stdout.startswith(f"{found['value']} : correct.\n")
        assert told.stderr == ""
    else:
        assert (told.stdout, told.stderr) == ("", f"{found['reason']}\n")


def test_what_follows_is_told():
    told = call("check", "rib", "30006 00001 12345678901").stdout
    assert told.splitlines()[1:] == ["clé RIB : 89", "IBAN : FR7630006000011234567890189"]


def test_spaces_need_no_quotes():
    found = answer("check", "iban", "FR14", "2004", "1010", "0505", "0001", "3M02", "606")
    assert found["value"] == "FR1420041010050500013M02606"


@pytest.mark.parametrize(
    ("command", "value", "key"),
    [
        ("siren", "732829320", "numéro de TVA"),
        ("siret", "73282932000074", "SIREN"),
        ("vat", "FR0A732829320", "à savoir"),
        ("iban", "FR1420041010050500013M02606", "guichet"),
        ("iban", "SA0380000000608010167519", "à savoir"),
        ("rf", "RF18539007547034", "référence"),
        ("term", "45 jours fin de mois", "en toutes lettres"),
    ],
)
def test_each_derived_value_has_a_french_name(command, value, key):
    assert f"{key} : " in call("check", command, value).stdout


def test_a_term_tells_how_it_is_read():
    found = answer("check", "term", "45", "jours", "fin", "de", "mois")
    assert found == {
        "valid": True,
        "kind": "term",
        "value": "EOM45_A",
        "reason": "",
        "derived": {"words": "45 jours fin de mois (45 jours, puis fin du mois)"},
    }
    assert "n'est pas un délai de paiement connu" in answer("check", "term", "un jour", status=1)["reason"]


def test_vat_is_also_called_by_its_french_name():
    assert answer("check", "tva", "FR44732829320") == answer("check", "vat", "FR44732829320")
    assert "tva " not in call("check", "--help").stdout


@pytest.mark.parametrize("command", ["siren", "siret", "vat", "tva", "iban", "rf", "rib", "term"])
@pytest.mark.parametrize("value", ["", "  "])
def test_nothing_to_check_is_told_plainly(command, value):
    reason = answer("check", command, value, status=1)["reason"]
    assert reason == "Rien n'est à vérifier : la valeur est vide. Écrivez-la après le nom de la commande."


def test_wrong_usage():
    missing = refusal("check", "siret", status=2)
    assert (missing["column"], missing["message"].split(",")[0]) == ("VALEUR", "à indiquer")
    assert refusal("check", "siern", "732829320", status=2)["message"].endswith(
        "Vouliez-vous dire « siren » ?"
    )
