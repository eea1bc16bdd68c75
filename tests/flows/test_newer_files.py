"""A newer file corrects what an older one said; what a person corrected stands; nothing is merged in silence."""

from dataclasses import replace
from datetime import date

import pytest

from cast import ACTOR, TARDIF, Bill, Desk, at_noon, in_words, invoices_csv, paid_by
from flows.tables import dump
from flows.test_einvoice import GOOD
from flows.test_einvoice import bring_in as bring_in_einvoice
from flows.test_fec import bring_in, fec, receipt, sale
from quittance.customers.operations import (
    AddressKnown,
    CustomerElsewhere,
    NoSuchContact,
    add_contact,
    change_customer,
    remove_contact,
)
from quittance.customers.queries import contacts_of_one, customer_by_reference
from quittance.flows.errors import ImportRefused
from quittance.flows.onboard import ImportedInvoices, import_customers, import_invoices
from quittance.journal.queries import entries_of_kind
from quittance.payments.operations import take_back_noted
from quittance.payments.queries import account_movements, open_total

ON = date(2026, 8, 5)
FIRST = Bill("F-1", TARDIF, date(2026, 6, 1), date(2026, 7, 1), 120_000)
TENTH_DAY = date(2026, 7, 13)  # a Monday, J+10 of FIRST being a Saturday


def id_of(desk: Desk, reference: str = "TAR") -> int:
    return customer_by_reference(desk.company.pk, reference).pk


def addresses(desk: Desk) -> list[str]:
    return [contact.email for contact in contacts_of_one(id_of(desk))]


def change(desk: Desk, **details: object) -> object:
    return change_customer(
        company_id=desk.company.pk, customer_id=id_of(desk), actor=ACTOR, at=at_noon(ON), **details
    )


def customers(desk: Desk, text: str):
    return import_customers(
        company=desk.company, data=text.encode(), file_name="c.csv", actor=ACTOR, at=at_noon(ON)
    )


def invoices(desk: Desk, data: bytes, on: date = ON) -> ImportedInvoices:
    return import_invoices(
        company=desk.company,
        data=data,
        lines=None,
        file_name="f.csv",
        archive=desk.archive,
        actor=ACTOR,
        at=at_noon(on),
    )


def paid_csv(paid: str, bill: Bill = FIRST) -> bytes:
    """The invoice once more, with what was paid on it."""
    head, row = invoices_csv([bill]).decode().splitlines()
    return f"{head};Montant réglé\n{row};{paid}\n".encode()


# Customers


def test_the_address_of_a_newer_file_is_the_one_written_to(desk: Desk):
    moved = replace(TARDIF, email="nouvelle@tardif.example")
    assert desk.customers(moved).changed == 1
    assert addresses(desk) == ["nouvelle@tardif.example"]
    assert entries_of_kind(desk.company.pk, "customers.recorded")[-1]["changed"] == {
        "TAR": {"contact.email": ["compta@tardif.example", "nouvelle@tardif.example"]}
    }
    desk.invoices(FIRST)
    desk.morning(TENTH_DAY)
    [mail] = desk.mails
    assert mail["To"].addresses[0].addr_spec == "nouvelle@tardif.example"
    assert desk.customers(moved).known == 1


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("Téléphone", "04 78 11 22 33", "phone"),
        ("Civilité", "Madame", "civility"),
        ("Nom du contact", "Tardif", "last_name"),
        ("Prénom", "Anne", "first_name"),
    ],
)
def test_what_is_corrected_of_a_known_address_is_kept(desk: Desk, column: str, value: str, field: str):
    row = f"Code client;Raison sociale;E-mail;{column}\nTAR;{TARDIF.name};{TARDIF.email};{value}\n"
    assert customers(desk, row).changed == 1
    [contact] = contacts_of_one(id_of(desk))
    assert getattr(contact, field) == value
    assert customers(desk, row).known == 1


