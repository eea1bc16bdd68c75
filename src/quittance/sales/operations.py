"""What is done to invoices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from quittance.domain.finding import compact
from quittance.formats.invoice_rows import InvoiceLineRow
from quittance.journal.operations import append, hold
from quittance.sales.models import Installment, Invoice, InvoiceLine
from quittance.sales.queries import KnownInvoice, known_invoices

LINES_AT_ONCE = 4_000  # three times as many as invoices: never all in memory


class InvoiceDiffers(Exception):
    """An invoice of this number is already there with other amounts or dates: nothing was recorded."""


@dataclass(frozen=True, slots=True)
class InvoiceDetails:
    """An invoice issued elsewhere. Amounts are positive; `kind` is `invoice` or `credit_note`."""

    number: str
    customer_id: int
    issued_on: date
    due_on: date
    net_cents: int | None  # net and VAT are unknown together
    vat_cents: int | None
    total_cents: int
    kind: str = "invoice"
    order_reference: str = ""
    subject: str = ""
    lines: Sequence[InvoiceLineRow] = field(default=())
    due_on_said: bool = True  # False: computed from a usual term, which never moves a known due date


@dataclass(frozen=True, slots=True)
class RecordedInvoices:
    """What was added, and how many were already there.

    `installments`: (id, customer, invoice number, issued on, due date, cents), one per new invoice, whose ids are
    `invoiced_ids`.
    `moved`: the new due date of known installments, by id.
    """

    invoice_ids: dict[str, int]  # by number, credit notes included
    invoiced_ids: tuple[int, ...]
    credit_notes: tuple[tuple[int, int, date, int], ...]  # (invoice id, customer id, issued on, cents)
    installments: tuple[tuple[int, int, str, date, date, int], ...]
    known: int
    moved: dict[int, date]


@transaction.atomic
def record_invoices(
    *, company_id: int, rows: Iterable[InvoiceDetails], source: str, actor: str, at: datetime
) -> RecordedInvoices:
    """Record invoices issued elsewhere, with their lines and one installment each.

    A known number with the same customer, date and amount stays as it is, but for its due date: where the file says
    another one, it moves there. Refusal: `InvoiceDiffers`.
    """
    hold(company_id=company_id)
    wanted = list(rows)
    already = known_invoices(company_id)
    for row in wanted:
        known = already.get(row.number)
        if known not in (None, KnownInvoice(row.customer_id, row.issued_on, row.total_cents, row.kind)):
            raise InvoiceDiffers(
                f"La facture {row.number} existe déjà avec un autre client, une autre date ou un autre montant. "
                "Une facture émise ne se modifie pas : corrigez le fichier ou faites un avoir."
            )
    moved = _move_due_dates(
        company_id, [row for row in wanted if row.number in already], source=source, actor=actor, at=at
    )
    fresh = [row for row in wanted if row.number not in already]
    if not fresh:
        return RecordedInvoices({}, (), (), (), len(wanted), moved)
    invoices, installments = _create(company_id, fresh)
    append(
        company_id=company_id,
        kind="sales.invoices_recorded",
        data={"source": source, "invoices": [[row.number, row.total_cents] for row in fresh]},
        actor=actor,
        at=at,
    )
    return RecordedInvoices(
        invoice_ids={invoice.number: invoice.pk for invoice in invoices},
        invoiced_ids=tuple(installment.invoice_id for installment in installments),
        credit_notes=tuple(
            (invoice.pk, invoice.customer_id, invoice.issued_on, invoice.total_cents)
            for invoice in invoices
            if invoice.kind == "credit_note"
        ),
        installments=tuple(
            (
                installment.pk,
                installment.invoice.customer_id,
                installment.invoice.number,
                installment.invoice.issued_on,
                installment.due_on,
                installment.amount_cents,
            )
            for installment in installments
        ),
        known=len(wanted) - len(fresh),
        moved=moved,
    )


def _create(company_id: int, fresh: Sequence[InvoiceDetails]) -> tuple[list[Invoice], list[Installment]]:
    """Create invoices with their lines, and one installment for each that is no credit note."""
    invoices = Invoice.objects.bulk_create([_invoice(company_id, row) for row in fresh], batch_size=2000)
    lines = (
        _line(invoice.pk, line) for invoice, row in zip(invoices, fresh, strict=True) for line in row.lines
    )
    while some := list(islice(lines, LINES_AT_ONCE)):
        InvoiceLine.objects.bulk_create(some)
    installments = Installment.objects.bulk_create(
        [
            Installment(invoice=invoice, position=1, due_on=row.due_on, amount_cents=row.total_cents)
            for invoice, row in zip(invoices, fresh, strict=True)
            if row.kind == "invoice"
        ],
        batch_size=4000,
    )
    return invoices, installments


def _move_due_dates(
    company_id: int, known: Sequence[InvoiceDetails], *, source: str, actor: str, at: datetime
) -> dict[int, date]:
    """Give known invoices of one installment the due date that the file says; return the new dates by installment."""
    said = {row.number: row.due_on for row in known if row.due_on_said and row.kind == "invoice"}
    if not said:
        return {}
    installments = Installment.objects.filter(invoice__company_id=company_id).select_related("invoice")
    of_invoice: dict[str, list[Installment]] = {}
    for installment in installments.iterator(2000):
        if installment.invoice.number in said:
            of_invoice.setdefault(installment.invoice.number, []).append(installment)
    moved = [
        only for number, (only, *others) in of_invoice.items() if not others and only.due_on != said[number]
    ]
    if not moved:
        return {}
    changes = {}
    for installment in moved:
        invoice = installment.invoice
        changes[invoice.number] = [str(installment.due_on), str(said[invoice.number])]
        installment.due_on = said[invoice.number]
        invoice.term_days = _term_days(invoice.issued_on, installment.due_on)
    Installment.objects.bulk_update(moved, ["due_on"], batch_size=500)
    Invoice.objects.bulk_update([row.invoice for row in moved], ["term_days"], batch_size=500)
    append(
        company_id=company_id,
        kind="sales.due_dates_moved",
        data={"source": source, "invoices": changes},
        actor=actor,
        at=at,
    )
    return {installment.pk: installment.due_on for installment in moved}


def _term_days(issued_on: date, due_on: date) -> int:
    return max(0, (due_on - issued_on).days)


def _invoice(company_id: int, row: InvoiceDetails) -> Invoice:
    return Invoice(
        company_id=company_id,
        customer_id=row.customer_id,
        kind=row.kind,
        number=row.number,
        number_key=compact(row.number),
        issued_on=row.issued_on,
        net_cents=row.net_cents,
        vat_cents=row.vat_cents,
        total_cents=row.total_cents,
        order_reference=row.order_reference,
        subject=row.subject,
        term_days=_term_days(row.issued_on, row.due_on),
    )


def _line(invoice_id: int, line: InvoiceLineRow) -> InvoiceLine:
    return InvoiceLine(
        invoice_id=invoice_id,
        position=line.position,
        description=line.description,
        quantity_e4=line.quantity_e4,
        unit_price_e6=line.unit_price_e6,
        vat_rate_bp=line.vat_rate_bp,
        net_cents=line.net_cents,
    )
