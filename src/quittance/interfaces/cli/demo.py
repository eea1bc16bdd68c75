"""`quittance demo`: a sample company and one day's work, in a folder of its own."""

import os
import shutil
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from quittance.interfaces.cli.output import answering

app = typer.Typer()
MARK = ".quittance-demo"


class NotADemoFolder(Exception):
    """The folder holds something else: it is left alone."""


@app.command()
def demo_command(
    folder: Annotated[Path, typer.Option("--folder", help="Où faire la démonstration.")] = Path(
        "quittance-demo"
    ),
) -> None:
    """Montre une journée de travail sur une société d'exemple : banque, retards, relances. Ne touche à rien d'autre."""
    with answering(False, NotADemoFolder):
        home = fresh_folder(folder.absolute())
    # The settings are read once, from the environment: the demonstration's must be there before Django is.
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("QUITTANCE_SMTP_URL", None)
    os.environ["QUITTANCE_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "quittance.config.settings"
    import_module("django").setup()
    import_module("quittance.interfaces.cli.database").open_database()
    import_module("quittance.interfaces.cli.demo_day").show(home, folder)


def fresh_folder(home: Path) -> Path:
    """Empty the folder of an earlier demonstration; any other folder that holds something is refused."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            raise NotADemoFolder(
                f"Le dossier « {home} » contient autre chose qu'une démonstration. Choisissez-en un autre : --folder."
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()
    return home
