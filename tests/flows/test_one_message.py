"""One message a customer covers everything overdue, and the tone never drops back."""

from datetime import date

from cast import BONPAYEUR, LITIGE, MUET, TARDIF, Bill, Desk, decision_for, in_words, paid_by

FIRST = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
SECOND = Bill("F-2", TARDIF, date(2026, 8, 11), date(2026, 9, 10), 30_000)
LATER = Bill("F-3", TARDIF, date(2026, 8, 22), date(2026, 9, 21), 45_000)


def numbers(decided, customer):
    return [debt.number for debt in decision_for(decided, customer).outcome.debts]


def test_everything_overdue_is_in_one_message_at_the_highest_step(desk: Desk):
    desk.invoices(FIRST, SECOND, Bill("F-B", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 9_900))
    decided = desk.morning(date(2026, 9, 28))  # F-1 is 21 days late, F-2 is 18
    assert in_words(decided, TARDIF) == "J+20"
    assert numbers(decided, TARDIF) == ["F-1", "F-2"]
    assert decision_for(decided, TARDIF).outcome.amount_cents == 150_000
    to_tardif = [mail for mail in desk.mails if TARDIF.email in mail["To"]]
    assert len(to_tardif) == 1
    words = to_tardif[0].get_body(("plain",)).get_content()
    assert "F-1" in words
    assert "F-2" in words
    assert len(desk.mails) == 2


def test_a_new_late_invoice_never_lowers_the_tone(desk: Desk):
    desk.invoices(FIRST, LATER)
    assert in_words(desk.morning(date(2026, 9, 17)), TARDIF) == "J+10"
    assert in_words(desk.morning(date(2026, 9, 28)), TARDIF) == "J+20"  # F-3 joins, 7 days late
    # F-3 reaches its own J+10 on 1 October: a friendlier letter than the last one is not written.
    assert in_words(desk.morning(date(2026, 10, 1)), TARDIF) == "rest: nothing_owed"
    assert in_words(desk.morning(date(2026, 10, 2)), TARDIF) == "J+25"
    assert in_words(desk.morning(date(2026, 10, 7)), TARDIF) == "J+30"


def test_the_tone_starts_again_once_all_is_paid(desk: Desk):
    desk.invoices(FIRST, LATER)
    desk.morning(date(2026, 9, 28))
    desk.bank(paid_by(TARDIF, date(2026, 9, 29), 165_000, "REGLEMENT F-1 ET F-3"), through=date(2026, 9, 29))
    assert in_words(desk.morning(date(2026, 9, 30)), TARDIF) == "nothing"
    desk.invoices(Bill("F-4", TARDIF, date(2026, 9, 5), date(2026, 10, 5), 20_000))
    assert in_words(desk.morning(date(2026, 10, 15)), TARDIF) == "J+10"


def test_nobody_is_written_to_about_another_customer(desk: Desk):
    desk.invoices(FIRST, Bill("F-L", LITIGE, date(2026, 8, 8), date(2026, 9, 7), 77_700))
    desk.morning(date(2026, 9, 17))
    by_recipient = {mail["To"].addresses[0].addr_spec: mail.as_string() for mail in desk.mails}
    assert set(by_recipient) == {TARDIF.email, LITIGE.email}
    assert "F-L" not in by_recipient[TARDIF.email]
    assert "F-1" not in by_recipient[LITIGE.email]


def test_who_cannot_be_written_to_holds_nobody_up(desk: Desk):
    desk.invoices(FIRST, Bill("F-M", MUET, date(2026, 8, 8), date(2026, 9, 7), 77_700))
    decided = desk.morning(date(2026, 9, 17))
    assert in_words(decided, MUET) == "rest: no_contact"
    assert in_words(decided, TARDIF) == "J+10"
