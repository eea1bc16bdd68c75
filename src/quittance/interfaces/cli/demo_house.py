"""The demonstration of the web application: three companies on a Friday morning, and the people who come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from quittance.company.membership import Place, accept_invitation, invite
from quittance.company.operations import seat_owner
from quittance.company.queries import members
from quittance.domain.access import MandateScope
from quittance.flows.onboard import open_company
from quittance.interfaces.cli.demo_world import (
    ACTOR,
    EARLIER,
    TODAY,
    at,
    bring_in,
    bring_in_morel,
    live,
    open_morel,
    read_bank,
)
from quittance.people.operations import create_person

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.people.models import Person


@dataclass(frozen=True, slots=True)
class _Firm:
    """A company of the demonstration beside the workshop; its files are in the folder of its name."""

    slug: str
    name: str
    siren: str
    iban: str
    city: str
    owner: str
    email: str


_FIRMS = (
    _Firm(
        "traiteur-lafargue", "Traiteur Lafargue", "100000116", "FR7630006000010000000060195",
        "Le Puy-en-Velay", "Marc Lafargue", "marc@traiteur-lafargue.example",
    ),
    _Firm(
        "electricite-morvan", "Électricité Morvan", "100000124", "FR7630006000010000000060292",
        "Nevers", "Élise Morvan", "elise@electricite-morvan.example",
    ),
)  # fmt: skip


def build() -> None:
    """Make the companies and their people, up to the morning of the demonstration: nothing is approved yet."""
    morel = open_morel()
    bring_in_morel(morel)
    read_bank(morel, "releve-2026-10.xml", today=EARLIER)
    live(morel, EARLIER)
    read_bank(morel, "releve-2026-11.xml", today=TODAY)
    companies = [morel, *map(_firm, _FIRMS)]
    _let_in(companies)


def _firm(firm: _Firm) -> Company:
    company = open_company(
        slug=firm.slug,
        name=firm.name,
        siren=firm.siren,
        iban=firm.iban,
        bic="AGRIFRPP",
        actor=ACTOR,
        at=at(EARLIER),
        email=firm.email,
        phone="04 71 00 00 00",
        street="1 rue du Marché",
        postcode="43000" if firm.city.startswith("Le Puy") else "58000",
        city=firm.city,
        signatory_name=firm.owner,
        signatory_title="Gérant" if firm.owner.startswith("Marc") else "Gérante",
    )
    bring_in(company, firm.slug)
    read_bank(company, firm.slug, "releve.csv", today=TODAY)
    return company


def _let_in(companies: list[Company]) -> None:
    """Give each owner their company; let in a sales person, an accountant, a reader, and an assistant of all three."""
    for company in companies:
        signer = members(company.pk)[0]
        owner = _person(signer.name, signer.email)
        seat_owner(company_id=company.pk, person_id=owner.pk, actor=ACTOR, at=at(TODAY))
    morel = companies[0]
    _invited(morel, _person("Sophie Brun", "sophie@atelier-morel.example"), Place("sales", may_send=True))
    _invited(morel, _person("Hélène Caron", "helene@caron-expertise.example"), Place("accountant"))
    _invited(morel, _person("Rémi Morel", "remi@atelier-morel.example"), Place("reader"))
    assistant = _person("Claire Vasseur", "claire@vasseur-gestion.example")
    for company, until_on in zip(
        companies, (date(2027, 3, 31), date(2026, 11, 30), date(2027, 6, 30)), strict=True
    ):
        mandate = MandateScope(date(2026, 1, 1), until_on, up_to_days=20, signs_as=members(company.pk)[0].pk)
        _invited(company, assistant, Place("assistant", mandate=mandate))


def _person(name: str, email: str) -> Person:
    return create_person(email=email, name=name, password=None)


def _invited(company: Company, person: Person, place: Place) -> None:
    _, token = invite(
        company_id=company.pk, email=person.email, name=person.name, place=place, actor=ACTOR, at=at(TODAY)
    )
    accept_invitation(
        token=token, person_id=person.pk, email=person.email, name=person.name, actor=ACTOR, at=at(TODAY)
    )
