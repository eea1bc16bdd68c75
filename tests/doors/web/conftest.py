"""The house of the web tests, on one Friday morning."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from doors.web.house import NOW, House, build
from quittance.flows.kept import forget_all
from quittance.gateways import clock


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Friday 20 November 2026, 8 h 30."""
    monkeypatch.setattr(clock, "_set_off", lambda: NOW - datetime.now(UTC))


@pytest.fixture
def house(db: None, tmp_path: Path, settings: LazySettings) -> House:
    """Two companies and their people, with folders of their own."""
    for name in ("ARCHIVE_DIR", "OUTBOX_DIR", "LETTERS_DIR", "UPLOADS_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    forget_all()  # each story has the same company, whose journal ends alike
    return build(tmp_path)
