"""From what was decided to what has left: documents composed, then mails handed to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from email.errors import MessageError
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.collection.operations import take_back
from quittance.collection.queries import QueuedReminder, queued_reminder
from quittance.correspondence.operations import (
    claim,
    free_claims_of_the_dead,
    keep_documents,
    note_handing_over,
    note_not_sent,
    note_sent,
)
from quittance.correspondence.queries import documents_to_compose, message_with_documents, queued_message_ids
from quittance.domain.money import french_euros
from quittance.flows.receive_payments import credits_that_may_be_theirs
from quittance.formats.epc_qr import qr_png
from quittance.formats.letters.compose import typeset
from quittance.formats.mail import MailContent, build_mail
from quittance.gateways.files import Archive, DocumentLost, write_whole
from quittance.gateways.mailer import InDoubt, Mailer, Postponed, Refused
from quittance.journal.operations import hold
from quittance.payments.queries import customer_credit_cents, signs_of_new_credits

if TYPE_CHECKING:
    from email.message import EmailMessage

    from quittance.correspondence.models import Attempt, Message

COMPOSED_PER_TRANSACTION = 20
TO_POST = ("formal_notice_b2b", "formal_notice_consumer")  # also written where a person finds and prints them
QR_PIXELS = 4  # a module: sharp on a phone's screen, a few hundred bytes

Progress = Callable[[int, int], None]  # done, of how many


@dataclass(slots=True)
class Delivered:
    """What a run of `send` did. `problems`: a French sentence per message that did not leave."""

    sent: int = 0
    taken_back: int = 0
    postponed: int = 0
    refused: int = 0
    in_doubt: int = 0
    places: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def compose_documents(
    *,
    company_id: int,
    archive: Archive,
    letters: Path,
    actor: str,
    at: datetime,
    progress: Progress | None = None,
) -> int:
    """Compose and archive the documents decided so far, and lay the letters to post in a folder a company.

    Returns how many. Stopped anywhere, it goes on where it was: the same content always gives the same bytes.
    """
    waiting = documents_to_compose(company_id)
    for start in range(0, len(waiting), COMPOSED_PER_TRANSACTION):
        batch = waiting[start : start + COMPOSED_PER_TRANSACTION]
        hashes = {}
        for document in batch:
            pdf = typeset(document.content)
            hashes[document.pk] = archive.put(pdf)
            if document.kind in TO_POST:
                write_whole(letters / document.company.slug / document.name.replace("/", "-"), pdf)
        keep_documents(company_id=company_id, hashes=hashes, actor=actor, at=at)
        if progress is not None:
            progress(start + len(batch), len(waiting))
    return len(waiting)


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What sending needs of the outside: where mails go, where documents lie, who works, and the clock."""

    mailer: Mailer
    archive: Archive
    letters: Path
    worker: str
    is_dead: Callable[[str], bool]
    clock: Callable[[], datetime]
    actor: str


def send(
    *, company_ids: Iterable[int], office: PostOffice, today: date, progress: Progress | None = None
) -> Delivered:
    """Deliver what is queued, each mail once.

    First the claims of workers that died are freed; then each message is claimed, checked (nothing leaves about an
    invoice that was paid, or a customer who was paused, since), handed over, and noted.
    """
    delivered = Delivered()
    for company_id in company_ids:
        free_claims_of_the_dead(
            company_id=company_id, is_dead=office.is_dead, actor=office.actor, at=office.clock()
        )
        # The messages first: what a day's work queues meanwhile may have documents that are not composed yet.
        queued = queued_message_ids(company_id)
        compose_documents(
            company_id=company_id,
            archive=office.archive,
            letters=office.letters,
            actor=office.actor,
            at=office.clock(),
        )
        watch = _Watch(company_id)
        for rank, message_id in enumerate(queued, start=1):
            attempt = _claim_if_still_right(company_id, message_id, watch, office, today, delivered)
            if attempt is not None:
                _hand_over(attempt, office, delivered)
            if progress is not None:
                progress(rank, len(queued))
    office.mailer.close()
    return delivered


def _claim_if_still_right(
    company_id: int,
    message_id: int,
    watch: _Watch,
    office: PostOffice,
    today: date,
    delivered: Delivered,
) -> Attempt | None:
    """Take a message to send it, unless what it says is no longer true: then it is taken back.

    The company's turn is held: no payment can be recorded between the look and the claim.
    """
    with transaction.atomic():
        hold(company_id=company_id)
        reason = _why_no_longer_right(queued_reminder(message_id, today), watch)
        if not reason:
            return claim(message_id=message_id, worker=office.worker, at=office.clock())
        if take_back(
            company_id=company_id, message_id=message_id, reason=reason, actor=office.actor, at=office.clock()
        ):
            delivered.taken_back += 1
            delivered.problems.append(f"Message n° {message_id} retiré avant l'envoi : {reason}.")
    return None


