"""Why nothing is sent, reason by reason, and what ends each rest."""

from datetime import date

from cast import (
    CAST,
    LITIGE,
    MUET,
    STRANGER_IBAN,
    TARDIF,
    Bill,
    Desk,
    Person,
    Transfer,
    at_noon,
    decision_for,
    in_words,
    paid_by,
)
from quittance.company.operations import declare_bank_account

INVOICE = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
DUE_DAY, EVE = date(2026, 9, 17), date(2026, 9, 16)  # J+10, a Thursday


def test_the_bank_was_never_read(desk: Desk):
    desk.invoices(INVOICE)
    assert in_words(desk.day(DUE_DAY), TARDIF) == "rest: bank_never"
    desk.bank(through=EVE)
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_the_bank_is_stale(desk: Desk):
    desk.invoices(INVOICE)
    desk.bank(through=date(2026, 9, 14))
    assert in_words(desk.day(DUE_DAY), TARDIF) == "rest: bank_stale"
    desk.bank(through=date(2026, 9, 15))
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_a_weekend_does_not_make_the_bank_stale(desk: Desk):
    desk.invoices(INVOICE)
    desk.bank(through=date(2026, 9, 17))
    assert in_words(desk.day(date(2026, 9, 21)), TARDIF) == "J+10"


def test_a_second_account_that_is_behind_holds_everybody(desk: Desk):
    desk.invoices(INVOICE)
    desk.bank(through=EVE)
    declare_bank_account(
        company_id=desk.company.pk, iban=STRANGER_IBAN, bic="", actor="test", at=at_noon(EVE)
    )
    other = Desk(desk.company, STRANGER_IBAN, desk.letters)
    other.statement(through=date(2026, 9, 1))
    assert in_words(desk.day(DUE_DAY), TARDIF) == "rest: bank_stale"
    other.statement(through=EVE, since=date(2026, 9, 2))
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_an_unmatched_credit_that_may_be_theirs(desk: Desk):
    desk.invoices(INVOICE, Bill("F-9", TARDIF, date(2026, 8, 9), date(2026, 9, 8), 99_000))
    desk.bank(paid_by(TARDIF, EVE, 33_333, "VIREMENT"), through=EVE)
    decided = desk.day(DUE_DAY)
    assert in_words(decided, TARDIF) == "rest: credit_unmatched"
    assert decision_for(decided, TARDIF).outcome.facts == {"row.amount": 33_333, "row.received_on": EVE}
    [line] = [row for row in desk.lines() if row.state == "proposed"]
    desk.confirm(line.line_id, "F-1:333,33", on=DUE_DAY)
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_a_credit_of_somebody_else_holds_nobody(desk: Desk):
    desk.invoices(INVOICE, Bill("F-L", LITIGE, date(2026, 8, 8), date(2026, 9, 7), 500_00))
    desk.bank(paid_by(LITIGE, EVE, 12_345, "VIREMENT"), through=EVE)
    decided = desk.day(DUE_DAY)
    assert in_words(decided, LITIGE) == "rest: credit_unmatched"
    assert in_words(decided, TARDIF) == "J+10"


def test_money_paid_out_holds_nobody(desk: Desk):
    desk.invoices(INVOICE)
    desk.bank(Transfer(EVE, -120_000, "TARDIF ET FILS F-1", TARDIF.bank_name, TARDIF.iban), through=EVE)
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_a_weekend(desk: Desk):
    desk.invoices(Bill("F-2", TARDIF, date(2026, 8, 10), date(2026, 9, 9), 80_000))
    desk.bank(through=date(2026, 9, 18))
    decided = desk.day(date(2026, 9, 19))
    assert in_words(decided, TARDIF) == "rest: weekend"
    assert decision_for(decided, TARDIF).outcome.next_on == date(2026, 9, 21)
    assert in_words(desk.day(date(2026, 9, 21)), TARDIF) == "J+10"


def test_a_holiday(desk: Desk):
    desk.invoices(Bill("F-3", TARDIF, date(2026, 10, 2), date(2026, 11, 1), 80_000))
    desk.bank(through=date(2026, 11, 10))
    decided = desk.day(date(2026, 11, 11))
    assert in_words(decided, TARDIF) == "rest: holiday"
    assert decision_for(decided, TARDIF).outcome.next_on == date(2026, 11, 12)
    assert in_words(desk.day(date(2026, 11, 12)), TARDIF) == "J+10"


