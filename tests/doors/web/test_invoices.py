"""The list of invoices and the invoice, on Friday 20 November 2026."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.conf import LazySettings
from django.test import Client
from pypdf import PdfWriter
from python_calamine import CalamineWorkbook

from cast import BONPAYEUR, LITIGE, MAIRIE, PARTICULIER, TARDIF, Bill, at_noon
from doors.web.house import FRIDAY, NOW, House
from quittance.collection.operations import note_promise, open_dispute
from quittance.gateways import clock
from quittance.payments.models import BankLine, Payment, Receivable
from quittance.sales.models import Invoice

ACTOR = "test:camille"


def numbers(client: Client, address: str) -> list[str]:
    """The numbers of the rows of a page, in their order."""
    body = client.get(address).content.decode()
    return re.findall(r'/invoices/\d+/">([^<]+)</a>', body)


def rows_of(house: House, who: str, query: str = "") -> list[str]:
    return numbers(house.client(who), f"{house.url('invoices')}?{query}")


def id_of(number: str) -> int:
    return Invoice.objects.get(number=number).pk


def receivable(number: str) -> Receivable:
    return Receivable.objects.get(number=number)


def state_of(house: House, number: str) -> str:
    """What the list says of an invoice."""
    body = house.client("owner").get(f"{house.url('invoices')}?q={number}").content.decode()
    found = re.search(r'class="badge"[^>]*><svg.*?</svg>([^<]+)<', body)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["F-107", "F-106", "F-103", "F-104", "F-102", "F-105", "F-101"]),  # the latest due first
        ("state=late", ["F-101", "F-105", "F-102", "F-104"]),  # the longest late first
        ("state=late&age=1-30", ["F-102", "F-104"]),
        ("state=late&age=31-60", ["F-101", "F-105"]),
        ("state=late&age=91-", []),
        ("age=31-60", ["F-101", "F-105"]),
        ("state=due", ["F-106", "F-107"]),
        ("state=soon", []),
        ("state=paid", ["F-103"]),
        ("state=disputed", []),
        ("state=credit_notes", []),
        ("q=f101", ["F-101"]),
        ("q=tardif+fils", ["F-102", "F-101"]),
        ("q=ZOE", ["F-104"]),
        ("q=800,50", ["F-102"]),
        ("q=zzz", []),
        ("min=1000", ["F-104", "F-101"]),
        ("max=450", ["F-106", "F-103"]),
        ("issued_from=2026-11-01", ["F-107", "F-106"]),
        ("issued_to=2026-09-30", ["F-105", "F-101"]),
        ("who=0&state=late", ["F-105"]),
        ("sort=total", ["F-106", "F-103", "F-105", "F-102", "F-107", "F-101", "F-104"]),
        ("sort=total&desc=1", ["F-104", "F-101", "F-107", "F-102", "F-105", "F-103", "F-106"]),
        ("sort=customer&state=late", ["F-105", "F-101", "F-102", "F-104"]),
        ("sort=customer&desc=1&state=late", ["F-104", "F-102", "F-101", "F-105"]),
        ("sort=number&state=paid", ["F-103"]),
        ("issued_from=no&min=no&page=no&sort=no&state=late", ["F-101", "F-105", "F-102", "F-104"]),
        ("page=99&state=late", ["F-101", "F-105", "F-102", "F-104"]),
    ],
)  # fmt: skip
def test_the_list_shows_what_is_asked(house: House, query: str, shown: list[str]) -> None:
    assert rows_of(house, "owner", query) == shown


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("owner", {"F-101", "F-102", "F-103", "F-104", "F-105", "F-106", "F-107"}),
        ("reader", {"F-101", "F-102", "F-103", "F-104", "F-105", "F-106", "F-107"}),
        ("sales", {"F-101", "F-102"}),
        ("other_sales", {"F-104"}),
    ],
)
def test_sales_people_see_only_their_own_customers(house: House, who: str, seen: set[str]) -> None:
    client = house.client(who)
    assert set(numbers(client, house.url("invoices"))) == seen
    assert set(numbers(client, f"{house.url('invoices')}?who=0")) <= seen
    assert set(numbers(client, f"{house.url('invoices')}?q=F-10&customer={house.customer('MAI').pk}")) <= seen
    for number in ("F-101", "F-104", "F-105"):
        expected = 200 if number in seen else 404
        assert client.get(house.url("invoice", id_of(number))).status_code == expected


def test_the_head_and_the_foot_add_up(house: House) -> None:
    body = house.client("owner").get(f"{house.url('invoices')}?state=late").content.decode()
    said = re.sub(r"[\u00a0\u202f]", " ", body)
    assert "6 440,49 € à recevoir, dont 5 140,50 € en retard." in said
    assert "4 factures" in said
    assert 'value="5140.50"' in body  # the foot: what is left of the filter


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("F-101", "En retard de 50 jours"),
        ("F-103", "Réglée le 13 novembre"),
        ("F-106", "À échoir le 2 décembre"),
    ],
)
def test_a_row_says_where_the_invoice_stands(house: House, number: str, words: str) -> None:
    assert state_of(house, number).replace("\u00a0", " ") == words


def test_promises_and_disputes_are_told_with_their_day(house: House) -> None:
    tardif, litige = house.customer(TARDIF.reference), house.customer(LITIGE.reference)
    told = {"company_id": house.company.pk, "actor": ACTOR, "at": at_noon(FRIDAY)}
    note_promise(
        customer_id=tardif.pk, amount_cents=120_000, promised_on=date(2026, 11, 27), said_by="", channel="call",
        today=FRIDAY, **told,
    )  # fmt: skip
    open_dispute(
        customer_id=litige.pk, receivable_ids=[receivable("F-104").pk], category="price", text="Trop cher",
        in_charge_id=None, answer_by_on=date(2026, 12, 4), **told,
    )  # fmt: skip
    assert state_of(house, "F-101").replace("\u00a0", " ") == "Promis le 27 novembre"
    assert state_of(house, "F-104").replace("\u00a0", " ") == "Litige ouvert le 20 novembre"
    assert rows_of(house, "owner", "state=disputed") == ["F-104"]
    page = house.client("owner").get(house.url("invoice", id_of("F-104"))).content.decode()
    assert "Trop cher" in page


def test_the_list_asks_the_database_as_often_whatever_its_length(
    house: House, django_assert_max_num_queries: object
) -> None:
    client = house.client("owner")
    house.desk.invoices(
        *(
            Bill(f"G-{n:03}", TARDIF, date(2026, 9, 1), date(2026, 10, 1 + n % 28), 10_000 + n)
            for n in range(120)
        )
    )
    client.get(house.url("invoices"))
    for query in ("", "state=late", "state=late&page=2&sort=customer", "q=tardif", "state=credit_notes"):
        with django_assert_max_num_queries(24):  # type: ignore[operator]
            assert client.get(f"{house.url('invoices')}?{query}").status_code == 200


def test_a_long_list_has_pages_that_meet(house: House) -> None:
    house.desk.invoices(
        *(
            Bill(f"G-{n:03}", TARDIF, date(2026, 9, 1), date(2026, 10, 1 + n % 28), 10_000 + n)
            for n in range(120)
        )
    )
    for order in ("due", "customer", "number", "issued", "left"):
        for desc in ("", "1"):
            seen = [
                number
                for page in (1, 2, 3)
                for number in rows_of(house, "owner", f"sort={order}&desc={desc}&page={page}")
            ]
            assert len(seen) == len(set(seen)) == 127


# ------------------------------------------------------------------------------------------------ its file


def test_the_export_is_the_filter(house: House) -> None:
    answer = house.client("owner").get(f"{house.url('invoices-export')}?state=late&format=xlsx")
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet] == ["Numéro", "F-101", "F-105", "F-102", "F-104"]
    assert sheet[1][1:3] == ["TAR", "Tardif & Fils"]
    assert sheet[1][5:8] == [50, 1200.0, 1200.0]
    assert 'filename="factures-atelier-morel-2026-11-20.xlsx"' in answer.headers["Content-Disposition"]


def test_the_export_of_ticked_rows_is_these_rows(house: House) -> None:
    ticked = [receivable(number).pk for number in ("F-101", "F-104")]
    answer = house.client("accountant").post(
        house.url("invoices-export"), {"ids": ticked, "query": "state=late", "format": "csv"}
    )
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.partition(";")[0] for line in lines] == ["Numéro", "F-101", "F-104"]


@pytest.mark.parametrize(("who", "status"), [("accountant", 200), ("assistant", 403), ("sales", 403)])
def test_whoever_may_export_does(house: House, who: str, status: int) -> None:
    assert house.client(who).get(house.url("invoices-export")).status_code == status


# ------------------------------------------------------------------------------------------------ many at once


def act(house: House, who: str, name: str, chosen: list[str], **more: object) -> object:
    ids = [receivable(number).pk for number in chosen]
    return house.client(who).post(house.url(name), {"ids": ids, "query": "state=late", **more}, follow=True)


def undo(house: House, client: Client, name: str) -> None:
    assert client.post(house.url(name), follow=True).status_code == 200


def test_an_act_is_looked_at_before_it_is_done(house: House) -> None:
    page = act(house, "owner", "invoices-paid", ["F-101", "F-102"]).content.decode()  # type: ignore[attr-defined]
    assert "Noter 2 factures réglées" in page
    assert "F-101" in page
    assert "Tardif &amp; Fils" in page
    assert receivable("F-101").open_cents == 120_000


def test_invoices_noted_paid_are_owed_again_once_taken_back(house: House) -> None:
    client = house.client("owner")
    ids = [receivable(number).pk for number in ("F-101", "F-102")]
    sent = {"ids": ids, "confirm": "1", "method": "cheque", "received_on": "2026-11-19"}
    page = client.post(house.url("invoices-paid"), sent, follow=True).content.decode()
    assert "2 factures notées réglées." in page
    assert [receivable(number).open_cents for number in ("F-101", "F-102")] == [0, 0]
    undo(house, client, "invoices-paid-undo")
    assert [receivable(number).open_cents for number in ("F-101", "F-102")] == [120_000, 80_050]
    undo(house, client, "invoices-paid-undo")  # a second click does nothing
    assert house.desk.broken(FRIDAY) == []


def test_a_payment_of_tomorrow_is_refused_for_all(house: House) -> None:
    answer = act(
        house, "owner", "invoices-paid", ["F-101"], confirm="1", method="cash", received_on="2026-11-21"
    )
    assert "20/11/2026" in answer.content.decode()  # type: ignore[attr-defined]
    assert receivable("F-101").open_cents == 120_000


def test_reminders_are_suspended_for_the_customers_of_what_is_ticked(house: House) -> None:
    client = house.client("assistant")
    ids = [receivable(number).pk for number in ("F-101", "F-102", "F-105")]
    sent = {"ids": ids, "confirm": "1", "until_on": "2026-12-04", "reason": "Chantier en cours"}
    assert "2 clients" in client.post(house.url("invoices-pause"), sent, follow=True).content.decode()
    assert state_of(house, "F-101").replace("\u00a0", " ") == "Pause jusqu’au 4 décembre"
    undo(house, client, "invoices-pause-undo")
    assert state_of(house, "F-101").replace("\u00a0", " ") == "En retard de 50 jours"


def test_customers_change_hands_and_back(house: House) -> None:
    client = house.client("owner")
    sent = {
        "ids": [receivable("F-101").pk, receivable("F-105").pk], "confirm": "1",
        "person": house.member("other_sales").pk,
    }  # fmt: skip
    client.post(house.url("invoices-in-charge"), sent)
    assert set(rows_of(house, "other_sales")) == {"F-101", "F-102", "F-104", "F-105"}
    undo(house, client, "invoices-in-charge-undo")
    assert set(rows_of(house, "other_sales")) == {"F-104"}
    assert set(rows_of(house, "sales")) == {"F-101", "F-102"}


def test_the_whole_view_is_acted_on(house: House) -> None:
    client = house.client("owner")
    page = client.post(
        house.url("invoices-paid"), {"ids": [receivable("F-101").pk], "whole": "1", "query": "state=late"}
    )
    assert "Noter 4 factures réglées" in page.content.decode()


def test_sales_people_act_only_on_their_own_customers(house: House) -> None:
    client = house.client("sales")
    ids = [receivable(number).pk for number in ("F-101", "F-104")]
    page = client.post(house.url("invoices-pause"), {"ids": ids, "query": ""}).content.decode()
    assert "F-101" in page
    assert "F-104" not in page
    assert client.post(house.url("invoices-paid"), {"ids": ids}).status_code == 403


def test_what_is_ticked_of_another_company_is_nobodys(house: House) -> None:
    foreign = Receivable.objects.get(number="D-1").pk
    page = house.client("owner").post(house.url("invoices-paid"), {"ids": [foreign]}, follow=True)
    assert "Cochez au moins une facture." in page.content.decode()


# ------------------------------------------------------------------------------------------------ one invoice


def test_the_invoice_tells_what_came_and_why_it_is_for_it(house: House) -> None:
    page = house.client("owner").get(house.url("invoice", id_of("F-103"))).content.decode()
    assert "Virement" in page
    assert "numéro de facture" in page.lower()
    assert "Noter un règlement" not in page  # nothing is left of it


def test_a_cheque_is_noted_and_taken_back(house: House) -> None:
    client, address = house.client("owner"), house.url("invoice-pay", id_of("F-101"))
    assert 'value="1200,00"' in client.get(address).content.decode()
    sent = {"amount_cents": "500,00", "method": "cheque", "received_on": "2026-11-19"}
    page = client.post(address, sent, follow=True).content.decode()
    assert "Règlement noté." in page
    assert "Chèque" in page
    assert receivable("F-101").open_cents == 70_000
    client.post(house.url("invoice-pay-undo", id_of("F-101")))
    assert receivable("F-101").open_cents == 120_000
    assert house.desk.broken(FRIDAY) == []


def undo_in(page: str) -> str:
    """Where the toast of a page leads back."""
    found = re.search(r'class="toast".*?<form method="post" action="([^"]+)"', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize("page_of", ["invoice-pay", "bank-note", "invoices-paid"])
def test_the_way_back_of_a_toast_takes_back_that_payment_alone(
    house: House, page_of: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clicked twice, or after a colleague took it back, it takes back no earlier payment."""
    client = house.client("owner")
    earlier = {"amount_cents": "500,00", "method": "cheque", "received_on": "2026-11-02"}
    client.post(house.url("invoice-pay", id_of("F-101")), earlier)
    monkeypatch.setattr(clock, "_set_off", lambda: NOW + timedelta(minutes=1) - datetime.now(UTC))
    sent = {
        "amount_cents": "100,00", "amount": "100,00", "number": "F-101", "method": "cash",
        "received_on": "2026-11-19", "ids": receivable("F-101").pk, "confirm": "yes",
    }  # fmt: skip
    address = house.url(page_of, *([id_of("F-101")] if page_of == "invoice-pay" else []))
    undo = undo_in(client.post(address, sent, follow=True).content.decode())
    assert receivable("F-101").open_cents in (60_000, 0)
    for _ in range(3):
        client.post(undo)
    assert receivable("F-101").open_cents == 70_000
    assert house.desk.broken(FRIDAY) == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"amount_cents": "2000,00"}, "dépassent ce qui reste dû"),
        ({"amount_cents": "abc"}, "pas un montant"),
        ({"received_on": "2026-12-01"}, "20/11/2026"),
    ],
)
def test_a_payment_that_does_not_fit_is_refused_in_words(
    house: House, sent: dict[str, str], said: str
) -> None:
    good = {"amount_cents": "10,00", "method": "cash", "received_on": "2026-11-20"}
    answer = house.client("owner").post(house.url("invoice-pay", id_of("F-101")), {**good, **sent})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert receivable("F-101").open_cents == 120_000


