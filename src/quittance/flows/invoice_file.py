"""One invoice, seen whole: what it asks, what came, what was said of it, and what its lateness costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from quittance.collection.queries import promises_of
from quittance.collection.spoken_of import disputes_about, reminders_about
from quittance.company.queries import bank_accounts, members
from quittance.correspondence.queries import invoice_documents
from quittance.domain.law import RateMissing, Semester, ecb_rate_bp
from quittance.flows.invoice_list import InvoiceRow, with_standing
from quittance.flows.penalty_facts import account_of
from quittance.flows.sides import CompanySide, CustomerSide
from quittance.gateways.clock import civil_day
from quittance.payments.lists import Listed, listed, with_money
from quittance.payments.on_invoice import (
    Settled,
    credit_note_payment,
    due_rows_of_invoice,
    proposed_lines,
    settled_on_invoice,
    uses_of_credit_note,
)
from quittance.payments.queries import credits_of_customers, customer_credit_cents, due_rows, part_payments
from quittance.sales.queries import invoice_of

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.correspondence.models import Document
    from quittance.domain.penalties import Account, Segment
    from quittance.domain.texts.typography import Language
    from quittance.payments.queries import DueRow
    from quittance.sales.models import Invoice


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """Days of one semester, the balance and the rate they bear, and the published rate that it is made from.

    `published_bp`: that of the semester `rate_of`; `None` where the contract fixes the rate.
    """

    segment: Segment
    rate_of: Semester
    published_bp: int | None


@dataclass(frozen=True, slots=True)
class InvoicePenalties:
    """What the lateness of one invoice costs to date. `missing`: why it cannot be told, in French."""

    lines: tuple[PenaltyLine, ...] = ()
    interest_cents: int = 0
    rounding_cents: int = 0
    indemnity_cents: int = 0
    per_day_cents: int = 0
    basis_words: str = ""
    warnings: tuple[str, ...] = ()
    missing: str = ""

    @property
    def total_cents(self) -> int:
        """Interest and indemnity."""
        return self.interest_cents + self.indemnity_cents


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the invoice. `what` is its row; `kind` says of which noun."""

    kind: str
    on: date
    at: datetime | None = None
    cents: int = 0
    what: object = None


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """All that is known of an invoice, or of a credit note (which has uses, and no due date)."""

    invoice: Invoice
    parts: list[InvoiceRow]
    settled: list[Settled]
    document: Document | None
    penalties: InvoicePenalties | None
    events: list[Event]
    credit_cents: int  # of the customer, on no invoice
    proposed: list[tuple[int, date, int]] = field(default_factory=list)

    @property
    def open_cents(self) -> int:
        """What is left of it: to be paid, or, of a credit note, to be used."""
        return sum(part.listed.open_cents for part in self.parts)

    @property
    def paid_cents(self) -> int:
        """What is settled of it."""
        return self.invoice.total_cents - self.open_cents

    @property
    def is_credit_note(self) -> bool:
        """Whether it lowers what is owed."""
        return self.invoice.kind == "credit_note"


def invoice_file(
    *, company: Company, invoice_id: int, in_charge_id: int | None, today: date, language: Language
) -> InvoiceFile | None:
    """Gather what is known of an invoice; `None` where the company, or this person, has none of this number."""
    invoice = invoice_of(company.pk, invoice_id, in_charge_id=in_charge_id)
    if invoice is None:
        return None
    document = invoice_documents(company.pk, [invoice.number]).get(invoice.number)
    credit_cents = customer_credit_cents(company.pk, invoice.customer_id)
    if invoice.kind == "credit_note":
        return _credit_note(company, invoice, document, credit_cents, today, language)
    rows = due_rows_of_invoice(company.pk, invoice.pk)
    ids = [row.receivable_id for row in rows]
    parts = with_standing(company.pk, with_money(listed(company.pk, ids)), today)
    settled = settled_on_invoice(company.pk, invoice.pk, language=language)
    return InvoiceFile(
        invoice=invoice,
        parts=parts,
        settled=settled,
        document=document,
        penalties=_penalties(company, invoice, rows, settled, today),
        events=_events(company.pk, invoice, parts, settled, today),
        credit_cents=credit_cents,
        proposed=proposed_lines(company.pk, ids),
    )


def _credit_note(
    company: Company,
    invoice: Invoice,
    document: Document | None,
    credit_cents: int,
    today: date,
    language: Language,
) -> InvoiceFile:
    payment = credit_note_payment(company.pk, invoice.pk)
    uses = uses_of_credit_note(company.pk, invoice.pk, language=language)
    events = [Event("issued", invoice.issued_on, None, invoice.total_cents)]
    events += [Event("used", civil_day(use.at), use.at, use.cents, use) for use in uses]
    left = payment.credit_cents if payment else invoice.total_cents
    part = replace(_as_listed(invoice), open_cents=left)
    parts = with_standing(company.pk, [part], today)
    newest_first = sorted(events, key=_order, reverse=True)
    return InvoiceFile(invoice, parts, uses, document, None, newest_first, credit_cents)


def _as_listed(invoice: Invoice) -> Listed:
    return Listed(
        None,
        invoice.pk,
        invoice.number,
        invoice.customer_id,
        invoice.customer.name,
        invoice.issued_on,
        None,
        invoice.total_cents,
        0,
    )


