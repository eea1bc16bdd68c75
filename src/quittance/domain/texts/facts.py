"""The facts a text is filled with: typed values, never prepared strings.

A fact is known by its variable's name (`claim.as_of`, `penalty.rate`...). Money is cents, a rate is basis
points, a date is a `date`; the renderer writes them. The groups below gather the usual ones: a field
`amount_cents` of the group `penalty` is the variable `penalty.amount`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

AddressForm = Literal["vous", "tu"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFact:
    """One invoice, or one instalment of it, as it is owed today; `open_cents` is what is left to pay."""

    number: str
    issued_on: date
    due_on: date
    open_cents: int
    total_cents: int
    paid_cents: int = 0
    paid_on: date | None = None
    order_reference: str = ""
    credit_note: str = ""
    disputed_cents: int = 0
    instalment_no: int = 0
    instalment_count: int = 0

    @property
    def row(self) -> str:
        """Choose the row of `invoices.list`: what explains best why the sum is not the invoice's total."""
        if self.disputed_cents:
            return "row_disputed_part"
        if self.paid_cents and self.paid_on:
            return "row_part_paid"
        if self.credit_note:
            return "row_credited"
        return "row_instalment" if self.instalment_no else "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFact:
    """A credit note of the customer, not yet used: `open_cents` is positive and is deducted."""

    number: str
    issued_on: date
    open_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnallocatedFact:
    """Money of the customer that no invoice has taken yet: positive, deducted."""

    received_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidFact:
    """An invoice that a payment settles, wholly or (`open_cents` left) in part."""

    number: str
    issued_on: date
    paid_cents: int
    open_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFact:
    """One instalment of a payment plan."""

    no: int
    due_on: date
    amount_cents: int
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyRow:
    """One line of interest: both days included, `amount_cents` rounded for itself."""

    invoice_number: str
    due_on: date
    from_on: date
    to_on: date
    days: int
    base_cents: int
    rate_bp: int
    amount_cents: int
    paid_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One line of a customer's account; a missing date, reference or amount leaves its cell empty."""

    on: date
    label: str
    reference: str = ""
    due_on: date | None = None
    debit_cents: int = 0
    credit_cents: int = 0
    open_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingFact:
    """What is open by age; `credits_cents` is positive, `balance_cents` is the sum less the credits."""

    not_due_cents: int
    days_1_30_cents: int
    days_31_60_cents: int
    days_61_90_cents: int
    days_over_90_cents: int
    credits_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFacts:
    """Who signs. `phone` defaults to the company's."""

    name: str
    email: str
    role: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """The creditor; `name` as the bank knows the account holder."""

    name: str
    phone: str
    legal_line: str
    legal_identity: str = ""
    signatory: str = ""
    mediator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """Who owes; `address` is one line per row of the envelope."""

    name: str
    address: str = ""
    siren: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """Who reads. `warm` opens with the first name even with `vous` (never in a formal text)."""

    civility: str = ""
    first_name: str = ""
    last_name: str = ""
    full_name: str = ""
    email: str = ""
    warm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PayFacts:
    """How to pay: plain IBAN and reference, grouped by four when written."""

    iban: str
    link: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """The claim on the day it is drawn up; its totals follow from the rows, the interest, the indemnity."""

    as_of: date
    ground: str = ""
    reference: str = ""
    order_references: str = ""
    penalties_paid_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyFacts:
    """Interest to `claim.as_of`, rounded once. `rate_first_bp`: the first half-year's, `rate_bp`: today's."""

    amount_cents: int
    per_day_cents: int
    rate_bp: int
    rate_first_bp: int
    basis_words: str = ""
    divisor: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class IndemnityFacts:
    """The fixed indemnity (C. com. D441-5): 40 EUR for each of `count` invoices paid late."""

    amount_cents: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRateFacts:
    """Legal interest of the half-year in which `semester` falls (consumers)."""

    rate_bp: int
    semester: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """How the letter travels and who signs it. `channel`: registered, e_registered, post or mail_only."""

    channel: str
    date: date
    city: str = ""
    channel_line: str = ""
    salutation: str = ""
    signatory: str = ""
    enclosures: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFacts:
    """What a public accountant files by, and the time limit that has run (30, 50 or 60 days)."""

    limit_days: int
    siret: str = ""
    service_code: str = ""
    engagement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFacts:
    """The last true fact of the thread: a variant of the phrase `history`, and the date it is about.

    `no_answer`, `written`: `last.sent_on`; `called`, `voicemail`: `last.called_on`; `called_promise` (with
    `called_on`), `promise_broken`: `promise.on`; `plan_missed`: `plan.accepted_on`; `dispute_answered`:
    `dispute.answered_on`.
    """

    kind: str
    on: date
    called_on: date | None = None

    def facts(self) -> dict[str, object]:
        """Give the facts under their names."""
        names = {
            "no_answer": "last.sent_on",
            "written": "last.sent_on",
            "called": "last.called_on",
            "voicemail": "last.called_on",
            "called_promise": "promise.on",
            "promise_broken": "promise.on",
            "plan_missed": "plan.accepted_on",
            "dispute_answered": "dispute.answered_on",
        }
        found: dict[str, object] = {"history": self.kind, names[self.kind]: self.on}
        return found if self.called_on is None else {**found, "last.called_on": self.called_on}


