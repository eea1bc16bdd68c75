"""A customer's account as a statement: what is open, or every movement of a period, on screen and as a PDF to send."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from quittance.collection.queries import disputes_open
from quittance.company.queries import bank_accounts, members
from quittance.customers.queries import customer_by_reference
from quittance.domain.aging import AgedRow, aged_balance
from quittance.domain.texts import typography
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
from quittance.payments.customer_account import open_invoices, open_items_of
from quittance.payments.queries import Movement, account_movements

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.customers.models import Customer
    from quittance.domain.texts.typography import Language
    from quittance.gateways.files import Archive

_WORDS = {
    "fr": ("Facture", "Avoir", "Votre règlement", "Solde reporté", "Solde au"),
    "en": ("Invoice", "Credit note", "Your payment", "Balance brought forward", "Balance as of"),
}


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A customer's account: its movements, what is open by age, and how far the bank was read.

    Of a period: `from_on` and what the account was before it, `until_on` and what it was then.
    """

    customer: Customer
    movements: list[Movement]
    aging: AgedRow
    bank_read_on: date | None
    disputed_cents: int = 0
    from_on: date | None = None
    until_on: date | None = None
    before_cents: int = 0

    @property
    def balance_cents(self) -> int:
        """What the customer owes at the end, credits deducted."""
        return self.before_cents + sum(
            movement.debit_cents - movement.credit_cents for movement in self.movements
        )


def account_statement(*, company: Company, customer_reference: str, today: date) -> AccountStatement:
    """Return one customer's account with all its movements. Refusal: `NoSuchCustomer`."""
    customer = customer_by_reference(company.pk, customer_reference)
    return statement_of(customer=customer, today=today)


def statement_of(
    *,
    customer: Customer,
    today: date,
    open_only: bool = False,
    from_on: date | None = None,
    until_on: date | None = None,
) -> AccountStatement:
    """Return a customer's account: all of it, what is open only, or the movements from a day to a day."""
    company_id = customer.company_id
    movements = account_movements(company_id, customer.pk)
    disputed = disputes_open(company_id, [customer.pk]).get(customer.pk)
    account = AccountStatement(
        customer=customer,
        movements=movements,
        aging=aged_balance(open_items_of(company_id, customer.pk), today).total,
        bank_read_on=bank_read_on(company_id),
        disputed_cents=sum(
            one.open_cents
            for one in (open_invoices(company_id, customer.pk) if disputed else ())
            if disputed and one.receivable_id in disputed.receivable_ids
        ),
    )
    if open_only:
        return replace(account, movements=[one for one in movements if one.left_cents])
    before = [one for one in movements if from_on and one.on < from_on]
    shown = movements[len(before) :]
    return replace(
        account,
        movements=[one for one in shown if until_on is None or one.on <= until_on],
        before_cents=sum(one.debit_cents - one.credit_cents for one in before),
        from_on=from_on,
        until_on=until_on,
    )


def statement_pdf(
    *, company: Company, account: AccountStatement, today: date, archive: Archive | None = None
) -> bytes:
    """Typeset a customer's account as a PDF to send, in their language; with the `archive`, under the company's logo.

    The same account on the same day gives the same bytes.
    """
    customer, aging = account.customer, account.aging
    language: Language = "en" if customer.language == "en" else "fr"
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
            "statement.table": _rows(account, language, today),
            "statement.disputed": account.disputed_cents or None,
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
        language=language,
    )
    return compose_letter("account_statement", content, logo)


def _rows(account: AccountStatement, language: Language, today: date) -> tuple[StatementRow, ...]:
    """The movements; of a period, what was owed before it comes first and what was owed at its end last."""
    *_, brought, balance = _WORDS[language]
    # What is left is known as of today: beside movements that end before, it would not add up.
    left = account.until_on is None or account.until_on >= today
    rows = [_row(movement, language, with_left=left) for movement in account.movements]
    if account.from_on is not None:
        before = account.before_cents
        rows.insert(
            0,
            StatementRow(
                on=account.from_on, label=brought, debit_cents=max(before, 0), credit_cents=max(-before, 0)
            ),
        )
    if account.until_on is not None or not rows:
        on = account.until_on or today
        words = f"{balance} {typography.day(on, language)}"
        rows.append(StatementRow(on=on, label=words, open_cents=account.balance_cents))
    return tuple(rows)


def _row(movement: Movement, language: Language, *, with_left: bool) -> StatementRow:
    invoice, credit_note, payment, *_ = _WORDS[language]
    kind = invoice if movement.debit_cents else credit_note
    return StatementRow(
        on=movement.on,
        label=f"{kind} {movement.number}" if movement.number else payment,
        reference=movement.order_reference,
        due_on=movement.due_on,
        debit_cents=movement.debit_cents,
        credit_cents=movement.credit_cents,
        open_cents=movement.left_cents or None if with_left else None,
    )
