"""Bringing in a whole accounting file: customers, invoices, payments and their lettering, so that a new user sees
who pays late within a minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from quittance.customers.operations import CustomerDetails, record_customers
from quittance.domain.matching import Evidence
from quittance.domain.matching.same_money import KnownPayment, near
from quittance.domain.terms import due_on, parse_term
from quittance.flows.errors import ImportRefused
from quittance.flows.onboard import all_or_nothing, source_of
from quittance.formats.fec import read_fec
from quittance.formats.fec_receivables import FecAllocation, FecBook, receivables_from_fec
from quittance.payments.known_money import FEC_PAYMENT, payments_without_source
from quittance.payments.operations import PaymentDetails, note_sources, open_receivables, record_payments
from quittance.payments.queries import known_sources, open_receivables_by_number
from quittance.sales.operations import InvoiceDetails, RecordedInvoices, record_invoices
from quittance.sales.queries import has_invoices_before

if TYPE_CHECKING:
    from quittance.company.models import Company

METHODS = {"transfer": "transfer", "cheque": "cheque", "cash": "cash", "card": "card"}


@dataclass(frozen=True, slots=True)
class ImportedFec:
    """What an accounting file brought. `balance_cents`: what its customer accounts say is owed.

    `open_cents`: what is open here; the two differ only by what `findings` name. Amounts in cents.
    """

    new_customers: int
    new_invoices: int
    known_invoices: int
    new_payments: int
    lettered_groups: int
    balance_cents: int
    open_cents: int
    findings: tuple[str, ...]
    same_money: int  # payments that the bank, or a person, had already told
    taken_as_professionals: int


def import_fec(
    *, company: Company, data: bytes, file_name: str, actor: str, at: datetime, dry_run: bool = False
) -> ImportedFec:
    """Read a FEC and record its customers, invoices, payments and lettering. Refusals: `FecError`, `InvoiceDiffers`.

    A FEC has no due dates: they follow from the company's usual payment term.
    """
    book = receivables_from_fec(read_fec(data, file_name=file_name))
    _refuse_second_year(company, book)
    source = source_of(file_name, data)
    with all_or_nothing(company, dry_run):
        customers = record_customers(
            company_id=company.pk,
            rows=[CustomerDetails(reference=row.reference, name=row.name) for row in book.customers],
            source=source,
            actor=actor,
            at=at,
        )
        invoices = record_invoices(
            company_id=company.pk,
            rows=_invoices(company, book, customers.ids),
            source=source,
            actor=actor,
            at=at,
        )
        open_receivables(company_id=company.pk, installments=invoices.installments, actor=actor, at=at)
        money = _money(book, invoices)
        told = _told_already(company, money, customers.ids)
        same_money = note_sources(company_id=company.pk, sources=told, source=source, actor=actor, at=at)
        payments = record_payments(
            company_id=company.pk,
            payments=_payments(company, book, money, customers.ids),
            source=source,
            actor=actor,
            at=at,
        )
    return ImportedFec(
        new_customers=customers.new,
        new_invoices=len(invoices.invoice_ids),
        known_invoices=invoices.known,
        new_payments=payments,
        lettered_groups=book.lettered_groups,
        balance_cents=book.balance_cents,
        open_cents=sum(_represented(book).values()),
        findings=tuple(
            f"Ligne{'s' if len(finding.lines) > 1 else ''} {', '.join(map(str, finding.lines[:5]))} : {finding.reason}"
            for finding in book.findings
        ),
        same_money=same_money,
        taken_as_professionals=customers.kind_unsaid,
    )


def _refuse_second_year(company: Company, book: FecBook) -> None:
    """What an earlier year left open comes again as opening balances: taking both would count it twice."""
    openings = [row.issued_on for row in book.invoices if row.carried_forward]
    if openings and has_invoices_before(company.pk, min(openings)):
        raise ImportRefused(
            "Ce FEC reprend en à-nouveaux des factures d'un exercice déjà importé : elles seraient comptées deux fois. "
            "Importez plutôt les factures et les relevés de banque de cet exercice. Rien n'a été importé."
        )


def _invoices(company: Company, book: FecBook, customer_ids: dict[str, int]) -> list[InvoiceDetails]:
    term = parse_term(company.default_term)
    return [
        InvoiceDetails(
            number=row.number,
            customer_id=customer_ids[row.customer_reference],
            issued_on=row.issued_on,
            due_on=due_on(term, row.issued_on),
            due_on_said=False,
            net_cents=row.net_cents,
            vat_cents=row.vat_cents,
            total_cents=row.total_cents,
            kind=row.kind,
            subject=row.label,
        )
        for row in book.invoices
    ]


@dataclass(frozen=True, slots=True)
class _Money:
    """A credit of a customer account: a payment, a credit note, or an adjustment such as a loss.

    `source_key`: only that of a payment of the year begins with `FEC_PAYMENT`; it alone can be on a bank line.
    """

    key: str
    customer_reference: str
    on: date
    cents: int
    method: str
    label: str
    credit_note_id: int | None = None
    of_the_bank: bool = False

    @property
    def source_key(self) -> str:
        """The name under which it is known in every export."""
        return f"{FEC_PAYMENT if self.of_the_bank else 'fec-entry:'}{self.key}"


def _money(book: FecBook, invoices: RecordedInvoices) -> list[_Money]:
    return [
        *(
            _Money(
                row.key,
                row.customer_reference,
                row.received_on,
                row.amount_cents,
                METHODS.get(row.method, "other"),
                row.label,
                of_the_bank=not row.carried_forward,
            )
            for row in book.payments
        ),
        *(
            _Money(
                row.key,
                row.customer_reference,
                row.issued_on,
                row.total_cents,
                "credit_note",
                row.label,
                invoices.invoice_ids[row.number],
            )
            for row in book.invoices
            if row.kind == "credit_note" and row.number in invoices.invoice_ids
        ),
        *(
            _Money(row.key, row.customer_reference, row.booked_on, -row.amount_cents, "other", row.label)
            for row in book.adjustments
            if row.amount_cents < 0
        ),
    ]


def _told_already(
    company: Company, money: Sequence[_Money], customer_ids: Mapping[str, int]
) -> dict[int, str]:
    """Find the payments of the file that a bank line or a person told before; return their source by payment id.

    The same customer and amount, the nearest day: the same money, which is not recorded again.
    """
    by_what: dict[tuple[int, int], list[KnownPayment]] = defaultdict(list)
    for payment in payments_without_source(company.pk):
        by_what[payment.customer_id, payment.amount_cents].append(payment)
    known = known_sources(company.pk)
    told: dict[int, str] = {}
    for one in sorted(money, key=lambda one: (one.on, one.key)):
        if not one.of_the_bank or one.source_key in known:
            continue
        candidates = [
            payment
            for payment in by_what.get((customer_ids[one.customer_reference], one.cents), ())
            if payment.id not in told and near(payment.received_on, one.on)
        ]
        if candidates:
            nearest = min(
                candidates, key=lambda payment: (abs((payment.received_on - one.on).days), payment.id)
            )
            told[nearest.id] = one.source_key
    return told


def _payments(
    company: Company, book: FecBook, money: Sequence[_Money], customer_ids: Mapping[str, int]
) -> list[PaymentDetails]:
    """Money put where the lettering says, never more than is left open.

    What it settles that is no invoice (a returned payment, a transfer) counts as given back.
    """
    open_by_number = open_receivables_by_number(company.pk)
    left = {
        row.key: list(open_by_number.get(row.number, ())) for row in book.invoices if row.kind == "invoice"
    }
    parts_of: dict[str, list[FecAllocation]] = defaultdict(list)
    for part in book.allocations:
        parts_of[part.settling_key].append(part)
    known = known_sources(company.pk)
    payments = []
    for one in money:
        if one.source_key in known:
            continue
        parts = parts_of[one.key]
        payments.append(
            PaymentDetails(
                customer_ids[one.customer_reference],
                one.method,
                one.on,
                one.cents,
                allocations=[put for part in parts if part.settled_key in left for put in _put(left, part)],
                refunded_cents=sum(part.amount_cents for part in parts if part.settled_key not in left),
                evidence=(Evidence.of("lettering", seen=parts[0].letter),) if parts else (),
                credit_note_id=one.credit_note_id,
                source_key=one.source_key,
                label=one.label,
            )
        )
    return payments


def _put(left: dict[str, list[int]], part: FecAllocation) -> list[tuple[int, int]]:
    """Take from what is left of an invoice, as (receivable, cents); nothing where it was settled meanwhile."""
    if not left[part.settled_key]:
        return []
    receivable_id, open_cents = left[part.settled_key]
    cents = min(part.amount_cents, open_cents)
    left[part.settled_key][1] -= cents
    return [(receivable_id, cents)] if cents else []


def _represented(book: FecBook) -> dict[str, int]:
    """What is left of each movement that is recorded here: all but debits that are no invoice."""
    debits = {row.key for row in book.adjustments if row.amount_cents > 0}
    return {key: cents for key, cents in book.open_cents().items() if key not in debits}
