"""Statements are dropped on the page: looked at before anything is kept, recorded once, matched at once."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cast import MOREL_IBAN, STRANGER_IBAN, TARDIF, Transfer, paid_by, statement_xml
from doors.web.house import FRIDAY, House
from doors.web.test_bank import line, read, said
from quittance.company.queries import bank_accounts
from quittance.interfaces.web.uploads import LIMITS
from quittance.payments.coverage import bank_read_on

THURSDAY = FRIDAY - timedelta(days=1)


@pytest.fixture
def owner(house: House) -> Client:
    return house.client("owner")


def statement(*transfers: Transfer, since=THURSDAY, through=FRIDAY, iban=MOREL_IBAN) -> bytes:
    return statement_xml(transfers, through=through, since=since, iban=iban)


FULL = statement(
    paid_by(TARDIF, FRIDAY, 120_000, "F-101"),
    paid_by(TARDIF, FRIDAY, 1_234, "SANS NUMERO"),
    Transfer(FRIDAY, 4_321, "MYSTERE"),
    Transfer(FRIDAY, -500, "CAFE"),
)


def drop(house: House, client: Client, *files: tuple[str, bytes]):
    """Drop files on the page; the answer is where the browser goes next."""
    return client.post(
        house.url("bank-import"), {"file": [SimpleUploadedFile(name, data) for name, data in files]}
    )


def confirm(house: House, client: Client, checked: str, **form):
    return client.post(f"{house.url('bank-import-confirm')}?{checked.split('?')[1]}", form)


def test_looked_at_then_recorded_and_matched(house: House, owner: Client):
    answer = drop(house, owner, ("releve.pdf.exe", FULL))
    page = read(owner.get(answer.url))
    assert "Importer 4 mouvements" in page
    assert "du 19 novembre 2026 au 20 novembre 2026" in page
    assert "la banque sera connue jusqu'au 20 novembre 2026" in page
    assert "1 000,00" in page.replace('<span class="cents">', "")
    assert [row for row in house.desk.lines() if "MYSTERE" in row.label] == []  # nothing is recorded yet
    confirm(house, owner, answer.url)
    assert "4 lignes importées : 1 rapprochées, 1 à confirmer, 1 à identifier." in said(owner, house)
    assert line(house, "F-101").state == "allocated"
    assert bank_read_on(house.company.pk) == FRIDAY
    assert house.desk.broken(FRIDAY) == []


def test_confirmed_twice_it_is_recorded_once(house: House, owner: Client):
    checked = drop(house, owner, ("a.xml", FULL)).url
    confirm(house, owner, checked)
    assert confirm(house, owner, checked).url == house.url("bank-import")
    again = drop(house, owner, ("b.xml", FULL)).url
    assert "déjà été importé le 20 novembre 2026" in read(owner.get(again))
    confirm(house, owner, again)
    assert "Rien de nouveau" in said(owner, house)
    assert len([row for row in house.desk.lines() if "MYSTERE" in row.label]) == 1


def test_several_files_are_looked_at_as_one_after_the_other(house: House, owner: Client):
    """The first leaves a hole that the second one fills: no hole is told."""
    early = statement(
        Transfer(date(2026, 10, 5), -1, "A"), since=date(2026, 10, 1), through=date(2026, 10, 10)
    )
    between = statement(
        Transfer(date(2026, 11, 2), -1, "B"), since=date(2026, 10, 11), through=date(2026, 11, 12)
    )
    alone = read(owner.get(drop(house, owner, ("early.xml", early)).url))
    assert "Il manquera les mouvements du 11 octobre 2026 au 12 novembre 2026" in alone
    both = drop(house, owner, ("early.xml", early), ("between.xml", between)).url
    assert "Il manquera" not in read(owner.get(both))
    confirm(house, owner, both)
    assert "2 lignes importées" in said(owner, house)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("photo.xml", b"\x89PNG\r\n\x1a\n" + bytes(40), "une image"),
        ("releve.csv", b"PK\x03\x04" + bytes(60), "Excel"),
        ("releve.ofx", b"%PDF-1.7\n", "PDF"),
        ("vide.csv", b"", "vide"),
        ("releve.csv", b"MZ" + bytes(80), "programme"),
    ],
)
def test_what_cannot_be_a_statement_is_refused_by_its_content(house: House, owner: Client, name, data, told):
    answer = drop(house, owner, (name, data))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "Rien n’a été enregistré" in answer.content.decode()


def test_too_large_too_many_none(house: House, owner: Client, monkeypatch):
    monkeypatch.setitem(LIMITS, "statement", 10)
    assert "dépasse" in drop(house, owner, ("a.csv", b"x" * 11)).content.decode()
    many = [(f"{n}.csv", b"Date;") for n in range(30)]
    assert "au plus 24" in drop(house, owner, *many).content.decode()
    assert "Choisissez un relevé" in owner.post(house.url("bank-import")).content.decode()


def test_a_statement_that_does_not_add_up_names_the_place(house: House, owner: Client):
    wrong = FULL.replace(b"1200.00", b"1300.00", 1)
    page = read(owner.get(drop(house, owner, ("faux.xml", wrong)).url))
    assert "Ce relevé n'a pas été lu" in page
    assert "solde" in page
    csv = b"Date;Libell\xc3\xa9;Montant\n20/11/2026;CAFE;-3,00\n31/02/2026;THE;-2,00\n"
    page = read(owner.get(drop(house, owner, ("faux.csv", csv)).url))
    assert "Ligne 3" in page
    assert "colonne « Date »" in page


def test_one_good_and_one_wrong_the_good_one_is_recorded(house: House, owner: Client):
    wrong = FULL.replace(b"1200.00", b"1300.00", 1)
    checked = drop(house, owner, ("faux.xml", wrong), ("bon.xml", FULL)).url
    assert "Importer 4 mouvements" in read(owner.get(checked))
    confirm(house, owner, checked)
    assert "4 lignes importées" in said(owner, house)


def test_an_unknown_account_is_declared_or_kept_apart(house: House, owner: Client):
    other = statement(Transfer(FRIDAY, -500, "CARTE"), iban=STRANGER_IBAN)
    apart = drop(house, owner, ("carte.xml", other)).url
    assert "n'était pas connu" in read(owner.get(apart))
    confirm(house, owner, apart)
    [card] = [one for one in bank_accounts(house.company.pk) if one.iban == STRANGER_IBAN]
    assert not card.declared
    more = statement(Transfer(FRIDAY, -600, "CARTE"), iban="FR7610096181000000000000164")
    asked = drop(house, owner, ("autre.xml", more)).url
    confirm(house, owner, asked, declare="FR7610096181000000000000164")
    declared = [one.iban for one in bank_accounts(house.company.pk) if one.declared]
    assert declared == [MOREL_IBAN, "FR7610096181000000000000164"]


def test_the_accountant_imports_but_does_not_say_where_customers_pay(house: House):
    accountant = house.client("accountant")
    checked = drop(
        house, accountant, ("c.xml", statement(Transfer(FRIDAY, -500, "C"), iban=STRANGER_IBAN))
    ).url
    assert "Mes clients y paient" not in read(accountant.get(checked))
    confirm(house, accountant, checked, declare=STRANGER_IBAN)
    assert [one.declared for one in bank_accounts(house.company.pk) if one.iban == STRANGER_IBAN] == [False]


def test_a_file_that_does_not_tell_its_account_asks(house: House, owner: Client):
    house.desk.company.bank_accounts.create(iban=STRANGER_IBAN, declared=True)
    csv = "Date;Libellé;Montant\n20/11/2026;CAFE;-3,00\n".encode()
    checked = drop(house, owner, ("m.csv", csv)).url
    page = read(owner.get(checked))
    assert "ne dit pas de quel compte il est" in page
    upload = checked.split("u=")[1]
    owner.post(f"{house.url('bank-import-account', int(upload))}?u={upload}", {"account": "FR00"})
    assert "ne dit pas" in read(owner.get(checked))
    owner.post(f"{house.url('bank-import-account', int(upload))}?u={upload}", {"account": STRANGER_IBAN})
    assert "Importer 1 mouvement" in read(owner.get(checked))


def test_an_account_of_a_neighbour_is_refused_without_naming_them(house: House, owner: Client):
    theirs = statement(Transfer(FRIDAY, -1, "X"), iban=house.neighbour.iban)
    page = read(owner.get(drop(house, owner, ("x.xml", theirs)).url))
    assert "une autre société de cette installation" in page
    assert house.neighbour.company.name not in page


def test_a_file_is_forgotten(house: House, owner: Client):
    checked = drop(house, owner, ("a.xml", FULL)).url
    upload = checked.split("u=")[1]
    owner.post(f"{house.url('bank-import-discard', int(upload))}?u={upload}")
    assert "est oublié" in said(owner, house)
    assert owner.get(checked).url == house.url("bank-import")


@pytest.mark.parametrize("who", ["accountant", "assistant", "stranger"])
def test_nobody_sees_the_file_of_another_person(house: House, owner: Client, who):
    checked = drop(house, owner, ("a.xml", FULL)).url
    answer = house.client(who).get(checked)
    assert answer.status_code == (404 if who == "stranger" else 302)
    assert "MYSTERE" not in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("reader", 403), ("sales", 403), ("late_assistant", 403), ("stranger", 404), ("anonymous", 302)],
)
def test_who_brings_nothing_in(house: House, who, status):
    client = house.client(who)
    assert drop(house, client, ("a.xml", FULL)).status_code == status
    assert client.get(house.url("bank-import")).status_code == status
