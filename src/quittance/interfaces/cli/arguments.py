"""The arguments that several commands share, and how their words are read."""

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

CompanyOption = Annotated[
    str, typer.Option("--company", "-c", help="Nom court de la société.", envvar="QUITTANCE_COMPANY")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Réponse en JSON, stable, pour un programme.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Montre ce qui serait fait, n'écrit rien.")]
DateOption = Annotated[
    str, typer.Option("--date", help="Jour considéré (2026-11-20 ou 20/11/2026) ; aujourd'hui par défaut.")
]


def read_date(text: str, *, default: date) -> date:
    """Read a day as people write it; empty text is the default. `BadParameter` otherwise."""
    if not text:
        return default
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a civil day has no zone
        except ValueError:
            continue
    raise typer.BadParameter(f"« {text} » n'est pas une date. Écrivez-la ainsi : 31/12/2026.")


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that the user names. `BadParameter` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"Le fichier « {path} » ne se lit pas : {error.strerror}.") from error


def actor() -> str:
    """Name who types: the journal says who did what."""
    return f"cli:{getpass.getuser()}"
