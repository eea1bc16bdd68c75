"""Customers and invoices from spreadsheets: what is read, what is completed, what is refused and how."""

import io
import json
import re
from contextlib import suppress
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from formats.golden import SAMPLES, assert_golden
from quittance.formats.columns import CHOICES, CUSTOMER_COLUMNS, INVOICE_COLUMNS, LINE_COLUMNS, column_key
from quittance.formats.errors import FormatError, InvoiceFileError
from quittance.formats.spreadsheet import read_customers, read_invoices

GOOD = SAMPLES / "invoices" / "good"
REFUSED = SAMPLES / "invoices" / "refused"
EXPECTED = json.loads((REFUSED / "expected.json").read_text(encoding="utf-8"))


def test_customers_are_read():
    assert_golden(read_customers((GOOD / "clients.csv").read_bytes()), GOOD / "clients.json")


@pytest.mark.parametrize("name", ["factures-cp1252", "total-seul", "avec-lignes"])
def test_invoices_are_read(name):
    lines = GOOD / f"{name}.lignes.csv"
    read = read_invoices((GOOD / f"{name}.csv").read_bytes(), lines.read_bytes() if lines.exists() else None)
    assert_golden(read, GOOD / f"{name}.json")


def test_every_refused_sample_has_its_message():
    assert set(EXPECTED) == {path.name for path in REFUSED.iterdir()} - {"expected.json"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_refused_file_names_line_column_and_reason(name):
    with pytest.raises(InvoiceFileError) as raised:
        read_invoices((REFUSED / name).read_bytes(), file_name=name)
    assert [str(problem) for problem in raised.value.problems] == EXPECTED[name]


def invoice_file(row: str, header: str = "Numéro;Client;Date;HT;TVA;TTC;Type"):
    return f"{header}\n{row}\n".encode()


@pytest.mark.parametrize(
    ("case", "row", "expected"),
    [
        ("all given", "1;A;01/02/2026;100;20;120;", (10000, 2000, 12000, "invoice")),
        ("total missing", "1;A;01/02/2026;100;20;;", (10000, 2000, 12000, "invoice")),
        ("VAT missing", "1;A;01/02/2026;100;;120;", (10000, 2000, 12000, "invoice")),
        ("net missing", "1;A;01/02/2026;;20;120;", (10000, 2000, 12000, "invoice")),
        ("only the total", "1;A;01/02/2026;;;120;", (None, None, 12000, "invoice")),
        ("no VAT", "1;A;01/02/2026;100;0;100;", (10000, 0, 10000, "invoice")),
        ("negative total", "1;A;01/02/2026;-100;-20;-120;", (10000, 2000, 12000, "credit_note")),
        ("negative, called invoice", "1;A;01/02/2026;;;-120;Facture", (None, None, 12000, "credit_note")),
        ("called credit note", "1;A;01/02/2026;100;20;120;Avoir", (10000, 2000, 12000, "credit_note")),
    ],
)
def test_amounts_are_completed_from_one_another(case, row, expected):
    (invoice,) = read_invoices(invoice_file(row)).invoices
    assert (invoice.net_cents, invoice.vat_cents, invoice.total_cents, invoice.kind) == expected


@pytest.mark.parametrize(
    ("case", "row", "says"),
    [
        ("net and total apart", "1;A;01/02/2026;100;-120;-20;", "ne font pas"),
        ("net above total", "1;A;01/02/2026;130;;120;", "ne font pas"),
        ("no amount", "1;A;01/02/2026;;;;", "la case est vide"),
        ("only the net", "1;A;01/02/2026;100;;;", "la case est vide"),
        ("no customer", "1;;01/02/2026;100;20;120;", "la case est vide"),
        ("number as a date", "1;A;46387;100;20;120;", "n'est pas une date"),
        ("American date", "1;A;12/31/2026;100;20;120;", "n'est pas une date"),
        ("too large", "1;A;01/02/2026;;;" + "9" * 20 + ";", "trop grand"),
        ("number too long", "1" * 61 + ";A;01/02/2026;;;1;", "60 caractères"),
    ],
)
def test_amounts_and_cells_that_cannot_be_are_refused(case, row, says):
    with pytest.raises(InvoiceFileError, match=says):
        read_invoices(invoice_file(row))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("1/2/26", date(2026, 2, 1)),
        ("2026-12-31", date(2026, 12, 31)),
        ("31.12.2026 00:00:00", date(2026, 12, 31)),
        ("2026-12-31T08:30:00Z", date(2026, 12, 31)),
        ("20261231", date(2026, 12, 31)),
    ],
)
def test_dates_are_read_as_they_are_written_in_france(written, read):
    (invoice,) = read_invoices(invoice_file(f"1;A;{written};;;120;")).invoices
    assert invoice.issued_on == read


