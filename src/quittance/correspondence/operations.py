"""What is done to messages and documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from quittance.correspondence.models import (
    CANCELLED,
    IN_DOUBT,
    QUEUED,
    REFUSED,
    SENDING,
    SENT,
    Attempt,
    CallNote,
    Document,
    Message,
)
from quittance.journal.operations import append

# A worker of another machine cannot be seen: after this long its claim is taken over. Should it still be alive, it
# finds that out before its last byte leaves (`ClaimLost`).
LONGEST_CLAIM = timedelta(hours=1)
BROUGHT = "brought"  # the kind of a document that a person put on a customer's file


class NotInDoubt(Exception):
    """This message is not one whose delivery is in doubt."""


class CallRefused(Exception):
    """This call cannot be noted; the text says why."""


class NoSuchDocument(LookupError):
    """The customer has no such document on file: nothing was changed."""


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document decided: its kind, file name, and what it says (JSON). Its bytes are composed later."""

    customer_id: int
    kind: str
    name: str
    content: dict[str, object]


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A mail decided, whole."""

    customer_id: int
    message_id: str
    sender_name: str
    sender_email: str
    recipient_name: str
    recipient_email: str
    subject: str
    body: str
    qr_payload: str = ""
    documents: Sequence[Document] = field(default=())


@transaction.atomic
def draft_documents(*, company_id: int, drafts: Sequence[DocumentDraft], at: datetime) -> list[Document]:
    """Keep what documents say; the caller's verb journals why. Their bytes come from `keep_documents`."""
    return Document.objects.bulk_create(
        [
            Document(
                company_id=company_id,
                customer_id=draft.customer_id,
                kind=draft.kind,
                name=draft.name,
                content=draft.content,
                created_at=at,
            )
            for draft in drafts
        ],
        batch_size=500,
    )


@transaction.atomic
def file_invoice(
    *, company_id: int, customer_id: int, number: str, name: str, sha256: str, actor: str, at: datetime
) -> None:
    """File the PDF of an invoice that came from elsewhere, its bytes being in the archive."""
    document = Document.objects.create(
        company_id=company_id,
        customer_id=customer_id,
        kind="invoice",
        name=name,
        about=number,
        content={},
        sha256=sha256,
        created_at=at,
    )
    append(
        company_id=company_id,
        kind="correspondence.documents_kept",
        data={"documents": {str(document.pk): sha256}},
        actor=actor,
        at=at,
    )


@transaction.atomic
def file_document(
    *,
    company_id: int,
    customer_id: int,
    name: str,
    sha256: str,
    content: dict[str, object],
    actor: str,
    at: datetime,
) -> Document:
    """File a document that a person brought, its bytes being in the archive; `content` says what it is.

    The same bytes are filed once for a customer, and shown again if they were hidden.
    """
    same = Document.objects.filter(
        company_id=company_id, customer_id=customer_id, kind=BROUGHT, sha256=sha256
    ).first()
    if same is not None:
        Document.objects.filter(pk=same.pk).update(name=name, content=content, hidden_at=None)
        document, kind = same, "correspondence.document_shown"
    else:
        document = Document.objects.create(
            company_id=company_id,
            customer_id=customer_id,
            kind=BROUGHT,
            name=name,
            content=content,
            sha256=sha256,
            created_at=at,
        )
        kind = "correspondence.documents_kept"
    data: dict[str, object] = {
        "documents": {str(document.pk): sha256},
        "customer_id": customer_id,
        "name": name,
    }
    append(company_id=company_id, kind=kind, data=data, actor=actor, at=at)
    return document


@transaction.atomic
def hide_document(*, company_id: int, customer_id: int, document_id: int, actor: str, at: datetime) -> None:
    """Take a document that a person brought off the customer's file; it stays archived. Refusal: `NoSuchDocument`."""
    _show_document(company_id, customer_id, document_id, hidden_at=at, actor=actor, at=at)


@transaction.atomic
def show_document(*, company_id: int, customer_id: int, document_id: int, actor: str, at: datetime) -> None:
    """Put a hidden document back on the customer's file. Refusal: `NoSuchDocument`."""
    _show_document(company_id, customer_id, document_id, hidden_at=None, actor=actor, at=at)


