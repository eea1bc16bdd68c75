"""The thread of a customer: all that happened, of whatever noun, newest first, and what is foreseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from quittance.collection.queries import disputes_of, pauses_of, promises_of, promises_running
from quittance.correspondence.queries import calls_of, documents_of, messages_with_files
from quittance.customers.queries import notes_of
from quittance.gateways.clock import civil_day
from quittance.journal.queries import entries_about, entries_that_changed
from quittance.payments.customer_account import open_invoices, payments_of
from quittance.sales.queries import invoices_of_customer

if TYPE_CHECKING:
    from quittance.customers.models import Customer

MONEY, EXCHANGES, DOCUMENTS, NOTES, CHANGES = GROUPS = ("money", "exchanges", "documents", "notes", "changes")
EVENTS_A_PAGE = 30
_START = datetime.min.replace(tzinfo=UTC)

# Acts on the customer's own row; what was said, paid and agreed is told by its own rows.
_CHANGES = (
    "customers.created",
    "customers.changed",
    "customers.contact_added",
    "customers.contact_changed",
    "customers.contact_removed",
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day, perhaps at a time; `what` is its row, and `kind` says of which noun."""

    kind: str
    on: date
    at: datetime | None
    what: Any

    @property
    def order(self) -> tuple[date, datetime]:
        """What the thread is sorted by: of one day, what has a time is newer than what has none."""
        return self.on, self.at or _START


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of the thread. `foreseen`: due dates and promises to come, the furthest first; of the first page only."""

    events: list[Event]
    foreseen: list[Event]
    has_older: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry of the journal changed: by field, what it was and what it is. `source`: of an import, its file."""

    kind: str
    actor: str
    changed: Mapping[str, tuple[object, object]]
    source: str
    said: Mapping[str, object]


def customer_thread(*, customer: Customer, today: date, group: str = "", page: int = 1) -> Thread:
    """Gather a page of what happened with a customer: of one of the groups, or of all.

    Each noun gives its newest rows up to the end of the page: what is read follows the page, not the customer's years.
    """
    most = page * EVENTS_A_PAGE + 1
    events = [
        event
        for name, read in _READERS.items()
        if group in ("", name)
        for event in read(customer, today, most)
    ]
    events.sort(key=lambda event: event.order, reverse=True)
    first = (page - 1) * EVENTS_A_PAGE
    return Thread(
        events=events[first : first + EVENTS_A_PAGE],
        foreseen=_foreseen(customer, today) if page == 1 and group in ("", MONEY) else [],
        has_older=len(events) > first + EVENTS_A_PAGE,
    )


def _money(customer: Customer, today: date, most: int) -> Iterable[Event]:
    for invoice in invoices_of_customer(customer.company_id, customer.pk, most=most):
        yield Event(invoice.kind, invoice.issued_on, None, invoice)
    for seen in payments_of(customer.company_id, customer.pk, most=most):
        if seen.payment.method != "credit_note":
            yield Event("payment", seen.payment.received_on, None, seen)


def _exchanges(customer: Customer, today: date, most: int) -> Iterable[Event]:
    for message in messages_with_files(customer.company_id, customer.pk, most=most):
        yield _at("message", message.sent_at or message.queued_at, message)
    for call in calls_of(customer.company_id, customer.pk, most=most):
        yield _at("call", call.at, call)
    for seen in promises_of(customer.company_id, customer.pk, today)[:most]:
        yield _at("promise", seen.promise.at, seen)
        if seen.state in ("broken", "part_kept"):
            yield Event("promise_broken", seen.promise.promised_on, None, seen)
    for dispute in disputes_of(customer.company_id, customer.pk)[:most]:
        yield _at("dispute", dispute.opened_at, dispute)
        if dispute.settled_at is not None:
            yield _at("dispute_settled", dispute.settled_at, dispute)
    for pause in pauses_of(customer.company_id, customer.pk)[:most]:
        yield _at("pause", pause.at, pause)
        if pause.lifted_at is not None:
            yield _at("pause_lifted", pause.lifted_at, pause)


def _documents(customer: Customer, today: date, most: int) -> Iterable[Event]:
    for document in documents_of(customer.company_id, customer.pk, most=most):
        yield _at("document", document.created_at, document)


def _notes(customer: Customer, today: date, most: int) -> Iterable[Event]:
    for note in notes_of(customer.company_id, customer.pk)[:most]:
        yield _at("note", note.at, note)


def _changes(customer: Customer, today: date, most: int) -> Iterable[Event]:
    for entry in entries_about(customer.company_id, _CHANGES, customer.reference, most=most):
        data = entry.data
        said = {key: value for key, value in data.items() if key not in ("customer", "changed") and value}
        yield _at("change", entry.at, Change(entry.kind, entry.actor, data.get("changed", {}), "", said))
    for entry in entries_that_changed(
        customer.company_id, "customers.recorded", customer.reference, most=most
    ):
        changed = entry.data["changed"][customer.reference]
        yield _at("change", entry.at, Change(entry.kind, entry.actor, changed, entry.data["source"], {}))


_READERS: Mapping[str, Callable[[Customer, date, int], Iterable[Event]]] = {
    MONEY: _money,
    EXCHANGES: _exchanges,
    DOCUMENTS: _documents,
    NOTES: _notes,
    CHANGES: _changes,
}


def _foreseen(customer: Customer, today: date) -> list[Event]:
    coming = [
        Event("due", row.due_on, None, row)
        for row in open_invoices(customer.company_id, customer.pk)
        if row.due_on >= today
    ]
    promise = promises_running(customer.company_id, today, [customer.pk]).get(customer.pk)
    if promise is not None:
        coming.append(Event("promised", promise.promised_on, None, promise))
    return sorted(coming, key=lambda event: event.on, reverse=True)


def _at(kind: str, at: datetime, what: object) -> Event:
    return Event(kind, civil_day(at), at, what)
