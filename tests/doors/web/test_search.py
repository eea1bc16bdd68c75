"""Searching everywhere: one table of what people type, and what each may find."""

import re
from datetime import date
from urllib.parse import quote

import pytest

from cast import TARDIF, Bill
from doors.web.house import FRIDAY, House
from quittance.company.models import Member
from quittance.customers.models import Customer
from quittance.customers.operations import change_customer
from quittance.sales.models import Invoice


def found(house: House, who: str, text: str) -> set[str]:
    """What the page of results names: customers, invoices, and bank lines by their label."""
    answer = house.client(who).get(f"/search/?q={quote(text)}")
    if answer.status_code == 302:  # a number typed whole leads to its invoice
        pk = int(re.findall(r"/invoices/(\d+)/", answer.headers["Location"])[0])
        return {Invoice.objects.get(pk=pk).number}
    body = answer.content.decode()
    links = re.findall(r'<td[^>]*data-cell="name"><a href="[^"]+">([^<]+)</a>', body)
    return {name.replace("&amp;", "&") for name in links}


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        # numbers
        ("F-101", {"F-101"}),
        ("f101", {"F-101"}),
        ("F 101", {"F-101"}),
        ("F-10", {"F-101", "F-102", "F-103", "F-104", "F-105", "F-106", "F-107"}),
        ("107", {"F-107"}),
        # names
        ("tardif", {"Tardif & Fils"}),
        ("fils TARDIF", {"Tardif & Fils"}),
        ("zoe litige", {"Zoé Litige Décoration"}),
        ("DÉCORATION", {"Zoé Litige Décoration"}),
        ("saint aubin", {"Mairie de Saint-Aubin"}),
        # what names a customer otherwise
        ("TAR", {"Tardif & Fils"}),
        ("compta@tardif.example", {"Tardif & Fils"}),
        ("84151", {"Tardif & Fils"}),  # the end of an IBAN
        ("FR76 1027 8001", {"Tardif & Fils"}),
        # amounts
        ("800,50", {"F-102"}),
        ("450,00", {"F-103", "VIR FACTURE F-103"}),
        ("120,00 €", {"PRLV LOYER ATELIER"}),
        ("333,33", {"VIR INCONNU SANS REFERENCE"}),
        ("1200", {"F-101"}),
        # nothing
        ("zzz", set()),
        ("%", set()),
        ("_", set()),
        ("'; drop table", set()),
        ("é", set()),
    ],
)
def test_what_people_type_is_found(house: House, typed: str, finds: set[str]) -> None:
    assert found(house, "owner", typed) == finds


@pytest.mark.parametrize(
    ("who", "typed", "finds"),
    [
        ("sales", "F-101", {"F-101"}),
        ("sales", "F-10", {"F-101", "F-102"}),
        ("sales", "F-104", set()),
        ("sales", "litige", set()),
        ("sales", "2500,00", set()),
        ("sales", "333,33", set()),  # no right to see the bank
        ("other_sales", "litige", {"Zoé Litige Décoration"}),
        ("reader", "333,33", {"VIR INCONNU SANS REFERENCE"}),
        ("late_assistant", "F-101", set()),
        ("stranger", "F-101", set()),
        ("stranger", "D-1", {"D-1"}),
        ("owner", "D-1", set()),
        ("owner", "777,00", set()),
    ],
)
def test_nobody_finds_what_they_may_not_see(house: House, who: str, typed: str, finds: set[str]) -> None:
    assert found(house, who, typed) == finds


def test_who_serves_two_companies_finds_in_both_and_sees_whose_it_is(house: House) -> None:
    Member.objects.create(
        company=house.neighbour.company, person=house.owner, name="Owner", email="two@house.example",
        role="sales", rank=5,
    )  # fmt: skip
    seen = house.client("owner").get("/search/?q=tardif").content.decode()
    assert seen.count("Tardif &amp; Fils") == 1  # in the other company they are in charge of nobody
    in_charge = Member.objects.get(email="two@house.example")
    Customer.objects.filter(company=house.neighbour.company, reference="TAR").update(in_charge=in_charge)
    seen = house.client("owner").get("/search/?q=tardif").content.decode()
    assert seen.count("Tardif &amp; Fils") == 2
    assert "Dupont Peinture" in seen


def test_nothing_found_is_said_with_what_to_try(house: House) -> None:
    body = house.client("owner").get("/search/?q=<b>zzz").content.decode()
    assert "Essayez un numéro, un nom ou un montant." in body
    assert "<b>zzz" not in body


def test_suggestions_come_as_one_types(house: House) -> None:
    client = house.client("owner")
    body = client.get("/search/suggest/?q=tard").content.decode()
    assert "Tardif" in body
    assert "Tout voir" in body
    assert client.get("/search/suggest/?q=t").content.decode().strip() == ""
    assert "Rien pour" in client.get("/search/suggest/?q=zzz").content.decode()


def test_a_customer_is_found_under_the_name_of_today(house: House) -> None:
    change_customer(
        company_id=house.company.pk, customer_id=house.customer("TAR").pk, name="Œuvres Réunies",
        actor="test", at=house.company.created_at,
    )  # fmt: skip
    assert found(house, "owner", "oeuvres") == {"Œuvres Réunies"}
    assert found(house, "owner", "tardif") == set()


def test_a_search_asks_the_database_a_few_times(house: House, django_assert_max_num_queries: object) -> None:
    house.desk.invoices(
        *(Bill(f"G-{n:03}", TARDIF, date(2026, 9, 1), date(2026, 10, 1), 10_000 + n) for n in range(60))
    )
    client = house.client("owner")
    client.get("/search/")
    for typed in ("tardif", "G-0", "100,05", "1000"):
        with django_assert_max_num_queries(14):  # type: ignore[operator]
            assert client.get(f"/search/?q={typed}").status_code in (200, 302)
    assert house.desk.broken(FRIDAY) == []
