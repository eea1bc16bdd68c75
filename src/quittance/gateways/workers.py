"""Who is at work: a name for this process that another one can check, so that what a dead process held is freed."""

import os
import socket
from pathlib import Path


def this_worker() -> str:
    """Return the name of this process: machine, number, and when it started (numbers are used again)."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(worker: str) -> bool:
    """Tell whether a process of this machine is gone for certain; of another machine nothing is certain."""
    machine, _, rest = worker.rpartition(":")[0].rpartition(":")
    number, started = rest, worker.rpartition(":")[2]
    if machine != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(number)) != started


def _started(number: int) -> str:
    """Return the start time of a process in clock ticks since boot, where the system tells it (Linux).

    A process that ended and that its parent has not buried has a number still, but is no longer at work: no time.
    """
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "0"
    state, *facts = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else facts[18]
