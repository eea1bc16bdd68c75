"""The morning that is kept: after any act it is what a look at the whole book says."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import TARDIF, Bill, Desk, at_noon, paid_by
from flows.test_random_history import CUSTOMERS, History
from quittance.collection.operations import take_back
from quittance.company.models import Company
from quittance.customers.models import Customer
from quittance.customers.operations import (
    AddressKnown,
    NoSuchContact,
    add_contact,
    add_note,
    change_customer,
    remove_contact,
)
from quittance.customers.queries import CustomerFilter
from quittance.flows.agenda import agenda_of
from quittance.flows.concerned import NAMED, NOBODY, concerned
from quittance.flows.customer_list import ListFilter, customer_list
from quittance.flows.foresee import outlook_kept
from quittance.flows.kept import forget_all
from quittance.flows.morning import mornings
from quittance.interfaces.web.settings.sentences import SENTENCES
from quittance.journal.models import Entry

TODAY = date(2026, 9, 17)
STEPS = 25


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget_all()  # each story has the same company, whose journal ends alike


class Morning(History):
    """A history of which a page is open: after every few acts it is looked at again."""

    def __init__(self, seed: int, letters: Path) -> None:
        super().__init__(seed, letters)
        self.told = {"company_id": self.desk.company.pk, "actor": "hasard"}
        for _ in range(8):
            self.invoice()
        self.read_bank()
        self.today += timedelta(days=30)
        self.read_bank()

    def step(self) -> None:
        [thing] = self.draw.choices(
            [
                self.invoice, self.credit_note, self.customer_pays, self.somebody_pays, self.match, self.confirm,
                self.undo, self.nobodys, self.use_credit, self.take_back_credit, self.day_on_what_is_known, self.send,
                self.pause, self.lift, self.promise, self.withdraw, self.dispute, self.settle, self.call, self.approve,
                self.take_back, self.note, self.contact, self.no_contact, self.rename, self.rules, self.give_up,
                self.time_goes_by,
            ],
            [2] * 27 + [1],
        )  # fmt: skip
        thing()
        self.happened[thing.__name__] += 1

    def note(self) -> None:
        add_note(**self.told, customer_id=self.their_row().pk, text="vu", at=at_noon(self.today))

    def contact(self) -> None:
        email = f"{self.draw.choice('abc')}@client.example"
        with contextlib.suppress(AddressKnown):
            add_contact(
                **self.told,
                customer_id=self.their_row().pk,
                role="billing",
                email=email,
                at=at_noon(self.today),
            )

    def no_contact(self) -> None:
        customer = self.their_row()
        emails = list(customer.contacts.exclude(email="").values_list("email", flat=True))
        with contextlib.suppress(NoSuchContact, IndexError):
            remove_contact(
                **self.told, customer_id=customer.pk, email=self.draw.choice(emails), at=at_noon(self.today)
            )

    def rename(self) -> None:
        name, kind = self.draw.choice(("Alpha", "Bêta")), self.draw.choice(("b2b", "consumer"))
        change_customer(
            **self.told, customer_id=self.their_row().pk, name=name, kind=kind, at=at_noon(self.today)
        )

    def rules(self) -> None:
        cents = self.draw.choice((0, 10_000))
        Company.objects.filter(pk=self.desk.company.pk).update(reminder_threshold_cents=cents)
        self.desk.company.reminder_threshold_cents = cents

    def give_up(self) -> None:
        waiting = self.rows("collection.Reminder", cancelled_at=None, message__state="queued")
        if waiting:
            message_id = self.draw.choice(waiting)["message_id"]
            take_back(**self.told, message_id=message_id, reason="payé", at=at_noon(self.today))

    def look(self) -> None:
        seen = self.pages()
        forget_all()
        assert self.pages() == seen

    def pages(self) -> list[object]:
        """What is kept while the journal stands still."""
        listed = [
            customer_list(
                company=self.desk.company, today=self.today, wanted=ListFilter(CustomerFilter(**which)), sort=sort,
                descending=True,
            )
            for which, sort in (({}, "name"), ({"kind": "b2b"}, "overdue"), ({"without_address": True}, "risk"))
        ]  # fmt: skip
        ahead = outlook_kept(company=self.desk.company, today=self.today)
        return [*mornings([self.seat], self.today), *listed, ahead]


def live(seed: int, letters: Path) -> Counter[str]:
    with transaction.atomic():
        forget_all()
        history = Morning(seed, letters)
        history.look()
        for _ in range(STEPS):
            for _ in range(history.draw.choice((1, 1, 1, 2, 4))):
                history.step()
            history.look()
        transaction.set_rollback(True)
    return history.happened


@pytest.mark.django_db
def test_after_a_few_histories_the_morning_is_what_a_fresh_look_says(tmp_path: Path):
    happened: Counter[str] = Counter()
    for seed in (3, 4):
        happened += live(seed, tmp_path / str(seed))
    assert len(happened) >= 20


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.django_db
@settings(max_examples=2, suppress_health_check=[*HealthCheck])
@given(seed=st.integers(0, 10**9))
def test_after_any_history_the_morning_is_what_a_fresh_look_says(
    seed: int, tmp_path_factory: pytest.TempPathFactory
):
    """A failure prints its seed; `live(seed, ...)` replays it."""
    assert live(seed, tmp_path_factory.mktemp("letters"))


def test_every_kind_of_act_says_whom_it_concerns():
    assert set(NAMED) | NOBODY == set(SENTENCES)
    assert not set(NAMED) & NOBODY


def test_an_unknown_act_concerns_everybody():
    assert concerned(1, [("customers.note_added", {}), ("collection.imagined", {"customer": 1})]) is None


@pytest.fixture
def late(desk: Desk) -> Desk:
    desk.invoices(
        *(
            Bill(f"F-{rank}", one, date(2026, 8, 1), date(2026, 8, 31), 50_000 + rank)
            for rank, one in enumerate(CUSTOMERS)
        )
    )
    desk.statement(paid_by(TARDIF, TODAY, 100, "VIREMENT"), through=TODAY)
    desk.match(TODAY)
    return desk


def act_note(desk: Desk) -> None:
    customer = Customer.objects.get(company=desk.company, reference=TARDIF.reference)
    add_note(company_id=desk.company.pk, customer_id=customer.pk, text="vu", actor="test", at=at_noon(TODAY))


@pytest.mark.parametrize(
    ("act", "customers"),
    [
        (act_note, 0),
        (lambda desk: desk.pause(TARDIF, on=TODAY, until=TODAY, reason="accord"), 1),
        (lambda desk: desk.invoices(Bill("F-9", TARDIF, TODAY, TODAY + timedelta(30), 700)), 1),
        (lambda desk: desk.statement(paid_by(TARDIF, TODAY, 200, "F-1"), through=TODAY + timedelta(1)), 0),
    ],
    ids=["a note", "a pause", "an invoice", "a statement"],
)
def test_an_act_concerns_only_those_it_names(late: Desk, act, customers: int):
    before = Entry.objects.filter(company=late.company).count()
    act(late)
    written = Entry.objects.filter(company=late.company, sequence__gt=before).values_list("kind", "data")
    assert len(concerned(late.company.pk, list(written))) == customers


def test_a_note_has_nobody_looked_at_again(late: Desk, monkeypatch: pytest.MonkeyPatch):
    before = agenda_of(late.company, TODAY)
    act_note(late)
    monkeypatch.setattr("quittance.flows.agenda.look", None)
    assert agenda_of(late.company, TODAY) is before


def test_proposals_that_change_are_journalled(late: Desk):
    """What a customer is called may make another one of a line's possible payers: the agenda has to know."""
    count = Entry.objects.filter(company=late.company).count()
    late.match(TODAY)
    assert Entry.objects.filter(company=late.company).count() == count
    tardif = Customer.objects.filter(company=late.company, reference=TARDIF.reference)
    tardif.update(name="Zzz", payer_names=[], iban="")
    late.match(TODAY)
    assert Entry.objects.filter(company=late.company).count() == count + 1
