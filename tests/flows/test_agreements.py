"""What is agreed with a customer: promises, disputes, calls; each says when reminders rest and what ends it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cast import TARDIF, Bill, Desk, at_noon, in_words, paid_by
from flows.test_approve import MANDATE, customer, seat
from quittance.collection.models import Dispute, Reminder
from quittance.collection.operations import (
    DisputeRefused,
    PromiseRefused,
    settle_dispute,
    withdraw_promise,
)
from quittance.collection.queries import disputes_of, promises_of
from quittance.correspondence.models import Message
from quittance.correspondence.operations import CallRefused, file_invoice
from quittance.domain.reminders import Action
from quittance.flows.agreements import CallTold, call, dispute, later, promise
from quittance.payments.models import Receivable

TODAY = date(2026, 9, 17)  # Thursday, ten days after the due date
FRIDAY_AFTER = date(2026, 9, 25)


@pytest.fixture
def late(desk: Desk) -> Desk:
    desk.invoices(
        Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000),
        Bill("F-2", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 30_000),
    )
    desk.bank(through=date(2026, 9, 16))
    return desk


def decided(desk: Desk, on: date, *, read: bool = True) -> str:
    if read and desk.read_on is not None and desk.read_on < on - timedelta(days=1):
        desk.bank(through=on - timedelta(days=1))
    return in_words(desk.day(on, dry_run=True), TARDIF)


def promised(desk: Desk, cents: int = 150_000, on: date = FRIDAY_AFTER, who=None):
    return promise(
        seat=who or seat(desk), customer=customer(desk, TARDIF), amount_cents=cents, promised_on=on,
        said_by="Mme Tardif", channel="call", today=TODAY, actor="owner", at=at_noon(TODAY),
    )  # fmt: skip


def receivable(desk: Desk, number: str) -> int:
    return Receivable.objects.get(company=desk.company, installment__invoice__number=number).pk


def disputed(desk: Desk, *numbers: str, who=None) -> Dispute:
    return dispute(
        seat=who or seat(desk), customer=customer(desk, TARDIF), receivable_ids=[receivable(desk, n) for n in numbers],
        category="quality", text="Deux étagères rayées", today=TODAY, actor="owner", at=at_noon(TODAY),
    )  # fmt: skip


def called(desk: Desk, outcome: str, day: date = TODAY, **told):
    return call(
        seat=seat(desk), customer=customer(desk, TARDIF), told=CallTold(outcome, contact_name="Mme Tardif", **told),
        today=day, actor="owner", at=at_noon(day),
    )  # fmt: skip


def test_a_promise_rests_until_the_working_day_after_it(late: Desk):
    promised(late)
    assert decided(late, TODAY) == "rest: promised"
    assert decided(late, FRIDAY_AFTER) == "rest: promised"
    assert decided(late, date(2026, 9, 28)) == "J+20"
    assert [
        one.state for one in promises_of(late.company.pk, customer(late, TARDIF).pk, date(2026, 9, 28))
    ] == ["broken"]
    assert late.broken(TODAY) == []


def test_a_broken_promise_is_a_reason_to_write(late: Desk):
    promised(late)
    late.bank(paid_by(TARDIF, date(2026, 9, 22), 30_000, "F-2"), through=FRIDAY_AFTER)
    [action] = late.day(date(2026, 9, 28), dry_run=True).actions
    assert isinstance(action.outcome, Action)
    words = action.outcome.reasons[0].sentence.replace("\u202f", " ").replace("\u00a0", " ")
    assert words == "Promesse du 25/09/2026 non tenue : 300,00 € reçus sur 1 500,00 €."


def test_nobody_is_told_of_a_broken_promise_before_the_bank_was_read(late: Desk):
    promised(late)
    late.bank(through=date(2026, 9, 24))
    assert decided(late, date(2026, 9, 28), read=False) == "rest: bank_stale"


def test_a_promise_that_was_kept_holds_nothing_back(late: Desk):
    promised(late, 30_000)
    late.bank(paid_by(TARDIF, date(2026, 9, 21), 30_000, "F-2"), through=date(2026, 9, 21))
    assert decided(late, date(2026, 9, 22)) == "J+10"
    [seen] = promises_of(late.company.pk, customer(late, TARDIF).pk, date(2026, 9, 22))
    assert seen.state == "kept"


def test_the_last_word_of_the_customer_counts(late: Desk):
    promised(late, on=date(2026, 9, 18))
    promised(late, on=FRIDAY_AFTER)
    assert decided(late, date(2026, 9, 22)) == "rest: promised"
    states = [one.state for one in promises_of(late.company.pk, customer(late, TARDIF).pk, TODAY)]
    assert states == ["open", "moved"]


def test_a_promise_is_withdrawn_once(late: Desk):
    row = promised(late)
    withdraw_promise(company_id=late.company.pk, promise_id=row.pk, actor="owner", at=at_noon(TODAY))
    assert decided(late, TODAY) == "J+10"
    with pytest.raises(PromiseRefused):
        withdraw_promise(company_id=late.company.pk, promise_id=row.pk, actor="owner", at=at_noon(TODAY))


def test_an_assistant_grants_what_the_mandate_lets_them(late: Desk):
    who = seat(late, "assistant", MANDATE)
    promised(late, on=TODAY + timedelta(days=15), who=who)
    with pytest.raises(PromiseRefused, match="15 jours"):
        promised(late, on=TODAY + timedelta(days=16), who=who)


@pytest.mark.parametrize(("cents", "on"), [(150_000, date(2026, 9, 16)), (0, FRIDAY_AFTER)])
def test_what_is_no_promise(late: Desk, cents: int, on: date):
    with pytest.raises(PromiseRefused):
        promised(late, cents, on)


def test_only_what_is_disputed_rests(late: Desk):
    row = disputed(late, "F-2")
    [action] = late.day(TODAY, dry_run=True).actions
    assert [debt.number for debt in action.outcome.debts] == ["F-1"]
    assert row.answer_by_on == date(2026, 10, 1)
    disputed(late, "F-1")
    assert decided(late, TODAY) == "rest: disputed"
    assert late.broken(TODAY) == []


def test_a_settled_dispute_is_reminded_again(late: Desk):
    row = disputed(late, "F-1", "F-2")
    settled = {
        "company_id": late.company.pk,
        "dispute_id": row.pk,
        "outcome": "refused",
        "text": "Livré signé",
    }
    settle_dispute(**settled, actor="owner", at=at_noon(TODAY))
    assert decided(late, TODAY) == "J+10"
    with pytest.raises(DisputeRefused):
        settle_dispute(**settled, actor="owner", at=at_noon(TODAY))
    assert [one.outcome for one in disputes_of(late.company.pk, customer(late, TARDIF).pk)] == ["refused"]


def test_what_cannot_be_disputed(late: Desk, neighbour: Desk):
    neighbour.invoices(Bill("N-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 1_000))
    disputed(late, "F-1")
    with pytest.raises(DisputeRefused, match="déjà en litige"):
        disputed(late, "F-1")
    with pytest.raises(DisputeRefused, match="au moins une"):
        disputed(late)
    theirs = Receivable.objects.get(company=neighbour.company).pk
    with pytest.raises(DisputeRefused, match="n'est plus due"):
        dispute(
            seat=seat(late), customer=customer(late, TARDIF), receivable_ids=[theirs], category="other", text="",
            today=TODAY, actor="owner", at=at_noon(TODAY),
        )  # fmt: skip


def test_later_comes_back_on_the_working_day(late: Desk):
    back = later(
        seat=seat(late), customer=customer(late, TARDIF), again_on=date(2026, 9, 19), today=TODAY, actor="o",
        at=at_noon(TODAY),
    )  # fmt: skip
    assert back == date(2026, 9, 21)
    assert decided(late, date(2026, 9, 18)) == "rest: paused"
    assert decided(late, date(2026, 9, 21)) == "J+10"


# What comes of a call: what rests the same day, and what is owed on a later one.
CALLS = [
    ("promise", {"on": FRIDAY_AFTER, "amount_cents": 150_000}, "rest: promised", date(2026, 9, 28), "J+20"),
    ("paid", {}, "rest: claims_paid", date(2026, 9, 23), "J+10"),
    ("awaiting_approval", {"on": date(2026, 9, 21)}, "rest: paused", date(2026, 9, 22), "J+10"),
    ("no_answer", {}, "rest: call_again", date(2026, 9, 18), "again"),
    ("callback", {"on": date(2026, 9, 22)}, "rest: call_again", date(2026, 9, 22), "again"),
    ("voicemail", {}, "rest: call_again", date(2026, 9, 22), "again"),
    ("refuses", {"text": "Ne paiera pas"}, "J+10", date(2026, 9, 28), "J+20"),
    ("wrong_number", {}, "J+10", date(2026, 9, 28), "J+20"),
]


@pytest.mark.parametrize(
    ("outcome", "told", "the_same_day", "then", "owed"), CALLS, ids=lambda one: str(one)[:9]
)
def test_what_comes_of_a_call(late: Desk, outcome, told, the_same_day, then, owed):
    called(late, outcome, **told)
    assert decided(late, TODAY) == the_same_day
    assert decided(late, then) == owed
    assert late.broken(TODAY) == []


def test_a_call_that_was_agreed_and_not_made_lets_the_plan_go_on(late: Desk):
    called(late, "callback", on=date(2026, 9, 18))
    assert decided(late, date(2026, 9, 22)) == "again"
    assert decided(late, date(2026, 9, 23)) == "J+10"


def test_the_next_call_ends_the_one_that_was_agreed(late: Desk):
    called(late, "no_answer")
    called(late, "refuses", day=date(2026, 9, 18))
    assert decided(late, date(2026, 9, 18)) == "J+10"


def test_the_call_of_the_plan_is_done_by_a_call(late: Desk):
    on = date(2026, 10, 2)
    assert decided(late, on) == "J+25"
    called(late, "refuses", day=on)
    [reminder] = Reminder.objects.all()
    assert (reminder.step, reminder.channel, reminder.message) == ("J+25", "call", None)
    assert decided(late, on) == "rest: nothing_owed"


def test_a_dispute_by_telephone(late: Desk):
    called(late, "dispute", receivable_ids=(receivable(late, "F-1"),), category="price", text="Trop cher")
    [action] = late.day(TODAY, dry_run=True).actions
    assert [debt.number for debt in action.outcome.debts] == ["F-2"]


def test_invoices_asked_for_again_leave_where_they_are_filed(late: Desk):
    file_invoice(
        company_id=late.company.pk, customer_id=customer(late, TARDIF).pk, number="F-1", name="F-1.pdf",
        sha256=late.archive.put(b"%PDF"), actor="owner", at=at_noon(TODAY),
    )  # fmt: skip
    done = called(late, "resend")
    assert done.copies == 1
    assert "F-2" in done.to_do
    [message] = Message.objects.all()
    assert [document.name for document in message.documents.all()] == ["F-1.pdf"]
    assert "F-1" in message.body
    assert message.leaves_at == at_noon(TODAY) + timedelta(minutes=10)
    assert decided(late, TODAY) == "J+10"


@pytest.mark.parametrize(
    ("role", "limits", "told"),
    [
        ("sales", None, "Votre rôle ne permet pas"),
        ("assistant", {"max_invoice_cents": 100}, "Votre mandat s'arrête aux factures de"),
        ("assistant", {"signs_as": 0}, "au nom de cette personne"),
        ("assistant", {}, ""),
    ],
)
def test_copies_are_sent_by_who_may_write_to_customers(late: Desk, role: str, limits: dict | None, told: str):
    file_invoice(
        company_id=late.company.pk, customer_id=customer(late, TARDIF).pk, number="F-1", name="F-1.pdf",
        sha256=late.archive.put(b"%PDF"), actor="owner", at=at_noon(TODAY),
    )  # fmt: skip
    mandate = None if limits is None else replace(MANDATE, **limits)
    who = seat(late, role, mandate, may_send=False)
    done = call(
        seat=who, customer=customer(late, TARDIF), told=CallTold("resend"), today=TODAY, actor=role,
        at=at_noon(TODAY),
    )  # fmt: skip
    assert Message.objects.count() == (0 if told else 1)
    assert told in done.to_do


def test_a_call_that_is_refused_leaves_nothing_behind(late: Desk):
    with pytest.raises(CallRefused):
        called(late, "callback", on=TODAY)
    with pytest.raises(PromiseRefused):
        call(
            seat=seat(late), customer=customer(late, TARDIF), today=TODAY, actor="owner", at=at_noon(TODAY),
            told=CallTold("promise", on=date(2026, 9, 1), amount_cents=100),
        )  # fmt: skip
    assert decided(late, TODAY) == "J+10"
    assert late.broken(TODAY) == []
