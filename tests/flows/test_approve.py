"""Reminders that a person approves: they leave after a delay, once, as they were read, and only if that person may."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from cast import BONPAYEUR, TARDIF, Bill, Desk, Person, at_noon, in_words, paid_by
from quittance.company.models import Member
from quittance.company.seats import Seat
from quittance.correspondence.models import Message
from quittance.customers.models import Customer
from quittance.domain.access import MandateScope, Right, rights_of
from quittance.flows.agreements import dispute, promise
from quittance.flows.approve import Approved, NotYours, OwnWords, approve, prepare, take_back_approved
from quittance.flows.deliver import Delivered, PostOffice, send

TODAY = date(2026, 9, 17)
NOON = at_noon(TODAY)
MANDATE = MandateScope(date(2026, 1, 1), date(2026, 12, 31), up_to_days=20)
BILLS = (
    Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000),
    Bill("F-2", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 50_000),
)


def customer(desk: Desk, person: Person) -> Customer:
    return Customer.objects.get(company=desk.company, reference=person.reference)


def seat(
    desk: Desk, role: str = "owner", mandate: MandateScope | None = None, *, may_send: bool = True
) -> Seat:
    """Somebody of the company; sales people are in charge of Bonpayeur only."""
    member, _ = Member.objects.get_or_create(
        company=desk.company,
        email=f"{role}@x.example",
        defaults={"name": role, "role": role, "rank": 5, "may_send": may_send},
    )
    if role == "sales":
        Customer.objects.filter(pk=customer(desk, BONPAYEUR).pk).update(in_charge=member)
    rights = rights_of(role, may_send=may_send, mandate=mandate, today=TODAY)
    return Seat(desk.company, member, mandate, rights)


def let_go(desk: Desk, who: Seat, *people: Person, at: datetime = NOON, **more) -> Approved:
    ids = [customer(desk, person).pk for person in people]
    return approve(seat=who, customer_ids=ids, today=TODAY, actor=who.role, at=at, **more)


def deliver(desk: Desk, at: datetime) -> Delivered:
    office = PostOffice(
        mailer_of=lambda _: desk.mailer, archive=desk.archive, letters=desk.letters, worker="test:1:1",
        is_dead=lambda _: True, clock=lambda: at, actor="test",
    )  # fmt: skip
    return send(company_ids=[desk.company.pk], office=office, today=at.date())


@pytest.fixture
def late(desk: Desk) -> Desk:
    desk.invoices(*BILLS)
    desk.bank(through=date(2026, 9, 16))
    return desk


def test_it_leaves_after_the_delay_and_not_before(late: Desk):
    approved = let_go(late, seat(late), TARDIF)
    assert approved.leaves_at == NOON + timedelta(minutes=10)
    assert deliver(late, NOON + timedelta(minutes=9)).sent == 0
    assert deliver(late, NOON + timedelta(minutes=10)).sent == 1
    assert late.broken(TODAY) == []


def test_only_those_who_were_chosen_are_written_to(late: Desk):
    let_go(late, seat(late), TARDIF)
    assert in_words(late.day(TODAY, dry_run=True), BONPAYEUR) == "J+10"
    assert in_words(late.day(TODAY, dry_run=True), TARDIF) == "rest: nothing_owed"


def test_until_it_leaves_it_can_be_taken_back_and_is_owed_again(late: Desk):
    who = seat(late)
    [reminder] = let_go(late, who, TARDIF).reminders
    assert take_back_approved(seat=who, reminder_id=reminder.pk, actor="owner", at=NOON) == (1, 0)
    assert deliver(late, NOON + timedelta(hours=1)).sent == 0
    assert in_words(late.day(TODAY, dry_run=True), TARDIF) == "J+10"
    assert take_back_approved(seat=who, reminder_id=reminder.pk, actor="owner", at=NOON) == (0, 0)
    assert late.broken(TODAY) == []


def test_once_it_left_it_is_too_late(late: Desk):
    who = seat(late)
    [reminder] = let_go(late, who, TARDIF).reminders
    deliver(late, NOON + timedelta(minutes=11))
    assert take_back_approved(seat=who, reminder_id=reminder.pk, actor="owner", at=NOON) == (0, 1)


def test_a_batch_is_taken_back_as_one(late: Desk):
    who = seat(late)
    approved = let_go(late, who, TARDIF, BONPAYEUR)
    assert len(approved.reminders) == 2
    assert take_back_approved(seat=who, reminder_id=approved.reminders[1].pk, actor="owner", at=NOON) == (
        2,
        0,
    )


def test_a_second_click_and_a_second_person_send_nothing(late: Desk):
    assert len(let_go(late, seat(late), TARDIF).reminders) == 1
    again = let_go(late, seat(late, "assistant", MANDATE), TARDIF)
    assert (again.reminders, len(again.held_back)) == ((), 1)
    assert deliver(late, NOON + timedelta(hours=1)).sent == 1


def test_who_decides_at_the_same_moment_decides_again(late: Desk, monkeypatch: pytest.MonkeyPatch):
    """The other one writes between the look and the click: the second look sees it."""
    first, second = seat(late), seat(late, "assistant", MANDATE)
    looked = []

    def look_then_wait(**facts):
        found = prepare(**facts)
        if not looked:
            looked.append(True)
            let_go(late, first, TARDIF)
        return found

    monkeypatch.setattr("quittance.flows.approve.prepare", look_then_wait)
    approved = let_go(late, second, TARDIF)
    assert approved.reminders == ()
    assert Message.objects.count() == 1


def test_what_is_sent_is_what_was_read(late: Desk):
    who = seat(late)
    tardif = customer(late, TARDIF)
    [read] = prepare(seat=who, customer_ids=[tardif.pk], today=TODAY)
    late.bank(paid_by(TARDIF, date(2026, 9, 17), 20_000, "F-1"), through=TODAY)
    held = let_go(late, who, TARDIF, seen={tardif.pk: read.seen})
    assert held.reminders == ()
    assert "relisez" in held.held_back[0][1]
    [again] = prepare(seat=who, customer_ids=[tardif.pk], today=TODAY)
    assert len(let_go(late, who, TARDIF, seen={tardif.pk: again.seen}).reminders) == 1


def test_a_person_writes_in_their_own_words_within_the_rules(late: Desk):
    who, tardif = seat(late), customer(late, TARDIF)
    fine = OwnWords("Votre facture F-1", "Bonjour,\r\n\r\nPouvez-vous régler la facture F-1 ?\r\n\r\nMerci.")
    blame = OwnWords("Votre facture F-1", "Bonjour, votre silence est inacceptable.")
    empty = OwnWords("  ", "")
    assert let_go(late, who, TARDIF, own_words={tardif.pk: blame}).reminders == ()
    assert let_go(late, who, TARDIF, own_words={tardif.pk: empty}).reminders == ()
    [reminder] = let_go(late, who, TARDIF, own_words={tardif.pk: fine}).reminders
    message = Message.objects.get(pk=reminder.message_id)
    assert (message.subject, message.body) == (fine.subject, fine.body.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("role", "signs"), [("owner", True), ("sales", True), ("assistant", False), ("reader", False)]
)
def test_who_never_signs_does_not_sign_by_being_in_charge(late: Desk, role: str, signs: bool):
    """An assistant may say who looks after a customer; the message leaves from the company's address all the same."""
    member = seat(late, role).member
    Customer.objects.filter(pk=customer(late, TARDIF).pk).update(in_charge=member)
    let_go(late, seat(late), TARDIF)
    assert (Message.objects.get().sender_email == member.email) is signs