def test_a_column_that_is_missing_changes_nothing(desk: Desk):
    change(desk, kind="public", tone="firm", language="en", address_form="tu", country="BE")
    before = dump()
    customers(desk, f"Code client;Raison sociale\nTAR;{TARDIF.name}\n")
    assert dump() == before


def test_the_same_file_does_not_take_a_correction_back(desk: Desk):
    change(desk, email="anne@tardif.example", tone="firm")
    assert desk.customers(TARDIF).known == 1
    assert addresses(desk) == ["anne@tardif.example"]
    desk.customers(replace(TARDIF, email="encore@tardif.example"))
    assert addresses(desk) == ["encore@tardif.example"]
    assert customer_by_reference(desk.company.pk, "TAR").tone == "firm"


def test_an_address_added_by_hand_that_the_file_then_gives(desk: Desk):
    add(desk, "anne@tardif.example")
    desk.customers(replace(TARDIF, email="Anne@tardif.example"))
    assert addresses(desk) == ["Anne@tardif.example"]


def add(desk: Desk, email: str, role: str = "manager") -> None:
    add_contact(
        company_id=desk.company.pk,
        customer_id=id_of(desk),
        role=role,
        email=email,
        actor=ACTOR,
        at=at_noon(ON),
    )


def remove(desk: Desk, email: str) -> None:
    remove_contact(
        company_id=desk.company.pk, customer_id=id_of(desk), email=email, actor=ACTOR, at=at_noon(ON)
    )


def test_a_removed_address_does_not_come_back_with_the_same_file(desk: Desk):
    add(desk, "gerant@tardif.example")
    remove(desk, TARDIF.email)
    desk.customers(TARDIF)
    assert addresses(desk) == ["gerant@tardif.example", ""]
    remove(desk, "gerant@tardif.example")
    assert addresses(desk) == [""]
    with pytest.raises(NoSuchContact):
        remove(desk, "gerant@tardif.example")


def test_an_address_is_one_contact_s(desk: Desk):
    add(desk, "gerant@tardif.example")
    with pytest.raises(AddressKnown):
        add(desk, "GERANT@tardif.example")
    with pytest.raises(AddressKnown):
        change(desk, email="gerant@tardif.example")


def test_what_a_person_changes_is_journalled_with_what_it_was(desk: Desk):
    assert change(desk, tone="firm", email=TARDIF.email) == {"tone": ["neutral", "firm"]}
    assert entries_of_kind(desk.company.pk, "customers.changed") == [
        {"customer": "TAR", "changed": {"tone": ["neutral", "firm"]}}
    ]
    change(desk, tone="firm")
    assert len(entries_of_kind(desk.company.pk, "customers.changed")) == 1


def test_a_customer_of_another_company_is_not_changed(desk: Desk, neighbour: Desk):
    theirs = {
        "company_id": desk.company.pk,
        "customer_id": id_of(neighbour),
        "actor": ACTOR,
        "at": at_noon(ON),
    }
    before = dump()
    for attempt in (
        lambda: change_customer(**theirs, tone="firm"),
        lambda: add_contact(**theirs, role="manager", email="x@x.example"),
        lambda: remove_contact(**theirs, email=TARDIF.email),
        lambda: change(desk, in_charge_id=neighbour.company.members.first().pk),
    ):
        with pytest.raises(CustomerElsewhere):
            attempt()
    assert dump() == before


# Two customers under one reference


LONG = "Société Anonyme des Établissements Réunis de Construction et de Génie"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Raison sociale;SIREN\nTardif Lyon;552100554\nTardif Paris;552100554\n", "Lignes 2 et 3"),
        (f"Raison sociale\n{LONG} Lyon\nAutre\n{LONG} Paris\n", "Lignes 2 et 4"),
        ("Code client;Raison sociale;SIREN\n552100554;Tardif;\n;Autre;552100554\n", "Lignes 2 et 3"),
    ],
)
def test_two_customers_under_one_reference_are_refused(desk: Desk, text: str, lines: str):
    before = dump()
    with pytest.raises(ImportRefused, match=lines) as refused:
        customers(desk, text)
    assert "Code client" in str(refused.value)
    assert dump() == before


