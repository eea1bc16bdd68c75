"""Which account a bank file is about: by IBAN, currency or number, or a person's word; never another company's."""

from datetime import date

import pytest

from cast import (
    ACTOR,
    DUPONT_IBAN,
    MOREL_IBAN,
    STRANGER_IBAN,
    TARDIF,
    Desk,
    Transfer,
    at_noon,
    paid_by,
    statement_xml,
)
from flows.tables import dump
from quittance.company.models import BankAccount
from quittance.company.operations import (
    AccountTaken,
    NoSuchAccount,
    close_bank_account,
    declare_bank_account,
)
from quittance.company.queries import accounts_named, bank_accounts, names_an_account
from quittance.flows.errors import ImportRefused
from quittance.flows.receive_payments import import_statement
from quittance.payments.operations import ImportedStatement

EVE = date(2026, 9, 16)
AT = at_noon(EVE)
COFFEE = "16/09/2026;CAFE;-3,00"


def read(desk: Desk, data: bytes, account: str = "") -> ImportedStatement:
    return import_statement(
        company=desk.company, data=data, file_name="releve", account=account, actor=ACTOR, at=AT
    )


def csv(*rows: str, number: str | None = None) -> bytes:
    """A file of movements; with a number, in a column « Compte »."""
    if number is None:
        return "\n".join(["Date;Libellé;Montant", *rows, ""]).encode()
    return "\n".join(["Date;Libellé;Montant;Compte", *(f"{row};{number}" for row in rows), ""]).encode()


def names(desk: Desk) -> list[str]:
    return [account.iban or account.number for account in bank_accounts(desk.company.pk)]


def declare(desk: Desk, iban: str) -> None:
    declare_bank_account(company_id=desk.company.pk, iban=iban, bic="", actor=ACTOR, at=AT)


def close(desk: Desk, named: str) -> None:
    close_bank_account(company_id=desk.company.pk, named=named, closed_on=EVE, actor=ACTOR, at=AT)


@pytest.mark.parametrize(
    "text",
    [
        MOREL_IBAN,
        "FR76 3000 6000 0112 3456 7890 189",
        "30006000011234567890189",  # bank, branch, number and key
        "300060000112345678901",
        "12345678901",
        "12345678901 89",
        "000012345678901",
        "****0189",
        "XXXX8901",
        "FR76 XXXX XXXX XXXX 0189",
        "3000 6000 ** ** 8901",
        "…8901",
    ],
)
def test_what_names_an_account(text: str):
    assert accounts_named([BankAccount(iban=MOREL_IBAN)], text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000",
        "****",
        "****189",  # three characters may be anybody's
        "0189",  # whole: no bank's number
        "345678901",
        "1234567890",
        "XXXX1234",
        "4974 XXXX XXXX 8901",  # a card
        STRANGER_IBAN,
        "COMPTE COURANT",
    ],
)
def test_what_does_not(text: str):
    assert accounts_named([BankAccount(iban=MOREL_IBAN)], text) == []


def test_what_says_nothing_of_an_account():
    assert [text for text in ("", "0000", "****", "XX12", "XXXX1234", "12") if names_an_account(text)] == [
        "XXXX1234",
        "12",
    ]


def test_a_number_as_the_bank_writes_it():
    account = BankAccount(number="0012345A026")
    assert accounts_named([account], "12345A026") == accounts_named([account], "****A026") == [account]
    assert accounts_named([BankAccount(number="****4321")], "****4321")
    assert accounts_named([BankAccount(number="****4321")], "****54321") == []


def test_a_hidden_number_is_the_accounts_that_ends_so(desk: Desk):
    assert read(desk, csv(COFFEE, number="****0189")).new_accounts == ()
    assert read(desk, csv(COFFEE, number="****1234")).new_accounts == ("****1234",)
    assert read(desk, csv("15/09/2026;CAFE;-3,00", number="****1234")).new_accounts == ()
    assert names(desk) == [MOREL_IBAN, "****1234"]


def test_a_file_that_names_no_account_is_of_the_only_one(desk: Desk):
    assert read(desk, csv(COFFEE)).new_accounts == ()
    assert names(desk) == [MOREL_IBAN]


def test_a_file_that_names_no_account_is_refused_where_there_are_several(desk: Desk):
    declare(desk, STRANGER_IBAN)
    before = dump()
    with pytest.raises(ImportRefused, match=f"--account : {MOREL_IBAN}, {STRANGER_IBAN}"):
        read(desk, csv(COFFEE))
    assert dump() == before
    assert read(desk, csv(COFFEE), account="…4197").new == 1
    close(desk, STRANGER_IBAN)
    assert read(desk, csv(COFFEE.replace("CAFE", "THE"))).new == 1


