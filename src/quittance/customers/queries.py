"""Reading customers."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from quittance.customers.models import CONTACT_ROLES, Contact, Customer, Note
from quittance.domain.finding import folded
from quittance.domain.invariants import Violation


class NoSuchCustomer(LookupError):
    """The company has no customer with this reference."""


def customer_by_reference(company_id: int, reference: str) -> Customer:
    """Find a customer by the company's own reference. Refusal: `NoSuchCustomer`."""
    try:
        return Customer.objects.get(company_id=company_id, reference=reference)
    except Customer.DoesNotExist:
        raise NoSuchCustomer(
            f"Le client « {reference} » n'existe pas dans cette société. Vérifiez sa référence."
        ) from None


# Above this many ids a list in the query costs more than reading the company's rows.
LONG_LIST = 1000


def customers_of(company_id: int, ids: Collection[int] | None = None) -> dict[int, Customer]:
    """Return the company's customers by id, all of them or those asked for, with the person in charge."""
    customers = Customer.objects.filter(company_id=company_id).select_related("in_charge")
    if ids is not None and len(ids) <= LONG_LIST:
        customers = customers.filter(pk__in=ids)
    return {customer.pk: customer for customer in customers if ids is None or customer.pk in ids}


def names_by_id(company_id: int) -> dict[int, tuple[str, str]]:
    """Return every customer's reference and name by id."""
    rows = Customer.objects.filter(company_id=company_id).values_list("pk", "reference", "name")
    return {pk: (reference, name) for pk, reference, name in rows}


def contacts_of(company_id: int, customer_ids: Collection[int]) -> dict[int, list[Contact]]:
    """Return the contacts that have an e-mail, by customer, in the order in which one writes to them."""
    contacts = Contact.objects.filter(customer__company_id=company_id).exclude(email="").defer("file_says")
    if len(customer_ids) <= LONG_LIST:
        contacts = contacts.filter(customer_id__in=customer_ids)
    found: dict[int, list[Contact]] = {}
    for contact in sorted(contacts, key=lambda contact: (CONTACT_ROLES.index(contact.role), contact.pk)):
        found.setdefault(contact.customer_id, []).append(contact)
    return found


def contacts_of_one(customer_id: int) -> list[Contact]:
    """Return a customer's contacts in the order in which one writes to them; those without an e-mail come last."""
    contacts = Contact.objects.filter(customer_id=customer_id)
    return sorted(
        contacts, key=lambda contact: (not contact.email, CONTACT_ROLES.index(contact.role), contact.pk)
    )


def foreign_rows(company_id: int) -> list[Violation]:
    """Name customers whose person in charge works for another company."""
    strangers = Customer.objects.filter(company_id=company_id, in_charge__isnull=False).exclude(
        in_charge__company_id=company_id
    )
    return [
        Violation("walls", f"client {customer.reference}", "le responsable est d'une autre société")
        for customer in strangers
    ]


def customer_of(company_id: int, customer_id: int, *, in_charge_id: int | None = None) -> Customer | None:
    """Return a customer of the company by id; with `in_charge_id`, only one that this member looks after."""
    found = Customer.objects.filter(company_id=company_id, pk=customer_id).select_related("in_charge")
    if in_charge_id is not None:
        found = found.filter(in_charge_id=in_charge_id)
    return found.first()


NOBODY = 0  # in charge: nobody is


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers; empty or `None`: whatever they are. `in_charge_id` is a member's, or `NOBODY`.

    `only_in_charge_id` is the wall of sales people, whatever else is asked for.
    """

    words: str = ""
    kind: str = ""
    in_charge_id: int | None = None
    without_address: bool = False
    only_in_charge_id: int | None = None


# The key starts with the name, without case and accents.
CUSTOMER_ORDERS = {
    "name": ("search_key", "pk"),
    "reference": ("reference", "pk"),
    "in_charge": ("in_charge__name", "search_key", "pk"),
}


def find_customers(company_id: int, wanted: CustomerFilter, *, order: str) -> list[int]:
    """Return the ids of the customers that are wanted, in one of the orders of `CUSTOMER_ORDERS`."""
    found = Customer.objects.filter(company_id=company_id)
    for word in folded(wanted.words).split():
        found = found.filter(search_key__contains=word)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.in_charge_id is not None:
        found = found.filter(in_charge_id=wanted.in_charge_id or None)
    if wanted.only_in_charge_id is not None:
        found = found.filter(in_charge_id=wanted.only_in_charge_id)
    if wanted.without_address:
        found = found.exclude(Exists(Contact.objects.filter(customer=OuterRef("pk")).exclude(email="")))
    return list(found.order_by(*CUSTOMER_ORDERS[order]).values_list("pk", flat=True))


def notes_of(company_id: int, customer_id: int) -> list[Note]:
    """Return what people noted of a customer, newest first."""
    notes = Note.objects.filter(company_id=company_id, customer_id=customer_id, removed_at__isnull=True)
    return list(notes.order_by("-at", "-pk"))


def ids_in_charge(company_id: int, in_charge_id: int) -> set[int]:
    """Return the customers whom a member looks after."""
    found = Customer.objects.filter(company_id=company_id, in_charge_id=in_charge_id)
    return set(found.values_list("pk", flat=True))


def count_by_kind(company_id: int, *, in_charge_id: int | None = None) -> dict[str, int]:
    """Return how many customers of each kind there are; with `in_charge_id`, of those whom a member looks after."""
    found = Customer.objects.filter(company_id=company_id)
    if in_charge_id is not None:
        found = found.filter(in_charge_id=in_charge_id)
    return {row["kind"]: row["count"] for row in found.values("kind").annotate(count=Count("pk"))}


def ids_by_reference(company_id: int, references: Collection[str]) -> dict[str, int]:
    """Return the ids of these customers by the company's own references."""
    found = Customer.objects.filter(company_id=company_id, reference__in=references)
    return dict(found.values_list("reference", "pk"))
