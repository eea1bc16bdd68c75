"""Making the database ready: created and migrated without being asked, once, whoever comes first."""

import fcntl
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from quittance.interfaces.cli.arguments import told_in_french


class DatabaseUnavailable(Exception):
    """The database does not answer, or the data folder cannot be made."""


def open_database() -> None:
    """Bring the schema up to date; other processes of this machine wait meanwhile. Refusal: `DatabaseUnavailable`."""
    # Rows are made by the hundred thousand and hold no cycles: looking for cycles all the time takes a quarter of an
    # import, and grows with the book.
    gc.set_threshold(200_000, 50, 100)
    home: Path = settings.HOME
    os.umask(0o077)  # the books of a business, and its mails, are for its own user alone
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _is_current():
            return
        with _alone(home / ".migrating"):
            if not _is_current():
                call_command("migrate", verbosity=0, interactive=False)
    except OSError as error:
        raise DatabaseUnavailable(
            f"Le dossier des données « {home} » ne peut pas être ouvert : {told_in_french(error)}. "
            "Vérifiez QUITTANCE_HOME et ses droits."
        ) from error
    except OperationalError as error:
        raise DatabaseUnavailable(
            f"La base de données ne répond pas. Vérifiez DATABASE_URL et que le serveur tourne. ({error})"
        ) from error


def _is_current() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
