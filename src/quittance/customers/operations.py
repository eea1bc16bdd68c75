"""What is done to customers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from quittance.company.queries import members
from quittance.customers.contacts import ChangedContacts, contacts_as_said
from quittance.customers.models import Contact, Customer, Note
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
    """The customer has no such contact."""


class ReferenceTaken(Exception):
    """Another customer of the company has this reference: nothing was created."""


class NoSuchNote(LookupError):
    """The customer has no such note: nothing was changed."""


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
    _check_in_charge(company_id, details.get("in_charge_id"))
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


@transaction.atomic
def release_customers(*, company_id: int, member_id: int, actor: str, at: datetime) -> int:
    """Take a person who goes off their customers: the company writes to them. Return how many they were."""
    hold(company_id=company_id)
    theirs = Customer.objects.filter(company_id=company_id, in_charge_id=member_id)
    references = list(theirs.order_by("reference").values_list("reference", flat=True))
    if references:
        theirs.update(in_charge=None)
        append(
            company_id=company_id,
            kind="customers.released",
            data={"member": member_id, "customers": references},
            actor=actor,
            at=at,
        )
    return len(references)


def _change_first_contact(customer: Customer, said: Mapping[str, object]) -> Changes:
    contact = next(iter(contacts_of_one(customer.pk)), None) or Contact(customer=customer)
    changes: Changes = {
        f"contact.{field}": [getattr(contact, field), value]
        for field, value in said.items()
        if getattr(contact, field) != value
    }
    _check_address(customer, str(said.get("email", "")), other_than=contact.pk)
    for field, value in said.items():
        setattr(contact, field, value)
    contact.save()
    return changes


@transaction.atomic
def create_customer(*, company_id: int, details: CustomerDetails, actor: str, at: datetime) -> Customer:
    """Create a customer by hand, with the contact that is given. Refusals: `ReferenceTaken`, `CustomerElsewhere`."""
    hold(company_id=company_id)
    if Customer.objects.filter(company_id=company_id, reference=details.reference).exists():
        raise ReferenceTaken(f"La référence « {details.reference} » est déjà celle d'un autre client.")
    _check_in_charge(company_id, details.in_charge_id)
    said = _said(details)
    customer = _found_by(Customer(company_id=company_id, reference=details.reference, **said))
    customer.save(force_insert=True)
    contact = {field: value for field in CONTACT_FIELDS if (value := getattr(details, field))}
    if contact:
        Contact.objects.create(customer=customer, **contact)
    append(
        company_id=company_id,
        kind="customers.created",
        data={"customer": customer.reference, **said, **contact},
        actor=actor,
        at=at,
    )
    return customer


@transaction.atomic
def add_contact(
    *, company_id: int, customer_id: int, role: str, email: str, actor: str, at: datetime, **details: str
) -> None:
    """Add a person or a mailbox at the customer's. Refusals: `AddressKnown`, `CustomerElsewhere`."""
    hold(company_id=company_id)
    customer = _of_company(company_id, customer_id)
    _check_address(customer, email)
    Contact.objects.create(customer=customer, role=role, email=email, **details)
    append(
        company_id=company_id,
        kind="customers.contact_added",
        data={"customer": customer.reference, "role": role, "email": email, **details},
        actor=actor,
        at=at,
    )


@transaction.atomic
def change_contact(
    *, company_id: int, customer_id: int, contact_id: int, actor: str, at: datetime, **details: str
) -> Changes:
    """Change a contact; `details`: `role` and fields of `CONTACT_FIELDS`. Return what changed.

    Refusals: `NoSuchContact`, `AddressKnown`, `CustomerElsewhere`.
    """
    hold(company_id=company_id)
    customer = _of_company(company_id, customer_id)
    contact = Contact.objects.filter(customer=customer, pk=contact_id).first()
    if contact is None:
        raise NoSuchContact("Ce contact n'est plus chez ce client.")
    assert set(details) <= {"role", *CONTACT_FIELDS}
    changes: Changes = {
        f"contact.{field}": [getattr(contact, field), value]
        for field, value in details.items()
        if getattr(contact, field) != value
    }
    _check_address(customer, details.get("email", ""), other_than=contact.pk)
    if not changes:
        return changes
    for field, value in details.items():
        setattr(contact, field, value)
    contact.save(update_fields=list(details))
    append(
        company_id=company_id,
        kind="customers.contact_changed",
        data={"customer": customer.reference, "email": contact.email, "changed": changes},
        actor=actor,
        at=at,
    )
    return changes


