"""What a reminder says: the facts of both sides, put into the message and the letters of the step."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from quittance.correspondence.operations import DocumentDraft, MessageDraft
from quittance.domain.access import NEVER_SIGN
from quittance.domain.identifiers import payment_reference
from quittance.domain.law import legal_interest_rate_bp, semester_of
from quittance.domain.reminders import CALL, Step, deadline_on
from quittance.domain.texts import library
from quittance.domain.texts.facts import (
    AddressForm,
    ClaimFacts,
    CompanyFacts,
    ContactFacts,
    CreditFact,
    CustomerFacts,
    HistoryFacts,
    InvoiceFact,
    LegalRateFacts,
    LetterFacts,
    ListRow,
    MessageFacts,
    PayFacts,
    PublicFacts,
    SenderFacts,
    UnallocatedFact,
)
from quittance.domain.texts.known import speaks_of_penalties
from quittance.domain.texts.library import MessageText
from quittance.domain.texts.render import RenderedMessage, render_text
from quittance.domain.texts.typography import Language
from quittance.flows.letterhead import legal_line, letterhead, postal_address
from quittance.flows.penalty_facts import penalties_of, statement_facts
from quittance.flows.sides import CompanySide, CustomerSide
from quittance.formats.epc_qr import transfer_payload
from quittance.formats.letters.compose import LetterContent, LetterKind, letter_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quittance.company.models import Member
    from quittance.customers.models import Contact, Customer

DAYS_TO_ACT = 7
LONGEST_SUBJECT = 250
LONGEST_NAME = 140
DAYS_TO_ACT_AFTER_NOTICE = 10  # no text fixes one: law.md 7.1; usage of formal notices
CONSEQUENCES = (
    "payment_order",
    "costs",
)  # what any company may do; the others need its plan or terms to say so


def write_reminder(
    step: Step, ours: CompanySide, theirs: CustomerSide
) -> tuple[MessageDraft | None, tuple[DocumentDraft, ...]]:
    """Write the message of a step and its documents; a call has neither.

    Raises `MissingFact` for a fact that a text cannot do without, `RateMissing` for an unknown half-year.
    """
    if step.channel == CALL:
        return None, ()
    _, message, documents = write_text(step, ours, theirs)
    return message, documents


def write_text(
    step: Step, ours: CompanySide, theirs: CustomerSide
) -> tuple[RenderedMessage, MessageDraft, tuple[DocumentDraft, ...]]:
    """Write the message of a step that sends one, with what was filled in. Raises as `write_reminder`."""
    formal = step.channel == "letter"
    contact = _contact(theirs, formal)
    sender = signer(step, theirs.customer, ours.members)
    text = text_of(step, ours, theirs.customer.tone)
    language: Language = "en" if theirs.customer.language == "en" else "fr"
    address_form: AddressForm = "tu" if theirs.customer.address_form == "tu" and not formal else "vous"
    with_penalties = speaks_of_penalties(text)

    @cache
    def said_in(tongue: Language) -> tuple[MessageFacts, Mapping[str, object]]:
        facts = _facts(ours, theirs, sender, contact, formal, tongue, with_penalties=with_penalties)
        return facts, facts.facts()

    facts, by_name = said_in(language)
    written = render_text(text, language, address_form, by_name)
    documents = tuple(
        draft
        for name in _letters_first(written.attach)
        for tongue in _tongues(name, language)
        if (draft := _document(name, ours, theirs, *said_in(tongue), tongue)) is not None
    )
    message = _message(step, ours, theirs, sender, contact, facts, written.subject, written.body)
    return written, message, documents


def signer(step: Step, customer: Customer, members: Sequence[Member]) -> Member:
    """Return who signs: the person in charge of the customer, if their role signs at all; a formal notice is signed by
    the company's own."""
    in_charge = customer.in_charge
    if step.channel == "letter" or in_charge is None or in_charge.role in NEVER_SIGN:
        return members[0]
    return in_charge


