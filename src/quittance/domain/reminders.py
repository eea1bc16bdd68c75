"""Which step is owed to a customer today, or why nothing is sent: `(account, plan, restraint, today)`.

The question is « which step is owed », never « is it exactly day 10 »: a missed run is caught up once, at the
highest step owed. One message per customer covers everything overdue. The tone never drops back: while an
invoice that has reached a step stays unpaid, no lower step is taken. docs/rules/reminders.md has the worked cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from quittance.domain.calendar import (
    add_working_days,
    holiday_name,
    is_working_day,
    next_working_day,
    working_days_between,
)
from quittance.domain.money import french_euros

CALL = "call"
CLAIMS_PAID = "claims_paid"  # the short pause of a customer who says that it is paid
CALL_AGAIN = "again"  # the code of a call that was agreed: no step of a plan
CALL_AGAIN_FOR_WORKING_DAYS = 2  # then the plan goes on without it


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a plan, so many days after the due date (negative: before it).

    `channel`: mail, letter (with its mail) or call. `minimum_term_days`: only for payment terms at least as long.
    """

    code: str
    offset_days: int
    channel: str
    text: str = ""
    minimum_term_days: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, in the order of their days. `removed`: those that it had once, whose tone was heard all the same."""

    steps: tuple[Step, ...]
    removed: tuple[Step, ...] = ()
    _day_of: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        days = {step.code: step.offset_days for step in (*self.removed, *self.steps)}
        object.__setattr__(self, "_day_of", days)

    def offsets(self, codes: frozenset[str]) -> list[int]:
        """Return the days of these steps. A step of another plan (the customer's kind was corrected) has none."""
        return [self._day_of[code] for code in codes if code in self._day_of]

    @property
    def days_ahead(self) -> int:
        """How many days before the due date its first step is taken; 0 where it begins after it."""
        return max((0, *(-step.offset_days for step in self.steps)))


@dataclass(frozen=True, slots=True)
class Debt:
    """An unpaid receivable. `done`: codes of the steps already taken for it."""

    receivable_id: int
    number: str
    due_on: date
    term_days: int
    open_cents: int
    done: frozenset[str] = frozenset()

    def days_late(self, today: date) -> int:
        """Return the days after the due date; negative before it."""
        return (today - self.due_on).days


@dataclass(frozen=True, slots=True)
class PauseUntil:
    """No message until a day, that day included. `code`: the rest that it is, `paused` or `claims_paid`."""

    until_on: date
    reason: str
    code: str = "paused"


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """The customer's last word on when they pay: so much by a day, and what came since they said so."""

    promised_on: date
    amount_cents: int
    received_cents: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether all that was promised has come."""
        return self.received_cents >= self.amount_cents

    @property
    def resumes_on(self) -> date:
        """The first day on which it can be known, and said, that it was not kept: a working day later."""
        return add_working_days(self.promised_on, 1)


@dataclass(frozen=True, slots=True)
class DisputeOpen:
    """What the customer does not agree with: these receivables, and only these, are not reminded."""

    receivable_ids: frozenset[int]
    opened_on: date
    answer_by_on: date


@dataclass(frozen=True, slots=True)
class Account:
    """One customer's side: debts due or due soon, credit, and what was said last."""

    customer_id: int
    debts: tuple[Debt, ...]
    credit_cents: int = 0
    has_address: bool = True
    bounced: str = ""  # why the last message to this address did not arrive
    last_message_on: date | None = None
    pause: PauseUntil | None = None
    may_be_theirs: tuple[int, date] | None = None  # an unexplained bank credit: (cents, booked on)
    promise: PromiseMade | None = None  # the newest; one that was kept changes nothing
    dispute: DisputeOpen | None = None
    call_again_on: date | None = None  # agreed in the last call


@dataclass(frozen=True, slots=True)
class Restraint:
    """What holds the company back, towards every customer alike."""

    bank_read_on: date | None
    stale_after_working_days: int = 2
    minimum_gap_days: int = 7
    threshold_cents: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is done: a code, its facts, and the French sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Action:
    """Take a step now. `debts`: all that the message speaks of; `covered`: those for which the step is new."""

    step: Step
    debts: tuple[Debt, ...]
    covered: tuple[Debt, ...]
    amount_cents: int  # net of the customer's credit
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """Do nothing today, because. `code` and `facts` are those of the rest reasons of the texts."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    debts: tuple[Debt, ...] = ()
    next_on: date | None = None
    step: Step | None = None  # the one that is owed and held back


def next_action(account: Account, plan: Plan, restraint: Restraint, today: date) -> Action | Rest:
    """Say what to do about this customer on this day, and why.

    Disputed receivables leave the account first. Then reasons to rest are looked at in this order: nothing owed, a
    pause, a promise, a call that was agreed, credit that covers, too small a sum, an unexplained credit, unknown or
    stale bank data, no working day, the gap between messages, no address.
    """
    if account.dispute is not None:
        left = tuple(
            debt for debt in account.debts if debt.receivable_id not in account.dispute.receivable_ids
        )
        if not left:
            return _all_disputed(account, account.dispute)
        account = replace(account, debts=left)
    owed = _call_agreed(account, today) or _owed(account, plan, today)
    if isinstance(owed, Rest):
        return _or_until_the_call(owed, account, today)
    step, debts = owed
    amount_cents = sum(debt.open_cents for debt in debts) - account.credit_cents
    rest = _rest(account, step, amount_cents, restraint, today)
    if rest is not None:
        return Rest(rest.code, rest.facts, debts, rest.next_on, step)
    is_of_plan = step.code != CALL_AGAIN
    covered = tuple(debt for debt in debts if is_of_plan and step.code not in debt.done)
    reasons = _reasons(account, plan, step, debts, restraint, today)
    return Action(step, debts, covered, amount_cents, reasons)


def _all_disputed(account: Account, dispute: DisputeOpen) -> Rest:
    facts = {
        "dispute.opened_on": dispute.opened_on,
        "dispute.amount": sum(debt.open_cents for debt in account.debts),
        "dispute.answer_by_on": dispute.answer_by_on,
    }
    return Rest("disputed", facts, account.debts)


def _call_agreed(account: Account, today: date) -> tuple[Step, tuple[Debt, ...]] | None:
    """The call that was agreed for today; one that nobody made is let go after a while, and the plan goes on."""
    overdue = tuple(debt for debt in account.debts if debt.days_late(today) > 0)
    again_on = account.call_again_on
    if again_on is None or not overdue or not again_on <= today <= _last_day_of_call(again_on):
        return None
    return Step(CALL_AGAIN, max(debt.days_late(again_on) for debt in overdue), CALL), overdue


def _or_until_the_call(rest: Rest, account: Account, today: date) -> Rest:
    """Nothing of the plan is owed: the next day on which something is may be that of a call that was agreed."""
    if account.call_again_on is None or not account.debts:
        return rest
    late_on = min(debt.due_on for debt in account.debts) + timedelta(days=1)
    call_on = max(account.call_again_on, late_on, today + timedelta(days=1))
    if call_on > _last_day_of_call(account.call_again_on):
        return rest
    next_on = min(filter(None, (rest.next_on, next_working_day(call_on))))
    return replace(rest, code="nothing_owed", facts=_day_facts(next_on), next_on=next_on)


def _last_day_of_call(again_on: date) -> date:
    return add_working_days(again_on, CALL_AGAIN_FOR_WORKING_DAYS)


def _owed(account: Account, plan: Plan, today: date) -> tuple[Step, tuple[Debt, ...]] | Rest:
    """Find the highest step owed and the debts it speaks of; a rest names the next day something is owed.

    As soon as something is overdue, only that is spoken of: a courtesy note beside it would lower the tone.
    """
    overdue = tuple(debt for debt in account.debts if debt.days_late(today) > 0)
    debts = overdue or account.debts
    taken = [max(plan.offsets(debt.done), default=None) if debt.done else None for debt in debts]
    reached = max((offset for offset in taken if offset is not None), default=None)
    owed: Step | None = None
    for debt, highest in zip(debts, taken, strict=True):
        step = _highest_reached(debt, plan, today)
        if step is None or (highest is not None and highest >= step.offset_days):
            continue  # it or a higher one was already taken for this debt
        if (reached is None or step.offset_days >= reached) and (
            owed is None or step.offset_days > owed.offset_days
        ):
            owed = step
    if owed is not None:
        return owed, overdue or tuple(debt for debt in debts if _reaches(debt, owed, today))
    may_be_taken = [step for step in plan.steps if reached is None or step.offset_days >= reached]
    coming = (_next_step_on(debt, may_be_taken, today) for debt in debts)
    next_on = min((day for day in coming if day is not None), default=None)
    if next_on is not None:
        next_on = next_working_day(next_on)
    code = "plan_finished" if overdue and next_on is None else "nothing_owed"
    return Rest(code, _day_facts(next_on), debts, next_on)


def _next_step_on(debt: Debt, may_be_taken: list[Step], today: date) -> date | None:
    """The day, after this one, on which a debt reaches a step that was not taken for it."""
    late = debt.days_late(today)
    for step in may_be_taken:
        if (
            step.offset_days > late
            and step.code not in debt.done
            and debt.term_days >= step.minimum_term_days
        ):
            return debt.due_on + timedelta(days=step.offset_days)
    return None


def _highest_reached(debt: Debt, plan: Plan, today: date) -> Step | None:
    late = debt.days_late(today)
    for step in reversed(plan.steps):
        if step.offset_days <= late and _reaches(debt, step, today):
            return step
    return None


def _reaches(debt: Debt, step: Step, today: date) -> bool:
    """Whether the day of a step has come. What is said before the due date is no longer said once it is there."""
    late = debt.days_late(today)
    if step.offset_days > late or debt.term_days < step.minimum_term_days:
        return False
    if late > 0:  # on the same side of the due date: before, on the day, after
        return step.offset_days > 0
    return late < 0 or step.offset_days == 0


def _rest(account: Account, step: Step, amount_cents: int, restraint: Restraint, today: date) -> Rest | None:
    if account.pause is not None and account.pause.until_on >= today:
        pause = account.pause
        facts = {"pause.until_on": pause.until_on, "pause.reason": pause.reason}
        return Rest(pause.code, facts, next_on=next_working_day(pause.until_on + timedelta(days=1)))
    agreed = _rest_agreed(account, today)
    if agreed is not None:
        return agreed
    if amount_cents <= 0:
        return Rest("credit_covers", {"credit.total": account.credit_cents})
    if amount_cents < restraint.threshold_cents:
        return Rest("too_small", {"net.open": amount_cents, "rest.threshold": restraint.threshold_cents})
    if account.may_be_theirs is not None:
        cents, booked_on = account.may_be_theirs
        return Rest("credit_unmatched", {"row.amount": cents, "row.received_on": booked_on})
    return _rest_of_the_day(account, step, restraint, today)


def _rest_agreed(account: Account, today: date) -> Rest | None:
    """Rest while what the customer said runs: a promise to pay, a day to call them."""
    promise = account.promise
    if promise is not None and not promise.is_kept and today < promise.resumes_on:
        facts = {"promise.on": promise.promised_on, "promise.amount": promise.amount_cents}
        return Rest("promised", {**facts, **_day_facts(promise.resumes_on)}, next_on=promise.resumes_on)
    if account.call_again_on is not None and today < account.call_again_on:
        next_on = next_working_day(account.call_again_on)
        return Rest("call_again", _day_facts(next_on), next_on=next_on)
    return None


def _rest_of_the_day(account: Account, step: Step, restraint: Restraint, today: date) -> Rest | None:
    read_on = restraint.bank_read_on
    if read_on is None:
        return Rest("bank_never")
    promise = account.promise
    promise_unknown = promise is not None and not promise.is_kept and read_on < promise.promised_on
    if promise_unknown or _is_stale(read_on, today, restraint.stale_after_working_days):
        return Rest("bank_stale", {"bank.read_on": read_on})
    if not is_working_day(today):
        next_on = next_working_day(today)
        if today.weekday() >= 5:
            return Rest("weekend", _day_facts(next_on), next_on=next_on)
        return Rest("holiday", {"rest.holiday": holiday_name(today), **_day_facts(next_on)}, next_on=next_on)
    if step.channel == CALL:
        return None
    if account.last_message_on is not None:
        days_since = (today - account.last_message_on).days
        if days_since < restraint.minimum_gap_days:
            next_on = next_working_day(account.last_message_on + timedelta(days=restraint.minimum_gap_days))
            facts = {
                "rest.days_since": days_since,
                "rest.gap_days": restraint.minimum_gap_days,
                **_day_facts(next_on),
            }
            return Rest("gap", facts, next_on=next_on)
    if not account.has_address:
        return Rest("no_contact")
    if account.bounced:
        return Rest("bounced", {"rest.bounce_reason": account.bounced})
    return None


@lru_cache(maxsize=64)
def _is_stale(read_on: date, today: date, limit_working_days: int) -> bool:
    # The same question for every customer of a day's work: counting working days is the dear part.
    return working_days_between(read_on, today) > limit_working_days


def _day_facts(next_on: date | None) -> dict[str, object]:
    return {} if next_on is None else {"rest.next_on": next_on}


def _reasons(
    account: Account, plan: Plan, step: Step, debts: tuple[Debt, ...], restraint: Restraint, today: date
) -> tuple[Reason, ...]:
    """Say why this step, today: the debt that is furthest, what was done before, and that the bank was read."""
    furthest = max(
        (debt for debt in debts if step.code not in debt.done), key=lambda debt: debt.days_late(today)
    )
    late = furthest.days_late(today)
    left = french_euros(furthest.open_cents)
    reasons = [Reason("furthest_debt", f"Facture {furthest.number} {_when(late)}, reste {left}.")]
    if account.promise is not None and not account.promise.is_kept:
        reasons.insert(0, _broken(account.promise))
    if step.code == CALL_AGAIN:
        words = f"Appel convenu pour le {account.call_again_on:%d/%m/%Y}."
        reasons.insert(0, Reason("call_agreed", words))
    if late > 0:
        done = ", ".join(taken.code for taken in plan.steps if taken.code in furthest.done)
        words = f"Étapes déjà faites pour elle : {done}." if done else "Aucune étape faite pour elle encore."
        reasons.append(Reason("done_before", words))
    if len(debts) > 1:
        what = "appel" if step.channel == CALL else "message"
        reasons.append(
            Reason("everything_overdue", f"Un seul {what} pour ses {len(debts)} factures concernées.")
        )
    if account.credit_cents:
        credit = french_euros(account.credit_cents)
        reasons.append(Reason("credit_deducted", f"Son crédit de {credit} est déduit."))
    assert restraint.bank_read_on is not None
    read_on = f"{restraint.bank_read_on:%d/%m/%Y}"
    words = f"Banque lue jusqu'au {read_on} : aucun virement inexpliqué ne paraît venir de ce client."
    reasons.append(Reason("bank_read", words))
    return tuple(reasons)


def _broken(promise: PromiseMade) -> Reason:
    came = f"{french_euros(promise.received_cents)} reçus sur {french_euros(promise.amount_cents)}"
    since = came if promise.received_cents else "rien reçu depuis"
    return Reason("promise_broken", f"Promesse du {promise.promised_on:%d/%m/%Y} non tenue : {since}.")


def _when(late: int) -> str:
    if late == 0:
        return "à régler aujourd'hui"
    days = f"{abs(late)} jour{'s' if abs(late) > 1 else ''}"
    return f"échue depuis {days}" if late > 0 else f"à régler dans {days}"


def deadline_on(today: date, days: int) -> date:
    """Return the last day to act: so many days from today, moved on to a working day."""
    on = today + timedelta(days=days)
    return on if is_working_day(on) else add_working_days(on, 1)
