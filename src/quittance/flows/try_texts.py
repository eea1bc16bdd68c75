"""Trying a text out: as it would be written for a customer, on the screen or in one's own mailbox. Nothing is kept."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from quittance.collection.plan_operations import note_trial
from quittance.collection.plan_queries import VERSIONS
from quittance.customers.queries import customer_of
from quittance.domain.law import RateMissing
from quittance.domain.plans import LETTER, MAIL, plan_texts
from quittance.domain.reminders import Action, Step
from quittance.domain.texts import library
from quittance.domain.texts.filling import MissingFact, NothingOwed
from quittance.domain.texts.known import known_in
from quittance.domain.texts.lint import lint_wording
from quittance.flows.chase import Book
from quittance.flows.letterhead import logo_of
from quittance.flows.reminder_texts import write_text
from quittance.formats.epc_qr import qr_png
from quittance.formats.letters.compose import CannotBeTypeset, typeset
from quittance.formats.mail import MailContent, build_mail
from quittance.gateways.files import DocumentLost
from quittance.gateways.mailer import InDoubt, Postponed, Refused, Rejected
from quittance.payments.coverage import bank_read_on
from quittance.payments.open_debts import Debtor, largest_debtors
from quittance.payments.queries import due_rows

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.correspondence.models import Document
    from quittance.correspondence.operations import DocumentDraft, MessageDraft
    from quittance.customers.models import Customer
    from quittance.domain.texts.library import MessageText, MessageVersion
    from quittance.flows.deliver import PostOffice
    from quittance.flows.sides import CompanySide
    from quittance.payments.queries import DueRow

CHOICES = 40
DAYS_AHEAD = 60
QR_PIXELS = 4


class CannotBeTried(Exception):
    """This text cannot be written for this customer; the text says in French why."""


class TrialNotSent(Exception):
    """The trial did not leave; the text says in French why."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A text as it would be written for a customer."""

    message: MessageDraft
    filled_in: Mapping[str, str]
    documents: tuple[DocumentDraft, ...]
    invoices: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is tried: a version of a text (`wording`: not yet saved), for a customer."""

    text_id: str
    version: str
    customer_id: int
    wording: MessageVersion | None = None


def may_be_tried_on(
    *, company: Company, text_id: str, today: date, in_charge_id: int | None = None
) -> list[Debtor]:
    """Return customers for whom a text can be written: of its kind, with something late (or to come)."""
    is_for = plan_texts()[library.messages()[text_id].family or text_id]
    return largest_debtors(
        company.pk,
        today=today,
        late=not is_for.is_before_due,
        kinds=is_for.audience,
        most=CHOICES,
        in_charge_id=in_charge_id,
    )


def try_text(*, company: Company, attempt: Attempt, today: date, in_charge_id: int | None = None) -> Trial:
    """Write a text as it would leave for a customer today, in the version asked for. Refusal: `CannotBeTried`."""
    customer = customer_of(company.pk, attempt.customer_id, in_charge_id=in_charge_id)
    text = library.messages()[attempt.text_id]
    is_for = plan_texts()[text.family or attempt.text_id]
    _refuse_what_cannot_be_written(text, attempt)
    if customer is None or customer.kind not in is_for.audience:
        raise CannotBeTried("Choisissez un client à qui ce texte peut s'adresser.")
    until_on = today + timedelta(days=DAYS_AHEAD if is_for.is_before_due else -1)
    rows = tuple(
        row
        for row in due_rows(company.pk, until_on=until_on, customer_ids={customer.pk})
        if (row.due_on > today) is is_for.is_before_due
    )
    if not rows:
        late = "à venir" if is_for.is_before_due else "en retard"
        raise CannotBeTried(f"{customer.name} n'a aucune facture {late}. Choisissez un autre client.")
    book = Book(company, {customer.pk}, today, {}, whole=False)
    if customer.pk not in book.contacts:
        raise CannotBeTried(f"{customer.name} n'a aucune adresse de messagerie. Choisissez un autre client.")
    step = Step("essai", 0, LETTER if is_for.is_formal else MAIL, attempt.text_id)
    ours = book.company_side(bank_read_on(company.pk) or today)
    return _written(_with(ours, attempt), book, _as_if(customer, attempt.version), rows, step)


def _with(ours: CompanySide, attempt: Attempt) -> CompanySide:
    """The company's side, the wording that is tried standing among its own."""
    if attempt.wording is None:
        return ours
    own = {**ours.own_texts.get(attempt.text_id, {}), attempt.version: attempt.wording}
    return replace(ours, own_texts={**ours.own_texts, attempt.text_id: own})