def test_a_match_is_undone_from_the_invoice(house: House) -> None:
    line = BankLine.objects.get(label__contains="F-103")
    page = house.client("accountant").post(
        house.url("invoice-line-undo", id_of("F-103"), line.pk), follow=True
    )
    assert "de nouveau dus" in page.content.decode()
    assert receivable("F-103").open_cents == 45_000
    assert house.desk.broken(FRIDAY) == []


def test_a_line_of_another_invoice_is_not_undone_from_here(house: House) -> None:
    line = BankLine.objects.get(label__contains="F-103")
    assert (
        house.client("owner").post(house.url("invoice-line-undo", id_of("F-101"), line.pk)).status_code == 404
    )


def test_the_penalties_are_told_line_by_line(house: House) -> None:
    page = re.sub(
        r"[\u00a0\u202f]",
        " ",
        house.client("owner").get(house.url("invoice", id_of("F-101"))).content.decode(),
    )
    # 50 days at 12.40 % on 1 200.00: 2 October to 20 November, both included
    assert "20,38 €" in page
    assert "12,40 %" in page
    assert "60,38 €" in page  # with the 40 euros
    assert "L441-10 II" in page
    assert "Source du taux" in page


def test_a_consumer_owes_no_penalty(house: House) -> None:
    house.desk.invoices(Bill("F-200", PARTICULIER, date(2026, 9, 1), date(2026, 10, 1), 10_000))
    page = house.client("owner").get(house.url("invoice", id_of("F-200"))).content.decode()
    assert "Un particulier ne doit ni pénalité ni indemnité" in page


