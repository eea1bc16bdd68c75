"""Sales people see and touch their own customers only, whatever they ask for in the query or send in a form.

`sales` is in charge of Tardif, `other_sales` of Litige; nobody is in charge of the others.
"""

import html
from urllib.parse import quote

import pytest
from django.urls import reverse

from cast import BONPAYEUR, LITIGE, MAIRIE, PARTICULIER, TARDIF
from doors.web import samples
from doors.web.house import House
from doors.web.test_walls import OURS, Address
from quittance.collection.models import Dispute, Pause, Promise, Reminder
from quittance.correspondence.models import CallNote, Message
from quittance.customers.models import Note
from quittance.domain.access import Right
from quittance.sales.models import Invoice

pytestmark = pytest.mark.one_database

INVOICES = {
    TARDIF: ("F-101", "F-102"),
    LITIGE: ("F-104",),
    BONPAYEUR: ("F-103", "F-107"),
    MAIRIE: ("F-105",),
    PARTICULIER: ("F-106",),
}
IN_CHARGE = {"sales": TARDIF, "other_sales": LITIGE}
LISTS = [
    one
    for one in OURS
    if one.wall in ("signed_in", Right.READ, Right.NOTE, Right.REMIND) and not one.of_a_customer
]
TABLES = (Pause, Promise, Dispute, Reminder, Message, CallNote, Note)
EVERYTHING = (
    "",
    "?q=F-10",
    f"?q={quote(TARDIF.name)}",
    f"?q={quote('Bonpayeur')}",
    "?state=all&status=all&when=all",
    "?customer={theirs}&customers={theirs}&id={theirs}&ids={theirs}&invoice={invoice}&invoices={invoice}",
)


def hidden(who: str) -> list[str]:
    """What a sales person must not read anywhere: the names and numbers of the others' customers."""
    others = [person for person in INVOICES if person is not IN_CHARGE[who]]
    return [word for person in others for word in (person.name, person.email, *INVOICES[person]) if word]


@pytest.mark.parametrize("address", LISTS, ids=lambda one: one.name)
def test_no_page_shows_the_customers_of_others(house: House, address: Address) -> None:
    path = reverse(address.name, kwargs=samples.arguments(house, address.name, address.parameters))
    seen = []
    for who, own in IN_CHARGE.items():
        client = house.client(who)
        other = LITIGE if own is TARDIF else TARDIF
        given = {
            "theirs": house.customer(other.reference).pk,
            "invoice": Invoice.objects.get(company=house.company, number=INVOICES[other][0]).pk,
        }
        for query in EVERYTHING:
            asked = query.format(**given)
            answer = client.get(path + asked)
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            text = html.unescape(answer.content.decode())
            typed = [word for word in hidden(who) if quote(word) in asked]
            seen += [
                f"{who} reads {word} at {path}{asked}"
                for word in hidden(who)
                if word in text and word not in typed
            ]
    assert seen == []


@pytest.mark.parametrize(
    "address", [one for one in LISTS if one.wall != "signed_in"], ids=lambda one: one.name
)
def test_no_form_touches_the_customers_of_others(house: House, address: Address) -> None:
    """Their numbers are sent under every name that a form of ours could give them."""
    path = reverse(address.name, kwargs=samples.arguments(house, address.name, address.parameters))
    for who, own in IN_CHARGE.items():
        other = LITIGE if own is TARDIF else TARDIF
        customer = house.customer(other.reference)
        invoice = Invoice.objects.get(company=house.company, number=INVOICES[other][0])
        form = {
            **dict.fromkeys(("customer", "customers", "customer_id"), customer.pk),
            **dict.fromkeys(
                ("invoice", "invoices", "invoice_id", "id", "ids", "chosen", "row", "rows"), invoice.pk
            ),
            "seen": f"{customer.pk}:x",
            "until_on": "2026-12-01",
            "reason": "essai",
            "text": "essai",
            "confirm": "yes",
            "sure": "on",
        }
        before = [table.objects.filter(customer=customer).count() for table in TABLES]
        house.client(who).post(path, form)
        after = [table.objects.filter(customer=customer).count() for table in TABLES]
        assert after == before, who


def test_these_tests_can_see(house: House) -> None:
    """The owner reads every name where sales people read one: a blind test would pass too."""
    page = html.unescape(house.client("owner").get(house.url("invoices")).content.decode())
    assert [word for word in hidden("sales") if word.startswith("F-") and word not in page] == []
    for who, own in IN_CHARGE.items():
        page = html.unescape(house.client(who).get(house.url("customers")).content.decode())
        assert own.name in page
