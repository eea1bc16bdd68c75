"""What was looked at, kept in this process while its company's journal stands where it stood.

Values are never changed, so they are kept as they are: bringing thousands of rows back from bytes would cost more
than most looks.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")
Head = tuple[int, str]  # where a journal ends: its number and its hash

MOST = 200


class Kept(Generic[Value]):
    """One value a company (or a company and a member), with the head of the journal at which it was looked at.

    The least used are let go.
    """

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, tuple[Head, Value]] = OrderedDict()
        self._lock = Lock()
        _ALL.append(self)

    def get(self, key: Hashable) -> tuple[Head, Value] | None:
        """Return what is kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, head: Head, value: Value) -> None:
        """Keep a value in place of the one before."""
        with self._lock:
            self._values[key] = (head, value)
            self._values.move_to_end(key)
            while len(self._values) > MOST:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


_ALL: list[Kept] = []  # type: ignore[type-arg]


def forget_all() -> None:
    """Forget what was looked at, of every kind: after a backup is restored under a running process, or in tests."""
    for one in _ALL:
        one.clear()
