"""What is done to a file brought in and not yet confirmed. Nothing of it is in the books, so the journal is silent:
what it brings once confirmed is journalled by the verbs that record it, under its name and hash.
"""

from datetime import datetime

from django.db import transaction

from quittance.company.models import Upload
from quittance.journal.operations import hold


class AlreadyConfirmed(Exception):
    """The file was confirmed before: nothing is done a second time."""


def keep_upload(
    *,
    company_id: int,
    person_id: int,
    kind: str,
    name: str,
    sha256: str,
    size: int,
    at: datetime,
    choices: dict[str, object] | None = None,
) -> Upload:
    """Note a file whose bytes wait aside."""
    return Upload.objects.create(
        company_id=company_id,
        person_id=person_id,
        kind=kind,
        name=name[:255],
        sha256=sha256,
        size=size,
        choices=choices or {},
        at=at,
    )


@transaction.atomic
def choose_for_upload(*, company_id: int, upload_id: int, **choices: object) -> None:
    """Note what a person says of a waiting file: its columns, its account."""
    upload = Upload.objects.select_for_update().get(company_id=company_id, pk=upload_id)
    if upload.confirmed_at is None:
        upload.choices |= choices
        upload.save(update_fields=["choices"])


@transaction.atomic
def claim_upload(*, company_id: int, upload_id: int, at: datetime) -> Upload:
    """Confirm a file, once, in the transaction that records it. Refusal: `AlreadyConfirmed`."""
    hold(company_id=company_id)
    waiting = Upload.objects.filter(company_id=company_id, pk=upload_id, confirmed_at__isnull=True)
    if waiting.update(confirmed_at=at) != 1:
        raise AlreadyConfirmed("Ce fichier a déjà été importé, ou mis de côté. Rien n'a été ajouté.")
    return Upload.objects.get(company_id=company_id, pk=upload_id)


def note_result(*, company_id: int, upload_id: int, result: dict[str, object]) -> None:
    """Keep what a confirmed file brought, for its page."""
    Upload.objects.filter(company_id=company_id, pk=upload_id).update(result=result)


@transaction.atomic
def discard_upload(*, company_id: int, upload_id: int) -> str:
    """Forget a waiting file; return its hash where no other upload has the same bytes, else nothing.

    Refusal: `AlreadyConfirmed`.
    """
    hold(company_id=company_id)
    upload = Upload.objects.filter(company_id=company_id, pk=upload_id, confirmed_at__isnull=True).first()
    if upload is None:
        raise AlreadyConfirmed("Ce fichier a déjà été importé : il reste dans l'historique.")
    upload.delete()
    return "" if Upload.objects.filter(sha256=upload.sha256).exists() else upload.sha256
