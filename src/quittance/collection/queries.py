"""Reading plans, reminders, and what was agreed with customers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import F, Max, Model, Q, QuerySet

from quittance.collection.models import Dispute, Pause, Plan, Promise, Reminder, ReminderItem
from quittance.collection.models import Step as StepRow
from quittance.domain.invariants import Violation
from quittance.domain.reminders import DisputeOpen, PauseUntil, PromiseMade, Step
from quittance.domain.reminders import Plan as PlanValue
from quittance.gateways.clock import civil_day
from quittance.payments.queries import money_received

A_YEAR = timedelta(days=366)
Row = TypeVar("Row", bound=Model)


def plans_by_kind(company_id: int) -> dict[str, PlanValue]:
    """Return the company's plan for each kind of customer, its steps by day."""
    plans = Plan.objects.filter(company_id=company_id).prefetch_related("steps")
    return {plan.customer_kind: plan_value(plan.steps.all()) for plan in plans}


def plan_value(rows: Iterable[StepRow]) -> PlanValue:
    """Read the steps of one plan."""
    steps: dict[bool, list[Step]] = {True: [], False: []}
    for row in sorted(rows, key=lambda row: (row.offset_days, row.pk)):
        step = Step(row.code, row.offset_days, row.channel, row.text, row.minimum_term_days)
        steps[row.removed_at is None].append(step)
    return PlanValue(tuple(steps[True]), tuple(steps[False]))


def steps_done(company_id: int, customer_ids: Collection[int] | None = None) -> dict[int, frozenset[str]]:
    """Return, for each receivable still open (of these customers), the steps already taken."""
    items = _items_of_open_receivables(company_id)
    if customer_ids is not None:
        items = items.filter(receivable__customer_id__in=customer_ids)
    rows = items.values_list("receivable_id", "step")
    done: dict[int, set[str]] = {}
    for receivable_id, step in rows.iterator(5000):
        done.setdefault(receivable_id, set()).add(step)
    return {receivable_id: frozenset(steps) for receivable_id, steps in done.items()}


def last_steps(company_id: int) -> dict[int, str]:
    """Return, for each receivable still open, the last step taken."""
    rows = _items_of_open_receivables(company_id).order_by("pk")
    return dict(rows.values_list("receivable_id", "step"))


def _items_of_open_receivables(company_id: int) -> QuerySet[ReminderItem]:
    # Asked by the receivable, of which few are open, not by the reminder, of which a company keeps all it ever made.
    return ReminderItem.objects.filter(
        receivable__company_id=company_id,
        receivable__open_cents__gt=0,
        cancelled_at__isnull=True,
        is_new=True,
    )


def last_messages(
    company_id: int, today: date, *, that_left: bool, customer_ids: Collection[int] | None = None
) -> dict[int, date]:
    """Return, by customer, the day of the last message (calls are not messages) of the last twelve months: of all that
    are on their way, for the gap between two; or only of those that left, for what may be said of them."""
    reminders = Reminder.objects.filter(
        company_id=company_id,
        message__isnull=False,
        cancelled_at__isnull=True,
        decided_on__gte=today - A_YEAR,  # no gap is longer, and of older ones nothing is said
    )
    reminders = _of_customers(reminders, customer_ids)
    if that_left:
        reminders = reminders.filter(message__sent_at__isnull=False)
    rows = reminders.values("customer_id").annotate(last=Max("decided_on"))
    return {row["customer_id"]: row["last"] for row in rows}


def _of_customers(rows: QuerySet[Row], customer_ids: Collection[int] | None) -> QuerySet[Row]:
    return rows if customer_ids is None else rows.filter(customer_id__in=customer_ids)


def pauses_on(
    company_id: int, today: date, customer_ids: Collection[int] | None = None
) -> dict[int, PauseUntil]:
    """Return the pauses in force on a day, by customer; the longest where there are several."""
    rows = _of_customers(_pauses(company_id, today), customer_ids).order_by("until_on")
    return {row.customer_id: PauseUntil(row.until_on, row.reason, row.kind) for row in rows}


