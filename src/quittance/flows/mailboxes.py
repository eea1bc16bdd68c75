"""Sending through the company's own mailbox, and trying it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import make_msgid
from typing import TYPE_CHECKING

from quittance.company.mailboxes import imap_of, mailbox_of, note_mailbox_tested, smtp_of
from quittance.formats.mail import MailContent, build_mail
from quittance.gateways.mailbox import InboxClosed, count_inbox
from quittance.gateways.mailer import InDoubt, Mailer, Postponed, Refused, Rejected, SmtpMailer, Unreachable
from quittance.gateways.sealing import SealBroken

if TYPE_CHECKING:
    from quittance.company.models import Company, Mailbox

SECONDS_OF_A_TRIAL = 15


class TrialFailed(Exception):
    """The mailbox does not work; the text says in French why, and what to do."""


class NoMailbox(LookupError):
    """The company has no server for this."""


def mailer_of(
    company_id: int, *, otherwise: Callable[[], Mailer], secret_key: str, local_network: bool
) -> Mailer:
    """Return what a company sends with: its own server, else the installation's.

    Raises `Unreachable` when its password no longer opens: its messages wait.
    """
    mailbox = mailbox_of(company_id)
    if mailbox is None or not mailbox.smtp_host:
        return otherwise()
    try:
        return SmtpMailer(smtp_of(mailbox, secret_key=secret_key, local_network=local_network))
    except SealBroken as broken:
        raise Unreachable(f"Messagerie {mailbox.smtp_username or mailbox.smtp_host} : {broken}") from broken


def try_sending(
    *,
    company: Company,
    to: str,
    subject: str,
    body: str,
    secret_key: str,
    local_network: bool,
    actor: str,
    at: datetime,
) -> None:
    """Send a mail to oneself through the company's server and note the outcome.

    Refusals: `NoMailbox`, `TrialFailed`.
    """
    mailbox = _theirs(company)
    if not mailbox.smtp_host:
        raise NoMailbox("Indiquez d'abord un serveur d'envoi.")

    def attempt() -> None:
        settings = smtp_of(mailbox, secret_key=secret_key, local_network=local_network)
        sender = company.email or mailbox.smtp_username
        mail = build_mail(
            MailContent(
                make_msgid(domain="quittance.invalid"), at, company.name, sender, "", to, subject, body
            )
        )
        mailer = SmtpMailer(settings, seconds=SECONDS_OF_A_TRIAL)
        try:
            mailer.deliver(mail, handing_over=_nothing)
        finally:
            mailer.close()

    _note(company, "smtp", attempt, actor, at)


def try_receiving(*, company: Company, secret_key: str, local_network: bool, actor: str, at: datetime) -> int:
    """Open the company's inbox, note the outcome, and return how many messages it holds. Refusals: `NoMailbox`,
    `TrialFailed`."""
    mailbox = _theirs(company)
    if not mailbox.imap_host:
        raise NoMailbox("Indiquez d'abord un serveur de réception.")
    counted: list[int] = []

    def attempt() -> None:
        settings = imap_of(mailbox, secret_key=secret_key, local_network=local_network)
        counted.append(count_inbox(settings, seconds=SECONDS_OF_A_TRIAL))

    _note(company, "imap", attempt, actor, at)
    return counted[0]


def _note(company: Company, what: str, attempt: Callable[[], None], actor: str, at: datetime) -> None:
    """Try, outside of any transaction, and note what came of it."""
    failure = ""
    try:
        attempt()
    except (SealBroken, Postponed, InboxClosed) as error:
        failure = str(error)
    except Refused as error:
        failure = f"le serveur refuse votre adresse : {error}"
    except Rejected as error:
        failure = (
            f"le serveur refuse ce message : {error}. L'adresse de la société doit le plus souvent être celle de la "
            "messagerie."
        )
    except InDoubt as error:
        failure = f"le serveur n'a pas confirmé ({error}) : regardez si l'essai est arrivé."
    note_mailbox_tested(company_id=company.pk, what=what, answer=failure, actor=actor, at=at)
    if failure:
        raise TrialFailed(failure[:1].upper() + failure[1:])


def _theirs(company: Company) -> Mailbox:
    mailbox = mailbox_of(company.pk)
    if mailbox is None:
        raise NoMailbox("Indiquez d'abord les serveurs de votre messagerie.")
    return mailbox


def _nothing() -> None:
    """A trial that is sent twice does no harm: nobody waits for the instant of doubt."""
