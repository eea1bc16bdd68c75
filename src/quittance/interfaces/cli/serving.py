"""`quittance serve` and `quittance worker`: the web application, and what is done behind it."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from quittance.interfaces.cli.demo import NotADemoFolder, fresh_folder
from quittance.interfaces.cli.output import answering, say

serve_app = typer.Typer()
worker_app = typer.Typer()


class CannotServe(Exception):
    """The web application cannot start as asked."""


@serve_app.command()
def serve_command(
    host: Annotated[str, typer.Option("--host", help="Adresse écoutée.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port écouté.", min=1, max=65535)] = 8000,
    processes: Annotated[int, typer.Option("--processes", help="Processus web.", min=1, max=64)] = 1,
    no_worker: Annotated[
        bool,
        typer.Option("--no-worker", help="Sans le travail de fond : « quittance worker » le fait ailleurs."),
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Ouvre trois sociétés d'exemple, dans un dossier à part.")
    ] = False,
    folder: Annotated[Path, typer.Option("--folder", help="Où faire la démonstration.")] = Path(
        "quittance-demo"
    ),
) -> None:
    """Ouvre l'application web, et fait le travail de fond dans le même programme."""
    with answering(False, NotADemoFolder, CannotServe):
        if demo:
            _be_a_demonstration(fresh_folder(folder.absolute()), host)
        os.environ.setdefault("QUITTANCE_URL", f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}")  # noqa: S104
        _open()
        if demo:
            import_module("quittance.interfaces.cli.demo_house").build()
        _collect_static()
        worker = None if no_worker else _start_worker()
        url = os.environ["QUITTANCE_URL"]
        say(f"Quittance est ouvert : {url}  (Ctrl+C pour fermer)")
        if demo:
            say("C'est une démonstration, du vendredi 20 novembre 2026 : entrez comme qui vous voulez.")
        try:
            _serve(host, port, processes)
        finally:
            if worker is not None:
                worker.terminate()
                worker.wait()


@worker_app.command()
def worker_command() -> None:
    """Fait le travail de fond : les messages dont l'heure est venue, les imports et exports longs."""
    _open()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    loop = import_module("quittance.interfaces.worker.loop")
    post_office = import_module("quittance.interfaces.post_office").post_office
    loop.work(stop, lambda: post_office("worker"))


def _be_a_demonstration(home: Path, host: str) -> None:
    """Keep the demonstration to its own folder and its own day, and to this machine: anybody may sign in there."""
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise CannotServe(
            "La démonstration laisse entrer chacun sans mot de passe : elle n'écoute que 127.0.0.1."
        )
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("QUITTANCE_SMTP_URL", None)
    os.environ |= {
        "QUITTANCE_HOME": str(home),
        "QUITTANCE_CLOCK": "2026-11-20T08:30",
        "QUITTANCE_DEMO": "yes",
    }


def _open() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quittance.config.settings")
    import_module("django").setup()
    database = import_module("quittance.interfaces.cli.database")
    with answering(False, database.DatabaseUnavailable):
        database.open_database()


def _collect_static() -> None:
    """Lay the style sheets, scripts and icons where the web server reads them, under names that tell their content."""
    with Console(stderr=True).status("Préparation des pages…"):
        import_module("django.core.management").call_command(
            "collectstatic", interactive=False, verbosity=0, clear=True
        )


def _start_worker() -> subprocess.Popen[bytes]:
    """Start the worker as a child: it ends with this program."""
    return subprocess.Popen([sys.executable, "-m", "quittance.interfaces.cli.main", "worker"])


def _serve(host: str, port: int, processes: int) -> None:
    """Serve from fresh processes: a forked one would have the typesetter without its threads, and wait for ever."""
    multiprocessing.set_start_method("spawn", force=True)
    granian = import_module("granian")
    constants = import_module("granian.constants")
    granian.Granian(
        "quittance.config.wsgi:application",
        address=host,
        port=port,
        interface=constants.Interfaces.WSGI,
        workers=processes,
        blocking_threads=4,
        log_level=import_module("granian.log").LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
