"""Reading the journal."""

from collections.abc import Collection, Sequence
from datetime import UTC
from typing import Any

from quittance.domain.invariants import Violation
from quittance.journal.models import Chain, Entry
from quittance.journal.operations import entry_hash


def position(company_id: int) -> int:
    """Return the number of the last entry: two equal positions mean that nothing was written in between."""
    return Chain.objects.values_list("sequence", flat=True).get(company_id=company_id)


def mark(company_id: int) -> str:
    """Return what changes with every act of a company, and with nothing else: two equal marks, the same books."""
    return Chain.objects.values_list("hash", flat=True).get(company_id=company_id)


def heads(company_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return where the journal of each company ends: (number, hash). Equal heads mean that nothing was written."""
    rows = Chain.objects.filter(company_id__in=company_ids).values_list("company_id", "sequence", "hash")
    return {company_id: (sequence, hash_) for company_id, sequence, hash_ in rows}


def entries_since(company_id: int, sequence: int, *, most: int) -> list[tuple[str, dict[str, object]]] | None:
    """Return the entries after a number as (kind, data), oldest first; `None` where there are more than `most`."""
    entries = Entry.objects.filter(company_id=company_id, sequence__gt=sequence).order_by("sequence")
    rows = list(entries.values_list("kind", "data")[: most + 1])
    return rows if len(rows) <= most else None


def chain_violations(company_id: int) -> list[Violation]:
    """Walk a company's chain from its start; name each entry that was changed, removed or added by hand."""
    violations = []
    sequence, previous = 0, ""
    for entry in Entry.objects.filter(company_id=company_id).order_by("sequence").iterator(2000):
        sequence += 1
        expected = entry_hash(
            sequence=sequence,
            kind=entry.kind,
            data=entry.data,
            actor=entry.actor,
            at=entry.at.astimezone(UTC),
            previous_hash=previous,
        )
        if entry.sequence != sequence or entry.previous_hash != previous or entry.hash != expected:
            violations.append(
                Violation(
                    "journal_chain", f"journal n° {entry.sequence}", "l'entrée a été modifiée ou retirée"
                )
            )
            sequence = entry.sequence
        previous = entry.hash
    chain = Chain.objects.get(company_id=company_id)
    if (chain.sequence, chain.hash) != (sequence, previous):
        violations.append(Violation("journal_chain", "fin du journal", "des entrées manquent à la fin"))
    return violations


def entries_of_kind(company_id: int, kind: str) -> list[dict[str, object]]:
    """Return the data of every entry of a kind, oldest first."""
    entries = Entry.objects.filter(company_id=company_id, kind=kind).order_by("sequence")
    return list(entries.values_list("data", flat=True))


def entry_data(company_id: int, sequence: int, kind: str) -> dict[str, Any] | None:
    """Return what an entry of a kind says, by its number; `None` where there is no such entry."""
    found = Entry.objects.filter(company_id=company_id, sequence=sequence, kind=kind)
    data: dict[str, Any] | None = found.values_list("data", flat=True).first()
    return data


def entries_about(company_id: int, kinds: Sequence[str], reference: str, *, most: int) -> list[Entry]:
    """Return the newest entries of some kinds about one customer (`data.customer`), newest first."""
    entries = Entry.objects.filter(company_id=company_id, kind__in=kinds, data__customer=reference)
    return list(entries.order_by("-sequence")[:most])


def entries_that_changed(company_id: int, kind: str, reference: str, *, most: int) -> list[Entry]:
    """Return the newest entries of a kind that changed this row (`data.changed`, by reference), newest first."""
    entries = Entry.objects.filter(company_id=company_id, kind=kind, data__changed__has_key=reference)
    return list(entries.order_by("-sequence")[:most])
