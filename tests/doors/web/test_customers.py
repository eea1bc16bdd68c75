"""Clients, as people open them: the list, one customer in one place, what is kept there, and what sales people see."""

import csv
import io
import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from doors.web.house import House
from quittance.collection.models import Dispute, Promise
from quittance.collection.operations import pause
from quittance.correspondence.models import Document
from quittance.customers.models import Contact, Customer, Note
from quittance.journal.models import Entry
from quittance.payments.models import Receivable

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"
TODAY = date(2026, 11, 20)


def plain(content: bytes) -> str:
    """A page with its marks as one types them: plain spaces and apostrophes."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(content.decode()).replace("\u2019", "'"))


def read(client: Client, address: str, **query: str) -> str:
    """The words of a page."""
    answer = client.get(address, query)
    assert answer.status_code == 200, answer
    page = re.sub(
        r"<(script|svg|style).*?</\1>", " ", plain(answer.content).replace('<span class="cents">', "")
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace("</span></data>", " ")))


def names(client: Client, house: House, **query: str) -> list[str]:
    """The references of the list, in its order."""
    page = client.get(house.url("customers"), query).content.decode()
    return re.findall(r'class="tiny soft regular">([^<]+)</span>', page)


def one(house: House, reference: str) -> str:
    return house.url("customer", house.customer(reference).pk)


# The list


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("owner", {"BON", "TAR", "LIT", "FAI", "MAI", "PAR", "MUE"}),
        ("reader", {"BON", "TAR", "LIT", "FAI", "MAI", "PAR", "MUE"}),
        ("sales", {"TAR"}),
        ("other_sales", {"LIT"}),
    ],
)
def test_whom_the_list_shows(house: House, who: str, sees: set[str]) -> None:
    assert set(names(house.client(who), house)) == sees


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"view": "late"}, ["LIT", "TAR", "MAI"]),
        ({"view": "no_address"}, ["MUE"]),
        ({"kind": "public"}, ["MAI"]),
        ({"kind": "consumer"}, ["PAR"]),
        ({"q": "zoe litige"}, ["LIT"]),
        ({"q": "TARDIF"}, ["TAR"]),
        ({"q": "personne de ce nom"}, []),
        ({"view": "late", "sort": "name"}, ["MAI", "TAR", "LIT"]),
        ({"view": "late", "sort": "name", "desc": "1"}, ["LIT", "TAR", "MAI"]),
        ({"view": "late", "sort": "oldest", "desc": "1"}, ["TAR", "MAI", "LIT"]),
        ({"view": "late", "sort": "overdue"}, ["MAI", "TAR", "LIT"]),
        ({"view": "late", "sort": "reference"}, ["LIT", "MAI", "TAR"]),
        ({"risk": "watch"}, ["TAR", "MAI"]),
        ({"risk": "low"}, ["LIT", "BON", "PAR"]),
        ({"risk": "high"}, []),
        ({"sort": "nonsense", "page": "deux", "kind": "martian", "who": "x"}, ["LIT", "TAR", "MAI"]),
    ],
)
def test_filters_and_orders(house: House, query: dict[str, str], shown: list[str]) -> None:
    found = names(house.client("owner"), house, **query)
    assert found[:3] == shown[:3]
    assert set(shown) <= set(found)


def test_followed_by_somebody_or_by_nobody(house: House) -> None:
    owner = house.client("owner")
    assert names(owner, house, who=str(house.member("sales").pk)) == ["TAR"]
    assert "TAR" not in names(owner, house, who="0")
    Customer.objects.filter(reference="FAI", company=house.company).update(in_charge=house.member("owner"))
    assert names(owner, house, view="mine") == ["FAI"]


def test_a_filter_never_opens_the_wall_of_sales_people(house: House) -> None:
    sales = house.client("sales")
    for query in (
        {"who": str(house.member("other_sales").pk)},
        {"q": "litige"},
        {"who": "0"},
        {"view": "no_address"},
    ):
        assert names(sales, house, **query) == []


def test_a_row_tells_money_lateness_risk_and_where_things_stand(house: House) -> None:
    text = read(house.client("owner"), house.url("customers"), q="tardif")
    assert "1 client, 2 000,50 € à recevoir, dont 2 000,50 € en retard." in text
    row = text[text.index("Tardif & Fils") :]
    assert "Sales 50 jours 38 jours en moyenne À surveiller En retard 2 000,50 € 2 000,50 €" in row


def test_where_things_stand(house: House) -> None:
    tardif, litige, mairie = (house.customer(reference) for reference in ("TAR", "LIT", "MAI"))
    now = datetime(2026, 11, 19, 9, tzinfo=UTC)
    Promise.objects.create(
        company=house.company,
        customer=tardif,
        amount_cents=10_000,
        promised_on=date(2026, 11, 27),
        actor="c",
        at=now,
    )
    dispute = Dispute.objects.create(
        company=house.company, customer=litige, category="quality", answer_by_on=date(2026, 11, 25),
        opened_by="c", opened_at=now,
    )  # fmt: skip
    dispute.receivables.add(Receivable.objects.filter(customer=litige).get())
    pause(
        company_id=house.company.pk, customer_id=mairie.pk, from_on=TODAY, until_on=date(2026, 12, 5),
        reason="budget voté le 4", actor="c", at=now,
    )  # fmt: skip
    text = read(house.client("owner"), house.url("customers"), view="late")
    for words in ("Promis le 27 novembre", "Litige du 19 novembre", "En pause jusqu'au 5 décembre"):
        assert words in text


def test_the_list_asks_as_much_for_fifty_as_for_one(house: House) -> None:
    owner = house.client("owner")
    owner.get(house.url("customers"))
    with CaptureQueriesContext(connection) as few:
        owner.get(house.url("customers"), {"q": "tardif"})
    Customer.objects.bulk_create(
        [
            Customer(
                company=house.company, reference=f"Z{rank}", name=f"Zone {rank}", search_key=f"ZONE {rank}"
            )
            for rank in range(120)
        ]
    )
    with CaptureQueriesContext(connection) as many:
        page = owner.get(house.url("customers")).content.decode()
    assert len(many) <= len(few) <= 20
    assert "1 à 50 sur 127" in plain(page.encode())
    assert len(names(owner, house, page="3")) == 27


def test_nothing_yet_says_what_to_do(house: House) -> None:
    empty = read(house.client("owner"), house.url("customers"), q="zzz")
    assert "Aucun client ne correspond" in empty


# The file of the list


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("accountant", 200), ("sales", 403), ("reader", 403)]
)
def test_who_may_take_the_list_away(house: House, who: str, status: int) -> None:
    assert house.client(who).get(house.url("customers-export", "csv")).status_code == status


def test_the_file_holds_what_the_filter_shows(house: House) -> None:
    Customer.objects.filter(company=house.company, reference="TAR").update(name='=HYPERLINK("http://x")')
    answer = house.client("owner").get(house.url("customers-export", "csv"), {"view": "late"})
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="clients-atelier-morel-2026-11-20.csv"'
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["LIT", "TAR", "MAI"]
    assert rows[2][1] == '\'=HYPERLINK("http://x")'
    assert rows[2][5:9] == ["2000,50", "2000,50", "50", "38"]


def test_the_file_for_a_spreadsheet(house: House) -> None:
    answer = house.client("owner").get(house.url("customers-export", "xlsx"))
    assert answer.content.startswith(b"PK")


# One customer


def test_everything_in_one_place(house: House) -> None:
    text = read(house.client("owner"), one(house, "TAR"))
    for words in (
        "2 factures, depuis 50 jours",
        "Première facture le 1er septembre 2026",
        "F-101",
        "Facture F-102",
        "compta@tardif.example",
        "On lui écrit en premier",
        "La plus ancienne facture a 50 jours de retard",
        "2 000,50 € en retard sur 2 000,50 € dus",
        "30 jours",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("show", "sees", "sees_not"),
    [
        ("", ["Facture F-103", "Virement reçu, 450,00 €", "Note de"], []),
        ("money", ["Facture F-103", "VIR FACTURE F-103"], ["Note de"]),
        ("notes", ["Note de Sales", "Rappelle le mardi"], ["Facture F-103"]),
        ("changes", ["Fiche modifiée", "Ferme"], ["Facture F-103", "Rappelle le mardi"]),
        ("martian", ["Facture F-103"], []),
    ],
)
def test_the_thread(house: House, show: str, sees: list[str], sees_not: list[str]) -> None:
    Customer.objects.filter(company=house.company, reference="BON").update(in_charge=house.member("sales"))
    house.client("sales").post(
        house.url("customer-notes", house.customer("BON").pk), {"text": "Rappelle le mardi"}
    )
    owner = house.client("owner")
    owner.post(house.url("customer-edit", house.customer("BON").pk), {**edited(house, "BON"), "tone": "firm"})
    owner.get(house.url("customers"))  # takes the toast away
    text = read(owner, one(house, "BON"), show=show)
    thread = text[text.index("Le fil") : text.index("Contacts")]
    for words in sees:
        assert words in thread
    for words in sees_not:
        assert words not in thread


def test_a_long_thread_is_paged(house: House) -> None:
    customer = house.customer("TAR")
    now = datetime(2026, 11, 1, 9, tzinfo=UTC)
    Note.objects.bulk_create(
        [
            Note(company=house.company, customer=customer, text=f"mot {rank:02}.", actor="c", at=now)
            for rank in range(65)
        ]
    )
    owner = house.client("owner")
    seen = [
        re.findall(r"mot \d\d\.", read(owner, one(house, "TAR"), show="notes", page=str(n)))
        for n in (1, 2, 3)
    ]
    assert [len(page) for page in seen] == [30, 30, 5]
    assert len({note for page in seen for note in page}) == 65


def test_a_customer_asks_few_queries(house: House) -> None:
    owner = house.client("owner")
    owner.get(one(house, "TAR"))
    with CaptureQueriesContext(connection) as asked:
        owner.get(one(house, "TAR"))
    assert len(asked) <= 45


# Walls


OF_ONE = (
    ("get", "customer", ()),
    ("get", "customer-statement", ()),
    ("post", "customer-notes", ()),
    ("post", "customer-documents", ()),
)


@pytest.mark.parametrize(("method", "name", "more"), OF_ONE)
def test_sales_people_open_their_own_customers_only(
    house: House, method: str, name: str, more: tuple[int, ...]
) -> None:
    theirs, others = house.customer("TAR"), house.customer("LIT")
    sales = house.client("sales")
    assert getattr(sales, method)(house.url(name, others.pk, *more)).status_code == 404
    assert getattr(sales, method)(house.url(name, theirs.pk, *more)).status_code in (200, 302)


def test_a_customer_of_another_company_is_not_there(house: House) -> None:
    theirs = Customer.objects.get(company=house.neighbour.company, reference="TAR")
    assert house.client("owner").get(house.url("customer", theirs.pk)).status_code == 404


def test_documents_of_others_stay_with_them(house: House) -> None:
    owner, litige = house.client("owner"), house.customer("LIT")
    bring(owner, house, "LIT")
    document = Document.objects.get(customer=litige, kind="brought")
    assert owner.get(house.url("customer-document", litige.pk, document.pk)).content == PDF
    sales = house.client("sales")
    assert sales.get(house.url("customer-document", litige.pk, document.pk)).status_code == 404
    assert sales.get(house.url("customer-document", house.customer("TAR").pk, document.pk)).status_code == 404
    assert (
        sales.post(house.url("customer-document-hide", house.customer("TAR").pk, document.pk)).status_code
        == 404
    )


# By hand


def edited(house: House, reference: str) -> dict[str, str]:
    """What the form of a customer sends when nothing is touched."""
    customer = house.customer(reference)
    fields = ("name", "kind", "siren", "vat_number", "street", "postcode", "city", "country", "iban", "term", "tone",
              "language", "address_form")  # fmt: skip
    said = {field: getattr(customer, field) for field in fields}
    return {
        **said,
        "in_charge_id": customer.in_charge_id or "",
        "payer_names": "\n".join(customer.payer_names),
    }


NEW = {
    "reference": "C-77", "name": "Verrerie du Lavoir", "kind": "b2b", "siren": "732 829 320", "country": "fr",
    "tone": "neutral", "language": "fr", "address_form": "vous", "email": "compta@lavoir.example",
    "term": "45 jours fin de mois", "payer_names": "VERRERIE LAV\n\nVERRERIE LAV\nLAVOIR SAS",
}  # fmt: skip


def test_a_new_customer_by_hand(house: House) -> None:
    answer = house.client("owner").post(house.url("customer-new"), NEW)
    customer = house.customer("C-77")
    assert answer.headers["Location"] == house.url("customer", customer.pk)
    assert (customer.siren, customer.vat_number, customer.country) == ("732829320", "FR44732829320", "FR")
    assert (customer.term, customer.payer_names) == ("EOM45_A", ["VERRERIE LAV", "LAVOIR SAS"])
    assert Contact.objects.get(customer=customer).email == "compta@lavoir.example"
    assert names(house.client("owner"), house, q="lavoir") == ["C-77"]
    assert Entry.objects.get(kind="customers.created").actor == "Owner <owner@house.example>"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("reference", "TAR", "déjà celle d'un autre client"),
        ("reference", "", "obligatoire"),
        ("siren", "732829321", "clé de contrôle est fausse"),
        ("vat_number", "FR45732829320", "au lieu de 44"),
        ("vat_number", "FR88100000009", "n'est pas celui de ce SIREN"),
        ("vat_number", "12", "deux lettres"),
        ("country", "France", "Deux lettres"),
        ("term", "quand il pourra", "délai de paiement"),
        ("iban", "FR76 1234", "IBAN"),
        ("email", "compta@", "valide"),
        ("in_charge_id", "999999", "valide"),
        ("kind", "martian", "valide"),
    ],
)
def test_a_new_customer_is_refused_with_words(house: House, field: str, value: str, says: str) -> None:
    answer = house.client("owner").post(house.url("customer-new"), {**NEW, field: value})
    assert answer.status_code == 422
    assert says in plain(answer.content)
    assert not Customer.objects.filter(company=house.company, reference="C-77").exists()


def test_a_customer_is_changed_and_the_journal_says_by_whom(house: House) -> None:
    owner, tardif = house.client("owner"), house.customer("TAR")
    owner.post(
        house.url("customer-edit", tardif.pk),
        {**edited(house, "TAR"), "language": "en", "in_charge_id": str(house.member("other_sales").pk)},
    )
    tardif.refresh_from_db()
    assert (tardif.language, tardif.in_charge_id) == ("en", house.member("other_sales").pk)
    entry = Entry.objects.filter(kind="customers.changed").latest("sequence")
    assert set(entry.data["changed"]) == {"language", "in_charge_id"}
    assert house.client("sales").get(house.url("customer", tardif.pk)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("sales", 403), ("reader", 403), ("accountant", 403), ("assistant", 200)]
)
def test_who_may_change_a_customer(house: House, who: str, status: int) -> None:
    customer = house.customer("TAR").pk
    for name, ids in (
        ("customer-edit", [customer]),
        ("customer-new", []),
        ("customer-contact-new", [customer]),
    ):
        assert house.client(who).get(house.url(name, *ids)).status_code == status


CONTACT = {"role": "manager", "civility": "Mme", "last_name": "Tardif", "email": "direction@tardif.example"}


def test_contacts_are_added_changed_and_removed(house: House) -> None:
    owner, tardif = house.client("owner"), house.customer("TAR")
    owner.post(house.url("customer-contact-new", tardif.pk), CONTACT)
    contact = Contact.objects.get(customer=tardif, role="manager")
    assert "Reçoit la mise en demeure" in read(owner, one(house, "TAR"))
    owner.post(house.url("customer-contact", tardif.pk, contact.pk), {**CONTACT, "phone": "04 78 00 00 01"})
    contact.refresh_from_db()
    assert contact.phone == "04 78 00 00 01"
    owner.post(house.url("customer-contact-remove", tardif.pk, contact.pk))
    assert not Contact.objects.filter(pk=contact.pk).exists()
    kinds = list(Entry.objects.filter(kind__startswith="customers.contact").values_list("kind", flat=True))
    assert kinds == ["customers.contact_added", "customers.contact_changed", "customers.contact_removed"]
    assert owner.post(house.url("customer-contact-remove", tardif.pk, contact.pk)).status_code == 404


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"email": "compta@tardif.example"}, "déjà l'adresse d'un contact"),
        ({"email": ""}, "Donnez une adresse électronique ou un téléphone"),
        ({"role": "martian"}, "valide"),
    ],
)
def test_a_contact_is_refused_with_words(house: House, said: dict[str, str], says: str) -> None:
    tardif = house.customer("TAR")
    answer = house.client("owner").post(house.url("customer-contact-new", tardif.pk), {**CONTACT, **said})
    assert answer.status_code == 422
    assert says in plain(answer.content)


def test_a_contact_of_another_customer_is_not_changed_from_here(house: House) -> None:
    theirs = Contact.objects.get(customer=house.customer("LIT"))
    answer = house.client("owner").post(
        house.url("customer-contact", house.customer("TAR").pk, theirs.pk), CONTACT
    )
    assert answer.status_code == 404


# Notes and documents


def test_a_note_is_kept_taken_away_and_put_back(house: House) -> None:
    sales, tardif = house.client("sales"), house.customer("TAR")
    sales.post(house.url("customer-notes", tardif.pk), {"text": "Paie le 10 du mois."})
    note = Note.objects.get(customer=tardif)
    assert "Paie le 10 du mois." in read(sales, one(house, "TAR"))
    sales.post(house.url("customer-note-remove", tardif.pk, note.pk))
    assert "Paie le 10 du mois." not in read(sales, one(house, "TAR"))
    sales.post(house.url("customer-note-restore", tardif.pk, note.pk))
    assert "Paie le 10 du mois." in read(sales, one(house, "TAR"))
    assert not [
        entry for entry in Entry.objects.filter(kind__startswith="customers.note") if "10" in str(entry.data)
    ]
    assert sales.post(house.url("customer-note-restore", tardif.pk, note.pk)).status_code == 404


def test_an_empty_note_is_no_note(house: House) -> None:
    owner, tardif = house.client("owner"), house.customer("TAR")
    answer = owner.post(house.url("customer-notes", tardif.pk), {"text": "  "}, follow=True)
    assert "Écrivez la note d'abord." in plain(answer.content)
    assert not Note.objects.exists()


def bring(client: Client, house: House, reference: str, data: bytes = PDF, name: str = "BL 118.pdf") -> str:
    file = SimpleUploadedFile(name, data)
    address = house.url("customer-documents", house.customer(reference).pk)
    answer = client.post(address, {"file": file, "label": "Bon de livraison"}, follow=True)
    return plain(answer.content)


def test_a_document_is_kept_shown_and_hidden(house: House) -> None:
    owner, tardif = house.client("owner"), house.customer("TAR")
    assert "« BL 118.pdf » est au dossier." in bring(owner, house, "TAR")
    document = Document.objects.get(customer=tardif, kind="brought")
    answer = owner.get(house.url("customer-document", tardif.pk, document.pk))
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="BL 118.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Bon de livraison" in read(owner, one(house, "TAR"), show="documents")
    owner.post(house.url("customer-document-hide", tardif.pk, document.pk))
    assert owner.get(house.url("customer-document", tardif.pk, document.pk)).status_code == 404
    assert Entry.objects.filter(kind="correspondence.document_hidden").exists()
    bring(owner, house, "TAR", name="le même.pdf")
    assert Document.objects.filter(customer=tardif, kind="brought", hidden_at__isnull=True).count() == 1
    house.desk.archive.put(PDF)  # the desk's own archive is in memory
    assert house.desk.broken(TODAY) == []


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"<html>", "ni un PDF, ni une image"), (b"", "vide"), (PDF + b" " * 11_000_000, "10 Mo")],
)
def test_what_is_no_document_is_refused(house: House, data: bytes, says: str) -> None:
    assert says in bring(house.client("owner"), house, "TAR", data)
    assert not Document.objects.filter(kind="brought").exists()


# The statement


def test_the_statement_of_account(house: House) -> None:
    tardif = house.customer("TAR")
    answer = house.client("sales").get(house.url("customer-statement", tardif.pk), {"what": "open"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'filename="releve-de-compte-TAR-2026-11-20.pdf"' in answer.headers["Content-Disposition"]
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "F-101" in text
    again = house.client("owner").get(house.url("customer-statement", tardif.pk), {"what": "open"})
    assert again.content == answer.content


def test_a_statement_that_ends_before_it_starts_is_refused_with_words(house: House) -> None:
    query = {"what": "all", "from_on": "2026-11-01", "until_on": "2026-10-01"}
    address = house.url("customer-statement", house.customer("TAR").pk)
    answer = house.client("owner").get(address, query, follow=True)
    assert "La fin est avant le début." in plain(answer.content)
