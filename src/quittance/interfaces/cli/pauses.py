"""`quittance pause`: no reminder to a customer until a day."""

from typing import Annotated

import typer

from quittance.collection.operations import NoSuchPause, lift_pause, pause
from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.customers.queries import NoSuchCustomer, customer_by_reference
from quittance.gateways.clock import civil_day, instant
from quittance.interfaces.cli.arguments import CompanyOption, DateOption, actor, read_date, read_words
from quittance.interfaces.cli.output import answering, say

app = typer.Typer()


@app.command()
def pause_command(
    customer: Annotated[str, typer.Argument(help="Référence du client.")],
    company: CompanyOption,
    until: Annotated[str, typer.Option(help="Dernier jour de la pause.")] = "",
    reason: Annotated[str, typer.Option(help="Motif, montré avec le client.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Lève la pause.")] = False,
    date: DateOption = "",
) -> None:
    """Met un client en pause de relances jusqu'à un jour, ou lève sa pause."""
    with answering(False, NoSuchCompany, NoSuchCustomer, NoSuchPause):
        owner = company_by_slug(company)
        found = customer_by_reference(owner.pk, customer)
        at = instant()
        today = read_date(date, default=civil_day(at))
        if lift:
            lift_pause(company_id=owner.pk, customer_id=found.pk, today=today, actor=actor(), at=at)
            say(f"Pause levée : {found.name} peut être relancé.")
            return
        why = read_words(reason, "--reason", at_most=200)
        if not until or not why:
            raise typer.BadParameter("Une pause a une fin et un motif : --until 31/12/2026 --reason « … ».")
        until_on = read_date(until, default=today)
        if until_on < today:
            raise typer.BadParameter("La fin de la pause est passée.", param_hint="--until")
        pause(
            company_id=owner.pk,
            customer_id=found.pk,
            from_on=today,
            until_on=until_on,
            reason=why,
            actor=actor(),
            at=at,
        )
        say(f"{found.name} est en pause jusqu'au {until_on:%d/%m/%Y} : {why}.")