def _show_document(
    company_id: int,
    customer_id: int,
    document_id: int,
    *,
    hidden_at: datetime | None,
    actor: str,
    at: datetime,
) -> None:
    changed = Document.objects.filter(
        company_id=company_id,
        customer_id=customer_id,
        pk=document_id,
        kind=BROUGHT,
        hidden_at__isnull=hidden_at is not None,
    ).update(hidden_at=hidden_at)
    if not changed:
        raise NoSuchDocument("Ce document n'est plus là.")
    append(
        company_id=company_id,
        kind="correspondence.document_hidden" if hidden_at else "correspondence.document_shown",
        data={"document": document_id, "customer_id": customer_id},
        actor=actor,
        at=at,
    )


@transaction.atomic
def keep_documents(*, company_id: int, hashes: dict[int, str], actor: str, at: datetime) -> None:
    """Note the hash of documents that were composed and archived; their bytes never change from here on."""
    documents = list(Document.objects.filter(company_id=company_id, pk__in=hashes, sha256=""))
    for document in documents:
        document.sha256 = hashes[document.pk]
    if not documents:
        return
    Document.objects.bulk_update(documents, ["sha256"], batch_size=500)
    append(
        company_id=company_id,
        kind="correspondence.documents_kept",
        data={"documents": {str(document.pk): document.sha256 for document in documents}},
        actor=actor,
        at=at,
    )


@transaction.atomic
def queue_messages(
    *, company_id: int, drafts: Sequence[MessageDraft], at: datetime, leaves_at: datetime | None = None
) -> list[Message]:
    """Queue mails, in the transaction of the verb that decided and journals them; they leave not before `leaves_at`."""
    messages = Message.objects.bulk_create(
        [
            Message(
                company_id=company_id,
                customer_id=draft.customer_id,
                message_id=draft.message_id,
                sender_name=draft.sender_name,
                sender_email=draft.sender_email,
                recipient_name=draft.recipient_name,
                recipient_email=draft.recipient_email,
                subject=draft.subject,
                body=draft.body,
                qr_payload=draft.qr_payload,
                queued_at=at,
                leaves_at=leaves_at,
            )
            for draft in drafts
        ],
        batch_size=500,
    )
    attachment = Message.documents.through
    attachment.objects.bulk_create(
        [
            attachment(message_id=message.pk, document_id=document.pk)
            for message, draft in zip(messages, drafts, strict=True)
            for document in draft.documents
        ],
        batch_size=2000,
    )
    return messages


@transaction.atomic
def queue_answer(
    *, company_id: int, draft: MessageDraft, actor: str, at: datetime, leaves_at: datetime
) -> Message:
    """Queue a mail that is no reminder, such as the copies that a customer asked for."""
    [message] = queue_messages(company_id=company_id, drafts=[draft], at=at, leaves_at=leaves_at)
    append(
        company_id=company_id,
        kind="correspondence.answer_queued",
        data={"message": message.pk, "customer": draft.customer_id},
        actor=actor,
        at=at,
    )
    return message


@transaction.atomic
def claim(*, message_id: int, worker: str, at: datetime) -> Attempt | None:
    """Take a queued message for this worker; `None` when another one was faster."""
    taken = Message.objects.filter(pk=message_id, state=QUEUED).update(
        state=SENDING, claimed_by=worker, claimed_at=at
    )
    if taken != 1:
        return None
    return Attempt.objects.create(message_id=message_id, started_at=at, worker=worker)


class ClaimLost(Exception):
    """Another worker has taken this message over: this one must not let it leave."""


def note_handing_over(*, attempt: Attempt) -> None:
    """Write, before the last byte leaves, that it leaves: from here on a crash puts the message in doubt.

    Refusal: `ClaimLost`, when this try was held to be dead and the message freed.
    """
    still_ours = Attempt.objects.filter(
        pk=attempt.pk, outcome="started", message__state=SENDING, message__claimed_by=attempt.worker
    )
    if still_ours.update(outcome="handed_over") != 1:
        raise ClaimLost(f"Le message n° {attempt.message_id} a été repris par un autre envoi.")
    attempt.outcome = "handed_over"


@transaction.atomic
def note_sent(*, attempt: Attempt, answer: str, actor: str, at: datetime) -> None:
    """The server took the message."""
    _end_attempt(attempt, "accepted", answer)
    message = attempt.message
    message.state, message.sent_at = SENT, at
    message.save(update_fields=["state", "sent_at"])
    append(
        company_id=message.company_id,
        kind="correspondence.sent",
        data={"message": message.pk, "message_id": message.message_id, "to": message.recipient_email},
        actor=actor,
        at=at,
    )


