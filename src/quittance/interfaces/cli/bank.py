"""`quittance match`, `matches`, `confirm`, `undo`: from bank lines to paid invoices."""

from typing import Annotated

import typer

from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.domain.money import french_euros
from quittance.flows.receive_payments import confirm_line, match
from quittance.gateways.clock import instant
from quittance.interfaces.cli.arguments import CompanyOption, JsonOption, actor
from quittance.interfaces.cli.output import answering, counted, money_table, print_json, say
from quittance.payments.operations import NotAllocated, NothingToUndo, undo_line
from quittance.payments.queries import MatchRow, match_rows

match_app = typer.Typer()
matches_app = typer.Typer()
confirm_app = typer.Typer()
undo_app = typer.Typer()

SHOWN_LINES = 40
STATES = {"allocated": "rapprochée", "proposed": "à confirmer", "none": "à identifier"}

LineArgument = Annotated[int, typer.Argument(help="Numéro de la ligne, donné par « quittance matches ».")]


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
    line: LineArgument,
    company: CompanyOption,
    invoice: Annotated[
        list[str] | None,
        typer.Option("--invoice", help="NUMÉRO:MONTANT, plusieurs fois ; sinon la proposition."),
    ] = None,
) -> None:
    """Affecte une ligne bancaire : à ce qui est proposé, ou aux factures données."""
    with answering(False, NoSuchCompany, NotAllocated):
        cents = confirm_line(
            company=company_by_slug(company),
            bank_line_id=line,
            chosen=invoice or [],
            actor=actor(),
            at=instant(),
        )
        say(f"{french_euros(cents)} affectés. Pour défaire : quittance undo {line} --company {company}")


@undo_app.command()
def undo_command(line: LineArgument, company: CompanyOption) -> None:
    """Défait le rapprochement d'une ligne bancaire ; les factures sont de nouveau dues."""
    with answering(False, NoSuchCompany, NothingToUndo):
        cents = undo_line(
            company_id=company_by_slug(company).pk, bank_line_id=line, actor=actor(), at=instant()
        )
        say(f"Rapprochement défait : {french_euros(cents)} de nouveau à recevoir.")


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
        _one_sentence(row.evidence) or row.label,
    )


def _one_sentence(facts: tuple[str, ...]) -> str:
    """Join sentences into one: « Montant exact, numéro de facture dans le libellé. »"""
    first, *others = [fact.removesuffix(".") for fact in facts] or [""]
    return ", ".join([first, *(other[:1].lower() + other[1:] for other in others)]) + "." if first else ""
