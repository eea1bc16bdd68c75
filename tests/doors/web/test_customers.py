"""Clients, as people open them: the list, its file, one customer in one place, and what sales people see."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doors.web.customer_pages import PDF, bring, edited, names, one, plain, read
from doors.web.house import House
from quittance.collection.models import Dispute, Promise
from quittance.collection.operations import pause
from quittance.correspondence.models import Document
from quittance.customers.models import Customer, Note
from quittance.flows.kept import forget_all
from quittance.payments.models import Receivable

TODAY = date(2026, 11, 20)


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
    forget_all()  # no act brought them, so no journal tells of them
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
