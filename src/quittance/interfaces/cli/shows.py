"""`quittance show`: the book, looked at: aged balance, overdue invoices, a customer's account."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.customers.queries import NoSuchCustomer
from quittance.domain.aging import AgedRow
from quittance.domain.dso import Dso, french_days
from quittance.domain.money import french_euros
from quittance.flows.account_statement import AccountStatement, account_statement, statement_pdf
from quittance.flows.foresee import Departure, Outlook, outlook
from quittance.flows.review import Aged, aged, overdue
from quittance.gateways.clock import civil_day, instant
from quittance.gateways.files import FolderArchive, write_whole
from quittance.interfaces.cli.arguments import (
    CompanyOption,
    DateOption,
    JsonOption,
    read_date,
    told_in_french,
)
from quittance.interfaces.cli.days import CHANNELS
from quittance.interfaces.cli.output import answering, money_table, print_json, say

app = typer.Typer(no_args_is_help=True, help="Regarder : balance âgée, retards, compte d'un client.")
SHOWN = 40
BUCKETS = ("Non échu", "1 à 30 jours", "31 à 60", "61 à 90", "Plus de 90", "Crédits", "Solde")


@app.command("aged")
def aged_command(company: CompanyOption, date: DateOption = "", json: JsonOption = False) -> None:
    """Montre la balance âgée et le délai moyen de paiement (DSO), expliqué."""
    with answering(json, NoSuchCompany):
        today = read_date(date, default=civil_day(instant()))
        book = aged(company=company_by_slug(company), today=today)
        if json:
            print_json(
                {
                    "date": today,
                    "total": _aged_json(book.balance.total),
                    "customers": [
                        {"customer": reference, "customer_name": book.names[reference], **_aged_json(row)}
                        for reference, row in _most_owed_first(book)
                    ],
                    "dso": {"count_back": _dso_json(book.count_back), "simple": _dso_json(book.simple)},
                }
            )
            return
        show_aged(book, limit=SHOWN)


@app.command("overdue")
def overdue_command(company: CompanyOption, date: DateOption = "", json: JsonOption = False) -> None:
    """Montre les factures en retard, la plus ancienne d'abord."""
    with answering(json, NoSuchCompany):
        today = read_date(date, default=civil_day(instant()))
        rows = overdue(company=company_by_slug(company), today=today)
        if json:
            print_json([asdict(row) for row in rows])
            return
        if not rows:
            say("Aucune facture en retard.")
            return
        money_table(
            f"En retard au {today:%d/%m/%Y}",
            ("Client", "Facture", "Échéance", "Jours", "Reste dû", "Dernière étape"),
            [
                (
                    row.customer_name,
                    row.invoice,
                    f"{row.due_on:%d/%m/%Y}",
                    str(row.days_late),
                    french_euros(row.open_cents),
                    row.last_step,
                )
                for row in rows[:SHOWN]
            ],
        )
        if len(rows) > SHOWN:
            say(f"… et {len(rows) - SHOWN} autres (--json les donne toutes).")
        say(f"En tout : {french_euros(sum(row.open_cents for row in rows))} sur {len(rows)} factures.")


