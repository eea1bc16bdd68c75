"""Which step is owed, or why nothing is sent: tables in business words, then what holds for any book."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.collection.plans import CONSUMER, PUBLIC_BUYER, STANDARD
from quittance.domain.calendar import is_working_day
from quittance.domain.reminders import (
    Account,
    Action,
    Debt,
    PauseUntil,
    Plan,
    Rest,
    Restraint,
    Step,
    deadline_on,
    next_action,
)
from quittance.domain.texts import library
from quittance.domain.texts.render import rest_sentence

PLANS = {"b2b": STANDARD, "public": PUBLIC_BUYER, "consumer": CONSUMER}


def day(text: str) -> date:
    """`03-12` is 12 March 2026; a year may be given."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def day_or_none(text: str) -> date | None:
    return None if text == "-" else day(text)


def table(text: str) -> list[list[str]]:
    """The rows of a table, columns separated by two spaces or more, its heading left out."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [[cell for cell in line.replace("->", "  ").split("  ") if cell.strip()] for line in lines[1:]]


def told(outcome: Action | Rest) -> str:
    return outcome.step.code if isinstance(outcome, Action) else f"rest {outcome.code}"


def next_of(outcome: Action | Rest) -> date | None:
    return outcome.next_on if isinstance(outcome, Rest) else None


def debts_of(due: str, term: str, done: str) -> tuple[Debt, ...]:
    """`03-02,03-12` with `J+10,-`: two debts, the first with a step done; `J-7/J+10`: two steps done."""
    steps = done.split(",") if "," in done else [done] * len(due.split(","))
    return tuple(
        Debt(
            rank,
            f"FA-{rank}",
            day(on),
            int(term),
            120_000,
            frozenset() if codes == "-" else frozenset(codes.split("/")),
        )
        for rank, (on, codes) in enumerate(zip(due.split(","), steps, strict=True), start=1)
    )


# 2026: 2 March is a Monday, 1 May and 25 December are Fridays, Easter Monday is 6 April.
STEPS = table("""
kind      due                term  done                today       -> outcome           next

