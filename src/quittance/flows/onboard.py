"""Bringing in what a business already has: customers, invoices, or its whole accounting file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.collection.operations import start_plans
from quittance.company.operations import create_company, seat_owner
from quittance.company.queries import members
from quittance.correspondence.operations import file_invoice
from quittance.customers.operations import CustomerDetails, RecordedCustomers, record_customers
from quittance.customers.queries import customers_of
from quittance.domain.identifiers import french_siren
from quittance.domain.terms import TermUnreadable, due_on, parse_term
from quittance.flows.errors import ImportRefused, RowRefused
from quittance.flows.known_customers import KnownCustomers
from quittance.formats.errors import InvoiceFileError
from quittance.formats.facturx.reader import is_einvoice, is_pdf, read_einvoice
from quittance.formats.invoice_rows import CustomerRow, InvoiceRow
from quittance.formats.spreadsheet import read_customers, read_invoices
from quittance.gateways.clock import civil_day
from quittance.gateways.files import Archive
from quittance.journal.operations import hold
from quittance.payments.operations import (
    PaymentDetails,
    move_due_dates,
    open_receivables,
    record_paid_by_file,
    record_payments,
    source_by_file,
)
from quittance.sales.operations import InvoiceDetails, RecordedInvoices, record_invoices

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.formats.facturx.einvoice import EInvoice


@dataclass(frozen=True, slots=True)
class ImportedCustomers:
    """What a file of customers brought.

    `taken_as_professionals`: new customers of whom the file does not say whether they are a business.
    """

    new: int
    changed: int
    known: int
    ignored_columns: tuple[str, ...] = ()
    taken_as_professionals: int = 0


@dataclass(frozen=True, slots=True)
class ImportedInvoices:
    """What a file of invoices brought. Amounts in cents, credit notes counted apart.

    `moved`: known invoices whose due date changed. `paid_by_file`: known invoices paid since, as the file says.
    """

    new: int
    known: int
    total_cents: int
    credit_notes: int
    new_customers: int
    ignored_columns: tuple[str, ...] = ()
    moved: int = 0
    paid_by_file: int = 0
    taken_as_professionals: int = 0


@transaction.atomic
def open_company(
    *,
    slug: str,
    name: str,
    siren: str,
    iban: str,
    bic: str,
    actor: str,
    at: datetime,
    owner_id: int | None = None,
    **details: object,
) -> Company:
    """Create a company that can work at once: its account, its signer, its plans; `owner_id` signs in as its owner.

    Refusals: `SlugTaken`, `AccountTaken`.
    """
    company = create_company(
        slug=slug, name=name, siren=siren, iban=iban, bic=bic, actor=actor, at=at, **details
    )
    start_plans(company_id=company.pk, actor=actor, at=at)
    if owner_id is not None:
        seat_owner(company_id=company.pk, person_id=owner_id, actor=actor, at=at)
    return company


def import_customers(
    *, company: Company, data: bytes, file_name: str, actor: str, at: datetime, dry_run: bool = False
) -> ImportedCustomers:
    """Read a CSV or XLSX file of customers and record them. Refusals: `InvoiceFileError`, `ImportRefused`."""
    file = read_customers(data, file_name=file_name)
    with all_or_nothing(company, dry_run):
        details = details_of_each(company, file.customers)
        recorded = record_customers(
            company_id=company.pk, rows=details, source=source_of(file_name, data), actor=actor, at=at
        )
    return ImportedCustomers(
        recorded.new, recorded.changed, recorded.known, file.ignored_columns, recorded.kind_unsaid
    )


def import_invoices(
    *,
    company: Company,
    data: bytes,
    lines: bytes | None,
    file_name: str,
    archive: Archive,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> ImportedInvoices:
    """Read invoices (CSV, XLSX with an optional file of lines; or one electronic invoice) and open what they ask.

    Refusals: `InvoiceFileError`, `ImportRefused`, `sales.operations.InvoiceDiffers`.
    """
    ignored: tuple[str, ...] = ()
    if is_einvoice(data):
        einvoice = read_einvoice(data, file_name=file_name)
        _refuse_other_seller(company, einvoice)
        invoice, customer = einvoice.as_rows()
        rows: tuple[InvoiceRow, ...] = (invoice,)
        new_customers: tuple[CustomerRow, ...] = (customer,)
    else:
        file = read_invoices(data, lines, file_name=file_name)
        rows, new_customers, ignored = (
            file.invoices,
            _customers_named_only(file.invoices),
            file.ignored_columns,
        )
    source = source_of(file_name, data)
    with all_or_nothing(company, dry_run):
        imported = record_invoice_rows(company, rows, new_customers, source=source, actor=actor, at=at)
        if is_pdf(data) and imported.new and not dry_run:
            _file_pdf(company, rows[0], data, archive, actor=actor, at=at)
    return replace(imported, ignored_columns=ignored)


def record_invoice_rows(
    company: Company,
    rows: Sequence[InvoiceRow],
    customers: Sequence[CustomerRow],
    *,
    source: str,
    actor: str,
    at: datetime,
) -> ImportedInvoices:
    """Record rows that were read, with those of `customers` that are unknown, in the caller's transaction.

    Refusals: `ImportRefused`, `sales.operations.InvoiceDiffers`.
    """
    created = _record_unknown_customers(company, customers, source=source, actor=actor, at=at)
    recorded = record_invoices(
        company_id=company.pk, rows=_invoice_details(company, rows), source=source, actor=actor, at=at
    )
    paid = _paid_since(company, rows, recorded, source=source, actor=actor, at=at)
    _open(company, rows, recorded, source=source, actor=actor, at=at)
    return ImportedInvoices(
        new=len(recorded.invoice_ids),
        known=recorded.known,
        total_cents=sum(cents for *_, cents in recorded.installments),
        credit_notes=len(recorded.credit_notes),
        new_customers=created.new,
        moved=len(recorded.moved),
        paid_by_file=paid,
        taken_as_professionals=created.kind_unsaid,
    )


def _refuse_other_seller(company: Company, einvoice: EInvoice) -> None:
    """An invoice that names its seller must be one of ours. Refusal: `ImportRefused`."""
    seller, buyer = einvoice.seller.known_siren, einvoice.buyer.known_siren
    if not seller or seller == company.siren:
        return
    bought = (
        f" C'est une facture d'achat : {company.name} en est le client." if buyer == company.siren else ""
    )
    raise ImportRefused(
        f"La facture {einvoice.number} est émise par {einvoice.seller.name} (SIREN {french_siren(seller)}), pas par "
        f"{company.name} (SIREN {french_siren(company.siren)}).{bought} Importez les factures que votre société a "
        "émises. Rien n'a été importé."
    )


def _file_pdf(
    company: Company, row: InvoiceRow, data: bytes, archive: Archive, *, actor: str, at: datetime
) -> None:
    """Keep the PDF of an electronic invoice, to attach it to what is said about it."""
    customer_id = KnownCustomers(company).find(row.customer_reference, row.customer_name)
    assert customer_id is not None
    file_invoice(
        company_id=company.pk,
        customer_id=customer_id,
        number=row.number,
        name=f"{row.number.replace('/', '-')}.pdf",
        sha256=archive.put(data),
        actor=actor,
        at=at,
    )


def source_of(file_name: str, data: bytes) -> str:
    """Name a file for the journal: what it was called, and the hash of its bytes."""
    return f"{file_name} sha256:{hashlib.sha256(data).hexdigest()}"


@contextmanager
def all_or_nothing(company: Company, dry_run: bool) -> Iterator[None]:
    """All or nothing, one import of a company after another; a dry run goes through everything and leaves nothing."""
    with transaction.atomic():
        hold(company_id=company.pk)
        yield
        if dry_run:
            transaction.set_rollback(True)


def _people_by_email(company: Company) -> dict[str, int]:
    return {member.email: member.pk for member in reversed(members(company.pk))}


def _customer_details(people: Mapping[str, int], row: CustomerRow) -> CustomerDetails:
    term = _term_code(row.term, row.line)
    in_charge = people.get(row.in_charge_email)
    if row.in_charge_email and in_charge is None:
        raise RowRefused(
            f"Ligne {row.line} : {row.in_charge_email} n'est pas une personne de la société. "
            f"Ajoutez-la avec « quittance company member », puis recommencez.",
            reason="cette adresse n'est celle de personne ici. Ajoutez la personne dans les réglages, ou videz la case",
            line=row.line,
            column="E-mail du commercial",
            written=row.in_charge_email,
        )
    return CustomerDetails(
        reference=row.reference or row.siren or row.name[:60],
        name=row.name,
        kind=row.kind,
        siren=row.siren,
        vat_number=row.vat_number,
        street=row.street,
        postcode=row.postcode,
        city=row.city,
        country=row.country,
        iban=row.iban,
        payer_names=row.payer_aliases,
        term=term,
        language=row.language,
        address_form=row.address_form,
        tone=row.tone,
        in_charge_id=in_charge,
        email=row.email,
        phone=row.phone,
        civility=row.contact_civility,
        first_name=row.contact_first_name,
        last_name=row.contact_last_name,
    )


def details_of_each(
    company: Company,
    rows: Sequence[CustomerRow],
    refused: list[RowRefused | InvoiceFileError] | None = None,
) -> list[CustomerDetails]:
    """Name each customer of a file; two customers that would bear one reference are refused, never merged.

    With a list `refused`, what is wrong with a row goes there, and the row is left out. Refusals: `RowRefused`,
    `InvoiceFileError`.
    """
    people = _people_by_email(company)
    names = {customer.reference: customer.name for customer in customers_of(company.pk).values()}
    first_with: dict[str, CustomerRow] = {}
    details = []
    for row in rows:
        try:
            detail = _customer_details(people, row)
            _refuse_merged(row, first_with.setdefault(detail.reference, row), detail.reference, names)
        except (RowRefused, InvoiceFileError) as refusal:
            if refused is None:
                raise
            refused.append(refusal)
        else:
            details.append(detail)
    return details


def _refuse_merged(row: CustomerRow, first: CustomerRow, reference: str, names: Mapping[str, str]) -> None:
    """Refuse a row that another row, or a known customer of another name, would swallow. Refusal: `RowRefused`."""
    remedy = "Donnez à chaque client sa référence (« Code client »)."
    if first is not row:
        raise RowRefused(
            f"Lignes {first.line} et {row.line} : « {first.name} » et « {row.name} » seraient le même client, "
            f"« {reference} ». {remedy} Rien n'a été importé.",
            reason=f"ce serait le même client que « {first.name} », ligne {first.line}. {remedy}",
            line=row.line,
            column="Raison sociale",
            written=row.name,
        )
    only_named = not (row.reference or row.siren)
    known = names.get(reference)
    if only_named and known is not None and known.casefold() != row.name.casefold():
        raise RowRefused(
            f"Ligne {row.line} : « {row.name} » serait pris pour « {known} », déjà connu sous la référence "
            f"« {reference} ». {remedy} Rien n'a été importé.",
            reason=f"ce client serait pris pour « {known} », déjà connu sous la référence « {reference} ». {remedy}",
            line=row.line,
            column="Raison sociale",
            written=row.name,
        )


def _term_code(words: str, line: int) -> str:
    if not words:
        return ""
    try:
        return parse_term(words).code
    except TermUnreadable as unreadable:
        raise InvoiceFileError(str(unreadable), line=line, column="Délai de paiement") from unreadable


def _customers_named_only(rows: Iterable[InvoiceRow]) -> tuple[CustomerRow, ...]:
    """Customers of a file that gives no reference: a name is enough to start with."""
    named = {row.customer_name: row.line for row in rows if not row.customer_reference}
    return tuple(CustomerRow(line=line, name=name) for name, line in named.items())


def _record_unknown_customers(
    company: Company, rows: Sequence[CustomerRow], *, source: str, actor: str, at: datetime
) -> RecordedCustomers:
    known = KnownCustomers(company)
    unknown = [row for row in rows if known.find(row.reference, row.name, row.siren) is None]
    return record_customers(
        company_id=company.pk,
        rows=details_of_each(company, unknown),
        source=source,
        actor=actor,
        at=at,
    )


def _invoice_details(company: Company, rows: Sequence[InvoiceRow]) -> list[InvoiceDetails]:
    index = KnownCustomers(company)
    details = []
    for row in rows:
        customer_id = index.find(row.customer_reference, row.customer_name)
        if customer_id is None:
            who = row.customer_reference or row.customer_name
            raise ImportRefused(
                f"Ligne {row.line}, facture {row.number} : le client « {who} » est inconnu. "
                "Importez d'abord le fichier des clients, puis recommencez. Rien n'a été importé."
            )
        term = index.customers[customer_id].term or company.default_term
        details.append(
            InvoiceDetails(
                number=row.number,
                customer_id=customer_id,
                issued_on=row.issued_on,
                due_on=row.due_on or due_on(parse_term(term), row.issued_on),
                net_cents=row.net_cents,
                vat_cents=row.vat_cents,
                total_cents=row.total_cents,
                kind=row.kind,
                order_reference=row.order_reference,
                subject=row.subject,
                lines=row.lines,
                due_on_said=row.due_on is not None,
            )
        )
    return details


def _paid_since(
    company: Company,
    rows: Sequence[InvoiceRow],
    recorded: RecordedInvoices,
    *,
    source: str,
    actor: str,
    at: datetime,
) -> int:
    """Follow what the file now says of known invoices: their due dates, and what was paid; return how many were."""
    move_due_dates(company_id=company.pk, due_dates=recorded.moved, source=source, actor=actor, at=at)
    paid = {
        row.number: row.paid_cents
        for row in rows
        if row.paid_cents and row.kind == "invoice" and row.number not in recorded.invoice_ids
    }
    if not paid:
        return 0
    return record_paid_by_file(
        company_id=company.pk, paid=paid, on=civil_day(at), source=source, actor=actor, at=at
    )


def _open(
    company: Company,
    rows: Sequence[InvoiceRow],
    recorded: RecordedInvoices,
    *,
    source: str,
    actor: str,
    at: datetime,
) -> None:
    """Open what new invoices ask, keep credit notes as the customer's credit, note what was paid before."""
    receivables = open_receivables(
        company_id=company.pk, installments=recorded.installments, actor=actor, at=at
    )
    credit_notes = [
        PaymentDetails(customer_id, "credit_note", issued_on, cents, credit_note_id=invoice_id)
        for invoice_id, customer_id, issued_on, cents in recorded.credit_notes
    ]
    by_invoice = {
        invoice_id: (receivables[installment_id], customer_id)
        for invoice_id, (installment_id, customer_id, *_) in zip(
            recorded.invoiced_ids, recorded.installments, strict=True
        )
    }
    paid = []
    for row in rows:
        if row.paid_cents and row.kind == "invoice" and row.number in recorded.invoice_ids:
            receivable_id, customer_id = by_invoice[recorded.invoice_ids[row.number]]
            paid.append(
                PaymentDetails(
                    customer_id,
                    "other",
                    civil_day(at),
                    row.paid_cents,
                    allocations=[(receivable_id, min(row.paid_cents, row.total_cents))],
                    source_key=source_by_file(row.number, row.paid_cents),
                    label=f"Réglé avant la reprise, facture {row.number}",
                )
            )
    record_payments(company_id=company.pk, payments=credit_notes + paid, source=source, actor=actor, at=at)
