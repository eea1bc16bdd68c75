"""Reading messages and documents."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce

from quittance.correspondence.models import (
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
from quittance.domain.invariants import Violation
from quittance.gateways.files import Archive, DocumentLost
from quittance.journal.queries import entries_of_kind

CALLS_COUNT_FOR = timedelta(days=120)
# How long a server that did not take a message is left alone: a little at first, twice as long after each try.
FIRST_REST, MOST_DOUBLED, LONGEST_REST = timedelta(seconds=30), 10, timedelta(minutes=15)


def queued_message_ids(company_id: int | None = None, *, leaving_by: datetime | None = None) -> list[int]:
    """Return the messages that wait to leave, oldest first, of one company or of all.

    `leaving_by`: those whose time has come at this instant.
    """
    messages = Message.objects.filter(state=QUEUED).order_by("pk")
    if leaving_by is not None:
        messages = messages.filter(Q(leaves_at__isnull=True) | Q(leaves_at__lte=leaving_by))
    if company_id is not None:
        messages = messages.filter(company_id=company_id)
    return list(messages.values_list("pk", flat=True))


def companies_to_deliver(at: datetime) -> list[int]:
    """Return the companies that have a message whose time to leave has come, or one that a worker holds.

    One whose server did not take a message rests, longer after each try, unless another message is due since.
    """
    due = Q(state=QUEUED) & (Q(leaves_at__isnull=True) | Q(leaves_at__lte=at))
    waiting = Message.objects.filter(due | Q(state=SENDING)).order_by("company_id")
    newest = dict(
        waiting.values("company_id")
        .annotate(due_at=Max(Coalesce("leaves_at", "queued_at")))
        .values_list("company_id", "due_at")
    )
    rests = _rests(newest) if newest else {}
    return [
        company_id
        for company_id, due_at in newest.items()
        if company_id not in rests or not rests[company_id].holds(at, due_at)
    ]


class _Rest(NamedTuple):
    since: datetime
    until: datetime

    def holds(self, at: datetime, due_at: datetime) -> bool:
        """Tell whether it still goes on, nothing having come that was not tried."""
        return due_at <= self.since <= at < self.until


def _rests(company_ids: Collection[int]) -> dict[int, _Rest]:
    """Return the rest of each company whose messages were postponed: of the message that was tried last."""
    tries = Attempt.objects.filter(
        message__company_id__in=company_ids, message__state=QUEUED, outcome="postponed"
    )
    by_message = tries.values("message__company_id", "message_id").annotate(
        last_at=Max("started_at"), count=Count("pk")
    )
    rests: dict[int, _Rest] = {}
    for row in by_message.order_by("last_at"):
        rest = min(FIRST_REST * 2 ** min(row["count"] - 1, MOST_DOUBLED), LONGEST_REST)
        rests[row["message__company_id"]] = _Rest(row["last_at"], row["last_at"] + rest)
    return rests


def message_with_documents(message_id: int) -> Message:
    """Return a message with its documents loaded."""
    return (
        Message.objects.select_related("company", "customer")
        .prefetch_related("documents__company")
        .get(pk=message_id)
    )


def messages_in_doubt(company_id: int | None = None) -> list[Message]:
    """Return the messages of which nobody knows whether they left."""
    messages = Message.objects.filter(state=IN_DOUBT).select_related("customer").order_by("pk")
    return list(messages if company_id is None else messages.filter(company_id=company_id))


def messages_of_customer(company_id: int, customer_id: int, *, most: int) -> list[Message]:
    """Return the newest messages of a customer, in whatever state, newest first."""
    messages = Message.objects.filter(company_id=company_id, customer_id=customer_id)
    return list(messages.order_by("-pk")[:most])


def customers_written_to(company_id: int, message_ids: Collection[int]) -> set[int]:
    """Return whom these messages are for."""
    rows = Message.objects.filter(company_id=company_id, pk__in=message_ids)
    return set(rows.values_list("customer_id", flat=True))


def messages_with_files(company_id: int, customer_id: int, *, most: int) -> list[Message]:
    """Return the newest messages of a customer with the names of their documents, newest first."""
    messages = Message.objects.filter(company_id=company_id, customer_id=customer_id)
    files = Prefetch("documents", Document.objects.defer("content"))
    return list(messages.prefetch_related(files).order_by("-pk")[:most])


def calls_of(company_id: int, customer_id: int, *, most: int) -> list[CallNote]:
    """Return the newest calls with a customer, newest first."""
    rows = CallNote.objects.filter(company_id=company_id, customer_id=customer_id)
    return list(rows.order_by("-at", "-pk")[:most])


def calls_agreed(
    company_id: int, today: date, customer_ids: Collection[int] | None = None
) -> dict[int, date]:
    """Return, by customer, the day to call again, where their last call of the last months set one."""
    since = datetime.combine(today - CALLS_COUNT_FOR, time(), UTC)
    rows = CallNote.objects.filter(company_id=company_id, at__gte=since)
    if customer_ids is not None:
        rows = rows.filter(customer_id__in=customer_ids)
    last = dict(rows.order_by("at", "pk").values_list("customer_id", "again_on"))
    return {customer_id: again_on for customer_id, again_on in last.items() if again_on is not None}


def documents_of(company_id: int, customer_id: int, *, most: int) -> list[Document]:
    """Return the newest documents of a customer whose bytes are in the archive, newest first; hidden ones left out."""
    rows = Document.objects.filter(company_id=company_id, customer_id=customer_id, hidden_at__isnull=True)
    return list(rows.exclude(sha256="").order_by("-created_at", "-pk")[:most])


def document_of(company_id: int, customer_id: int, document_id: int) -> Document | None:
    """Return a document of a customer whose bytes are in the archive; `None` where there is none, or it is hidden."""
    rows = Document.objects.filter(
        company_id=company_id, customer_id=customer_id, pk=document_id, hidden_at__isnull=True
    )
    return rows.exclude(sha256="").first()


class NoSuchMessage(LookupError):
    """The company has no message of this number."""


def newest_messages(
    company_id: int, states: Sequence[str], *, most: int, in_charge_id: int | None = None
) -> list[Message]:
    """Return the newest messages in some states, newest first, their customers loaded.

    `in_charge_id`: only those to customers whom this member looks after.
    """
    messages = Message.objects.filter(company_id=company_id, state__in=states).select_related("customer")
    if in_charge_id is not None:
        messages = messages.filter(customer__in_charge_id=in_charge_id)
    return list(messages.order_by("-pk")[:most])


def message_of_company(company_id: int, message_id: int) -> Message:
    """Return a message of the company with its customer and documents. Refusal: `NoSuchMessage`."""
    found = Message.objects.filter(company_id=company_id, pk=message_id)
    message = found.select_related("customer").prefetch_related("documents").first()
    if message is None:
        raise NoSuchMessage(f"Le message n° {message_id} n'existe pas.")
    return message


def invoice_documents(company_id: int, numbers: Collection[str] | None = None) -> dict[str, Document]:
    """Return the invoices (or these of them) that are filed as PDF, by number."""
    filed = Document.objects.filter(company_id=company_id).exclude(about="").defer("content")
    if numbers is not None:
        filed = filed.filter(about__in=numbers)
    return {document.about: document for document in filed.order_by("pk")}


def documents_to_compose(company_id: int) -> list[Document]:
    """Return the documents of waiting messages whose bytes are not archived yet, oldest first."""
    waiting = Document.objects.filter(
        company_id=company_id, sha256="", messages__state__in=(QUEUED, SENDING)
    ).select_related("company", "customer")
    return list(waiting.distinct().order_by("pk"))


def has_uncomposed_documents(message_id: int) -> bool:
    """Tell whether a message still lacks the bytes of one of its documents."""
    return Document.objects.filter(messages=message_id, sha256="").exists()


def refused_addresses(
    company_id: int, customer_ids: Collection[int] | None = None
) -> dict[int, tuple[str, str]]:
    """Return, by customer, the address that refused the last message, and the server's words; none once one left."""
    one_left_since = Message.objects.filter(customer=OuterRef("customer"), state=SENT, pk__gt=OuterRef("pk"))
    messages = Message.objects.filter(company_id=company_id)
    if customer_ids is not None:
        messages = messages.filter(customer_id__in=customer_ids)
    refused = (
        messages.filter(state=REFUSED, attempts__outcome="refused")
        .exclude(Exists(one_left_since))
        .annotate(words=Max("attempts__detail"))
        .order_by("pk")
        .values_list("customer_id", "recipient_email", "words")
    )
    return {customer_id: (address, words or "") for customer_id, address, words in refused}


