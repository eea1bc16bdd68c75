"""CFONB 120: our oracles of amounts, and any statement written here read back."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.golden import ORACLES
from oracle_table import cases
from quittance.domain.money import NotAnAmount
from quittance.formats.bank import cfonb120
from quittance.formats.errors import StatementError

ACCOUNT = "12345678901"


def signed(cents: int) -> str:
    digits = f"{abs(cents):014d}"
    return digits[:-1] + ("{ABCDEFGHI" if cents >= 0 else "}JKLMNOPQR")[int(digits[-1])]


def balance(code: str, cents: int, on: str = "100226", account: str = ACCOUNT) -> str:
    return f"{code}30006    00001EUR2 {account}  {on}{'':50}{signed(cents)}{'':16}"


def movement(
    cents: int, label: str = "VIR", zone: str = "", number: str = "0000000", reject: str = "  "
) -> str:
    head = f"0430006    00001EUR2 {ACCOUNT}18100226{reject}100226"
    return f"{head}{label:31.31}  {number}  {signed(cents)}{zone:16.16}"


def detail(qualifier: str, text: str) -> str:
    return f"0530006    00001EUR2 {ACCOUNT}18100226     {qualifier}{text:70.70}  "


def read(*records: str):
    return cfonb120.read("\n".join(records).encode("cp1252"))


def only_line(*records: str, cents: int = 100):
    (line,) = read(balance("01", 0), *records, balance("07", cents)).lines
    return line


@pytest.mark.parametrize("case", cases("cfonb_amounts"))
def test_amounts_signed_by_their_last_character(case):
    number = cfonb120.signed_number(case["field_14"])
    assert Decimal(number).scaleb(-int(case["decimals"])) == Decimal(case["expected_amount"])


@pytest.mark.parametrize(
    "text", ["", "0000000000322", "00000000003221", "000000000032 J", "0000000000322j", "²000000000322J"]
)
def test_what_is_not_a_signed_amount(text):
    with pytest.raises(NotAnAmount):
        cfonb120.signed_number(text)


def test_the_constructed_sample():
    (statement,) = cfonb120.read((ORACLES / "sample_cfonb120.txt").read_bytes()).statements
    assert statement.account_iban == "FR7630006000011234567890189"
    assert (statement.opening_cents, statement.closing_cents) == (150_000, 365_819)
    assert [line.amount_cents for line in statement.lines] == [120_000, -3_221, 99_040]
    first, second, third = statement.lines
    assert (first.counterparty_name, first.bank_ref) == ("CLIENT ALPHA SAS", "FA-2026-0001")
    assert first.label == "FA-2026-0001 REGLEMENT VIR SEPA CLIENT ALPHA"
    assert (second.label, second.bank_ref, second.structured_ref) == ("PRLV FOURNISSEUR BETA", "0000002", "")
    assert (third.structured_ref, third.bank_ref) == ("RF18539007547034", "0000003")


@pytest.mark.parametrize(
    ("case", "zone", "number", "bank_ref"),
    [
        ("reference zone first", "OP-12", "0000004", "OP-12"),
        ("then the entry number", "", "0000004", "0000004"),
        ("zeros say nothing", "0000000000000000", "0000000", ""),
        ("NOTPROVIDED says nothing", "NOTPROVIDED", "0000000", ""),
        ("a creditor reference is not the bank's", "RF18539007547034", "0000004", "0000004"),
    ],
)
def test_the_bank_s_reference(case, zone, number, bank_ref):
    assert only_line(movement(100, zone=zone, number=number)).bank_ref == bank_ref, case


@pytest.mark.parametrize(
    ("case", "details", "label"),
    [
        ("the short label alone", [], "VIR CLIENT"),
        ("remittance first", [("LIB", "SUITE"), ("LCC", "FA-1")], "FA-1 VIR CLIENT SUITE"),
        (
            "LC2 goes on in the middle of a word",
            [("LCC", "X" * 66 + " FA-"), ("LC2", "12")],
            "X" * 66 + " FA-12 VIR CLIENT",
        ),
        ("LC2 after a short LCC", [("LCC", "FA-1"), ("LC2", "FA-2")], "FA-1 FA-2 VIR CLIENT"),
        ("several LIB", [("LIB", "UN"), ("LIB", "DEUX")], "VIR CLIENT UN DEUX"),
        ("purpose of RCN", [("RCN", f"{'REF-9':35}LOT 3")], "VIR CLIENT LOT 3"),
        ("the whole label again", [("LCC", "VIR CLIENT FA-1")], "VIR CLIENT FA-1"),
        ("unknown qualifiers", [("ZZZ", "?"), ("IPY", "1234")], "VIR CLIENT"),
    ],
)
def test_the_label(case, details, label):
    records = [detail(qualifier, text) for qualifier, text in details]
    assert only_line(movement(100, "VIR CLIENT"), *records).label == label, case


def test_a_label_cut_at_31_characters_is_not_repeated():
    text = "VIR SEPA ETABLISSEMENTS PEUPLIER FA-2026-0001"
    assert only_line(movement(100, text), detail("LCC", text)).label == text


@pytest.mark.parametrize(
    ("case", "cents", "details", "name"),
    [
        ("money in: the payer", 100, [("NBE", "NOUS"), ("NPY", "PAYEUR")], "PAYEUR"),
        ("money out: the payee", -100, [("NBE", "PAYE"), ("NPY", "NOUS")], "PAYE"),
        ("on whose behalf", 100, [("NPO", "CHANTIER")], "CHANTIER"),
        ("a returned debit names its payer", -100, [("NPY", "CLIENT")], "CLIENT"),
    ],
)
def test_the_counterparty(case, cents, details, name):
    records = [detail(*pair) for pair in details]
    assert only_line(movement(cents), *records, cents=cents).counterparty_name == name, case


def test_reject_reason_end_to_end_and_code():
    line = only_line(movement(100, reject="04"), detail("RCN", "CMD-7"))
    assert (line.return_reason, line.end_to_end_id, line.transaction_code) == ("04", "CMD-7", "18")
    assert only_line(movement(100, reject="00")).return_reason == ""


def test_trailing_spaces_may_be_cut_and_line_ends_may_be_missing():
    records = [balance("01", 0), movement(100), detail("LIB", "SUITE"), balance("07", 100)]
    whole = read(*records)
    assert read(*[record.rstrip() for record in records]) == whole
    joined = cfonb120.read("".join(records).encode())
    assert joined == whole


def test_an_account_that_is_not_french_has_a_label():
    (statement,) = read(
        balance("01", 0, account="1234567890*"), balance("07", 0, account="1234567890*")
    ).statements
    assert (statement.account_iban, statement.account_label) == ("", "30006 00001 1234567890*")


def test_a_day_that_is_missing_between_two_statements_is_not_refused_here():
    statements = read(
        balance("01", 0), balance("07", 0), balance("01", 5, "120226"), balance("07", 5, "120226")
    )
    assert [statement.opening_cents for statement in statements.statements] == [0, 5]


labels = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=31)


@settings(max_examples=60)
@given(
    st.integers(-(10**12), 10**12), st.lists(st.tuples(st.integers(-(10**10), 10**10), labels), max_size=8)
)
def test_what_is_written_is_read_back(opening, movements):
    closing = opening + sum(cents for cents, _ in movements)
    records = [movement(cents, label) for cents, label in movements]
    (statement,) = read(balance("01", opening), *records, balance("07", closing)).statements
    assert (statement.opening_cents, statement.closing_cents) == (opening, closing)
    assert [(line.amount_cents, line.label) for line in statement.lines] == [
        (cents, " ".join(label.split())) for cents, label in movements
    ]
    with pytest.raises(StatementError, match="Le solde ne tombe pas juste"):
        read(balance("01", opening), *records, balance("07", closing + 1))
