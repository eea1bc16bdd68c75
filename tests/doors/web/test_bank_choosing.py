"""One bank line: invoices and amounts are chosen, the difference is counted, the rest is kept as credit."""

from datetime import timedelta

import pytest
from django.test import Client

from doors.web.house import FRIDAY, House
from doors.web.test_bank import line, read, said
from quittance.payments.queries import customer_credit_cents, open_total

YESTERDAY = FRIDAY - timedelta(days=1)


@pytest.fixture
def owner(house: House) -> Client:
    return house.client("owner")


@pytest.fixture
def advance(house: House) -> int:
    """The 1,000 euros of Litige, whose only invoice is of 2,500."""
    return line(house, "ACOMPTE").line_id


@pytest.fixture
def nameless(house: House) -> int:
    """The 333.33 euros of which nothing is known."""
    return line(house, "SANS REFERENCE").line_id


def ticked(page: str) -> dict[str, str]:
    """The invoices that are ticked, with the amount beside each."""
    found = {}
    for row in page.split("<tr>")[1:]:
        if " checked" in row and 'name="pick"' in row:
            number = row.split('name="pick" value="')[1].split('"')[0]
            found[number] = row.split(f'name="amount-{number}" value="')[1].split('"')[0]
    return found


def test_the_best_proposal_is_ticked_with_its_amount(house: House, owner: Client, advance):
    page = read(owner.get(house.url("bank-line", advance)))
    assert ticked(page) == {"F-104": "1000,00"}
    assert "Contre" in page
    assert "ZOE LITIGE DECO" in page
    assert "Il ne reste rien" in page


@pytest.mark.parametrize(
    ("searched", "there"),
    [
        ("tardif", ["F-101", "F-102"]),
        ("f101", ["F-101"]),
        ("1200,00", ["F-101"]),
        ("mairie", ["F-105"]),
        ("F-103", []),  # it is paid
        ("nobody at all", []),
    ],
)
def test_searching_among_open_invoices(house: House, owner: Client, nameless, searched, there):
    page = read(owner.get(house.url("bank-line", nameless), {"q": searched}))
    assert [
        n for n in ("F-101", "F-102", "F-103", "F-104", "F-105") if f'name="pick" value="{n}"' in page
    ] == there
    assert there or "Aucune facture ouverte pour" in page


@pytest.mark.parametrize(
    ("picked", "amounts", "told", "may_confirm"),
    [
        (["F-102"], {"F-102": "333,33"}, "Il ne reste rien", True),
        (["F-102"], {}, "Il ne reste rien", True),  # what is left of the line
        (["F-102"], {"F-102": "300"}, "33,33 € en crédit", True),
        (["F-101", "F-102"], {"F-101": "133,33"}, "Il ne reste rien", True),
        (["F-102"], {"F-102": "400"}, "De trop", False),
        (["F-102"], {"F-102": "900"}, "C'est plus que ce qui reste dû", False),
        (["F-102"], {"F-102": "deux"}, "Corrigez les montants", False),
        (["F-102"], {"F-102": "-5"}, "Il ne reste rien de cette ligne", False),
        (["F-101", "F-105"], {"F-101": "100", "F-105": "100"}, "Un règlement est d'un seul client", False),
        (["F-999"], {"F-999": "100"}, "", False),
        ([], {}, "", False),
    ],
)
def test_the_difference_is_counted_by_the_server(
    house: House, owner: Client, nameless, picked, amounts, told, may_confirm
):
    form = {"pick": picked, **{f"amount-{number}": amount for number, amount in amounts.items()}}
    before = open_total(house.company.pk)
    counted = owner.post(house.url("bank-choose", nameless), {**form, "act": "count"})
    page = read(owner.get(counted.url))
    assert told in page
    button = page.split('value="confirm"')[1].split(">")[0]
    assert ("disabled" not in button) is may_confirm
    # With htmx only the part that changes comes back, and the address is that of the same choice.
    live = owner.post(
        house.url("bank-choose", nameless), {**form, "act": "count"}, headers={"HX-Request": "true"}
    )
    assert told in read(live)
    assert live.headers["HX-Replace-Url"] == counted.url
    assert "<html" not in live.content.decode()
    # Confirmed before it fits, it is refused whatever the button says.
    owner.post(house.url("bank-choose", nameless), {**form, "act": "confirm"})
    assert (open_total(house.company.pk) < before) is may_confirm
    assert house.desk.broken(FRIDAY) == []


def test_several_invoices_then_the_next_line(house: House, owner: Client, nameless, advance):
    form = {"pick": ["F-101", "F-102"], "amount-F-101": "100,00", "amount-F-102": "200,00", "act": "confirm"}
    answer = owner.post(house.url("bank-choose", nameless), form)
    assert answer.url == house.url("bank-line", advance)
    assert line(house, "SANS REFERENCE").allocations == (("F-101", 10_000), ("F-102", 20_000))
    assert customer_credit_cents(house.company.pk, house.customer("TAR").pk) == 3_333
    assert "300,00 € affectés." in said(owner, house)
    last = owner.post(house.url("bank-choose", advance), {"pick": ["F-104"], "act": "confirm"})
    assert last.url == house.url("bank")
    assert house.desk.broken(FRIDAY) == []


def test_a_payment_in_advance_is_kept_as_credit_and_undone(house: House, owner: Client, nameless):
    mairie = house.customer("MAI").pk
    page = read(owner.get(house.url("bank-line", nameless), {"q": "mairie"}))
    assert f'name="credit" value="{mairie}"' in page
    owner.post(house.url("bank-choose", nameless), {"credit": str(mairie)})
    assert customer_credit_cents(house.company.pk, mairie) == 33_333
    assert "333,33 € gardés au crédit" in said(owner, house)
    owner.post(house.url("bank-undo", nameless))
    assert customer_credit_cents(house.company.pk, mairie) == 0
    assert line(house, "SANS REFERENCE").state == "proposed"
    assert house.desk.broken(FRIDAY) == []


@pytest.mark.parametrize("whose", ["theirs", "none", "words"])
def test_nothing_is_kept_for_a_customer_of_somebody_else(house: House, owner: Client, nameless, whose):
    other = house.neighbour.company.pk
    theirs = type(house.customer("TAR")).objects.get(company_id=other, reference="TAR").pk
    owner.post(
        house.url("bank-choose", nameless), {"credit": {"theirs": theirs, "none": 0, "words": "x"}[whose]}
    )
    assert line(house, "SANS REFERENCE").state == "none"


def test_an_invoice_of_another_company_is_never_found(house: House, owner: Client, nameless):
    page = read(owner.get(house.url("bank-line", nameless), {"q": "D-1", "pick": "D-1:100"}))
    assert "Dupont" not in page
    assert 'value="D-1"' not in page.replace('name="q" type="search" value="D-1"', "")


def test_set_aside_from_the_line_goes_on_to_the_next(house: House, owner: Client, nameless, advance):
    answer = owner.post(house.url("bank-aside", nameless), {"reason": "apport", "then": "next"})
    assert answer.url == house.url("bank-line", advance)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("F-103", "Ce que cette ligne règle"),
        ("LOYER", "De l'argent sorti"),
    ],
)
def test_a_line_that_waits_no_longer_says_what_it_is(house: House, owner: Client, words, told):
    page = read(owner.get(house.url("bank-line", line(house, words).line_id)))
    assert told in page
    assert "Confirmer" not in page


def test_how_many_queries_a_line_makes(house: House, owner: Client, advance, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        page = owner.get(house.url("bank-line", advance), {"q": "tardif"})
    assert page.status_code == 200