ListRow = InvoiceFact | CreditFact | UnallocatedFact


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What a message or a letter of the collection thread says. `today` gives the days late.

    `consequences` are variants of the phrase `consequences.list`, in the order of the plan. `more` holds any
    other variable by its name (`{"promise.amount": 120_000}`) and wins over the groups.
    """

    today: date
    sender: SenderFacts
    company: CompanyFacts
    customer: CustomerFacts
    pay: PayFacts
    rows: tuple[ListRow, ...] = ()
    contact: ContactFacts | None = None
    bank_read_on: date | None = None
    deadline_on: date | None = None
    history: HistoryFacts | None = None
    claim: ClaimFacts | None = None
    penalty: PenaltyFacts | None = None
    indemnity: IndemnityFacts | None = None
    legal_rate: LegalRateFacts | None = None
    letter: LetterFacts | None = None
    public: PublicFacts | None = None
    consequences: tuple[str, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)

    def facts(self) -> dict[str, object]:
        """Give every fact under its variable's name; what is absent is left out."""
        found: dict[str, object] = {}
        for group in fields(self):
            value = getattr(self, group.name)
            if isinstance(value, HistoryFacts):
                found |= value.facts()
            elif is_dataclass(value):
                found |= group_facts(group.name, value)
        phone = self.sender.phone or self.company.phone
        found["sender.company_line"] = " · ".join(part for part in (self.company.name, phone) if part)
        found["sender.reach"] = ", ".join(part for part in (phone, self.sender.email) if part)
        if self.letter is not None and not self.letter.city:
            found["letter.date_alone"] = self.letter.date
        invoices = [row for row in self.rows if isinstance(row, InvoiceFact)]
        if invoices:
            oldest_on = min(row.due_on for row in invoices)
            found["invoice.days_late"] = (self.today - oldest_on).days
        found |= {
            "invoices.list": self.rows,
            "invoices.table": self.rows,
            "consequences.list": self.consequences,
            "bank.read_on": self.bank_read_on,
            "deadline.on": self.deadline_on,
        }
        return {**found, **self.more}


def group_facts(prefix: str, group: object) -> dict[str, object]:
    """Name the fields of a group as variables: `amount_cents` of `penalty` is `penalty.amount`."""
    kind = type(group)
    return {name: getattr(group, attribute) for name, attribute in _names(prefix, kind)}  # type: ignore[arg-type]


@cache
def _names(prefix: str, kind: type[Any]) -> tuple[tuple[str, str], ...]:
    assert is_dataclass(kind)
    return tuple(
        (f"{prefix}.{item.name.removesuffix('_cents').removesuffix('_bp')}", item.name)
        for item in fields(kind)
    )


def net_open_cents(rows: tuple[ListRow, ...]) -> int:
    """Sum what the rows ask, less what they deduct."""
    return sum(row.open_cents if isinstance(row, InvoiceFact) else -deducted_cents(row) for row in rows)


def deducted_cents(row: CreditFact | UnallocatedFact) -> int:
    """Tell what a row takes off."""
    return row.open_cents if isinstance(row, CreditFact) else row.amount_cents


def ordered_rows(rows: tuple[ListRow, ...]) -> list[ListRow]:
    """Oldest due date first, then credit notes, then payments to deduct."""

    def rank(row: ListRow) -> tuple[int, date, str]:
        if isinstance(row, InvoiceFact):
            return (0, row.due_on, row.number)
        if isinstance(row, CreditFact):
            return (1, row.issued_on, row.number)
        return (2, row.received_on, "")

    return sorted(rows, key=rank)
