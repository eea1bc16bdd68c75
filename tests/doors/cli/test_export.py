"""`quittance export`, as a user runs it."""

import hashlib
import zipfile
from pathlib import Path

from doors.cli.firms import CREATE_DUPONT, MOREL, refused, set_up


def test_everything_of_a_company_in_one_file(quittance, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    set_up(quittance)
    quittance(*CREATE_DUPONT)
    target = tmp_path / "morel.zip"
    told = quittance.json("export", *MOREL, "--to", target)
    assert told["file"] == str(target)
    assert told["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert told["bytes"] == target.stat().st_size
    with zipfile.ZipFile(target) as bundle:
        assert bundle.testzip() is None
        assert "tables/factures.csv" in bundle.namelist()
        assert "Atelier Morel" in bundle.read("LISEZ-MOI.txt").decode()
        assert not any(b"Maison Dupont" in bundle.read(name) for name in bundle.namelist())
    assert "existe déjà" in refused(quittance, "export", *MOREL, "--to", target, status=2)
    nowhere = tmp_path / "a-file" / "x.zip"
    nowhere.parent.write_text("not a folder")
    assert "ne s'écrit pas" in refused(quittance, "export", *MOREL, "--to", nowhere, status=2)
    assert quittance.json("doctor")["healthy"]
