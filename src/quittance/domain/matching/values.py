"""The values of matching: what is owed, who may pay, what the bank shows, and what was concluded from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Fact = str | int


@dataclass(frozen=True, slots=True)
class OpenReceivable:
    """What is left to pay on an invoice, or on one installment of it (several then share the number)."""

    id: int
    customer_id: int
    invoice_number: str
    issued_on: date
    due_on: date
    open_cents: int
    total_cents: int  # of the invoice
    payment_reference: str = ""  # RF…
    order_reference: str = ""  # the customer's purchase order


@dataclass(frozen=True, slots=True)
class Payer:
    """A customer as a bank line may show them."""

    customer_id: int
    name: str
    reference: str = ""  # our customer number
    ibans: frozenset[str] = frozenset()  # seen on confirmed payments
    aliases: frozenset[str] = frozenset()  # names under which confirmed payments came


@dataclass(frozen=True, slots=True)
class SettledInvoice:
    """An invoice with nothing left on it: a line that names it is a second payment."""

    invoice_number: str
    customer_id: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """One movement of a bank statement; texts the bank does not give are empty."""

    id: int  # lines of one day are taken in the order of their ids
    booked_on: date
    amount_cents: int
    label: str
    counterparty_name: str = ""
    counterparty_iban: str = ""
    structured_ref: str = ""
    end_to_end_id: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that anyone can check; amounts are in cents, texts are as the bank shows them."""

    code: str
    pairs: tuple[tuple[str, Fact], ...] = ()

    @classmethod
    def of(cls, code: str, **facts: Fact) -> "Evidence":
        """Build from facts by name; also from what was stored: `Evidence.of(code, **facts)`."""
        return cls(code, tuple(sorted(facts.items())))

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts by name."""
        return dict(self.pairs)


@dataclass(frozen=True, slots=True)
class ProposedAllocation:
    """So much of the line on this receivable."""

    receivable_id: int
    cents: int


Candidate = tuple[ProposedAllocation, ...]


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What is known of one bank line.

    `allocated`: beyond coincidence, booked without asking; `left_cents` is then a credit of the customer.
    `proposed`: for a person to decide; `why_not` says what is missing, `alternatives` are other candidates.
    `none`: money paid out, or nothing that points to a customer.
    """

    line_id: int
    state: Literal["allocated", "proposed", "none"]
    customer_id: int | None = None
    allocations: Candidate = ()
    left_cents: int = 0
    evidence: tuple[Evidence, ...] = ()
    why_not: str = ""
    alternatives: tuple[Candidate, ...] = field(default=())
