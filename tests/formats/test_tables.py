"""Bytes become rows: delimiters, encodings, quoted newlines, workbooks, and the limits."""

import io
import zipfile
from contextlib import suppress
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from quittance.formats import tables
from quittance.formats.errors import FormatError, InvoiceFileError
from quittance.formats.tables import Row, read_table


def workbook(fill, **options) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        fill(book)
    return buffer.getvalue()


def repacked(data: bytes, change) -> bytes:
    """The same archive with each member passed through `change(name, content)`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def two_cells(book):
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Nom")
    sheet.write(1, 0, "Tardif")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found_by_content(delimiter, encoding):
    table = ["Numéro", "Échéance", "Société"], ["FA-1", "31/12/2026", "Élan"], ["FA-2", "31/01/2027", "Été"]
    data = "\r\n".join(delimiter.join(cells) for cells in table).encode(encoding)
    assert [row.cells for row in read_table(data)] == [tuple(cells) for cells in table]


def test_decimal_commas_do_not_pass_for_the_delimiter():
    data = b"N;Client;HT;TVA;TTC\n1;A;1,00;0,20;1,20\n2;B;2,00;0,40;2,40\n"
    assert read_table(data)[1].cells == ("1", "A", "1,00", "0,20", "1,20")


def test_a_row_is_where_it_begins_though_a_cell_spans_lines_and_rows_are_empty():
    data = b'a;b\n"one\ntwo";2\n;;\n\nthree;3\n'
    assert read_table(data) == (Row(1, ("a", "b")), Row(2, ("one\ntwo", "2")), Row(6, ("three", "3")))


def test_old_macintosh_line_ends_are_read():
    assert len(read_table(b"a;b\r1;2\r3;4\r")) == 3


def test_a_workbook_gives_typed_cells_as_plain_text():
    def fill(book):
        book.add_worksheet("vide")
        hidden = book.add_worksheet("cachée")
        hidden.write(0, 0, "secret")
        hidden.hide()
        sheet = book.add_worksheet("Factures")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(1, 1, ["Numéro", 1234.5, 0.1 + 0.2, 732829320, True])
        sheet.write_datetime(3, 1, date(2026, 12, 31), day)
        sheet.write_formula(3, 2, "=B1/0", None, "#DIV/0!")

    assert read_table(workbook(fill)) == (
        Row(2, ("", "Numéro", "1234.5", "0.3", "732829320", "oui")),
        Row(4, ("", "2026-12-31", "#DIV/0!", "", "", "")),
    )


def refusal(data: bytes, **options) -> InvoiceFileError:
    with pytest.raises(InvoiceFileError) as raised:
        read_table(data, **options)
    return raised.value


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "vide"),
        (b" \n ", "vide"),
        (b"\x81\x8d;\x00", "accents"),
        (b'a;b\nc;"d\n', "guillemets"),
        (b"PK\x03\x04 nothing behind", "abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "ancien format"),
        (b"a;b\n" + b"x" * 10_001 + b";1\n", "10000 caractères"),
        (b";".join([b"x"] * 301), "300 colonnes"),
    ],
)
def test_what_is_not_a_table_is_refused(data, says):
    assert says in str(refusal(data))


def test_a_file_too_large_or_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    assert "plus de 3 lignes" in str(refusal(b"a;b\n" * 4))
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 10)
    assert "dépasse" in str(refusal(b"a;b\n" * 4, file_name="gros.csv"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(tables, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = repacked(workbook(two_cells), lambda name, old: old + b" " * 900_000 * ("sheet1" in name))
    assert len(bomb) < 20_000
    bomb = repacked(bomb, lambda name, old: old + b" " * 900_000 * ("styles" in name))
    assert "décompressé" in str(refusal(bomb))


@pytest.mark.parametrize(
    ("place", "says"), [(b'r="A1048576"', "lignes"), (b'r="XFD2"', "colonnes"), (b"r = 'A900000'", "lignes")]
)
def test_one_cell_far_away_does_not_reserve_the_whole_rectangle(place, says):
    data = repacked(workbook(two_cells), lambda name, old: old.replace(b'r="A2"', place))
    assert says in str(refusal(data))


def test_a_workbook_with_a_document_type_or_with_doubled_members_is_refused():
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert "abîmé" in str(refusal(repacked(workbook(two_cells), lambda name, old: entity + old)))
    buffer = io.BytesIO(workbook(two_cells))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
    assert "abîmé" in str(refusal(buffer.getvalue()))


def test_a_zip_that_is_no_workbook_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("content.xml", b"<office/>")
    assert "abîmé" in str(refusal(buffer.getvalue(), file_name="tableau.ods"))


SAMPLE_CSV = 'Nom;Montant\n"Tardif\n& Cie";1 200,00\nÉlan;3\n'.encode()
SAMPLE_XLSX = workbook(two_cells)


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_a_refusal(data):
    read_or_refuse(data)


@given(
    st.sampled_from([SAMPLE_CSV, SAMPLE_XLSX]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_file_gives_rows_or_a_refusal(sample, changes):
    damaged = bytearray(sample)
    for place, byte in changes:
        damaged[place % len(damaged)] = byte
    read_or_refuse(bytes(damaged))


@given(st.text(st.sampled_from("<>/cvr= t\"'e1A?#&;sx:"), max_size=60))
def test_a_damaged_sheet_gives_rows_or_a_refusal(noise):
    def change(name, old):
        return old.replace(b"<sheetData>", b"<sheetData>" + noise.encode()) if "sheet1" in name else old

    read_or_refuse(repacked(SAMPLE_XLSX, change))


def read_or_refuse(data: bytes) -> None:
    with suppress(FormatError):
        rows = read_table(data)
        assert all(any(row.cells) for row in rows)
        assert [row.line for row in rows] == sorted({row.line for row in rows})