def test_up_to_twenty_problems_are_listed_in_the_order_of_the_file():
    rows = "\n".join(f"{number};A;hier;;;120;" for number in range(30))
    with pytest.raises(InvoiceFileError) as raised:
        read_invoices(invoice_file(rows))
    assert [problem.line for problem in raised.value.problems] == list(range(2, 22))


INVOICES = invoice_file("FA-1;A;01/02/2026;100;20;120;\nFA-2;A;01/02/2026;;;60;")


@pytest.mark.parametrize(
    ("case", "lines", "says"),
    [
        ("sum", "FA-1;a;1;90;20;90", "les lignes font 90,00\u00a0€, la facture annonce 100,00\u00a0€"),
        ("unknown", "FA-9;a;1;90;20;90", "« FA-9 » n'est pas dans le fichier des factures"),
        ("quantity", "FA-1;a;un;100;20;100", "fichier des lignes : « un » n'est pas un nombre"),
        ("decimals", "FA-1;a;1,00001;100;20;100", "plus de 4 décimales"),
        ("rate", "FA-1;a;1;100;200;100", "n'est pas un taux"),
        ("no rate", "FA-1;a;1;100;;100", "la case est vide"),
        ("no price", "FA-1;a;1;;20;", "la case est vide"),
        ("no text", "FA-1;;1;100;20;100", "la case est vide"),
    ],
)
def test_lines_that_do_not_fit_their_invoice_are_refused(case, lines, says):
    header = "Facture;Désignation;Quantité;PU;Taux de TVA;Montant HT"
    with pytest.raises(InvoiceFileError, match=says):
        read_invoices(INVOICES, f"{header}\n{lines}\n".encode())


def test_lines_complete_net_price_and_vat():
    lines = "Facture;Désignation;Quantité;PU;Taux;HT\nFA-2;pose;0,5;100;20;\nFA-1;pièces;4;;5,5 %;100\n"
    first, second = read_invoices(INVOICES, lines.encode()).invoices
    assert (second.net_cents, second.vat_cents) == (5000, 1000)
    assert first.lines[0].unit_price_e6 == 25_000_000
    assert first.lines[0].vat_rate_bp == 550


def test_a_lines_file_without_its_columns_names_itself():
    with pytest.raises(InvoiceFileError, match="fichier des lignes : la colonne « Taux de TVA » manque"):
        read_invoices(INVOICES, b"Facture;Libelle;HT\nFA-1;a;100\n")


def test_two_lines_of_one_invoice_have_two_positions():
    lines = "Facture;Position;Désignation;HT;TVA\nFA-1;1;a;50;20\nFA-1;1;b;50;20\n"
    with pytest.raises(InvoiceFileError, match="deux lignes 1"):
        read_invoices(INVOICES, lines.encode())


def test_a_workbook_with_real_dates_and_numbers_is_read():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["N° facture", "Code client", "Date facture", "Échéance", "Montant T.T.C."])
        sheet.write_row(1, 0, [2026001, "BON1"])
        sheet.write_datetime(1, 2, date(2026, 1, 31), day)
        sheet.write_datetime(1, 3, date(2026, 3, 2), day)
        sheet.write(1, 4, 1234.56)
    (invoice,) = read_invoices(buffer.getvalue()).invoices
    assert (invoice.number, invoice.total_cents) == ("2026001", 123456)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 1, 31), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("header", "cell", "says"),
    [
        ("SIREN", "12345", "9 chiffres|neuf chiffres"),
        ("SIREN", "732829321", "clé de contrôle"),
        ("SIRET", "73282932000075", "clé de contrôle"),
        ("N° TVA", "FR45732829320", "clé"),
        ("N° TVA", "12", "n'est pas un numéro de TVA"),
        ("IBAN", "FR7630006000011234567890188", "clé de contrôle"),
        ("E-mail", "compta(at)client", "n'est pas complète"),
        ("IBAN", "3000600001", "deux lettres"),
        ("Type de client", "prospect", "Valeurs acceptées : entreprise, public, particulier"),
        ("Ton", "méchant", "Valeurs acceptées : chaleureux, neutre, ferme"),
        ("Pays", "Atlantide", "n'est pas connu"),
    ],
)
def test_a_customer_with_a_wrong_cell_is_refused(header, cell, says):
    with pytest.raises(InvoiceFileError, match=says):
        read_customers(f"Raison sociale;{header}\nTardif;{cell}\n".encode())


