"""What was agreed with a customer: promises, disputes, calls to make again. Tables in business words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.test_reminders import day, day_or_none, debts_of, next_of, table, told
from quittance.collection.plans import STANDARD
from quittance.domain.access import MandateScope, why_not_promised
from quittance.domain.reminders import (
    Account,
    Action,
    DisputeOpen,
    PauseUntil,
    PromiseMade,
    Rest,
    Restraint,
    next_action,
)
from quittance.domain.texts.render import rest_sentence

# One debt of 1,200.00 due on Monday 2 March 2026, nothing done yet; the bank was read today unless said otherwise.
# A promise: its day, and of 1,200.00 promised what came since; a call: the day on which to call again.

AGREED = table("""
what                                        today   but                                  -> outcome                next

promised for tomorrow                       03-12   promise 03-13                        -> rest promised          03-16
promised for today                          03-13   promise 03-13                        -> rest promised          03-16
a working day later                         03-16   promise 03-13                        -> J+10                   -
promised for a Saturday: Monday is the day  03-16   promise 03-14                        -> J+10                   -
the day after Good Friday's promise         04-07   promise 04-03                        -> J+30                   -
not kept, the bank not read so far          03-16   promise 03-13, bank 03-12            -> rest bank_stale        -
not kept, the bank read to that day         03-16   promise 03-13, bank 03-13            -> J+10                   -
kept in full before its day                 03-12   promise 03-13, received 120000       -> J+10                   -
more than promised                          03-12   promise 03-13, received 120001       -> J+10                   -
a cent short                                03-12   promise 03-13, received 119999       -> rest promised          03-16
kept, the bank not read so far              03-16   promise 03-16, received 120000, bank 03-13  -> J+10            -
promised, and paused for longer             03-12   promise 03-13, pause 03-20           -> rest paused            03-23
says it is paid                             03-12   paid 03-17                           -> rest claims_paid       03-18
disputed                                    03-12   dispute FA-1                         -> rest disputed          -
disputed and promised                       03-12   dispute FA-1, promise 03-13          -> rest disputed          -
another one disputed                        03-12   dispute FA-9                         -> J+10                   -
to call tomorrow                            03-12   call 03-13                           -> rest call_again        03-13
to call on a Sunday                         03-12   call 03-15                           -> rest call_again        03-16
to call today                               03-12   call 03-12                           -> again                  -
to call yesterday                           03-13   call 03-12                           -> again                  -
nobody called in two working days           03-16   call 03-12                           -> again                  -
then the plan goes on                       03-17   call 03-12                           -> J+10                   -
to call today, a Saturday                   03-14   call 03-14                           -> rest weekend           03-16
to call today, but promised since           03-12   call 03-12, promise 03-13            -> rest promised          03-16
to call today, the bank not read            03-12   call 03-12, bank never               -> rest bank_never        -
to call on the due date: a day later        03-02   call 03-02                           -> rest nothing_owed      03-03
""")


@pytest.mark.parametrize("row", AGREED, ids=lambda row: row[0])
def test_what_was_agreed_holds_back_or_asks_for_a_call(row):
    _, today, but, outcome, next_on = (cell.strip() for cell in row)
    facts = dict(fact.split() for fact in but.split(", "))
    account = Account(
        1,
        debts_of("03-02", "30", "-"),
        pause=PauseUntil(day(facts["pause"]), "accord")
        if "pause" in facts
        else PauseUntil(day(facts["paid"]), "Dit avoir payé", "claims_paid")
        if "paid" in facts
        else None,
        promise=PromiseMade(day(facts["promise"]), 120_000, int(facts.get("received", 0)))
        if "promise" in facts
        else None,
        dispute=DisputeOpen(frozenset({int(facts["dispute"][3:])}), day("03-10"), day("03-20"))
        if "dispute" in facts
        else None,
        call_again_on=day(facts["call"]) if "call" in facts else None,
    )
    read_on = facts.get("bank", today)
    restraint = Restraint(None if read_on == "never" else day(read_on))
    found = next_action(account, STANDARD, restraint, day(today))
    assert (told(found), next_of(found)) == (outcome, day_or_none(next_on))
    if isinstance(found, Rest):
        assert rest_sentence(found.code, found.facts, "fr").sentence


def test_only_the_disputed_debts_leave_the_message():
    account = Account(
        1,
        debts_of("03-02,03-03", "30", "J+20,-"),
        dispute=DisputeOpen(frozenset({1}), day("03-10"), day("03-20")),
    )
    found = next_action(account, STANDARD, Restraint(day("03-24")), day("03-24"))
    assert isinstance(found, Action)
    assert ([debt.number for debt in found.debts], found.amount_cents) == (["FA-2"], 120_000)


def test_a_call_that_was_agreed_is_no_step_of_the_plan():
    account = Account(1, debts_of("03-02", "30", "-"), call_again_on=day("03-12"))
    found = next_action(account, STANDARD, Restraint(day("03-12")), day("03-12"))
    assert isinstance(found, Action)
    assert found.covered == ()
    assert found.reasons[0].sentence == "Appel convenu pour le 12/03/2026."


@pytest.mark.parametrize(
    ("received", "words"),
    [(0, "non tenue : rien reçu depuis."), (50_000, "non tenue : 500,00 € reçus sur 1 200,00 €.")],
)
def test_a_broken_promise_is_the_first_reason(received, words):
    account = Account(1, debts_of("03-02", "30", "-"), promise=PromiseMade(day("03-13"), 120_000, received))
    found = next_action(account, STANDARD, Restraint(day("03-16")), day("03-16"))
    assert isinstance(found, Action)
    said = found.reasons[0].sentence.replace("\u202f", " ").replace("\u00a0", " ")
    assert said == f"Promesse du 13/03/2026 {words}"


@pytest.mark.parametrize(
    ("role", "days", "may"),
    [("owner", 90, True), ("sales", 90, True), ("assistant", 15, True), ("assistant", 16, False)],
)
def test_who_may_grant_how_long(role, days, may):
    mandate = MandateScope(day("01-01"), day("12-31"), up_to_days=20) if role == "assistant" else None
    words = why_not_promised(role, mandate, day("03-02") + timedelta(days=days), day("03-02"))
    assert (words == "") == may


@given(
    promised=st.integers(-20, 20), received=st.integers(0, 200_000), again=st.none() | st.integers(-5, 5),
    late=st.integers(-10, 60),
)  # fmt: skip
def test_until_the_day_that_a_rest_names_nothing_is_owed(promised, received, again, late):
    today = day("05-12")
    account = Account(
        1,
        tuple(replace(debt, due_on=today - timedelta(days=late)) for debt in debts_of("03-02", "30", "-")),
        promise=PromiseMade(today + timedelta(days=promised), 120_000, received),
        call_again_on=None if again is None else today + timedelta(days=again),
    )
    found = next_action(account, STANDARD, Restraint(today), today)
    if isinstance(found, Rest) and found.next_on is not None:
        assert found.next_on > today
        on: date = today
        while (on := on + timedelta(days=1)) < found.next_on:
            assert isinstance(next_action(account, STANDARD, Restraint(on), on), Rest)