def test_a_subject_is_one_line_and_a_message_has_an_end(late: Desk):
    who, tardif = seat(late), customer(late, TARDIF)
    body = "Bonjour,\n\nPouvez-vous régler la facture F-1 ?\n\nMerci."
    for words in (OwnWords("é" * 251, body), OwnWords("Votre facture F-1", body + " Merci." * 3_000)):
        held_back = let_go(late, who, TARDIF, own_words={tardif.pk: words}).held_back
        assert "trop long" in held_back[0][1]
    forged = OwnWords("Votre facture F-1\r\nBcc: autre@voleur.example", body)
    [reminder] = let_go(late, who, TARDIF, own_words={tardif.pk: forged}).reminders
    message = Message.objects.get(pk=reminder.message_id)
    assert message.subject == "Votre facture F-1 Bcc: autre@voleur.example"
    assert deliver(late, NOON + timedelta(minutes=15)).sent == 1


@pytest.mark.parametrize("between", ["promise", "dispute", "pause", "payment"])
def test_what_comes_before_it_leaves_takes_it_back(late: Desk, between: str):
    who, tardif, soon = seat(late), customer(late, TARDIF), NOON + timedelta(minutes=5)
    [reminder] = let_go(late, who, TARDIF).reminders
    if between == "promise":
        promise(
            seat=who, customer=tardif, amount_cents=120_000, promised_on=date(2026, 9, 25), said_by="", channel="call",
            today=TODAY, actor="owner", at=soon,
        )  # fmt: skip
    elif between == "dispute":
        receivables = reminder.items.values_list("receivable_id", flat=True)
        dispute(
            seat=who, customer=tardif, receivable_ids=receivables, category="quality", text="rayée", today=TODAY,
            actor="owner", at=soon,
        )  # fmt: skip
    elif between == "pause":
        late.pause(TARDIF, on=TODAY, until=TODAY, reason="accord")
    else:
        late.bank(paid_by(TARDIF, TODAY, 120_000, "F-1"), through=TODAY)
    run = deliver(late, NOON + timedelta(minutes=11))
    assert (run.sent, run.taken_back) == (0, 1)
    assert late.broken(TODAY) == []


