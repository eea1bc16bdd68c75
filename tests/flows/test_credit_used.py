"""The credit that a customer has is put on what is due, the oldest first, and can be taken back."""

from datetime import date

import pytest

from cast import BONPAYEUR, TARDIF, Bill, Desk, at_noon, in_words, paid_by
from flows.tables import dump
from quittance.customers.queries import customer_by_reference
from quittance.journal.queries import entries_of_kind
from quittance.payments.operations import NotAllocated, NothingToUndo
from quittance.payments.queries import customer_credit_cents, open_total

EVE, TODAY = date(2026, 9, 16), date(2026, 9, 17)
OLDEST = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 50_000)
YOUNGER = Bill("F-2", TARDIF, date(2026, 8, 9), date(2026, 9, 8), 50_000)
NOT_DUE = Bill("F-3", TARDIF, date(2026, 9, 10), date(2026, 10, 10), 50_000)
NOTE = Bill("AV-1", TARDIF, date(2026, 9, 1), date(2026, 9, 1), 30_000, credit_note=True)


@pytest.fixture
def with_credit(desk: Desk) -> Desk:
    """A credit note of 300 euros, and 400 euros too much on a transfer."""
    paid = Bill("F-0", TARDIF, date(2026, 8, 1), date(2026, 8, 31), 10_000)
    desk.invoices(paid, NOTE)
    desk.statement(paid_by(TARDIF, EVE, 50_000, "F-0"), through=EVE)
    desk.confirm(desk.lines()[0].line_id, "F-0:100,00", on=EVE)
    desk.invoices(OLDEST, YOUNGER, NOT_DUE)
    assert open_total(desk.company.pk) == 150_000
    return desk


def credit_of(desk: Desk) -> int:
    return customer_credit_cents(desk.company.pk, customer_by_reference(desk.company.pk, "TAR").pk)


def test_what_is_due_first_the_oldest_first(with_credit: Desk):
    assert credit_of(with_credit) == 70_000
    assert with_credit.use_credit(TARDIF, on=TODAY) == [("F-1", 50_000), ("F-2", 20_000)]
    assert (credit_of(with_credit), open_total(with_credit.company.pk)) == (0, 80_000)
    assert with_credit.broken(TODAY) == []
    [line] = with_credit.lines()
    assert line.allocations == (("F-0", 10_000), ("F-1", 20_000), ("F-2", 20_000))
    assert line.credit_cents == 0


def test_what_is_left_over_stays_credit(desk: Desk):
    desk.invoices(NOTE, Bill("F-9", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 12_000))
    assert desk.use_credit(TARDIF, on=TODAY) == [("F-9", 12_000)]
    assert credit_of(desk) == 18_000
    assert desk.broken(TODAY) == []


def test_who_is_covered_by_credit_owes_nothing_after_it(desk: Desk):
    desk.invoices(NOTE, Bill("F-9", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 12_000))
    desk.bank(through=EVE)
    assert in_words(desk.day(TODAY), TARDIF) == "rest: credit_covers"
    desk.use_credit(TARDIF, on=TODAY)
    assert in_words(desk.day(TODAY), TARDIF) == "nothing"


def test_taken_back_each_time_in_turn(with_credit: Desk):
    with_credit.use_credit(TARDIF, on=TODAY)
    with_credit.invoices(Bill("AV-2", TARDIF, TODAY, TODAY, 5_000, credit_note=True))
    assert with_credit.use_credit(TARDIF, on=date(2026, 9, 18)) == [("F-2", 5_000)]
    for cents, credit in ((5_000, 5_000), (70_000, 75_000)):
        assert with_credit.take_back_credit(TARDIF, on=date(2026, 9, 21)) == cents
        assert credit_of(with_credit) == credit
        assert with_credit.broken(TODAY) == []
    assert open_total(with_credit.company.pk) == 150_000
    with pytest.raises(NothingToUndo):
        with_credit.take_back_credit(TARDIF, on=date(2026, 9, 21))
    assert with_credit.use_credit(TARDIF, on=date(2026, 9, 22))[0] == ("F-1", 50_000)
    assert with_credit.broken(TODAY) == []


def test_one_use_taken_back_twice_takes_back_no_other(with_credit: Desk):
    with_credit.use_credit(TARDIF, on=TODAY)
    with_credit.invoices(Bill("AV-2", TARDIF, TODAY, TODAY, 5_000, credit_note=True))
    with_credit.use_credit(TARDIF, on=date(2026, 9, 18))
    second = at_noon(date(2026, 9, 18))
    assert with_credit.take_back_credit(TARDIF, on=date(2026, 9, 21), used_at=second) == 5_000
    with pytest.raises(NothingToUndo):
        with_credit.take_back_credit(TARDIF, on=date(2026, 9, 21), used_at=second)
    assert credit_of(with_credit) == 5_000


def test_undoing_the_line_takes_back_its_credit_too(with_credit: Desk):
    with_credit.use_credit(TARDIF, on=TODAY)
    assert with_credit.undo(with_credit.lines()[0].line_id, on=TODAY) == 50_000
    assert open_total(with_credit.company.pk) == 130_000  # the credit note's 300 euros stay where they are
    assert with_credit.take_back_credit(TARDIF, on=TODAY) == 30_000
    assert with_credit.broken(TODAY) == []


def test_it_is_in_the_journal(with_credit: Desk):
    with_credit.use_credit(TARDIF, on=TODAY)
    with_credit.take_back_credit(TARDIF, on=TODAY)
    [used] = entries_of_kind(with_credit.company.pk, "payments.credit_used")
    [back] = entries_of_kind(with_credit.company.pk, "payments.credit_taken_back")
    assert sum(cents for *_, cents in used["parts"]) == 70_000
    assert sorted([*part, -cents] for *part, cents in used["parts"]) == sorted(back["parts"])


def test_no_credit_or_nothing_due(desk: Desk):
    desk.invoices(OLDEST, Bill("AV-B", BONPAYEUR, EVE, EVE, 5_000, credit_note=True))
    before = dump()
    for customer, why in ((TARDIF, "pas de crédit"), (BONPAYEUR, "ne doit plus rien")):
        with pytest.raises(NotAllocated, match=why):
            desk.use_credit(customer, on=TODAY)
    assert dump() == before
