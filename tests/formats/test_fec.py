"""The accounting file: what is read, refused, and what it says about customers, payments and lettering."""

import csv
import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.golden import ORACLES, SAMPLES, SHARED, assert_golden
from quittance.formats.errors import FecError, FormatError
from quittance.formats.fec import COLUMNS, read_fec
from quittance.formats.fec_receivables import receivables_from_fec

GOOD = SAMPLES / "fec" / "good"
REFUSED = SAMPLES / "fec" / "refused"
EXPECTED = json.loads((REFUSED / "expected.json").read_text(encoding="utf-8"))
ORACLE = {
    case["case_id"]: case
    for case in csv.DictReader((ORACLES / "fec.csv").read_text(encoding="utf-8").splitlines())
}
YEAR = "732829320FEC20261231.txt"
HEADER = "|".join(COLUMNS)


def read_year():
    return read_fec((GOOD / YEAR).read_bytes(), file_name=YEAR)


def test_the_customers_of_a_year_are_read():
    assert_golden(receivables_from_fec(read_year()), GOOD / "732829320FEC20261231.json")


def test_the_variants_of_the_format_say_the_same():
    text = (GOOD / YEAR).read_text(encoding="utf-8")
    expected = read_year().lines
    assert read_fec((GOOD / "montant-sens.txt").read_bytes()).lines == expected
    for variant in (
        text.encode("utf-8-sig"),
        text.encode("cp1252"),
        text.replace("|", "\t").encode(),
        text.replace("\n", "\r").encode(),
        text.replace(",00|", ".00|").encode(),
    ):
        assert read_fec(variant).lines == expected


def line(**changes) -> str:
    cells = dict(zip(COLUMNS, ORACLE["FE03"]["expected"].split("|"), strict=True)) | changes
    return "|".join(cells[column] for column in COLUMNS)


