"""A file that is looked at first gives the same books as the command line; what is wrong stays out, row by row."""

from datetime import date

import pytest
from django.db import transaction

from cast import ACTOR, BONPAYEUR, CAST, TARDIF, Bill, at_noon, customers_csv, dupont, invoices_csv
from quittance.company.models import Company, Member, Upload
from quittance.company.operations import SeatTaken, seat_owner
from quittance.company.uploads import (
    AlreadyConfirmed,
    choose_for_upload,
    claim_upload,
    discard_upload,
    keep_upload,
)
from quittance.customers.models import Customer
from quittance.flows.errors import ImportRefused
from quittance.flows.preview_import import (
    record_sorted_customers,
    record_sorted_invoices,
    sort_customers,
    sort_invoices,
)
from quittance.journal.models import Entry
from quittance.people.models import Person
from quittance.people.operations import SomebodyIsHere, create_first_person
from quittance.sales.models import Invoice

TODAY = date(2026, 11, 20)
AT = at_noon(TODAY)
BILLS = (
    Bill("S-1", TARDIF, date(2026, 9, 1), date(2026, 10, 1), 120_000),
    Bill("S-2", BONPAYEUR, date(2026, 10, 1), date(2026, 10, 31), 80_050),
    Bill("S-3", BONPAYEUR, date(2026, 10, 2), date(2026, 10, 31), 5_000, credit_note=True),
)


def record_invoices(company, data):
    with transaction.atomic():
        return record_sorted_invoices(company, data, file_name="f.csv", chosen=None, actor=ACTOR, at=AT)


def record_customers(company, data):
    with transaction.atomic():
        return record_sorted_customers(company, data, file_name="c.csv", chosen=None, actor=ACTOR, at=AT)


def books(company: Company) -> list[tuple[object, ...]]:
    return [
        (one.number, one.kind, one.customer.reference, one.issued_on, one.total_cents,
         [(part.due_on, part.amount_cents) for part in one.installments.all()])
        for one in Invoice.objects.filter(company=company).order_by("number")
    ]  # fmt: skip


def customers_in(company: Company) -> set[tuple[str, ...]]:
    rows = Customer.objects.filter(company=company)
    return set(rows.values_list("reference", "name", "kind", "iban", "term", "city"))


def table(header: str, *rows: str) -> bytes:
    return "\n".join((header, *rows)).encode()


def test_a_good_file_gives_the_books_of_the_command_line(desk, tmp_path):
    desk.invoices(*BILLS)
    other = dupont(tmp_path)
    record_customers(other.company, customers_csv(CAST))
    imported, left_out = record_invoices(other.company, invoices_csv(BILLS))
    assert (imported.new, imported.credit_notes, left_out) == (3, 1, 0)
    assert books(other.company) == books(desk.company)
    assert customers_in(other.company) == customers_in(desk.company)
    assert other.broken(TODAY) == []


def test_what_is_shown_is_what_is_recorded(desk):
    data = table(
        "Numéro;Code client;Client;Date;TTC;Réglé",
        "1;TAR;;01/10/2026;120;20",
        "2;NEU;Atelier Neuf;01/10/2026;60;",
        "3;NEU;;02/10/2026;30;",
        "4;;Sans Code;02/10/2026;30;",
        "5;;Sans Code;02/10/2026;trente;",
    )
    shown = sort_invoices(desk.company, data, file_name="f.csv")
    imported, left_out = record_invoices(desk.company, data)
    assert (len(shown.ready), len(shown.new_customers), len(shown.wrong_lines)) == (4, 2, 1)
    assert (imported.new, imported.new_customers, left_out) == (4, 2, 1)
    assert desk.broken(TODAY) == []
    again = sort_invoices(desk.company, data, file_name="f.csv")
    assert (len(again.ready), len(again.known)) == (0, 4)


