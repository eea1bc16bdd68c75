"""Who is at work: a name for this process that another one can check, so that what a dead process held is freed."""

import os
import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")


def this_worker() -> str:
    """Return the name of this process: where it can be seen, its number, and when it started (numbers come again)."""
    return f"{_place()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(worker: str) -> bool:
    """Tell whether a process is gone for certain; of one that cannot be seen from here, nothing is certain."""
    place, _, started = worker.rpartition(":")
    place, _, number = place.rpartition(":")
    if place != _place() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(number)) != started


def _place() -> str:
    """Name where process numbers mean what they mean here: a machine since it booted, and a container on it."""
    boot = _BOOT.read_text(encoding="ascii").strip()[:8] if _BOOT.exists() else ""
    container = os.readlink(_PROCESSES).strip("pid:[]") if _PROCESSES.exists() else ""
    return f"{socket.gethostname()}/{boot}/{container}"


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
