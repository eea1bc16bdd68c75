"""Reading invoices."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum

from quittance.domain.invariants import Violation
from quittance.sales.models import Installment, Invoice, InvoiceLine


@dataclass(frozen=True, slots=True)
class KnownInvoice:
    """What makes an invoice the same one when a file brings its number again."""

    customer_id: int
    issued_on: date
    total_cents: int
    kind: str


def known_invoices(company_id: int) -> dict[str, KnownInvoice]:
    """Return every invoice of the company by its number."""
    rows = Invoice.objects.filter(company_id=company_id).values_list(
        "number", "customer_id", "issued_on", "total_cents", "kind"
    )
    return {
        number: KnownInvoice(customer_id, issued_on, total_cents, kind)
        for number, customer_id, issued_on, total_cents, kind in rows.iterator(2000)
    }


def invoiced_by_day(company_id: int, *, since: date) -> list[tuple[date, int]]:
    """Return what was invoiced (TTC, in cents, credit notes deducted), a row an issue date, newest first."""
    rows = (
        Invoice.objects.filter(company_id=company_id, issued_on__gte=since)
        .values("issued_on", "kind")
        .annotate(cents=Sum("total_cents"))
    )
    by_day: dict[date, int] = {}
    for row in rows:
        sign = -1 if row["kind"] == "credit_note" else 1
        by_day[row["issued_on"]] = by_day.get(row["issued_on"], 0) + sign * row["cents"]
    return sorted(by_day.items(), reverse=True)


def has_invoices_before(company_id: int, day: date) -> bool:
    """Tell whether the company has invoices issued before a day."""
    return Invoice.objects.filter(company_id=company_id, issued_on__lt=day).exists()


def customers_invoiced(company_id: int, numbers: Collection[str]) -> set[int]:
    """Return whose these invoices and credit notes are."""
    rows = Invoice.objects.filter(company_id=company_id, number__in=numbers)
    return set(rows.values_list("customer_id", flat=True))


def installments_of(invoice_id: int) -> list[int]:
    """Return the ids of the installments of an invoice."""
    return list(Installment.objects.filter(invoice_id=invoice_id).values_list("pk", flat=True))


def invoices_of_customer(company_id: int, customer_id: int, *, most: int) -> list[Invoice]:
    """Return the newest invoices and credit notes of a customer, newest first."""
    rows = Invoice.objects.filter(company_id=company_id, customer_id=customer_id)
    return list(rows.order_by("-issued_on", "-pk")[:most])


def invoice_of(company_id: int, invoice_id: int, *, in_charge_id: int | None = None) -> Invoice | None:
    """Return an invoice or credit note with its lines and customer; with `in_charge_id`, only of this member's."""
    rows = Invoice.objects.filter(company_id=company_id, pk=invoice_id)
    if in_charge_id is not None:
        rows = rows.filter(customer__in_charge_id=in_charge_id)
    return rows.select_related("customer__in_charge").prefetch_related("lines").first()


def first_invoiced_on(company_id: int, customer_id: int) -> date | None:
    """Return the day of a customer's first invoice."""
    rows = Invoice.objects.filter(company_id=company_id, customer_id=customer_id)
    return rows.order_by("issued_on").values_list("issued_on", flat=True).first()


def violations(company_id: int) -> list[Violation]:
    """Check invoices: installments add up to the total, lines to the net, and all rows stay in the company."""
    found = []
    invoices = Invoice.objects.filter(company_id=company_id)
    by_installments = (
        invoices.filter(kind="invoice")
        .annotate(installed=Sum("installments__amount_cents"))
        .exclude(installed=F("total_cents"))
    )
    found += [
        Violation(
            "installments_make_the_total", f"facture {invoice.number}", "ses échéances ne font pas son total"
        )
        for invoice in by_installments
    ]
    without_installment = invoices.filter(kind="invoice", installments__isnull=True)
    found += [
        Violation("installments_make_the_total", f"facture {invoice.number}", "elle n'a aucune échéance")
        for invoice in without_installment
    ]
    by_lines = (
        InvoiceLine.objects.filter(invoice__company_id=company_id)
        .values("invoice__number", "invoice__net_cents")
        .annotate(lines=Sum("net_cents"))
        .exclude(lines=F("invoice__net_cents"))
    )
    found += [
        Violation(
            "lines_make_the_net", f"facture {row['invoice__number']}", "ses lignes ne font pas son total HT"
        )
        for row in by_lines
    ]
    strangers = invoices.exclude(customer__company_id=company_id)
    found += [
        Violation("walls", f"facture {invoice.number}", "son client est d'une autre société")
        for invoice in strangers
    ]
    return found
