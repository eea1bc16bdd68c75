"""The post office of this installation, as its settings make it: the doors that send share it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings

from quittance.flows.deliver import PostOffice
from quittance.flows.mailboxes import mailer_of
from quittance.gateways.clock import instant
from quittance.gateways.files import FolderArchive
from quittance.gateways.mailer import mailer_from_settings
from quittance.gateways.reaching import is_local
from quittance.gateways.workers import is_dead, this_worker


def post_office(actor: str, *, clock: Callable[[], datetime] = instant) -> PostOffice:
    """Return what sending needs. Raises `ValueError`, in French, when QUITTANCE_SMTP_URL cannot be read."""
    installation = partial(mailer_from_settings, settings.SMTP_URL, settings.OUTBOX_DIR)
    installation().close()
    return PostOffice(
        mailer_of=partial(
            mailer_of, otherwise=installation, secret_key=settings.SECRET_KEY, local_network=local_network()
        ),
        archive=FolderArchive(settings.ARCHIVE_DIR),
        letters=settings.LETTERS_DIR,
        worker=this_worker(),
        is_dead=is_dead,
        clock=clock,
        actor=actor,
    )


def local_network() -> bool:
    """Tell whether companies may name mail servers of the local network: of an installation at home, or by setting."""
    return bool(settings.LOCAL_MAIL) or is_local(settings.URL)
