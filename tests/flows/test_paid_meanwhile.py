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
