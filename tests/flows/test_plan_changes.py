"""A plan that changes: what was done stays done, the tone never falls, and a change is undone."""

from datetime import date, timedelta

import pytest

from cast import ACTOR, TARDIF, Bill, Desk, at_noon, in_words
from quittance.collection.models import Step as StepRow
from quittance.collection.plan_operations import (
    NoSuchPlan,
    NotAPlan,
    PlanMoved,
    change_plan,
    restore_plan,
)
from quittance.collection.plan_queries import plan_of, standing_by_step
from quittance.collection.plans import STANDARD
from quittance.domain.reminders import Step
from quittance.journal.queries import entries_of_kind

LATE = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
J10 = date(2026, 9, 17)


def steps_of(desk: Desk, kind: str = "b2b") -> tuple[Step, ...]:
    found = plan_of(desk.company.pk, kind)
    assert found is not None
    return found.plan.steps


def change(desk: Desk, *steps: Step, kind: str = "b2b", on: date = J10) -> int | None:
    return change_plan(company_id=desk.company.pk, kind=kind, steps=steps, actor=ACTOR, at=at_noon(on))


def without(desk: Desk, *codes: str) -> list[Step]:
    return [step for step in steps_of(desk) if step.code not in codes]


def moved(desk: Desk, **days: int) -> list[Step]:
    """`moved(desk, J20=15)`: the step J+20 is taken on day 15."""
    by_code = {f"J+{name[1:]}": day for name, day in days.items()}
    return [
        Step(
            step.code,
            by_code.get(step.code, step.offset_days),
            step.channel,
            step.text,
            step.minimum_term_days,
        )
        for step in steps_of(desk)
    ]


def late_by(days: int) -> date:
    return LATE.due_on + timedelta(days=days)


def test_a_step_that_moves_is_not_done_again(desk: Desk):
    desk.invoices(LATE)
    assert in_words(desk.morning(late_by(10)), TARDIF) == "J+10"
    change(desk, *moved(desk, J10=12, J20=18))
    assert in_words(desk.morning(late_by(14)), TARDIF) == "rest: nothing_owed"
    assert in_words(desk.morning(late_by(18)), TARDIF) == "J+20"
    assert desk.broken(late_by(18)) == []


def test_a_step_that_is_removed_was_heard_all_the_same(desk: Desk):
    desk.invoices(LATE)
    assert in_words(desk.morning(late_by(21)), TARDIF) == "J+20"  # the first message was missed
    change(desk, *without(desk, "J+20"))
    # Without the memory of J+20 the customer would now get J+10, a friendlier letter than the last one.
    assert in_words(desk.morning(late_by(24)), TARDIF) == "rest: nothing_owed"
    assert in_words(desk.morning(late_by(25)), TARDIF) == "J+25"


def test_a_step_that_comes_back_is_the_one_it_was(desk: Desk):
    desk.invoices(LATE)
    desk.morning(late_by(30))
    change(desk, *without(desk, "J+30"))
    change(desk, *steps_of(desk), Step("", 45, "letter", "formal_notice"))
    assert steps_of(desk)[-1].code == "J+30"
    assert in_words(desk.morning(late_by(46)), TARDIF) == "rest: plan_finished"


def test_a_new_step_between_two_is_done_for_those_who_have_not_passed_it(desk: Desk):
    desk.invoices(LATE)
    desk.morning(late_by(10))
    change(desk, *steps_of(desk), Step("", 17, "mail", "reminder_1"))
    assert in_words(desk.morning(late_by(17)), TARDIF) == "J+17"
    assert in_words(desk.morning(late_by(24)), TARDIF) == "J+20"


def test_two_steps_change_places_without_sharing_a_day(desk: Desk):
    calls = [Step("J+25", 20, "call"), Step("J+20", 25, "mail", "reminder_2")]
    rest = without(desk, "J+20", "J+25")
    assert change(desk, *rest, *calls) is not None
    assert [step.code for step in steps_of(desk)] == ["J-7", "J+10", "J+25", "J+20", "J+30"]


def test_a_change_is_undone_and_the_undoing_too(desk: Desk):
    entry = change(desk, *without(desk, "J-7", "J+25"), Step("", 15, "mail", "reminder_1"))
    assert entry is not None
    undo = {"company_id": desk.company.pk, "actor": ACTOR, "at": at_noon(J10)}
    again = restore_plan(entry=entry, **undo)
    assert steps_of(desk) == STANDARD.steps
    assert again is not None
    restore_plan(entry=again, **undo)
    assert [step.code for step in steps_of(desk)] == ["J+10", "J+15", "J+20", "J+30"]


def test_a_change_is_not_undone_over_a_later_one(desk: Desk):
    entry = change(desk, *without(desk, "J-7"))
    change(desk, *without(desk, "J+25"))
    assert entry is not None
    with pytest.raises(PlanMoved):
        restore_plan(company_id=desk.company.pk, entry=entry, actor=ACTOR, at=at_noon(J10))


def test_one_change_is_one_entry_with_what_was_and_what_is(desk: Desk):
    change(desk, *moved(desk, J20=18))
    (noted,) = entries_of_kind(desk.company.pk, "collection.plan_changed")
    assert noted["plan"] == "b2b"
    assert ["J+20", 20, "mail", "reminder_2", 0] in noted["old"]
    assert ["J+20", 18, "mail", "reminder_2", 0] in noted["new"]


def test_the_same_plan_again_changes_nothing(desk: Desk):
    assert change(desk, *steps_of(desk)) is None
    assert entries_of_kind(desk.company.pk, "collection.plan_changed") == []


def test_what_is_refused_leaves_the_plan_as_it_was(desk: Desk, neighbour: Desk):
    with pytest.raises(NotAPlan) as refused:
        change(desk, *moved(desk, J20=10))
    assert [problem.place for problem in refused.value.problems] == [2]
    with pytest.raises(PlanMoved):
        change(desk, Step("J+11", 11, "mail", "reminder_1"))
    with pytest.raises(NoSuchPlan):
        change(desk, *steps_of(desk), kind="nobody")
    entry = change(desk, *without(desk, "J-7"))
    assert entry is not None
    with pytest.raises(NoSuchPlan):
        restore_plan(company_id=neighbour.company.pk, entry=entry, actor=ACTOR, at=at_noon(J10))
    assert steps_of(neighbour) == STANDARD.steps


def test_a_courtesy_note_may_be_sent_earlier_than_it_was(desk: Desk):
    steps = [Step("J-7", -20, "mail", "before_due", 30), *without(desk, "J-7")]
    change(desk, *steps, on=date(2026, 8, 10))
    desk.invoices(LATE)
    assert in_words(desk.morning(date(2026, 8, 18)), TARDIF) == "J-7"


def test_who_stands_where(desk: Desk, neighbour: Desk):
    desk.invoices(LATE, Bill("F-2", TARDIF, date(2026, 8, 11), date(2026, 9, 10), 30_000))
    desk.morning(late_by(10))
    desk.morning(late_by(21))
    found = standing_by_step(desk.company.pk, "b2b")
    assert {code: (one.customers, one.receivables) for code, one in found.items()} == {"J+20": (1, 2)}
    assert standing_by_step(desk.company.pk, "b2b", in_charge_id=0) == {}
    assert standing_by_step(neighbour.company.pk, "b2b") == {}
    assert StepRow.objects.filter(plan__company=desk.company, removed_at__isnull=False).count() == 0
