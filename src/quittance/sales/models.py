"""Invoices with their lines and installments. What was issued does not change: corrections are added."""

from django.db import models
from django.db.models import F, Q


class Invoice(models.Model):
    """An issued invoice or credit note. Amounts are positive in both; `kind` says which way they count."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, default="invoice")
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60, default="")  # domain.finding.compact of the number
    issued_on = models.DateField()
    net_cents = models.PositiveBigIntegerField(null=True)  # net and VAT are unknown together: files may only
    vat_cents = models.PositiveBigIntegerField(null=True)  # give the total of an invoice issued elsewhere
    total_cents = models.PositiveBigIntegerField()
    order_reference = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    term_days = (
        models.PositiveSmallIntegerField()
    )  # from issue to the last due date, as the invoice states it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="invoice_number_once_per_company"),
            models.CheckConstraint(
                condition=Q(kind__in=("invoice", "credit_note")), name="invoice_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(total_cents=F("net_cents") + F("vat_cents"))
                | Q(net_cents__isnull=True, vat_cents__isnull=True),
                name="invoice_net_and_vat_make_total",
            ),
            models.CheckConstraint(condition=Q(total_cents__gt=0), name="invoice_total_positive"),
        ]
        indexes = [models.Index(fields=["company", "number_key"], name="invoice_by_key")]


class InvoiceLine(models.Model):
    """What was sold. Quantity in ten-thousandths, price in millionths of a euro: exact on every database."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    description = models.CharField(max_length=500)
    quantity_e4 = models.BigIntegerField()
    unit_price_e6 = models.BigIntegerField()
    vat_rate_bp = models.PositiveIntegerField()
    net_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position_once")
        ]


class Installment(models.Model):
    """One date and sum of an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="installments")
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="installment_position_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="installment_positive"),
        ]
