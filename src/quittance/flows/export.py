"""Everything of a company in one archive: tables, messages, documents, journal and settings; nothing of others."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quittance.collection import exports as collection
from quittance.company import exports as company_exports
from quittance.company.exports import note_exported, settings_of
from quittance.correspondence import exports as correspondence
from quittance.customers import exports as customers
from quittance.formats.mail import MailContent, build_mail
from quittance.gateways.clock import PARIS
from quittance.gateways.files import Archive, DocumentLost
from quittance.journal.queries import entries, position
from quittance.payments import exports as payments
from quittance.sales import exports as sales

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.correspondence.models import Message
    from quittance.formats.exporting import Table
    from quittance.journal.models import Entry

Progress = Callable[[int, int], None]  # done, of how many

_APPS = (company_exports, customers, sales, payments, correspondence, collection)
_READ_ME = """{name}, SIREN {siren} : toutes les données de la société, au {at:%d/%m/%Y à %H:%M} (heure de Paris).

tables/      un fichier CSV par table : point-virgule, virgule décimale, dates AAAA-MM-JJ, UTF-8
messages/    les messages partis, au format .eml, sans leurs pièces jointes (tables/pieces_jointes.csv dit lesquelles)
documents/   lettres et factures en PDF, au même octet près que ce qui est parti (empreintes dans tables/documents.csv)
journal.jsonl  chaque acte, dans l'ordre, avec son empreinte et celle de l'acte d'avant
reglages.json  les réglages, sans aucun mot de passe

Le sens de chaque colonne : docs/reference/export.md. Le journal s'arrête à l'acte n° {position}.
Un texte qui commence par = + - @ est précédé d'une apostrophe, pour qu'aucun tableur ne le calcule.
"""
_LOST = "Ces documents manquaient dans l'archive, ou leurs octets avaient changé :\n\n{lines}\n"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds. `lost`: documents whose bytes are gone."""

    size: int
    sha256: str
    messages: int
    documents: int
    lost: tuple[str, ...]


def export_company(
    *,
    company: Company,
    archive: Archive,
    path: Path,
    actor: str,
    at: datetime,
    progress: Progress | None = None,
) -> Exported:
    """Write everything of a company into a zip at `path`, there whole or not at all, and note it in the journal."""
    draft = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as bundle:
            messages, documents, lost = _Writer(bundle, company, archive, at, progress).write()
        size, sha256 = draft.stat().st_size, _fingerprint(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    note_exported(company_id=company.pk, size=size, sha256=sha256, actor=actor, at=at)
    return Exported(size, sha256, messages, documents, lost)


class _Writer:
    """Writes the parts of an export one after another, telling how far it is."""

    def __init__(
        self,
        bundle: zipfile.ZipFile,
        company: Company,
        archive: Archive,
        at: datetime,
        progress: Progress | None,
    ) -> None:
        self.bundle, self.company, self.archive, self.at = bundle, company, archive, at
        self.progress = progress
        self.position = position(company.pk)
        self.done = 0
        self.total = sum(correspondence.counts(company.pk)) + self.position

    def write(self) -> tuple[int, int, tuple[str, ...]]:
        """Write everything; return how many messages and documents there are, and what is lost."""
        read_me = _READ_ME.format(
            name=self.company.name,
            siren=self.company.siren,
            at=self.at.astimezone(PARIS),
            position=self.position,
        )
        self._add("LISEZ-MOI.txt", [read_me.encode()])
        self._add("reglages.json", [_as_json(settings_of(self.company.pk))])
        for table in tables_of(self.company.pk):
            self._add(f"tables/{table.name}.csv", table.lines())
        self._add("journal.jsonl", self._journal())
        messages = self._messages()
        documents, lost = self._documents()
        if lost:
            self._add("MANQUANTS.txt", [_LOST.format(lines="\n".join(lost)).encode()])
        return messages, documents, tuple(lost)

    def _add(self, name: str, pieces: Iterable[bytes], *, compressed: bool = True) -> None:
        info = zipfile.ZipInfo(name, self.at.astimezone(PARIS).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self.bundle.open(info, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)

    def _journal(self) -> Iterator[bytes]:
        rows = entries(self.company.pk).order_by("sequence").filter(sequence__lte=self.position)
        for row in rows.iterator(2_000):
            self._tell()
            yield _entry(row)

    def _messages(self) -> int:
        count = 0
        for message in correspondence.sent_messages(self.company.pk):
            self._add(f"messages/{message.pk}.eml", [_mail(message)])
            self._tell()
            count += 1
        return count

    def _documents(self) -> tuple[int, list[str]]:
        count, lost = 0, []
        for pk, name, sha256 in correspondence.composed_documents(self.company.pk):
            self._tell()
            try:
                data = self.archive.get(sha256)
            except DocumentLost as gone:
                lost.append(f"{pk} {name} : {gone}")
                continue
            self._add(f"documents/{pk}-{_file_name(name)}", [data], compressed=False)
            count += 1
        return count, lost

    def _tell(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, max(self.total, self.done))


def tables_of(company_id: int) -> Iterator[Table]:
    """Every table of a company that is taken out."""
    for app in _APPS:
        yield from app.tables(company_id)


def _entry(row: Entry) -> bytes:
    fields = {
        "sequence": row.sequence,
        "kind": row.kind,
        "data": row.data,
        "actor": row.actor,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    }
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def _mail(message: Message) -> bytes:
    assert message.sent_at is not None
    content = MailContent(
        message_id=message.message_id,
        sent_at=message.sent_at,
        sender_name=message.sender_name,
        sender_email=message.sender_email,
        recipient_name=message.recipient_name,
        recipient_email=message.recipient_email,
        subject=message.subject,
        body=message.body,
        language=message.customer.language,
    )
    return build_mail(content).as_bytes()


def _file_name(name: str) -> str:
    """A name that stays in its folder, wherever the archive is opened."""
    return "".join("-" if one in '/\\:*?"<>|' or not one.isprintable() else one for one in name).lstrip(".")


def _as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str).encode() + b"\n"


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
