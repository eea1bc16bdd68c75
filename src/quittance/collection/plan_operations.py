"""What is done to reminder plans and to the company's own texts."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from quittance.collection.models import OwnText, Plan, Step
from quittance.collection.plan_queries import VERSIONS, own_wordings, wording_of
from quittance.domain import plans as rules
from quittance.domain.plans import Problem
from quittance.domain.reminders import Step as StepValue
from quittance.domain.texts import library
from quittance.domain.texts.known import known_in
from quittance.domain.texts.library import MessageVersion
from quittance.domain.texts.lint import Finding, lint_wording
from quittance.journal.operations import append, hold
from quittance.journal.queries import entry_data

PLAN_CHANGED = "collection.plan_changed"
StepFacts = list[object]  # of the journal: code, days, channel, text, shortest term


class NoSuchPlan(LookupError):
    """The company has no plan for this kind of customer."""


class NotAPlan(ValueError):
    """These steps are no plan; `problems` say which and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


class PlanMoved(Exception):
    """Somebody changed the plan in the meantime."""


class NoSuchText(LookupError):
    """The library has no such text, or not in this version."""


class TextRefused(ValueError):
    """The rules of texts refuse this wording; `findings` say where and what to write instead."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(finding.say_fr for finding in findings))
        self.findings = findings


@transaction.atomic
def change_plan(
    *, company_id: int, kind: str, steps: Sequence[StepValue], actor: str, at: datetime
) -> int | None:
    """Give a plan these steps; return the number of the journal entry that undoes it, `None` where nothing changes.

    A step keeps its code when it moves or changes its text; one without a code is new. A new step that says what a
    removed one said takes that one's code again: whoever received it does not receive it twice. Refusals:
    `NoSuchPlan`, `NotAPlan`, `PlanMoved`.
    """
    hold(company_id=company_id)
    plan = _plan(company_id, kind)
    found = rules.problems(kind, steps)
    if found:
        raise NotAPlan(found)
    rows = list(Step.objects.filter(plan=plan))
    standing = {row.code for row in rows if row.removed_at is None}
    if not {step.code for step in steps if step.code} <= standing:
        raise PlanMoved(_MOVED)
    return _put(plan, rows, [_facts(step) for step in _named(steps, rows)], actor, at)


@transaction.atomic
def restore_plan(*, company_id: int, entry: int, actor: str, at: datetime) -> int | None:
    """Undo a change of plan, named by its journal entry: the plan is again what it was before. Refusals: `NoSuchPlan`,
    `PlanMoved` when it has changed again since."""
    hold(company_id=company_id)
    data = entry_data(company_id, entry, PLAN_CHANGED)
    if data is None:
        raise NoSuchPlan("Ce changement n'est pas dans le journal de cette société.")
    plan = _plan(company_id, str(data["plan"]))
    rows = list(Step.objects.filter(plan=plan))
    if _standing(rows) != data["new"]:
        raise PlanMoved(_MOVED)
    return _put(plan, rows, data["old"], actor, at)


_MOVED = "Ce plan a changé entre-temps. Regardez-le avant de le modifier à nouveau."


def _plan(company_id: int, kind: str) -> Plan:
    plan = Plan.objects.filter(company_id=company_id, customer_kind=kind).first()
    if plan is None:
        raise NoSuchPlan("Cette société n'a pas de plan pour ces clients.")
    return plan


def _named(steps: Sequence[StepValue], rows: Sequence[Step]) -> list[StepValue]:
    """Give each new step its code: that of a removed one that said the same, else one of its own."""
    taken = {row.code for row in rows}
    kept = {step.code for step in steps}
    again = [row for row in rows if row.removed_at is not None and row.code not in kept]
    found = []
    for step in steps:
        code = step.code
        if not code:
            same = next((row for row in again if (row.channel, row.text) == (step.channel, step.text)), None)
            if same is not None:
                again.remove(same)
            code = same.code if same is not None else rules.new_code(step.offset_days, frozenset(taken))
            taken.add(code)
        found.append(StepValue(code, step.offset_days, step.channel, step.text, step.minimum_term_days))
    return found


def _facts(step: StepValue | Step) -> StepFacts:
    return [step.code, step.offset_days, step.channel, step.text, step.minimum_term_days]


def _standing(rows: Sequence[Step]) -> list[StepFacts]:
    """The steps of a plan by day, as the journal writes them."""
    standing = sorted((row for row in rows if row.removed_at is None), key=lambda row: row.offset_days)
    return [_facts(row) for row in standing]


def _put(plan: Plan, rows: Sequence[Step], new: list[StepFacts], actor: str, at: datetime) -> int | None:
    """Write the steps of a plan and the journal entry; nothing when they are what they were."""
    old = _standing(rows)
    new = sorted(new, key=lambda facts: int(str(facts[1])))
    if new == old:
        return None
    # All are taken off first: two steps that change places would share a day for an instant.
    Step.objects.filter(plan=plan, removed_at__isnull=True).update(removed_at=at)
    known = {row.code: row for row in rows}
    for code, offset_days, channel, text, minimum_term_days in new:
        row = known.get(str(code)) or Step(plan=plan, code=str(code))
        row.offset_days, row.channel, row.text = int(str(offset_days)), str(channel), str(text)
        row.minimum_term_days, row.removed_at = int(str(minimum_term_days)), None
        row.save()
    entry = append(
        company_id=plan.company_id,
        kind=PLAN_CHANGED,
        data={"plan": plan.customer_kind, "old": old, "new": new},
        actor=actor,
        at=at,
    )
    return entry.sequence


@transaction.atomic
def rewrite_text(
    *, company_id: int, text_id: str, version: str, wording: MessageVersion, actor: str, at: datetime
) -> OwnText | None:
    """Put the company's own wording in place of the one that stands; `None` where it says the same.

    `version`: fr, fr_tu or en. Refusals: `NoSuchText`, `TextRefused` with what the rules of texts refuse.
    """
    hold(company_id=company_id)
    text = library.messages().get(text_id)
    if text is None or version not in text.versions:
        raise NoSuchText("Ce texte n'existe pas dans cette version.")
    findings = lint_wording(text, version, wording, known_in(text_id))
    if any(finding.severity == "refuse" for finding in findings):
        raise TextRefused(findings)
    standing = own_wordings(company_id).get(text_id, {}).get(version)
    if wording == (standing or text.versions[version]):
        return None
    if wording == text.versions[version]:
        _take_off(company_id, text_id, version, actor, at)
        return None
    language, address_form = VERSIONS[version]
    _standing_texts(company_id, text_id, version).update(replaced_at=at)
    row = OwnText.objects.create(
        company_id=company_id,
        text=text_id,
        language=language,
        address_form=address_form,
        subject=wording.subject or wording.subject_one,
        subject_many=wording.subject_many,
        lead_one=wording.lead_one,
        lead_many=wording.lead_many,
        body=wording.body,
        actor=actor,
        at=at,
    )
    append(
        company_id=company_id,
        kind="collection.text_rewritten",
        data={"text": text_id, "version": version, "own_text": row.pk},
        actor=actor,
        at=at,
    )
    return row


@transaction.atomic
def restore_text(*, company_id: int, own_text_id: int, actor: str, at: datetime) -> OwnText | None:
    """Let an earlier wording of the company stand again. Refusals: `NoSuchText`, `TextRefused`."""
    row = OwnText.objects.filter(company_id=company_id, pk=own_text_id).first()
    if row is None:
        raise NoSuchText("Cette version du texte n'existe pas dans cette société.")
    return rewrite_text(
        company_id=company_id,
        text_id=row.text,
        version=next(name for name, form in VERSIONS.items() if form == (row.language, row.address_form)),
        wording=wording_of(row),
        actor=actor,
        at=at,
    )


@transaction.atomic
def use_shipped_text(*, company_id: int, text_id: str, version: str, actor: str, at: datetime) -> bool:
    """Go back to the text as it came; the company's own is kept in the history. False where it stood already."""
    hold(company_id=company_id)
    if version not in VERSIONS:
        raise NoSuchText("Ce texte n'existe pas dans cette version.")
    return _take_off(company_id, text_id, version, actor, at)


def _take_off(company_id: int, text_id: str, version: str, actor: str, at: datetime) -> bool:
    if not _standing_texts(company_id, text_id, version).update(replaced_at=at):
        return False
    append(
        company_id=company_id,
        kind="collection.text_as_shipped",
        data={"text": text_id, "version": version},
        actor=actor,
        at=at,
    )
    return True


def _standing_texts(company_id: int, text_id: str, version: str) -> QuerySet[OwnText]:
    language, address_form = VERSIONS[version]
    return OwnText.objects.filter(
        company_id=company_id,
        text=text_id,
        language=language,
        address_form=address_form,
        replaced_at__isnull=True,
    )


@transaction.atomic
def note_trial(
    *, company_id: int, text_id: str, version: str, customer_id: int, to: str, actor: str, at: datetime
) -> None:
    """Journal that a text was sent to one of the company's own people, to be looked at: no reminder of anybody."""
    append(
        company_id=company_id,
        kind="collection.trial_sent",
        data={"text": text_id, "version": version, "customer": customer_id, "to": to},
        actor=actor,
        at=at,
    )