@app.command("statement")
def statement_command(
    company: CompanyOption,
    customer: Annotated[str, typer.Option("--customer", help="Référence du client.")],
    date: DateOption = "",
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="Écrit aussi le relevé en PDF, à cet endroit.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Montre le compte d'un client, ligne à ligne, et l'écrit en PDF sur demande."""
    with answering(json, NoSuchCompany, NoSuchCustomer):
        owner = company_by_slug(company)
        today = read_date(date, default=civil_day(instant()))
        account = account_statement(company=owner, customer_reference=customer, today=today)
        if pdf is not None:
            archive = FolderArchive(settings.ARCHIVE_DIR)
            _write(pdf, statement_pdf(company=owner, account=account, today=today, archive=archive))
        if json:
            print_json(_statement_json(account))
            return
        _show_statement(account)
        if pdf is not None:
            say(f"Relevé écrit : {pdf}")


@app.command("calendar")
def calendar_command(company: CompanyOption, date: DateOption = "", json: JsonOption = False) -> None:
    """Montre ce qui partirait dans les 30 jours si personne ne payait, la banque étant lue chaque jour."""
    with answering(json, NoSuchCompany):
        today = read_date(date, default=civil_day(instant()))
        ahead = outlook(company=company_by_slug(company), today=today)
        if json:
            print_json(
                {
                    "from_on": ahead.from_on,
                    "until_on": ahead.until_on,
                    "bank_read_on": ahead.bank_read_on,
                    "departures": [_departure_json(one) for one in ahead.departures],
                }
            )
            return
        _show_outlook(ahead)


def _departure_json(departure: Departure) -> dict[str, object]:
    return {
        "on": departure.on,
        "customer": departure.reference,
        "customer_name": departure.name,
        "step": departure.step,
        "channel": departure.channel,
        "days_late": departure.late_days,
        "invoices": list(departure.numbers),
        "amount_cents": departure.amount_cents,
    }


def _show_outlook(ahead: Outlook) -> None:
    if not ahead.departures:
        say(f"Rien à envoyer d'ici au {ahead.until_on:%d/%m/%Y}.")
        return
    money_table(
        f"D'ici au {ahead.until_on:%d/%m/%Y}, si rien ne change",
        ("Jour", "Client", "Étape", "Comment", "Factures", "Montant"),
        [
            (
                f"{one.on:%d/%m/%Y}",
                one.name,
                one.step,
                CHANNELS[one.channel],
                ", ".join(one.numbers),
                french_euros(one.amount_cents),
            )
            for one in ahead.departures[:SHOWN]
        ],
    )
    if len(ahead.departures) > SHOWN:
        say(f"… et {len(ahead.departures) - SHOWN} autres (--json les donne toutes).")
    if ahead.bank_read_on is None:
        say("Aucun relevé n'est lu : rien ne partira avant le premier.")


def show_aged(book: Aged, *, limit: int) -> None:
    """Print the aged balance, those who owe most first, then the DSO with its explanation."""
    rows = _most_owed_first(book)
    money_table(
        "Balance âgée",
        ("Client", *BUCKETS),
        [
            *((book.names[reference], *_aged_cells(row)) for reference, row in rows[:limit]),
            ("Total", *_aged_cells(book.balance.total)),
        ],
    )
    if len(rows) > limit:
        say(f"… et {len(rows) - limit} autres clients, compris dans le total.")
    if book.count_back.tenths_of_days is not None:
        more = "plus de " if book.count_back.at_least else ""
        say(f"Délai moyen de paiement (DSO) : {more}{french_days(book.count_back.tenths_of_days)}.")
        for sentence in book.count_back.explanation:
            say(f"  {sentence}")


def _most_owed_first(book: Aged) -> list[tuple[str, AgedRow]]:
    return sorted(book.balance.by_customer.items(), key=lambda item: (-item[1].open_cents, item[0]))


def _aged_cells(row: AgedRow) -> tuple[str, ...]:
    amounts = (
        row.not_due_cents,
        row.late_1_30_cents,
        row.late_31_60_cents,
        row.late_61_90_cents,
        row.late_over_90_cents,
        row.credits_cents,
        row.open_cents,
    )
    return tuple(french_euros(cents) for cents in amounts)


def _aged_json(row: AgedRow) -> dict[str, int]:
    return {**asdict(row), "late_cents": row.late_cents, "open_cents": row.open_cents}


def _dso_json(dso: Dso) -> dict[str, object]:
    return {
        "tenths_of_days": dso.tenths_of_days,
        "at_least": dso.at_least,
        "explanation": list(dso.explanation),
    }


def _statement_json(account: AccountStatement) -> dict[str, object]:
    return {
        "customer": account.customer.reference,
        "customer_name": account.customer.name,
        "bank_read_on": account.bank_read_on,
        "balance_cents": account.balance_cents,
        "aging": _aged_json(account.aging),
        "movements": [asdict(movement) for movement in account.movements],
    }


def _write(pdf: Path, data: bytes) -> None:
    try:
        write_whole(pdf.absolute(), data)
    except OSError as error:
        raise typer.BadParameter(
            f"« {pdf} » ne s'écrit pas ({told_in_french(error)}).", param_hint="--pdf"
        ) from error


def _show_statement(account: AccountStatement) -> None:
    money_table(
        f"Compte de {account.customer.name} ({account.customer.reference})",
        ("Date", "Pièce", "Échéance", "Débit", "Crédit", "Reste"),
        [
            (
                f"{movement.on:%d/%m/%Y}",
                movement.words,
                f"{movement.due_on:%d/%m/%Y}" if movement.due_on else "",
                french_euros(movement.debit_cents) if movement.debit_cents else "",
                french_euros(movement.credit_cents) if movement.credit_cents else "",
                french_euros(movement.left_cents) if movement.left_cents else "",
            )
            for movement in account.movements
        ],
    )
    say(f"Solde : {french_euros(account.balance_cents)}.")
