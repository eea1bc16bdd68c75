"""A random history of a business, through the real verbs: after each step every invariant holds."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import BONPAYEUR, LITIGE, TARDIF, Bill, Transfer, at_noon, in_words, morel, paid_by
from flows.tables import DERIVED, dump
from flows.test_approve import seat
from quittance.collection.operations import (
    DisputeRefused,
    NoSuchPause,
    PromiseRefused,
    settle_dispute,
    withdraw_promise,
)
from quittance.domain.calendar import next_working_day
from quittance.flows.agreements import CallTold, call, dispute, promise
from quittance.flows.approve import approve, take_back_approved
from quittance.payments.operations import NotAllocated, NothingToUndo

CUSTOMERS = (BONPAYEUR, TARDIF, LITIGE)
START = date(2026, 8, 3)
STEPS = 30
CENTS = (400, 5_000, 12_000, 12_000, 33_333, 120_000)


class History:
    """A desk, a calendar that only goes forward, and what happened so far."""

    def __init__(self, seed: int, letters: Path) -> None:
        self.draw = Random(seed)
        self.desk = morel(letters)
        self.desk.customers(*CUSTOMERS)
        self.today = START
        self.bills: list[Bill] = []
        self.received: list[Transfer] = []
        self.happened: Counter[str] = Counter()
        self.seat = seat(self.desk)

    def step(self) -> None:
        """Do one thing, often what a morning is made of, and check everything."""
        things: dict[Callable[[], None], int] = {
            self.invoice: 12,
            self.credit_note: 2,
            self.customer_pays: 6,
            self.somebody_pays: 2,
            self.match: 4,
            self.confirm: 4,
            self.undo: 2,
            self.nobodys: 2,
            self.use_credit: 2,
            self.take_back_credit: 2,
            self.morning: 20,
            self.day_on_what_is_known: 4,
            self.send: 16,
            self.time_goes_by: 4,
            self.pause: 4,
            self.lift: 2,
            self.promise: 3,
            self.withdraw: 1,
            self.dispute: 3,
            self.settle: 1,
            self.call: 1,
            self.approve: 4,
            self.take_back: 1,
        }
        [thing] = self.draw.choices(list(things), list(things.values()))
        thing()
        self.happened[thing.__name__] += 1
        assert self.desk.broken(self.today) == []
        self.each_step_is_taken_once()
        self.messages_keep_their_distance()
        self.money_is_somewhere_once()

    # --- What happens

    def invoice(self) -> None:
        issued = self.today - timedelta(days=self.draw.choice((0, 15, 20, 22, 25, 40, 52)))
        due = issued + timedelta(days=self.draw.choice((10, 30, 30)))
        self.bring_in(Bill(f"F-{len(self.bills):03}", self.somebody(), issued, due, self.some_cents()))

    def credit_note(self) -> None:
        number = f"AV-{len(self.bills):03}"
        self.bring_in(
            Bill(number, self.somebody(), self.today, self.today, self.some_cents(), credit_note=True)
        )

    def bring_in(self, bill: Bill) -> None:
        self.bills.append(bill)
        assert self.desk.invoices(bill).new == 1
        assert self.desk.invoices(bill).new == 0

    def customer_pays(self) -> None:
        """In part, exactly, too much, again; with the number or without."""
        if not self.bills:
            return
        bill = self.draw.choice(self.bills)
        words = self.draw.choice((*(f"FACTURE {bill.number}",) * 4, "VIREMENT"))
        cents = bill.total_cents * self.draw.choice((50, 100, 100, 150)) // 100
        self.read_bank(paid_by(bill.customer, self.today, cents, words))

    def somebody_pays(self) -> None:
        self.read_bank(Transfer(self.today, self.some_cents(), "VIREMENT", "INCONNU AU BATAILLON"))

    def read_bank(self, *transfers: Transfer) -> None:
        """A new statement overlaps the last one, as a bank's download does."""
        overlap = [one for one in self.received if one.on >= self.today - timedelta(days=10)]
        self.received += transfers
        assert self.desk.statement(*overlap, *transfers, through=self.today).new == len(transfers)
        assert self.desk.statement(*overlap, *transfers, through=self.today).new == 0

    def match(self) -> None:
        self.desk.match(self.today)
        before = dump(without=DERIVED)
        assert self.desk.match(self.today).allocated == 0
        assert dump(without=DERIVED) == before

    def confirm(self) -> None:
        waiting = [row for row in self.desk.lines() if row.state == "proposed" and row.allocations]
        if waiting:
            # Another line may have taken the invoice meanwhile: that is said, and nothing changes.
            with contextlib.suppress(NotAllocated):
                self.desk.confirm(self.draw.choice(waiting).line_id, on=self.today)

    def undo(self) -> None:
        paying = [row for row in self.desk.lines() if row.state == "allocated"]
        if paying:
            line = self.draw.choice(paying).line_id
            self.desk.undo(line, on=self.today)
            with pytest.raises(NothingToUndo):
                self.desk.undo(line, on=self.today)

    def nobodys(self) -> None:
        waiting = [row for row in self.desk.lines() if row.state != "allocated" and not row.set_aside]
        if waiting:
            self.desk.nobodys(self.draw.choice(waiting).line_id, "vente de matériel", on=self.today)

    def use_credit(self) -> None:
        with contextlib.suppress(NotAllocated):
            self.desk.use_credit(self.somebody(), on=self.today)

    def take_back_credit(self) -> None:
        with contextlib.suppress(NothingToUndo):
            self.desk.take_back_credit(self.somebody(), on=self.today)

    def time_goes_by(self) -> None:
        self.today += timedelta(days=self.draw.choice((1, 1, 2, 3, 6)))

    def morning(self) -> None:
        """The next working day or a later one, all that waits being explained by hand."""
        self.time_goes_by()
        self.today = next_working_day(self.today)
        self.read_bank()
        self.desk.match(self.today)
        self.confirm()
        self.nobodys()
        if self.draw.random() < 0.4:
            self.approve()
        self.day_on_what_is_known()
        if self.draw.random() < 0.5:  # else something comes between, and the last look has its say
            self.send()

    def day_on_what_is_known(self) -> None:
        imagined = self.desk.day(self.today, dry_run=True)
        decided = self.desk.day(self.today)
        assert [in_words(imagined, one) for one in CUSTOMERS] == [in_words(decided, one) for one in CUSTOMERS]
        assert self.desk.day(self.today).actions == ()
        self.happened.update(one.outcome.step.code for one in decided.actions)
        self.happened.update(one.outcome.code for one in decided.rests)

    def send(self) -> None:
        earlier = {one["id"] for one in self.rows("correspondence.Message", state="sent")}
        self.happened["taken back"] += self.desk.send(self.today).taken_back
        left = [one for one in self.rows("correspondence.Message", state="sent") if one["id"] not in earlier]
        assert all(self.was_right(message) for message in left)
        assert len(self.desk.mails) == len(earlier) + len(left)
        assert self.desk.send(self.today).sent == 0
        self.happened["sent"] += len(left)

    def pause(self) -> None:
        until = self.today + timedelta(days=self.draw.choice((0, 5, 20)))
        self.desk.pause(self.somebody(), on=self.today, until=until, reason="accord")

    def lift(self) -> None:
        with contextlib.suppress(NoSuchPause):
            self.desk.lift_pause(self.somebody(), on=self.today)

    def promise(self) -> None:
        promise(
            seat=self.seat, customer=self.their_row(), amount_cents=self.some_cents(),
            promised_on=self.today + timedelta(days=self.draw.choice((0, 2, 9))), said_by="", channel="call",
            today=self.today, actor="hasard", at=at_noon(self.today),
        )  # fmt: skip

    def withdraw(self) -> None:
        promises = self.rows("collection.Promise", withdrawn_at=None)
        if promises:
            chosen = self.draw.choice(promises)["id"]
            told = {"company_id": self.desk.company.pk, "promise_id": chosen, "actor": "hasard"}
            withdraw_promise(**told, at=at_noon(self.today))
            with pytest.raises(PromiseRefused):
                withdraw_promise(**told, at=at_noon(self.today))

    def dispute(self) -> None:
        customer = self.their_row()
        theirs = [one["id"] for one in self.rows("payments.Receivable", customer=customer, open_cents__gt=0)]
        with contextlib.suppress(DisputeRefused):  # nothing is owed, or it is disputed already
            dispute(
                seat=self.seat, customer=customer, receivable_ids=theirs[: self.draw.choice((1, 2))],
                category="quality", text="", today=self.today, actor="hasard", at=at_noon(self.today),
            )  # fmt: skip

    def settle(self) -> None:
        disputes = self.rows("collection.Dispute", settled_at=None)
        if disputes:
            settle_dispute(
                company_id=self.desk.company.pk, dispute_id=self.draw.choice(disputes)["id"], outcome="refused",
                text="", actor="hasard", at=at_noon(self.today),
            )  # fmt: skip

    def call(self) -> None:
        outcome = self.draw.choice(("paid", "refuses", "wrong_number", "resend"))
        call(
            seat=self.seat, customer=self.their_row(), told=CallTold(outcome), today=self.today, actor="hasard",
            at=at_noon(self.today),
        )  # fmt: skip

    def approve(self) -> None:
        """A person lets some reminders go; a second click does nothing more."""
        ids = [self.their_row().pk for _ in range(3)]
        told = {"seat": self.seat, "customer_ids": ids, "today": self.today, "actor": "hasard"}
        approved = approve(**told, at=at_noon(self.today))
        assert approve(**told, at=at_noon(self.today)).reminders == ()
        self.happened["approved"] += len(approved.reminders)
        if approved.reminders and self.draw.random() < 0.7:
            self.take_back()

    def take_back(self) -> None:
        waiting = self.rows("collection.Reminder", cancelled_at=None, message__state="queued")
        if waiting:
            told = {"seat": self.seat, "reminder_id": self.draw.choice(waiting)["id"], "actor": "hasard"}
            assert take_back_approved(**told, at=at_noon(self.today))[0] >= 1
            assert take_back_approved(**told, at=at_noon(self.today))[0] == 0
            self.happened["undone"] += 1

    def their_row(self) -> Any:
        return apps.get_model("customers.Customer").objects.get(
            company=self.desk.company, reference=self.somebody().reference
        )

    def somebody(self) -> Any:
        return self.draw.choice(CUSTOMERS)

    def some_cents(self) -> int:
        return self.draw.choice(CENTS)

    # --- What must be true

    def each_step_is_taken_once(self) -> None:
        items = self.rows("collection.ReminderItem", cancelled_at=None, is_new=True)
        taken = Counter((item["receivable_id"], item["step"]) for item in items)
        assert set(taken.values()) <= {1}

    def messages_keep_their_distance(self) -> None:
        days: dict[int, list[date]] = {}
        for reminder in self.rows("collection.Reminder", cancelled_at=None, message__isnull=False):
            days.setdefault(reminder["customer_id"], []).append(reminder["decided_on"])
        for said in days.values():
            said.sort()
            assert all((later - earlier).days >= 7 for earlier, later in itertools.pairwise(said))

    def money_is_somewhere_once(self) -> None:
        payments = self.rows("payments.Payment", undone_at=None)
        for one in payments:
            put = one["allocated_cents"] + one["refunded_cents"] + one["credit_cents"]
            assert one["amount_cents"] == put
        lines = Counter(one["bank_line_id"] for one in payments if one["bank_line_id"])
        assert set(lines.values()) <= {1}
        asked = sum(bill.total_cents for bill in self.bills if not bill.credit_note)
        left = sum(one["open_cents"] for one in self.rows("payments.Receivable"))
        assert asked == sum(one["allocated_cents"] for one in payments) + left
        seen = sum(row["amount_cents"] for row in self.rows("payments.BankLine"))
        assert sum(one.cents for one in self.received) == seen

    def was_right(self, message: dict[str, Any]) -> bool:
        """Right after it left: what it covers is still open, and its customer is under no pause."""
        paused = {
            one["customer_id"]
            for one in self.rows("collection.Pause", lifted_at=None)
            if one["from_on"] <= self.today <= one["until_on"]
        }
        open_cents = {one["id"]: one["open_cents"] for one in self.rows("payments.Receivable")}
        items = self.rows("collection.ReminderItem", reminder__message_id=message["id"])
        if not items:
            return True  # copies of invoices, which a customer asked for
        [reminder] = self.rows("collection.Reminder", message_id=message["id"])
        promised = self.rows(
            "collection.Promise", customer_id=message["customer_id"], withdrawn_at=None, at__gt=reminder["at"]
        )
        disputed = set(
            apps.get_model("collection.Dispute")
            .objects.filter(settled_at=None)
            .values_list("receivables", flat=True)
        )
        if promised or disputed & {item["receivable_id"] for item in items}:
            return False
        return message["customer_id"] not in paused and all(
            open_cents[item["receivable_id"]] == item["open_cents"] > 0 for item in items
        )

    def rows(self, label: str, **which: Any) -> list[dict[str, Any]]:
        return list(apps.get_model(label).objects.filter(**which).order_by("pk").values())


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=3, suppress_health_check=[*HealthCheck])
@given(seed=st.integers(0, 10**9))
def test_any_history_keeps_every_invariant(seed: int, tmp_path_factory: pytest.TempPathFactory):
    """A failure prints its seed; `History(seed, ...)` replays it step by step."""
    with transaction.atomic():
        history = History(seed, tmp_path_factory.mktemp("letters"))
        for _ in range(STEPS):
            history.step()
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.django_db
def test_histories_are_eventful_enough_to_prove_something(tmp_path: Path):
    happened: Counter[str] = Counter()
    for seed in (5, 8, 13, 21):
        with transaction.atomic():
            history = History(seed, tmp_path / str(seed))
            for _ in range(90):
                history.step()
            transaction.set_rollback(True)
        happened += history.happened
    assert happened["sent"] >= 8
    seen = (
        "taken back",
        "undo",
        "nobodys",
        "use_credit",
        "J+10",
        "J+20",
        "J+30",
        "credit_unmatched",
        "paused",
        "approved",
        "undone",
        "promised",
        "disputed",
    )
    assert [what for what in seen if not happened[what]] == []
