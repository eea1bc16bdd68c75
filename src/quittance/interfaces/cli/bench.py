"""`quittance bench`: how long a day's work takes on books of growing size, on SQLite and on PostgreSQL.

Each run is a process of its own, with a folder and a fresh database of its own, so that its peak of memory is its own.
The command itself needs no database; called as a module it is such a process.
"""

import json as json_format
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import typer

from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.output import answering, money_table, print_json, progress_bar, say

STEPS = {
    "customers": "Import des clients",
    "invoices": "Import des factures, trois lignes chacune",
    "statement": "Import du relevé CAMT.053",
    "match": "Rapprochement",
    "day": "Journée : décider et mettre en file",
    "day_again": "La même journée, plus rien à faire",
    "documents": "Lettres et relevés en PDF, échantillon",
    "aged": "Balance âgée et DSO",
}
DATABASES = ("sqlite", "postgresql")
SUBJECTS = ("work", "web")
CLOCK = "2026-11-20T09:00"  # the pages are asked on the last day of the book's bank
SAMPLE = 40  # PDF composed in each run
NO_POSTGRES = (
    "PostgreSQL n'a pas été mesuré : aucun serveur n'est indiqué. « make bench » en démarre un, "
    "ou donnez-en un par TEST_DATABASE_URL ou DATABASE_URL."
)
FILES = ("customers.csv", "invoices.csv", "lines.csv", "bank.camt053.xml")

app = typer.Typer()
Run = dict[str, Any]


class NotABook(Exception):
    """The folder given with --book lacks a file of a book."""


class RunFailed(Exception):
    """A measured run ended with an error; its last words are in the message."""


@app.command()
def bench_command(
    subject: Annotated[
        str, typer.Argument(help="work (une journée de travail) ou web (les pages).", metavar="[work|web]")
    ] = "work",
    sizes: Annotated[
        str,
        typer.Option(
            "--sizes",
            help="Nombres de factures, séparés par des virgules (1000,10000,100000 ; pages : 100000).",
        ),
    ] = "",
    book: Annotated[
        Path | None, typer.Option("--book", help="Un dossier tout fait, au lieu des livres inventés.")
    ] = None,
    database: Annotated[str, typer.Option("--database", help="sqlite, postgresql ou both.")] = "both",
    json: JsonOption = False,
) -> None:
    """Mesure une journée de travail, ou les pages, sur de grands livres inventés. Ne touche pas à vos données."""
    if subject not in SUBJECTS:
        raise typer.BadParameter("work ou web.", param_hint="[work|web]")
    wanted = _databases(database)
    counts = [] if book else _sizes(sizes or ("100000" if subject == "web" else "1000,10000,100000"))
    server = _server()
    skipped = {"postgresql": NO_POSTGRES} if "postgresql" in wanted and not server else {}
    measured = [name for name in wanted if name not in skipped]
    machine = {
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "python": sys.version.split()[0],
    }
    with answering(json, NotABook, RunFailed):
        runs = []
        run_one, show = (_run_pages, _show_pages) if subject == "web" else (_run, _show)
        for run in _runs(run_one, _books(book, counts), measured, server, quiet=json):
            runs.append(run)
            if not json:
                show(run)
    if json:
        print_json({"machine": machine, "runs": runs, "skipped": skipped})
        return
    load = ", ".join(f"{value:.2f}".replace(".", ",") for value in machine["load"])  # type: ignore[union-attr]
    say(f"Machine : {machine['cores']} cœurs, charge au départ {load}, Python {machine['python']}.")
    for reason in skipped.values():
        say(reason)


def _databases(text: str) -> Sequence[str]:
    if text == "both":
        return DATABASES
    if text in DATABASES:
        return (text,)
    raise typer.BadParameter("sqlite, postgresql ou both.", param_hint="--database")


def _sizes(text: str) -> list[int]:
    sizes = [part.strip() for part in text.split(",")]
    if not all(size.isdecimal() and 10 <= int(size) <= 1_000_000 for size in sizes):
        raise typer.BadParameter(
            f"« {text} » : écrivez des nombres de 10 à 1000000, séparés par des virgules.",
            param_hint="--sizes",
        )
    return [int(size) for size in sizes]


def _server() -> str:
    """The PostgreSQL server to make databases on, if any is named."""
    urls = (os.environ.get("TEST_DATABASE_URL", ""), os.environ.get("DATABASE_URL", ""))
    return next((url for url in urls if url.startswith(("postgres:", "postgresql:"))), "")


# Books and runs


def _books(book: Path | None, sizes: Sequence[int]) -> list[Callable[[Path], Path]]:
    """How to lay each book: given a folder to write in, return the folder it is in."""
    if book is None:
        return [lambda folder, size=size: _invented(folder, size) for size in sizes]  # type: ignore[misc]
    missing = [name for name in FILES if not (book / name).is_file()]
    if missing:
        raise NotABook(f"Le dossier « {book} » n'est pas un livre : il y manque {', '.join(missing)}.")
    return [lambda _: book]


def _invented(folder: Path, size: int) -> Path:
    list(_run_module("bench_book", str(folder), str(size), environment=dict(os.environ)))
    return folder


def _runs(
    run_one: Callable[..., Run],
    books: Sequence[Callable[[Path], Path]],
    databases: Sequence[str],
    server: str,
    *,
    quiet: bool,
) -> Iterator[Run]:
    for lay in books:
        with tempfile.TemporaryDirectory(prefix="quittance-bench-") as folder:
            book = lay(Path(folder))
            for database in databases:
                yield run_one(book.absolute(), database, server, quiet=quiet)


