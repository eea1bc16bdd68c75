"""What the demonstration does and says: ten days of a joiner's workshop, ending on Friday 20 November 2026."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from quittance.domain.money import french_euros
from quittance.flows.chase import Day
from quittance.flows.review import aged
from quittance.interfaces.cli.bank import as_cells
from quittance.interfaces.cli.days import show_day
from quittance.interfaces.cli.demo_world import (
    EARLIER,
    MOREL,
    TODAY,
    bring_in_morel,
    live,
    open_morel,
    read_bank,
)
from quittance.interfaces.cli.output import heading, money_table, say
from quittance.interfaces.cli.shows import show_aged
from quittance.payments.queries import match_rows

if TYPE_CHECKING:
    from quittance.company.models import Company


def show(home: Path, folder: Path) -> None:
    """Make the sample company, live its days, and print what its owner wants to read."""
    company = open_morel()
    _bring_in(company)
    _work(company, "releve-2026-10.xml", EARLIER)
    decided = _work(company, "releve-2026-11.xml", TODAY)
    _tell_money(company)
    heading("Qui doit combien, depuis quand")
    show_aged(aged(company=company, today=TODAY), limit=12)
    heading(f"La journée du {TODAY:%d/%m/%Y}")
    show_day(decided)
    _tell_where(home, folder)


def _bring_in(company: Company) -> None:
    heading("Ce que l'entreprise avait déjà")
    brought_in = bring_in_morel(company)
    say(
        f"{brought_in.customers.new} clients (clients.csv), "
        f"{brought_in.invoices.new} factures pour {french_euros(brought_in.invoices.total_cents)} (factures.csv)."
    )


def _work(company: Company, statement: str, today: date) -> Day:
    """One day: the bank's file, matching, the reminders decided, their letters, and the mails handed over."""
    imported = read_bank(company, statement, today=today)
    say(
        f"{imported.new} mouvements de banque ({statement}), lue jusqu'au {imported.read_through_on:%d/%m/%Y}."
        if imported.read_through_on
        else f"{imported.new} mouvements de banque ({statement})."
    )
    return live(company, today)


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
    say(f"Regarder de plus près : QUITTANCE_HOME={folder} {program} matches --company {MOREL}")
    say(
        f"Le lundi, à blanc : QUITTANCE_HOME={folder} {program} day --company {MOREL} --date 2026-11-23 --dry-run"
    )
    say(f"Avec vos propres fichiers : {program} company create --help, puis {program} import --help")


def _as_typed() -> str:
    """How this program was called, so that what is printed can be typed again: `.venv/bin/quittance` or its name."""
    program = Path(sys.argv[0])
    if program.name != "quittance":
        return "quittance"
    here = program.absolute()
    return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else str(program)