@pytest.mark.parametrize("rows", ["C1;Bon\nC1;Tardif\n", ";Bon\n;Bon\n"])
def test_two_customers_that_cannot_be_told_apart_are_refused(rows):
    with pytest.raises(InvoiceFileError, match="déjà à la ligne 2"):
        read_customers(f"Code client;Nom\n{rows}".encode())


def test_columns_that_are_not_understood_are_said():
    read = read_customers(b"Nom;Couleur\nTardif;bleu\n")
    assert read.ignored_columns == ("Couleur",)


@pytest.mark.parametrize(
    ("title", "cell", "field", "value"),
    [
        ("payer_alias", "HOLDING", "payer_aliases", ("HOLDING",)),
        ("Alias", "HOLDING | GROUPE", "payer_aliases", ("HOLDING", "GROUPE")),
        ("Alias du payeur", "HOLDING;GROUPE", "payer_aliases", ("HOLDING", "GROUPE")),
        ("Mél", "a@b.example", "email", "a@b.example"),
        ("Mail", "a@b.example", "email", "a@b.example"),
        ("Courriel", "a@b.example", "email", "a@b.example"),
        ("Règlement", "30 jours", "term", "30 jours"),
        ("Règlement", "Virement", "term", ""),
        ("Règlement", "par chèque", "term", ""),
        ("Conditions de règlement", "45", "term", "45 jours"),
    ],
)
def test_usual_titles_of_customers(title, cell, field, value):
    (customer,) = read_customers(f'Nom;{title}\nTardif;"{cell}"\n'.encode()).customers
    assert getattr(customer, field) == value


@pytest.mark.parametrize("title", ["Facture N°", "Facture", "N° Facture", "N°"])
def test_usual_titles_of_invoice_numbers(title):
    (invoice,) = read_invoices(
        invoice_file("F1;C1;01/02/2026;12", f"{title};Code;Date fact.;Net à payer")
    ).invoices
    assert (invoice.number, invoice.customer_reference) == ("F1", "C1")
    assert (invoice.issued_on, invoice.total_cents) == (date(2026, 2, 1), 1200)


@pytest.mark.parametrize("title", ["T.V.A.", "TVA 20%", "TVA 5,5 %"])
@pytest.mark.parametrize("total", ["Montant T.T.C.", "Net à payer"])
def test_usual_titles_of_amounts(title, total):
    (invoice,) = read_invoices(
        invoice_file("F1;A;01/02/2026;20;120", f"N°;Client;Date facture;{title};{total}")
    ).invoices
    assert (invoice.net_cents, invoice.vat_cents) == (10_000, 2_000)


def test_vat_in_one_column_for_each_rate_is_refused_and_a_total_of_vat_is_read():
    titles = "N°;Client;Date;TVA 20%;TVA 10%;TTC"
    with pytest.raises(InvoiceFileError, match=r"« TVA 20% », « TVA 10% ».*Total TVA"):
        read_invoices(invoice_file("F1;A;01/02/2026;20;10;230", titles))
    (invoice,) = read_invoices(invoice_file("F1;A;01/02/2026;20;10;230;30", f"{titles};Total TVA")).invoices
    assert (invoice.net_cents, invoice.vat_cents) == (20_000, 3_000)


@pytest.mark.parametrize(
    ("title", "cell", "paid_cents"),
    [("Réglée", "oui", 12_000), ("Réglé", "Non", 0), ("Réglée", "20,00", 2_000), ("Réglé", "", 0)],
)
def test_what_is_paid_is_an_amount_or_a_word(title, cell, paid_cents):
    (invoice,) = read_invoices(
        invoice_file(f"1;A;01/02/2026;120;{cell}", f"N°;Client;Date;TTC;{title}")
    ).invoices
    assert invoice.paid_cents == paid_cents


@pytest.mark.parametrize(
    ("titles", "says"),
    [
        ("Numero de factur;Client;Date;TTC", "Est-ce « Numero de factur » ? Renommez-la « Numéro »."),
        (
            "Pièce;Client;Jour;TTC",
            "Titres acceptés : date de facture, date facture, date fact, date de la facture, date d emission, "
            "invoice date… (liste : docs/reference/import-files.md). Colonnes trouvées : Pièce, Client, Jour, TTC",
        ),
    ],
)
def test_a_missing_column_tells_the_nearest_title_or_the_accepted_ones(titles, says):
    with pytest.raises(InvoiceFileError, match=re.escape(says)):
        read_invoices(invoice_file("1;A;01/02/2026;120", titles))


