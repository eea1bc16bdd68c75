"""The import of a file that is too large for a page to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from quittance.company.queries import upload_of
from quittance.company.uploads import AlreadyConfirmed
from quittance.flows.uploads import REFUSALS, Aside, confirm, in_sentences
from quittance.gateways.clock import instant
from quittance.gateways.files import DocumentLost, FolderArchive
from quittance.interfaces.jobs import JobRefused

if TYPE_CHECKING:
    from quittance.company.models import Job
    from quittance.interfaces.jobs import Progress


def import_upload(job: Job, progress: Progress) -> dict[str, object]:
    """Record what is right in a file that was confirmed, in one transaction; a file recorded before stays as it is."""
    upload = upload_of(job.company_id, job.person_id, int(job.facts["upload"]))
    if upload is None:
        raise JobRefused("Ce fichier a été oublié entre-temps. Rien n'a été enregistré.")
    try:
        data = FolderArchive(settings.UPLOADS_DIR).get(upload.sha256)
        confirm(
            Aside(job.company, upload, data),
            archive=FolderArchive(settings.ARCHIVE_DIR),
            actor=job.person.actor,
            at=instant(),
        )
    except AlreadyConfirmed:
        return {"next": job.facts["next"]}
    except (*REFUSALS, DocumentLost) as refusal:
        raise JobRefused(" ".join(in_sentences(refusal)[:3])) from refusal
    return {"next": job.facts["next"]}
