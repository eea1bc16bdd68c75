"""The last look before a mail leaves: its age, the day, later reminders; what was refused; who holds a claim."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cast import TARDIF, Bill, Desk, at_noon, in_words, paid_by
from quittance.correspondence.operations import (
    ClaimLost,
    claim,
    free_claims_of_the_dead,
    note_handing_over,
)
from quittance.correspondence.queries import message_counts, queued_message_ids
from quittance.flows.deliver import PostOffice, send
from quittance.gateways.mailer import MemoryMailer, Refused, Rejected

FIRST = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
EVE, THURSDAY, FRIDAY = date(2026, 9, 16), date(2026, 9, 17), date(2026, 9, 18)


def decided(desk: Desk, on: date = THURSDAY) -> None:
    desk.invoices(FIRST)
    desk.bank(through=on - timedelta(days=1))
    assert in_words(desk.day(on), TARDIF) == "J+10"


def test_what_was_decided_yesterday_leaves_today(desk: Desk):
    decided(desk)
    assert desk.send(FRIDAY).sent == 1


def test_what_was_decided_on_friday_waits_for_monday(desk: Desk):
    decided(desk, FRIDAY)
    saturday = desk.send(date(2026, 9, 19))
    assert (saturday.sent, saturday.waiting) == (0, 1)
    assert desk.send(date(2026, 9, 21)).sent == 1


def test_what_is_older_is_decided_again(desk: Desk):
    decided(desk)
    late = desk.send(date(2026, 9, 21))
    assert (late.sent, late.taken_back) == (0, 1)
    assert "trop ancien" in late.problems[0]
    desk.bank(through=date(2026, 9, 21))
    assert in_words(desk.day(date(2026, 9, 22)), TARDIF) == "J+10"


def test_what_is_due_later_than_it_says_does_not_leave(desk: Desk):
    decided(desk)
    assert desk.invoices(replace(FIRST, due_on=date(2026, 10, 7))).moved == 1
    run = desk.send(THURSDAY)
    assert (run.sent, run.taken_back) == (0, 1)
    assert "F-1" in run.problems[0]


def test_a_later_reminder_replaces_the_one_that_did_not_leave(desk: Desk):
    decided(desk)
    twentieth = date(2026, 9, 28)
    desk.bank(through=date(2026, 9, 25))
    again = desk.day(twentieth)
    assert in_words(again, TARDIF) == "J+20"
    run = desk.send(twentieth)
    assert (run.sent, run.taken_back) == (1, 1)
    words = desk.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Je vous ai écrit" not in words  # the first never left


@pytest.mark.parametrize("refusal", [Refused, Rejected])
def test_what_was_refused_is_owed_again(desk: Desk, refusal: type[Exception]):
    decided(desk)
    desk.mailer = _Refusing(refusal)
    assert desk.send(THURSDAY).refused == 1
    assert message_counts(desk.company.pk) == {"refused": 1}
    desk.mailer = MemoryMailer()
    desk.bank(through=THURSDAY)
    tomorrow = in_words(desk.day(FRIDAY), TARDIF)
    assert tomorrow == ("rest: bounced" if refusal is Refused else "J+10")
    assert desk.broken(FRIDAY) == []


def test_a_letter_is_laid_when_its_message_leaves(desk: Desk):
    desk.invoices(FIRST)
    thirtieth = date(2026, 10, 7)
    desk.bank(through=date(2026, 10, 6))
    assert in_words(desk.day(thirtieth), TARDIF) == "J+30"
    desk.statement(paid_by(TARDIF, thirtieth, 120_000, "F-1"), through=thirtieth)
    assert desk.send(thirtieth).taken_back == 1
    assert list(desk.letters.glob("**/*.pdf")) == []  # nobody posts a notice to who has paid


class _Refusing(MemoryMailer):
    def __init__(self, refusal: type[Exception]) -> None:
        super().__init__()
        self.refusal = refusal

    def deliver(self, mail, *, handing_over):  # type: ignore[no-untyped-def]
        raise self.refusal("550 no")


def test_who_was_held_for_dead_and_lives_does_not_send(desk: Desk):
    decided(desk)
    [message_id] = queued_message_ids(desk.company.pk)
    slow = claim(message_id=message_id, worker="slow", at=at_noon(THURSDAY))
    assert slow is not None
    freed = free_claims_of_the_dead(
        company_id=desk.company.pk, is_dead=lambda _: True, actor="test", at=at_noon(THURSDAY)
    )
    assert freed == (1, 0)
    assert desk.send(THURSDAY).sent == 1
    with pytest.raises(ClaimLost):
        note_handing_over(attempt=slow)
    assert desk.broken(THURSDAY) == []


def test_a_claim_of_another_machine_is_taken_over_after_an_hour(desk: Desk):
    decided(desk)
    [message_id] = queued_message_ids(desk.company.pk)
    claim(message_id=message_id, worker="elsewhere:1:1", at=at_noon(THURSDAY))
    assert _send_while_others_live(desk, at_noon(THURSDAY) + timedelta(minutes=59)).sent == 0
    assert _send_while_others_live(desk, at_noon(THURSDAY) + timedelta(minutes=61)).sent == 1


def _send_while_others_live(desk: Desk, at):  # type: ignore[no-untyped-def]
    office = PostOffice(
        mailer_of=lambda _: desk.mailer,
        archive=desk.archive,
        letters=desk.letters,
        worker="here",
        is_dead=lambda _: False,
        clock=lambda: at,
        actor="test",
    )
    return send(company_ids=[desk.company.pk], office=office, today=THURSDAY)


def test_a_name_that_no_font_has_holds_back_its_own_letter_only(desk: Desk):
    other = TARDIF.__class__("KAB", "株式会社", "KK", "", "kk@kk.example")
    desk.customers(other)
    thirtieth = date(2026, 10, 7)
    desk.invoices(FIRST, Bill("F-K", other, date(2026, 8, 8), date(2026, 9, 7), 50_000))
    desk.bank(through=date(2026, 10, 6))
    desk.day(thirtieth)
    run = desk.send(thirtieth)
    assert (run.sent, run.waiting) == (1, 1)
    assert any("n'est pas dans nos polices" in problem for problem in run.problems)
