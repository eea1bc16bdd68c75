"""Long work that the settings start: the export of everything, the walk along a long journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from quittance.flows.export import export_company
from quittance.gateways.clock import civil_day, instant
from quittance.gateways.files import FolderArchive
from quittance.interfaces.exports import folder_of, place_of
from quittance.journal.queries import BrokenEntry, walk_chain

if TYPE_CHECKING:
    from quittance.company.models import Job
    from quittance.interfaces.jobs import Progress

MOST_TOLD = 10


def export(job: Job, progress: Progress) -> dict[str, object]:
    """Write the archive of a company; the one before it makes room. Written again, it is written over."""
    place = place_of(job.company_id, job.pk)
    exported = export_company(
        company=job.company,
        archive=FolderArchive(settings.ARCHIVE_DIR),
        path=place,
        actor=job.person.actor,
        at=instant(),
        progress=progress,
    )
    for other in folder_of(job.company_id).glob("*.zip"):
        if other != place:
            other.unlink(missing_ok=True)
    return {
        "bytes": exported.size,
        "sha256": exported.sha256,
        "messages": exported.messages,
        "documents": exported.documents,
        "lost": list(exported.lost)[:MOST_TOLD],
    }


def check_journal(job: Job, progress: Progress) -> dict[str, object]:
    """Walk a company's journal from its first entry to its last."""
    report = walk_chain(job.company_id, progress)
    return {"entries": report.entries, "broken": [_told(one) for one in report.broken[:MOST_TOLD]]}


def _told(broken: BrokenEntry) -> str:
    if broken.at is None:
        return f"Des entrées manquent à la fin, à partir de la n° {broken.sequence}."
    day = f"{civil_day(broken.at):%d/%m/%Y}"
    return f"L'entrée n° {broken.sequence}, du {day}, a été modifiée, ou celle d'avant retirée."
