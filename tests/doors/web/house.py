"""A house to open every morning: two companies with their books, and the people who come in, on one Friday.

What the pages show is built with the real verbs; only the seats are laid down directly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.test import Client
from django.urls import reverse

from cast import (
    BONPAYEUR,
    LITIGE,
    MAIRIE,
    PARTICULIER,
    TARDIF,
    Bill,
    Desk,
    Transfer,
    at_noon,
    dupont,
    morel,
    paid_by,
)
from quittance.company.models import Company, Mandate, Member
from quittance.customers.models import Customer
from quittance.people.models import Person

FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  # 8 h 30 in France
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "quatre chevaux verts"

BILLS = (
    Bill("F-101", TARDIF, date(2026, 9, 1), date(2026, 10, 1), 120_000),
    Bill("F-102", TARDIF, date(2026, 10, 1), date(2026, 10, 31), 80_050),
    Bill("F-103", BONPAYEUR, date(2026, 10, 10), date(2026, 11, 9), 45_000),
    Bill("F-104", LITIGE, date(2026, 10, 8), date(2026, 11, 7), 250_000),
    Bill("F-105", MAIRIE, date(2026, 9, 20), date(2026, 10, 20), 64_000),
    Bill("F-106", PARTICULIER, date(2026, 11, 2), date(2026, 12, 2), 30_000),
    Bill("F-107", BONPAYEUR, date(2026, 11, 12), date(2026, 12, 12), 99_999),
)


@dataclass
class House:
    """The companies, their desks, and the people."""

    desk: Desk
    neighbour: Desk
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def company(self) -> Company:
        return self.desk.company

    def url(self, name: str, *args: object, slug: str = "") -> str:
        """The address of a page of the company."""
        return reverse(name, args=[slug or self.company.slug, *args])

    def client(self, who: str) -> Client:
        """A browser in which this person is signed in; `anonymous`: nobody is."""
        client = Client()
        if who != "anonymous":
            client.force_login(self.people[who], backend=BACKEND)
        return client

    def customer(self, reference: str) -> Customer:
        return Customer.objects.get(company=self.company, reference=reference)

    def member(self, who: str) -> Member:
        return Member.objects.get(company=self.company, person=self.people[who])

    def __getattr__(self, who: str) -> Person:
        try:
            return self.__dict__["people"][who]
        except KeyError:
            raise AttributeError(who) from None


def build(folder: Path) -> House:
    """Build the house: Morel's Friday morning, the statement read, some lines to confirm, some customers late."""
    desk, neighbour = morel(folder), dupont(folder)
    desk.customers()
    neighbour.customers()
    desk.invoices(*BILLS)
    desk.bank(
        paid_by(BONPAYEUR, date(2026, 11, 13), 45_000, "VIR FACTURE F-103"),
        Transfer(date(2026, 11, 16), 33_333, "VIR INCONNU SANS REFERENCE"),
        Transfer(date(2026, 11, 17), -12_000, "PRLV LOYER ATELIER"),
        paid_by(LITIGE, date(2026, 11, 18), 100_000, "ACOMPTE"),
        through=date(2026, 11, 19),
    )
    neighbour.invoices(Bill("D-1", TARDIF, date(2026, 9, 1), date(2026, 10, 1), 77_700))
    neighbour.bank(through=date(2026, 11, 19))
    house = House(desk, neighbour)
    _let_in(house)
    return house


def _let_in(house: House) -> None:
    """Give each person an account and a seat."""
    signer = Member.objects.get(company=house.company, rank=0)
    for role in (
        "owner",
        "accountant",
        "sales",
        "other_sales",
        "assistant",
        "late_assistant",
        "reader",
        "stranger",
    ):
        person = Person(email=f"{role}@house.example", name=role.replace("_", " ").title())
        person.set_password(PASSWORD)
        person.save()
        house.people[role] = person
        company = house.neighbour.company if role == "stranger" else house.company
        seat = {"late_assistant": "assistant", "stranger": "owner", "other_sales": "sales"}.get(role, role)
        member = Member.objects.create(
            company=company, person=person, name=person.name, email=person.email, role=seat,
            may_send=role == "sales", rank=5, joined_at=at_noon(date(2026, 1, 5)),
        )  # fmt: skip
        if seat == "assistant":
            Mandate.objects.create(
                company=company, member=member, from_on=date(2026, 1, 1),
                until_on=date(2026, 12, 31) if role == "assistant" else FRIDAY - timedelta(days=1),
                up_to_days=20, signs_as=signer, signed_on=date(2026, 1, 1), signed_by="Julien Morel",
                at=at_noon(date(2026, 1, 1)),
            )  # fmt: skip
    Customer.objects.filter(company=house.company, reference=TARDIF.reference).update(
        in_charge=house.member("sales")
    )
    Customer.objects.filter(company=house.company, reference=LITIGE.reference).update(
        in_charge=house.member("other_sales")
    )