def test_a_credit_note_is_used_from_the_invoice(house: House) -> None:
    house.desk.invoices(Bill("A-1", TARDIF, date(2026, 11, 1), date(2026, 11, 1), 20_000, credit_note=True))
    client = house.client("owner")
    assert numbers(client, f"{house.url('invoices')}?state=credit_notes") == ["A-1"]
    page = client.post(house.url("invoice-credit", id_of("F-101")), follow=True).content.decode()
    assert "Crédit mis sur F-101." in page
    assert receivable("F-101").open_cents == 100_000
    assert "F-101" in client.get(house.url("invoice", id_of("A-1"))).content.decode()
    client.post(house.url("invoice-credit-undo", id_of("F-101")))
    assert receivable("F-101").open_cents == 120_000


def a_pdf() -> bytes:
    file = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.write(file)
    return file.getvalue()


def test_a_pdf_is_filed_and_shown(house: House, settings: LazySettings) -> None:
    client, invoice_id = house.client("owner"), id_of("F-101")
    assert client.get(house.url("invoice-document", invoice_id)).status_code == 404
    file = BytesIO(a_pdf())
    file.name = "whatever.exe"
    page = client.post(house.url("invoice-attach", invoice_id), {"file": file}, follow=True).content.decode()
    assert "<iframe" in page
    answer = client.get(house.url("invoice-document", invoice_id))
    assert answer.content == a_pdf()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert house.client("sales").get(house.url("invoice-document", invoice_id)).status_code == 200
    assert house.client("other_sales").get(house.url("invoice-document", invoice_id)).status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ this is a program", "pas un PDF"),
        (b"%PDF-1.7 but nothing follows", "abîmé"),
        (b"", "Choisissez le PDF"),
    ],
)
def test_what_is_not_a_pdf_is_refused(house: House, content: bytes, said: str) -> None:
    file = BytesIO(content)
    file.name = "facture.pdf"
    page = house.client("owner").post(
        house.url("invoice-attach", id_of("F-101")), {"file": file}, follow=True
    )
    assert said in page.content.decode()
    assert "<iframe" not in page.content.decode()


def test_money_noted_by_hand_counts_once(house: House) -> None:
    client = house.client("owner")
    client.post(
        house.url("invoice-pay", id_of("F-105")),
        {"amount_cents": "640,00", "method": "transfer", "received_on": "2026-11-20"},
    )
    assert Payment.objects.filter(customer=house.customer(MAIRIE.reference)).count() == 1
    assert BONPAYEUR.name not in client.get(house.url("invoice", id_of("F-105"))).content.decode()
