"""Reading plans and reminders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Max, QuerySet

from quittance.collection.models import Pause, Plan, Reminder, ReminderItem
from quittance.collection.models import Step as StepRow
from quittance.domain.invariants import Violation
from quittance.domain.reminders import PauseUntil, Step
from quittance.domain.reminders import Plan as PlanValue

A_YEAR = timedelta(days=366)


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


def steps_done(company_id: int) -> dict[int, frozenset[str]]:
    """Return, for each receivable still open, the steps already taken."""
    rows = _items_of_open_receivables(company_id).values_list("receivable_id", "step")
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


def last_messages(company_id: int, today: date, *, that_left: bool) -> dict[int, date]:
    """Return, by customer, the day of the last message (calls are not messages) of the last twelve months: of all that
    are on their way, for the gap between two; or only of those that left, for what may be said of them."""
    reminders = Reminder.objects.filter(
        company_id=company_id,
        message__isnull=False,
        cancelled_at__isnull=True,
        decided_on__gte=today - A_YEAR,  # no gap is longer, and of older ones nothing is said
    )
    if that_left:
        reminders = reminders.filter(message__sent_at__isnull=False)
    rows = reminders.values("customer_id").annotate(last=Max("decided_on"))
    return {row["customer_id"]: row["last"] for row in rows}


def pauses_on(company_id: int, today: date) -> dict[int, PauseUntil]:
    """Return the pauses in force on a day, by customer; the longest where there are several."""
    rows = _pauses(company_id, today).order_by("until_on")
    return {row.customer_id: PauseUntil(row.until_on, row.reason) for row in rows}


def _pauses(company_id: int, today: date) -> QuerySet[Pause]:
    return Pause.objects.filter(
        company_id=company_id, from_on__lte=today, until_on__gte=today, lifted_at__isnull=True
    )


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
    )


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
    return found
