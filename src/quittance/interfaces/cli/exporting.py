"""`quittance export`: everything of a company, in one archive."""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.flows.export import export_company
from quittance.gateways.clock import instant
from quittance.gateways.files import FolderArchive
from quittance.interfaces.cli.arguments import CompanyOption, JsonOption, actor, told_in_french
from quittance.interfaces.cli.output import answering, counted, print_json, progress_bar, say

app = typer.Typer()


@app.command()
def export_command(
    company: CompanyOption,
    to: Annotated[Path, typer.Option("--to", help="L'archive à écrire, par exemple morel.zip.")],
    json: JsonOption = False,
) -> None:
    """Écrit tout ce qui est à une société dans une archive : tables, messages, documents, journal, réglages."""
    with answering(json, NoSuchCompany):
        owner = company_by_slug(company)
        path = to.absolute()
        if path.exists():
            raise typer.BadParameter(f"« {to} » existe déjà. Choisissez un autre nom.", param_hint="--to")
        try:
            with progress_bar("Export", quiet=json) as progress:
                exported = export_company(
                    company=owner,
                    archive=FolderArchive(settings.ARCHIVE_DIR),
                    path=path,
                    actor=actor(),
                    at=instant(),
                    progress=progress,
                )
        except OSError as error:
            raise typer.BadParameter(
                f"« {to} » ne s'écrit pas : {told_in_french(error)}.", param_hint="--to"
            ) from error
    if json:
        print_json(
            {
                "file": str(path),
                "bytes": exported.size,
                "sha256": exported.sha256,
                "messages": exported.messages,
                "documents": exported.documents,
                "lost": list(exported.lost),
            }
        )
        return
    say(f"{path} : {exported.size} octets, empreinte {exported.sha256}")
    messages = counted(exported.messages, "message", "messages")
    say(f"{messages}, {counted(exported.documents, 'document', 'documents')}, et toutes les tables.")
    for lost in exported.lost:
        say(f"  {lost}")
