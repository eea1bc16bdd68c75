"""`quittance doctor`: every invariant on the real data."""

import typer
from django.conf import settings

from quittance.company.queries import all_companies
from quittance.flows.doctor import examine
from quittance.gateways.clock import civil_day, instant
from quittance.gateways.files import FolderArchive
from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.output import print_json, say

app = typer.Typer()


@app.command()
def doctor_command(json: JsonOption = False) -> None:
    """Vérifie tous les invariants sur les données réelles ; statut 1 s'il en manque un."""
    archive = FolderArchive(settings.ARCHIVE_DIR)
    today = civil_day(instant())
    found = [
        (company, violation)
        for company in all_companies()
        for violation in examine(company_id=company.pk, archive=archive, today=today)
    ]
    if json:
        print_json(
            {
                "healthy": not found,
                "violations": [
                    {
                        "company": company.slug,
                        "invariant": violation.invariant,
                        "where": violation.where,
                        "reason": violation.reason,
                    }
                    for company, violation in found
                ],
            }
        )
    elif found:
        for company, violation in found:
            say(f"{company.slug}, {violation.where} : {violation.reason} ({violation.invariant}).")
        say("Des données ne sont pas ce qu'elles devraient être : restaurez une sauvegarde, ou écrivez-nous.")
    else:
        say(
            "Tout est en ordre : chaque somme tombe juste, chaque document est intact, le journal est continu."
        )
    if found:
        raise typer.Exit(1)
