"""Reminder plans and what was done under them."""

from django.db import models
from django.db.models import F, Q

CHANNELS = ("mail", "call", "letter")
PAUSE_KINDS = ("paused", "claims_paid")
PROMISE_CHANNELS = ("call", "mail", "letter", "meeting")
DISPUTE_CATEGORIES = (
    "price",
    "quantity",
    "quality",
    "delivery",
    "order",
    "duplicate",
    "not_received",
    "other",
)
DISPUTE_OUTCOMES = ("", "credit", "gesture", "refused", "withdrawn")


class Plan(models.Model):
    """The steps for one kind of customer. Locked while a day's work is written, so that two runs make one."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    customer_kind = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer_kind"], name="plan_once_per_customer_kind"),
        ]


class Step(models.Model):
    """One step: so many days after the due date (negative: before), through a channel, with a text.

    Its code is given once and never to another step: what was done for an invoice is kept under it. A step that was
    removed stays, so that nobody hears a lower tone after it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=12)  # J-7, J+10 ...
    offset_days = models.SmallIntegerField()
    channel = models.CharField(max_length=8)
    text = models.CharField(
        max_length=60, blank=True
    )  # of the texts library; a family picks by the customer's tone
    minimum_term_days = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="step_code_once_per_plan"),
            models.UniqueConstraint(
                fields=["plan", "offset_days"],
                condition=Q(removed_at__isnull=True),
                name="step_day_once_per_plan",
            ),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="step_channel_known"),
        ]


class Reminder(models.Model):
    """One step done towards one customer, for everything overdue; it has at most one message."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=12)
    channel = models.CharField(max_length=8)
    decided_on = models.DateField()
    amount_cents = models.PositiveBigIntegerField()
    credit_cents = models.PositiveBigIntegerField(default=0)  # of the customer, deducted in the amount
    reasons = models.JSONField()
    message = models.OneToOneField(
        "correspondence.Message", on_delete=models.PROTECT, null=True, related_name="+"
    )
    letter = models.OneToOneField(
        "correspondence.Document", on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "decided_on"], name="reminder_by_customer"),
            models.Index(fields=["company", "decided_on"], name="reminder_by_day"),
        ]


class ReminderItem(models.Model):
    """A receivable covered by a reminder: the same step is never done twice for it."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="items")
    receivable = models.ForeignKey("payments.Receivable", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=12)
    is_new = models.BooleanField()  # the step is done for it; else the message only mentions it
    open_cents = models.PositiveBigIntegerField()  # at the time
    due_on = models.DateField()  # at the time
    cancelled_at = models.DateTimeField(null=True)  # the message was taken back before it left

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receivable", "step"],
                condition=Q(cancelled_at__isnull=True, is_new=True),
                name="reminder_step_once",
            ),
        ]


class Pause(models.Model):
    """No reminder to this customer until a day, for a reason. Ended early by being lifted."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    reason = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, default="paused")  # claims_paid: while their payment is looked for
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="pause_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(kind__in=PAUSE_KINDS), name="pause_kind_known"),
        ]
        indexes = [models.Index(fields=["customer", "until_on"], name="pause_by_customer")]


class Promise(models.Model):
    """A customer said: so much, by that day. Reminders rest until then; whether it was kept is read from the bank."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    amount_cents = models.PositiveBigIntegerField()
    promised_on = models.DateField()  # the day by which the money is to be here
    said_by = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10, default="call")
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="promise_positive"),
            models.CheckConstraint(condition=Q(channel__in=PROMISE_CHANNELS), name="promise_channel_known"),
        ]
        indexes = [models.Index(fields=["customer", "promised_on"], name="promise_by_customer")]


class Dispute(models.Model):
    """A customer does not agree with some receivables: these, and only these, are no longer reminded."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    receivables = models.ManyToManyField("payments.Receivable", related_name="disputes")
    category = models.CharField(max_length=14)
    text = models.TextField(blank=True)
    in_charge = models.ForeignKey("company.Member", on_delete=models.PROTECT, null=True, related_name="+")
    answer_by_on = models.DateField()
    opened_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    outcome_text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=DISPUTE_CATEGORIES), name="dispute_category_known"
            ),
            models.CheckConstraint(condition=Q(outcome__in=DISPUTE_OUTCOMES), name="dispute_outcome_known"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="dispute_settled_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["company"], condition=Q(settled_at__isnull=True), name="dispute_open"),
        ]


class OwnText(models.Model):
    """A message text as the company rewrote it, in place of the library's. The newest stands; the others are kept."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=60)  # its name in the library
    language = models.CharField(max_length=2)
    address_form = models.CharField(max_length=4)
    subject = models.CharField(max_length=250)  # where `subject_many` is empty, of several invoices too
    subject_many = models.CharField(max_length=250, blank=True)
    lead_one = models.TextField(blank=True)
    lead_many = models.TextField(blank=True)
    body = models.TextField()
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "text", "language", "address_form"],
                condition=Q(replaced_at__isnull=True),
                name="own_text_stands_once",
            ),
        ]
