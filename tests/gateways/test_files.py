"""The archive keeps bytes whole, under their hash, and says when they are no longer what they were."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from quittance.gateways.files import Archive, DocumentLost, FolderArchive, MemoryArchive, write_whole

DATA = "%PDF é".encode()
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["folder", "memory"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    return FolderArchive(tmp_path / "archive") if request.param == "folder" else MemoryArchive()


def test_what_is_put_is_got(archive: Archive):
    assert archive.put(DATA) == SHA256
    assert archive.get(SHA256) == DATA


def test_the_same_bytes_are_kept_once(tmp_path: Path):
    archive = FolderArchive(tmp_path)
    assert archive.put(DATA) == archive.put(DATA)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [archive.path(SHA256)]


def test_what_is_not_there_is_said(archive: Archive):
    with pytest.raises(DocumentLost, match="manque"):
        archive.get(SHA256)


@pytest.mark.parametrize("altered", [b"", DATA[:-1], DATA + b"\n", DATA.replace(b"P", b"p")])
def test_altered_bytes_are_found_out(tmp_path: Path, altered: bytes):
    archive = FolderArchive(tmp_path)
    archive.put(DATA)
    archive.path(SHA256).write_bytes(altered)
    with pytest.raises(DocumentLost, match="modifié"):
        archive.get(SHA256)


def test_putting_again_does_not_hide_an_alteration(tmp_path: Path):
    archive = FolderArchive(tmp_path)
    archive.put(DATA)
    archive.path(SHA256).write_bytes(b"altered")
    archive.put(DATA)
    with pytest.raises(DocumentLost):
        archive.get(SHA256)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path):
    """A writer killed at its worst moment, before the draft takes its name, leaves the old file."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"old")
    killed_before_renaming = (
        "import os, pathlib, signal, sys\n"
        "from quittance.gateways import files\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.write_whole(pathlib.Path(sys.argv[1]), b'new' * 100000)\n"
    )
    done = subprocess.run([sys.executable, "-c", killed_before_renaming, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_folders_are_made_and_no_draft_stays(tmp_path: Path):
    path = tmp_path / "a" / "b" / "mail.eml"
    write_whole(path, b"x")
    write_whole(path, b"y")
    assert os.listdir(path.parent) == ["mail.eml"]
    assert path.read_bytes() == b"y"
