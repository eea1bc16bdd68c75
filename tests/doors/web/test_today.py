"""Aujourd'hui: what is to be done this morning, for one company or for several, each within its walls."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cast import BONPAYEUR, LITIGE, TARDIF, Bill, at_noon
from doors.web.house import FRIDAY, House
from quittance.company.models import Mandate, Member
from quittance.customers.models import Contact
from quittance.flows.agenda import agenda_of
from quittance.flows.kept import forget_all
from quittance.payments.models import BankLine, BankStatement, Payment


def read(house: House, who: str = "owner", path: str = "") -> str:
    answer = house.client(who).get(path or house.url("company"))
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def also_at_the_neighbours(house: House, who: str) -> None:
    """Somebody works for both companies."""
    Member.objects.create(
        company=house.neighbour.company, person=house.people[who], name=who, email=f"{who}@both.example", role="owner",
        rank=5, joined_at=at_noon(FRIDAY),
    )  # fmt: skip


# Who finds what in the morning of Atelier Morel.
SEES = [
    (
        "owner",
        ["Tardif & Fils", "Mairie de Saint-Aubin", "ACOMPTE", "Confirmer", "Encaissement à rapprocher"],
        [],
    ),
    ("accountant", ["Tardif & Fils", "Confirmer"], []),
    ("assistant", ["Tardif & Fils", "Confirmer"], []),
    ("reader", ["Tardif & Fils", "ACOMPTE"], ["Confirmer</button>"]),
    ("sales", ["Tardif & Fils"], ["Mairie", "ACOMPTE", "Reçu depuis", "Zoé Litige"]),
    ("other_sales", [], ["Tardif", "Mairie", "ACOMPTE"]),
]


@pytest.mark.parametrize(("who", "sees", "sees_not"), SEES, ids=[row[0] for row in SEES])
def test_everybody_sees_what_is_theirs(house: House, who: str, sees: list[str], sees_not: list[str]) -> None:
    page = re.sub(r"&amp;", "&", read(house, who))
    for words in sees:
        assert words in page
    for words in sees_not:
        assert words not in page


def test_nothing_of_the_neighbour_is_here(house: House) -> None:
    assert "777,00" not in read(house)
    assert house.client("stranger").get(house.url("company")).status_code == 404


def test_all_companies_on_one_page(house: House) -> None:
    also_at_the_neighbours(house, "owner")
    page = read(house, path=reverse("today"))
    assert "Atelier Morel" in page
    assert "Dupont Peinture" in page
    assert "pour 2 sociétés sur 2" in page
    assert "?of=all" in page


def test_before_there_is_a_company_one_begins(house: House) -> None:
    Member.objects.filter(person=house.owner).delete()
    assert house.client("owner").get(reverse("today")).headers["Location"].startswith(reverse("start"))


def test_a_mandate_that_ended_is_said(house: House) -> None:
    page = read(house, "late_assistant", reverse("today"))
    assert "n'est pas en cours" in page
    assert "Tardif" not in page


def test_a_mandate_that_ends_soon_is_said(house: House) -> None:
    Mandate.objects.filter(member=house.member("assistant")).update(until_on=FRIDAY + timedelta(days=10))
    assert "Mandat bientôt échu" in read(house, "assistant")


def test_a_line_is_confirmed_in_one_click_and_taken_back(house: House) -> None:
    line = BankLine.objects.get(company=house.company, label="ACOMPTE")
    client = house.client("owner")
    answer = client.post(house.url("line-confirm", line.pk), follow=True)
    page = answer.content.decode()
    assert "affectés" in page
    assert house.url("line-unconfirm", line.pk) in page
    assert Payment.objects.filter(bank_line=line, undone_at__isnull=True).count() == 1
    page = client.post(house.url("line-unconfirm", line.pk), follow=True).content.decode()
    assert "Défait" in page
    assert not Payment.objects.filter(bank_line=line, undone_at__isnull=True).exists()


def test_a_line_confirmed_twice_says_so(house: House) -> None:
    line = BankLine.objects.get(company=house.company, label="ACOMPTE")
    client = house.client("owner")
    client.post(house.url("line-confirm", line.pk))
    answer = client.post(house.url("line-confirm", line.pk), follow=True)
    assert answer.status_code == 200
    assert Payment.objects.filter(bank_line=line).count() == 1


@pytest.mark.parametrize("who", ["reader", "sales"])
def test_who_may_not_match_does_not(house: House, who: str) -> None:
    line = BankLine.objects.get(company=house.company, label="ACOMPTE")
    assert house.client(who).post(house.url("line-confirm", line.pk)).status_code == 403


def test_the_line_of_a_neighbour_is_not_confirmed(house: House) -> None:
    line = BankLine.objects.get(company=house.company, label="ACOMPTE")
    path = house.url("line-confirm", line.pk, slug=house.neighbour.company.slug)
    house.client("stranger").post(path)
    assert not Payment.objects.filter(bank_line=line).exists()


def test_nobody_to_remind(house: House) -> None:
    for person in (TARDIF, LITIGE, BONPAYEUR):
        house.desk.pause(person, on=FRIDAY, until=FRIDAY, reason="accord")
    house.desk.morning(FRIDAY)
    page = read(house)
    assert "Relances prêtes" not in page
    assert "En pause" in page


def test_what_keeps_the_first_reminder_from_leaving_is_what_is_asked(house: House) -> None:
    client = house.client("owner")
    client.post(house.url("line-confirm", BankLine.objects.get(company=house.company, label="ACOMPTE").pk))
    Contact.objects.filter(customer__company=house.company).delete()
    page = read(house)
    assert "aucune adresse n'est connue" in page
    assert re.search(r'data-kind="primary" href="[^"]*(contacts/new/|why=no_contact)"', page)
    assert "Personne à relancer" not in page


def test_a_stale_bank_is_said_first(house: House) -> None:
    house.neighbour.invoices(Bill("D-2", TARDIF, date(2026, 9, 1), date(2026, 10, 1), 10_000))
    also_at_the_neighbours(house, "owner")
    BankStatement.objects.filter(bank_account__company=house.neighbour.company).update(
        to_on=date(2026, 11, 2)
    )
    page = read(house, path=reverse("company", args=[house.neighbour.company.slug]))
    assert "La banque d'abord" in page
    assert "Relevé en retard" in page


def test_customers_without_an_address_are_told(house: House) -> None:
    Contact.objects.filter(customer=house.customer("TAR")).delete()
    page = read(house)
    assert "Sans adresse" in page
    assert "Tardif" in read(house, path=house.url("reminders-left") + "?why=no_contact")


def test_the_morning_is_looked_at_again_after_each_act(house: House) -> None:
    client = house.client("owner")
    assert "Tardif" in client.get(house.url("company")).content.decode()
    house.desk.pause(TARDIF, on=FRIDAY, until=FRIDAY, reason="accord")
    assert "Tardif" not in client.get(house.url("company")).content.decode()
    house.desk.lift_pause(TARDIF, on=FRIDAY)
    assert "Tardif" in client.get(house.url("company")).content.decode()


def test_an_act_on_one_customer_gives_the_same_morning_as_a_fresh_look(house: House) -> None:
    agenda_of(house.company, FRIDAY)
    house.desk.pause(TARDIF, on=FRIDAY, until=FRIDAY, reason="accord")
    patched = agenda_of(house.company, FRIDAY)
    forget_all()
    assert agenda_of(house.company, FRIDAY) == patched


def test_a_page_opened_again_asks_little(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = house.client("owner")
    client.get(house.url("company"))
    with django_assert_max_num_queries(8):
        client.get(house.url("company"))


def test_the_first_look_asks_no_query_a_customer(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(60):
        house.client("owner").get(house.url("company"))


def test_the_morning_is_told_in_english_to_whoever_reads_it(house: House) -> None:
    house.owner.language = "en"
    house.owner.save(update_fields=["language"])
    client = house.client("owner")
    for name, more in (("company", ()), ("reminder", (house.customer("TAR").pk,)), ("reminders-left", ())):
        answer = client.get(house.url(name, *more))
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, "en")
