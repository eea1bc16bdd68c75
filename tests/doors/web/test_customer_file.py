"""A customer by hand: made, changed, with contacts, notes and documents; and the statement that leaves."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from doors.web.customer_pages import PDF, bring, edited, names, one, plain, read
from doors.web.house import House
from quittance.correspondence.models import Document
from quittance.customers.models import Contact, Customer, Note
from quittance.journal.models import Entry

pytestmark = pytest.mark.one_database

TODAY = date(2026, 11, 20)


# By hand


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