def test_the_gap_between_messages(desk: Desk):
    desk.invoices(INVOICE)
    assert in_words(desk.morning(date(2026, 9, 23)), TARDIF) == "J+10"  # late, and so near the next step
    decided = desk.morning(date(2026, 9, 29))
    assert in_words(decided, TARDIF) == "rest: gap"
    assert decision_for(decided, TARDIF).outcome.next_on == date(2026, 9, 30)
    assert in_words(desk.morning(date(2026, 9, 30)), TARDIF) == "J+20"


def test_a_pause_its_end_and_its_lifting(desk: Desk):
    desk.invoices(INVOICE)
    desk.pause(TARDIF, on=EVE, until=date(2026, 9, 21), reason="le chef de chantier vérifie les quantités")
    assert in_words(desk.morning(DUE_DAY), TARDIF) == "rest: paused"
    assert in_words(desk.morning(date(2026, 9, 21)), TARDIF) == "rest: paused"
    assert in_words(desk.morning(date(2026, 9, 22)), TARDIF) == "J+10"

    desk.pause(TARDIF, on=date(2026, 9, 25), until=date(2026, 12, 31), reason="accord oral")
    assert in_words(desk.morning(date(2026, 9, 30)), TARDIF) == "rest: paused"
    desk.lift_pause(TARDIF, on=date(2026, 9, 30))
    assert in_words(desk.morning(date(2026, 9, 30)), TARDIF) == "J+20"


def test_the_longest_of_two_pauses_counts(desk: Desk):
    desk.invoices(INVOICE)
    desk.pause(TARDIF, on=EVE, until=date(2026, 9, 30), reason="longue")
    desk.pause(TARDIF, on=EVE, until=date(2026, 9, 18), reason="courte")
    decided = desk.morning(DUE_DAY)
    assert decision_for(decided, TARDIF).outcome.facts["pause.reason"] == "longue"


def test_a_credit_note_covers_what_is_owed(desk: Desk):
    desk.invoices(
        INVOICE, Bill("AV-1", TARDIF, date(2026, 9, 1), date(2026, 9, 1), 120_000, credit_note=True)
    )
    assert in_words(desk.morning(DUE_DAY), TARDIF) == "rest: credit_covers"
    desk.invoices(Bill("F-10", TARDIF, date(2026, 8, 9), date(2026, 9, 8), 50_000))
    decided = desk.morning(date(2026, 9, 18))
    assert in_words(decided, TARDIF) == "J+10"
    assert decision_for(decided, TARDIF).outcome.amount_cents == 50_000


def test_too_small_a_sum(desk: Desk):
    desk.invoices(Bill("F-5", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 499))
    assert in_words(desk.morning(DUE_DAY), TARDIF) == "rest: too_small"
    desk.invoices(Bill("F-6", TARDIF, date(2026, 8, 9), date(2026, 9, 8), 1))
    assert in_words(desk.morning(date(2026, 9, 18)), TARDIF) == "J+10"


def test_no_address(desk: Desk):
    desk.invoices(Bill("F-7", MUET, date(2026, 8, 8), date(2026, 9, 7), 60_000))
    assert in_words(desk.morning(DUE_DAY), MUET) == "rest: no_contact"
    with_address = Person(MUET.reference, MUET.name, MUET.bank_name, "", "chef@muet.example")
    desk.customers(with_address, on=DUE_DAY)
    assert in_words(desk.morning(date(2026, 9, 18)), MUET) == "J+10"


def test_a_rest_always_says_why_in_words(desk: Desk):
    """Nobody is left alone without a sentence; the cast is complete, so no step is forgotten."""
    desk.invoices(
        *(Bill(f"F-{one.reference}", one, date(2026, 8, 8), date(2026, 9, 7), 60_000) for one in CAST)
    )
    desk.pause(LITIGE, on=EVE, until=date(2026, 9, 30), reason="litige")
    decided = desk.morning(DUE_DAY)
    assert len(decided.actions) + len(decided.rests) == len(CAST)
    assert all(one.outcome.reasons for one in decided.actions)
    assert {in_words(decided, LITIGE), in_words(decided, MUET)} == {"rest: paused", "rest: no_contact"}
    assert desk.broken(DUE_DAY) == []