b2b       04-15              30    -                   04-01       -> rest nothing_owed  04-08
b2b       04-15              30    -                   04-08       -> J-7                -
b2b       04-15              29    -                   04-08       -> rest nothing_owed  04-27
b2b       04-15              45    -                   04-14       -> J-7                -
b2b       04-15              45    -                   04-15       -> rest nothing_owed  04-27
b2b       04-15              30    J-7                 04-09       -> rest nothing_owed  04-27
b2b       04-15              30    -                   04-16       -> rest nothing_owed  04-27
b2b       04-15              30    J-7                 04-24       -> rest nothing_owed  04-27
b2b       03-02              30    J-7                 03-12       -> J+10               -
b2b       03-02              30    J-7                 03-11       -> rest nothing_owed  03-12
b2b       03-02              0     -                   03-16       -> J+10               -
b2b       03-02              30    J+10                03-16       -> rest nothing_owed  03-23
b2b       03-02              30    J+10                03-23       -> J+20               -
b2b       03-02              30    -                   03-23       -> J+20               -
b2b       03-02              30    J+10/J+20           03-27       -> J+25               -
b2b       03-02              30    J+10/J+20/J+25      04-01       -> J+30               -
b2b       03-02              30    J+20                04-01       -> J+30               -
b2b       03-02              30    -                   09-01       -> J+30               -
b2b       03-02              30    J+30                09-01       -> rest plan_finished  -
b2b       03-02,03-12        30    -,-                 03-16       -> J+10               -
b2b       03-02,03-12        30    J+10,J+10           03-23       -> J+20               -
b2b       03-02,03-12        30    J+20,J+20           03-24       -> rest nothing_owed  03-27
b2b       03-02,03-20        30    J+25,-              03-30       -> rest nothing_owed  04-01
b2b       03-02,03-20        30    J+30,-              04-02       -> rest nothing_owed  04-20
b2b       03-02,03-20        30    J+30,-              04-20       -> J+30               -
b2b       03-20              30    J+30                04-20       -> rest plan_finished  -
b2b       03-02,04-15        30    J+30,-              04-08       -> rest plan_finished  -
b2b       04-07,04-15        30    -,-                 04-08       -> rest nothing_owed  04-17
b2b       04-13,04-15        30    J-7,-               04-08       -> J-7                -
public    03-02              30    -                   03-06       -> rest nothing_owed  03-09
public    03-02              30    -                   03-09       -> J+5                -
public    03-02              30    J+5                 03-23       -> J+20               -
public    03-02              30    J+5/J+20            06-30       -> rest plan_finished  -
public    04-15              30    -                   04-08       -> rest nothing_owed  04-20
public    03-02              30    J+10                03-09       -> J+5                -
public    03-02              30    J+30                03-23       -> J+20               -
consumer  04-15              30    -                   04-08       -> J-7                -
consumer  03-02              30    J+10/J+20/J+25      04-01       -> J+30               -
""")


@pytest.mark.parametrize("row", STEPS, ids=" ".join)
def test_which_step_is_owed(row):
    kind, due, term, done, today, outcome, next_on = (cell.strip() for cell in row)
    account = Account(1, debts_of(due, term, done))
    found = next_action(account, PLANS[kind], Restraint(bank_read_on=day(today)), day(today))
    assert (told(found), next_of(found)) == (outcome, day_or_none(next_on))


def test_a_message_speaks_of_all_that_is_overdue_and_counts_for_those_where_the_step_is_new():
    account = Account(1, debts_of("03-02,03-20,04-15", "30", "J+30,-,-"))
    found = next_action(account, STANDARD, Restraint(bank_read_on=day("04-20")), day("04-20"))
    assert isinstance(found, Action)
    assert [debt.number for debt in found.debts] == ["FA-1", "FA-2", "FA-3"]
    assert [debt.number for debt in found.covered] == ["FA-2", "FA-3"]
    assert found.amount_cents == 360_000


def test_a_courtesy_note_speaks_of_what_falls_due_in_its_days_and_has_a_long_enough_term():
    debts = debts_of("04-10,04-14,04-15,04-20", "30", "J-7,-,-,-")
    debts = (*debts[:2], replace(debts[2], term_days=10), debts[3])
    found = next_action(Account(1, debts), STANDARD, Restraint(bank_read_on=day("04-08")), day("04-08"))
    assert isinstance(found, Action)
    assert [debt.number for debt in found.debts] == ["FA-1", "FA-2"]
    assert [debt.number for debt in found.covered] == ["FA-2"]


# What holds a step back. One debt of 1,200.00 due on 2 March, nothing done yet. The bank was read today, there is an
# address and nothing else, unless the third column says so.

RESTRAINTS = table("""
what                               today   but                             -> outcome                next

