"""CSV statements: what the samples do not show."""

import re
from datetime import date

import pytest

from quittance.formats.bank import delimited
from quittance.formats.bank.layouts import LAYOUTS, PLAIN_TITLES, ColumnMap
from quittance.formats.bank.reader import read_statements
from quittance.formats.columns import column_key
from quittance.formats.errors import StatementError

MAP = ColumnMap(date="Le", label="Quoi", amount="Combien")


def read(*rows: str, columns: ColumnMap | None = None):
    return delimited.read("\n".join(rows).encode(), columns=columns)


def amount(text: str, *, decimal: str = "") -> int:
    columns = ColumnMap(date="Le", label="Quoi", amount="Combien", delimiter="|", decimal=decimal)
    (line,) = read("Le|Quoi|Combien", f"2026-02-10|A|{text}", columns=columns).lines
    return line.amount_cents


@pytest.mark.parametrize(
    ("text", "decimal", "cents"),
    [
        ("1 718,70", "", 171_870),
        ("1\u202f718,70 €", "", 171_870),
        ("1\u00a0718.70 EUR", "", 171_870),
        ("-8,99", "", -899),
        ("\u22128,99", "", -899),
        ("+4 800", "", 480_000),
        ("0,5", "", 50),
        ("1.718,70", ",", 171_870),
        ("1.234.567", ",", 123_456_700),
        ("1,718.70", ".", 171_870),
        ('="12,00"', "", 1_200),
    ],
)
def test_amounts(text, decimal, cents):
    assert amount(text, decimal=decimal) == cents


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("1.234", ""),
        ("1,234", ""),
        ("1,234.56", ""),
        ("12.50", ","),
        ("12,50", "."),
        ("", ""),
        ("1,2,3", ""),
        ("12,345", ","),
    ],
)
def test_amounts_that_are_refused(text, decimal):
    with pytest.raises(StatementError) as refusal:
        amount(text, decimal=decimal)
    assert (refusal.value.line, refusal.value.column) == (2, "Combien")


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        ("10/02/2026", "", date(2026, 2, 10)),
        ("10-2-26", "", date(2026, 2, 10)),
        ("2026-02-10", "", date(2026, 2, 10)),
        ("02/10/2026", "%m/%d/%Y", date(2026, 2, 10)),
        ("10 02 2026", "%d %m %Y", date(2026, 2, 10)),
    ],
)
def test_dates(text, date_format, day):
    columns = ColumnMap(date="Le", label="Quoi", amount="Combien", date_format=date_format)
    (line,) = read("Le;Quoi;Combien", f"{text};A;1", columns=columns).lines
    assert line.booked_on == day


@pytest.mark.parametrize(
    ("text", "date_format"), [("10/02", ""), ("30/02/2026", ""), ("10/02/2026", "%Y-%m-%d")]
)
def test_dates_that_are_refused(text, date_format):
    columns = ColumnMap(date="Le", label="Quoi", amount="Combien", date_format=date_format)
    with pytest.raises(StatementError) as refusal:
        read("Le;Quoi;Combien", f"{text};A;1", columns=columns)
    assert (refusal.value.line, refusal.value.column) == (2, "Le")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_columns_described_by_hand(delimiter):
    columns = ColumnMap(
        date="Le",
        label="Quoi",
        debit="Sortie",
        credit="Entrée",
        value_date="Valeur",
        reference="N°",
        counterparty="Qui",
    )
    rows = [
        ["Export", "", "", "", "", "", ""],
        ["N°", "LE", "valeur", "Qui", "Quoi", "Sortie", "Entree"],
        ["7", "10/02/2026", "11/02/2026", "Dupont", "FA-1", "", "12.50"],
        ["8", "11/02/2026", "11/02/2026", "Loyer", "Février", "-3", ""],
    ]
    result = read(*[delimiter.join(row) for row in rows], columns=columns)
    first, second = result.lines
    assert result.format == "csv:described"
    assert (first.amount_cents, second.amount_cents) == (1_250, -300)
    assert (first.bank_ref, first.counterparty_name, first.value_on) == ("7", "Dupont", date(2026, 2, 11))
    assert (first.source_line, second.source_line) == (3, 4)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            ColumnMap(date="Jour", label="Quoi", amount="Combien"),
            "La colonne « Jour » manque. Colonnes trouvées : Le, Quoi, Combien",
        ),
        (
            ColumnMap(date="X", label="Y", amount="Z"),
            "La colonne « X » manque. Colonnes trouvées : Le, Quoi, Combien",
        ),
        (ColumnMap(date="Le", label="Quoi"), "Indiquez la colonne du montant"),
        (ColumnMap(date="Le", label="Quoi", debit="Combien"), "Indiquez la colonne du montant"),
    ],
)
def test_a_described_column_that_is_missing(columns, message):
    with pytest.raises(StatementError, match=re.escape(message)):
        read("Le;Quoi;Combien", "10/02/2026;A;1", columns=columns)


