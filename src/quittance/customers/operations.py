"""What is done to customers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from quittance.company.queries import members
from quittance.customers.contacts import ChangedContacts, contacts_as_said
from quittance.customers.models import Contact, Customer
from quittance.customers.queries import contacts_of_one
from quittance.domain.finding import customer_key
from quittance.journal.operations import append, hold

# What a file may say of a customer; an empty cell never erases what is known.
FIELDS = (
    "name", "kind", "siren", "vat_number", "street", "postcode", "city", "country", "iban", "payer_names",
    "term", "language", "address_form", "tone", "in_charge_id",
)  # fmt: skip
CONTACT_FIELDS = ("email", "phone", "civility", "first_name", "last_name")

Changes = dict[str, list[object]]  # by field: what it was, what it is


class CustomerElsewhere(Exception):
    """The customer, or the person in charge, is not of this company: nothing was changed."""


class AddressKnown(Exception):
    """Another contact of the customer has this address: nothing was changed."""


class NoSuchContact(LookupError):
    """The customer has no contact with this address."""


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
    """How many customers were new, changed, already known as given; and all their ids by reference.

    `kind_unsaid`: new customers of whom nothing says that they are a business: they are taken for one.
    """

    new: int
    changed: int
    known: int
    kind_unsaid: int
    ids: dict[str, int]


@transaction.atomic
def record_customers(
    *, company_id: int, rows: Iterable[CustomerDetails], source: str, actor: str, at: datetime
) -> RecordedCustomers:
    """Create the customers that are new and complete those that are known, by the company's own reference.

    Each customer has one contact that imports keep: a new address there replaces the one of the earlier file.
    """
    hold(company_id=company_id)
    wanted = {row.reference: row for row in rows}
    known = {
        customer.reference: customer
        for customer in Customer.objects.filter(company_id=company_id)
        if customer.reference in wanted
    }
    fresh = [
        _found_by(Customer(company_id=company_id, reference=row.reference, **_said(row)))
        for row in wanted.values()
        if row.reference not in known
    ]
    changes = {
        reference: changes
        for reference, customer in known.items()
        if (changes := _complete(customer, _said(wanted[reference])))
    }
    Customer.objects.bulk_create(fresh, batch_size=2000)
    Customer.objects.bulk_update(
        [known[reference] for reference in changes], [*FIELDS, "search_key"], batch_size=500
    )
    ids = {customer.reference: customer.pk for customer in [*fresh, *known.values()]}
    contacts = _record_contacts(company_id, wanted, ids)
    for reference, contact_changes in contacts.changes.items():
        if reference in known:
            changes.setdefault(reference, {}).update(contact_changes)
    if fresh or changes:
        append(
            company_id=company_id,
            kind="customers.recorded",
            data={
                "source": source,
                "new": [customer.reference for customer in fresh],
                "changed": changes,
                "contacts": len(contacts.fresh),
            },
            actor=actor,
            at=at,
        )
    return RecordedCustomers(
        new=len(fresh),
        changed=len(changes),
        known=len(known) - len(changes),
        kind_unsaid=sum(_kind_unsaid(wanted[customer.reference]) for customer in fresh),
        ids=ids,
    )


def _kind_unsaid(row: CustomerDetails) -> bool:
    """Private persons have no SIREN, and public bodies have one that starts with 1 or 2."""
    return not row.kind and (not row.siren or row.siren[0] in "12")


def _said(row: CustomerDetails) -> dict[str, object]:
    said = {field: getattr(row, field) for field in FIELDS if getattr(row, field)}
    return {**said, "payer_names": list(row.payer_names)} if row.payer_names else said


def _complete(customer: Customer, said: Mapping[str, object]) -> Changes:
    """Put what is said onto a known customer; return what changed, as field: [old, new]."""
    changes: Changes = {
        field: [getattr(customer, field), value]
        for field, value in said.items()
        if getattr(customer, field) != value
    }
    for field, (_, value) in changes.items():
        setattr(customer, field, value)
    _found_by(customer)
    return changes


def _found_by(customer: Customer) -> Customer:
    """Give a customer the key under which people find it; it follows the name, reference, SIREN, IBAN and payers."""
    customer.search_key = customer_key(
        name=customer.name,
        payer_names=customer.payer_names,
        reference=customer.reference,
        siren=customer.siren,
        iban=customer.iban,
    )
    return customer


def _record_contacts(
    company_id: int, rows: Mapping[str, CustomerDetails], ids: Mapping[str, int]
) -> ChangedContacts:
    """Write the contact that each row states; a contact whose address another one now holds goes away."""
    contacts = Contact.objects.filter(customer__company_id=company_id).order_by("pk")
    said = {
        reference: {field: getattr(row, field) for field in CONTACT_FIELDS if getattr(row, field)}
        for reference, row in rows.items()
    }
    found = contacts_as_said(list(contacts), said, ids)
    Contact.objects.filter(pk__in=[contact.pk for contact in found.replaced]).delete()
    Contact.objects.bulk_update(found.changed, [*CONTACT_FIELDS, "file_says"], batch_size=500)
    Contact.objects.bulk_create(found.fresh, batch_size=2000)
    return found


@transaction.atomic
def change_customer(
    *, company_id: int, customer_id: int, actor: str, at: datetime, **details: object
) -> Changes:
    """Change what is known of a customer, by a person's word; return what changed, as field: [old, new].

    `details`: fields of `FIELDS`, and of `CONTACT_FIELDS` for the contact that is written to first. A later file that
    repeats what it said before does not take the correction back. Refusals: `AddressKnown`, `CustomerElsewhere`.
    """
    hold(company_id=company_id)
    customer = _of_company(company_id, customer_id)
    person = details.get("in_charge_id")
    if person and all(member.pk != person for member in members(company_id)):
        raise CustomerElsewhere("La personne en charge n'est pas de cette société.")
    said = {field: value for field, value in details.items() if field in CONTACT_FIELDS}
    changes = _complete(customer, {field: value for field, value in details.items() if field in FIELDS})
    assert len(said) + sum(field in FIELDS for field in details) == len(details)
    if changes:
        customer.save(update_fields=[*changes, "search_key"])
    if said:
        changes.update(_change_first_contact(customer, said))
    if changes:
        append(
            company_id=company_id,
            kind="customers.changed",
            data={"customer": customer.reference, "changed": changes},
            actor=actor,
            at=at,
        )
    return changes


def _change_first_contact(customer: Customer, said: Mapping[str, object]) -> Changes:
    contact = next(iter(contacts_of_one(customer.pk)), None) or Contact(customer=customer)
    changes: Changes = {
        f"contact.{field}": [getattr(contact, field), value]
        for field, value in said.items()
        if getattr(contact, field) != value
    }
    email = said.get("email")
    others = Contact.objects.filter(customer=customer).exclude(pk=contact.pk)
    if email and others.filter(email__iexact=email).exists():
        raise AddressKnown(f"{email} est déjà l'adresse d'un autre contact de ce client.")
    for field, value in said.items():
        setattr(contact, field, value)
    contact.save()
    return changes


@transaction.atomic
def add_contact(
    *, company_id: int, customer_id: int, role: str, email: str, actor: str, at: datetime, **details: str
) -> None:
    """Add a person or a mailbox at the customer's. Refusals: `AddressKnown`, `CustomerElsewhere`."""
    hold(company_id=company_id)
    customer = _of_company(company_id, customer_id)
    if Contact.objects.filter(customer=customer, email__iexact=email).exists():
        raise AddressKnown(f"{email} est déjà l'adresse d'un contact de ce client.")
    Contact.objects.create(customer=customer, role=role, email=email, **details)
    append(
        company_id=company_id,
        kind="customers.contact_added",
        data={"customer": customer.reference, "role": role, "email": email, **details},
        actor=actor,
        at=at,
    )


@transaction.atomic
def remove_contact(*, company_id: int, customer_id: int, email: str, actor: str, at: datetime) -> None:
    """Remove a contact: nothing is sent there any more. Refusals: `NoSuchContact`, `CustomerElsewhere`."""
    hold(company_id=company_id)
    customer = _of_company(company_id, customer_id)
    contact = Contact.objects.filter(customer=customer, email__iexact=email).first()
    if contact is None:
        raise NoSuchContact(f"{email} n'est l'adresse d'aucun contact de ce client.")
    if contact.file_says:  # kept without its address, so that the same file does not bring it back
        Contact.objects.filter(pk=contact.pk).update(email="")
    else:
        contact.delete()
    append(
        company_id=company_id,
        kind="customers.contact_removed",
        data={"customer": customer.reference, "email": contact.email},
        actor=actor,
        at=at,
    )


def _of_company(company_id: int, customer_id: int) -> Customer:
    customer = Customer.objects.filter(pk=customer_id, company_id=company_id).first()
    if customer is None:
        raise CustomerElsewhere("Ce client n'est pas de cette société.")
    return customer
