"""The house of the web tests, on one Friday morning."""

import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from doors.web import shelf
from doors.web.house import NOW, House, build
from quittance.flows.kept import forget_all
from quittance.gateways import clock


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Friday 20 November 2026, 8 h 30."""
    monkeypatch.setattr(clock, "_set_off", lambda: NOW - datetime.now(UTC))


@dataclass
class Kept:
    """The house as it was built by the first test, and its rows."""

    house: House
    shelves: list[shelf.Shelf]


@pytest.fixture(scope="session")
def house_kept() -> list[Kept]:
    """Where the house is kept once it is built: it is the same for every test."""
    return []


@pytest.fixture
def house(db: None, tmp_path: Path, settings: LazySettings, house_kept: list[Kept]) -> House:
    """Two companies and their people, with folders of their own."""
    for name in ("ARCHIVE_DIR", "OUTBOX_DIR", "LETTERS_DIR", "UPLOADS_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    forget_all()  # what processes keep of a book is known by its company and the end of its journal: both come again
    cache.clear()
    if house_kept:
        shelf.lay(house_kept[0].shelves)
    else:
        house_kept.append(Kept(build(tmp_path), shelf.take()))
    return copy.deepcopy(house_kept[0].house)