def test_a_header_alone_is_an_account_without_movement():
    (statement,) = read("date;libelle;montant").statements
    assert (statement.currency, statement.lines, statement.to_on) == ("EUR", (), None)


def test_a_label_over_several_lines_keeps_line_numbers_right():
    with pytest.raises(StatementError) as refusal:
        read("date;libelle;montant", '10/02/2026;"UN\nDEUX";1,00', "11/02/2026;TROIS;x")
    assert refusal.value.line == 4


@pytest.mark.parametrize(
    ("case", "rows", "opening", "closing"),
    [
        ("oldest first", ["09/02/2026;A;10;110", "10/02/2026;B;-5;105"], 10_000, 10_500),
        ("newest first", ["10/02/2026;B;-5;105", "09/02/2026;A;10;110"], 10_000, 10_500),
        ("one day, oldest first", ["09/02/2026;A;10;110", "09/02/2026;B;-5;105"], 10_000, 10_500),
        ("one movement", ["09/02/2026;A;10;110"], 10_000, 11_000),
        ("balances not on all rows", ["09/02/2026;A;10;110", "10/02/2026;B;-5;"], None, None),
    ],
)
def test_a_running_balance_gives_both_balances(case, rows, opening, closing):
    (statement,) = read("date;libelle;montant;solde", *rows).statements
    assert (statement.opening_cents, statement.closing_cents) == (opening, closing), case


def test_a_closing_balance_before_today_is_not_later_than_the_last_movement():
    preamble = "Compte;Compte;****1;08/02/2026;;5,00"
    titles = "Date operation;Libelle court;Type operation;Libelle operation;Montant operation en euro"
    (statement,) = read(preamble, titles, "09/02/2026;VIR;VIR;VIR A;1,00").statements
    assert statement.to_on == date(2026, 2, 9)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_layouts_are_well_formed(layout):
    columns = layout.columns
    assert columns.delimiter
    assert columns.decimal in (",", ".")
    assert columns.amount or (columns.debit and columns.credit)
    keys = [column_key(title) for title in layout.titles]
    assert len(set(keys)) == len(keys)
    assert layout.kept.isdisjoint(layout.left_out)


@pytest.mark.parametrize("title", ["Détail", "Opération", "Nature", "Nature de l'opération"])
def test_usual_titles_of_labels(title):
    (statement,) = read(f"Date;{title};Montant", "09/02/2026;VIR ATELIER;1,00").statements
    assert statement.lines[0].label == "VIR ATELIER"


def test_plain_titles_are_written_as_they_are_compared():
    for names in PLAIN_TITLES.values():
        assert [column_key(name) for name in names] == list(names)


@pytest.mark.parametrize(("month", "day"), [("01", date(2026, 1, 11)), ("07", date(2026, 7, 11))])
def test_an_instant_in_utc_is_a_day_in_paris(month, day):
    titles = (
        "Status,Settlement date (UTC),Total amount (incl. VAT),Currency,Counterparty name,Payment method,"
        "Transaction ID,IBAN,Reference,Note"
    )
    row = f"settled,10-{month}-2026 23:00:00,1.00,EUR,DUPONT,Transfer,1,X,FA-1,"
    (line,) = read_statements(f"{titles}\n{row}\n".encode()).lines
    assert line.booked_on == day
