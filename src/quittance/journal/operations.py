"""The one verb of the journal: add an entry to the end of a company's chain."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from quittance.journal.models import Chain, Entry

Facts = dict[str, object]


def entry_hash(*, sequence: int, kind: str, data: Facts, actor: str, at: datetime, previous_hash: str) -> str:
    """Return the SHA-256 of an entry and of the hash before it, over one canonical JSON text."""
    text = json.dumps(
        [sequence, kind, data, actor, at.isoformat(timespec="microseconds"), previous_hash],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def start_chain(*, company_id: int) -> None:
    """Make the row that the writers of a new company will lock."""
    Chain.objects.create(company_id=company_id)


def hold(*, company_id: int, unless_past: int | None = None) -> bool:
    """Take the company's turn to write, until the end of the transaction: other writers of this company wait.

    `unless_past`: the position of the journal (`queries.position`) at which the caller read what it decided on.
    False means that somebody wrote since, and that the decision has to be made again.
    """
    position = Chain.objects.select_for_update().values_list("sequence", flat=True).get(company_id=company_id)
    return unless_past is None or position == unless_past


@transaction.atomic
def append(*, company_id: int, kind: str, data: Facts, actor: str, at: datetime) -> Entry:
    """Write one act of the company. Call it last in a verb: it holds the company's chain until the commit."""
    chain = Chain.objects.select_for_update().get(company_id=company_id)
    chain.sequence += 1
    entry = Entry(
        company_id=company_id,
        sequence=chain.sequence,
        kind=kind,
        data=data,
        actor=actor,
        at=at,
        previous_hash=chain.hash,
        hash=entry_hash(
            sequence=chain.sequence, kind=kind, data=data, actor=actor, at=at, previous_hash=chain.hash
        ),
    )
    chain.hash = entry.hash
    entry.save(force_insert=True)
    chain.save(update_fields=["sequence", "hash"])
    return entry
