"""A customer's account on paper: every movement or what is open, in their language, always the same bytes."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from cast import BONPAYEUR, MUET, TARDIF, Bill, Desk, paid_by
from quittance.customers.models import Customer
from quittance.flows.account_statement import statement_of, statement_pdf

TODAY = date(2026, 11, 20)
ISSUED = (
    Bill("F-1", TARDIF, date(2026, 8, 3), date(2026, 9, 2), 100_000),
    Bill("F-2", TARDIF, date(2026, 9, 15), date(2026, 10, 15), 50_000),
    Bill("A-1", TARDIF, date(2026, 9, 20), date(2026, 9, 20), 20_000, credit_note=True),
    Bill("F-3", TARDIF, date(2026, 11, 2), date(2026, 12, 2), 70_000),
)


@pytest.fixture
def tardif(desk: Desk) -> Customer:
    desk.invoices(*ISSUED)
    desk.bank(paid_by(TARDIF, date(2026, 9, 4), 100_000, "F-1"), through=date(2026, 11, 19))
    return Customer.objects.select_related("in_charge").get(company=desk.company, reference="TAR")


def printed(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def on_paper(desk: Desk, customer: Customer, **which: object) -> str:
    account = statement_of(customer=customer, today=TODAY, **which)  # type: ignore[arg-type]
    return printed(statement_pdf(company=desk.company, account=account, today=TODAY))


def test_all_movements_add_up_to_the_balance(desk: Desk, tardif: Customer):
    account = statement_of(customer=tardif, today=TODAY)
    assert [movement.number for movement in account.movements] == ["F-1", "", "F-2", "A-1", "F-3"]
    assert account.balance_cents == account.aging.open_cents == 100_000
    text = on_paper(desk, tardif)
    assert "Relevé de compte au 20 novembre 2026" in text
    assert "03/08/2026 Facture F-1" in text
    assert "04/09/2026 Votre règlement 1 000,00 €" in text
    assert "1 000,00 €" in text.rpartition("Solde")[2]


def test_what_is_open_only(desk: Desk, tardif: Customer):
    account = statement_of(customer=tardif, today=TODAY, open_only=True)
    assert "F-1" not in [movement.number for movement in account.movements]
    assert sum(movement.left_cents for movement in account.movements) == account.aging.open_cents


def test_a_period_starts_from_what_was_owed_before_it_and_ends_with_what_was_owed_then(
    desk: Desk, tardif: Customer
):
    period = {"from_on": date(2026, 9, 1), "until_on": date(2026, 9, 30)}
    account = statement_of(customer=tardif, today=TODAY, **period)
    assert account.before_cents == 100_000
    assert [movement.number for movement in account.movements] == ["", "F-2", "A-1"]
    assert account.balance_cents == 30_000
    text = on_paper(desk, tardif, **period)
    assert "01/09/2026 Solde reporté 1 000,00 €" in text
    assert (
        "15/09/2026 Facture F-2 15/10/2026 500,00 € 20/09/2026" in text
    )  # what is left of it today is not told
    assert "30/09/2026 Solde au 30 septembre 2026 300,00 €" in text


def test_whoever_is_written_to_in_english_gets_it_in_english(desk: Desk, tardif: Customer):
    tardif.language = "en"
    text = on_paper(desk, tardif)
    assert "Statement of account as of 20 November 2026" in text
    assert "Invoice F-2" in text
    assert "Your payment" in text
    assert "Facture" not in text


def test_the_disputed_part_is_told(desk: Desk, tardif: Customer):
    account = replace(statement_of(customer=tardif, today=TODAY), disputed_cents=12_345)
    text = printed(statement_pdf(company=desk.company, account=account, today=TODAY))
    assert "Part contestée, en cours d’examen : 123,45 €" in text


def test_the_same_account_on_the_same_day_is_the_same_bytes(desk: Desk, tardif: Customer):
    account = statement_of(customer=tardif, today=TODAY)
    first = statement_pdf(company=desk.company, account=account, today=TODAY)
    assert statement_pdf(company=desk.company, account=account, today=TODAY) == first


@pytest.mark.parametrize("reference", [MUET.reference, BONPAYEUR.reference])
def test_an_account_without_movement_is_told_too(desk: Desk, tardif: Customer, reference: str):
    customer = Customer.objects.get(company=desk.company, reference=reference)
    assert "Solde au 20 novembre 2026" in on_paper(desk, customer)
