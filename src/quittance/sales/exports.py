"""What a company takes with it of its invoices."""

from quittance.formats.exporting import Table
from quittance.sales.models import Installment, Invoice, InvoiceLine


def tables(company_id: int) -> list[Table]:
    """Invoices and credit notes, their lines and installments."""
    invoices = Invoice.objects.filter(company_id=company_id)
    return [
        Table(
            "factures",
            (
                ("Type", "kind"), ("Numéro", "number"), ("Date", "issued_on"), ("Code client", "customer__reference"),
                ("Montant HT", "net_cents"), ("TVA", "vat_cents"), ("Montant TTC", "total_cents"),
                ("Commande", "order_reference"), ("Objet", "subject"), ("Délai (jours)", "term_days"),
            ),
            invoices.order_by("issued_on", "pk"),
        ),
        Table(
            "lignes_de_facture",
            (
                ("Numéro", "invoice__number"), ("Ligne", "position"), ("Désignation", "description"),
                ("Quantité", "quantity_e4"), ("Prix unitaire HT", "unit_price_e6"), ("Taux TVA", "vat_rate_bp"),
                ("Montant HT", "net_cents"),
            ),
            InvoiceLine.objects.filter(invoice__company_id=company_id).order_by("invoice_id", "position"),
        ),
        Table(
            "echeances",
            (
                ("Numéro", "invoice__number"), ("Échéance", "position"), ("Date d'échéance", "due_on"),
                ("Montant", "amount_cents"),
            ),
            Installment.objects.filter(invoice__company_id=company_id).order_by("invoice_id", "position"),
        ),
    ]  # fmt: skip
