"""`quittance calc`: the calculations of the law, without any database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

import typer

from quittance.domain.calendar import end_of_decade, end_of_month, french_date
from quittance.domain.deadlines import deadline, deadline_kinds, deadline_names
from quittance.domain.law import (
    Creditor,
    RateKind,
    RateMissing,
    RuleMissing,
    Semester,
    clause_floor_bp,
    default_b2b_rate_bp,
    legal_interest_rate_bp,
    parse_semester,
    public_buyer_rate_bp,
    shipped_rates,
)
from quittance.domain.money import french_rate
from quittance.domain.terms import (
    Buyer,
    CapWarning,
    Method,
    PaymentTerm,
    Sector,
    StartEvent,
    cap_warnings,
    due_on,
)
from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.calc_amounts import discount, imputation, totals
from quittance.interfaces.cli.calc_invoices import deposit, indemnity, net, progress, vat_split
from quittance.interfaces.cli.calc_penalties import penalties
from quittance.interfaces.cli.calc_transfers import qr, rf
from quittance.interfaces.cli.output import answering, money_table, print_json, say
from quittance.interfaces.cli.reading import choice_words, read_choice, read_day, read_term, suggestion

app = typer.Typer(no_args_is_help=True, help="Les calculs de la loi, sans base de données.")


# Due dates


@app.command("due-date")
def due_date(
    term: Annotated[str, typer.Option(help="Délai : EOM45_A, NET_30, « 45 jours fin de mois »…")],
    from_: Annotated[str, typer.Option("--from", help="Jour d'où il se compte : 2026-01-31 ou 31/01/2026.")],
    sector: Annotated[str, typer.Option(help=f"Ce qui est vendu : {choice_words(Sector)}.")] = "",
    buyer: Annotated[str, typer.Option(help=f"Qui paie : {choice_words(Buyer)}.")] = "",
    start_event: Annotated[
        str, typer.Option(help=f"Événement d'où le délai se compte : {choice_words(StartEvent)}.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Donne l'échéance d'une facture, et dit si le délai dépasse le maximum de la loi."""
    agreed, starts_on = read_term(term, "--term"), read_day(from_, "--from")
    if start_event:
        agreed = replace(agreed, start=read_choice(StartEvent, start_event, "--start-event"))
    falls_on = due_on(agreed, starts_on)
    warnings = cap_warnings(
        agreed,
        starts_on,
        falls_on,
        buyer=read_choice(Buyer, buyer, "--buyer") if buyer else None,
        sector=read_choice(Sector, sector, "--sector") if sector else None,
    )
    if json:
        print_json(_due_date_json(agreed, starts_on, falls_on, warnings))
        return
    say(f"Échéance : {french_date(falls_on)}.")
    say(f"Délai : {agreed.french()}.")
    say(f"Calcul : {_steps(agreed, starts_on, falls_on)}.")
    for warning in warnings:
        say(f"Attention : {warning.sentence} ({warning.source})")


def _due_date_json(
    term: PaymentTerm, starts_on: date, falls_on: date, warnings: tuple[CapWarning, ...]
) -> dict[str, object]:
    return {
        "due_on": falls_on.isoformat(),
        "warnings": [
            {"code": warning.code, "message": warning.sentence, "source": warning.source}
            for warning in warnings
        ],
        "term": term.code,
        "term_words": term.french(),
        "starts_on": starts_on.isoformat(),
        "start_event": str(term.start),
        "explanation": _steps(term, starts_on, falls_on),
    }


def _steps(term: PaymentTerm, starts_on: date, falls_on: date) -> str:
    """How the date was counted, day by day, so that anyone can follow on a calendar."""
    start, days = french_date(starts_on), timedelta(days=term.days)
    plus = f"+ {term.days} jour{'s' if term.days > 1 else ''}"
    match term.method:
        case Method.DAYS:
            return f"{start} {plus} = {french_date(falls_on)}"
        case Method.DECADE_END_THEN_DAYS:
            decade_end = french_date(end_of_decade(starts_on))
            return f"{start}, fin de la décade le {decade_end}, {plus} = {french_date(falls_on)}"
        case Method.DAYS_THEN_MONTH_END:
            month_end_on = end_of_month(starts_on + days)
            reached = f"{start} {plus} = {french_date(starts_on + days)}, fin de ce mois"
            pay_day = (
                f" le {french_date(month_end_on)}, le {term.pay_day} du mois suivant" if term.pay_day else ""
            )
            return f"{reached}{pay_day} = {french_date(falls_on)}"
        case Method.MONTH_END_THEN_DAYS:
            month_end_on = end_of_month(starts_on)
            reached = f"{start}, fin de ce mois le {french_date(month_end_on)}, {plus}"
            pay_day = (
                f" = {french_date(month_end_on + days)}, le {term.pay_day} suivant" if term.pay_day else ""
            )
            return f"{reached}{pay_day} = {french_date(falls_on)}"


