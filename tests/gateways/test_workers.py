"""A worker is dead only when that is certain."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from quittance.gateways.workers import is_dead, this_worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="start times of processes are read on Linux")
HERE = this_worker().rsplit(":", 2)[0]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as running:
        yield running
        running.kill()


def name_of(running: subprocess.Popen[bytes]) -> str:
    with open(f"/proc/{running.pid}/stat", encoding="ascii") as stat:
        return f"{HERE}:{running.pid}:{stat.read().rpartition(')')[2].split()[19]}"


def test_this_one_lives():
    assert not is_dead(this_worker())
    assert this_worker() == this_worker()
    assert this_worker().startswith(f"{HERE}:{os.getpid()}:")


def test_who_ended_is_dead(sleeper: subprocess.Popen[bytes]):
    name = name_of(sleeper)
    assert not is_dead(name)
    sleeper.kill()
    sleeper.wait()
    assert is_dead(name)


def test_who_was_killed_and_nobody_waited_for_is_dead(sleeper: subprocess.Popen[bytes]):
    """A zombie keeps its number; in a container whose first process buries nobody, it keeps it for ever."""
    name = name_of(sleeper)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)  # it is dead, and not buried
    assert is_dead(name)


def test_who_left_their_number_to_another_is_dead(sleeper: subprocess.Popen[bytes]):
    machine, number, started = name_of(sleeper).rsplit(":", 2)
    assert is_dead(f"{machine}:{number}:{int(started) - 1}")
    assert not is_dead(f"{machine}:{number}:{started}")


@pytest.mark.parametrize(
    "name",
    [
        "elsewhere:1:1",
        f"elsewhere/{HERE.partition('/')[2]}:1:1",
        f"{HERE.rpartition('/')[0]}/1:1:1",
        "",
        "nonsense",
        f"{HERE}:abc:1",
        f"{HERE}:1",
        "::",
        f"{HERE}::5",
    ],
)
def test_of_others_nothing_is_certain(name: str):
    assert not is_dead(name)