@pytest.mark.parametrize(
    ("case", "rows", "lines", "told"),
    [
        ("two names, one short code", (f"1;;{'A' * 60}1;01/10/2026;1", f"2;;{'A' * 60}2;01/10/2026;1"), {3},
         "serait le même client que"),
        ("no name anywhere", ("1;ZZZ;;01/10/2026;1", "2;ZZZ;;01/10/2026;1"), {2, 3}, "est inconnu"),
        ("a known name, a new code", ("1;ZZZ;tardif & fils;01/10/2026;1",), {2}, "sous le code « TAR »"),
        ("the number twice", ("1;TAR;;01/10/2026;1", "1;TAR;;01/10/2026;1"), {3}, "déjà à la ligne 2"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_recorded(desk, case, rows, lines, told):
    found = sort_invoices(desk.company, table("Numéro;Code client;Client;Date;TTC", *rows), file_name="f.csv")
    assert found.wrong_lines == lines
    assert {one.line for one in found.problems if told in one.reason} == lines


def test_a_name_that_two_customers_bear_needs_its_code(desk):
    record_customers(desk.company, table("Code client;Nom", "X1;Double", "X2;Double"))
    found = sort_invoices(
        desk.company, table("Numéro;Client;Date;TTC", "1;Double;01/10/2026;1"), file_name="f.csv"
    )
    assert "plusieurs clients s'appellent" in found.problems[0].reason.lower()


def test_customers_whose_person_or_delay_is_unknown_stay_out(desk):
    data = table(
        "Code client;Nom;Délai;E-mail du commercial",
        "A;Atelier A;30 jours;personne@ici.example",
        "B;Atelier B;quand on veut;",
        f"C;Atelier C;45 jours;{desk.company.email}",
    )
    found = sort_customers(desk.company, data, file_name="c.csv")
    assert [(one.line, one.column) for one in found.problems] == [
        (2, "E-mail du commercial"),
        (3, "Délai de paiement"),
    ]
    record_customers(desk.company, data)
    customer = Customer.objects.get(company=desk.company, reference="C")
    assert customer.in_charge == Member.objects.get(company=desk.company, rank=0)


def test_a_file_whose_columns_are_not_chosen_records_nothing(desk):
    entries = Entry.objects.count()
    with pytest.raises(ImportRefused, match="« Numéro » manque"):
        record_invoices(desk.company, table("Quoi;Qui", "1;A"))
    assert Entry.objects.count() == entries


def test_sorting_asks_the_database_a_few_times_whatever_the_rows(desk, django_assert_max_num_queries):
    rows = [f"N-{number};;Client {number};01/10/2026;{number}" for number in range(1, 400)]
    with django_assert_max_num_queries(6):
        found = sort_invoices(
            desk.company, table("Numéro;Code client;Client;Date;TTC", *rows), file_name="f.csv"
        )
    assert len(found.new_customers) == 399


# --- files that wait, and the first people


@pytest.fixture
def person(db) -> Person:
    """The first account."""
    return create_first_person(email="anne@k.example", name="Anne", password="trois chevaux verts")


def waiting(desk, person) -> Upload:
    return keep_upload(
        company_id=desk.company.pk, person_id=person.pk, kind="invoices", name="f" * 300, sha256="0" * 64, size=1, at=AT
    )  # fmt: skip


def test_a_file_is_claimed_once(desk, person):
    upload = waiting(desk, person)
    entries = Entry.objects.count()
    assert claim_upload(company_id=desk.company.pk, upload_id=upload.pk, at=AT).confirmed_at == AT
    for act in (claim_upload, discard_upload):
        more = {"at": AT} if act is claim_upload else {}
        with pytest.raises(AlreadyConfirmed):
            act(company_id=desk.company.pk, upload_id=upload.pk, **more)
    choose_for_upload(company_id=desk.company.pk, upload_id=upload.pk, account="FR76")
    upload.refresh_from_db()
    assert upload.choices == {}
    assert Entry.objects.count() == entries  # nothing of it is in the books


def test_the_file_of_another_company_is_not_claimed(desk, neighbour, person):
    upload = waiting(desk, person)
    with pytest.raises(AlreadyConfirmed):
        claim_upload(company_id=neighbour.company.pk, upload_id=upload.pk, at=AT)


def test_only_the_first_comes_in_alone(person):
    with pytest.raises(SomebodyIsHere):
        create_first_person(email="b@k.example", name="B", password="trois chevaux verts")


def test_a_company_has_one_first_owner(desk, person):
    seat_owner(company_id=desk.company.pk, person_id=person.pk, actor=ACTOR, at=AT)
    with pytest.raises(SeatTaken):
        seat_owner(company_id=desk.company.pk, person_id=person.pk, actor=ACTOR, at=AT)
    assert Entry.objects.filter(company=desk.company, kind="company.member_joined").count() == 1
