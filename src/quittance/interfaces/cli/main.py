"""The program `quittance`: the list of its commands. Each is a module, imported only when it is called."""

import io
import os
import sys
from importlib import import_module
from types import MappingProxyType
from typing import Annotated, Any

import typer

from quittance import __version__
from quittance.interfaces.cli.output import answering
from quittance.interfaces.cli.usage import DeferredCommands

DATA_COMMANDS = {
    "company": "quittance.interfaces.cli.companies:app",
    "customer": "quittance.interfaces.cli.customers:app",
    "import": "quittance.interfaces.cli.imports:app",
    "match": "quittance.interfaces.cli.bank:match_app",
    "matches": "quittance.interfaces.cli.bank:matches_app",
    "confirm": "quittance.interfaces.cli.bank:confirm_app",
    "undo": "quittance.interfaces.cli.bank:undo_app",
    "pay": "quittance.interfaces.cli.payments:app",
    "day": "quittance.interfaces.cli.days:app",
    "message": "quittance.interfaces.cli.messages:app",
    "send": "quittance.interfaces.cli.sending:app",
    "pause": "quittance.interfaces.cli.pauses:app",
    "show": "quittance.interfaces.cli.shows:app",
    "export": "quittance.interfaces.cli.exporting:app",
    "doctor": "quittance.interfaces.cli.doctoring:app",
}


class Quittance(DeferredCommands):
    """Every command of the program."""

    modules = MappingProxyType(
        {
            "calc": "quittance.interfaces.cli.calc",
            "check": "quittance.interfaces.cli.check",
            "demo": "quittance.interfaces.cli.demo",
            "serve": "quittance.interfaces.cli.serving:serve_app",
            "worker": "quittance.interfaces.cli.serving:worker_app",
            "bench": "quittance.interfaces.cli.bench",
            **DATA_COMMANDS,
        }
    )

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command, Django being ready for those that read or write data."""
        if cmd_name in DATA_COMMANDS:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quittance.config.settings")
            django = import_module("django")
            django.setup()
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    name="quittance",
    cls=Quittance,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Quittance : les factures à encaisser, de l'échéance au paiement.",
)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"quittance {__version__}")
        raise typer.Exit


@app.callback()
def quittance(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Affiche la version.")
    ] = False,
) -> None:
    """Accept the options that come before any command; open the database for those that need it."""
    if ctx.invoked_subcommand in DATA_COMMANDS and "--help" not in sys.argv:
        database = import_module("quittance.interfaces.cli.database")
        with answering("--json" in sys.argv, database.DatabaseUnavailable):
            database.open_database()


def main() -> None:
    """Run the program; its output is UTF-8 wherever it goes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app(prog_name="quittance")


if __name__ == "__main__":
    main()
