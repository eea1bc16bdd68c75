"""A person says that a credit is no customer's: it holds nobody back, and that can be taken back."""

from datetime import date

import pytest

from cast import TARDIF, Bill, Desk, Transfer, in_words, paid_by
from flows.tables import dump
from quittance.journal.queries import entries_of_kind
from quittance.payments.operations import NotAllocated, NothingToUndo

EVE, TODAY = date(2026, 9, 16), date(2026, 9, 17)
INVOICE = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)


@pytest.fixture
def unsure(desk: Desk) -> Desk:
    """Tardif sent 333.33 euros that fit nothing: a refund of a deposit, says the owner."""
    desk.invoices(INVOICE)
    desk.bank(paid_by(TARDIF, EVE, 33_333, "VIREMENT"), through=EVE)
    assert in_words(desk.day(TODAY), TARDIF) == "rest: credit_unmatched"
    return desk


def line_of(desk: Desk) -> int:
    [line] = desk.lines()
    return line.line_id


def test_it_holds_nobody_and_is_proposed_no_more(unsure: Desk):
    assert unsure.nobodys(line_of(unsure), "remboursement de caution", on=TODAY) == 33_333
    [line] = unsure.lines()
    assert (line.state, line.evidence) == ("none", ())
    assert line.set_aside == (
        "Le règlement d'aucun client, a dit test:camille le 17/09/2026 : remboursement de caution."
    )
    assert unsure.match(TODAY).looked_at == 0
    assert unsure.lines()[0].state == "none"
    assert in_words(unsure.day(TODAY), TARDIF) == "J+10"
    assert unsure.broken(TODAY) == []


def test_it_holds_nobody_before_the_first_matching(desk: Desk):
    desk.invoices(INVOICE)
    desk.statement(paid_by(TARDIF, EVE, 33_333, "VIREMENT"), through=EVE)
    desk.nobodys(line_of(desk), "", on=TODAY)
    assert in_words(desk.day(TODAY), TARDIF) == "J+10"


def test_taken_back_it_holds_again_even_before_the_next_matching(unsure: Desk):
    unsure.nobodys(line_of(unsure), "", on=TODAY)
    unsure.match(TODAY)
    assert unsure.undo(line_of(unsure), on=TODAY) == 0
    assert in_words(unsure.day(TODAY), TARDIF) == "rest: credit_unmatched"
    again = unsure.match(TODAY)
    assert (again.looked_at, again.proposed) == (1, 1)
    assert in_words(unsure.day(TODAY), TARDIF) == "rest: credit_unmatched"
    before = dump(without=())
    unsure.match(TODAY)
    assert dump()["payments.MatchingRun"] == before["payments.MatchingRun"]
    with pytest.raises(NothingToUndo):
        unsure.undo(line_of(unsure), on=TODAY)


def test_both_are_in_the_journal(unsure: Desk):
    line = line_of(unsure)
    unsure.nobodys(line, "apport", on=TODAY)
    unsure.undo(line, on=TODAY)
    said = {"bank_line": line, "cents": 33_333, "reason": "apport"}
    assert entries_of_kind(unsure.company.pk, "payments.set_aside") == [said]
    assert entries_of_kind(unsure.company.pk, "payments.set_aside_undone") == [{"bank_line": line}]


def test_it_is_not_confirmed_before_it_is_taken_back(unsure: Desk):
    unsure.nobodys(line_of(unsure), "", on=TODAY)
    before = dump()
    with pytest.raises(NotAllocated, match=f"quittance undo {line_of(unsure)}"):
        unsure.confirm(line_of(unsure), "F-1:333,33", on=TODAY)
    with pytest.raises(NotAllocated, match="aucun client"):
        unsure.nobodys(line_of(unsure), "", on=TODAY)
    assert dump() == before
    unsure.undo(line_of(unsure), on=TODAY)
    assert unsure.confirm(line_of(unsure), "F-1:333,33", on=TODAY) == 33_333


def test_only_a_free_credit_can_be_nobodys(desk: Desk, neighbour: Desk):
    desk.invoices(INVOICE)
    desk.bank(paid_by(TARDIF, EVE, 120_000, "F-1"), Transfer(EVE, -5_000, "LOYER"), through=EVE)
    before = dump()
    for line, why in zip(desk.lines(), ("déjà affectée", "n'est pas un crédit"), strict=True):
        with pytest.raises(NotAllocated, match=why):
            desk.nobodys(line.line_id, "", on=TODAY)
    with pytest.raises(NotAllocated, match="n'est pas un crédit de cette société"):
        neighbour.nobodys(desk.lines()[0].line_id, "", on=TODAY)
    assert dump() == before
    desk.undo(desk.lines()[0].line_id, on=TODAY)
    desk.nobodys(desk.lines()[0].line_id, "", on=TODAY)
    with pytest.raises(NothingToUndo):
        neighbour.undo(desk.lines()[0].line_id, on=TODAY)
    assert desk.broken(TODAY) == []