def promises_made(
    company_id: int, today: date, customer_ids: Collection[int] | None = None
) -> dict[int, PromiseMade]:
    """Return the last promise of each customer, with what they paid since they made it."""
    rows = Promise.objects.filter(
        company_id=company_id, withdrawn_at__isnull=True, promised_on__gte=today - A_YEAR
    )
    newest = {row.customer_id: row for row in _of_customers(rows, customer_ids).order_by("pk")}
    received = _received_since(company_id, list(newest.values()))
    return {
        row.customer_id: PromiseMade(row.promised_on, row.amount_cents, received[row.pk])
        for row in newest.values()
    }


def _received_since(company_id: int, promises: list[Promise]) -> dict[int, int]:
    """Return, by promise, what its customer paid from the day on which it was made."""
    received: dict[int, int] = defaultdict(int)
    if not promises:
        return received
    made_on = {row.pk: civil_day(row.at) for row in promises}
    paid: dict[int, list[tuple[date, int]]] = defaultdict(list)
    customer_ids = {row.customer_id for row in promises}
    for customer_id, on, cents in money_received(company_id, customer_ids, since=min(made_on.values())):
        paid[customer_id].append((on, cents))
    for row in promises:
        received[row.pk] = sum(cents for on, cents in paid[row.customer_id] if on >= made_on[row.pk])
    return received


def promises_running(
    company_id: int, today: date, customer_ids: Collection[int] | None = None
) -> dict[int, PromiseMade]:
    """Return the last promise of each customer whose day, or the working day after it, has not passed."""
    made = promises_made(company_id, today, customer_ids)
    return {
        customer_id: promise
        for customer_id, promise in made.items()
        if not promise.is_kept and today < promise.resumes_on
    }