def _refuse_what_cannot_be_written(text: MessageText, attempt: Attempt) -> None:
    """A wording that is not kept yet may name what does not exist, or call itself."""
    if attempt.wording is None:
        return
    for finding in lint_wording(text, attempt.version, attempt.wording, known_in(text.text_id)):
        if finding.rule in ("unknown_variable", "misplaced_variable"):
            raise CannotBeTried(finding.say_fr)


def _as_if(customer: Customer, version: str) -> Customer:
    """The customer as one who is written to in this version: a copy, never kept."""
    shown = copy.copy(customer)
    shown.language, shown.address_form = VERSIONS[version]
    return shown


def _written(
    ours: CompanySide, book: Book, customer: Customer, rows: tuple[DueRow, ...], step: Step
) -> Trial:
    debts = book.account(customer.pk, rows).debts
    theirs = book.side(customer, Action(step, debts, debts, 0, ()), rows)
    try:
        rendered, message, documents = write_text(step, ours, theirs)
    except MissingFact as missing:
        name = library.words("missing").sections[""].get(missing.variable, (missing.variable,))[0]
        raise CannotBeTried(f"Pour {customer.name}, il manque : {name}.") from missing
    except NothingOwed as nothing:
        raise CannotBeTried(f"{customer.name} ne doit plus rien une fois ses crédits déduits.") from nothing
    except RateMissing as unknown:
        raise CannotBeTried(str(unknown)) from unknown
    filed = book.invoices_filed(rows)
    return Trial(
        message,
        rendered.variables_used,
        documents,
        tuple(filed[row.invoice_number] for row in rows if row.invoice_number in filed),
    )


def send_trial(
    *,
    company: Company,
    attempt: Attempt,
    to: tuple[str, str],
    office: PostOffice,
    today: date,
    actor: str,
    at: datetime,
    in_charge_id: int | None = None,
) -> None:
    """Send a text, written for a customer, to one of the company's own people (`to`: name, address), as a trial.

    It leaves the way the company's messages leave, is no reminder, and is journalled. Refusals: `CannotBeTried`,
    `TrialNotSent`.
    """
    trial = try_text(company=company, attempt=attempt, today=today, in_charge_id=in_charge_id)
    try:
        files = _files(trial, office)
    except (CannotBeTypeset, DocumentLost) as error:
        raise CannotBeTried(f"Un document ne peut pas être joint : {error}") from error
    message = trial.message
    mail = build_mail(
        MailContent(
            message_id=f"<essai-{message.message_id.removeprefix('<')}",
            sent_at=at,
            sender_name=message.sender_name,
            sender_email=message.sender_email,
            recipient_name=to[0],
            recipient_email=to[1],
            subject=f"[Essai] {message.subject}",
            body=message.body,
            language=VERSIONS[attempt.version][0],
            qr_png=qr_png(message.qr_payload, QR_PIXELS) if message.qr_payload else b"",
            files=files,
        )
    )
    try:
        mailer = office.mailer_of(company.pk)
        try:
            mailer.deliver(mail, handing_over=_nothing)
        finally:
            mailer.close()
    except (Postponed, Refused, Rejected) as error:
        raise TrialNotSent(f"L'essai n'est pas parti : {error}") from error
    except InDoubt as doubt:
        raise TrialNotSent(
            f"On ne sait pas si l'essai est parti ({doubt}). Regardez vos messages."
        ) from doubt
    note_trial(
        company_id=company.pk,
        text_id=attempt.text_id,
        version=attempt.version,
        customer_id=attempt.customer_id,
        to=to[1],
        actor=actor,
        at=at,
    )


def _files(trial: Trial, office: PostOffice) -> list[tuple[str, bytes]]:
    """The documents that would go with the message, composed for this trial alone."""
    composed = [
        (draft.name, typeset(draft.content, logo_of(draft.content, office.archive)))
        for draft in trial.documents
    ]
    return composed + [(document.name, office.archive.get(document.sha256)) for document in trial.invoices]


def _nothing() -> None:
    """A trial that is sent twice does no harm."""
