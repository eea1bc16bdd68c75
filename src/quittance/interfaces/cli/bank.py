"""`quittance match`, `matches`, `confirm`, `undo`: from bank lines to paid invoices."""

from typing import Annotated

import typer

from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.customers.queries import NoSuchCustomer, customer_by_reference
from quittance.domain.money import french_euros
from quittance.flows.receive_payments import confirm_line, match, take_back_line
from quittance.gateways.clock import civil_day, instant
from quittance.interfaces.cli.arguments import CompanyOption, JsonOption, actor, read_words
from quittance.interfaces.cli.output import answering, counted, money_table, print_json, say
from quittance.payments.operations import (
    NotAllocated,
    NothingToUndo,
    set_aside_line,
    take_back_credit,
    use_credit,
)
from quittance.payments.queries import MatchRow, match_rows

match_app = typer.Typer()
matches_app = typer.Typer()
confirm_app = typer.Typer()
undo_app = typer.Typer()

SHOWN_LINES = 40
STATES = {"allocated": "rapprochée", "proposed": "à confirmer", "none": "à identifier"}

LineArgument = Annotated[
    int | None, typer.Argument(help="Numéro de la ligne, donné par « quittance matches ».")
]


@match_app.command()
def match_command(company: CompanyOption, json: JsonOption = False) -> None:
    """Rapproche les crédits de la banque et les factures : affecte ce qui est certain, propose le reste."""
    with answering(json, NoSuchCompany):
        owner = company_by_slug(company)
        matched = match(company=owner, actor=actor(), at=instant())
        if json:
            print_json(
                {
                    "looked_at": matched.looked_at,
                    "allocated": matched.allocated,
                    "allocated_cents": matched.allocated_cents,
                    "proposed": matched.proposed,
                    "none": matched.looked_at - matched.allocated - matched.proposed,
                }
            )
            return
        allocated = counted(matched.allocated, "crédit affecté", "crédits affectés")
        say(f"{allocated} ({french_euros(matched.allocated_cents)}) sur {matched.looked_at} à expliquer.")
        say(f"{matched.proposed} à confirmer. Voir les preuves : quittance matches --company {company}")


@matches_app.command()
def matches_command(
    company: CompanyOption,
    state: Annotated[str, typer.Option(help="Seulement : allocated, proposed ou none.")] = "",
    json: JsonOption = False,
) -> None:
    """Montre chaque ligne bancaire, ce qu'elle règle, et les preuves."""
    if state and state not in STATES:
        raise typer.BadParameter(
            f"« {state} » n'est pas un état. États : {', '.join(STATES)}.", param_hint="--state"
        )
    with answering(json, NoSuchCompany):
        rows = [row for row in match_rows(company_by_slug(company).pk) if not state or row.state == state]
        if json:
            print_json([_as_json(row) for row in rows])
            return
        money_table(
            "Lignes bancaires",
            ("Ligne", "Date", "Montant", "État", "Client", "Factures", "Preuves"),
            [as_cells(row) for row in rows[:SHOWN_LINES]],
        )
        if len(rows) > SHOWN_LINES:
            say(f"… et {len(rows) - SHOWN_LINES} autres lignes (--json les donne toutes).")


@confirm_app.command()
def confirm_command(
    company: CompanyOption,
    line: LineArgument = None,
    invoice: Annotated[
        list[str] | None,
        typer.Option("--invoice", help="NUMÉRO:MONTANT, plusieurs fois ; sinon la proposition."),
    ] = None,
    nobody: Annotated[
        bool,
        typer.Option("--nobody", help="Ce n'est le règlement d'aucun client : elle n'est plus proposée."),
    ] = False,
    reason: Annotated[str, typer.Option(help="Avec --nobody : ce que c'est, par exemple « apport ».")] = "",
    credit: Annotated[
        str,
        typer.Option("--credit", help="Sans ligne : référence du client dont le crédit règle ses factures."),
    ] = "",
) -> None:
    """Affecte une ligne bancaire : à ce qui est proposé, aux factures données, ou à aucun client.

    Avec --credit : met le crédit d'un client sur ses factures, la plus ancienne due d'abord.
    """
    if [line is not None, bool(credit)].count(True) != 1 or (invoice and (nobody or credit)):
        raise typer.BadParameter("Donnez le numéro d'une ligne, ou --credit et la référence d'un client.")
    if (nobody and credit) or (reason and not nobody):
        raise typer.BadParameter(
            "--nobody dit qu'une ligne n'est d'aucun client ; --reason dit alors pourquoi."
        )
    with answering(False, NoSuchCompany, NoSuchCustomer, NotAllocated):
        if line is None:
            _use_credit(company, credit)
            return
        owner = company_by_slug(company)
        if nobody:
            why = read_words(reason, "--reason", at_most=200)
            cents = set_aside_line(
                company_id=owner.pk, bank_line_id=line, reason=why, actor=actor(), at=instant()
            )
            say(f"{french_euros(cents)} : le règlement d'aucun client. {_to_undo(line, company)}")
            return
        cents = confirm_line(
            company=owner, bank_line_id=line, chosen=invoice or [], actor=actor(), at=instant()
        )
        say(f"{french_euros(cents)} affectés. {_to_undo(line, company)}")