nothing holds it back              03-12   -                               -> J+10                   -
bank never read                    03-12   bank never                      -> rest bank_never        -
bank read Friday, now Monday       03-16   bank 03-13                      -> J+10                   -
bank read Friday, now Tuesday      03-17   bank 03-13                      -> J+10                   -
bank read Friday, now Wednesday    03-18   bank 03-13                      -> rest bank_stale        -
read before Easter, now Wednesday  04-08   bank 04-03                      -> J+30                   -
read before Easter, now Thursday   04-09   bank 04-03                      -> rest bank_stale        -
bank read up to tomorrow           03-12   bank 03-13                      -> J+10                   -
Saturday                           03-14   -                               -> rest weekend           03-16
Sunday                             03-15   -                               -> rest weekend           03-16
Saturday before Easter Monday      04-04   -                               -> rest weekend           04-07
1 May, a Friday                    05-01   -                               -> rest holiday           05-04
Christmas, a Friday                12-25   -                               -> rest holiday           12-28
last message 6 days ago            03-12   last 03-06                      -> rest gap               03-13
last message 7 days ago            03-12   last 03-05                      -> J+10                   -
the gap ends on a Sunday           03-12   last 03-08                      -> rest gap               03-16
a message today already            03-12   last 03-12                      -> rest gap               03-19
paused until Friday                03-12   pause 03-13                     -> rest paused            03-16
paused until today                 03-12   pause 03-12                     -> rest paused            03-13
the pause ended yesterday          03-12   pause 03-11                     -> J+10                   -
credit of half                     03-12   credit 60000                    -> J+10                   -
credit of all                      03-12   credit 120000                   -> rest credit_covers     -
credit of more                     03-12   credit 120001                   -> rest credit_covers     -
one cent below the threshold       03-12   credit 118501, threshold 1500   -> rest too_small         -
just the threshold                 03-12   credit 118500, threshold 1500   -> J+10                   -
a transfer that may be theirs      03-12   transfer 03-10                  -> rest credit_unmatched  -
no address                         03-12   address none                    -> rest no_contact        -
no address, but a call             03-27   address none                    -> J+25                   -
message 2 days ago, but a call     03-27   last 03-25                      -> J+25                   -
a call on a Saturday               03-28   -                               -> rest weekend           03-30
""")


@pytest.mark.parametrize("row", RESTRAINTS, ids=lambda row: row[0])
def test_what_holds_a_step_back(row):
    _, today, but, outcome, next_on = (cell.strip() for cell in row)
    facts = {} if but == "-" else dict(fact.split() for fact in but.split(", "))
    account = Account(
        1,
        debts_of("03-02", "30", "-"),
        credit_cents=int(facts.get("credit", 0)),
        has_address="address" not in facts,
        last_message_on=day(facts["last"]) if "last" in facts else None,
        pause=PauseUntil(day(facts["pause"]), "accord téléphonique") if "pause" in facts else None,
        may_be_theirs=(120_000, day(facts["transfer"])) if "transfer" in facts else None,
    )
    read_on = facts.get("bank", today)
    restraint = Restraint(
        None if read_on == "never" else day(read_on), threshold_cents=int(facts.get("threshold", 0))
    )
    found = next_action(account, STANDARD, restraint, day(today))
    assert (told(found), next_of(found)) == (outcome, day_or_none(next_on))
    if isinstance(found, Rest):
        assert found.step is not None
        assert rest_sentence(found.code, found.facts, "fr").sentence
    else:
        assert found.amount_cents == 120_000 - account.credit_cents


def test_of_several_reasons_to_rest_the_first_in_the_list_is_told():
    """Everything holds this customer back; taking the reasons away one by one shows their order."""
    saturday, holiday = day("03-14"), day("05-01")
    account = Account(
        1,
        debts_of("03-02", "30", "J+30"),
        credit_cents=120_000,
        has_address=False,
        last_message_on=saturday,
        pause=PauseUntil(day("12-31"), "salon"),
        may_be_theirs=(5_000, day("03-10")),
    )
    restraint = Restraint(bank_read_on=None, threshold_cents=200_000)
    removals = (
        ("plan_finished", {"debts": debts_of("04-20", "10", "-")}, {}, saturday),
        ("nothing_owed", {"debts": debts_of("03-02", "30", "-")}, {}, saturday),
        ("paused", {"pause": None}, {}, saturday),
        ("credit_covers", {"credit_cents": 0}, {}, saturday),
        ("too_small", {}, {"threshold_cents": 0}, saturday),
        ("credit_unmatched", {"may_be_theirs": None}, {}, saturday),
        ("bank_never", {}, {"bank_read_on": day("03-02")}, saturday),
        ("bank_stale", {}, {"bank_read_on": day("04-30")}, saturday),
        ("weekend", {}, {}, holiday),
        ("holiday", {"last_message_on": day("05-01")}, {}, day("05-04")),
        ("gap", {"last_message_on": None}, {}, day("05-04")),
        ("no_contact", {"has_address": True}, {}, day("05-04")),
    )
    today = saturday
    for code, account_change, restraint_change, next_today in removals:
        assert told(next_action(account, STANDARD, restraint, today)) == f"rest {code}"
        account, restraint = replace(account, **account_change), replace(restraint, **restraint_change)
        today = next_today
    assert told(next_action(account, STANDARD, restraint, today)) == "J+30"


def test_reasons_are_sentences_that_a_person_can_check():
    account = Account(1, debts_of("03-02,03-11", "30", "J+10/J-7,-"), credit_cents=20_000)
    found = next_action(account, STANDARD, Restraint(bank_read_on=day("03-20")), day("03-23"))
    assert isinstance(found, Action)
    assert {
        reason.code: reason.sentence.replace("\u202f", " ").replace("\u00a0", " ") for reason in found.reasons
    } == {
        "furthest_debt": "Facture FA-1 échue depuis 21 jours, reste 1 200,00 €.",
        "done_before": "Étapes déjà faites pour elle : J-7, J+10.",
        "everything_overdue": "Un seul message pour ses 2 factures concernées.",
        "credit_deducted": "Son crédit de 200,00 € est déduit.",
        "bank_read": "Banque lue jusqu'au 20/03/2026 : aucun virement inexpliqué ne paraît venir de ce client.",
    }


@pytest.mark.parametrize(
    ("due", "today", "plan", "words"),
    [
        ("04-15", "04-08", STANDARD, "à régler dans 7 jours"),
        ("04-15", "04-14", STANDARD, "à régler dans 1 jour,"),
        ("04-15", "04-15", Plan((Step("J", 0, "mail"),)), "à régler aujourd'hui"),
        ("04-15", "04-16", Plan((Step("J+1", 1, "mail"),)), "échue depuis 1 jour,"),
    ],
)
def test_the_first_reason_says_when(due, today, plan, words):
    account = Account(1, debts_of(due, "30", "-"))
    found = next_action(account, plan, Restraint(bank_read_on=day(today)), day(today))
    assert isinstance(found, Action)
    assert words in found.reasons[0].sentence


def test_a_call_for_several_invoices_is_one_call():
    account = Account(1, debts_of("03-02,03-03", "30", "J+20,J+20"))
    found = next_action(account, STANDARD, Restraint(bank_read_on=day("03-27")), day("03-27"))
    assert isinstance(found, Action)
    assert "Un seul appel pour ses 2 factures concernées." in [reason.sentence for reason in found.reasons]


@pytest.mark.parametrize(
    ("today", "days", "last_day"),
    [("03-02", 7, "03-09"), ("03-07", 7, "03-16"), ("04-24", 7, "05-04"), ("12-18", 7, "12-28")],
)
def test_the_last_day_to_act_is_a_working_day(today, days, last_day):
    assert deadline_on(day(today), days) == day(last_day)


# Properties

TODAY = day("05-12")  # a Tuesday, in a week without holidays before it
DAYS_LATE = st.integers(-20, 120)
PLAN_STEPS = st.lists(st.integers(-15, 60), min_size=1, max_size=6, unique=True)


@st.composite
def plans(draw):
    """The plans of the product, or one of any steps."""
    if draw(st.booleans()):
        return draw(st.sampled_from(list(PLANS.values())))
    return Plan(
        tuple(
            Step(
                f"J{offset:+d}",
                offset,
                draw(st.sampled_from(["mail", "letter", "call"])),
                minimum_term_days=draw(st.sampled_from([0, 0, 30])),
            )
            for offset in sorted(draw(PLAN_STEPS))
        )
    )


@st.composite
def books(draw):
    """A plan, and a customer's debts under it with steps done that their lateness allows, or of another plan."""
    plan = draw(plans())
    codes = [step.code for step in plan.steps] + ["J+99 of another plan"]
    debts = tuple(
        Debt(
            rank,
            f"FA-{rank}",
            TODAY - timedelta(days=draw(DAYS_LATE)),
            draw(st.sampled_from([0, 29, 30, 60])),
            draw(st.integers(1, 10**9)),
            frozenset(draw(st.sets(st.sampled_from(codes), max_size=3))),
        )
        for rank in range(draw(st.integers(0, 5)))
    )
    credit_cents = draw(st.sampled_from([0, 0, 1, 10**6, 10**10]))
    return plan, Account(1, debts, credit_cents=credit_cents)


