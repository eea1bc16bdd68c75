"""Django's settings, from the environment; docs/operate/settings.md lists every variable.

`QUITTANCE_HOME`      where the SQLite file, the archive and the outbox live
`DATABASE_URL`        a PostgreSQL or SQLite database elsewhere
`QUITTANCE_SMTP_URL`  the mail server; without it, mails are written to the outbox as .eml files
"""

import os
from pathlib import Path

import dj_database_url
import platformdirs

if not __debug__:
    raise SystemExit("Quittance vérifie ses propres invariants : ne le lancez pas avec « python -O ».")

HOME = Path(os.environ.get("QUITTANCE_HOME") or platformdirs.user_data_path("quittance")).expanduser()
ARCHIVE_DIR = HOME / "archive"
OUTBOX_DIR = HOME / "outbox"
LETTERS_DIR = HOME / "letters"
SMTP_URL = os.environ.get("QUITTANCE_SMTP_URL", "")

INSTALLED_APPS = [
    "quittance.journal",
    "quittance.company",
    "quittance.customers",
    "quittance.sales",
    "quittance.correspondence",
    "quittance.payments",
    "quittance.collection",
]

# Every write transaction of SQLite takes its lock at the start: two processes wait for each other instead of
# failing half-way. Readers are never blocked (WAL).
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 60,
    # FULL: what was committed, such as « this mail left », survives a power cut, and no mail is sent again.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
    ),
}


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'quittance.sqlite3'}"
    database: dict[str, object] = dict(dj_database_url.parse(url))
    if str(database["ENGINE"]).endswith("sqlite3"):
        database["OPTIONS"] = _SQLITE_OPTIONS
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "fr"
