"""The arguments that several commands share, and how their words are read."""

import getpass
import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from quittance.domain.banks import compact_bic
from quittance.formats.cells import NotReadable, parse_date

_EMAIL = re.compile(r"[^\s@<>\"(),:;]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")

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
    try:
        return parse_date(text.strip())
    except NotReadable as unreadable:
        raise typer.BadParameter(f"{unreadable}.") from unreadable


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that the user names. `BadParameter` when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise typer.BadParameter(f"Le fichier « {path} » n'existe pas. Vérifiez son nom.") from error
    except IsADirectoryError as error:
        raise typer.BadParameter(f"« {path} » est un dossier. Donnez un fichier.") from error
    except OSError as error:
        raise typer.BadParameter(f"Le fichier « {path} » ne se lit pas : {told_in_french(error)}.") from error


_SYSTEM_ERRORS = {
    FileNotFoundError: "il n'existe pas",
    PermissionError: "les droits manquent",
    IsADirectoryError: "c'est un dossier",
    NotADirectoryError: "une partie du chemin n'est pas un dossier",
    FileExistsError: "un fichier porte déjà ce nom",
}


def told_in_french(error: OSError) -> str:
    """Say in French what the system refuses; what is rare is left in its own words."""
    return _SYSTEM_ERRORS.get(type(error), str(error.strerror or error))


def read_words(text: str, option: str, *, at_most: int, needed: bool = False) -> str:
    """Read a name or an address line: one line, not too long for its column, there if it is `needed`."""
    words = " ".join(text.split(" ")).strip()
    if needed and not words:
        raise typer.BadParameter("à indiquer.", param_hint=option)
    if not words.isprintable():
        raise typer.BadParameter("à écrire sur une ligne.", param_hint=option)
    if len(words) > at_most:
        raise typer.BadParameter(f"{at_most} caractères au plus, ici {len(words)}.", param_hint=option)
    return words


def read_email(text: str, option: str, *, needed: bool = False) -> str:
    """Read the address that messages leave from."""
    address = read_words(text, option, at_most=254, needed=needed)
    if address and not _EMAIL.fullmatch(address):
        raise typer.BadParameter(
            f"« {address} » n'est pas une adresse. Écrivez-la ainsi : compta@exemple.fr.", param_hint=option
        )
    return address


def read_bic(text: str, option: str) -> str:
    """Read a bank's code: 8 or 11 letters and digits, with or without spaces."""
    bic = compact_bic(text) if text.strip() else ""
    if bic is None:
        raise typer.BadParameter("Un BIC compte 8 ou 11 lettres et chiffres.", param_hint=option)
    return bic


def actor() -> str:
    """Name who types: the journal says who did what. In a container the user may have only a number."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"
