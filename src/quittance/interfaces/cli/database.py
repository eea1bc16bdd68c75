"""Making the database ready: created and migrated without being asked, once, whoever comes first."""

import fcntl
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from quittance.interfaces.cli.arguments import told_in_french

_MIGRATING = 7_181_920  # the number of the lock that machines of one database share


class DatabaseUnavailable(Exception):
    """The database does not answer, or the data folder cannot be made."""


def open_database() -> None:
    """Bring the schema up to date; others wait meanwhile. Refusal: `DatabaseUnavailable`."""
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
            _migrate()
    except OSError as error:
        raise DatabaseUnavailable(
            f"Le dossier des données « {home} » ne peut pas être ouvert : {told_in_french(error)}. "
            "Vérifiez QUITTANCE_HOME et ses droits."
        ) from error
    except OperationalError as error:
        raise DatabaseUnavailable(
            f"La base de données ne répond pas. Vérifiez DATABASE_URL et que le serveur tourne. ({error})"
        ) from error


def _migrate() -> None:
    """Migrate whole or not at all.

    By itself Django notes a migration after it is committed: stopped in between, the next start would make its tables
    again and fail for ever. SQLite wants its foreign keys put off before the transaction begins.
    """
    with connection.constraint_checks_disabled(), transaction.atomic():
        if connection.vendor == "postgresql":  # another machine may be at it
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATING])
        if not _is_current():
            call_command("migrate", verbosity=0, interactive=False)


def _is_current() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