@pytest.mark.parametrize("row", ["TOTAL;;;100;20;120;", ";;Totaux;100;20;120;", ";Sous-total HT;;;;120;"])
def test_a_row_of_totals_is_told_as_such_and_once(row):
    with pytest.raises(InvoiceFileError) as raised:
        read_invoices(invoice_file(f"1;A;01/02/2026;100;20;120;\n{row}"))
    assert [str(problem) for problem in raised.value.problems] == [
        "ligne 3 : ligne de total ? Supprimez-la du fichier"
    ]


def test_a_customer_called_total_is_no_row_of_totals():
    (invoice,) = read_invoices(invoice_file("1;TOTAL;01/02/2026;100;20;120;")).invoices
    assert invoice.customer_name == "TOTAL"


def computed(amount):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["N° facture", "Code client", "Date facture", "Montant T.T.C."])
        sheet.write_row(1, 0, ["F1", "BON1", "31/01/2026", amount])
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("amount", "cents"),
    [(372.00000001, 37_200), (371.99999, 37_200), (0.1 + 0.2, 30), (-12.340000099, -1_234), (1.00005, 100)],
)
def test_the_noise_of_a_computed_cell_is_dropped(amount, cents):
    (invoice,) = read_invoices(computed(amount)).invoices
    assert invoice.total_cents * (1 if invoice.kind == "invoice" else -1) == cents


@pytest.mark.parametrize("amount", [372.001, 372.0011, 372.00015, 371.9985, 372.005])
def test_a_computed_cell_that_was_never_rounded_is_refused(amount):
    with pytest.raises(InvoiceFileError, match=r"plus de deux décimales|deux façons"):
        read_invoices(computed(amount))


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Date d'échéance", "date d echeance"),
        ("DATE D’ECHEANCE", "date d echeance"),
        ("N° facture", "n facture"),
        ("Nº facture", "no facture"),
        ("Total H.T. (€)", "total ht"),
        ("Montant TTC en euros", "montant ttc"),
        ("invoice_date", "invoice date"),
    ],
)
def test_titles_are_recognised_whatever_their_accents_and_punctuation(title, key):
    assert column_key(title) == key


@pytest.mark.parametrize("columns", [CUSTOMER_COLUMNS, INVOICE_COLUMNS, LINE_COLUMNS])
def test_a_title_means_one_field_and_is_written_as_it_is_recognised(columns):
    names = [key for column in columns for key in column.keys]
    assert len(names) == len(set(names))
    assert [column_key(name) for name in names] == names
    assert all(column_key(column.label) in column.keys for column in columns)


def test_choices_are_written_as_they_are_recognised():
    assert all(column_key(name) == name for known in CHOICES.values() for name in known)


@given(
    st.sampled_from([path.read_bytes() for path in sorted(GOOD.glob("*.csv"))]),
    st.lists(st.tuples(st.integers(0, 5_000), st.binary(min_size=1, max_size=3)), min_size=1, max_size=5),
)
def test_a_damaged_file_is_read_or_refused(sample, changes):
    damaged = sample
    for place, noise in changes:
        start = place % len(damaged)
        damaged = damaged[:start] + noise + damaged[start + len(noise) :]
    with suppress(FormatError):
        assert read_customers(damaged).customers is not None
    with suppress(FormatError):
        assert all(invoice.total_cents > 0 for invoice in read_invoices(damaged, damaged).invoices)


@pytest.mark.parametrize("columns", [CUSTOMER_COLUMNS, INVOICE_COLUMNS, LINE_COLUMNS])
def test_every_column_and_its_titles_are_documented(columns):
    page = (SAMPLES.parents[1] / "docs" / "reference" / "import-files.md").read_text(encoding="utf-8")
    for column in columns:
        row = rf"^\| {re.escape(column.label)}( \*)? \| {re.escape(', '.join(column.keys))} \|$"
        assert re.search(row, page, re.MULTILINE), column.label


def test_the_documented_examples_are_read():
    page = (SAMPLES.parents[1] / "docs" / "reference" / "import-files.md").read_text(encoding="utf-8")
    customers, invoices, lines = (block.encode() for block in re.findall(r"```\n(.*?)```", page, re.DOTALL))
    assert read_customers(customers).customers[0].term == "45 jours fin de mois"
    invoice, credit_note = read_invoices(invoices, lines).invoices
    assert (invoice.net_cents, len(invoice.lines), credit_note.kind) == (100_000, 2, "credit_note")
