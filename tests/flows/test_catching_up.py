"""Days on which nobody ran the program are caught up once, at the highest step owed."""

from datetime import date

from cast import TARDIF, Bill, Desk, decision_for, in_words

INVOICE = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)


def test_a_month_away_is_caught_up_by_one_message(desk: Desk):
    desk.invoices(INVOICE)
    assert in_words(desk.morning(date(2026, 10, 1)), TARDIF) == "J+20"  # 24 days late, nothing said before
    assert len(desk.mails) == 1
    assert in_words(desk.morning(date(2026, 10, 2)), TARDIF) == "J+25"
    assert in_words(desk.morning(date(2026, 10, 8)), TARDIF) == "J+30"
    assert len(desk.mails) == 2


def test_two_runs_on_one_day_are_one(desk: Desk):
    desk.invoices(INVOICE)
    assert in_words(desk.morning(date(2026, 9, 17)), TARDIF) == "J+10"
    assert in_words(desk.morning(date(2026, 9, 17)), TARDIF) == "rest: nothing_owed"
    assert len(desk.mails) == 1


def test_a_step_of_a_weekend_is_taken_on_monday(desk: Desk):
    desk.invoices(Bill("F-2", TARDIF, date(2026, 8, 10), date(2026, 9, 9), 80_000))
    assert in_words(desk.morning(date(2026, 9, 19)), TARDIF) == "rest: weekend"
    assert in_words(desk.morning(date(2026, 9, 20)), TARDIF) == "rest: weekend"
    assert in_words(desk.morning(date(2026, 9, 21)), TARDIF) == "J+10"


def test_what_was_missed_before_the_due_date_is_not_said_after_it(desk: Desk):
    desk.invoices(INVOICE)
    assert in_words(desk.morning(date(2026, 9, 8)), TARDIF) == "rest: nothing_owed"
    assert desk.mails == []


def test_years_late_is_one_notice(desk: Desk):
    desk.invoices(Bill("F-OLD", TARDIF, date(2025, 1, 10), date(2025, 2, 10), 150_000))
    decided = desk.morning(date(2026, 9, 17))
    assert in_words(decided, TARDIF) == "J+30"
    assert len(decision_for(decided, TARDIF).draft.documents) == 2
    assert len(desk.mails) == 1