def _told(subject: str, book: Path, database: str, server: str, *, expected: int, quiet: bool) -> list[Run]:
    """Measure one book on one database, in a process with a folder and a database of its own; return what it tells."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="quittance-bench-"))
        url = f"sqlite:///{home}/quittance.sqlite3"
        if database == "postgresql":
            url = stack.enter_context(_fresh_database(server))
        progress = stack.enter_context(progress_bar(f"{database}, {book.name}", quiet=quiet))
        environment = {**os.environ, "QUITTANCE_HOME": home, "DATABASE_URL": url}
        if subject == "web":
            environment["QUITTANCE_CLOCK"] = CLOCK
        told: list[Run] = []
        for line in _run_module("bench", subject, str(book), environment=environment):
            told.append(json_format.loads(line))
            progress(min(len(told), expected), expected)
    return told


def _run(book: Path, database: str, server: str, *, quiet: bool) -> Run:
    """A day's work on one book and one database."""
    told = _told("work", book, database, server, expected=len(STEPS) + 1, quiet=quiet)
    steps = [_with_rates(line["step"]) for line in told if "step" in line]
    quality = next((line["matching"] for line in told if "matching" in line), None)
    size = next(step["rows"] for step in steps if step["step"] == "invoices")
    return {
        "database": database,
        "size": size,
        "peak_mib": max(step["peak_mib"] for step in steps),
        "steps": steps,
        "matching": quality,
    }


def _run_pages(book: Path, database: str, server: str, *, quiet: bool) -> Run:
    """The pages on one book and one database."""
    told = _told("web", book, database, server, expected=25, quiet=quiet)
    served = next(line["served"] for line in told if "served" in line)
    return {
        "database": database,
        "size": next(line["size"] for line in told if "size" in line),
        "pages": [line["page"] for line in told if "page" in line],
        "served": served,
    }


def _with_rates(step: Run) -> Run:
    rows, seconds = step["rows"], step["seconds"]
    return {
        **step,
        "rows_per_second": round(rows / seconds) if seconds else None,
        "ms_per_row": round(1_000 * seconds / rows, 4) if rows else None,
    }


def _run_module(name: str, *words: str, environment: dict[str, str]) -> Iterator[str]:
    """Run a module of this package in a process of its own; give the lines it prints as they come.

    Raises `RunFailed`.
    """
    command = [sys.executable, "-m", f"quittance.interfaces.cli.{name}", *words]
    with ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
        running = stack.enter_context(
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)  # noqa: S603 - ours
        )
        assert running.stdout is not None
        yield from running.stdout
        if running.wait():
            errors.seek(0)
            raise RunFailed(f"La mesure s'est arrêtée : {errors.read().strip()[-1_000:]}")


@contextmanager
def _fresh_database(server: str) -> Iterator[str]:
    """Make a database on a server for the duration of a run."""
    psycopg = import_module("psycopg")
    name = f"quittance_bench_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# What is shown


def _show(run: Run) -> None:
    money_table(
        f"{run['database']}, {run['size']} factures, au plus {run['peak_mib']} Mio de mémoire",
        ("Étape", "Lignes", "Secondes", "Secondes de calcul", "Par seconde", "ms par ligne", "Mémoire (Mio)"),
        [
            (
                STEPS[step["step"]],
                str(step["rows"]),
                _decimal(step["seconds"], 2),
                _decimal(step["cpu_seconds"], 2),
                str(step["rows_per_second"] or ""),
                _decimal(step["ms_per_row"], 3),
                str(step["peak_mib"]),
            )
            for step in run["steps"]
        ],
    )
    quality = run["matching"]
    if quality:
        say(
            f"Affecté seul et juste : {_share(quality, 'right')} ; à tort : {_share(quality, 'wrong')} "
            f"des {quality['paying_lines']} lignes qui règlent quelque chose."
        )


def _show_pages(run: Run) -> None:
    money_table(
        f"{run['database']}, {run['size']} factures : temps du serveur par page, en millisecondes",
        ("Page", "Médiane", "p95", "p95 du processeur", "Requêtes SQL", "Ko"),
        [
            (
                page["page"],
                _decimal(page["median_ms"], 1),
                _decimal(page["p95_ms"], 1),
                _decimal(page["cpu_p95_ms"], 1),
                str(page["queries"]),
                str(page["kib"]),
            )
            for page in run["pages"]
        ],
    )
    served = run["served"]
    say(
        f"Servies par « quittance serve » à {served['clients']} clients à la fois : {served['per_second']} pages par "
        f"seconde ({served['page']}), p95 {_decimal(served['p95_ms'], 1)} ms."
    )


def _share(quality: Run, which: str) -> str:
    by_line = 100 * quality[f"{which}_lines"] / max(1, quality["paying_lines"])
    by_amount = 100 * quality[f"{which}_cents"] / max(1, quality["paying_cents"])
    return f"{_decimal(by_line, 2)} % ({_decimal(by_amount, 2)} % des montants)"


def _decimal(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}".replace(".", ",")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "quittance.config.settings"
    import_module("django").setup()
    import_module("quittance.interfaces.cli.database").open_database()
    if sys.argv[1] == "web":
        import_module("quittance.interfaces.cli.bench_web").measure(Path(sys.argv[2]))
    else:
        import_module("quittance.interfaces.cli.bench_work").measure(Path(sys.argv[2]), SAMPLE)