def entry(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


COUNTERPART = {"CompteNum": "512000", "CompAuxNum": "", "Debit": "0,00", "Credit": "1200,00"}


def test_oracle_file_name_says_siren_and_closing_day():
    fec = read_fec(entry(line(), line(**COUNTERPART)), file_name=f"/tmp/{ORACLE['FE01']['expected']}")
    assert (fec.siren, fec.closed_on) == ("732829320", date(2026, 12, 31))


def test_oracle_header_and_line_are_read():
    assert ORACLE["FE02"]["expected"] == HEADER
    first = read_fec(entry(ORACLE["FE03"]["expected"], line(**COUNTERPART))).lines[0]
    assert (first.account, first.auxiliary, first.piece) == ("411ALPHA", "ALPHA", "FA-2026-0001")
    assert (first.entry_on, first.amount_cents) == (date(2026, 11, 21), 120_000)


def test_oracle_amounts_have_a_comma_and_no_thousands_separator():
    written = ORACLE["FE04"]["expected"]
    fec = read_fec(entry(line(Debit=written), line(**COUNTERPART | {"Credit": written})))
    assert fec.lines[0].amount_cents == 123_450
    assert ORACLE["FE05"]["expected"] == "REJECT"
    with pytest.raises(FecError, match="n'est pas un montant"):
        read_fec(entry(line(Debit=ORACLE["FE05"]["input"])))


def test_oracle_a_label_may_not_contain_the_separator():
    with pytest.raises(FecError, match="19 colonnes au lieu de 18"):
        read_fec(entry(line(EcritureLib=ORACLE["FE06"]["input"])))


def test_oracle_each_entry_balances():
    assert ORACLE["FE07"]["expected"] == "sum Debit = sum Credit"
    with pytest.raises(FecError, match="pas équilibrée") as raised:
        read_fec(entry(line(), line(EcritureNum="2"), line(**COUNTERPART)))
    assert raised.value.line == 3


def test_every_refused_sample_has_its_message():
    assert set(EXPECTED) == {path.name for path in REFUSED.iterdir()} - {"expected.json"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_refused_file_names_line_column_and_reason(name):
    with pytest.raises(FecError) as raised:
        read_fec((REFUSED / name).read_bytes(), file_name=name)
    assert [str(problem) for problem in raised.value.problems] == EXPECTED[name]


def test_every_customer_line_is_accounted_for():
    book = receivables_from_fec(read_year())
    without_customer = sum(found.amount_cents for found in book.findings if found.kind == "no_customer")
    assert sum(book.open_cents().values()) + without_customer == book.balance_cents


def test_a_later_export_of_the_same_year_gives_the_same_keys():
    fec = read_year()
    shorter = type(fec)(tuple(row for row in fec.lines if row.entry_on < date(2026, 4, 1)))
    before, after = receivables_from_fec(shorter), receivables_from_fec(fec)
    assert {row.key for row in before.invoices} <= {row.key for row in after.invoices}
    keys = [row.key for rows in (after.invoices, after.payments, after.adjustments) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("label", "account", "method"),
    [
        ("VIR SEPA TARDIF", "512000", "transfer"),
        ("Virement Tardif", "512000", "transfer"),
        ("PRLV SEPA TARDIF", "512000", "direct_debit"),
        ("REMISE CHQ 123", "512000", "cheque"),
        ("Tardif", "511200", "cheque"),
        ("Encaissement CB du 12", "512000", "card"),
        ("Traite Tardif", "512000", "bill"),
        ("Tardif", "530000", "cash"),
        ("Virginie Tardif", "512000", ""),
    ],
)
def test_the_way_of_payment_is_read_where_the_entry_says_it(label, account, method):
    received = line(Debit="0,00", Credit="1200,00", EcritureLib=label, PieceRef="1", JournalLib="Banque")
    money = line(CompteNum=account, CompAuxNum="", EcritureLib=label, PieceRef="1", JournalLib="Banque")
    (payment,) = receivables_from_fec(read_fec(entry(received, money))).payments
    assert payment.method == method


@given(st.lists(st.tuples(st.integers(0, 6_000), st.binary(min_size=1, max_size=3)), min_size=1, max_size=5))
def test_a_damaged_file_is_read_or_refused(changes):
    damaged = (GOOD / YEAR).read_bytes()
    for place, noise in changes:
        start = place % len(damaged)
        damaged = damaged[:start] + noise + damaged[start + len(noise) :]
    with suppress(FormatError):
        book = receivables_from_fec(read_fec(damaged))
        assert len({row.number for row in book.invoices}) == len(book.invoices)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    with suppress(FormatError):
        assert read_fec(HEADER.encode() + b"\n" + data).lines
    with suppress(FormatError):
        assert read_fec(data).lines


CENTS = st.integers(1, 500_00)


@given(
    st.lists(CENTS, min_size=1, max_size=6),
    st.lists(CENTS, min_size=1, max_size=6),
    st.lists(st.sampled_from("AB "), min_size=12, max_size=12),
)
def test_lettering_never_settles_more_than_what_is_there(invoiced, paid, letters):
    lines = []
    for rank, cents in enumerate(invoiced):
        sale = {"EcritureNum": f"V{rank}", "PieceRef": f"FA-{rank}"}
        amount = f"{cents // 100},{cents % 100:02d}"
        lines.append(line(**sale, Debit=amount, EcritureLet=letters[rank].strip()))
        lines.append(line(**sale, CompteNum="706000", CompAuxNum="", Debit="", Credit=amount))
    for rank, cents in enumerate(paid):
        receipt = {"EcritureNum": f"B{rank}", "PieceRef": ""}
        amount = f"{cents // 100},{cents % 100:02d}"
        lines.append(line(**receipt, Debit="", Credit=amount, EcritureLet=letters[6 + rank].strip()))
        lines.append(line(**receipt, CompteNum="512000", CompAuxNum="", Debit=amount))
    book = receivables_from_fec(read_fec(entry(*lines)))
    left = book.open_cents()
    assert sum(left.values()) == sum(invoiced) - sum(paid) == book.balance_cents
    assert all(0 <= left[row.key] <= row.total_cents for row in book.invoices)
    assert all(-row.amount_cents <= left[row.key] <= 0 for row in book.payments)
    assert all(left[row.key] == row.total_cents for row in book.invoices if not row.letter)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="no reference data beside the project")
def test_a_real_year_adds_up_to_its_customer_balance():
    (path,) = (SHARED / "data" / "fec").glob("*.txt")
    fec = read_fec(path.read_bytes(), file_name=path.name)
    book = receivables_from_fec(fec)
    balance = sum(row.amount_cents for row in fec.lines if row.account.startswith("411"))
    assert sum(book.open_cents().values()) == book.balance_cents == balance
    assert book.lettered_groups == 134
    assert (len(book.customers), len(book.invoices), len(book.payments)) == (17, 407, 129)
    assert {found.kind for found in book.findings} == {"adjustment", "unbalanced_letter"}
    settled = {row.key for row in book.invoices if book.open_cents()[row.key] == 0}
    assert len(settled) == 381
