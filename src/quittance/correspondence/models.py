"""Messages, the attempts to deliver them, and the documents that are kept byte for byte."""

from django.db import models
from django.db.models import Q

QUEUED, SENDING, SENT, IN_DOUBT, REFUSED, CANCELLED = (
    "queued",
    "sending",
    "sent",
    "in_doubt",
    "refused",
    "cancelled",
)
CALL_OUTCOMES = (
    "promise", "plan", "paid", "dispute", "resend", "other_contact", "voicemail", "no_answer", "callback", "refuses",
    "wrong_number", "in_difficulty", "awaiting_approval",
)  # fmt: skip
STATES = (QUEUED, SENDING, SENT, IN_DOUBT, REFUSED, CANCELLED)


class Document(models.Model):
    """A document: what it says (`content`), then, once composed, the hash of its bytes in the archive.

    The content is frozen when the document is decided; the same content always gives the same bytes.
    """

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)  # of the file
    about = models.CharField(max_length=60, blank=True)  # the number of the invoice it is
    content = models.JSONField()
    sha256 = models.CharField(max_length=64, blank=True)  # empty: not composed yet
    created_at = models.DateTimeField()
    hidden_at = models.DateTimeField(
        null=True
    )  # a person took it off the customer's file; the archive keeps it

    class Meta:
        indexes = [
            models.Index(fields=["company"], condition=Q(sha256=""), name="document_to_compose"),
            models.Index(fields=["company", "about"], condition=~Q(about=""), name="document_of_invoice"),
        ]


class Message(models.Model):
    """A mail. It is queued in the transaction that decided it, and delivered by a job after it."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=200, unique=True)  # the Message-ID header, given once
    sender_name = models.CharField(max_length=140)
    sender_email = models.EmailField()
    recipient_name = models.CharField(max_length=200, blank=True)
    recipient_email = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    qr_payload = models.CharField(max_length=331, blank=True)  # EPC QR shown in the mail
    documents = models.ManyToManyField(Document, related_name="messages")
    state = models.CharField(max_length=10, default=QUEUED)
    queued_at = models.DateTimeField()
    leaves_at = models.DateTimeField(null=True)  # not before: until then it can be taken back; null: at once
    claimed_by = models.CharField(max_length=200, blank=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="message_state_known"),
            models.CheckConstraint(
                condition=Q(state=SENT, sent_at__isnull=False) | (~Q(state=SENT) & Q(sent_at__isnull=True)),
                name="message_sent_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["company"], condition=~Q(state=SENT), name="message_to_deliver")]


class Attempt(models.Model):
    """One try to deliver a message. `handed_over` is written just before the last byte leaves: a try found in
    that state after a crash may have been delivered, and is never repeated without a person's word."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    started_at = models.DateTimeField()
    worker = models.CharField(max_length=200)
    outcome = models.CharField(max_length=12, default="started")
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=(
                        "started",
                        "handed_over",
                        "accepted",
                        "postponed",
                        "refused",
                        "rejected",
                        "lost",
                    )
                ),
                name="attempt_outcome_known",
            ),
        ]


class CallNote(models.Model):
    """A telephone call: with whom, what was said, and what came of it (the outcomes of the call sheet)."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    contact_name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    outcome = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    again_on = models.DateField(null=True)  # call again on that day
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=CALL_OUTCOMES), name="call_outcome_known"),
        ]
        indexes = [models.Index(fields=["customer", "at"], name="call_by_customer")]
