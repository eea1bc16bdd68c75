"""Bank statements brought in together: looked at as if they were recorded, each after the ones before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.company.operations import declare_bank_account
from quittance.company.queries import bank_accounts
from quittance.company.uploads import AlreadyConfirmed
from quittance.flows.errors import ImportRefused
from quittance.flows.receive_payments import import_statement
from quittance.flows.uploads import Aside, confirm
from quittance.formats.errors import FormatError
from quittance.payments.bank_lines import FilesTold, files_told
from quittance.payments.coverage import Coverage, bank_coverage

if TYPE_CHECKING:
    from quittance.gateways.files import Archive
    from quittance.payments.operations import ImportedStatement

REFUSALS = (FormatError, ImportRefused)


@dataclass(frozen=True, slots=True)
class Look:
    """What one file would bring, or why it cannot be read."""

    aside: Aside
    would: ImportedStatement | None
    refusal: FormatError | ImportRefused | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What several files brought: movements that are new, what became of the credits, and files that were refused."""

    new: int
    told: FilesTold
    refused: tuple[tuple[str, str], ...]  # name of the file, why


def look_at_files(asides: Sequence[Aside], *, actor: str, at: datetime) -> tuple[list[Look], Coverage]:
    """Say what files would bring, and up to when the bank would be known after all of them; record nothing."""
    looks = []
    with transaction.atomic():
        for aside in asides:
            would, refusal = None, None
            try:
                would = import_statement(
                    company=aside.company,
                    data=aside.data,
                    file_name=aside.upload.name,
                    account=aside.account,
                    actor=actor,
                    at=at,
                )
            except REFUSALS as refused:
                refusal = refused
            looks.append(Look(aside, would, refusal))
        coverage = bank_coverage(asides[0].company.pk) if asides else Coverage()
        transaction.set_rollback(True)
    return looks, coverage


def bring_files(
    asides: Sequence[Aside], *, declared: Sequence[str], archive: Archive, actor: str, at: datetime
) -> Brought:
    """Record files, each whole or not at all, and match their movements.

    `declared`: IBAN of accounts that the files make known and where customers pay, as a person says.
    """
    new, refused, hashes = 0, [], []
    for aside in asides:
        try:
            brought = confirm(aside, archive=archive, actor=actor, at=at)
        except (*REFUSALS, AlreadyConfirmed) as refusal:
            refused.append((aside.upload.name, str(refusal)))
            continue
        count = brought["new"]
        assert isinstance(count, int)
        new += count
        hashes.append(aside.upload.sha256)
    company = asides[0].company
    known = {account.iban for account in bank_accounts(company.pk) if not account.declared}
    for iban in declared:
        if iban in known:
            declare_bank_account(company_id=company.pk, iban=iban, bic="", actor=actor, at=at)
    return Brought(new, files_told(company.pk, hashes), tuple(refused))
