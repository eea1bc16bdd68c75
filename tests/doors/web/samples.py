"""For each argument of an address, something that it names: of the customer of whom `sales` is in charge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from cast import TARDIF
from doors.web.house import FRIDAY, NOW, House
from quittance.collection.models import Dispute, OwnText, Promise, Reminder
from quittance.company.membership import Place, invite
from quittance.company.models import BankAccount, Invitation, Job, Mandate, SavedView, Upload
from quittance.correspondence.models import Document, Message
from quittance.customers.models import Contact, Customer, Note
from quittance.interfaces.web.uploads import aside_archive
from quittance.payments.models import BankLine
from quittance.sales.models import Invoice

Sample = Callable[[House], object]


def theirs(house: House) -> Customer:
    """The customer of whom `sales` is in charge, and `other_sales` is not."""
    return house.customer(TARDIF.reference)


def _invitation(house: House) -> tuple[Invitation, str]:
    return invite(
        company_id=house.company.pk,
        email="new@house.example",
        name="",
        place=Place("reader"),
        actor=house.owner.actor,
        at=datetime.now(UTC),
    )


def _note(house: House, removed_at: datetime | None) -> int:
    customer = theirs(house)
    return Note.objects.create(
        company=house.company,
        customer=customer,
        text="Rappeler lundi.",
        actor="X",
        at=NOW,
        removed_at=removed_at,
    ).pk


def _document(house: House, hidden_at: datetime | None) -> int:
    return Document.objects.create(
        company=house.company,
        customer=theirs(house),
        kind="brought",
        name="bon.pdf",
        content={"by": "X"},
        sha256="0" * 64,
        created_at=NOW,
        hidden_at=hidden_at,
    ).pk


def _message(house: House, state: str = "queued") -> Message:
    return Message.objects.create(
        company=house.company,
        customer=theirs(house),
        message_id=f"<{state}@morel.example>",
        sender_name="Morel",
        sender_email="morel@morel.example",
        recipient_email="compta@tardif.example",
        subject="Rappel",
        body="Bonjour,",
        state=state,
        queued_at=NOW,
    )


def _reminder(house: House) -> int:
    return Reminder.objects.create(
        company=house.company,
        customer=theirs(house),
        step="J+10",
        channel="mail",
        decided_on=FRIDAY,
        amount_cents=100,
        reasons=[],
        message=_message(house),
        actor="X",
        at=NOW,
    ).pk


def _promise(house: House) -> int:
    return Promise.objects.create(
        company=house.company, customer=theirs(house), amount_cents=100, promised_on=FRIDAY, actor="X", at=NOW
    ).pk


def _dispute(house: House) -> int:
    return Dispute.objects.create(
        company=house.company,
        customer=theirs(house),
        category="price",
        answer_by_on=FRIDAY,
        opened_by="X",
        opened_at=NOW,
    ).pk


def _upload(house: House) -> int:
    data = b"Nom;SIREN\nMenuiserie Neuve;\n"
    return Upload.objects.create(
        company=house.company,
        person=house.owner,
        kind="customers",
        name="clients.csv",
        sha256=aside_archive().put(data),
        size=len(data),
        at=NOW,
    ).pk


def _job(house: House) -> int:
    return Job.objects.create(
        company=house.company, person=house.owner, kind="export", at=NOW, finished_at=NOW
    ).pk


def _own_text(house: House) -> int:
    return OwnText.objects.create(
        company=house.company,
        text="reminder_2",
        language="fr",
        address_form="vous",
        subject="Rappel",
        body="Bonjour,",
        actor="X",
        at=NOW,
        replaced_at=NOW,
    ).pk


def _view(house: House) -> int:
    return SavedView.objects.create(
        person=house.owner, company=house.company, page="invoices", name="Retards", query="state=late"
    ).pk


# By the name of the argument; « name-of-the-address argument » comes first.
SAMPLES: dict[str, Sample] = {
    "slug": lambda house: house.company.slug,
    "customer_id": lambda house: theirs(house).pk,
    "invoice_id": lambda house: Invoice.objects.get(company=house.company, number="F-101").pk,
    "contact_id": lambda house: Contact.objects.filter(customer=theirs(house)).first().pk,
    "note_id": lambda house: _note(house, None),
    "customer-note-restore note_id": lambda house: _note(house, NOW),
    "document_id": lambda house: _document(house, None),
    "customer-document-show document_id": lambda house: _document(house, NOW),
    "message_id": lambda house: _message(house).pk,
    "reminders-settle message_id": lambda house: _message(house, "in_doubt").pk,
    "reminder_id": _reminder,
    "promise_id": _promise,
    "dispute_id": _dispute,
    "line_id": lambda house: BankLine.objects.filter(company=house.company, waits=True).first().pk,
    "account_id": lambda house: BankAccount.objects.filter(company=house.company).first().pk,
    "upload_id": _upload,
    "job_id": _job,
    "view_id": _view,
    "own_text_id": _own_text,
    "text_id": lambda house: "reminder_2",
    "kind": lambda house: "b2b",
    "entry": lambda house: 1,
    "on": lambda house: FRIDAY.isoformat(),
    "rank": lambda house: 0,
    "file_format": lambda house: "csv",
    "member_id": lambda house: house.member("assistant").pk,
    "mandate_id": lambda house: Mandate.objects.get(member=house.member("assistant")).pk,
    "invitation_id": lambda house: _invitation(house)[0].pk,
    "token": lambda house: _invitation(house)[1],
    "key": lambda house: "abc",
    "person_id": lambda house: house.reader.pk,
}

# Arguments that name something of a customer: sales people who are not in charge must not find it.
OF_A_CUSTOMER = frozenset(
    {
        "contact_id",
        "customer_id",
        "dispute_id",
        "document_id",
        "invoice_id",
        "message_id",
        "note_id",
        "promise_id",
        "reminder_id",
    }
)

# Addresses that may have nothing to show to the owner of this house.
MAY_BE_ABSENT = frozenset(
    {
        "account_confirm_email",  # closed
        "account_confirm_login_code",
        "account_email_verification_sent",
        "customer-document",  # the bytes of the sample are in no archive
        "demo",  # of the demonstration alone
        "demo-come-in",
        "import-left-out",  # nothing was left out
        "invoice-line-undo",  # no bank line paid it
        "invoice-document",  # no PDF was brought
        "my-mandate",  # of the assistant alone
        "plan-undo",  # no plan was changed
        "settings-brand-logo",  # no logo was brought
        "settings-export-download",  # nothing was exported
    }
)


def arguments(house: House, name: str, parameters: tuple[str, ...]) -> dict[str, object]:
    """Return what an address needs. An argument that is not known fails the test, and says where it goes."""
    unknown = [one for one in parameters if f"{name} {one}" not in SAMPLES and one not in SAMPLES]
    if unknown:
        pytest.fail(
            f"« {name} » takes {unknown}: name something of the house for it in tests/doors/web/samples.py"
        )
    found = {}
    for one in parameters:
        sample = SAMPLES.get(f"{name} {one}") or SAMPLES[one]
        found[one] = sample(house)
    return found
