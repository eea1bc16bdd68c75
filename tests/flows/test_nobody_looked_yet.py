"""Money that nobody has looked at yet: whoever may have paid is neither reminded nor written to."""

from datetime import date

from cast import BONPAYEUR, TARDIF, Bill, Desk, in_words, paid_by

FIRST = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
SECOND = Bill("F-2", TARDIF, date(2026, 8, 15), date(2026, 9, 14), 30_000)
EVE, TODAY, TOMORROW = date(2026, 9, 16), date(2026, 9, 17), date(2026, 9, 18)


def decided(desk: Desk, *bills: Bill) -> None:
    desk.invoices(*bills)
    desk.bank(through=EVE)
    assert in_words(desk.day(TODAY), TARDIF) == "J+10"


def test_a_statement_imported_and_never_matched(desk: Desk):
    desk.invoices(FIRST, Bill("F-B", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 55_000))
    desk.statement(paid_by(TARDIF, EVE, 120_000, "F-1"), through=EVE)
    today = desk.day(TODAY)
    assert in_words(today, TARDIF) == "rest: credit_unmatched"
    assert in_words(today, BONPAYEUR) == "J+10"
    assert desk.lines()[0].state == "none"  # looked at, not written


def test_a_payment_that_came_between_deciding_and_sending_and_that_nobody_matched(desk: Desk):
    decided(desk, FIRST)
    desk.statement(paid_by(TARDIF, TODAY, 120_000, "F-1"), through=TODAY)
    delivered = desk.send(TODAY)
    assert (delivered.sent, delivered.taken_back) == (0, 1)
    assert desk.mails == []
    desk.match(TOMORROW)
    assert in_words(desk.day(TOMORROW), TARDIF) == "nothing"


def test_a_credit_that_may_be_theirs_was_proposed_meanwhile(desk: Desk):
    decided(desk, FIRST)
    desk.bank(paid_by(TARDIF, TODAY, 77_700, "REGLEMENT"), through=TODAY)
    assert desk.lines()[-1].state == "proposed"
    assert desk.send(TODAY).taken_back == 1
    assert in_words(desk.day(TOMORROW), TARDIF) == "rest: credit_unmatched"


def test_a_credit_note_came_meanwhile(desk: Desk):
    decided(desk, FIRST)
    desk.invoices(Bill("A-1", TARDIF, TODAY, TODAY, 20_000, credit_note=True))
    assert desk.send(TODAY).taken_back == 1
    again = desk.day(TOMORROW)
    assert in_words(again, TARDIF) == "J+10"
    [action] = [one for one in again.actions if one.customer.reference == TARDIF.reference]
    assert action.outcome.amount_cents == 100_000


def test_an_invoice_that_the_message_only_mentions_was_paid(desk: Desk):
    decided(desk, FIRST)
    desk.send(TODAY)
    desk.invoices(SECOND)
    third_week = date(2026, 9, 28)
    desk.bank(through=date(2026, 9, 25))
    assert in_words(desk.day(third_week), TARDIF) == "J+20"
    desk.bank(paid_by(TARDIF, third_week, 30_000, "F-2"), through=third_week)
    assert desk.send(third_week).taken_back == 1


def test_what_was_undone_rests_before_the_next_matching(desk: Desk):
    desk.invoices(FIRST)
    desk.bank(paid_by(TARDIF, EVE, 120_000, "F-1"), through=EVE)
    desk.undo(desk.lines()[0].line_id, on=TODAY)
    assert in_words(desk.day(TODAY), TARDIF) == "rest: credit_unmatched"
    assert desk.lines()[0].state == "proposed"
    assert desk.broken(TODAY) == []


def test_a_half_year_without_a_rate_holds_back_who_owes_interest_and_nobody_else(desk: Desk):
    late = Bill("F-1", TARDIF, date(2026, 11, 24), date(2026, 12, 24), 120_000)
    desk.invoices(late, Bill("F-B", BONPAYEUR, date(2026, 12, 4), date(2027, 1, 3), 55_000))
    desk.bank(through=date(2027, 1, 14))
    today = desk.day(date(2027, 1, 14))
    assert in_words(today, TARDIF) == "rest: rate_missing"
    assert in_words(today, BONPAYEUR) == "J+10"
