"""What is done to customers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from quittance.customers.models import Contact, Customer
from quittance.journal.operations import append, hold

# What a file may say of a customer; an empty cell never erases what is known.
FIELDS = (
    "name", "kind", "siren", "vat_number", "street", "postcode", "city", "country", "iban", "payer_names",
    "term", "language", "address_form", "tone", "in_charge_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """A customer as a file or a form gives it; empty text: not said."""

    reference: str
    name: str
    kind: str = ""
    siren: str = ""
    vat_number: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    iban: str = ""
    payer_names: Sequence[str] = ()
    term: str = ""
    language: str = ""
    address_form: str = ""
    tone: str = ""
    in_charge_id: int | None = None
    email: str = ""
    phone: str = ""
    civility: str = ""
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class RecordedCustomers:
    """How many customers were new, changed, already known as given; and all their ids by reference."""

    new: int
    changed: int
    known: int
    ids: dict[str, int]


@transaction.atomic
def record_customers(
    *, company_id: int, rows: Iterable[CustomerDetails], source: str, actor: str, at: datetime
) -> RecordedCustomers:
    """Create the customers that are new and complete those that are known, by the company's own reference."""
    hold(company_id=company_id)
    wanted = {row.reference: row for row in rows}
    known = {
        customer.reference: customer
        for customer in Customer.objects.filter(company_id=company_id)
        if customer.reference in wanted
    }
    fresh = [
        Customer(company_id=company_id, reference=row.reference, **_said(row))
        for row in wanted.values()
        if row.reference not in known
    ]
    changed = [customer for customer in known.values() if _complete(customer, wanted[customer.reference])]
    Customer.objects.bulk_create(fresh, batch_size=2000)
    Customer.objects.bulk_update(changed, FIELDS, batch_size=500)
    ids = {customer.reference: customer.pk for customer in [*fresh, *known.values()]}
    new_contacts = _record_contacts(company_id, wanted, ids)
    if fresh or changed or new_contacts:
        append(
            company_id=company_id,
            kind="customers.recorded",
            data={
                "source": source,
                "new": [customer.reference for customer in fresh],
                "changed": {customer.reference: _said(wanted[customer.reference]) for customer in changed},
                "contacts": new_contacts,
            },
            actor=actor,
            at=at,
        )
    return RecordedCustomers(len(fresh), len(changed), len(known) - len(changed), ids)


def _said(row: CustomerDetails) -> dict[str, object]:
    said = {field: getattr(row, field) for field in FIELDS if getattr(row, field)}
    return {**said, "payer_names": list(row.payer_names)} if row.payer_names else said


def _complete(customer: Customer, row: CustomerDetails) -> bool:
    """Put what the row says onto a known customer; tell whether anything changed."""
    said = {field: value for field, value in _said(row).items() if getattr(customer, field) != value}
    for field, value in said.items():
        setattr(customer, field, value)
    return bool(said)


def _record_contacts(company_id: int, rows: dict[str, CustomerDetails], ids: dict[str, int]) -> int:
    wanted = {(ids[row.reference], row.email.lower()): row for row in rows.values() if row.email or row.phone}
    known = {
        (customer_id, email.lower())
        for customer_id, email in Contact.objects.filter(customer__company_id=company_id).values_list(
            "customer_id", "email"
        )
    }
    fresh = [
        Contact(
            customer_id=customer_id,
            email=row.email,
            phone=row.phone,
            civility=row.civility,
            first_name=row.first_name,
            last_name=row.last_name,
        )
        for (customer_id, email), row in wanted.items()
        if (customer_id, email) not in known
    ]
    Contact.objects.bulk_create(fresh, batch_size=2000)
    return len(fresh)
