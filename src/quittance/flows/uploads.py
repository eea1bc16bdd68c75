"""From a file brought in by a browser to the books: looked at as often as one likes, recorded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.company.uploads import AlreadyConfirmed, claim_upload, discard_upload, note_result
from quittance.flows.errors import ImportRefused
from quittance.flows.onboard import ImportedInvoices, import_invoices
from quittance.flows.onboard_fec import ImportedFec, import_fec
from quittance.flows.preview_import import (
    CustomersFound,
    InvoicesFound,
    record_sorted_customers,
    record_sorted_invoices,
    sort_customers,
    sort_invoices,
)
from quittance.flows.receive_payments import import_statement, match
from quittance.formats.errors import FormatError
from quittance.formats.facturx.reader import is_einvoice
from quittance.payments.operations import ImportedStatement
from quittance.sales.operations import InvoiceDiffers

if TYPE_CHECKING:
    from quittance.company.models import Company, Upload
    from quittance.gateways.files import Archive, FolderArchive

# What recording a file may refuse; each is a French sentence for the person.
REFUSALS = (FormatError, ImportRefused, InvoiceDiffers, AlreadyConfirmed)
MOST_TOLD = 50  # findings of a file that are kept for its page
Brought = dict[str, object]


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that waits: whose, of what kind, its bytes, and what was chosen for it."""

    company: Company
    upload: Upload
    data: bytes

    @property
    def columns(self) -> dict[int, str] | None:
        """The field of each column, by its place, where a person chose them."""
        chosen = self.upload.choices.get("columns")
        return None if chosen is None else {int(place): field for place, field in chosen.items()}

    @property
    def account(self) -> str:
        """The account that a person named for a statement."""
        return str(self.upload.choices.get("account", ""))

    @property
    def is_table(self) -> bool:
        """Whether its rows can be sorted one by one: customers, and invoices that are no electronic one."""
        return self.upload.kind == "customers" or (
            self.upload.kind == "invoices" and not is_einvoice(self.data)
        )


Look = CustomersFound | InvoicesFound | ImportedInvoices | ImportedFec | ImportedStatement


def look_at(aside: Aside, *, archive: Archive, actor: str, at: datetime) -> Look:
    """Say what a file would bring: rows sorted for a table, a dry run for the rest. Refusals: `REFUSALS`."""
    company, name = aside.company, aside.upload.name
    if aside.is_table:
        sort = sort_customers if aside.upload.kind == "customers" else sort_invoices
        return sort(company, aside.data, file_name=name, chosen=aside.columns)
    return _whole(aside, archive=archive, actor=actor, at=at, dry_run=True)


def confirm(aside: Aside, *, archive: Archive, actor: str, at: datetime) -> Brought:
    """Record what is right in a file, and that it is done, in one transaction; return what it brought.

    The movements of a statement are matched at once. Refusals: `REFUSALS`.
    """
    with transaction.atomic():
        claim_upload(company_id=aside.company.pk, upload_id=aside.upload.pk, at=at)
        brought = _record(aside, archive=archive, actor=actor, at=at)
        note_result(company_id=aside.company.pk, upload_id=aside.upload.pk, result=brought)
    if aside.upload.kind == "statement":
        matched = match(company=aside.company, actor=actor, at=at)
        brought |= {"matched": matched.allocated, "proposed": matched.proposed}
        note_result(company_id=aside.company.pk, upload_id=aside.upload.pk, result=brought)
    return brought


def in_sentences(refusal: Exception) -> list[str]:
    """Write each thing that is wrong with a file as a French sentence."""
    problems = refusal.problems if isinstance(refusal, FormatError) else (refusal,)
    clauses = [str(problem) for problem in problems]
    return [f"{clause[:1].upper()}{clause[1:].rstrip('.')}." for clause in clauses]


def discard(aside_upload: Upload, *, uploads: FolderArchive) -> None:
    """Forget a file that waits, and its bytes. Refusal: `AlreadyConfirmed`."""
    sha256 = discard_upload(company_id=aside_upload.company_id, upload_id=aside_upload.pk)
    if sha256:
        uploads.forget(sha256)


def _record(aside: Aside, *, archive: Archive, actor: str, at: datetime) -> Brought:
    if not aside.is_table:
        return _plain(_whole(aside, archive=archive, actor=actor, at=at, dry_run=False))
    record: Callable[..., tuple[object, int]] = (
        record_sorted_customers if aside.upload.kind == "customers" else record_sorted_invoices
    )
    imported, left_out = record(
        aside.company,
        aside.data,
        file_name=aside.upload.name,
        chosen=aside.columns,
        actor=actor,
        at=at,
    )
    return _plain(imported) | {"left_out": left_out}


def _whole(
    aside: Aside, *, archive: Archive, actor: str, at: datetime, dry_run: bool
) -> ImportedInvoices | ImportedFec | ImportedStatement:
    """Record a file that is read whole or refused whole."""
    company, data, name = aside.company, aside.data, aside.upload.name
    if aside.upload.kind == "invoices":
        return import_invoices(
            company=company, data=data, lines=None, file_name=name, archive=archive, actor=actor, at=at, dry_run=dry_run
        )  # fmt: skip
    if aside.upload.kind == "fec":
        return import_fec(company=company, data=data, file_name=name, actor=actor, at=at, dry_run=dry_run)
    return import_statement(
        company=company, data=data, file_name=name, account=aside.account, actor=actor, at=at, dry_run=dry_run
    )


def _plain(imported: object) -> Brought:
    """Write what came as JSON keeps it: numbers and short texts."""
    facts = asdict(imported)  # type: ignore[call-overload]
    return {name: _as_json(value) for name, value in facts.items() if name not in ("statements", "gap")}


def _as_json(value: object) -> object:
    if isinstance(value, tuple):
        return [str(one) for one in value[:MOST_TOLD]]
    return value if isinstance(value, int | str | None) else str(value)
