"""Looking at a file before it is recorded: what is ready, what is already there, what must be corrected; then
recording what is right and leaving the rest out. The command line refuses the same file whole (`onboard.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quittance.customers.operations import CustomerDetails, record_customers
from quittance.customers.queries import customers_of
from quittance.domain.money import french_euros
from quittance.flows.errors import ImportRefused, RowRefused
from quittance.flows.known_customers import KnownCustomers
from quittance.flows.onboard import (
    ImportedCustomers,
    ImportedInvoices,
    details_of_each,
    record_invoice_rows,
    source_of,
)
from quittance.formats.errors import InvoiceFileError
from quittance.formats.invoice_rows import CustomerRow, InvoiceRow
from quittance.formats.sifting import Sifted, sift_customers, sift_invoices
from quittance.sales.queries import KnownInvoice, known_invoices

if TYPE_CHECKING:
    from quittance.company.models import Company

Refusal = RowRefused | InvoiceFileError
Chosen = Mapping[int, str] | None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: where, what is written there, and what is wrong with it."""

    line: int
    column: str
    written: str
    reason: str


@dataclass(frozen=True, slots=True)
class CustomersFound:
    """A file of customers, sorted. `ready` are recorded on confirmation, `new` of them for the first time."""

    file: Sifted[CustomerRow]
    ready: tuple[CustomerRow, ...]
    details: tuple[CustomerDetails, ...]
    new: int
    problems: tuple[Problem, ...]
    wrong_lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class InvoicesFound:
    """A file of invoices, sorted. `known` are already there with the same amounts."""

    file: Sifted[InvoiceRow]
    ready: tuple[InvoiceRow, ...]
    known: tuple[InvoiceRow, ...]
    new_customers: tuple[CustomerRow, ...]
    problems: tuple[Problem, ...]
    wrong_lines: frozenset[int]

    @property
    def ready_cents(self) -> int:
        """The total of the invoices that are ready, credit notes deducted."""
        return sum(row.total_cents if row.kind == "invoice" else -row.total_cents for row in self.ready)


def sort_customers(company: Company, data: bytes, *, file_name: str, chosen: Chosen = None) -> CustomersFound:
    """Say what each row of a file of customers would become. `chosen`: the field of each column, by its place.

    Refusal: `InvoiceFileError`, for what is no table.
    """
    file = sift_customers(data, file_name=file_name, chosen=chosen)
    refused: list[Refusal] = []
    details = details_of_each(company, file.rows, refused)
    wrong = file.wrong_lines | {refusal.line for refusal in refused}
    references = {customer.reference for customer in customers_of(company.pk).values()}
    return CustomersFound(
        file=file,
        ready=tuple(row for row in file.rows if row.line not in wrong),
        details=tuple(details),
        new=sum(detail.reference not in references for detail in details),
        problems=_told(file.problems, refused),
        wrong_lines=wrong,
    )


def sort_invoices(company: Company, data: bytes, *, file_name: str, chosen: Chosen = None) -> InvoicesFound:
    """Say what each row of a file of invoices would become. As `sort_customers`.

    A customer that is unknown and has a name will be created, with its code where the file gives one.
    """
    file = sift_invoices(data, file_name=file_name, chosen=chosen)
    buyers = _Buyers(company, file.rows)
    known = known_invoices(company.pk)
    ready, there = [], []
    for row in file.rows:
        before = known.get(row.number)
        if row.line in buyers.refused:
            continue
        if before is None:
            ready.append(row)
        elif before == KnownInvoice(buyers.find(row), row.issued_on, row.total_cents, row.kind):
            there.append(row)
        else:
            buyers.refused[row.line] = _differs(row, before, buyers.known)
    return InvoicesFound(
        file=file,
        ready=tuple(ready),
        known=tuple(there),
        new_customers=buyers.wanted_by(ready),
        problems=_told(file.problems, buyers.refused.values()),
        wrong_lines=file.wrong_lines | buyers.refused.keys(),
    )


def record_sorted_customers(
    company: Company, data: bytes, *, file_name: str, chosen: Chosen, actor: str, at: datetime
) -> tuple[ImportedCustomers, int]:
    """Record the customers that are right, in the caller's transaction; return what came and the rows left out."""
    found = sort_customers(company, data, file_name=file_name, chosen=chosen)
    _refuse_unread(found.file)
    recorded = record_customers(
        company_id=company.pk, rows=found.details, source=source_of(file_name, data), actor=actor, at=at
    )
    imported = ImportedCustomers(
        recorded.new, recorded.changed, recorded.known, taken_as_professionals=recorded.kind_unsaid
    )
    return imported, len(found.wrong_lines)


