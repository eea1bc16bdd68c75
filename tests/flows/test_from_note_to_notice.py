"""The story of one invoice: noted before it is due, reminded, paid in part, called about, put on notice, paid."""

from datetime import date

import pytest

from cast import BONPAYEUR, TARDIF, Bill, Desk, decision_for, in_words, paid_by
from quittance.collection.queries import reminders_on

# Due on a Monday. Ten days later is a Thursday; twenty, a Sunday; twenty-five, a Friday; thirty, a Wednesday.
INVOICE = Bill("F-2026-0101", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
BEFORE, SILENT, REMINDED = date(2026, 8, 31), date(2026, 9, 16), date(2026, 9, 17)
PART_PAID, SUNDAY, FIRM = date(2026, 9, 22), date(2026, 9, 27), date(2026, 9, 28)
CALLED, NOTICE = date(2026, 10, 2), date(2026, 10, 7)
PAID, LONG_AFTER = date(2026, 10, 12), date(2026, 12, 7)


@pytest.fixture
def late(desk: Desk) -> Desk:
    """The desk with the one invoice on it."""
    desk.invoices(INVOICE)
    return desk


def test_from_note_to_notice(late: Desk):
    assert in_words(late.morning(date(2026, 8, 28)), TARDIF) == "nothing"
    assert in_words(late.morning(BEFORE), TARDIF) == "J-7"
    assert in_words(late.morning(date(2026, 9, 1)), TARDIF) == "rest: nothing_owed"
    assert in_words(late.morning(SILENT), TARDIF) == "rest: nothing_owed"
    assert in_words(late.morning(REMINDED), TARDIF) == "J+10"
    assert in_words(late.morning(date(2026, 9, 18)), TARDIF) == "rest: nothing_owed"

    part = paid_by(TARDIF, PART_PAID, 50_000, "ACOMPTE FACTURE F-2026-0101")
    matched = late.bank(part, through=PART_PAID)
    assert (matched.allocated, matched.allocated_cents) == (1, 50_000)

    assert in_words(late.morning(SUNDAY), TARDIF) == "rest: weekend"
    firm = late.morning(FIRM)
    assert in_words(firm, TARDIF) == "J+20"
    assert decision_for(firm, TARDIF).outcome.amount_cents == 70_000

    assert in_words(late.morning(CALLED), TARDIF) == "J+25"
    notice = late.morning(NOTICE)
    assert in_words(notice, TARDIF) == "J+30"
    assert [one.kind for one in decision_for(notice, TARDIF).draft.documents] == [
        "formal_notice_b2b",
        "penalty_statement",
    ]

    late.bank(paid_by(TARDIF, PAID, 70_000, "SOLDE F-2026-0101"), through=PAID)
    assert in_words(late.morning(date(2026, 10, 13)), TARDIF) == "nothing"
    assert in_words(late.morning(LONG_AFTER), TARDIF) == "nothing"

    assert [mail["To"].addresses[0].addr_spec for mail in late.mails] == [TARDIF.email] * 4
    assert late.broken(LONG_AFTER) == []


def test_the_mails_say_what_is_left_and_what_comes_next(late: Desk):
    late.morning(BEFORE)
    late.morning(REMINDED)
    late.bank(paid_by(TARDIF, PART_PAID, 50_000, "ACOMPTE F-2026-0101"), through=PART_PAID)
    late.morning(FIRM)
    late.morning(CALLED)
    late.morning(NOTICE)

    note, reminder, firm, notice = (mail.get_body(("plain",)).get_content() for mail in late.mails)
    assert "1 200,00 €" in _plain(note)
    assert "1 200,00 €" in _plain(reminder)
    assert "pénalités" not in _plain(reminder)
    assert "700,00 €" in _plain(firm)
    assert "1 200,00 € à régler" not in _plain(firm)
    assert "pénalités" in _plain(firm)
    assert "40,00 €" in _plain(firm) or "40 €" in _plain(firm)
    assert "mise en demeure" in _plain(late.mails[3]["Subject"] + notice).lower()
    for words in (note, reminder, firm, notice):
        assert "F-2026-0101" in words
        assert "FR76 3000 6000 0112 3456 7890 189" in _plain(words)


def test_only_the_notice_carries_documents(late: Desk):
    for on in (BEFORE, REMINDED, FIRM, CALLED, NOTICE):
        late.morning(on)
    attached = [[part.get_filename() for part in mail.iter_attachments()] for mail in late.mails]
    assert [len(names) for names in attached[:2]] == [0, 0]
    assert attached[3] == [
        "mise-en-demeure-TAR-2026-10-07.pdf",
        "releve-de-penalites-TAR-2026-10-07.pdf",
    ]


def test_the_call_is_a_task_and_no_mail(late: Desk):
    late.morning(REMINDED)
    late.morning(FIRM)
    before = len(late.mails)
    late.morning(CALLED)
    [call] = reminders_on(late.company.pk, CALLED)
    assert (call.step, call.channel, call.message, call.letter) == ("J+25", "call", None, None)
    assert len(late.mails) == before


def test_after_the_notice_nothing_more_leaves(late: Desk):
    for on in (REMINDED, FIRM, CALLED, NOTICE):
        late.morning(on)
    sent = len(late.mails)
    for on in (date(2026, 10, 19), date(2026, 11, 9), date(2026, 12, 7)):
        assert in_words(late.morning(on), TARDIF) == "rest: plan_finished"
    assert len(late.mails) == sent


def test_who_pays_on_time_hears_nothing_after_the_note(desk: Desk):
    desk.invoices(Bill("F-2026-0102", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 60_000))
    assert in_words(desk.morning(BEFORE), BONPAYEUR) == "J-7"
    desk.bank(paid_by(BONPAYEUR, date(2026, 9, 4), 60_000, "F-2026-0102"), through=date(2026, 9, 4))
    for on in (date(2026, 9, 7), REMINDED, FIRM, NOTICE):
        assert in_words(desk.morning(on), BONPAYEUR) == "nothing"
    assert len(desk.mails) == 1


def _plain(text: str) -> str:
    """With ordinary spaces, to compare."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
