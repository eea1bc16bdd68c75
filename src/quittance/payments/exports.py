"""What a company takes with it of its money: the bank's lines, what was paid, and what was put on what."""

from quittance.formats.exporting import Table
from quittance.payments.models import Allocation, BankLine, BankStatement, Payment, Receivable


def tables(company_id: int) -> list[Table]:
    """Receivables, payments, allocations (reverse ones too), statements and bank lines."""
    return [
        Table(
            "creances",
            (
                ("Créance", "pk"), ("Numéro", "installment__invoice__number"), ("Échéance", "installment__position"),
                ("Code client", "customer__reference"), ("Date d'échéance", "due_on"), ("Dû", "due_cents"),
                ("Affecté", "allocated_cents"), ("Avoirs", "credited_cents"), ("Abandonné", "written_off_cents"),
                ("Reste", "open_cents"),
            ),
            Receivable.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "paiements",
            (
                ("Paiement", "pk"), ("Code client", "customer__reference"), ("Moyen", "method"),
                ("Reçu le", "received_on"), ("Ligne de banque", "bank_line_id"), ("Avoir", "credit_note__number"),
                ("Libellé", "label"), ("Montant", "amount_cents"), ("Affecté", "allocated_cents"),
                ("Remboursé", "refunded_cents"), ("Gardé en crédit", "credit_cents"), ("Défait", "undone_at"),
                ("Défait par", "undone_by"),
            ),
            Payment.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "affectations",
            (
                ("Affectation", "pk"), ("Paiement", "payment_id"), ("Créance", "receivable_id"),
                ("Numéro", "receivable__installment__invoice__number"), ("Montant", "amount_cents"),
                ("Annule", "reverses_id"), ("Preuves", "evidence"), ("Par", "actor"), ("Quand", "at"),
            ),
            Allocation.objects.filter(payment__company_id=company_id).order_by("pk"),
        ),
        Table(
            "releves",
            (
                ("Relevé", "pk"), ("Fichier", "statement_import__file_name"), ("Format", "statement_import__format"),
                ("Empreinte", "statement_import__sha256"), ("Importé", "statement_import__imported_at"),
                ("Compte", "bank_account_id"), ("Référence", "reference"), ("Du", "from_on"), ("Au", "to_on"),
                ("Solde initial", "opening_cents"), ("Solde final", "closing_cents"),
            ),
            BankStatement.objects.filter(statement_import__company_id=company_id).order_by("pk"),
        ),
        Table(
            "lignes_de_banque",
            (
                ("Ligne de banque", "pk"), ("Compte", "bank_account_id"), ("Relevé", "statement_id"),
                ("Date", "booked_on"), ("Date de valeur", "value_on"), ("Montant", "amount_cents"),
                ("Devise", "currency"), ("Libellé", "label"), ("Référence banque", "bank_ref"),
                ("Référence donneur d'ordre", "end_to_end_id"), ("Contrepartie", "counterparty_name"),
                ("IBAN contrepartie", "counterparty_iban"), ("Référence structurée", "structured_ref"),
                ("Classée parce que", "set_aside__reason"),
            ),
            BankLine.objects.filter(company_id=company_id).order_by("pk"),
        ),
    ]  # fmt: skip