def message_counts(company_id: int) -> dict[str, int]:
    """Return how many messages there are in each state."""
    rows = Message.objects.filter(company_id=company_id).values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


def messages_to_look_at(company_id: int) -> dict[str, int]:
    """Count the messages that have not left: queued, in doubt, or refused by an address that took none since."""
    rows = Message.objects.filter(company_id=company_id, state__in=(QUEUED, IN_DOUBT))
    counts = {row["state"]: row["count"] for row in rows.values("state").annotate(count=Count("pk"))}
    return {
        QUEUED: counts.get(QUEUED, 0),
        IN_DOUBT: counts.get(IN_DOUBT, 0),
        REFUSED: len(refused_addresses(company_id)),
    }


def violations(company_id: int, archive: Archive) -> list[Violation]:
    """Check documents against the archive and the journal, and messages against their attempts."""
    found = []
    journalled: dict[int, str] = {}
    for data in entries_of_kind(company_id, "correspondence.documents_kept"):
        documents = data["documents"]
        assert isinstance(documents, dict)
        journalled.update({int(pk): sha256 for pk, sha256 in documents.items()})
    for pk, sha256 in (
        Document.objects.filter(company_id=company_id).exclude(sha256="").values_list("pk", "sha256")
    ):
        if journalled.get(pk) != sha256:
            found.append(
                Violation(
                    "documents_never_change", f"document n° {pk}", "le journal porte une autre empreinte"
                )
            )
        try:
            archive.get(sha256)
        except DocumentLost as lost:
            found.append(Violation("documents_never_change", f"document n° {pk}", str(lost)))
    accepted: dict[int, int] = defaultdict(int)
    tries = Message.objects.filter(company_id=company_id, attempts__outcome="accepted").values_list(
        "pk", flat=True
    )
    for pk in tries:
        accepted[pk] += 1
    found += [
        Violation("sent_once", f"message n° {pk}", "il a été remis plusieurs fois")
        for pk, n in accepted.items()
        if n > 1
    ]
    strangers = Message.objects.filter(company_id=company_id).exclude(customer__company_id=company_id)
    found += [
        Violation("walls", f"message n° {row.pk}", "il est pour le client d'une autre société")
        for row in strangers
    ]
    unsent = (
        Message.objects.filter(company_id=company_id).exclude(state=SENT).filter(attempts__outcome="accepted")
    )
    found += [
        Violation("sent_once", f"message n° {row.pk}", "il a été remis mais ne le dit pas") for row in unsent
    ]
    return found