CALM = Restraint(bank_read_on=TODAY)


def step_of(outcome):
    """The step owed, whether it is taken or held back."""
    return outcome.step


@given(books())
def test_the_step_is_the_highest_that_any_debt_owes(book):
    plan, account = book
    step = step_of(next_action(account, plan, CALM, TODAY))
    if step is None:
        return
    late_side = step.offset_days > 0
    higher = [
        other.code
        for debt in account.debts
        for other in plan.steps
        if step.offset_days < other.offset_days <= debt.days_late(TODAY)
        and (other.offset_days > 0) == late_side
        and debt.days_late(TODAY) != 0
        and debt.term_days >= other.minimum_term_days
        and not any(o >= other.offset_days for o in plan.offsets(debt.done))
    ]
    assert higher == []


@given(books())
def test_no_step_is_taken_twice_for_a_debt_nor_below_one_already_reached(book):
    plan, account = book
    found = next_action(account, plan, CALM, TODAY)
    if not isinstance(found, Action):
        return
    assert found.covered
    assert set(found.covered) <= set(found.debts) <= set(account.debts)
    assert all(found.step.code not in debt.done for debt in found.covered)
    assert all(offset <= found.step.offset_days for debt in found.debts for offset in plan.offsets(debt.done))


@given(books())
def test_the_amount_is_what_is_owed_less_the_credit(book):
    plan, account = book
    found = next_action(account, plan, CALM, TODAY)
    if isinstance(found, Action):
        assert found.amount_cents == sum(debt.open_cents for debt in found.debts) - account.credit_cents > 0
        overdue = [debt for debt in account.debts if debt.days_late(TODAY) > 0]
        assert list(found.debts) == overdue or not overdue


