"""A spreadsheet read to its end: what is kept, all that is wrong, and the columns that a person chooses."""

import pytest

from formats.golden import SAMPLES
from quittance.formats.errors import InvoiceFileError
from quittance.formats.invoice_rows import CustomerRow
from quittance.formats.sifting import TO_CORRECT, rows_to_correct, sift_customers, sift_invoices
from quittance.formats.spreadsheet import read_customers, read_invoices
from quittance.formats.tables import read_table

GOOD = SAMPLES / "invoices" / "good"
HEADER = "Numéro;Tiers;Date;Échéance;HT;TVA;TTC;Obs."
ROWS = (
    "F-1;Bar de la Cale;14/06/2026;15/07/2026;916,67;183,33;1100,00;voir Loïc",
    "F-2;Ferme du Moulin;15/06/2026;31/02/2026;400;80;480;",
    "F-3;Résidence Kermadec;17/06/2026;;;;1.250.00;",
    "F-4;;18/06/2026;;820,00;164,00;960,00;",
    "F-1;Bar de la Cale;19/06/2026;;;;50,00;",
    "F-5;Camping des Dunes;20/06/2026;;;;-40,00;",
)


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


def test_rows_that_are_right_are_kept_and_every_problem_is_told():
    found = sift_invoices(table(*ROWS))
    assert [(row.number, row.kind, row.total_cents) for row in found.rows] == [
        ("F-1", "invoice", 110_000),
        ("F-5", "credit_note", 4_000),
    ]
    assert [(one.line, one.column, one.written) for one in found.problems] == [
        (3, "Échéance", "31/02/2026"),
        (4, "TTC", "1.250.00"),
        (5, "Tiers", ""),
        (5, "TTC", "960,00"),
        (6, "Numéro", "F-1"),
    ]
    assert found.wrong_lines == {3, 4, 5, 6}


@pytest.mark.parametrize("name", ["factures-cp1252", "total-seul"])
def test_a_good_file_gives_the_same_rows_as_the_command_line(name):
    data = (GOOD / f"{name}.csv").read_bytes()
    assert sift_invoices(data).rows == read_invoices(data).invoices


def test_good_customers_are_the_same_too():
    data = (GOOD / "clients.csv").read_bytes()
    assert sift_customers(data).rows == read_customers(data).customers


def test_columns_are_shown_with_an_example_and_what_they_become():
    found = sift_invoices(table(*ROWS))
    assert [(one.place, one.title, one.example, one.field) for one in found.columns] == [
        (0, "Numéro", "F-1", "number"),
        (1, "Tiers", "Bar de la Cale", "customer_name"),
        (2, "Date", "14/06/2026", "issued_on"),
        (3, "Échéance", "15/07/2026", "due_on"),
        (4, "HT", "916,67", "net_cents"),
        (5, "TVA", "183,33", "vat_cents"),
        (6, "TTC", "1100,00", "total_cents"),
        (7, "Obs.", "voir Loïc", ""),
    ]


def test_a_person_says_what_columns_are():
    data = table("A-1;Bar;12/01/2026;10,00;Bière", header="Quoi;Qui;Jour;Combien;Note")
    assert sift_invoices(data).missing.startswith("la colonne « Numéro » manque")
    found = sift_invoices(
        data, chosen={0: "number", 1: "customer_name", 2: "issued_on", 3: "total_cents", 4: "subject"}
    )
    assert found.missing == ""
    assert [(row.number, row.customer_name, row.total_cents, row.subject) for row in found.rows] == [
        ("A-1", "Bar", 1_000, "Bière")
    ]


@pytest.mark.parametrize(
    ("case", "chosen", "missing"),
    [
        ("a needed column is taken away", {0: "number", 1: "customer_name", 6: "total_cents"}, "« Date » manque"),
        ("two columns, one field", {0: "number", 4: "total_cents", 6: "total_cents"}, "deux colonnes deviennent"),
        ("nothing is chosen", {}, "« Numéro » manque"),
        ("a place that is not there", {40: "number"}, "« Date » manque"),
        ("a field that is none", {0: "owner"}, "« Numéro » manque"),
    ],
)  # fmt: skip
def test_a_choice_that_does_not_do_is_told(case, chosen, missing):
    found = sift_invoices(table(*ROWS), chosen=chosen)
    assert missing in found.missing
    assert found.rows == ()
    assert len(found.columns) == 8


@pytest.mark.parametrize(
    ("case", "header", "row", "left"),
    [
        ("two columns of one title", "Numéro;Client;Date;TTC;TTC", "1;A;01/02/2026;12;13", {3, 4}),
        ("VAT by rate", "Numéro;Client;Date;TTC;TVA 20;TVA 10", "1;A;01/02/2026;12;1;1", {4, 5}),
    ],
)
def test_what_is_not_certain_is_left_to_a_person(case, header, row, left):
    found = sift_invoices(table(row, header=header))
    assert {one.place for one in found.columns if not one.field} == left


def test_customers_of_one_reference_are_told_apart():
    found = sift_customers(table("A;Un;x@", "A;Deux;", "B;Trois;", header="Code client;Nom;E-mail"))
    assert [(one.line, one.column) for one in found.problems] == [(2, "E-mail"), (3, "Code client")]
    assert found.rows == (CustomerRow(line=4, name="Trois", reference="B"),)


def test_the_rows_to_correct_come_back_as_they_were_written():
    data = table(*ROWS, "F-6;=cmd();21/06/2026;;;;-5.0.0;")
    found = sift_invoices(data)
    reasons = {line: [one.reason for one in found.problems if one.line == line] for line in found.wrong_lines}
    again = read_table(rows_to_correct(found.columns, found.table, reasons))
    assert again[0].cells[-1] == TO_CORRECT
    assert [row.cells[:3] for row in again[1:]] == [
        ("F-2", "Ferme du Moulin", "15/06/2026"),
        ("F-3", "Résidence Kermadec", "17/06/2026"),
        ("F-4", "", "18/06/2026"),
        ("F-1", "Bar de la Cale", "19/06/2026"),
        ("F-6", "=cmd()", "21/06/2026"),
    ]
    assert all(row.cells[-1] for row in again[1:])
    assert sift_invoices(rows_to_correct(found.columns, found.table, reasons)).rows[0].number == "F-1"


def test_problems_beyond_the_kept_ones_still_leave_their_rows_out():
    rows = [f"F-{number};A;32/01/2026;;;;12,00;" for number in range(3_000)]
    found = sift_invoices(table(*rows, "G-1;A;31/01/2026;;;;12,00;"))
    assert [row.number for row in found.rows] == ["G-1"]
    assert len(found.wrong_lines) == 3_000
    assert len(found.problems) == 2_000


def test_what_is_no_table_is_refused_whole():
    with pytest.raises(InvoiceFileError):
        sift_invoices(b"\x00\x01\x02\x03")