def _penalties(
    company: Company, invoice: Invoice, rows: Sequence[DueRow], settled: Iterable[Settled], today: date
) -> InvoicePenalties | None:
    """Run each due date that was missed; `None` where none was."""
    late = [row for row in rows if (row.due_on < today if row.open_cents else _paid_late(row))]
    if not late:
        return None
    if invoice.customer.kind == "consumer":
        return InvoicePenalties(
            missing="Un particulier ne doit ni pénalité ni indemnité avant une mise en demeure."
        )
    ours, theirs = _sides(company, invoice, late, settled, today)
    accounts: list[Account] = []
    try:
        for row in late:
            account = account_of(ours, row, theirs)
            if account is not None and account.segments:
                accounts.append(account)
    except RateMissing as unknown:
        return InvoicePenalties(missing=unknown.reason)
    if not accounts:
        return None
    lines = tuple(
        _line(company, invoice, segment, account.segments[0].semester)
        for account in accounts
        for segment in account.segments
    )
    return InvoicePenalties(
        lines=lines,
        interest_cents=sum(account.interest_cents for account in accounts),
        rounding_cents=sum(account.rounding_cents for account in accounts),
        # Once an invoice, however many of its due dates were missed (D441-5).
        indemnity_cents=max(account.indemnity_cents for account in accounts),
        per_day_cents=sum(account.per_day_cents for account in accounts),
        basis_words=next((account.basis_words for account in accounts if account.basis_words), ""),
        warnings=tuple(dict.fromkeys(words for account in accounts for words in account.warnings)),
    )


def _paid_late(row: DueRow) -> bool:
    return row.paid_on is not None and row.paid_on > row.due_on


def _sides(
    company: Company, invoice: Invoice, late: Sequence[DueRow], settled: Iterable[Settled], today: date
) -> tuple[CompanySide, CustomerSide]:
    """The two sides as a message has them: the customer's credit takes its share of the oldest invoices first."""
    customers = {invoice.customer_id}
    owed = due_rows(company.pk, until_on=today, customer_ids=customers)
    known = {row.receivable_id for row in owed}
    paid_of = part_payments(company.pk, customers)
    for row in late:
        if row.receivable_id not in known:  # settled: everything that stands on it counts
            paid_of[row.receivable_id] = [
                (one.received_on, one.cents, one.credit_note_id is not None)
                for one in settled
                if one.receivable_id == row.receivable_id
            ]
    rows = (*owed, *(row for row in late if row.receivable_id not in known))
    credits_there = credits_of_customers(company.pk, customers).get(invoice.customer_id, ())
    ours = CompanySide(company, members(company.pk), bank_accounts(company.pk)[0], None, today)
    theirs = CustomerSide(
        customer=invoice.customer,
        contacts=[],
        rows=tuple(by_receivable(rows, late)),
        credits=tuple(credits_there),
        part_payments=dict(paid_of),
    )
    return ours, theirs


def by_receivable(rows: Iterable[DueRow], wanted: Iterable[DueRow]) -> list[DueRow]:
    """Keep the rows in their order, those that are asked for being the very same objects."""
    asked = {row.receivable_id: row for row in wanted}
    return [asked.get(row.receivable_id, row) for row in rows]


def _line(company: Company, invoice: Invoice, segment: Segment, first: Semester) -> PenaltyLine:
    """A public buyer keeps to the end the rate of the semester in which interest began (R2192-31)."""
    if company.clause_rate_bp is not None and invoice.customer.kind == "b2b":
        return PenaltyLine(segment, segment.semester, None)
    semester = first if invoice.customer.kind == "public" else segment.semester
    return PenaltyLine(segment, semester, ecb_rate_bp(semester))


def _events(
    company_id: int, invoice: Invoice, parts: Sequence[InvoiceRow], settled: Iterable[Settled], today: date
) -> list[Event]:
    """What happened, newest first."""
    ids = [part.listed.receivable_id for part in parts if part.listed.receivable_id is not None]
    events = [Event("issued", invoice.issued_on, None, invoice.total_cents)]
    for part in parts:
        if part.listed.due_on is not None:
            kind = "fell_due" if part.listed.due_on < today else "due"
            events.append(Event(kind, part.listed.due_on, None, part.listed.due_cents))
    events += [Event("received", one.received_on, one.at, one.cents, one) for one in settled]
    for spoken in reminders_about(company_id, ids):
        reminder = spoken.reminder
        events.append(Event("reminder", reminder.decided_on, reminder.at, spoken.open_cents, reminder))
    for dispute in disputes_about(company_id, ids):
        events.append(Event("dispute", civil_day(dispute.opened_at), dispute.opened_at, 0, dispute))
        if dispute.settled_at is not None:
            settled_at = dispute.settled_at
            events.append(Event("dispute_settled", civil_day(settled_at), settled_at, 0, dispute))
    first_due = min((part.listed.due_on for part in parts if part.listed.due_on), default=invoice.issued_on)
    for promise in promises_of(company_id, invoice.customer_id, today):
        if civil_day(promise.promise.at) >= invoice.issued_on and promise.promise.promised_on >= first_due:
            made = promise.promise
            events.append(Event("promise", civil_day(made.at), made.at, made.amount_cents, promise))
    return sorted(events, key=_order, reverse=True)


def _order(event: Event) -> tuple[date, int]:
    return event.on, {"issued": 0, "due": 1, "fell_due": 1}.get(event.kind, 2)
