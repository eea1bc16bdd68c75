"""The contact that imports keep for each customer: what a new file changes in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quittance.customers.models import Contact

Facts = Mapping[str, str]


@dataclass(slots=True)
class ChangedContacts:
    """Contacts to add, to write again, to remove; `changes`: by customer reference, field: [old, new]."""

    fresh: list[Contact] = field(default_factory=list)
    changed: list[Contact] = field(default_factory=list)
    replaced: list[Contact] = field(default_factory=list)
    changes: dict[str, dict[str, list[object]]] = field(default_factory=dict)


def contacts_as_said(
    contacts: Sequence[Contact], said: Mapping[str, Facts], ids: Mapping[str, int]
) -> ChangedContacts:
    """Compare what a file says of each customer's contact, by reference, with the contacts that are known.

    Only what differs from the file before counts: a correction made by hand stands until the file changes too.
    """
    of_customer: dict[int, list[Contact]] = {}
    for contact in contacts:
        of_customer.setdefault(contact.customer_id, []).append(contact)
    found = ChangedContacts()
    for reference, facts in said.items():
        if facts:
            _compare(found, reference, facts, ids[reference], of_customer.get(ids[reference], []))
    return found


def _compare(
    found: ChangedContacts, reference: str, facts: Facts, customer_id: int, known: list[Contact]
) -> None:
    kept = next((contact for contact in known if contact.file_says), None)
    before: Facts = kept.file_says if kept else {}
    news = {name: value for name, value in facts.items() if before.get(name) != value}
    if not news:
        return
    holder = next(
        (one for one in known if one.email and one.email.lower() == facts.get("email", "").lower()), None
    )
    contact = holder or kept
    if contact is None:
        found.fresh.append(Contact(customer_id=customer_id, file_says=dict(facts), **facts))
        found.changes[reference] = {f"contact.{name}": ["", value] for name, value in facts.items()}
        return
    old = kept or contact
    changes: dict[str, list[object]] = {
        f"contact.{name}": [getattr(old, name), value]
        for name, value in news.items()
        if getattr(old, name) != value
    }
    for name, value in news.items():
        setattr(contact, name, value)
    contact.file_says = {**before, **facts}
    found.changed.append(contact)
    if kept is not None and kept is not contact:
        found.replaced.append(kept)
    if changes:
        found.changes[reference] = changes