# Time limits


@app.command("deadline")
def deadline_of(
    kind: Annotated[str, typer.Option(help="Quel délai : CLAIM_DECLARATION_2M, PRESCRIPTION_B2B_5Y…")],
    from_: Annotated[str, typer.Option("--from", help="Jour d'où il se compte : 2026-09-15 ou 15/09/2026.")],
    alsace_moselle: Annotated[
        bool, typer.Option("--alsace-moselle", help="Jours fériés d'Alsace-Moselle.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Donne la date limite d'une procédure, d'une prescription ou d'une conservation."""
    starts_on, name = read_day(from_, "--from"), kind.strip().upper().replace("-", "_")
    if name not in deadline_names():
        near, known = suggestion(name, deadline_kinds()), ", ".join(deadline_kinds())
        message = f"« {kind} » n'est pas un délai connu.{near} Délais : {known}."
        raise typer.BadParameter(message, param_hint="--kind")
    with answering(json, RuleMissing):
        found = deadline(name, starts_on, alsace_moselle=alsace_moselle)
    if json:
        print_json(
            {
                "deadline_on": found.on.isoformat(),
                "due_on": found.on.isoformat(),
                "counted_on": found.counted_on.isoformat(),
                "kind": found.kind,
                "starts_on": starts_on.isoformat(),
                "rule": found.rule,
                "note": found.note,
                "source": found.source,
            }
        )
        return
    say(f"Date : {french_date(found.on)}.")
    if found.on != found.counted_on:
        say(
            f"Le {french_date(found.counted_on)} n'est pas un jour ouvrable : le délai va jusqu'au premier "
            "jour ouvrable suivant (CPC 642)."
        )
    say(f"{found.rule} ({found.source})")
    if found.note:
        say(found.note)


# Rates


@app.command("rates")
def rates(
    semester: Annotated[str, typer.Option(help="Un semestre, par exemple 2026-S2 ; sinon tous.")] = "",
    json: JsonOption = False,
) -> None:
    """Montre les taux connus, semestre par semestre, avec leur source."""
    semesters = sorted({known for _, known in shipped_rates().rates})
    if semester:
        try:
            semesters = [parse_semester(semester.strip().upper())]
        except ValueError as unreadable:
            raise typer.BadParameter(str(unreadable), param_hint="--semester") from unreadable
    with answering(json, RateMissing):
        rows = [_rates_of(known) for known in semesters]
    if json:
        print_json({"rates": rows})
        return
    headings = ("Semestre", "BCE", "Entre professionnels", "Acheteur public", "Légal, professionnels")
    money_table(
        "",
        (*headings, "Légal, particuliers", "Minimum d'une clause"),
        [(str(row["semester"]), *(_shown(row[name]) for name in _RATE_NAMES)) for row in rows],
    )
    if semester:
        say(f"Taux BCE : {rows[0]['ecb_source']}.")
        say(f"Intérêt légal : {rows[0]['legal_source']}.")
    say("Le taux d'un semestre qui manque n'est jamais deviné : le calcul est refusé.")


_RATE_NAMES = (
    "ecb_bp",
    "default_b2b_bp",
    "public_buyer_bp",
    "legal_professional_bp",
    "legal_individual_bp",
    "clause_floor_bp",
)


def _rates_of(semester: Semester) -> dict[str, object]:
    ecb = shipped_rates().rate(RateKind.ECB, semester)
    legal = shipped_rates().rate(RateKind.LEGAL_PROFESSIONAL, semester)
    try:
        public_buyer_bp = public_buyer_rate_bp(semester)
    except RateMissing:  # before 2013-S2 it depended on the day of the contract
        public_buyer_bp = None
    return {
        "semester": str(semester),
        "ecb_bp": ecb.rate_bp,
        "default_b2b_bp": default_b2b_rate_bp(semester),
        "public_buyer_bp": public_buyer_bp,
        "legal_professional_bp": legal.rate_bp,
        "legal_individual_bp": legal_interest_rate_bp(semester, Creditor.INDIVIDUAL),
        "clause_floor_bp": clause_floor_bp(semester),
        "ecb_source": ecb.source,
        "ecb_confidence": ecb.confidence,
        "legal_source": legal.source,
        "legal_confidence": legal.confidence,
    }


def _shown(rate_bp: object) -> str:
    return french_rate(rate_bp) if isinstance(rate_bp, int) else ""


# The rest of the list

app.command("penalties")(penalties)
app.command("totals")(totals)
app.command("discount")(discount)
app.command("escompte", hidden=True)(discount)
app.command("imputation")(imputation)
app.command("deposit")(deposit)
app.command("progress")(progress)
app.command("net")(net)
app.command("vat-split")(vat_split)
app.command("indemnity")(indemnity)
app.command("rf")(rf)
app.command("qr")(qr)