def test_a_name_that_would_be_taken_for_a_known_one_is_refused(desk: Desk):
    customers(desk, f"Raison sociale\n{LONG} Lyon\n")
    with pytest.raises(ImportRefused, match="serait pris pour"):
        customers(desk, f"Raison sociale\n{LONG} Paris\n")
    named = f"Numéro;Date;Client;Montant TTC\nF-7;01/06/2026;{LONG} Nice;10,00\n"
    with pytest.raises(ImportRefused, match="serait pris pour"):
        invoices(desk, named.encode())


# Whose kind nobody said


def test_customers_of_an_unsaid_kind_are_counted(desk: Desk):
    said = "Code client;Raison sociale;Type de client\nA;Alpha;Particulier\nB;Bêta;\nC;Gamma;Entreprise\n"
    assert customers(desk, said).taken_as_professionals == 1
    numbered = "Code client;Raison sociale;SIREN\nP;Mairie;217500016\nS;Sigma;732829320\n"
    assert customers(desk, numbered).taken_as_professionals == 1  # the town hall
    assert customer_by_reference(desk.company.pk, "B").kind == "b2b"
    assert customers(desk, said).taken_as_professionals == 0
    named = "Numéro;Date;Client;Montant TTC\nF-7;01/06/2026;Delta;10,00\nF-8;01/06/2026;Delta;10,00\n"
    assert invoices(desk, named.encode()).taken_as_professionals == 1
    books = fec([line.replace("|TAR|Tardif|", "|EPS|Epsilon|") for line in sale(1, "20260601", "F-9", 120)])
    assert bring_in(desk, books).taken_as_professionals == 1


# Invoices


def test_the_due_date_of_the_invoice_replaces_that_of_the_books(desk: Desk):
    """The FEC knows no due date: 30 days are assumed. The file of invoices says 60: nobody is reminded before."""
    bring_in(desk, fec(sale(1, "20260601", "F-1", 1200)))
    later = replace(FIRST, due_on=date(2026, 7, 31))
    said = desk.invoices(later)
    assert (said.known, said.moved) == (1, 1)
    assert in_words(desk.morning(TENTH_DAY), TARDIF) == "nothing"
    assert entries_of_kind(desk.company.pk, "sales.due_dates_moved")[-1]["invoices"] == {
        "F-1": ["2026-07-01", "2026-07-31"]
    }
    assert desk.invoices(later).moved == 0
    bring_in(desk, fec(sale(1, "20260601", "F-1", 1200)))  # the books again: they say nothing of due dates
    assert in_words(desk.morning(date(2026, 8, 10)), TARDIF) == "J+10"
    assert desk.broken(ON) == []


def test_a_file_without_due_dates_moves_none(desk: Desk):
    desk.invoices(replace(FIRST, due_on=date(2026, 7, 31)))
    bare = b"Num\xc3\xa9ro;Date;Code client;Montant TTC\nF-1;01/06/2026;TAR;1200,00\n"
    assert invoices(desk, bare).moved == 0


@pytest.mark.parametrize(("paid", "left"), [("1200,00", 0), ("500,00", 70_000), ("0,00", 120_000)])
def test_what_the_file_says_was_paid_since(desk: Desk, paid: str, left: int):
    desk.invoices(FIRST)
    invoices(desk, paid_csv(paid))
    assert open_total(desk.company.pk) == left
    before = dump()
    assert invoices(desk, paid_csv(paid)).paid_by_file == 0
    assert dump() == before
    assert desk.broken(ON) == []


