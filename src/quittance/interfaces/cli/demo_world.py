"""The sample companies of the demonstrations: what they had, and the days they live. Nothing is printed here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from django.conf import settings

from quittance.collection.operations import pause
from quittance.company.operations import add_member
from quittance.customers.queries import customer_by_reference
from quittance.flows.chase import Day, day
from quittance.flows.compose import compose_documents
from quittance.flows.deliver import send
from quittance.flows.onboard import (
    ImportedCustomers,
    ImportedInvoices,
    import_customers,
    import_invoices,
    open_company,
)
from quittance.flows.receive_payments import import_statement, match
from quittance.gateways.files import FolderArchive
from quittance.interfaces.post_office import post_office

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.payments.operations import ImportedStatement

MOREL = "atelier-morel"
ACTOR = "demo"
EARLIER = date(2026, 11, 10)
TODAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What the files of a company brought."""

    customers: ImportedCustomers
    invoices: ImportedInvoices


def at(day_on: date) -> datetime:
    """Return half past nine of a day."""
    return datetime(day_on.year, day_on.month, day_on.day, 8, 30, tzinfo=UTC)


def sample(*path: str) -> bytes:
    """Return a file of the samples."""
    return files("quittance").joinpath("samples", "demo", *path).read_bytes()


def open_morel() -> Company:
    """Open the joiner's workshop, with its owner and its sales person."""
    company = open_company(
        slug=MOREL,
        name="Atelier Morel",
        siren="100000009",
        iban="FR7630006000011234567890189",
        bic="AGRIFRPP",
        actor=ACTOR,
        at=at(EARLIER),
        email="julien@atelier-morel.example",
        phone="04 78 00 00 00",
        street="12 rue des Capucins",
        postcode="69001",
        city="Lyon",
        legal_form="SARL",
        capital_cents=800_000,
        registry_city="Lyon",
        signatory_name="Julien Morel",
        signatory_title="Gérant",
    )
    add_member(
        company_id=company.pk,
        name="Sophie Brun",
        title="Responsable commerciale",
        email="sophie@atelier-morel.example",
        phone="04 78 00 00 02",
        actor=ACTOR,
        at=at(EARLIER),
    )
    return company


def bring_in_morel(company: Company) -> BroughtIn:
    """Bring in the customers and invoices that the workshop had, and the pause that one customer asked for."""
    brought_in = bring_in(company, lines=sample("lignes.csv"))
    agency = customer_by_reference(company.pk, "C-0112")
    pause(
        company_id=company.pk,
        customer_id=agency.pk,
        from_on=EARLIER,
        until_on=date(2026, 11, 30),
        reason="changement de comptable chez le client",
        actor=ACTOR,
        at=at(EARLIER),
    )
    return brought_in


def bring_in(company: Company, *folder: str, lines: bytes | None = None) -> BroughtIn:
    """Bring in the customers and invoices of a folder of samples."""
    customers = import_customers(
        company=company,
        data=sample(*folder, "clients.csv"),
        file_name="clients.csv",
        actor=ACTOR,
        at=at(EARLIER),
    )
    invoices = import_invoices(
        company=company,
        data=sample(*folder, "factures.csv"),
        lines=lines,
        file_name="factures.csv",
        archive=FolderArchive(settings.ARCHIVE_DIR),
        actor=ACTOR,
        at=at(EARLIER),
    )
    return BroughtIn(customers, invoices)


def read_bank(company: Company, *path: str, today: date) -> ImportedStatement:
    """Bring in a bank statement and match it."""
    imported = import_statement(
        company=company, data=sample(*path), file_name=path[-1], actor=ACTOR, at=at(today)
    )
    match(company=company, actor=ACTOR, at=at(today))
    return imported


def live(company: Company, today: date) -> Day:
    """Live a day: the reminders decided, their letters composed, the mails handed over."""
    decided = day(company=company, today=today, actor=ACTOR, at=at(today))
    office = post_office(ACTOR, clock=lambda: at(today))
    compose_documents(company_id=company.pk, archive=office.archive, actor=ACTOR, at=at(today))
    send(company_ids=[company.pk], office=office, today=today)
    return decided