@pytest.mark.parametrize(
    ("account", "why"),
    [("FR7610278001000000015784151", "n'est pas un compte"), ("****0000", "n'est pas un compte")],
)
def test_an_account_that_is_not_the_companys(desk: Desk, neighbour: Desk, account: str, why: str):
    before = dump()
    with pytest.raises(ImportRefused, match=why):
        read(desk, csv(COFFEE), account=account)
    with pytest.raises(ImportRefused, match=why):
        read(desk, csv(COFFEE), account=DUPONT_IBAN)
    assert dump() == before


def test_the_files_own_iban_is_not_overruled(desk: Desk):
    declare(desk, STRANGER_IBAN)
    before = dump()
    with pytest.raises(ImportRefused, match="celui du compte …0189, pas du compte …4197"):
        read(desk, statement_xml([], through=EVE, iban=MOREL_IBAN), account=STRANGER_IBAN)
    assert dump() == before


def test_one_iban_in_two_currencies_is_two_accounts(desk: Desk):
    """The same day, amount and words in euros and in dollars: two movements."""
    euros = statement_xml([Transfer(EVE, 10_000, "F-1")], through=EVE)
    dollars = euros.replace(b"EUR", b"USD")
    assert read(desk, euros).new == 1
    told = read(desk, dollars)
    assert (told.new, told.known, told.new_accounts) == (1, 0, (f"{MOREL_IBAN} (USD)",))
    assert [account.currency for account in bank_accounts(desk.company.pk)] == ["EUR", "USD"]
    assert desk.match(EVE).looked_at == 1


def test_another_companys_number_is_refused(desk: Desk, neighbour: Desk):
    before = dump()
    for number in ("00000157843", DUPONT_IBAN[4:], "****4334", f"{DUPONT_IBAN[:4]} XXXX 4334"):
        with pytest.raises(ImportRefused, match="autre société"):
            read(desk, csv(COFFEE, number=number))
    assert dump() == before


def test_an_iban_of_another_company_is_refused_in_any_currency(desk: Desk, neighbour: Desk):
    before = dump()
    with pytest.raises(ImportRefused, match="autre société"):
        read(desk, statement_xml([], through=EVE, iban=DUPONT_IBAN).replace(b"EUR", b"USD"))
    assert dump() == before


def test_a_word_is_no_number(desk: Desk, neighbour: Desk):
    """Many files call the account « Compte courant »: that is nobody's in particular."""
    assert read(neighbour, csv(COFFEE, number="Compte courant")).new == 1
    assert read(desk, csv("15/09/2026;THE;-3,00", number="Compte courant")).new == 1


def test_a_file_that_another_company_imported_is_refused(desk: Desk, neighbour: Desk):
    assert read(neighbour, csv(COFFEE)).new == 1
    before = dump()
    with pytest.raises(ImportRefused, match="déjà été importé pour une autre société"):
        read(desk, csv(COFFEE))
    assert dump() == before


def test_an_empty_month_may_be_the_same_file(desk: Desk, neighbour: Desk):
    assert read(neighbour, csv()).lines == read(desk, csv()).lines == 0


def test_declaring_an_account_that_a_file_made_known(desk: Desk):
    """By its number first: its movements stay, and its IBAN names it from then on."""
    read(desk, csv(COFFEE, number="00000157841"))
    declare(desk, STRANGER_IBAN)
    assert names(desk) == [MOREL_IBAN, STRANGER_IBAN]
    other = Desk(desk.company, STRANGER_IBAN, desk.letters)
    assert other.statement(paid_by(TARDIF, EVE, 60_000, "F-1"), through=EVE).new_accounts == ()
    with pytest.raises(AccountTaken):
        declare(desk, STRANGER_IBAN)


def test_a_closed_account_declared_again_is_open(desk: Desk):
    declare(desk, STRANGER_IBAN)
    close(desk, MOREL_IBAN)
    assert names(desk) == [STRANGER_IBAN, MOREL_IBAN]  # what is printed is open
    declare(desk, MOREL_IBAN)
    assert names(desk) == [MOREL_IBAN, STRANGER_IBAN]


def test_an_account_is_closed_by_its_number(desk: Desk):
    read(desk, csv(COFFEE, number="4974XXXXXXXX1234"))
    close(desk, "4974XXXXXXXX1234")
    [_, card] = bank_accounts(desk.company.pk)
    assert (card.number, card.closed_on) == ("4974XXXXXXXX1234", EVE)
    before = dump()
    for named in ("4974XXXXXXXX1234", DUPONT_IBAN, ""):
        with pytest.raises(NoSuchAccount, match=MOREL_IBAN):
            close(desk, named)
    assert dump() == before


def test_a_name_that_several_accounts_bear_closes_none(desk: Desk):
    read(desk, csv(COFFEE, number="1111222233330189"))
    with pytest.raises(NoSuchAccount, match="plusieurs"):
        close(desk, "****0189")
