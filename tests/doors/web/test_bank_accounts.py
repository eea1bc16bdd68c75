"""Accounts on the bank page: since when one counts, whether customers pay there, its end; and money noted by hand."""

from datetime import date

import pytest
from django.test import Client

from cast import STRANGER_IBAN, Desk, Transfer
from doors.web.house import FRIDAY, House
from doors.web.test_bank import read, said
from quittance.company.queries import bank_accounts
from quittance.payments.coverage import bank_read_on
from quittance.payments.queries import open_total


@pytest.fixture
def owner(house: House) -> Client:
    return house.client("owner")


def account_id(house: House, iban: str = "") -> int:
    wanted = iban or house.desk.iban
    return next(one.pk for one in bank_accounts(house.company.pk) if one.iban == wanted)


@pytest.fixture
def hole(house: House) -> House:
    """October is read to the 31st; the first days of November are missing."""
    house.desk.statement(
        Transfer(date(2026, 10, 20), -500, "CAFE"), through=date(2026, 10, 31), since=date(2026, 10, 20)
    )
    assert bank_read_on(house.company.pk) == date(2026, 10, 31)
    return house


def test_what_the_bank_no_longer_gives_is_no_longer_awaited(hole: House, owner: Client):
    address = hole.url("bank-account", account_id(hole))
    page = read(owner.get(address))
    assert "Il manque les mouvements du 1er novembre 2026 au 12 novembre 2026" in page
    assert 'value="2026-11-13"' in page  # the day after the hole is offered
    owner.post(address, {"since_on": "2026-11-13"})
    assert "attendus depuis le 13 novembre 2026" in said(owner, hole)
    assert bank_read_on(hole.company.pk) == date(2026, 11, 19)
    owner.post(address, {"since_on": ""})
    assert bank_read_on(hole.company.pk) == date(2026, 10, 31)


def test_a_day_to_come_is_refused_beside_its_field(hole: House, owner: Client):
    answer = owner.post(hole.url("bank-account", account_id(hole)), {"since_on": "2026-11-21"})
    assert answer.status_code == 422
    assert "est à venir" in answer.content.decode()
    assert bank_read_on(hole.company.pk) == date(2026, 10, 31)


def test_declared_then_closed(house: House, owner: Client):
    Desk(house.company, STRANGER_IBAN, house.desk.letters).statement(through=date(2026, 11, 10))
    other = account_id(house, STRANGER_IBAN)
    assert "Non suivi" in read(owner.get(house.url("bank")))
    assert "Vos clients paient-ils sur ce compte" in read(owner.get(house.url("bank-account", other)))
    owner.post(house.url("bank-account-declare", other))
    assert bank_read_on(house.company.pk) == date(2026, 11, 10)
    owner.post(house.url("bank-account-close", other))
    assert bank_read_on(house.company.pk) == date(2026, 11, 19)
    assert "Compte …4197 fermé" in said(owner, house)
    owner.post(house.url("bank-account-close", other))
    assert "n'est pas un compte ouvert" in said(owner, house)


@pytest.mark.parametrize(
    ("who", "status"),
    [("accountant", 403), ("assistant", 403), ("reader", 403), ("sales", 403), ("stranger", 404)],
)
def test_only_the_company_speaks_of_its_accounts(house: House, who, status):
    client, own = house.client(who), account_id(house)
    assert client.get(house.url("bank-account", own)).status_code == status
    for act in ("bank-account", "bank-account-declare", "bank-account-close"):
        assert client.post(house.url(act, own), {"since_on": "2026-11-13"}).status_code == status
    assert [one.closed_on for one in bank_accounts(house.company.pk)] == [None]


def test_an_account_of_a_neighbour_does_not_exist(house: House, owner: Client):
    theirs = bank_accounts(house.neighbour.company.pk)[0].pk
    assert owner.get(house.url("bank-account", theirs)).status_code == 404
    assert owner.post(house.url("bank-account-close", theirs)).status_code == 404


# --------------------------------------------------------------------------------------------- money by hand
def noted(number: str = "F-105", amount: str = "640,00", on: str = "2026-11-19", method: str = "cheque"):
    return {"number": number, "amount": amount, "received_on": on, "method": method}


def test_a_cheque_is_noted_in_a_search_and_a_click_and_undone(house: House, owner: Client):
    before = open_total(house.company.pk)
    found = read(owner.get(house.url("bank-note"), {"q": "mairie"}))
    assert "?invoice=F-105" in found
    chosen = read(owner.get(house.url("bank-note"), {"invoice": "F-105"}))
    assert 'value="640,00"' in chosen
    assert 'value="2026-11-20"' in chosen
    assert owner.post(house.url("bank-note"), noted()).url == house.url("bank")
    assert open_total(house.company.pk) == before - 64_000
    toast = said(owner, house)
    assert "640,00 € notés sur F-105 ; il reste 0,00 €." in toast
    owner.post(toast[toast.index('action="') + 8 :].split('"')[0])
    assert open_total(house.company.pk) == before
    assert "Règlement de 640,00 € sur F-105 repris." in said(owner, house)
    assert house.desk.broken(FRIDAY) == []


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (noted(amount="640,01"), "dépassent ce qui reste dû"),
        (noted(amount="beaucoup"), "beaucoup"),
        (noted(amount="0"), "hors limites"),
        (noted(number="F-103"), "n'a plus rien à régler"),
        (noted(number="D-1"), "n'existe pas ici"),
        (noted(on="2026-11-21"), "jusqu'au 20/11/2026"),
        (noted(method="barter"), "barter"),
    ],
)
def test_what_cannot_be_noted_is_told_on_the_form(house: House, owner: Client, form, told):
    before = open_total(house.company.pk)
    answer = owner.post(house.url("bank-note"), form)
    assert answer.status_code == 422
    assert told in answer.content.decode().replace("&#x27;", "'").replace("’", "'")
    assert open_total(house.company.pk) == before


def test_search_as_one_types_brings_the_rows_alone(house: House, owner: Client):
    answer = owner.get(house.url("bank-note"), {"q": "tardif"}, headers={"HX-Request": "true"})
    assert "F-101" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "D-1" not in answer.content.decode()


def test_nothing_to_take_back_is_told(house: House, owner: Client):
    owner.post(house.url("bank-note-undo") + "?invoice=F-101")
    assert "Aucun paiement noté à la main" in said(owner, house)


@pytest.mark.parametrize(
    ("who", "status"), [("reader", 403), ("sales", 403), ("late_assistant", 403), ("stranger", 404)]
)
def test_who_notes_nothing(house: House, who, status):
    client = house.client(who)
    assert client.get(house.url("bank-note")).status_code == status
    assert client.post(house.url("bank-note"), noted()).status_code == status
    assert client.post(house.url("bank-note-undo") + "?invoice=F-101").status_code == status
