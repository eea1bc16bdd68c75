"""Whom the acts of a journal concern: after them, only these customers are looked at again.

What holds for all customers alike (the company's rules, its plans, up to when the bank is read, credits that may be
somebody's) is not named here: those who keep a look compare it with what it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from quittance.correspondence.queries import customers_written_to
from quittance.customers.queries import LONG_LIST, ids_by_reference
from quittance.payments.whose import debtors_of, payers_of
from quittance.sales.queries import customers_invoiced

Data = dict[str, Any]
Written = Sequence[tuple[str, Data]]  # entries: kind and data


def _one(key: str) -> Callable[[Data], Iterable[Any]]:
    return lambda data: [data[key]]


def _all(key: str) -> Callable[[Data], Iterable[Any]]:
    return lambda data: data[key]


def _firsts(key: str) -> Callable[[Data], Iterable[Any]]:
    return lambda data: [row[0] for row in data[key]]


def _numbers(key: str) -> Callable[[Data], Iterable[Any]]:
    return lambda data: [int(name) for name in data[key]]


def _recorded(data: Data) -> Iterable[str]:
    return [*data["new"], *data["changed"]]


def _reminded(data: Data) -> Iterable[int]:
    return [row[1] for row in data["reminders"]]


# By kind: what its entries name their customers by, and where. A kind that is in neither table concerns everybody.
NAMED = {
    "collection.dispute_opened": ("customer", _one("customer")),
    "collection.dispute_settled": ("customer", _one("customer")),
    "collection.pause_lifted": ("customer", _one("customer")),
    "collection.paused": ("customer", _one("customer")),
    "collection.promise_withdrawn": ("customer", _one("customer")),
    "collection.promised": ("customer", _one("customer")),
    "collection.reminders_recorded": ("customer", _reminded),
    "correspondence.called": ("customer", _one("customer")),
    "correspondence.cancelled": ("message", _one("message")),
    "correspondence.doubt_settled": ("message", _one("message")),
    "correspondence.in_doubt": ("message", _one("message")),
    "correspondence.postponed": ("message", _one("message")),
    "correspondence.refused": ("message", _one("message")),
    "correspondence.rejected": ("message", _one("message")),
    "correspondence.sent": ("message", _one("message")),
    "customers.changed": ("reference", _one("customer")),
    "customers.contact_added": ("reference", _one("customer")),
    "customers.contact_changed": ("reference", _one("customer")),
    "customers.contact_removed": ("reference", _one("customer")),
    "customers.created": ("reference", _one("customer")),
    "customers.recorded": ("reference", _recorded),
    "customers.released": ("reference", _all("customers")),
    "payments.credit_taken_back": ("customer", _one("customer")),
    "payments.credit_used": ("customer", _one("customer")),
    "payments.due_dates_moved": ("receivable", _numbers("receivables")),
    "payments.recorded": ("payment", _firsts("payments")),
    "payments.tied": ("payment", _numbers("lines")),
    "payments.undone": ("payment", _one("payment")),
    "payments.untied": ("payment", _one("payment")),
    "sales.due_dates_moved": ("invoice", _all("invoices")),
    "sales.invoices_recorded": ("invoice", _firsts("invoices")),
}
NOBODY = frozenset({
    # What they change is asked for anew each time, or does not tell who is written to and why.
    "collection.plan_changed", "collection.plans_started", "collection.text_as_shipped", "collection.text_rewritten",
    "collection.trial_sent", "company.bank_account_added", "company.bank_account_awaited",
    "company.bank_account_closed", "company.bank_account_declared", "company.changed", "company.created",
    "company.exported", "company.invitation_resent", "company.invitation_withdrawn", "company.mailbox_changed",
    "company.mailbox_tested", "company.mandate_granted", "company.mandate_revoked", "company.member_added",
    "company.member_joined", "company.person_invited", "company.person_joined", "company.person_left",
    "company.role_changed", "correspondence.answer_queued", "correspondence.document_hidden",
    "correspondence.document_shown", "correspondence.documents_kept", "customers.note_added",
    "customers.note_removed", "customers.note_restored", "payments.matched", "payments.same_money",
    "payments.set_aside", "payments.set_aside_undone", "payments.statement_imported",
    # With the invoices that are recorded in the same transaction.
    "payments.receivables_opened",
})  # fmt: skip

_WHOSE: dict[str, Callable[[int, Collection[Any]], Iterable[int]]] = {
    "customer": lambda _, ids: ids,
    "invoice": customers_invoiced,
    "message": customers_written_to,
    "payment": payers_of,
    "receivable": debtors_of,
    "reference": lambda company_id, references: ids_by_reference(company_id, references).values(),
}


def concerned(company_id: int, written: Written) -> frozenset[int] | None:
    """Return the customers whom these entries concern; `None` where it may be anybody, or very many."""
    named: dict[str, set[Any]] = {by: set() for by in _WHOSE}
    for kind, data in written:
        if kind in NAMED:
            by, names = NAMED[kind]
            named[by].update(names(data))
        elif kind not in NOBODY:
            return None
    if any(len(names) > LONG_LIST for names in named.values()):
        return None
    found = {one for by, names in named.items() if names for one in _WHOSE[by](company_id, names)}
    return frozenset(found) if len(found) <= LONG_LIST else None


def moves_common_ground(written: Written) -> bool:
    """Whether one of these acts may change what holds for all customers alike."""
    return any(
        not kind.startswith(("collection.", "correspondence.", "customers.note_"))
        or kind.startswith("collection.plan")
        for kind, _ in written
    )
