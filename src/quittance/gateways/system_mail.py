"""Mails of the installation itself (invitations, forgotten passwords), by the same road as the others."""

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage as Mail
from email.policy import SMTP

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from quittance.gateways.mailer import mailer_from_settings


class Backend(BaseEmailBackend):
    """Django's door to `gateways.mailer`: the server of the settings, else the outbox folder."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Deliver mails one after another; return how many left. Raises what the mailer raises."""
        mailer = mailer_from_settings(settings.SMTP_URL, settings.OUTBOX_DIR)
        try:
            for mail in email_messages:
                mailer.deliver(_as_mail(mail), handing_over=_nothing)
        finally:
            mailer.close()
        return len(email_messages)


def _nothing() -> None:
    """An invitation that is sent twice does no harm: nobody waits for the instant of doubt."""


def _as_mail(mail: EmailMessage) -> Mail:
    """Django writes the older kind of mail object; the mailer reads addresses from the newer one."""
    return message_from_bytes(mail.message().as_bytes(), _class=Mail, policy=SMTP)
