"""The fixed recovery indemnity over several invoices: once for each invoice paid late (D441-5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from quittance.domain.penalties.rules import Kind, legal_indemnity_cents


@dataclass(frozen=True, slots=True)
class InstallmentDates:
    """One due date of an invoice, and the day it was settled in full (None: still open)."""

    due_on: date
    settled_on: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceDates:
    """The due dates of one invoice: a deposit invoice and its final invoice are two."""

    kind: Kind
    installments: tuple[InstallmentDates, ...]
    insolvency_opened_on: date | None = None


def invoice_indemnity_cents(invoice: InvoiceDates, today: date) -> int:
    """The indemnity of one invoice as of `today`: once if any due date was missed, whatever the amounts.

    A due date that insolvency, opened that day or before, forbade to honour does not count (L441-10 II).
    """
    opened_on = invoice.insolvency_opened_on
    missed = [
        installment.due_on
        for installment in invoice.installments
        if (installment.settled_on or today) > installment.due_on
        and today > installment.due_on
        and (opened_on is None or opened_on > installment.due_on)
    ]
    return legal_indemnity_cents(invoice.kind, min(missed) + timedelta(days=1)) if missed else 0


def indemnity_cents(invoices: Iterable[InvoiceDates], today: date) -> int:
    """The indemnities of several invoices as of `today`."""
    return sum(invoice_indemnity_cents(invoice, today) for invoice in invoices)
