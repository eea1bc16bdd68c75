"""The desks of the stories; each story starts on empty data."""

from pathlib import Path

import pytest

from cast import Desk, dupont, morel


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Desk:
    """Atelier Morel, with the whole cast as its customers."""
    opened = morel(tmp_path)
    opened.customers()
    return opened


@pytest.fixture
def neighbour(db: None, tmp_path: Path) -> Desk:
    """Dupont Peinture, the other company of the installation, with the same customers."""
    opened = dupont(tmp_path)
    opened.customers()
    return opened
