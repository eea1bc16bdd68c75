"""Reading the journal."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from quittance.domain.invariants import Violation
from quittance.journal.models import Chain, Entry
from quittance.journal.operations import entry_hash

Progress = Callable[[int, int], None]  # done, of how many


def position(company_id: int) -> int:
    """Return the number of the last entry: two equal positions mean that nothing was written in between."""
    return Chain.objects.values_list("sequence", flat=True).get(company_id=company_id)


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """An entry that is not as it was written. `at` is None where the entry itself is gone."""

    sequence: int
    at: datetime | None
    kind: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a walk along the chain found: how many entries, and those that break it, oldest first."""

    entries: int
    broken: tuple[BrokenEntry, ...]


def walk_chain(company_id: int, progress: Progress | None = None) -> ChainReport:
    """Walk a company's chain from its start, and name each entry that was changed, removed or added by hand.

    What is written meanwhile is not looked at: the walk goes to the end as it stood.
    """
    chain = Chain.objects.get(company_id=company_id)
    broken = []
    entries = sequence = 0
    previous = ""
    rows = Entry.objects.filter(company_id=company_id, sequence__lte=chain.sequence).order_by("sequence")
    for entry in rows.iterator(2000):
        entries += 1
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
            broken.append(BrokenEntry(entry.sequence, entry.at, entry.kind))
            sequence = entry.sequence
        previous = entry.hash
        if progress is not None and entries % 500 == 0:
            progress(entries, chain.sequence)
    if (chain.sequence, chain.hash) != (sequence, previous):
        broken.append(BrokenEntry(sequence + 1, None, ""))
    return ChainReport(entries, tuple(broken))


def chain_violations(company_id: int) -> list[Violation]:
    """Walk a company's chain from its start; name each entry that was changed, removed or added by hand."""
    return [
        Violation("journal_chain", "fin du journal", "des entrées manquent à la fin")
        if broken.at is None
        else Violation("journal_chain", f"journal n° {broken.sequence}", "l'entrée a été modifiée ou retirée")
        for broken in walk_chain(company_id).broken
    ]


def entries_of_kind(company_id: int, kind: str) -> list[dict[str, object]]:
    """Return the data of every entry of a kind, oldest first."""
    entries = Entry.objects.filter(company_id=company_id, kind=kind).order_by("sequence")
    return list(entries.values_list("data", flat=True))


def entries(
    company_id: int,
    *,
    kinds: Collection[str] = (),
    actor: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[Entry]:
    """Return a company's entries, newest first: of some kinds, by whom (a part of the name), from and to an instant."""
    found = Entry.objects.filter(company_id=company_id).order_by("-sequence")
    if kinds:
        found = found.filter(kind__in=kinds)
    if actor:
        found = found.filter(actor__icontains=actor)
    if since is not None:
        found = found.filter(at__gte=since)
    if before is not None:
        found = found.filter(at__lt=before)
    return found


def heads(company_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return where the journal of each company ends: (number, hash). Equal heads mean that nothing was written."""
    rows = Chain.objects.filter(company_id__in=company_ids).values_list("company_id", "sequence", "hash")
    return {company_id: (sequence, hash_) for company_id, sequence, hash_ in rows}


def entries_since(
    company_id: int, head: tuple[int, str], *, most: int
) -> list[tuple[str, dict[str, Any]]] | None:
    """Return what was written after a head as (kind, data), oldest first.

    `None` where it is more than `most`, or where the journal never stood there: a backup was restored since.
    """
    sequence, hash_ = head
    entries = Entry.objects.filter(company_id=company_id, sequence__gte=sequence).order_by("sequence")
    rows = list(entries.values_list("kind", "data", "hash")[: most + 2])
    if not rows or rows[0][2] != hash_ or len(rows) > most + 1:
        return None
    return [(kind, data) for kind, data, _ in rows[1:]]


def entry_data(company_id: int, sequence: int, kind: str) -> dict[str, Any] | None:
    """Return what an entry of a kind says, by its number; `None` where there is no such entry."""
    found = Entry.objects.filter(company_id=company_id, sequence=sequence, kind=kind)
    data: dict[str, Any] | None = found.values_list("data", flat=True).first()
    return data


def entries_about(company_id: int, kinds: Sequence[str], reference: str, *, most: int) -> list[Entry]:
    """Return the newest entries of some kinds about one customer (`data.customer`), newest first."""
    return _newest(_of_kinds(company_id, kinds).filter(data__customer=reference), most)


def entries_that_changed(company_id: int, kind: str, reference: str, *, most: int) -> list[Entry]:
    """Return the newest entries of a kind that changed this row (`data.changed`, by reference), newest first."""
    return _newest(_of_kinds(company_id, [kind]).filter(data__changed__has_key=reference), most)


def _of_kinds(company_id: int, kinds: Sequence[str]) -> QuerySet[Entry]:
    """Found by their kind before anything is read in them: what an import says is long."""
    named = Entry.objects.filter(company_id=company_id, kind__in=kinds)
    return Entry.objects.filter(pk__in=named.values("pk"))


def _newest(entries: QuerySet[Entry], most: int) -> list[Entry]:
    return list(entries.order_by("-sequence")[:most])
