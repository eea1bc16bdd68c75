"""From what was decided to what has left: documents composed, then mails handed to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.collection.operations import owe_again, take_back
from quittance.collection.queries import queued_reminder
from quittance.correspondence.operations import (
    ClaimLost,
    claim,
    free_claims_of_the_dead,
    note_handing_over,
    note_not_sent,
    note_sent,
    settle_doubt,
)
from quittance.correspondence.queries import (
    has_uncomposed_documents,
    message_with_documents,
    queued_message_ids,
)
from quittance.flows.compose import Progress, compose_documents, lay_to_post
from quittance.flows.still_right import Watch, must_wait, why_no_longer_right
from quittance.formats.epc_qr import qr_png
from quittance.formats.mail import MailContent, build_mail
from quittance.gateways.files import Archive, DocumentLost
from quittance.gateways.mailer import InDoubt, Mailer, Postponed, Refused, Rejected, Unreachable
from quittance.journal.operations import hold

if TYPE_CHECKING:
    from email.message import EmailMessage

    from quittance.correspondence.models import Attempt, Message

QR_PIXELS = 4  # a module: sharp on a phone's screen, a few hundred bytes


@dataclass(slots=True)
class Delivered:
    """What a run of `send` did. `problems`: a French sentence per message that did not leave."""

    sent: int = 0
    taken_back: int = 0
    postponed: int = 0
    refused: int = 0
    in_doubt: int = 0
    waiting: int = 0  # for a working day, or for a document
    letters: int = 0  # to print and post
    places: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What sending needs of the outside: where mails go, where documents lie, who works, and the clock.

    `mailer_of` gives the mailer of a company by its id, used for one run over its messages and then closed.
    """

    mailer_of: Callable[[int], Mailer]
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

    First the claims of workers that died are freed; then each message is looked at a last time (nothing leaves about
    an invoice that was paid, or a customer who was paused, since), claimed, handed over, and noted.
    """
    delivered = Delivered()
    for company_id in company_ids:
        free_claims_of_the_dead(
            company_id=company_id, is_dead=office.is_dead, actor=office.actor, at=office.clock()
        )
        # The messages first: what a day's work queues meanwhile may have documents that are not composed yet.
        queued = queued_message_ids(company_id, leaving_by=office.clock())
        _, problems = compose_documents(
            company_id=company_id, archive=office.archive, actor=office.actor, at=office.clock()
        )
        delivered.problems += problems
        if queued:
            _deliver_all(company_id, queued, office, today, delivered, progress)
    return delivered


def _deliver_all(
    company_id: int,
    queued: Sequence[int],
    office: PostOffice,
    today: date,
    delivered: Delivered,
    progress: Progress | None,
) -> None:
    """Deliver the messages of one company over one connection; where nobody answers, the others are not even tried."""
    try:
        mailer = office.mailer_of(company_id)
    except Unreachable as closed:
        delivered.postponed += len(queued)
        delivered.problems.append(str(closed))
        return
    watch = Watch(company_id)
    try:
        for rank, message_id in enumerate(queued, start=1):
            attempt = _claim_if_still_right(message_id, watch, office, today, delivered)
            if attempt is not None and not _hand_over(attempt, mailer, office, delivered):
                delivered.postponed += len(queued) - rank
                return
            if progress is not None:
                progress(rank, len(queued))
    finally:
        mailer.close()


def _claim_if_still_right(
    message_id: int, watch: Watch, office: PostOffice, today: date, delivered: Delivered
) -> Attempt | None:
    """Take a message to send it, unless what it says is no longer true: then it is taken back.

    The company's turn is held: no payment can be recorded between the look and the claim.
    """
    while True:
        watch.refresh()
        with transaction.atomic():
            hold(company_id=watch.company_id)
            if not watch.is_current():
                continue
            reminder = queued_reminder(message_id, today)
            if must_wait(reminder, today) or has_uncomposed_documents(message_id):
                delivered.waiting += 1
                return None
            reason = why_no_longer_right(reminder, watch, today)
            if not reason:
                return claim(message_id=message_id, worker=office.worker, at=office.clock())
            if take_back(
                company_id=watch.company_id,
                message_id=message_id,
                reason=reason,
                actor=office.actor,
                at=office.clock(),
            ):
                delivered.taken_back += 1
                delivered.problems.append(f"Message n° {message_id} retiré avant l'envoi : {reason}.")
            return None


def _hand_over(attempt: Attempt, mailer: Mailer, office: PostOffice, delivered: Delivered) -> bool:
    """Deliver one claimed message and note what became of it; false when no other would pass now."""
    message = message_with_documents(attempt.message_id)
    attempt.message = message
    try:
        answer = mailer.deliver(
            _written(message, office), handing_over=lambda: note_handing_over(attempt=attempt)
        )
    except ClaimLost:
        return True  # another worker took it over: whatever becomes of it is theirs to note
    except Postponed as postponed:
        delivered.postponed += 1
        _note_failure(attempt, "postponed", str(postponed), office, delivered)
        return not isinstance(postponed, Unreachable)
    except Refused as refused:
        delivered.refused += 1
        _note_failure(attempt, "refused", str(refused), office, delivered)
    except Rejected as rejected:
        delivered.refused += 1
        _note_failure(attempt, "rejected", str(rejected), office, delivered)
    except InDoubt as doubt:
        delivered.in_doubt += 1
        _note_failure(attempt, "in_doubt", str(doubt), office, delivered)
    else:
        delivered.letters += _lay_letters(message, office)
        note_sent(attempt=attempt, answer=answer, actor=office.actor, at=office.clock())
        delivered.sent += 1
        delivered.places.append(answer)
    return True


def _note_failure(
    attempt: Attempt, outcome: str, answer: str, office: PostOffice, delivered: Delivered
) -> None:
    """Note that a message did not leave; a refused or rejected one leaves its step owed, once the cause is mended."""
    message = attempt.message
    with transaction.atomic():
        note_not_sent(attempt=attempt, outcome=outcome, answer=answer, actor=office.actor, at=office.clock())
        if outcome in ("refused", "rejected"):
            owe_again(company_id=message.company_id, message_id=message.pk, at=office.clock())
    delivered.problems.append(
        f"{_PROBLEMS[outcome]} ({message.customer.name}, {message.recipient_email}) : {answer}"
    )


def _lay_letters(message: Message, office: PostOffice) -> int:
    """Lay the letters of a message that left; return how many there are to post."""
    return sum(lay_to_post(document, office.archive, office.letters) for document in message.documents.all())


def settle(*, company_id: int, message_id: int, it_left: bool, office: PostOffice) -> None:
    """A person says whether a message in doubt had left: its letters are laid, or it is queued again. Refusal:
    `NotInDoubt`."""
    settle_doubt(
        company_id=company_id, message_id=message_id, it_left=it_left, actor=office.actor, at=office.clock()
    )
    if it_left:
        _lay_letters(message_with_documents(message_id), office)


_PROBLEMS = {
    "postponed": "Le serveur d'envoi n'a pas pris le message, il repartira à la prochaine remise",
    "refused": "Le serveur d'envoi refuse cette adresse, corrigez-la",
    "rejected": "Le serveur d'envoi rejette ce message, il sera décidé à nouveau quand vous aurez corrigé la cause",
    "in_doubt": "On ne sait pas si le message est parti, vérifiez puis dites-le avec « quittance send --settle »",
}


def _written(message: Message, office: PostOffice) -> EmailMessage:
    """Write the mail. One that cannot be written holds up no other: `Refused` for its address, `Rejected` for what else
    of it no mail can say, `Postponed` while a document of it is lost."""
    try:
        Address(addr_spec=message.recipient_email)
    except (MessageError, ValueError) as error:
        raise Refused(f"cette adresse ne peut pas recevoir de mail ({error})") from error
    try:
        return _mail(message, office)
    except DocumentLost as lost:
        raise Postponed(str(lost)) from lost
    except (MessageError, ValueError) as error:
        raise Rejected(f"ce message ne peut pas être écrit ({error})") from error


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