def _tongues(name: str, language: Language) -> tuple[Language, ...]:
    """A formal notice is the French letter; whoever is written to in English gets a translation with it."""
    return ("fr", "en") if name.startswith("formal_notice") and language == "en" else (language,)


def text_of(step: Step, ours: CompanySide, tone: str) -> MessageText:
    """Pick the text of a step, in the company's own wording where it has one: a family has one text a tone."""
    family = f"{step.text}_{tone}"
    text_id = family if family in library.messages() else step.text
    return library.with_wordings(library.messages()[text_id], ours.own_texts.get(text_id, {}))


def _contact(theirs: CustomerSide, formal: bool) -> Contact | None:
    """The person to write to; a formal notice goes to the manager where one is known."""
    managers = [contact for contact in theirs.contacts if contact.role == "manager"]
    return next(iter(managers if formal and managers else theirs.contacts), None)


def _facts(
    ours: CompanySide,
    theirs: CustomerSide,
    sender: Member,
    contact: Contact | None,
    formal: bool,
    language: Language,
    *,
    with_penalties: bool,
) -> MessageFacts:
    """Gather the typed facts of a message and of its letters."""
    customer, today = theirs.customer, ours.today
    penalties = penalties_of(ours, theirs, language) if with_penalties else None
    words = _WORDS[language]
    numbers = [row.invoice_number for row in theirs.rows]
    return MessageFacts(
        today=today,
        sender=SenderFacts(name=sender.name, email=sender.email, role=sender.title, phone=sender.phone),
        company=_company_facts(ours),
        customer=_customer_facts(customer),
        contact=_contact_facts(customer, contact),
        pay=PayFacts(
            iban=ours.account.iban,
            # Of several invoices no one number speaks for all: the customer's own reference names whose money it is.
            reference=payment_reference(numbers[0]) if len(numbers) == 1 else customer.reference,
        ),
        rows=(*_invoice_rows(theirs), *_credit_rows(theirs)),
        bank_read_on=ours.bank_read_on,
        deadline_on=deadline_on(today, DAYS_TO_ACT_AFTER_NOTICE if formal else DAYS_TO_ACT),
        history=HistoryFacts(kind="written", on=theirs.last_message_on) if theirs.last_message_on else None,
        claim=ClaimFacts(
            as_of=today,
            ground=_ground(theirs, words),
            reference=f"MED-{customer.reference}-{today:%Y%m%d}",
            order_references=", ".join(
                sorted({row.order_reference for row in theirs.rows if row.order_reference})
            ),
        ),
        penalty=penalties.facts if penalties else None,
        indemnity=penalties.indemnity if penalties else None,
        legal_rate=_legal_rate(customer, today),
        letter=_letter_facts(ours, theirs, contact, language) if formal else None,
        public=PublicFacts(limit_days=theirs.rows[0].term_days or 30) if customer.kind == "public" else None,
        consequences=CONSEQUENCES if formal else (),
        more=statement_facts(
            theirs,
            today,
            penalties,
            language,
            pay_by_on=deadline_on(today, DAYS_TO_ACT_AFTER_NOTICE)
            if formal or customer.kind == "public"
            else None,
        ),
    )


def _company_facts(ours: CompanySide) -> CompanyFacts:
    company = ours.company
    return CompanyFacts(
        name=company.name,
        phone=company.phone,
        legal_line=legal_line(company),
        legal_identity=f"{company.name}, {legal_line(company)}",
        signatory=_signatory(ours),
        mediator=company.mediator,
    )


def _customer_facts(customer: Customer) -> CustomerFacts:
    return CustomerFacts(
        name=customer.name,
        address=postal_address(customer),
        siren=customer.siren,
        reference=customer.reference,
    )