def test_who_has_paid_according_to_the_file_is_not_reminded(desk: Desk):
    desk.invoices(FIRST)
    assert invoices(desk, paid_csv("1200,00"), on=date(2026, 7, 12)).paid_by_file == 1
    assert in_words(desk.morning(TENTH_DAY), TARDIF) == "nothing"


def test_only_what_is_not_here_yet_is_recorded(desk: Desk):
    desk.invoices(FIRST)
    desk.bank(paid_by(TARDIF, date(2026, 7, 2), 50_000, "ACOMPTE F-1"), through=date(2026, 7, 3))
    assert open_total(desk.company.pk) == 70_000
    invoices(desk, paid_csv("500,00"))
    assert open_total(desk.company.pk) == 70_000
    invoices(desk, paid_csv("800,00"))
    assert open_total(desk.company.pk) == 40_000


def test_money_kept_as_credit_is_not_counted_again(desk: Desk):
    """The books have the payment without lettering; the file of invoices says that F-1 is paid: the same money."""
    bring_in(desk, fec(sale(1, "20260601", "F-1", 1200), receipt(2, "20260702", 1200)))
    assert invoices(desk, paid_csv("1200,00")).paid_by_file == 0
    movements = account_movements(desk.company.pk, id_of(desk))
    assert sum(one.debit_cents - one.credit_cents for one in movements) == 0
    assert in_words(desk.morning(TENTH_DAY), TARDIF) != "J+10"


def test_a_payment_by_the_file_that_is_taken_back_stays_so(desk: Desk):
    desk.invoices(FIRST)
    invoices(desk, paid_csv("1200,00"))
    take_back_noted(company_id=desk.company.pk, number="F-1", actor=ACTOR, at=at_noon(ON))
    assert open_total(desk.company.pk) == 120_000
    invoices(desk, paid_csv("1200,00"))
    assert open_total(desk.company.pk) == 120_000


def test_a_dry_run_moves_and_pays_nothing(desk: Desk):
    desk.invoices(FIRST)
    before = dump()
    told = desk.invoices(replace(FIRST, due_on=date(2026, 7, 31)), dry_run=True)
    assert told.moved == 1
    assert dump() == before


def test_the_same_numbers_of_another_company_stay(desk: Desk, neighbour: Desk):
    desk.invoices(FIRST)
    neighbour.invoices(FIRST)
    desk.invoices(replace(FIRST, due_on=date(2026, 7, 31)))
    invoices(desk, paid_csv("1200,00", replace(FIRST, due_on=date(2026, 7, 31))))
    assert open_total(neighbour.company.pk) == 120_000
    assert neighbour.invoices(FIRST).moved == 0


# Whose invoice it is


def test_an_invoice_that_another_firm_issued_is_refused(neighbour: Desk):
    """The seller is Atelier Morel; Dupont Peinture is the buyer."""
    before = dump()
    with pytest.raises(ImportRefused, match="facture d'achat") as refused:
        bring_in_einvoice(neighbour, "cii-en16931.xml")
    assert "732 829 320" in str(refused.value).replace("\u202f", " ").replace("\u00a0", " ")
    assert dump() == before


LEGAL_ID = (
    b"<ram:SpecifiedLegalOrganization>"
    b'<ram:ID schemeID="0002">732829320</ram:ID></ram:SpecifiedLegalOrganization>'
)
EINVOICE = (GOOD / "cii-en16931.xml").read_bytes()


def test_a_seller_is_known_by_its_vat_number_too(desk: Desk, neighbour: Desk):
    by_vat = EINVOICE.replace(LEGAL_ID, b"")
    assert by_vat != EINVOICE
    with pytest.raises(ImportRefused, match="732"):
        invoices(neighbour, by_vat)
    assert invoices(desk, by_vat).new == 1


def test_a_seller_that_gives_no_number_is_taken_at_the_user_s_word(neighbour: Desk):
    unnumbered = EINVOICE.replace(LEGAL_ID, b"").replace(b"FR44732829320", b"")
    assert invoices(neighbour, unnumbered).new == 1
