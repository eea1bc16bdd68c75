"""Whatever is imported, matched or decided twice adds nothing; overlapping statements give each movement once."""

from datetime import date

import pytest

from cast import BONPAYEUR, CAST, LITIGE, TARDIF, Bill, Desk, Transfer, paid_by
from flows.tables import DERIVED, dump
from quittance.company.queries import bank_accounts
from quittance.formats.bank.statement import Statement, StatementFile, StatementLine
from quittance.formats.errors import InvoiceFileError
from quittance.payments.operations import record_statement
from quittance.sales.operations import InvoiceDiffers

EVE, TODAY = date(2026, 9, 16), date(2026, 9, 17)
BILLS = [Bill(f"F-{one.reference}", one, date(2026, 8, 8), date(2026, 9, 7), 60_000) for one in CAST]
NOTE = Bill("AV-1", LITIGE, date(2026, 9, 1), date(2026, 9, 1), 60_000, credit_note=True)
PAID = paid_by(TARDIF, EVE, 60_000, "F-TAR", ref="R1")


def test_a_whole_morning_twice(desk: Desk):
    def everything() -> None:
        desk.customers()
        desk.invoices(*BILLS, NOTE)
        desk.bank(PAID, through=EVE)
        desk.day(TODAY)
        desk.send(TODAY)

    everything()
    before, mails = dump(without=DERIVED), len(desk.mails)
    everything()
    assert dump(without=DERIVED) == before
    assert len(desk.mails) == mails


def test_a_credit_note_counts_once(desk: Desk):
    desk.invoices(BILLS[2], NOTE)
    assert desk.invoices(NOTE).known == 1
    assert desk.broken(TODAY) == []
    assert len(dump()["payments.Payment"]) == 1


@pytest.mark.parametrize(
    "changed",
    [
        Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 60_001),
        Bill("F-1", TARDIF, date(2026, 8, 9), date(2026, 9, 7), 60_000),
        Bill("F-1", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 60_000),
        Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 60_000, credit_note=True),
    ],
    ids=["amount", "date", "customer", "kind"],
)
def test_an_issued_invoice_does_not_change(desk: Desk, changed: Bill):
    desk.invoices(Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 60_000))
    before = dump()
    with pytest.raises(InvoiceDiffers, match="F-1"):
        desk.invoices(Bill("F-2", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 1_000), changed)
    assert dump() == before


def test_one_number_twice_in_a_file_is_refused(desk: Desk):
    before = dump()
    with pytest.raises((InvoiceFileError, InvoiceDiffers)):
        desk.invoices(BILLS[0], BILLS[0])
    assert dump() == before


def test_overlapping_statements(desk: Desk):
    monday = Transfer(date(2026, 9, 14), 10_000, "LUNDI", ref="A1")
    tuesday = Transfer(date(2026, 9, 15), 20_000, "MARDI", ref="A2")
    wednesday = Transfer(date(2026, 9, 16), 30_000, "MERCREDI", ref="A3")
    assert desk.statement(monday, tuesday, through=date(2026, 9, 15)).new == 2
    overlapping = desk.statement(tuesday, wednesday, through=date(2026, 9, 16))
    assert (overlapping.new, overlapping.known) == (1, 1)
    assert [row.amount_cents for row in desk.lines()] == [10_000, 20_000, 30_000]


def test_two_equal_movements_of_one_day_stay_two_however_often_they_come(desk: Desk):
    coffee = Transfer(EVE, 350, "CB CAFE")
    assert desk.statement(coffee, coffee, through=EVE).new == 2
    assert desk.statement(coffee, coffee, through=EVE, since=date(2026, 9, 1)).new == 0
    assert desk.statement(coffee, coffee, coffee, through=EVE).new == 1
    assert len(desk.lines()) == 3


def test_the_same_movement_with_and_without_its_reference(desk: Desk):
    bare = Transfer(EVE, 60_000, "F-TAR", TARDIF.bank_name, TARDIF.iban)
    assert desk.statement(PAID, through=EVE).new == 1
    assert desk.statement(bare, through=EVE).new == 0


def test_matching_and_deciding_twice(desk: Desk):
    desk.invoices(*BILLS)
    desk.bank(PAID, through=EVE)
    desk.day(TODAY)
    before = dump(without=DERIVED)
    assert desk.match(TODAY).allocated == 0
    assert desk.day(TODAY).actions == ()
    assert dump(without=DERIVED) == before


def test_two_statements_of_one_day_in_one_file(desk: Desk):
    """Intraday statements: the morning's and the afternoon's have the same coffee, twice drunk."""

    def half(position: int) -> Statement:
        coffee = StatementLine(position, EVE, -350, "CB CAFE")
        return Statement("EUR", (coffee,), account_iban=desk.iban, to_on=EVE)

    account = bank_accounts(desk.company.pk)[0].pk
    recorded = record_statement(
        company_id=desk.company.pk,
        file=StatementFile("mt940", (half(1), half(2))),
        account_ids=[account, account],
        sha256="0" * 64,
        file_name="jour.sta",
        actor="test",
        at=desk.company.created_at,
    )
    assert recorded.new == 2


def test_one_movement_in_two_overlapping_statements_of_one_file(desk: Desk):
    def part(position: int) -> Statement:
        paid = StatementLine(position, EVE, 60_000, "F-TAR", bank_ref="R1")
        return Statement("EUR", (paid,), account_iban=desk.iban, to_on=EVE)

    account = bank_accounts(desk.company.pk)[0].pk
    recorded = record_statement(
        company_id=desk.company.pk,
        file=StatementFile("camt053", (part(1), part(2))),
        account_ids=[account, account],
        sha256="0" * 64,
        file_name="deux.xml",
        actor="test",
        at=desk.company.created_at,
    )
    assert (recorded.new, recorded.repeats) == (1, 1)
