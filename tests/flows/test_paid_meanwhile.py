"""Something happens between the decision and the sending: what is no longer true does not leave."""

from datetime import date

from cast import BONPAYEUR, TARDIF, Bill, Desk, in_words, paid_by
from quittance.collection.queries import reminders_on
from quittance.correspondence.queries import message_counts

FIRST = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
SECOND = Bill("F-2", TARDIF, date(2026, 8, 15), date(2026, 9, 14), 30_000)
EVE, TODAY, TOMORROW = date(2026, 9, 16), date(2026, 9, 17), date(2026, 9, 18)


def decided_then(desk: Desk) -> None:
    desk.bank(through=EVE)
    assert in_words(desk.day(TODAY), TARDIF) == "J+10"


def test_paid_in_full(desk: Desk):
    desk.invoices(FIRST)
    decided_then(desk)
    desk.bank(paid_by(TARDIF, TODAY, 120_000, "F-1"), through=TODAY)
    delivered = desk.send(TODAY)
    assert (delivered.sent, delivered.taken_back) == (0, 1)
    assert desk.mails == []
    assert in_words(desk.morning(TOMORROW), TARDIF) == "nothing"
    assert message_counts(desk.company.pk) == {"cancelled": 1}
    assert desk.broken(TOMORROW) == []


def test_paid_in_part_the_step_is_owed_again_for_the_rest(desk: Desk):
    desk.invoices(FIRST)
    decided_then(desk)
    desk.bank(paid_by(TARDIF, TODAY, 100_000, "ACOMPTE F-1"), through=TODAY)
    assert desk.send(TODAY).taken_back == 1
    assert reminders_on(desk.company.pk, TODAY) == []
    assert in_words(desk.morning(TOMORROW), TARDIF) == "J+10"
    [mail] = desk.mails
    words = mail.get_body(("plain",)).get_content().replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "200,00\N{NO-BREAK SPACE}€" in words or "200,00 €" in words
    assert desk.broken(TOMORROW) == []


def test_paused_meanwhile(desk: Desk):
    desk.invoices(FIRST)
    decided_then(desk)
    desk.pause(TARDIF, on=TODAY, until=date(2026, 9, 21), reason="rappelé ce matin")
    assert desk.send(TODAY).taken_back == 1
    assert desk.mails == []
    assert in_words(desk.morning(date(2026, 9, 22)), TARDIF) == "J+10"
    assert len(desk.mails) == 1


def test_only_who_paid_is_spared(desk: Desk):
    desk.invoices(FIRST, Bill("F-B", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 55_000))
    decided_then(desk)
    desk.bank(paid_by(TARDIF, TODAY, 120_000, "F-1"), through=TODAY)
    delivered = desk.send(TODAY)
    assert (delivered.sent, delivered.taken_back) == (1, 1)
    assert [mail["To"].addresses[0].addr_spec for mail in desk.mails] == [BONPAYEUR.email]


def test_a_message_once_sent_is_not_taken_back(desk: Desk):
    desk.invoices(FIRST)
    decided_then(desk)
    assert desk.send(TODAY).sent == 1
    desk.bank(paid_by(TARDIF, TODAY, 120_000, "F-1"), through=TODAY)
    assert desk.send(TOMORROW).taken_back == 0
    assert message_counts(desk.company.pk) == {"sent": 1}


def test_an_invoice_that_is_only_mentioned_was_paid(desk: Desk):
    """The message speaks of both invoices, though the step is new for one of them only."""
    desk.invoices(FIRST)
    desk.morning(date(2026, 9, 17))
    desk.invoices(SECOND)
    desk.bank(through=date(2026, 9, 23))
    assert in_words(desk.day(date(2026, 9, 24)), TARDIF) == "J+10"  # for F-2; F-1 is 17 days late
    desk.bank(paid_by(TARDIF, date(2026, 9, 24), 120_000, "F-1"), through=date(2026, 9, 24))
    desk.send(date(2026, 9, 24))
    assert len(desk.mails) == 1
    assert "F-1" not in "".join(mail.as_string() for mail in desk.mails[1:])


def test_a_credit_note_came_meanwhile(desk: Desk):
    """The sum asked for was the open sum; a credit note that covers it makes the message wrong."""
    desk.invoices(FIRST)
    decided_then(desk)
    desk.invoices(Bill("AV-1", TARDIF, TODAY, TODAY, 120_000, credit_note=True))
    desk.send(TODAY)
    assert desk.mails == []


def test_a_credit_that_may_be_theirs_came_meanwhile(desk: Desk):
    desk.invoices(FIRST, Bill("F-9", TARDIF, date(2026, 8, 9), date(2026, 9, 8), 99_000))
    decided_then(desk)
    matched = desk.bank(paid_by(TARDIF, TODAY, 33_333, "VIREMENT"), through=TODAY)
    assert matched.proposed == 1
    desk.send(TODAY)
    assert desk.mails == []


def test_a_payment_that_nobody_matched_yet(desk: Desk):
    """The bank was read, and shows the payment; only the matching was not run."""
    desk.invoices(FIRST)
    desk.statement(paid_by(TARDIF, EVE, 120_000, "F-1"), through=EVE)
    assert in_words(desk.day(TODAY), TARDIF) != "J+10"
