"""Bringing files in: looked at first, imported where right, once."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cast import DUPONT_IBAN, STRANGER_IBAN, Transfer, statement_xml
from doors.web.house import FRIDAY, House
from quittance.company.models import Job, Upload
from quittance.customers.models import Customer
from quittance.formats.tables import read_table
from quittance.interfaces import jobs
from quittance.interfaces.web import uploads
from quittance.interfaces.web.imports import views
from quittance.journal.models import Entry
from quittance.payments.models import BankLine, Receivable
from quittance.sales.models import Invoice

pytestmark = pytest.mark.one_database

HEADER = "Numéro;Tiers;Date;Date d'échéance;Total HT;TVA;Montant TTC;Réglé;Obs."
GOOD = (
    "G-1;Bar de la Cale;14/06/2026;15/07/2026;916,67;183,33;1100,00;0,00;voir Loïc",
    "G-2;Menuiserie Bonpayeur;15/06/2026;15/07/2026;400,00;80,00;480,00;480,00;",
    "G-3;Bar de la Cale;17/06/2026;;;;2260,00;;",
)
WRONG = (
    "G-4;Ferme du Moulin;18/06/2026;31/02/2026;;;90,00;;",
    "G-5;Ferme du Moulin;18/06/2026;;;;1.250.00;;",
    "F-101;Bar de la Cale;19/06/2026;;;;10,00;;",
)
KNOWN = "F-103;Menuiserie Bonpayeur;10/10/2026;09/11/2026;;;450,00;;"


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


def bring(
    house: House, data: bytes, *, who: str = "owner", kind: str = "invoices", name: str = "fichier.csv"
):
    """Bring a file in as a browser does."""
    return house.client(who).post(
        f"{house.url('imports')}?kind={kind}", {"file": SimpleUploadedFile(name, data)}
    )


def brought(house: House, data: bytes, **how) -> Upload:
    """Bring a file in; return it where it was kept."""
    answer = bring(house, data, **how)
    assert answer.status_code == 302, re.findall(r'role="alert".*?</p>', answer.content.decode())
    return Upload.objects.latest("pk")


def page(house: House, upload: Upload, who: str = "owner") -> str:
    return house.client(who).get(house.url("import-check", upload.pk)).content.decode()


def post(house: House, name: str, upload: Upload, who: str = "owner", **fields: object):
    return house.client(who).post(house.url(name, upload.pk), fields)


# --- looking


def test_a_file_is_looked_at_and_nothing_is_in_the_books(house):
    invoices, entries = Invoice.objects.count(), Entry.objects.count()
    upload = brought(house, table(*GOOD, *WRONG, KNOWN), name="factures-2026.csv")
    shown = page(house, upload)
    assert (Invoice.objects.count(), Entry.objects.count()) == (invoices, entries)
    assert "factures-2026.csv" in shown
    assert "7 lignes" in shown
    assert "Importer 3 factures" in shown
    assert "3\u202f840,00" in shown  # the sum of what is ready
    assert "3 lignes à corriger" in shown
    for words in (
        "Ligne 5, Date d&#x27;échéance",
        "31/02/2026",
        "1.250.00",
        "Ligne 7, Numéro",
        "est déjà là",
    ):
        assert words in shown
    assert upload.confirmed_at is None


def test_each_column_has_an_example_and_what_it_becomes(house):
    shown = page(house, brought(house, table(*GOOD)))
    row = re.search(r'<th scope="row">Tiers</th>.*?</tr>', shown, re.DOTALL)[0]
    assert "Bar de la Cale" in row
    assert re.search(r'<option value="customer_name" selected>Client</option>', row)
    unread = re.search(r'<th scope="row">Obs\.</th>.*?</tr>', shown, re.DOTALL)[0]
    assert "selected" not in unread


def test_a_person_chooses_what_columns_are(house):
    data = table("A-1;Bar de la Cale;12/01/2026;10,00", header="Quoi;Qui;Jour;Combien")
    upload = brought(house, data)
    shown = page(house, upload)
    wanted = re.search(r"Il reste à dire quelle colonne porte.*?\.", shown)[0]
    assert "Numéro de facture" in wanted
    assert "Code client ou Client, Total TTC" in wanted
    assert "Importer 0 facture" in shown
    assert "disabled" in shown
    columns = {
        "column-0": "number",
        "column-1": "customer_name",
        "column-2": "issued_on",
        "column-3": "total_cents",
    }
    post(house, "import-choices", upload, **columns)
    assert "Importer 1 facture" in page(house, upload)


def test_columns_changed_and_confirmed_in_one_breath_are_shown_first(house):
    upload = brought(house, table(*GOOD))
    fields = {"column-0": "number", "shown-0": "number", "column-1": "subject", "shown-1": "customer_name"}
    post(house, "import-confirm", upload, **fields)
    upload.refresh_from_db()
    assert upload.confirmed_at is None
    assert not Invoice.objects.filter(number="G-1").exists()


# --- recording


def test_what_is_right_is_imported_and_the_rest_is_told(house):
    upload = brought(house, table(*GOOD, *WRONG, KNOWN))
    post(house, "import-confirm", upload)
    numbers = set(
        Invoice.objects.filter(company=house.company, number__startswith="G").values_list("number", flat=True)
    )
    assert numbers == {"G-1", "G-2", "G-3"}
    open_cents = dict(
        Receivable.objects.filter(
            company=house.company, installment__invoice__number__startswith="G"
        ).values_list("installment__invoice__number", "open_cents")
    )
    assert open_cents == {"G-1": 110_000, "G-2": 0, "G-3": 226_000}
    assert Customer.objects.filter(company=house.company, name="Bar de la Cale").count() == 1
    shown = page(house, upload)
    assert "Import terminé" in shown
    assert "3 lignes ont été laissées de côté" in shown
    recorded = Entry.objects.filter(company=house.company, kind="sales.invoices_recorded").latest("pk")
    assert recorded.actor == house.owner.actor
    assert recorded.data["source"] == f"fichier.csv sha256:{upload.sha256}"
    assert house.desk.broken(FRIDAY) == []


def test_a_second_confirmation_does_nothing_twice(house):
    upload = brought(house, table(*GOOD))
    post(house, "import-confirm", upload)
    entries = Entry.objects.count()
    post(house, "import-confirm", upload)
    post(house, "import-confirm", upload, who="owner")
    assert Entry.objects.count() == entries
    assert Invoice.objects.filter(number="G-1").count() == 1


def test_a_large_file_is_left_to_the_worker(house, monkeypatch):
    monkeypatch.setattr(views, "LONG_WORK_BYTES", 10)
    upload = brought(house, table(*GOOD, *WRONG))
    answers = [post(house, "import-confirm", upload) for _ in range(2)]
    assert not Invoice.objects.filter(number="G-1").exists()
    for job in Job.objects.all():
        jobs.run.call(job.pk)
    assert Invoice.objects.filter(number="G-1").count() == 1
    assert [bool(job.finished_at and not job.error) for job in Job.objects.all()] == [True, True]
    shown_at = house.client("owner").get(answers[0].headers["Location"]).headers["Location"]
    assert shown_at == house.url("import-check", upload.pk)
    assert "Import terminé" in page(house, upload)


def test_a_large_file_that_is_refused_says_why(house, monkeypatch):
    monkeypatch.setattr(views, "LONG_WORK_BYTES", 2)
    upload = brought(house, b"bonjour\n", kind="fec")
    answer = post(house, "import-confirm", upload)
    jobs.run.call(Job.objects.get().pk)
    assert "colonne" in house.client("owner").get(answer.headers["Location"]).content.decode()
    upload.refresh_from_db()
    assert upload.confirmed_at is None


def test_the_same_file_again_says_that_all_is_there(house):
    post(house, "import-confirm", brought(house, table(*GOOD)))
    shown = page(house, brought(house, table(*GOOD)))
    assert "Importer 3 factures" not in shown
    assert re.search(r"<dt>Déjà là</dt><dd>3</dd>", shown)


@pytest.mark.parametrize(
    ("case", "columns", "row", "told"),
    [
        ("a code nobody has, and no name", "Code client", "N-1;01/02/2026;10;ZZZ", "Importez d&#x27;abord"),
        ("a new code with a known name", "Code client;Client", "N-1;01/02/2026;10;ZZZ;Menuiserie Bonpayeur",
         "déjà connu sous le code « BON »"),
        ("a known number, another amount", "Code client", "F-101;01/09/2026;10;TAR", "déjà là : Tardif &amp; Fils"),
    ],
)  # fmt: skip
def test_what_the_books_refuse_is_told_by_row(house, case, columns, row, told):
    shown = page(house, brought(house, table(row, header=f"Numéro;Date;TTC;{columns}")))
    assert told in shown
    assert "1 ligne à corriger" in shown


def test_a_new_customer_keeps_its_code(house):
    data = table(
        "N-1;ZZZ;Atelier Neuf;01/02/2026;10",
        "N-2;ZZZ;;02/02/2026;10",
        header="Numéro;Code client;Client;Date;TTC",
    )
    post(house, "import-confirm", brought(house, data))
    customer = Customer.objects.get(company=house.company, reference="ZZZ")
    assert customer.name == "Atelier Neuf"
    assert Invoice.objects.filter(customer=customer).count() == 2


def test_customers_are_looked_at_and_completed(house):
    data = table(
        "TAR;Tardif & Fils;nouvelle@tardif.example;45 jours",
        "NEU;Atelier Neuf;neuf@neuf.example;60 jours",
        "MAL;Atelier Mal;pas une adresse;30 jours",
        "DEL;Atelier Délai;d@d.example;quand on veut",
        "COM;Atelier Commercial;c@c.example;30 jours",
        header="Code client;Nom;E-mail;Délai",
    )
    upload = brought(house, data, kind="customers")
    shown = page(house, upload)
    assert "Importer 3 clients" in shown
    assert "dont 2 nouveaux" in shown
    assert "2 lignes à corriger" in shown
    post(house, "import-confirm", upload)
    assert set(
        Customer.objects.filter(
            company=house.company, reference__in=("NEU", "MAL", "DEL", "COM")
        ).values_list("reference", flat=True)
    ) == {"NEU", "COM"}
    assert "2 clients nouveaux" in page(house, upload)


def test_rows_to_correct_are_given_alone_then_brought_again(house):
    upload = brought(house, table(*GOOD, *WRONG))
    post(house, "import-confirm", upload)
    answer = house.client("owner").get(house.url("import-left-out", upload.pk))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lignes-a-corriger.xlsx"'
    rows = read_table(answer.content)
    assert [row.cells[0] for row in rows] == ["Numéro", "G-4", "G-5", "F-101"]
    assert "3 lignes à corriger" in page(house, brought(house, answer.content))


def test_a_statement_is_looked_at_then_matched(house):
    data = statement_xml([Transfer(FRIDAY, 64_000, "MANDAT F-105")], through=FRIDAY)
    lines = BankLine.objects.count()
    upload = brought(house, data, kind="statement", name="releve.xml")
    shown = page(house, upload)
    assert "Importer 1 mouvement" in shown
    assert BankLine.objects.count() == lines
    post(house, "import-confirm", upload)
    assert BankLine.objects.count() == lines + 1
    assert "Rapprochés d" in page(house, upload)


# --- refusing


def bomb() -> bytes:
    """A workbook of some kilobytes that unpacks to more than may be."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(320):
                sheet.write(b" " * 1024 * 1024)
    return file.getvalue()


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (9, 9)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("case", "kind", "name", "data", "told"),
    [
        ("nothing", "invoices", "a.csv", b"", "vide"),
        ("spaces", "invoices", "a.csv", b" \n", "un fichier vide"),
        ("a web page called CSV", "invoices", "a.csv", b"<!doctype html><script>alert(1)</script>", "une page web"),
        ("a picture called XLSX", "customers", "a.xlsx", picture(), "une image"),
        ("a program called CSV", "customers", "a.csv", b"MZ\x90\x00\x03\x00", "un programme"),
        ("old Excel", "invoices", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "ancien classeur"),
        ("a PDF as customers", "customers", "a.pdf", b"%PDF-1.7 ....", "un PDF"),
        ("a workbook as FEC", "fec", "a.txt", b"PK\x03\x04....", "un classeur Excel"),
        ("a PDF as statement", "statement", "a.pdf", b"%PDF-1.7 ....", "CAMT.053"),
        ("bytes", "invoices", "a.csv", b"ab\x00c", "autre format"),
    ],
)  # fmt: skip
def test_a_file_of_another_nature_is_refused_at_once(house, case, kind, name, data, told):
    answer = bring(house, data, kind=kind, name=name)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("case", "kind", "data", "told"),
    [
        ("an archive that is no workbook", "invoices", b"PK\x03\x04not really", "n&#x27;est pas un classeur"),
        ("a bomb", "invoices", bomb(), "décompressé"),
        ("a PDF without an invoice", "invoices", b"%PDF-1.7\n%%EOF", "PDF"),
        ("XML that is no invoice", "invoices", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "fact"),
        ("XML that expands", "invoices", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE|déclaration"),
        ("text that is no FEC", "fec", b"bonjour\n", "FEC|colonne"),
        ("text that is no statement", "statement", b"bonjour\n", "colonne|format|relev"),
        ("quotes never closed", "customers", b'Nom\n"Atelier\n', "guillemets"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_on_the_page(house, case, kind, data, told):
    upload = brought(house, data, kind=kind)
    shown = page(house, upload)
    assert "ne peut pas être importé tel quel" in shown
    assert re.search(told, shown)
    entries = Entry.objects.count()
    assert post(house, "import-confirm", upload).status_code == 302
    assert Entry.objects.count() == entries


def test_a_file_too_large_says_how_large_it_may_be(house, monkeypatch):
    monkeypatch.setitem(uploads.LIMITS, "customers", 10)
    answer = bring(house, table("A", header="Nom") + b" " * 20, kind="customers")
    assert answer.status_code == 400
    assert "Découpez-le" in answer.content.decode()


def test_a_request_beyond_reason_is_not_read(house, monkeypatch):
    monkeypatch.setattr("quittance.interfaces.web.uploads.LARGEST_REQUEST", 100)
    assert bring(house, table(*GOOD)).status_code == 400
    assert not Upload.objects.exists()


def test_the_name_of_a_file_is_only_shown(house):
    upload = brought(house, table(*GOOD), name="<img src=x onerror=alert(1)>.csv")
    assert "<img src=x" not in page(house, upload)


def test_a_statement_is_dropped_on_the_page_of_the_bank(house):
    answer = house.client("owner").get(house.url("imports"), {"kind": "statement"})
    assert answer.headers["Location"] == house.url("bank-import")


def test_the_statement_of_another_company_is_refused(house):
    theirs = statement_xml([Transfer(FRIDAY, 100, "X")], through=FRIDAY, iban=DUPONT_IBAN)
    shown = page(house, brought(house, theirs, kind="statement"))
    assert "autre société" in shown
    new = statement_xml([Transfer(FRIDAY, 100, "X")], through=FRIDAY, iban=STRANGER_IBAN)
    assert "pas connu" in page(house, brought(house, new, kind="statement"))


# --- walls


@pytest.mark.parametrize("who", ["accountant", "assistant", "owner"])
def test_the_file_of_another_person_is_not_there(house, who):
    upload = brought(house, table(*GOOD))
    answers = {
        name: house.client(who).get(house.url(name, upload.pk)).status_code
        for name in ("import-check", "import-left-out")
    } | {
        name: post(house, name, upload, who=who).status_code
        for name in ("import-choices", "import-confirm", "import-discard")
    }
    expected = {200, 302} if who == "owner" else {404}
    assert set(answers.values()) == expected


def test_the_file_of_another_company_is_not_there(house):
    upload = brought(house, table(*GOOD))
    slug = house.neighbour.company.slug
    assert house.client("stranger").get(house.url("import-check", upload.pk, slug=slug)).status_code == 404
    assert house.client("stranger").post(house.url("import-confirm", upload.pk, slug=slug)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("sales", 403), ("reader", 403), ("late_assistant", 403), ("stranger", 404)]
)
def test_who_may_not_import_brings_nothing(house, who, status):
    assert bring(house, table(*GOOD), who=who).status_code == status
    assert not Upload.objects.exists()


def test_a_waiting_file_is_forgotten_with_its_bytes(house, settings):
    upload = brought(house, table(*GOOD))
    kept = list(settings.UPLOADS_DIR.rglob(upload.sha256))
    assert len(kept) == 1
    again = brought(house, table(*GOOD))
    post(house, "import-discard", upload)
    assert kept[0].exists()  # the second one has the same bytes
    post(house, "import-discard", again)
    assert not kept[0].exists()
    assert not Upload.objects.exists()


def test_a_confirmed_file_is_not_forgotten(house):
    upload = brought(house, table(*GOOD))
    post(house, "import-confirm", upload)
    post(house, "import-discard", upload)
    assert Upload.objects.filter(pk=upload.pk).exists()


def test_the_page_of_imports_shows_what_waits(house, django_assert_max_num_queries):
    for number in range(3):
        brought(house, table(*GOOD, f"X-{number};Bar;01/06/2026;;;;1,00;;"), name=f"essai-{number}.csv")
    client = house.client("owner")
    with django_assert_max_num_queries(10):
        shown = client.get(house.url("imports")).content.decode()
    assert shown.count("essai-") >= 3
    assert "essai-0.csv" not in house.client("accountant").get(house.url("imports")).content.decode()
