"""The post office of this installation, as its settings make it: the doors that send share it."""

from django.conf import settings

from quittance.flows.deliver import PostOffice
from quittance.gateways.clock import instant
from quittance.gateways.files import FolderArchive
from quittance.gateways.mailer import mailer_from_settings
from quittance.gateways.workers import is_dead, this_worker


def post_office(actor: str) -> PostOffice:
    """Return what sending needs. Raises `ValueError`, in French, when QUITTANCE_SMTP_URL cannot be read."""
    return PostOffice(
        mailer=mailer_from_settings(settings.SMTP_URL, settings.OUTBOX_DIR),
        archive=FolderArchive(settings.ARCHIVE_DIR),
        letters=settings.LETTERS_DIR,
        worker=this_worker(),
        is_dead=is_dead,
        clock=instant,
        actor=actor,
    )
