"""What is foreseen is what happens when nothing changes: the days are foreseen, then lived, on small books."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from cast import (
    ACTOR,
    BONPAYEUR,
    LITIGE,
    MAIRIE,
    MUET,
    PARTICULIER,
    TARDIF,
    Bill,
    Desk,
    at_noon,
)
from quittance.collection.models import Reminder
from quittance.collection.plan_operations import change_plan
from quittance.collection.plans import CONSUMER, PUBLIC_BUYER, STANDARD
from quittance.company.operations import change_company
from quittance.domain.calendar import is_working_day
from quittance.domain.foresight import foresee
from quittance.domain.reminders import (
    CALL,
    CALL_AGAIN,
    Account,
    Action,
    Debt,
    DisputeOpen,
    PauseUntil,
    Plan,
    PromiseMade,
    Restraint,
    Step,
    next_action,
)
from quittance.flows.foresee import outlook, outlook_kept

FIRST = date(2026, 9, 14)  # a Monday
BILLS = (
    Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000),
    Bill("F-2", TARDIF, date(2026, 8, 20), date(2026, 9, 19), 30_000),
    Bill("F-3", BONPAYEUR, date(2026, 8, 24), date(2026, 9, 23), 45_000),
    Bill("F-4", LITIGE, date(2026, 7, 20), date(2026, 8, 19), 9_900),
    Bill("F-5", LITIGE, date(2026, 9, 10), date(2026, 10, 10), 8_800),
    Bill("F-6", MAIRIE, date(2026, 8, 10), date(2026, 9, 9), 64_000),
    Bill("F-7", PARTICULIER, date(2026, 8, 5), date(2026, 9, 4), 20_000),
    Bill("F-8", MUET, date(2026, 8, 8), date(2026, 9, 7), 77_700),
    Bill("F-9", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 300),  # less than what is worth a message
)


def ready(desk: Desk) -> Desk:
    desk.company = change_company(
        company_id=desk.company.pk, actor=ACTOR, at=at_noon(date(2026, 1, 5)), street="1 rue du Port",
        postcode="69002", mediator="Médiateur, 1 rue de la Paix",
    )  # fmt: skip
    desk.invoices(*BILLS)
    return desk


def foreseen(desk: Desk, **more) -> list[tuple[date, str, str, int]]:
    found = outlook(company=desk.company, today=FIRST, **more)
    return sorted((one.on, one.reference, one.step, one.amount_cents) for one in found.departures)


def lived(desk: Desk, days: int = 30) -> list[tuple[date, str, str, int]]:
    """Live the days one after another, the bank read each morning, and tell what was decided."""
    for rank in range(days + 1):
        desk.morning(FIRST + timedelta(days=rank))
    return sorted(
        (one.decided_on, one.customer.reference, one.step, one.amount_cents)
        for one in Reminder.objects.filter(company=desk.company).select_related("customer")
    )


@pytest.mark.slow
def test_what_is_foreseen_is_what_happens(desk: Desk):
    ready(desk)
    desk.pause(LITIGE, on=FIRST, until=date(2026, 9, 25), reason="accord")
    told = foreseen(desk)
    assert len(told) > 12
    assert {reference for _, reference, _, _ in told} == {"TAR", "BON", "LIT", "MAI", "PAR", "MUE"}
    assert lived(desk) == told


def test_who_has_no_address_is_only_called(desk: Desk):
    ready(desk)
    assert [step for _, reference, step, _ in foreseen(desk) if reference == MUET.reference] == ["J+25"]


def test_nothing_is_foreseen_on_a_day_of_rest(desk: Desk):
    ready(desk)
    found = outlook(company=desk.company, today=FIRST)
    assert all(is_working_day(one.on) for one in found.departures)
    assert len(found.days) == 31
    assert sum(len(departures) for departures in found.by_day().values()) == len(found.departures)


def test_a_plan_that_changes_is_foreseen_as_it_is_now(desk: Desk):
    ready(desk)
    steps = [Step("J+10", 12, "mail", "reminder_1"), Step("", 40, "letter", "formal_notice")]
    change_plan(company_id=desk.company.pk, kind="b2b", steps=steps, actor=ACTOR, at=at_noon(FIRST))
    told = [row[:3] for row in foreseen(desk) if row[1] == TARDIF.reference]
    assert told == [(date(2026, 9, 21), "TAR", "J+10")]  # F-1 is 12 days late on Saturday 19; F-2 comes along


def test_each_sees_what_is_theirs(desk: Desk, neighbour: Desk):
    ready(desk)
    assert foreseen(neighbour) == []
    assert foreseen(desk, in_charge_id=0) == []


def test_what_is_kept_is_never_stale(desk: Desk):
    ready(desk)
    before = outlook_kept(company=desk.company, today=FIRST)
    assert outlook_kept(company=desk.company, today=FIRST) == before
    desk.pause(TARDIF, on=FIRST, until=date(2026, 12, 31), reason="accord")
    after = outlook_kept(company=desk.company, today=FIRST)
    assert TARDIF.reference in {one.reference for one in before.departures}
    assert TARDIF.reference not in {one.reference for one in after.departures}


def test_foreseeing_costs_a_few_queries_and_writes_nothing(desk: Desk):
    ready(desk)
    with CaptureQueriesContext(connection) as queries:
        outlook(company=desk.company, today=FIRST)
    assert len(queries) <= 20
    assert not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in queries)


# ------------------------------------------------------------------ without a database: any customer, any plan
days = st.integers(-100, 60)
PLANS = (
    STANDARD,
    PUBLIC_BUYER,
    CONSUMER,
    Plan(
        (
            Step("J-20", -20, "mail", "before_due"),
            Step("J-7", -7, "mail", "before_due"),
            Step("J+1", 1, "mail"),
        )
    ),
    Plan(
        (Step("J+3", 3, "call"), Step("J+4", 4, "mail"), Step("J+30", 30, "letter")),
        (Step("J+20", 20, "mail"),),
    ),
)


@st.composite
def accounts(draw) -> tuple[Account, Plan]:
    plan = draw(st.sampled_from(PLANS))
    codes = [step.code for step in (*plan.steps, *plan.removed)]
    debts = tuple(
        Debt(
            rank,
            f"F-{rank}",
            FIRST + timedelta(days=draw(days)),
            draw(st.sampled_from([0, 30, 60])),
            draw(st.integers(100, 5_000)),
            frozenset(draw(st.lists(st.sampled_from(codes), max_size=2))),
        )
        for rank in range(draw(st.integers(1, 5)))
    )
    optional = lambda strategy: draw(st.none() | strategy)  # noqa: E731
    on = st.integers(-5, 30).map(lambda day: FIRST + timedelta(days=day))
    account = Account(
        1,
        debts,
        credit_cents=draw(st.sampled_from([0, 0, 0, 2_000])),
        has_address=draw(st.sampled_from([True, True, False])),
        last_message_on=optional(st.integers(1, 20).map(lambda day: FIRST - timedelta(days=day))),
        pause=optional(on.map(lambda day: PauseUntil(day, "accord"))),
        promise=optional(st.builds(PromiseMade, on, st.just(1_000), st.sampled_from([0, 1_000]))),
        dispute=optional(
            st.builds(
                lambda ids: DisputeOpen(frozenset(ids), FIRST, FIRST), st.sets(st.integers(0, 4), min_size=1)
            )
        ),
        call_again_on=optional(on),
    )
    return account, plan


def live(account: Account, plan: Plan, restraint: Restraint, until_on: date) -> list[tuple[date, str, int]]:
    """Every day asked, as the mornings do."""
    told = []
    done = {debt.receivable_id: debt.done for debt in account.debts}
    last_on, again_on = account.last_message_on, account.call_again_on
    today = FIRST
    while today <= until_on:
        debts = tuple(
            Debt(d.receivable_id, d.number, d.due_on, d.term_days, d.open_cents, done[d.receivable_id])
            for d in account.debts
        )
        now = Account(
            1, debts, account.credit_cents, account.has_address, "", last_on, account.pause, None,
            account.promise, account.dispute, again_on,
        )  # fmt: skip
        read = Restraint(
            today, restraint.stale_after_working_days, restraint.minimum_gap_days, restraint.threshold_cents
        )
        outcome = next_action(now, plan, read, today)
        if isinstance(outcome, Action):
            told.append((today, outcome.step.code, outcome.amount_cents))
            for debt in outcome.covered:
                done[debt.receivable_id] |= {outcome.step.code}
            if outcome.step.code == CALL_AGAIN:
                again_on = None
            elif outcome.step.channel != CALL:
                last_on = today
        today += timedelta(days=1)
    return told


@settings(max_examples=200)
@given(accounts(), st.sampled_from([1, 7, 15]), st.sampled_from([0, 500, 3_000]))
def test_looking_only_at_the_days_that_count_misses_nothing(found, gap_days, threshold_cents):
    account, plan = found
    restraint = Restraint(FIRST, minimum_gap_days=gap_days, threshold_cents=threshold_cents)
    until_on = FIRST + timedelta(days=40)
    told = [
        (one.on, one.action.step.code, one.action.amount_cents)
        for one in foresee(account, plan, restraint, from_on=FIRST, until_on=until_on)
    ]
    assert told == live(account, plan, restraint, until_on)