def _invoice_rows(theirs: CustomerSide) -> list[ListRow]:
    rows: list[ListRow] = []
    for row in theirs.rows:
        rows.append(
            InvoiceFact(
                number=row.invoice_number,
                issued_on=row.issued_on,
                due_on=row.due_on,
                open_cents=row.open_cents,
                total_cents=row.total_cents,
                paid_cents=row.allocated_cents,
                paid_on=row.paid_on if row.allocated_cents else None,
                order_reference=row.order_reference,
            )
        )
    return rows


def _credit_rows(theirs: CustomerSide) -> list[ListRow]:
    return [
        CreditFact(number=credit.credit_note, issued_on=credit.on, open_cents=credit.cents)
        if credit.credit_note
        else UnallocatedFact(received_on=credit.on, amount_cents=credit.cents)
        for credit in theirs.credits
    ]


def _contact_facts(customer: Customer, contact: Contact | None) -> ContactFacts | None:
    if contact is None:
        return None
    return ContactFacts(
        civility=contact.civility,
        first_name=contact.first_name,
        last_name=contact.last_name,
        full_name=f"{contact.first_name} {contact.last_name}".strip(),
        email=contact.email,
        warm=customer.tone == "warm",
    )


def _legal_rate(customer: Customer, today: date) -> LegalRateFacts | None:
    if customer.kind != "consumer":
        return None
    return LegalRateFacts(rate_bp=legal_interest_rate_bp(semester_of(today)), semester=today)


def _letter_facts(
    ours: CompanySide, theirs: CustomerSide, contact: Contact | None, language: Language
) -> LetterFacts:
    words = _WORDS[language]
    known = contact.civility if contact and theirs.customer.language == language else ""
    return LetterFacts(
        channel="registered",
        date=ours.today,
        city=ours.company.city,
        channel_line=words["channel_line"],
        salutation=known or words["salutation"],
        signatory=_signatory(ours),
        enclosures=_enclosures(theirs, words),
    )


# What the letters say in words of their own, in each language.
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "channel_line": "Lettre recommandée avec avis de réception",
        "salutation": "Madame, Monsieur",
        "statement": "relevé de pénalités de retard",
        "invoices": "copie des factures",
        "order": "votre commande",
        "orders": "vos commandes",
        "goods": "des livraisons et prestations que chacune détaille",
    },
    "en": {
        "channel_line": "Registered letter with acknowledgement of receipt",
        "salutation": "Dear Sir or Madam",
        "statement": "late-payment interest statement",
        "invoices": "copies of the invoices",
        "order": "your order",
        "orders": "your orders",
        "goods": "deliveries and services that each of them details",
    },
}


def _enclosures(theirs: CustomerSide, words: Mapping[str, str]) -> str:
    """Name what really goes with the letter."""
    enclosures = [] if theirs.customer.kind == "consumer" else [words["statement"]]
    if theirs.invoices_filed:
        enclosures.append(words["invoices"])
    return ", ".join(enclosures)


def _ground(theirs: CustomerSide, words: Mapping[str, str]) -> str:
    """What the debt rests on: the customer's orders where they are known, else what the invoices detail."""
    orders = sorted({row.order_reference for row in theirs.rows if row.order_reference})
    if orders:
        return f"{words['order' if len(orders) == 1 else 'orders']} {', '.join(orders)}"
    subjects = sorted({row.subject for row in theirs.rows if row.subject})
    return ", ".join(subjects) if subjects else words["goods"]


def _signatory(ours: CompanySide) -> str:
    first = ours.members[0]
    return f"{first.name}, {first.title.lower()}" if first.title else first.name


def _letters_first(names: tuple[str, ...]) -> list[str]:
    return sorted(names, key=lambda name: not name.startswith("formal_notice"))


