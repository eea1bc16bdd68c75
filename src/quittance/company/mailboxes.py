"""The company's own mailbox: how it is reached, and the verbs that change it. Its passwords are sealed."""

from datetime import datetime

from django.db import transaction

from quittance.company.models import Mailbox
from quittance.gateways.mailbox import ImapSettings
from quittance.gateways.mailer import SmtpSettings
from quittance.gateways.sealing import seal, unseal
from quittance.journal.operations import append, hold

PASSWORDS = ("smtp_password", "imap_password")


def mailbox_of(company_id: int) -> Mailbox | None:
    """Return the company's own mailbox, if it has one."""
    return Mailbox.objects.filter(company_id=company_id).first()


def smtp_of(mailbox: Mailbox, *, secret_key: str, local_network: bool) -> SmtpSettings:
    """Return how the company sends. Refusal: `SealBroken`."""
    assert mailbox.smtp_host
    return SmtpSettings(
        mailbox.smtp_host,
        mailbox.smtp_port,
        mailbox.smtp_username,
        unseal(mailbox.smtp_password, secret_key=secret_key, of=_owner(mailbox.company_id)),
        mailbox.smtp_security,
        local_network=local_network,
        password_in_clear=False,
    )


def imap_of(mailbox: Mailbox, *, secret_key: str, local_network: bool) -> ImapSettings:
    """Return how the company's inbox is read. Refusal: `SealBroken`."""
    assert mailbox.imap_host
    return ImapSettings(
        mailbox.imap_host,
        mailbox.imap_port,
        mailbox.imap_username,
        unseal(mailbox.imap_password, secret_key=secret_key, of=_owner(mailbox.company_id)),
        mailbox.imap_security,
        local_network=local_network,
    )


@transaction.atomic
def change_mailbox(
    *, company_id: int, secret_key: str, actor: str, at: datetime, **details: object
) -> Mailbox:
    """Change how the mailbox is reached: columns of `Mailbox`, passwords as they are typed (they are sealed here).

    What an earlier test said no longer counts. The journal tells that a password changed, never the password.
    """
    hold(company_id=company_id)
    sealed = {
        name: seal(str(details[name]), secret_key=secret_key, of=_owner(company_id))
        for name in PASSWORDS
        if name in details
    }
    columns = {**details, **sealed, "tested_at": None, "test_answer": ""}
    mailbox, _ = Mailbox.objects.update_or_create(company_id=company_id, defaults=columns)
    told = {name: value for name, value in details.items() if name not in PASSWORDS}
    append(
        company_id=company_id,
        kind="company.mailbox_changed",
        data={**told, "passwords": sorted(sealed)},
        actor=actor,
        at=at,
    )
    return mailbox


@transaction.atomic
def note_mailbox_tested(*, company_id: int, what: str, answer: str, actor: str, at: datetime) -> None:
    """Note what a test of sending or receiving (`what`: smtp, imap) gave; an empty answer: it passed."""
    hold(company_id=company_id)
    Mailbox.objects.filter(company_id=company_id).update(tested_at=at, test_answer=answer[:500])
    append(
        company_id=company_id,
        kind="company.mailbox_tested",
        data={"what": what, "passed": not answer, "answer": answer[:500]},
        actor=actor,
        at=at,
    )


def _owner(company_id: int) -> str:
    return f"mailbox of company {company_id}"
