"""The two sides of a message: the company that writes, and the customer who is written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quittance.collection.plan_queries import OwnWordings
    from quittance.company.models import BankAccount, Company, Member
    from quittance.customers.models import Contact, Customer
    from quittance.payments.queries import CreditRow, DueRow


@dataclass(frozen=True, slots=True)
class CompanySide:
    """Who writes: the company, its people (the first represents it), the account to pay to, and the day."""

    company: Company
    members: list[Member]
    account: BankAccount
    bank_read_on: date | None
    today: date
    own_texts: OwnWordings = field(default_factory=dict)  # what the company rewrote


@dataclass(frozen=True, slots=True)
class CustomerSide:
    """Who is written to, and about what. `part_payments` by receivable: (received on, cents, credit note)."""

    customer: Customer
    contacts: list[Contact]
    rows: tuple[DueRow, ...]
    credits: tuple[CreditRow, ...] = ()
    part_payments: dict[int, list[tuple[date, int, bool]]] = field(default_factory=dict)
    last_message_on: date | None = None
    invoices_filed: bool = False  # the PDF of every invoice is there to attach
