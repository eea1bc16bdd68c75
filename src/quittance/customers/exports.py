"""What a company takes with it of its customers."""

from quittance.customers.models import Contact, Customer, Note
from quittance.formats.exporting import Table


def tables(company_id: int) -> list[Table]:
    """Customers (an import reads these titles again), contacts, and notes that were not removed."""
    return [
        Table(
            "clients",
            (
                ("Code client", "reference"), ("Raison sociale", "name"), ("Type de client", "kind"),
                ("SIREN", "siren"), ("N° TVA", "vat_number"), ("Adresse", "street"), ("CP", "postcode"),
                ("Ville", "city"), ("Pays", "country"), ("IBAN", "iban"), ("Payeurs", "payer_names"),
                ("Délai de paiement", "term"), ("Langue", "language"), ("Tutoiement", "address_form"),
                ("Ton", "tone"), ("Responsable", "in_charge__email"),
            ),
            Customer.objects.filter(company_id=company_id).order_by("reference"),
        ),
        Table(
            "contacts",
            (
                ("Code client", "customer__reference"), ("Rôle", "role"), ("Civilité", "civility"),
                ("Prénom", "first_name"), ("Nom", "last_name"), ("E-mail", "email"), ("Téléphone", "phone"),
            ),
            Contact.objects.filter(customer__company_id=company_id).order_by("customer__reference", "pk"),
        ),
        Table(
            "notes",
            (
                ("Code client", "customer__reference"), ("Texte", "text"), ("Par", "actor"), ("Quand", "at"),
            ),
            Note.objects.filter(company_id=company_id, removed_at__isnull=True).order_by("pk"),
        ),
    ]  # fmt: skip
