"""Which lines wait is marked on them: the mark follows what is done, and the doctor finds one that does not."""

from datetime import date

import pytest

from cast import ACTOR, BONPAYEUR, TARDIF, Bill, Desk, Transfer, at_noon, paid_by
from quittance.customers.queries import customer_by_reference
from quittance.flows.receive_payments import confirm_lines
from quittance.payments.bank_lines import clear_lines, waiting
from quittance.payments.models import BankLine
from quittance.payments.operations import NotAllocated, keep_line_as_credit
from quittance.payments.queries import customer_credit_cents, open_total

TODAY = date(2026, 9, 17)


@pytest.fixture
def bank(desk: Desk) -> Desk:
    """One line that is certain, one that nobody knows, one that left."""
    desk.invoices(Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000))
    desk.bank(
        paid_by(TARDIF, TODAY, 120_000, "F-1"),
        Transfer(TODAY, 4_242, "MYSTERE"),
        Transfer(TODAY, -900, "CAFE"),
        through=TODAY,
    )
    return desk


def line(desk: Desk, words: str) -> int:
    return next(row.line_id for row in desk.lines() if words in row.label)


def waits(desk: Desk) -> list[str]:
    assert desk.broken(TODAY) == []
    return sorted(row.label for row in BankLine.objects.filter(company=desk.company, waits=True))


def keep(desk: Desk, line_id: int, customer_id: int) -> int:
    return keep_line_as_credit(
        company_id=desk.company.pk,
        bank_line_id=line_id,
        customer_id=customer_id,
        actor=ACTOR,
        at=at_noon(TODAY),
    )


def test_the_mark_follows_what_is_done(bank: Desk):
    assert waits(bank) == ["MYSTERE"]
    bank.undo(line(bank, "F-1"), on=TODAY)
    assert waits(bank) == ["F-1", "MYSTERE"]
    bank.nobodys(line(bank, "MYSTERE"), "apport", on=TODAY)
    bank.confirm(line(bank, "F-1"), on=TODAY)
    assert waits(bank) == []
    bank.undo(line(bank, "MYSTERE"), on=TODAY)
    assert waits(bank) == ["MYSTERE"]
    assert waiting(bank.company.pk).lines == 1


def test_the_doctor_finds_a_wrong_mark(bank: Desk):
    BankLine.objects.filter(company=bank.company, label="CAFE").update(waits=True)
    BankLine.objects.filter(company=bank.company, label="MYSTERE").update(waits=False)
    assert len([one for one in bank.broken(TODAY) if one.startswith("line_waits")]) == 2


def test_a_whole_line_is_kept_as_credit_and_undone(bank: Desk):
    customer = customer_by_reference(bank.company.pk, BONPAYEUR.reference)
    assert keep(bank, line(bank, "MYSTERE"), customer.pk) == 4_242
    assert customer_credit_cents(bank.company.pk, customer.pk) == 4_242
    assert waits(bank) == []
    bank.undo(line(bank, "MYSTERE"), on=TODAY)
    assert customer_credit_cents(bank.company.pk, customer.pk) == 0
    assert waits(bank) == ["MYSTERE"]


@pytest.mark.parametrize("words", ["F-1", "CAFE"])
def test_what_pays_already_or_left_is_not_kept(bank: Desk, words):
    customer = customer_by_reference(bank.company.pk, BONPAYEUR.reference)
    with pytest.raises(NotAllocated):
        keep(bank, line(bank, words), customer.pk)


def test_nothing_is_kept_for_a_customer_of_another_company(bank: Desk, neighbour: Desk):
    stranger = customer_by_reference(neighbour.company.pk, BONPAYEUR.reference)
    with pytest.raises(NotAllocated):
        keep(bank, line(bank, "MYSTERE"), stranger.pk)
    assert waits(bank) == ["MYSTERE"]


def test_what_a_person_has_undone_is_never_among_the_surest(bank: Desk):
    bank.undo(line(bank, "F-1"), on=TODAY)
    assert clear_lines(bank.company.pk) == []


def test_several_at_once_leave_what_fits_no_longer(bank: Desk):
    bank.undo(line(bank, "F-1"), on=TODAY)
    both = [line(bank, "F-1"), line(bank, "MYSTERE")]
    done = confirm_lines(company=bank.company, bank_line_ids=both, actor=ACTOR, at=at_noon(TODAY))
    assert (done.line_ids, done.cents, len(done.refusals)) == ((both[0],), 120_000, 1)
    assert open_total(bank.company.pk) == 0