@transaction.atomic
def remove_contact(
    *,
    company_id: int,
    customer_id: int,
    email: str = "",
    contact_id: int | None = None,
    actor: str,
    at: datetime,
) -> None:
    """Remove a contact, named by its address or its id: nothing is sent there any more.

    Refusals: `NoSuchContact`, `CustomerElsewhere`.
    """
    hold(company_id=company_id)
    customer = _of_company(company_id, customer_id)
    contacts = Contact.objects.filter(customer=customer)
    named = contacts.filter(email__iexact=email) if contact_id is None else contacts.filter(pk=contact_id)
    contact = named.first()
    if contact is None:
        raise NoSuchContact(
            f"{email} n'est l'adresse d'aucun contact de ce client."
            if email
            else "Ce contact n'est plus chez ce client."
        )
    if contact.file_says:  # kept without what it said, so that the same file does not bring it back
        Contact.objects.filter(pk=contact.pk).update(**dict.fromkeys(CONTACT_FIELDS, ""))
    else:
        contact.delete()
    append(
        company_id=company_id,
        kind="customers.contact_removed",
        data={"customer": customer.reference, "email": contact.email},
        actor=actor,
        at=at,
    )


def _check_address(customer: Customer, email: str, *, other_than: int | None = None) -> None:
    others = Contact.objects.filter(customer=customer, email__iexact=email)
    if email and any(contact.pk != other_than for contact in others):
        raise AddressKnown(f"{email} est déjà l'adresse d'un contact de ce client.")


@transaction.atomic
def add_note(*, company_id: int, customer_id: int, text: str, actor: str, at: datetime) -> Note:
    """Keep what a person wants to remember of a customer. Refusal: `CustomerElsewhere`."""
    customer = _of_company(company_id, customer_id)
    note = Note.objects.create(company_id=company_id, customer=customer, text=text, actor=actor, at=at)
    _append_note("customers.note_added", customer, note, actor, at)
    return note


@transaction.atomic
def remove_note(*, company_id: int, customer_id: int, note_id: int, actor: str, at: datetime) -> None:
    """Hide a note. Refusals: `NoSuchNote`, `CustomerElsewhere`."""
    _show_note(company_id, customer_id, note_id, removed_at=at, actor=actor, at=at)


@transaction.atomic
def restore_note(*, company_id: int, customer_id: int, note_id: int, actor: str, at: datetime) -> None:
    """Show a note again that was removed. Refusals: `NoSuchNote`, `CustomerElsewhere`."""
    _show_note(company_id, customer_id, note_id, removed_at=None, actor=actor, at=at)


def _show_note(
    company_id: int, customer_id: int, note_id: int, *, removed_at: datetime | None, actor: str, at: datetime
) -> None:
    customer = _of_company(company_id, customer_id)
    note = Note.objects.select_for_update().filter(
        customer=customer, pk=note_id, removed_at__isnull=removed_at is not None
    )
    found = note.first()
    if found is None:
        raise NoSuchNote("Cette note n'est plus là.")
    Note.objects.filter(pk=found.pk).update(removed_at=removed_at)
    _append_note(
        "customers.note_removed" if removed_at else "customers.note_restored", customer, found, actor, at
    )


def _append_note(kind: str, customer: Customer, note: Note, actor: str, at: datetime) -> None:
    """The journal says that there is a note and not what it says: it never forgets, and a note may have to go."""
    data: dict[str, object] = {"customer": customer.reference, "note": note.pk}
    append(company_id=customer.company_id, kind=kind, data=data, actor=actor, at=at)


def _of_company(company_id: int, customer_id: int) -> Customer:
    customer = Customer.objects.filter(pk=customer_id, company_id=company_id).first()
    if customer is None:
        raise CustomerElsewhere("Ce client n'est pas de cette société.")
    return customer


def _check_in_charge(company_id: int, member_id: object) -> None:
    if member_id and all(member.pk != member_id for member in members(company_id)):
        raise CustomerElsewhere("La personne en charge n'est pas de cette société.")
