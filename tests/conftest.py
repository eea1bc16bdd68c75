"""What every test may ask for: a database that other processes reach, the command line, reference data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NO_SHARED = "the reference data (folder « shared » beside the repository) is not here"
SECONDS_TO_END = 300
USES_DATABASE = frozenset({"db", "transactional_db", "live_home"})

# No deadline and no complaint of slowness: machines are shared. A failure prints the line that replays it; in
# continuous integration the examples are always the same.
_QUIET = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("local", **_QUIET)
hypothesis_settings.register_profile("ci", derandomize=True, **_QUIET)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that touch the database")


def pytest_configure(config: pytest.Config) -> None:
    """Keep every test out of the user's own folder, even one that asks for no fixture."""
    home = tempfile.TemporaryDirectory(prefix="quittance-home-")
    config.add_cleanup(home.cleanup)
    django_settings.HOME = Path(home.name)
    django_settings.ARCHIVE_DIR = django_settings.HOME / "archive"
    django_settings.OUTBOX_DIR = django_settings.HOME / "outbox"
    django_settings.STORAGES = {  # pages are tested without a collected, hashed copy of their files
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django_settings.MIDDLEWARE = [name for name in django_settings.MIDDLEWARE if "whitenoise" not in name]
    django_settings.LOCALE_PATHS = []  # pages say their words as the sources write them; stories see them typeset
    django_settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # made by the hundred


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-only"):
        chosen = [item for item in items if _touches_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not _touches_database(item)])
        items[:] = chosen
    if not SHARED.is_dir():
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason=NO_SHARED))


def _touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database") is not None:
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & USES_DATABASE) or item.get_closest_marker("django_db") is not None


@dataclass(frozen=True, slots=True)
class LiveHome:
    """A fresh folder and a fresh, empty database, both reachable by other processes through `environment`."""

    folder: Path
    database_url: str
    environment: dict[str, str]


@pytest.fixture
def live_home(tmp_path: Path) -> Iterator[LiveHome]:
    """A `QUITTANCE_HOME` with a database of its own: a SQLite file, or a new one of the server in use."""
    folder = tmp_path / "home"
    folder.mkdir()
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith(("postgres:", "postgresql:")):
        yield _live_home(folder, f"sqlite:///{folder / 'quittance.sqlite3'}")
        return
    name = f"quittance_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield _live_home(folder, urlunsplit(urlsplit(server)._replace(path=f"/{name}")))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _live_home(folder: Path, database_url: str) -> LiveHome:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("QUITTANCE_")}
    ours = {"QUITTANCE_HOME": str(folder), "DATABASE_URL": database_url, "PYTHONUTF8": "1", "COLUMNS": "120"}
    return LiveHome(folder, database_url, inherited | ours)


class CommandLine:
    """The command `quittance`, run in a process of its own as a user runs it."""

    def __init__(self, home: LiveHome) -> None:
        self.home = home

    def start(self, *arguments: object, **more_environment: str) -> subprocess.Popen[str]:
        """Start the command and return at once; the test waits for it, or kills it."""
        return subprocess.Popen(
            [Path(sys.executable).with_name("quittance"), *map(str, arguments)],
            env=self.home.environment | more_environment,
            cwd=self.home.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(
        self, *arguments: object, status: int | None = 0, **more_environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end. It must end with `status`, unless that is None."""
        with self.start(*arguments, **more_environment) as running:
            try:
                stdout, stderr = running.communicate(timeout=SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                running.kill()
                raise
        assert status is None or running.returncode == status, f"{arguments}: {stdout}\n{stderr}"
        return subprocess.CompletedProcess(running.args, running.returncode, stdout, stderr)

    def json(self, *arguments: object, status: int | None = 0, **more_environment: str) -> Any:
        """Run the command with `--json` and return what it printed, read."""
        return json.loads(self(*arguments, "--json", status=status, **more_environment).stdout)


@pytest.fixture
def quittance(live_home: LiveHome) -> CommandLine:
    """The command line, on a folder and a database of its own."""
    return CommandLine(live_home)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of reference data beside the repository; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(NO_SHARED)
    return SHARED
