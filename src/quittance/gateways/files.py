"""Where documents are kept, byte for byte, under the hash of their bytes."""

import hashlib
import os
from pathlib import Path
from typing import Protocol


class Archive(Protocol):
    """Keeps bytes under their SHA-256."""

    def put(self, data: bytes) -> str:
        """Keep bytes and return their hash. Putting the same bytes twice keeps them once."""

    def get(self, sha256: str) -> bytes:
        """Return the bytes; `DocumentLost` if they are gone or altered."""


class DocumentLost(Exception):
    """A document of the archive is missing, or its bytes have changed."""


class FolderArchive:
    """An archive in a folder, two letters of the hash a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the bytes of a hash lie."""
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            write_whole(path, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise DocumentLost(f"Le document {sha256[:12]}… manque dans l'archive {self.folder}.") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DocumentLost(f"Le document {sha256[:12]}… de l'archive {self.folder} a été modifié.")
        return data

    def forget(self, sha256: str) -> None:
        """Remove bytes that are no longer wanted; none there is as well."""
        self.path(sha256).unlink(missing_ok=True)


class MemoryArchive:
    """An archive that forgets, for tests."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256

    def get(self, sha256: str) -> bytes:
        try:
            return self.kept[sha256]
        except KeyError:
            raise DocumentLost(f"Le document {sha256[:12]}… manque dans l'archive.") from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