def promises_broken(
    company_id: int, today: date, customer_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Count the promises of the last twelve months that customers did not keep; one moved before its day is none."""
    rows = Promise.objects.filter(
        company_id=company_id, withdrawn_at__isnull=True, promised_on__gte=today - A_YEAR
    )
    promises = list(_of_customers(rows, customer_ids).order_by("pk"))
    received = _received_since(company_id, promises)
    next_made_on: dict[int, date] = {}
    broken: dict[int, int] = defaultdict(int)
    for row in reversed(promises):
        moved = row.customer_id in next_made_on and next_made_on[row.customer_id] <= row.promised_on
        passed = today >= PromiseMade(row.promised_on, row.amount_cents).resumes_on
        if passed and not moved and received[row.pk] < row.amount_cents:
            broken[row.customer_id] += 1
        next_made_on[row.customer_id] = civil_day(row.at)
    return dict(broken)


def disputes_open(company_id: int, customer_ids: Collection[int] | None = None) -> dict[int, DisputeOpen]:
    """Return what each customer disputes: all receivables, the first opening, the first day to answer by."""
    disputes = Dispute.objects.filter(company_id=company_id, settled_at__isnull=True)
    rows = _of_customers(disputes, customer_ids).values_list(
        "customer_id", "receivables", "opened_at", "answer_by_on"
    )
    found: dict[int, DisputeOpen] = {}
    for customer_id, receivable_id, opened_at, answer_by_on in rows:
        one = DisputeOpen(frozenset({receivable_id}), civil_day(opened_at), answer_by_on)
        known = found.get(customer_id, one)
        found[customer_id] = DisputeOpen(
            known.receivable_ids | one.receivable_ids,
            min(known.opened_on, one.opened_on),
            min(known.answer_by_on, one.answer_by_on),
        )
    return found


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """A promise as a person looks back on it. `state`: those of the words (`states.toml`), or withdrawn."""

    promise: Promise
    received_cents: int
    state: str


def promises_of(company_id: int, customer_id: int, today: date) -> list[PromiseSeen]:
    """Return all promises of a customer, newest first, and whether each was kept."""
    rows = list(Promise.objects.filter(company_id=company_id, customer_id=customer_id).order_by("-pk"))
    received = _received_since(company_id, rows)
    newest = next((row.pk for row in rows if row.withdrawn_at is None), None)
    return [
        PromiseSeen(row, received[row.pk], _state(row, received[row.pk], today, is_newest=row.pk == newest))
        for row in rows
    ]


def _state(row: Promise, received_cents: int, today: date, *, is_newest: bool) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if received_cents >= row.amount_cents:
        return "kept"
    if not is_newest:
        return "moved"
    if today < PromiseMade(row.promised_on, row.amount_cents).resumes_on:
        return "open"
    return "part_kept" if received_cents else "broken"


def disputes_of(company_id: int, customer_id: int) -> list[Dispute]:
    """Return all disputes of a customer, the open ones first, then the newest; receivables and invoices loaded."""
    rows = Dispute.objects.filter(company_id=company_id, customer_id=customer_id).select_related("in_charge")
    return list(
        rows.prefetch_related("receivables__installment__invoice").order_by(
            F("settled_at").desc(nulls_first=True), "-pk"
        )
    )


def dispute_of_company(company_id: int, dispute_id: int) -> Dispute | None:
    """Return a dispute of the company that is still open."""
    return Dispute.objects.filter(company_id=company_id, pk=dispute_id, settled_at__isnull=True).first()


def customer_of_promise(company_id: int, promise_id: int) -> int | None:
    """Return whose promise it is."""
    rows = Promise.objects.filter(company_id=company_id, pk=promise_id)
    return rows.values_list("customer_id", flat=True).first()


def pauses_of(company_id: int, customer_id: int) -> list[Pause]:
    """Return all pauses of a customer, newest first."""
    return list(Pause.objects.filter(company_id=company_id, customer_id=customer_id).order_by("-pk"))


def reminders_of(company_id: int, customer_id: int, *, most: int) -> list[Reminder]:
    """Return the newest reminders of a customer that stand, with message and letter, newest first."""
    rows = Reminder.objects.filter(company_id=company_id, customer_id=customer_id, cancelled_at__isnull=True)
    return list(rows.select_related("message", "letter").order_by("-pk")[:most])


def reminders_sent_since(company_id: int, day: date) -> dict[int, list[date]]:
    """Return, by customer, the days of the reminders that left, of those decided on a day or later."""
    rows = Reminder.objects.filter(company_id=company_id, decided_on__gte=day, message__sent_at__isnull=False)
    found: dict[int, list[date]] = defaultdict(list)
    for customer_id, decided_on in rows.values_list("customer_id", "decided_on").iterator(5000):
        found[customer_id].append(decided_on)
    return found


def reminders_of_act(company_id: int, reminder_id: int) -> list[Reminder]:
    """Return the reminders that were approved in one act with this one, itself included; none if it is not theirs."""
    one = Reminder.objects.filter(company_id=company_id, pk=reminder_id).first()
    if one is None:
        return []
    act = Reminder.objects.filter(
        company_id=company_id, actor=one.actor, at=one.at, cancelled_at__isnull=True
    )
    return list(act.select_related("customer", "message").order_by("pk"))


def _pauses(company_id: int, today: date) -> QuerySet[Pause]:
    return Pause.objects.filter(
        company_id=company_id, from_on__lte=today, until_on__gte=today, lifted_at__isnull=True
    )


def steps_taken(company_id: int, first_on: date, last_on: date) -> list[tuple[int, str, date]]:
    """Return the steps taken in a period as (customer, step, day): messages that left, and calls made."""
    taken = Reminder.objects.filter(
        Q(message__sent_at__isnull=False) | Q(channel="call"),
        company_id=company_id,
        cancelled_at__isnull=True,
        decided_on__gte=first_on,
        decided_on__lte=last_on,
    )
    return list(taken.values_list("customer_id", "step", "decided_on").iterator(5000))


def reminders_on(company_id: int, day: date) -> list[Reminder]:
    """Return the reminders decided on a day that still stand, with customers and messages."""
    return list(
        Reminder.objects.filter(company_id=company_id, decided_on=day, cancelled_at__isnull=True)
        .select_related("customer", "message", "letter")
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class QueuedReminder:
    """A queued message: to whom, the credit it deducts, and the invoices it speaks of that have moved since."""

    customer_id: int
    decided_at: datetime
    superseded: bool  # a later reminder of the same customer stands
    credit_cents: int
    moved: tuple[str, ...]
    paused: bool
    promised: bool = False  # since it was decided
    disputed: tuple[str, ...] = ()


def queued_reminder(message_id: int, today: date) -> QueuedReminder | None:
    """Return what to look at before a message leaves; `None` for a message that is no reminder."""
    reminder = Reminder.objects.filter(message_id=message_id).first()
    if reminder is None:
        return None
    moved = ReminderItem.objects.filter(reminder=reminder).exclude(
        receivable__open_cents=F("open_cents"), receivable__due_on=F("due_on")
    )
    return QueuedReminder(
        reminder.customer_id,
        reminder.at,
        Reminder.objects.filter(
            customer_id=reminder.customer_id,
            pk__gt=reminder.pk,
            message__isnull=False,
            cancelled_at__isnull=True,
        ).exists(),
        reminder.credit_cents,
        tuple(sorted(moved.values_list("receivable__installment__invoice__number", flat=True))),
        _pauses(reminder.company_id, today).filter(customer_id=reminder.customer_id).exists(),
        Promise.objects.filter(
            customer_id=reminder.customer_id, withdrawn_at__isnull=True, at__gte=reminder.at
        ).exists(),
        tuple(
            sorted(
                _disputed_items(reminder).values_list("receivable__installment__invoice__number", flat=True)
            )
        ),
    )


def _disputed_items(reminder: Reminder) -> QuerySet[ReminderItem]:
    open_disputes = Dispute.objects.filter(company_id=reminder.company_id, settled_at__isnull=True)
    return ReminderItem.objects.filter(reminder=reminder, receivable__in=open_disputes.values("receivables"))


def violations(company_id: int) -> list[Violation]:
    """Check reminders: each covers something, and neither they nor their messages leave the company."""
    reminders = Reminder.objects.filter(company_id=company_id)
    found = [
        Violation("reminder_covers_something", f"relance n° {row.pk}", "elle ne porte sur aucune facture")
        for row in reminders.filter(items__isnull=True)
    ]
    found += [
        Violation("walls", f"relance n° {row.pk}", "son client est d'une autre société")
        for row in reminders.exclude(customer__company_id=company_id)
    ]
    found += [
        Violation("walls", f"relance n° {row.reminder_id}", "elle porte sur la créance d'un autre client")
        for row in ReminderItem.objects.filter(reminder__company_id=company_id).exclude(
            receivable__customer_id=F("reminder__customer_id")
        )
    ]
    found += [
        Violation("walls", f"litige n° {row.pk}", "il porte sur la créance d'un autre client")
        for row in Dispute.objects.filter(company_id=company_id)
        .exclude(receivables__customer_id=F("customer_id"))
        .distinct()
    ]
    return found + _sent_all_the_same(company_id)


def _sent_all_the_same(company_id: int) -> list[Violation]:
    """Nothing leaves about what is disputed, nor to whom is paused, or has promised since it was decided.

    The last look holds the company's turn: what a delivery finds when it begins is what counts.
    """
    left = ReminderItem.objects.filter(
        reminder__company_id=company_id, reminder__message__sent_at__isnull=False
    )
    began = "reminder__message__attempts__started_at"
    delivered = {"reminder__message__attempts__outcome": "accepted"}
    disputed = left.filter(**delivered, receivable__disputes__opened_at__lt=F(began)).exclude(
        receivable__disputes__settled_at__lt=F(began)
    )
    found = [
        Violation("restraint", f"relance n° {pk}", "elle est partie pendant un litige")
        for pk in sorted(set(disputed.values_list("reminder_id", flat=True)))
    ]
    sent = Reminder.objects.filter(
        company_id=company_id, message__sent_at__isnull=False, message__attempts__outcome="accepted"
    ).values_list("pk", "customer_id", "at", "message__attempts__started_at")
    promises: dict[int, list[Promise]] = defaultdict(list)
    for promise in Promise.objects.filter(company_id=company_id):
        promises[promise.customer_id].append(promise)
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.filter(company_id=company_id):
        pauses[pause.customer_id].append(pause)
    for pk, customer_id, decided_at, began_at in sent.iterator(5000):
        if any(
            decided_at < one.at and _forbids(one.at, one.withdrawn_at, began_at)
            for one in promises.get(customer_id, ())
        ):
            found.append(Violation("restraint", f"relance n° {pk}", "elle est partie malgré une promesse"))
        if any(
            one.from_on <= civil_day(began_at) <= one.until_on and _forbids(one.at, one.lifted_at, began_at)
            for one in pauses.get(customer_id, ())
        ):
            found.append(Violation("restraint", f"relance n° {pk}", "elle est partie pendant une pause"))
    return found


def _forbids(since: datetime, ended_at: datetime | None, at: datetime) -> bool:
    return since < at and (ended_at is None or ended_at > at)