def record_sorted_invoices(
    company: Company, data: bytes, *, file_name: str, chosen: Chosen, actor: str, at: datetime
) -> tuple[ImportedInvoices, int]:
    """Record the invoices that are right, in the caller's transaction; return what came and the rows left out."""
    found = sort_invoices(company, data, file_name=file_name, chosen=chosen)
    _refuse_unread(found.file)
    imported = record_invoice_rows(
        company,
        found.ready + found.known,
        found.new_customers,
        source=source_of(file_name, data),
        actor=actor,
        at=at,
    )
    return imported, len(found.wrong_lines)


def _refuse_unread(file: Sifted[CustomerRow] | Sifted[InvoiceRow]) -> None:
    if file.missing:
        raise ImportRefused(_sentence(file.missing))


class _Buyers:
    """The customers that the invoices of a file name: known, to be created, or not to be told apart.

    `refused`: why the customer of a line cannot be told.
    """

    def __init__(self, company: Company, rows: Sequence[InvoiceRow]) -> None:
        self.known = KnownCustomers(company)
        self.refused: dict[int, Refusal] = {}
        unknown = [row for row in rows if not self.find(row)]
        reasons: dict[tuple[str, str], str] = {}
        self._new: dict[tuple[str, str], CustomerRow] = {}
        for row in unknown:
            reason = self._why_not_new(row)
            reasons[_key(row)] = reasons.get(_key(row), reason) and reason  # one row with a name is enough
            if not reason:
                new = CustomerRow(line=row.line, name=row.customer_name, reference=row.customer_reference)
                self._new.setdefault(_key(row), new)
        merged: list[Refusal] = []
        details_of_each(company, tuple(self._new.values()), merged)
        lines = {new.line: key for key, new in self._new.items()}
        reasons |= {lines[refusal.line]: refusal.reason for refusal in merged}
        for row in unknown:
            if reason := reasons[_key(row)]:
                self.refused[row.line] = _buyer_refused(row, reason)

    def find(self, row: InvoiceRow) -> int:
        """Return the id of the customer of a row; 0: not there yet."""
        return self.known.find(row.customer_reference, row.customer_name) or 0

    def wanted_by(self, rows: Sequence[InvoiceRow]) -> tuple[CustomerRow, ...]:
        """Return the new customers of these rows, once each."""
        keys = dict.fromkeys(_key(row) for row in rows if not self.find(row))
        return tuple(self._new[key] for key in keys)

    def _why_not_new(self, row: InvoiceRow) -> str:
        name, reference = row.customer_name, row.customer_reference
        if not name:
            return (
                "ce client est inconnu. Importez d'abord vos clients, ou dites quelle colonne porte leur nom"
            )
        bearer = self.known.bearer_of(name)
        if bearer and not reference:
            return f"plusieurs clients s'appellent « {name} ». Ajoutez leur code client"
        if bearer:
            return (
                f"« {name} » est déjà connu sous le code « {bearer} ». Corrigez le code, ou ne reprenez pas "
                "cette colonne : le nom suffira"
            )
        return ""


def _key(row: InvoiceRow) -> tuple[str, str]:
    return (row.customer_reference, "") if row.customer_reference else ("", row.customer_name)


def _buyer_refused(row: InvoiceRow, reason: str) -> RowRefused:
    written = row.customer_reference or row.customer_name
    return RowRefused(
        f"Ligne {row.line} : {reason}.", reason=reason, line=row.line, column="Client", written=written
    )


def _differs(row: InvoiceRow, before: KnownInvoice, known: KnownCustomers) -> RowRefused:
    """Say how an invoice of this number is already there."""
    customer = known.customers[before.customer_id]
    what = "un avoir" if before.kind == "credit_note" else "une facture"
    reason = (
        f"{what} de ce numéro est déjà là : {customer.name}, {before.issued_on:%d/%m/%Y}, "
        f"{french_euros(before.total_cents)}. Une facture émise ne se modifie pas : corrigez le fichier, ou faites "
        "un avoir"
    )
    return RowRefused(
        f"Ligne {row.line} : {reason}.", reason=reason, line=row.line, column="Numéro", written=row.number
    )


def _told(problems: Iterable[InvoiceFileError], refused: Iterable[Refusal]) -> tuple[Problem, ...]:
    """Put what the reader and the books say in the order of the file."""
    both = [
        Problem(one.line, one.column, one.written, _sentence(one.reason)) for one in (*problems, *refused)
    ]
    return tuple(sorted(both, key=lambda problem: problem.line))


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:].rstrip('.')}."
