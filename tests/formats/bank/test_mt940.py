"""MT940: what the samples do not show."""

from datetime import date

import pytest

from quittance.formats.bank import mt940
from quittance.formats.errors import StatementError


def statement(
    movement: str, details: str = "", opening: str = "C260209EUR0,", closing: str = "C260210EUR1,"
) -> bytes:
    explained = f"\n:86:{details}" if details else ""
    return f":20:X\n:25:Y\n:28C:1\n:60F:{opening}\n:61:{movement}{explained}\n:62F:{closing}\n".encode()


def line_of(details: str):
    (line,) = mt940.read(statement("260210C1,NTRFNONREF", details)).lines
    return line


@pytest.mark.parametrize(
    ("movement", "cents", "booked_on"),
    [
        ("2602100210C1,NTRFNONREF", 100, date(2026, 2, 10)),
        ("260210D1,00NTRFNONREF", -100, date(2026, 2, 10)),
        ("260210RC1,00NTRFNONREF", -100, date(2026, 2, 10)),
        ("260210RD1,00NTRFNONREF", 100, date(2026, 2, 10)),
        ("260210CR1,00NTRFNONREF", 100, date(2026, 2, 10)),
        ("2512310102C1,00NTRFNONREF", 100, date(2026, 1, 2)),
        ("2601021231C1,00NTRFNONREF", 100, date(2025, 12, 31)),
        ("2402290229C1,00NTRFNONREF", 100, date(2024, 2, 29)),
    ],
)
def test_movements(movement, cents, booked_on):
    closing = f"{'C' if cents > 0 else 'D'}260210EUR1,"
    (line,) = mt940.read(statement(movement, closing=closing)).lines
    assert (line.amount_cents, line.booked_on) == (cents, booked_on)


@pytest.mark.parametrize(
    "movement",
    [
        "260210C1.00NTRFX",
        "260210C1NTRFX",
        "260231C1,NTRFX",
        "2602101332C1,NTRFX",
        "260210E1,NTRFX",
        "260210C1,00",
    ],
)
def test_movements_that_are_refused(movement):
    with pytest.raises(StatementError) as refusal:
        mt940.read(statement(movement))
    assert (refusal.value.line, refusal.value.column) == (5, ":61:")


@pytest.mark.parametrize(
    ("case", "details", "label", "name"),
    [
        ("free text", "VIR SEPA DUPONT", "VIR SEPA DUPONT", ""),
        ("free text on two lines", "VIR SEPA\nDUPONT", "VIR SEPA DUPONT", ""),
        ("a full line may cut a word", "X" * 62 + " FA\n-12", "X" * 62 + " FA-12", ""),
        ("codes", "/TRTP/SEPA/NAME/DUPONT SAS/REMI/FA-1/EREF/E", "FA-1 SEPA", "DUPONT SAS"),
        ("a code that is not known stays", "/NAME/DUPONT/REMI/FA/ID/1", "FA/ID/1", "DUPONT"),
        ("ordering party", "/ORDP/NAME/DUPONT/REMI/FA-1", "FA-1", "DUPONT"),
        ("on whose behalf", "/CNTP//BIC1/BANQUE//ULTD/CHANTIER/REMI/FA-1", "FA-1 CHANTIER", "BANQUE"),
        ("German keys", "166?20SVWZ+FA-1?21ABWA+CHANTIER?32DUPONT", "FA-1 CHANTIER", "DUPONT"),
        ("German without keys", "?00LASTSCHRIFT?20FA-1?32DUPONT", "FA-1 LASTSCHRIFT", "DUPONT"),
        ("a slash is not a code", "/MOTIF/FA-1", "/MOTIF/FA-1", ""),
        ("nothing", "", "NTRF", ""),
    ],
)
def test_what_explains_a_movement(case, details, label, name):
    line = line_of(details)
    assert (line.label, line.counterparty_name) == (label, name), case


def test_a_movement_may_be_explained_twice():
    assert line_of("VIR DUPONT\n:86:FA-1").label == "VIR DUPONT FA-1"


def test_a_line_with_a_dash_inside_a_text_is_text():
    assert line_of("VIR\n-\nDUPONT").label == "VIR - DUPONT"


def test_several_messages_one_after_the_other():
    data = statement("260210C1,NTRFNONREF") + b"-\n" + statement("260210C1,NTRFNONREF") + b"-}\n"
    assert [line.position for line in mt940.read(data).lines] == [1, 2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b":25:X\n", "le champ :25: vient avant le début du relevé"),
        (b":20:X\n-}\nreste\n", "n'est dans aucun champ"),
        (statement("260210C1,NTRFX", closing="C260210USD1,"), "le solde de clôture est en USD"),
        (statement("260210C1,NTRFX").replace(b":62F:", b":60F:"), "deux soldes d'ouverture"),
        (statement("260210C1,NTRFX") + b":62F:C260210EUR1,\n", "deux soldes de clôture"),
        (b"rien\n", "ne contient aucun relevé"),
    ],
)
def test_what_is_refused(data, reason):
    with pytest.raises(StatementError, match=reason):
        mt940.read(data)
