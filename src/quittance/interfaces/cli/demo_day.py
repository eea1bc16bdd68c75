"""What the demonstration does and says: ten days of a joiner's workshop, ending on Friday 20 November 2026."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from quittance.collection.operations import pause
from quittance.company.operations import add_member
from quittance.customers.queries import customer_by_reference
from quittance.domain.money import french_euros
from quittance.flows.chase import Day, day
from quittance.flows.compose import compose_documents
from quittance.flows.deliver import PostOffice, send
from quittance.flows.onboard import import_customers, import_invoices, open_company
from quittance.flows.receive_payments import import_statement, match
from quittance.flows.review import aged
from quittance.gateways.files import FolderArchive
from quittance.gateways.mailer import FolderMailer
from quittance.gateways.workers import is_dead, this_worker
from quittance.interfaces.cli.bank import as_cells
from quittance.interfaces.cli.days import show_day
from quittance.interfaces.cli.output import heading, money_table, say
from quittance.interfaces.cli.shows import show_aged
from quittance.payments.queries import match_rows

if TYPE_CHECKING:
    from quittance.company.models import Company

SLUG = "atelier-morel"
ACTOR = "demo"
EARLIER = date(2026, 11, 10)
TODAY = date(2026, 11, 20)


def show(home: Path, folder: Path) -> None:
    """Make the sample company, live its days, and print what its owner wants to read."""
    company = _company()
    _bring_in(company)
    _work(company, "releve-2026-10.xml", EARLIER)
    decided = _work(company, "releve-2026-11.xml", TODAY)
    _tell_money(company)
    heading("Qui doit combien, depuis quand")
    show_aged(aged(company=company, today=TODAY), limit=12)
    heading(f"La journée du {TODAY:%d/%m/%Y}")
    show_day(decided)
    _tell_where(home, folder)


def _at(day_on: date) -> datetime:
    return datetime(day_on.year, day_on.month, day_on.day, 8, 30, tzinfo=UTC)


def _sample(name: str) -> bytes:
    return files("quittance").joinpath("samples", "demo", name).read_bytes()


def _company() -> Company:
    company = open_company(
        slug=SLUG,
        name="Atelier Morel",
        siren="100000009",
        iban="FR7630006000011234567890189",
        bic="AGRIFRPP",
        actor=ACTOR,
        at=_at(EARLIER),
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
        at=_at(EARLIER),
    )
    return company


def _bring_in(company: Company) -> None:
    heading("Ce que l'entreprise avait déjà")
    customers = import_customers(
        company=company, data=_sample("clients.csv"), file_name="clients.csv", actor=ACTOR, at=_at(EARLIER)
    )
    invoices = import_invoices(
        company=company,
        data=_sample("factures.csv"),
        lines=_sample("lignes.csv"),
        file_name="factures.csv",
        archive=FolderArchive(settings.ARCHIVE_DIR),
        actor=ACTOR,
        at=_at(EARLIER),
    )
    say(
        f"{customers.new} clients (clients.csv), "
        f"{invoices.new} factures pour {french_euros(invoices.total_cents)} (factures.csv)."
    )
    agency = customer_by_reference(company.pk, "C-0112")
    pause(
        company_id=company.pk,
        customer_id=agency.pk,
        from_on=EARLIER,
        until_on=date(2026, 11, 30),
        reason="changement de comptable chez le client",
        actor=ACTOR,
        at=_at(EARLIER),
    )


def _work(company: Company, statement: str, today: date) -> Day:
    """One day: the bank's file, matching, the reminders decided, their letters, and the mails handed over."""
    at = _at(today)
    imported = import_statement(
        company=company, data=_sample(statement), file_name=statement, actor=ACTOR, at=at
    )
    say(
        f"{imported.new} mouvements de banque ({statement}), lue jusqu'au {imported.read_through_on:%d/%m/%Y}."
        if imported.read_through_on
        else f"{imported.new} mouvements de banque ({statement})."
    )
    match(company=company, actor=ACTOR, at=at)
    decided = day(company=company, today=today, actor=ACTOR, at=at)
    archive = FolderArchive(settings.ARCHIVE_DIR)
    compose_documents(company_id=company.pk, archive=archive, actor=ACTOR, at=at)
    office = PostOffice(
        mailer_of=lambda _: FolderMailer(settings.OUTBOX_DIR),
        archive=archive,
        letters=settings.LETTERS_DIR,
        worker=this_worker(),
        is_dead=is_dead,
        clock=lambda: at,
        actor=ACTOR,
    )
    send(company_ids=[company.pk], office=office, today=today)
    return decided


def _tell_money(company: Company) -> None:
    rows = [row for row in match_rows(company.pk) if row.amount_cents > 0]
    allocated = [row for row in rows if row.state == "allocated"]
    waiting = [row for row in rows if row.state != "allocated"]
    heading("L'argent reçu, et ce qu'il règle")
    say(
        f"{len(allocated)} virements sur {len(rows)} rapprochés seuls : "
        f"{french_euros(sum(row.amount_cents for row in allocated))}."
    )
    money_table(
        "",
        ("Ligne", "Date", "Montant", "État", "Client", "Factures", "Preuves"),
        [as_cells(row) for row in allocated],
    )
    if waiting:
        say("À vous de dire :")
        money_table(
            "",
            ("Ligne", "Date", "Montant", "État", "Client", "Factures", "Preuves"),
            [as_cells(row) for row in waiting],
        )


def _tell_where(home: Path, folder: Path) -> None:
    mails = sorted((home / "outbox").glob("*.eml"))
    letters = sorted((home / "letters").glob("**/*.pdf"))
    heading("Où tout se trouve")
    say(
        f"Mails écrits : {len(mails)} fichiers .eml dans {folder / 'outbox'} "
        "(à ouvrir avec votre logiciel de messagerie)"
    )
    for letter in letters:
        say(f"Lettre à imprimer et à poster : {folder / letter.relative_to(home)}")
    heading("Et maintenant")
    program = _as_typed()
    say(f"Regarder de plus près : QUITTANCE_HOME={folder} {program} matches --company {SLUG}")
    say(
        f"Le lundi, à blanc : QUITTANCE_HOME={folder} {program} day --company {SLUG} --date 2026-11-23 --dry-run"
    )
    say(f"Avec vos propres fichiers : {program} company create --help, puis {program} import --help")


def _as_typed() -> str:
    """How this program was called, so that what is printed can be typed again: `.venv/bin/quittance` or its name."""
    program = Path(sys.argv[0])
    if program.name != "quittance":
        return "quittance"
    here = program.absolute()
    return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else str(program)