# Who may send what. The reminder of 17 September is J+10, the one of 7 October is the formal notice.
GUARD = [
    ("owner", None, True, "J+10", ""),
    ("owner", None, True, "J+30", ""),
    ("assistant", MANDATE, True, "J+10", ""),
    ("assistant", replace(MANDATE, up_to_days=5), True, "J+10", "jusqu'à l'étape J+5"),
    ("assistant", replace(MANDATE, max_invoice_cents=100_000), True, "J+10", "s'arrête aux factures"),
    ("assistant", replace(MANDATE, signs_as=-1), True, "J+10", "au nom de cette personne"),
    ("assistant", replace(MANDATE, up_to_days=60), True, "J+30", "mise en demeure"),
    ("sales", None, True, "J+10", "not theirs"),
]


@pytest.mark.parametrize(("role", "mandate", "may_send", "step", "why_not"), GUARD)
def test_the_guard_holds_in_the_act_itself(late: Desk, role, mandate, may_send, step, why_not):
    on = TODAY if step == "J+10" else date(2026, 10, 7)
    late.bank(through=on - timedelta(days=1))
    who = seat(late, role, mandate, may_send=may_send)
    approved = approve(
        seat=who, customer_ids=[customer(late, TARDIF).pk], today=on, actor=role, at=at_noon(on)
    )
    assert len(approved.reminders) == (0 if why_not else 1)
    if why_not == "not theirs":
        assert approved.held_back == ()  # they are not even told of it
    elif why_not:
        assert why_not in approved.held_back[0][1]


def test_sales_people_send_to_their_own_customers_where_they_may(late: Desk):
    who = seat(late, "sales")
    assert len(let_go(late, who, TARDIF, BONPAYEUR).reminders) == 1
    other = Seat(late.company, who.member, None, who.rights - {Right.REMIND})
    with pytest.raises(NotYours):
        let_go(late, other, BONPAYEUR)


def test_sales_people_take_back_no_reminder_of_others(late: Desk):
    [reminder] = let_go(late, seat(late), TARDIF).reminders
    assert take_back_approved(seat=seat(late, "sales"), reminder_id=reminder.pk, actor="s", at=NOON) == (0, 0)


def test_a_company_takes_back_nothing_of_another(late: Desk, neighbour: Desk):
    [reminder] = let_go(late, seat(late), TARDIF).reminders
    assert take_back_approved(seat=seat(neighbour), reminder_id=reminder.pk, actor="s", at=NOON) == (0, 0)


def test_a_call_is_not_sent(late: Desk):
    called_on = date(2026, 10, 2)
    late.bank(through=date(2026, 10, 1))
    approved = approve(
        seat=seat(late),
        customer_ids=[customer(late, TARDIF).pk],
        today=called_on,
        actor="o",
        at=at_noon(called_on),
    )
    assert approved.reminders == ()
    assert "appel" in approved.held_back[0][1]
