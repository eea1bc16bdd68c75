"""What the journal says was changed of a customer, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.interfaces.web.customers.words import ADDRESS_FORMS, KINDS, LANGUAGES, ROLES, TONES

if TYPE_CHECKING:
    from quittance.flows.customer_thread import Change

FIELDS = {
    "name": gettext_lazy("Nom"),
    "kind": gettext_lazy("Genre"),
    "siren": gettext_lazy("SIREN"),
    "vat_number": gettext_lazy("Numéro de TVA"),
    "street": gettext_lazy("Rue"),
    "postcode": gettext_lazy("Code postal"),
    "city": gettext_lazy("Ville"),
    "country": gettext_lazy("Pays"),
    "iban": gettext_lazy("IBAN"),
    "payer_names": gettext_lazy("Noms sous lesquels il paie"),
    "term": gettext_lazy("Délai"),
    "language": gettext_lazy("Langue"),
    "address_form": gettext_lazy("Tutoiement ou vouvoiement"),
    "tone": gettext_lazy("Ton"),
    "in_charge_id": gettext_lazy("Suivi par"),
    "role": gettext_lazy("Rôle"),
    "civility": gettext_lazy("Civilité"),
    "first_name": gettext_lazy("Prénom"),
    "last_name": gettext_lazy("Nom"),
    "email": gettext_lazy("Adresse électronique"),
    "phone": gettext_lazy("Téléphone"),
}
_CHOICES = {
    "kind": dict(KINDS),
    "tone": dict(TONES),
    "language": dict(LANGUAGES),
    "address_form": dict(ADDRESS_FORMS),
    "role": dict(ROLES),
}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A change: what was done, by whom, and each field as (name, what it was, what it is)."""

    done: str
    actor: str
    fields: tuple[tuple[str, str, str], ...]


def change_words(change: Change) -> ChangeWords:
    """Say a change. People are not named by their number: who is in charge is only said to have changed."""
    done = {
        "customers.created": _("Client créé"),
        "customers.changed": _("Fiche modifiée"),
        "customers.contact_added": _("Contact ajouté"),
        "customers.contact_changed": _("Contact modifié"),
        "customers.contact_removed": _("Contact retiré"),
        "customers.recorded": _("Fiche complétée par le fichier %(source)s"),
    }[change.kind] % {"source": change.source}
    fields = [(name, _value(name, old), _value(name, new)) for name, (old, new) in change.changed.items()]
    fields += [(name, "", _value(name, value)) for name, value in change.said.items() if name in FIELDS]
    return ChangeWords(done, change.actor, tuple((_field(name), old, new) for name, old, new in fields))


def _field(name: str) -> str:
    return str(FIELDS.get(name.removeprefix("contact."), name))


def _value(name: str, value: object) -> str:
    name = name.removeprefix("contact.")
    if name == "in_charge_id":
        return _("une autre personne") if value else _("personne")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(_CHOICES.get(name, {}).get(str(value), value or ""))