class _Watch:
    """The bank credits that may be customers' own, looked at again whenever the company's journal has moved."""

    def __init__(self, company_id: int) -> None:
        self.company_id = company_id
        self._seen: tuple[int | None, ...] = ()
        self._theirs: dict[int, tuple[int, date]] = {}

    def may_be_theirs(self, customer_id: int) -> tuple[int, date] | None:
        """Return the credit that may be a customer's, if there is one now."""
        signs = signs_of_new_credits()
        if signs != self._seen:
            self._seen, self._theirs = signs, credits_that_may_be_theirs(self.company_id)
        return self._theirs.get(customer_id)

    def credit_cents(self, customer_id: int) -> int:
        """Return the customer's money that is on no invoice now."""
        return customer_credit_cents(self.company_id, customer_id)


def _why_no_longer_right(reminder: QueuedReminder | None, watch: _Watch) -> str:
    """Say why a queued reminder must not leave any more (French clause); empty while it is right.

    It is right while each invoice it speaks of is open by the same amount, the customer's credit is the one that
    it deducts, no unexplained credit may be theirs, and they are under no pause.
    """
    if reminder is None:
        return ""
    if reminder.moved:
        return f"reçu ou modifié depuis : {', '.join(reminder.moved[:5])}"
    if reminder.paused:
        return "client mis en pause depuis"
    if watch.credit_cents(reminder.customer_id) != reminder.credit_cents:
        return "le crédit du client a changé depuis"
    if credit := watch.may_be_theirs(reminder.customer_id):
        cents, booked_on = credit
        return (
            f"un virement de {french_euros(cents)} reçu le {booked_on:%d/%m/%Y} vient peut-être de ce client"
        )
    return ""


def _hand_over(attempt: Attempt, office: PostOffice, delivered: Delivered) -> None:
    message = message_with_documents(attempt.message_id)
    attempt.message = message
    outcome, answer = "", ""
    try:
        answer = office.mailer.deliver(
            _written(message, office), handing_over=lambda: note_handing_over(attempt=attempt)
        )
    except Postponed as postponed:
        outcome, answer = "postponed", str(postponed)
        delivered.postponed += 1
    except Refused as refused:
        outcome, answer = "refused", str(refused)
        delivered.refused += 1
    except InDoubt as doubt:
        outcome, answer = "in_doubt", str(doubt)
        delivered.in_doubt += 1
    if outcome:
        note_not_sent(attempt=attempt, outcome=outcome, answer=answer, actor=office.actor, at=office.clock())
        delivered.problems.append(
            f"{_PROBLEMS[outcome]} ({message.customer.name}, {message.recipient_email}) : {answer}"
        )
        return
    note_sent(attempt=attempt, answer=answer, actor=office.actor, at=office.clock())
    delivered.sent += 1
    delivered.places.append(answer)


_PROBLEMS = {
    "postponed": "Le serveur d'envoi n'a pas pris le message, il repartira à la prochaine remise",
    "refused": "Le serveur d'envoi a refusé le message, corrigez l'adresse",
    "in_doubt": "On ne sait pas si le message est parti, vérifiez puis dites-le avec « quittance send --settle »",
}


def _written(message: Message, office: PostOffice) -> EmailMessage:
    """Write the mail. One that cannot be written holds up no other: `Refused` for its address, `Postponed` while a
    document of it is lost."""
    try:
        return _mail(message, office)
    except DocumentLost as lost:
        raise Postponed(str(lost)) from lost
    except (MessageError, ValueError) as error:
        raise Refused(f"cette adresse ne peut pas recevoir de mail ({error})") from error


def _mail(message: Message, office: PostOffice) -> EmailMessage:
    return build_mail(
        MailContent(
            message_id=message.message_id,
            sent_at=office.clock(),
            sender_name=message.sender_name,
            sender_email=message.sender_email,
            recipient_name=message.recipient_name,
            recipient_email=message.recipient_email,
            subject=message.subject,
            body=message.body,
            language=message.customer.language,
            qr_png=qr_png(message.qr_payload, QR_PIXELS) if message.qr_payload else b"",
            files=[
                (document.name, office.archive.get(document.sha256)) for document in message.documents.all()
            ],
        )
    )
