"""OFX: what the samples do not show."""

import pytest

from quittance.formats.bank import ofx
from quittance.formats.errors import StatementError


def statement(transaction: str, account: str = "<BANKID>1<ACCTID>2", currency: str = "EUR") -> bytes:
    return (
        f"<OFX><STMTRS><CURDEF>{currency}<BANKACCTFROM>{account}</BANKACCTFROM><BANKTRANLIST>"
        f"<STMTTRN>{transaction}</STMTTRN></BANKTRANLIST></STMTRS></OFX>"
    ).encode()


def line_of(**values: str):
    values = {"DTPOSTED": "20260210", "TRNAMT": "1.00", **values}
    (line,) = ofx.read(statement("".join(f"<{name}>{value}" for name, value in values.items()))).lines
    return line


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12.34", 1234), ("-12,34", -1234), ("+7", 700), ("0", 0), ("1.5", 150), ("12.340", 1234)],
)
def test_amounts(text, cents):
    assert line_of(TRNAMT=text).amount_cents == cents


@pytest.mark.parametrize("text", ["1,234.56", "12.345", "1 234,56", "abc", "12e3", "٣"])
def test_amounts_that_are_refused(text):
    with pytest.raises(StatementError) as refusal:
        line_of(TRNAMT=text)
    assert refusal.value.column == "TRNAMT"


@pytest.mark.parametrize(
    "text", ["20260210", "202602101230", "20260210123000.123[-5:EST]", "20260210120000 [0:GMT]"]
)
def test_the_day_is_the_one_that_is_written(text):
    assert str(line_of(DTPOSTED=text).booked_on) == "2026-02-10"


@pytest.mark.parametrize(
    "text", ["2026-02-10", "20261301", "2026021", "00000000", "20260210[" + "1" * 40 + "]"]
)
def test_dates_that_are_refused(text):
    with pytest.raises(StatementError) as refusal:
        line_of(DTPOSTED=text)
    assert refusal.value.column == "DTPOSTED"


@pytest.mark.parametrize(
    ("name", "memo", "label"),
    [
        ("VIR DUPONT", "FA-1", "VIR DUPONT FA-1"),
        ("VIR DUPONT", "VIR DUPONT FA-1", "VIR DUPONT FA-1"),
        ("FA-1", "FA-12", "FA-1 FA-12"),
        (
            "VIR ETABLISSEMENTS PEUPLIER FA-2",
            "VIR ETABLISSEMENTS PEUPLIER FA-2026",
            "VIR ETABLISSEMENTS PEUPLIER FA-2026",
        ),
        ("R&amp;D &lt;3", "", "R&D <3"),
        ("A < B", "", "A < B"),
        ("", "", ""),
    ],
)
def test_the_label(name, memo, label):
    assert line_of(NAME=name, MEMO=memo).label == label


@pytest.mark.parametrize(
    ("account", "iban", "label"),
    [
        ("<BANKID>20041<BRANCHID>01005<ACCTID>0500013M026", "FR1420041010050500013M02606", ""),
        ("<BANKID>20041<ACCTID>20041010050500013M02606", "FR1420041010050500013M02606", ""),
        ("<BANKID>X<ACCTID>FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606", ""),
        ("<BANKID>X<BRANCHID><ACCTID>12", "", "X 12"),
    ],
)
def test_the_account(account, iban, label):
    (read,) = ofx.read(statement("<DTPOSTED>20260210<TRNAMT>1", account)).statements
    assert (read.account_iban, read.account_label) == (iban, label)


def test_a_transaction_in_another_currency_is_refused():
    with pytest.raises(StatementError, match="devise USD dans un compte tenu en EUR"):
        ofx.read(statement("<DTPOSTED>20260210<TRNAMT>1<CURRENCY><CURRATE>1<CURSYM>USD</CURRENCY>"))


def test_an_original_currency_is_only_information():
    data = statement("<DTPOSTED>20260210<TRNAMT>1<ORIGCURRENCY><CURRATE>1<CURSYM>USD</ORIGCURRENCY>")
    assert ofx.read(data).lines[0].amount_cents == 100


def test_many_open_texts_do_not_take_long():
    with pytest.raises(StatementError, match="CDATA"):
        ofx.read(b"<OFX><STMTRS><NAME>" + b"<![CDATA[ ]" * 50_000)
