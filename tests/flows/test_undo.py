"""A match is undone in one step: the invoice is owed again, and the line waits for a person."""

from datetime import date

import pytest

from cast import BONPAYEUR, TARDIF, Bill, Desk, at_noon, in_words, paid_by, statement_xml
from flows.tables import DERIVED, dump
from quittance.flows.receive_payments import import_statement
from quittance.payments.operations import NotAllocated, NothingToUndo
from quittance.payments.queries import open_total

PAID_ON, TODAY = date(2026, 9, 16), date(2026, 9, 17)


@pytest.fixture
def matched(desk: Desk) -> Desk:
    """Tardif's 1,200 euros were put on F-1 by the program."""
    desk.invoices(
        Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000),
        Bill("F-2", TARDIF, date(2026, 8, 9), date(2026, 9, 8), 50_000),
        Bill("F-B", BONPAYEUR, date(2026, 8, 9), date(2026, 9, 8), 10_000),
    )
    assert desk.bank(paid_by(TARDIF, PAID_ON, 120_000, "F-1"), through=PAID_ON).allocated == 1
    return desk


def the_line(desk: Desk):
    [line] = desk.lines()
    return line


def test_undone_then_proposed_never_allocated_alone(matched: Desk):
    assert matched.undo(the_line(matched).line_id, on=TODAY) == 120_000
    assert open_total(matched.company.pk) == 180_000
    again = matched.match(TODAY)
    assert (again.allocated, again.proposed) == (0, 1)
    assert the_line(matched).state == "proposed"
    assert matched.match(TODAY).allocated == 0
    assert in_words(matched.day(TODAY), TARDIF) == "rest: credit_unmatched"
    assert matched.broken(TODAY) == []


def test_undone_then_put_elsewhere_by_hand(matched: Desk):
    matched.undo(the_line(matched).line_id, on=TODAY)
    assert matched.confirm(the_line(matched).line_id, "F-2:500,00", "F-1:700,00", on=TODAY) == 120_000
    assert open_total(matched.company.pk) == 60_000
    assert the_line(matched).allocations == (("F-2", 50_000), ("F-1", 70_000))
    assert matched.broken(TODAY) == []


def test_undo_then_confirm_brings_the_same_money_back(matched: Desk):
    before = open_total(matched.company.pk)
    for _ in range(3):
        matched.undo(the_line(matched).line_id, on=TODAY)
        matched.match(TODAY)
        matched.confirm(the_line(matched).line_id, on=TODAY)
    assert open_total(matched.company.pk) == before
    assert matched.broken(TODAY) == []


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (["F-1:1200,01"], "dépasse"),
        (["F-1:1200,00", "F-2:500,00"], "dépasse"),
        (["F-1:700,00", "F-1:700,00"], "dépasse"),
        (["F-1:0,00"], "montants"),
        (["F-1:-5,00"], "montants"),
        (["F-404:5,00"], "F-404"),
        (["F-1:cinq"], "cinq"),
        (["F-1:5,00", "F-B:5,00"], "client"),
    ],
)
def test_amounts_that_do_not_fit_are_refused_whole(matched: Desk, chosen: list[str], why: str):
    matched.undo(the_line(matched).line_id, on=TODAY)
    before = dump()
    with pytest.raises(NotAllocated, match=why):
        matched.confirm(the_line(matched).line_id, *chosen, on=TODAY)
    assert dump() == before


def test_an_invoice_named_twice_gets_both_amounts(matched: Desk):
    matched.undo(the_line(matched).line_id, on=TODAY)
    assert matched.confirm(the_line(matched).line_id, "F-2:300,00", "F-2:200,00", on=TODAY) == 50_000
    assert the_line(matched).allocations == (("F-2", 50_000),)
    assert matched.broken(TODAY) == []


def test_together_above_what_is_open(matched: Desk):
    """Each amount fits, the two together do not."""
    matched.undo(the_line(matched).line_id, on=TODAY)
    before = dump()
    with pytest.raises(NotAllocated, match="dépasse ce qui reste dû"):
        matched.confirm(the_line(matched).line_id, "F-2:300,00", "F-2:300,00", on=TODAY)
    assert dump() == before


def test_dollars_pay_no_invoice_in_euros(desk: Desk):
    desk.invoices(Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000))
    import_statement(
        company=desk.company,
        data=statement_xml([paid_by(TARDIF, PAID_ON, 120_000, "F-1")], through=PAID_ON).replace(
            b"EUR", b"USD"
        ),
        file_name="dollars.xml",
        actor="test",
        at=at_noon(PAID_ON),
    )
    before = dump()
    with pytest.raises(NotAllocated, match="USD"):
        desk.confirm(the_line(desk).line_id, "F-1:1200,00", on=TODAY)
    assert dump() == before


def test_nothing_is_undone_twice(matched: Desk):
    matched.undo(the_line(matched).line_id, on=TODAY)
    before = dump()
    with pytest.raises(NothingToUndo):
        matched.undo(the_line(matched).line_id, on=TODAY)
    assert dump() == before


def test_what_is_allocated_is_not_allocated_again(matched: Desk):
    before = dump()
    with pytest.raises(NotAllocated, match="déjà"):
        matched.confirm(the_line(matched).line_id, "F-2:500,00", on=TODAY)
    assert dump() == before


def test_matching_again_changes_nothing(matched: Desk):
    before = dump(without=DERIVED)
    assert matched.match(TODAY).allocated == 0
    assert dump(without=DERIVED) == before


def test_what_was_undone_rests_even_before_the_next_matching(matched: Desk):
    matched.undo(the_line(matched).line_id, on=TODAY)
    assert in_words(matched.day(TODAY), TARDIF) != "J+10"