def _use_credit(company: str, reference: str) -> None:
    owner, at = company_by_slug(company), instant()
    customer = customer_by_reference(owner.pk, reference)
    parts = use_credit(
        company_id=owner.pk, customer_id=customer.pk, today=civil_day(at), actor=actor(), at=at
    )
    for number, cents in parts:
        say(f"  {number} : {french_euros(cents)}")
    total = french_euros(sum(cents for _, cents in parts))
    say(f"{total} du crédit de {customer.name} affectés. {_to_undo(f'--credit {reference}', company)}")


def _to_undo(what: object, company: str) -> str:
    return f"Pour défaire : quittance undo {what} --company {company}"


@undo_app.command()
def undo_command(
    company: CompanyOption,
    line: LineArgument = None,
    credit: Annotated[
        str, typer.Option("--credit", help="Sans ligne : client dont le crédit avait réglé des factures.")
    ] = "",
) -> None:
    """Défait ce qui a été dit d'une ligne bancaire ; les factures sont de nouveau dues.

    Avec --credit : défait la dernière affectation du crédit d'un client.
    """
    if [line is not None, bool(credit)].count(True) != 1:
        raise typer.BadParameter("Donnez le numéro d'une ligne, ou --credit et la référence d'un client.")
    with answering(False, NoSuchCompany, NoSuchCustomer, NothingToUndo):
        owner = company_by_slug(company)
        if line is None:
            customer = customer_by_reference(owner.pk, credit)
            cents = take_back_credit(
                company_id=owner.pk, customer_id=customer.pk, actor=actor(), at=instant()
            )
            say(f"{french_euros(cents)} sont de nouveau au crédit de {customer.name}.")
            return
        cents = take_back_line(company=owner, bank_line_id=line, actor=actor(), at=instant())
        say(
            f"Rapprochement défait : {french_euros(cents)} de nouveau à recevoir."
            if cents
            else "Défait : la ligne attend de nouveau."
        )


def _as_json(row: MatchRow) -> dict[str, object]:
    return {
        "line": row.line_id,
        "position": row.position,
        "booked_on": row.booked_on,
        "bank_ref": row.bank_ref,
        "label": row.label,
        "amount_cents": row.amount_cents,
        "state": row.state,
        "customer": row.customer,
        "allocations": [{"invoice": number, "cents": cents} for number, cents in row.allocations],
        "credit_cents": row.credit_cents,
        "evidence": list(row.evidence),
        "why_not": row.why_not,
        "set_aside": row.set_aside,
    }


def as_cells(row: MatchRow) -> tuple[str, ...]:
    """Return a bank line as the cells of a table."""
    return (
        str(row.line_id),
        f"{row.booked_on:%d/%m/%Y}",
        french_euros(row.amount_cents),
        STATES[row.state],
        row.customer,
        ", ".join(number for number, _ in row.allocations),
        _one_sentence(row.evidence) or row.set_aside or row.label,
    )


def _one_sentence(facts: tuple[str, ...]) -> str:
    """Join sentences into one: « Montant exact, numéro de facture dans le libellé. »"""
    first, *others = [fact.removesuffix(".") for fact in facts] or [""]
    return ", ".join([first, *(other[:1].lower() + other[1:] for other in others)]) + "." if first else ""