def _document(
    name: str,
    ours: CompanySide,
    theirs: CustomerSide,
    facts: MessageFacts,
    by_name: Mapping[str, object],
    language: Language,
) -> DocumentDraft | None:
    """Write a document of the message; the invoices themselves were sent with their own mail."""
    customer = theirs.customer
    kind = _LETTERS.get((name, customer.kind)) or _LETTERS.get((name, ""))
    if kind is None or (kind == "penalty_statement" and facts.penalty is None):
        return None
    page = letter_page(
        kind,
        LetterContent(
            facts=by_name,
            letterhead=letterhead(ours.company),
            written_on=facts.today,
            language=language,
            qr_payload="" if kind == "penalty_statement" else _qr_payload(ours, theirs, facts),
        ),
    )
    stored = kind if language == "fr" or kind == "penalty_statement" else f"{kind}_translation"
    return DocumentDraft(
        customer.pk, stored, FILE_NAMES[stored].format(customer.reference, facts.today), page
    )


_LETTERS: dict[tuple[str, str], LetterKind] = {
    ("formal_notice.pdf", ""): "formal_notice_b2b",
    ("formal_notice.pdf", "consumer"): "formal_notice_consumer",
    ("formal_notice_consumer.pdf", ""): "formal_notice_consumer",
    ("penalty_statement.pdf", ""): "penalty_statement",
}
FILE_NAMES = {
    "formal_notice_b2b": "mise-en-demeure-{0}-{1:%Y-%m-%d}.pdf",
    "formal_notice_consumer": "mise-en-demeure-{0}-{1:%Y-%m-%d}.pdf",
    "formal_notice_b2b_translation": "formal-notice-translation-{0}-{1:%Y-%m-%d}.pdf",
    "formal_notice_consumer_translation": "formal-notice-translation-{0}-{1:%Y-%m-%d}.pdf",
    "penalty_statement": "releve-de-penalites-{0}-{1:%Y-%m-%d}.pdf",
    "account_statement": "releve-de-compte-{0}-{1:%Y-%m-%d}.pdf",
}


def _message(
    step: Step,
    ours: CompanySide,
    theirs: CustomerSide,
    sender: Member,
    contact: Contact | None,
    facts: MessageFacts,
    subject: str,
    body: str,
) -> MessageDraft:
    assert contact is not None
    return MessageDraft(
        customer_id=theirs.customer.pk,
        message_id=_message_id(step, ours, theirs, sender),
        sender_name=(
            sender.name if sender.name == ours.company.name else f"{sender.name}, {ours.company.name}"
        )[:LONGEST_NAME],
        sender_email=sender.email,
        recipient_name=facts.contact.full_name
        if facts.contact and facts.contact.full_name
        else theirs.customer.name,
        recipient_email=contact.email,
        subject=subject[:LONGEST_SUBJECT],
        body=body,
        qr_payload=_qr_payload(ours, theirs, facts),
    )


def _message_id(step: Step, ours: CompanySide, theirs: CustomerSide, sender: Member) -> str:
    """Name a mail: its beginning says what it is, for whoever looks into the outbox; its end makes it unique."""
    words = f"{ours.today:%Y-%m-%d}-{step.code}-{theirs.customer.reference}"
    safe = "".join(
        letter if (letter.isascii() and letter.isalnum()) or letter in "-+_" else "-" for letter in words
    )
    return f"<{safe}.{uuid.uuid4().hex[:12]}@{sender.email.rpartition('@')[2]}>"


def _qr_payload(ours: CompanySide, theirs: CustomerSide, facts: MessageFacts) -> str:
    """The transfer to make: the sum asked, with the invoice numbers as its words (peers put them in the wrong
    field, and their customers' payments cannot be recognised). A formal notice asks for the penalties too."""
    cents = sum(row.open_cents for row in theirs.rows) - sum(credit.cents for credit in theirs.credits)
    if facts.letter is not None and facts.penalty is not None and facts.indemnity is not None:
        cents += facts.penalty.amount_cents + facts.indemnity.amount_cents
    words = " ".join(row.invoice_number for row in theirs.rows)
    if len(words) > 140:
        words = f"{theirs.rows[0].invoice_number} et suivantes, {theirs.customer.reference}"
    return transfer_payload(
        name=ours.company.name[:70],
        iban=ours.account.iban,
        amount_cents=cents,
        text=words[:140],
        bic=ours.account.bic,
    )