@given(books(), st.integers(1, 200))
def test_a_later_day_never_lowers_the_step(book, days):
    plan, account = book
    now = step_of(next_action(account, plan, CALM, TODAY))
    later_on = TODAY + timedelta(days=days)
    later = step_of(next_action(account, plan, replace(CALM, bank_read_on=later_on), later_on))
    if now is not None and later is not None:
        assert later.offset_days >= now.offset_days


def recorded(account: Account, taken: Action) -> Account:
    """The account once the step was done, as the day's work records it."""
    covered = {debt.receivable_id for debt in taken.covered}
    return replace(
        account,
        debts=tuple(
            replace(debt, done=debt.done | {taken.step.code}) if debt.receivable_id in covered else debt
            for debt in account.debts
        ),
        last_message_on=account.last_message_on if taken.step.channel == "call" else TODAY,
    )


@given(books())
def test_once_it_is_done_nothing_more_is_owed_that_day(book):
    plan, account = book
    found = next_action(account, plan, CALM, TODAY)
    if isinstance(found, Action):
        again = next_action(recorded(account, found), plan, CALM, TODAY)
        assert isinstance(again, Rest)
        assert again.step is None


@given(books(), st.integers(1, 250))
def test_the_tone_never_drops_back_while_a_debt_stays_open(book, days):
    plan, account = book
    found = next_action(account, plan, CALM, TODAY)
    if not isinstance(found, Action):
        return
    later_on = TODAY + timedelta(days=days)
    later = next_action(recorded(account, found), plan, replace(CALM, bank_read_on=later_on), later_on)
    if later.step is not None:
        assert later.step.offset_days >= found.step.offset_days


@st.composite
def restrained(draw):
    """Any book, any of the things that hold a step back, any day of a year."""
    plan, account = draw(books())
    today = TODAY + timedelta(days=draw(st.integers(0, 365)))
    days_before = st.none() | st.integers(-1, 40).map(lambda days: today - timedelta(days=days))
    read_on, last_on, pause_on = draw(days_before), draw(days_before), draw(days_before)
    account = replace(
        account,
        has_address=draw(st.booleans()),
        last_message_on=last_on,
        pause=PauseUntil(pause_on, "promesse orale") if pause_on else None,
        may_be_theirs=draw(st.none() | st.just((4_200, today))),
    )
    return plan, account, Restraint(read_on, threshold_cents=draw(st.sampled_from([0, 1_500]))), today


@given(restrained())
def test_an_action_leaves_only_when_nothing_holds_it_back_and_a_rest_says_why_in_french(situation):
    plan, account, restraint, today = situation
    found = next_action(account, plan, restraint, today)
    if isinstance(found, Action):
        assert is_working_day(today)
        assert restraint.bank_read_on is not None
        assert account.may_be_theirs is None
        assert account.pause is None or account.pause.until_on < today
        assert account.has_address or found.step.channel == "call"
        return
    assert found.code in library.rests()
    said = rest_sentence(found.code, found.facts, "fr")
    assert said.sentence
    assert "{{" not in said.sentence + said.ends
    assert found.next_on is None or (found.next_on > today and is_working_day(found.next_on))


@given(books())
def test_until_the_next_day_named_nothing_is_owed_and_on_it_something_is(book):
    plan, account = book
    account = replace(account, debts=tuple(debt for debt in account.debts if debt.days_late(TODAY) > 0))
    found = next_action(account, plan, CALM, TODAY)
    if found.step is not None:
        return
    if next_of(found) is None:
        assert all(
            step_of(next_action(account, plan, CALM, TODAY + timedelta(days=days))) is None
            for days in (5, 70)
        )
        return
    assert step_of(next_action(account, plan, CALM, found.next_on)) is not None
    too_early = TODAY + timedelta(days=1)
    while too_early < found.next_on:
        # A step may fall due on a weekend or a holiday: its day is the first working day after it.
        assert step_of(next_action(account, plan, CALM, too_early)) is None or not is_working_day(too_early)
        too_early += timedelta(days=1)