@transaction.atomic
def note_not_sent(*, attempt: Attempt, outcome: str, answer: str, actor: str, at: datetime) -> None:
    """The message did not leave. `outcome`: `postponed` (it will be tried again), `refused` (the address), `rejected`
    (this mail), or `in_doubt`."""
    state = {"postponed": QUEUED, "refused": REFUSED, "rejected": REFUSED, "in_doubt": IN_DOUBT}[outcome]
    _end_attempt(attempt, "handed_over" if outcome == "in_doubt" else outcome, answer)
    message = attempt.message
    message.state, message.claimed_by = state, ""
    message.save(update_fields=["state", "claimed_by"])
    append(
        company_id=message.company_id,
        kind=f"correspondence.{outcome}",
        data={"message": message.pk, "answer": answer[:500]},
        actor=actor,
        at=at,
    )


@transaction.atomic
def free_claims_of_the_dead(
    *, company_id: int, is_dead: Callable[[str], bool], actor: str, at: datetime
) -> tuple[int, int]:
    """Look after the messages that a stopped worker held, or one held too long: (queued again, in doubt).

    A try that had not reached its last byte cannot have been delivered, and is repeated. One that had may have
    been: only a person can tell, and it waits in doubt.
    """
    freed = in_doubt = 0
    for message in Message.objects.select_for_update().filter(company_id=company_id, state=SENDING):
        assert message.claimed_at is not None
        if not is_dead(message.claimed_by) and at - message.claimed_at < LONGEST_CLAIM:
            continue
        attempt = message.attempts.order_by("pk").last()
        assert attempt is not None
        if attempt.outcome == "handed_over":
            note_not_sent(
                attempt=attempt, outcome="in_doubt", answer="arrêt pendant la remise", actor=actor, at=at
            )
            in_doubt += 1
        else:
            _end_attempt(attempt, "lost", "arrêt avant la remise")
            Message.objects.filter(pk=message.pk).update(state=QUEUED, claimed_by="")
            freed += 1
    return freed, in_doubt


@transaction.atomic
def settle_doubt(*, company_id: int, message_id: int, it_left: bool, actor: str, at: datetime) -> None:
    """A person says whether a message in doubt had left; if not, it is queued again. Refusal: `NotInDoubt`."""
    state = SENT if it_left else QUEUED
    settled = Message.objects.filter(pk=message_id, company_id=company_id, state=IN_DOUBT).update(
        state=state, sent_at=at if it_left else None
    )
    if not settled:
        raise NotInDoubt(f"Le message n° {message_id} n'attend pas de vérification.")
    append(
        company_id=company_id,
        kind="correspondence.doubt_settled",
        data={"message": message_id, "it_left": it_left},
        actor=actor,
        at=at,
    )


@transaction.atomic
def cancel(*, company_id: int, message_id: int, reason: str, actor: str, at: datetime) -> bool:
    """Take back a message that is still queued; false when it is no longer."""
    cancelled = Message.objects.filter(pk=message_id, company_id=company_id, state=QUEUED).update(
        state=CANCELLED
    )
    if cancelled:
        append(
            company_id=company_id,
            kind="correspondence.cancelled",
            data={"message": message_id, "reason": reason},
            actor=actor,
            at=at,
        )
    return bool(cancelled)


@transaction.atomic
def note_call(
    *,
    company_id: int,
    customer_id: int,
    outcome: str,
    text: str,
    contact_name: str,
    phone: str,
    again_on: date | None,
    today: date,
    actor: str,
    at: datetime,
) -> CallNote:
    """Note a call and what came of it; `again_on`: the day to call again. Refusal: `CallRefused`."""
    if again_on is not None and again_on <= today:
        raise CallRefused("Choisissez un jour à venir pour rappeler.")
    row = CallNote.objects.create(
        company_id=company_id,
        customer_id=customer_id,
        contact_name=contact_name,
        phone=phone,
        outcome=outcome,
        text=text,
        again_on=again_on,
        actor=actor,
        at=at,
    )
    append(
        company_id=company_id,
        kind="correspondence.called",
        data={
            "call": row.pk,
            "customer": customer_id,
            "outcome": outcome,
            "again_on": again_on.isoformat() if again_on else None,
        },
        actor=actor,
        at=at,
    )
    return row


def _end_attempt(attempt: Attempt, outcome: str, detail: str) -> None:
    attempt.outcome, attempt.detail = outcome, detail[:500]
    attempt.save(update_fields=["outcome", "detail"])
