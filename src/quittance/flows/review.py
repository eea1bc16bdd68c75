"""Looking at a company's book: who owes what, since when, and how fast customers pay."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quittance.collection.queries import last_steps
from quittance.company.queries import bank_accounts, members
from quittance.customers.queries import customer_by_reference, names_by_id
from quittance.domain.aging import AgedBalance, AgedRow, aged_balance
from quittance.domain.dso import Dso, count_back_dso, simple_dso
from quittance.domain.texts.facts import (
    AgingFact,
    ClaimFacts,
    CompanyFacts,
    CustomerFacts,
    MessageFacts,
    PayFacts,
    SenderFacts,
    StatementRow,
)
from quittance.flows.letterhead import legal_line, letterhead, postal_address
from quittance.formats.letters.compose import LetterContent, compose_letter
from quittance.payments.coverage import bank_read_on
from quittance.payments.queries import (
    Movement,
    account_movements,
    due_rows,
    open_items,
    open_total,
)
from quittance.sales.queries import invoiced_by_day

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.customers.models import Customer
    from quittance.gateways.files import Archive

SIMPLE_PERIOD_DAYS = 90


@dataclass(frozen=True, slots=True)
class Aged:
    """The aged balance with the customers' names, those who owe most first, and both DSO."""

    balance: AgedBalance
    names: dict[str, str]
    count_back: Dso
    simple: Dso


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An overdue invoice, and the last step taken for it."""

    customer: str
    customer_name: str
    invoice: str
    due_on: date
    days_late: int
    open_cents: int
    last_step: str


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A customer's account: its movements, what is open by age, and how far the bank was read."""

    customer: Customer
    movements: list[Movement]
    aging: AgedRow
    bank_read_on: date | None

    @property
    def balance_cents(self) -> int:
        """What the customer owes, credits deducted."""
        return sum(movement.debit_cents - movement.credit_cents for movement in self.movements)


def aged(*, company: Company, today: date) -> Aged:
    """Return what is open by age and customer, and the DSO by both usages."""
    items = open_items(company.pk, with_credits=True)
    open_cents = open_total(company.pk)
    by_day = invoiced_by_day(company.pk, since=date(today.year - 3, today.month, 1))
    by_month: dict[tuple[int, int], int] = defaultdict(int)
    for on, cents in by_day:
        if on <= today:
            by_month[(on.year, on.month)] += cents
    since = today - timedelta(days=SIMPLE_PERIOD_DAYS)
    recent = sum(cents for on, cents in by_day if since < on <= today)
    return Aged(
        balance=aged_balance(items, today),
        names=dict(names_by_id(company.pk).values()),
        count_back=count_back_dso(open_cents=open_cents, sales_by_month=by_month, today=today),
        simple=simple_dso(open_cents=open_cents, sales_cents=recent, period_days=SIMPLE_PERIOD_DAYS),
    )


def overdue(*, company: Company, today: date) -> list[OverdueRow]:
    """Return the overdue invoices, the latest first."""
    steps = last_steps(company.pk)
    names = names_by_id(company.pk)
    return [
        OverdueRow(
            customer=names[row.customer_id][0],
            customer_name=names[row.customer_id][1],
            invoice=row.invoice_number,
            due_on=row.due_on,
            days_late=(today - row.due_on).days,
            open_cents=row.open_cents,
            last_step=steps.get(row.receivable_id, ""),
        )
        for row in due_rows(company.pk, until_on=today - timedelta(days=1))
    ]


def account_statement(*, company: Company, customer_reference: str, today: date) -> AccountStatement:
    """Return one customer's account. Refusal: `NoSuchCustomer`."""
    customer = customer_by_reference(company.pk, customer_reference)
    items = [
        item for item in open_items(company.pk, with_credits=True) if item.customer == customer_reference
    ]
    return AccountStatement(
        customer=customer,
        movements=account_movements(company.pk, customer.pk),
        aging=aged_balance(items, today).total,
        bank_read_on=bank_read_on(company.pk),
    )


def statement_pdf(
    *, company: Company, account: AccountStatement, today: date, archive: Archive | None = None
) -> bytes:
    """Typeset a customer's account as a PDF to send; with the `archive`, under the company's logo."""
    customer, aging = account.customer, account.aging
    people = members(company.pk)
    sender = customer.in_charge or people[0]
    facts = MessageFacts(
        today=today,
        sender=SenderFacts(name=sender.name, email=sender.email, role=sender.title, phone=sender.phone),
        company=CompanyFacts(name=company.name, phone=company.phone, legal_line=legal_line(company)),
        customer=CustomerFacts(
            name=customer.name, address=postal_address(customer), reference=customer.reference
        ),
        pay=PayFacts(iban=bank_accounts(company.pk)[0].iban),
        bank_read_on=account.bank_read_on or today,
        claim=ClaimFacts(as_of=today),
        more={
            "statement.on": today,
            "statement.table": tuple(_statement_row(movement) for movement in account.movements),
            "statement.aging_row": AgingFact(
                not_due_cents=aging.not_due_cents,
                days_1_30_cents=aging.late_1_30_cents,
                days_31_60_cents=aging.late_31_60_cents,
                days_61_90_cents=aging.late_61_90_cents,
                days_over_90_cents=aging.late_over_90_cents,
                credits_cents=-aging.credits_cents,
                balance_cents=aging.open_cents,
            ),
        },
    )
    head = letterhead(company)
    logo = archive.get(head.logo_sha256) if archive and head.logo_sha256 else b""
    content = LetterContent(
        facts=facts.facts(),
        letterhead=head if logo else replace(head, logo_sha256=""),
        written_on=today,
    )
    return compose_letter("account_statement", content, logo)


def _statement_row(movement: Movement) -> StatementRow:
    return StatementRow(
        on=movement.on,
        label=movement.words,
        reference=movement.order_reference,
        due_on=movement.due_on,
        debit_cents=movement.debit_cents,
        credit_cents=movement.credit_cents,
        open_cents=movement.left_cents or None,
    )
