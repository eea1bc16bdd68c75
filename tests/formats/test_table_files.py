"""Tables for spreadsheets: what is written is read back, and no text is ever a formula."""

import csv
import io
from datetime import date

import pytest
from python_calamine import load_workbook

from quittance.formats.spreadsheet import read_customers
from quittance.formats.table_files import Column, write_table

COLUMNS = (Column("Nom"), Column("Reste dû", "cents"), Column("Échéance", "day"), Column("Jours", "int"))
ROWS = [
    ("Atelier « Élan »; fils", 123_456, date(2026, 11, 20), 3),
    ("Dupré", -5, None, 0),
    ("", 0, date(2024, 2, 29), None),
]


def written(file_format, rows=ROWS, columns=COLUMNS):
    return write_table(file_format, title="Clients", columns=columns, rows=rows)


def cells(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def sheet(data):
    return load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_csv_is_what_a_french_spreadsheet_opens():
    data = written("csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert cells(data) == [
        ["Nom", "Reste dû", "Échéance", "Jours"],
        ["Atelier « Élan »; fils", "1234,56", "20/11/2026", "3"],
        ["Dupré", "-0,05", "", "0"],
        ["", "0,00", "29/02/2024", ""],
    ]


def test_xlsx_holds_numbers_and_days_not_words():
    head, first, second, third = sheet(written("xlsx"))
    assert head == ["Nom", "Reste dû", "Échéance", "Jours"]
    assert first == ["Atelier « Élan »; fils", 1234.56, date(2026, 11, 20), 3.0]
    assert second[:2] == ["Dupré", -0.05]
    assert third[2] == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("written_by_a_customer", "stands"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+33 1 02", "'+33 1 02"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1+1", "'\r=1+1"),
        ("Société =1", "Société =1"),
        ("2-3", "2-3"),
    ],
)
def test_no_text_is_a_formula(written_by_a_customer, stands):
    rows = [(written_by_a_customer,)]
    csv_rows = cells(written("csv", rows, COLUMNS[:1]))
    assert csv_rows[1] == [stands]
    if "\r" not in stands and "\t" not in stands:
        assert sheet(written("xlsx", rows, COLUMNS[:1]))[1] == [stands]


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_the_same_rows_are_the_same_bytes(file_format):
    assert written(file_format) == written(file_format)


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_a_table_without_rows_has_its_titles(file_format):
    data = written(file_format, [])
    assert (sheet(data) if file_format == "xlsx" else cells(data))[0] == [
        "Nom",
        "Reste dû",
        "Échéance",
        "Jours",
    ]


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_what_we_write_we_read(file_format):
    columns = (Column("Code client"), Column("Raison sociale"), Column("Ville"))
    data = written(file_format, [("C1", "Dupré & fils", "Dijon")], columns)
    (customer,) = read_customers(data, file_name=f"clients.{file_format}").customers
    assert (customer.reference, customer.name) == ("C1", "Dupré & fils")
