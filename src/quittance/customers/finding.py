"""Finding customers by what people type: the words of a name, a reference, a SIREN, an e-mail, the end of an IBAN."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from quittance.customers.models import Contact, Customer
from quittance.domain.finding import compact, folded

_SHORTEST = 2  # letters; one finds everything
_SHORTEST_FIGURES = 4


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the books that a person may look into: a company, and there perhaps only their own customers."""

    company_id: int
    in_charge_id: int | None = None


def in_scopes(scopes: Collection[Scope], customer: str = "") -> Q:
    """Return the condition of these walls on rows that have a company and, behind `customer`, a person in charge."""
    whole = [scope.company_id for scope in scopes if scope.in_charge_id is None]
    walls = Q(company_id__in=whole) if whole else Q(pk__in=())
    for scope in scopes:
        if scope.in_charge_id is not None:
            own = {f"{customer}in_charge_id": scope.in_charge_id}
            walls |= Q(company_id=scope.company_id, **own)
    return walls


def customers_found(scopes: Collection[Scope], text: str, *, most: int) -> list[Customer]:
    """Return the customers that what is typed may mean; names that start with it come first."""
    words = folded(text)
    rows = Customer.objects.filter(in_scopes(scopes)).filter(_meant(text)).select_related("company")
    found = list(rows.order_by("search_key", "pk")[: most * 10])
    found.sort(key=lambda customer: _rank(customer, words))
    return found[:most]


def _rank(customer: Customer, words: str) -> int:
    """How near a customer is: the beginning of the name, of a word of it, or anything else."""
    if customer.search_key.startswith(words):
        return 0
    return 1 if f" {words}" in customer.search_key else 2


def _meant(text: str) -> Q:
    if "@" in text:
        mailbox = Contact.objects.filter(email__icontains=text.strip())
        return Q(pk__in=mailbox.values("customer_id"))
    words, run = folded(text).split(), compact(text)
    if len(run) < _SHORTEST:
        return Q(pk__in=())
    every = Q()
    for word in words:
        every &= _a_word(word)
    # A SIREN, the end of an IBAN, a reference: typed in groups or not; a few figures alone would find anybody.
    return every | Q(search_key__contains=run) if sum(map(str.isdigit, run)) >= _SHORTEST_FIGURES else every


def _a_word(word: str) -> Q:
    """A word that starts so; a few figures are a whole word, else they would be the start of many a SIREN."""
    if word.isdigit() and len(word) < _SHORTEST_FIGURES:
        whole = Q(search_key__startswith=f"{word} ") | Q(search_key__contains=f" {word} ")
        return whole | Q(search_key__endswith=f" {word}")
    return Q(search_key__startswith=word) | Q(search_key__contains=f" {word}")


def ids_found(company_id: int, text: str) -> "QuerySet[Customer, int]":
    """Return the ids of the customers that what is typed may mean, to be asked within another query."""
    rows = Customer.objects.filter(company_id=company_id).filter(_meant(text))
    return rows.values_list("pk", flat=True)


def ids_by_name(company_id: int, *, backwards: bool, followed_by: Collection[int]) -> list[int]:
    """Return the ids of a company's customers in the order of their names; of those only whom all these follow."""
    sign = "-" if backwards else ""
    rows = Customer.objects.filter(company_id=company_id).order_by(f"{sign}search_key", f"{sign}pk")
    for member_id in followed_by:
        rows = rows.filter(in_charge_id=member_id or None)
    return list(rows.values_list("pk", flat=True))


def ids_followed_by(company_id: int, member_id: int) -> "QuerySet[Customer, int]":
    """Return the ids of the customers whom a member looks after, to be asked within another query; 0: nobody does."""
    rows = Customer.objects.filter(company_id=company_id, in_charge_id=member_id or None)
    return rows.values_list("pk", flat=True)
