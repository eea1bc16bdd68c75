"""The day's work: for every customer who owes, the step that is owed today, or why nothing is sent.

A dry run and a real one decide with the same function; only the second writes. What is written is written at once,
for the whole company: a run that is stopped has done nothing, a second run finds nothing left to do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from quittance.collection.operations import ReminderDraft, SpokenOf, record_reminders
from quittance.collection.plan_queries import OwnWordings, own_wordings
from quittance.collection.queries import (
    disputes_open,
    last_messages,
    pauses_on,
    plans_by_kind,
    promises_made,
    steps_done,
)
from quittance.company.queries import bank_accounts, members
from quittance.correspondence.queries import calls_agreed, invoice_documents, refused_addresses
from quittance.customers.queries import contacts_of, customers_of
from quittance.domain.law import RateMissing
from quittance.domain.reminders import (
    CALL_AGAIN,
    Account,
    Action,
    Debt,
    Plan,
    Rest,
    Restraint,
    next_action,
)
from quittance.domain.texts.filling import MissingFact
from quittance.domain.texts.library import words
from quittance.flows.receive_payments import credits_that_may_be_theirs
from quittance.flows.reminder_texts import write_reminder
from quittance.flows.sides import CompanySide, CustomerSide
from quittance.journal.queries import position
from quittance.payments.coverage import Coverage, bank_coverage
from quittance.payments.queries import (
    DueRow,
    credits_of_customers,
    due_rows,
    part_payments,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from quittance.company.models import BankAccount, Company, Member
    from quittance.correspondence.models import Document
    from quittance.customers.models import Customer
    from quittance.payments.open_debts import OpenDebt


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one customer, with the receivables looked at."""

    customer: Customer
    outcome: Action | Rest
    rows: tuple[DueRow, ...]
    draft: ReminderDraft | None = None  # for an action: what is written


@dataclass(frozen=True, slots=True)
class Day:
    """A company's day: actions first, then rests, each by what is at stake."""

    today: date
    bank_read_on: date | None
    actions: tuple[Decision, ...]
    rests: tuple[Decision, ...]


def day(*, company: Company, today: date, actor: str, at: datetime, dry_run: bool = False) -> Day:
    """Decide the day's reminders of a company and, unless it is a dry run, queue them with their documents."""
    while True:
        seen_at = position(company.pk)
        decided = decide(company=company, today=today)
        if dry_run or None is not record_reminders(
            company_id=company.pk,
            drafts=[decision.draft for decision in decided.actions if decision.draft is not None],
            decided_on=today,
            decided_at_position=seen_at,
            actor=actor,
            at=at,
        ):
            return decided


def decide(*, company: Company, today: date) -> Day:
    """Read the company's book, decide for each customer and write what is sent; nothing is kept."""
    looked = look(company=company, today=today)
    decisions = [looked.write(decision) for decision in looked.decisions]
    return Day(
        today,
        looked.bank.read_on,
        actions=tuple(sorted((d for d in decisions if isinstance(d.outcome, Action)), key=by_stake)),
        rests=tuple(sorted((d for d in decisions if isinstance(d.outcome, Rest)), key=by_stake)),
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What holds for all customers of a company alike, beside what is known of each.

    `may_be_theirs`: by customer, the latest bank credit that may be theirs, read from the whole bank.
    """

    plans: dict[str, Plan]
    bank: Coverage
    restraint: Restraint
    may_be_theirs: dict[int, tuple[int, date]]

    def is_same_for_all(self, other: Ground) -> bool:
        """Whether plans, bank and rules are as they were."""
        return (self.plans, self.bank, self.restraint) == (other.plans, other.bank, other.restraint)

    def other_credits_than(self, other: Ground) -> set[int]:
        """The customers for whom the credit that may be theirs is not the same."""
        pairs = self.may_be_theirs.items() ^ other.may_be_theirs.items()
        return {customer_id for customer_id, _ in pairs}


def ground_of(company: Company) -> Ground:
    """Read what holds for all customers of a company."""
    bank = bank_coverage(company.pk)
    return Ground(
        plans_by_kind(company.pk), bank, restraint_of(company, bank), credits_that_may_be_theirs(company.pk)
    )


def restraint_of(company: Company, bank: Coverage) -> Restraint:
    """What holds a company back, the bank being known so far."""
    return Restraint(
        bank_read_on=bank.read_on,
        stale_after_working_days=company.bank_stale_after_working_days,
        minimum_gap_days=company.minimum_gap_days,
        threshold_cents=company.reminder_threshold_cents,
    )


def look(
    *, company: Company, today: date, customer_ids: Set[int] | None = None, ground: Ground | None = None
) -> Look:
    """Decide what is owed to each customer (or to these alone), without writing any text: fast, and nothing is kept.

    `ground`: where the caller has read it already.
    """
    ground = ground or ground_of(company)
    rows_of: dict[int, list[DueRow]] = defaultdict(list)
    days_ahead = max(plan.days_ahead for plan in ground.plans.values())
    until_on = today + timedelta(days=days_ahead)
    for row in due_rows(company.pk, until_on=until_on, customer_ids=customer_ids):
        rows_of[row.customer_id].append(row)
    book = Book(company, rows_of.keys(), today, ground.may_be_theirs, whole=customer_ids is None)
    decisions = []
    for customer_id, rows in rows_of.items():
        customer = book.customers[customer_id]
        plan = ground.plans[customer.kind]
        outcome = next_action(book.account(customer_id, rows), plan, ground.restraint, today)
        if isinstance(outcome, Rest) and outcome.code == "bank_stale":
            outcome = _with_what_is_missing(outcome, ground.bank)
        decisions.append(Decision(customer, outcome, tuple(rows)))
    return Look(company, today, ground.bank, ground.plans, book, tuple(decisions))


@dataclass(frozen=True, slots=True)
class Look:
    """What was decided, and what is needed to write it."""

    company: Company
    today: date
    bank: Coverage
    plans: dict[str, Plan]
    book: Book
    decisions: tuple[Decision, ...]

    def write(self, decision: Decision) -> Decision:
        """Write what an action sends; a fact that a text cannot do without puts the customer at rest instead."""
        if not isinstance(decision.outcome, Action):
            return decision
        return _written(decision, decision.outcome, self.book, self.side)

    @property
    def side(self) -> CompanySide:
        """The company's side of a message."""
        return self.book.company_side(self.bank.read_on)


def _with_what_is_missing(rest: Rest, bank: Coverage) -> Rest:
    """Name the account that is behind, where several are awaited, and the days of which no statement tells."""
    facts: dict[str, object] = {}
    if bank.account_end:
        facts["bank.account_end"] = bank.account_end
    if bank.gap is not None:
        facts |= {"bank.gap_from_on": bank.gap.from_on, "bank.gap_to_on": bank.gap.to_on}
    return replace(rest, facts={**rest.facts, **facts})


class Book:
    """What is known of the customers concerned, read with one query per kind of fact; texts need more, read later."""

    def __init__(
        self,
        company: Company,
        ids: Set[int],
        today: date,
        may_be_theirs: Mapping[int, tuple[int, date]],
        *,
        whole: bool,
    ) -> None:
        self._company, self._today = company, today
        self._of = of = None if whole else ids  # of all customers it is cheaper not to name them
        self.customers = customers_of(company.pk, ids)
        self.contacts = contacts_of(company.pk, ids)
        self.credits = credits_of_customers(company.pk, of)
        self.done = steps_done(company.pk, of)
        self.last_messages = last_messages(company.pk, today, that_left=False, customer_ids=of)
        self._refused = refused_addresses(company.pk, of)
        self._pauses = pauses_on(company.pk, today, of)
        self._promises = promises_made(company.pk, today, of)
        self._disputes = disputes_open(company.pk, of)
        self._calls = calls_agreed(company.pk, today, of)
        self._may_be_theirs = may_be_theirs

    @cached_property
    def last_sent(self) -> dict[int, date]:
        """The day of the last message that left, by customer."""
        return last_messages(self._company.pk, self._today, that_left=True, customer_ids=self._of)

    @cached_property
    def part_payments(self) -> dict[int, list[tuple[date, int, bool]]]:
        """What stands on receivables paid in part."""
        return part_payments(self._company.pk, self._of)

    def invoices_filed(self, rows: tuple[DueRow, ...]) -> dict[str, Document]:
        """The invoices that are filed as PDF, by number; of a few customers, only theirs are looked up."""
        if self._of is None:
            return self._all_invoices_filed
        return invoice_documents(self._company.pk, [row.invoice_number for row in rows])

    @cached_property
    def _all_invoices_filed(self) -> dict[str, Document]:
        return invoice_documents(self._company.pk)

    def company_side(self, bank_read_on: date | None) -> CompanySide:
        """The company's side of a message: its people, its account and its own texts are read once."""
        people, account = self._people_and_account
        return CompanySide(self._company, people, account, bank_read_on, self._today, self._own_texts)

    @cached_property
    def _own_texts(self) -> OwnWordings:
        return own_wordings(self._company.pk)

    @cached_property
    def _people_and_account(self) -> tuple[list[Member], BankAccount]:
        return members(self._company.pk), bank_accounts(self._company.pk)[0]

    def account(self, customer_id: int, rows: Sequence[DueRow | OpenDebt]) -> Account:
        """Gather one customer's side for the decision."""
        return Account(
            customer_id=customer_id,
            debts=tuple(
                Debt(
                    row.receivable_id,
                    row.invoice_number,
                    row.due_on,
                    row.term_days,
                    row.open_cents,
                    self.done.get(row.receivable_id, frozenset()),
                )
                for row in rows
            ),
            credit_cents=self.credit_cents(customer_id),
            has_address=customer_id in self.contacts,
            bounced=self._bounced(customer_id),
            last_message_on=self.last_messages.get(customer_id),
            pause=self._pauses.get(customer_id),
            may_be_theirs=self._may_be_theirs.get(customer_id),
            promise=self._promises.get(customer_id),
            dispute=self._disputes.get(customer_id),
            call_again_on=self._calls.get(customer_id),
        )

    def _bounced(self, customer_id: int) -> str:
        """The server's words, when the address we would write to is the one that refused the last message."""
        address, words = self._refused.get(customer_id, ("", ""))
        known = {contact.email for contact in self.contacts.get(customer_id, ())}
        return words or "adresse refusée" if address in known else ""

    def credit_cents(self, customer_id: int) -> int:
        """The customer's money that is on no invoice."""
        return sum(credit.cents for credit in self.credits.get(customer_id, ()))

    def side(self, customer: Customer, action: Action, rows: tuple[DueRow, ...]) -> CustomerSide:
        """Gather one customer's side for the texts: the receivables the message speaks of, and the credits."""
        spoken_of = {debt.receivable_id for debt in action.debts}
        filed = self.invoices_filed(rows)
        return CustomerSide(
            customer=customer,
            contacts=self.contacts.get(customer.pk, []),
            rows=tuple(row for row in rows if row.receivable_id in spoken_of),
            credits=tuple(self.credits.get(customer.pk, ())),
            part_payments=self.part_payments,
            last_message_on=self.last_sent.get(customer.pk),
            invoices_filed=all(row.invoice_number in filed for row in rows if row.receivable_id in spoken_of),
        )


def _written(decision: Decision, action: Action, book: Book, company_side: CompanySide) -> Decision:
    if action.step.code == CALL_AGAIN:
        return decision  # no step of the plan: done when the call is noted
    try:
        message, documents = write_reminder(
            action.step, company_side, book.side(decision.customer, action, decision.rows)
        )
    except MissingFact as missing:
        rest = Rest(
            "missing_variable", {"rest.variable": _in_words(missing.variable)}, action.debts, step=action.step
        )
        return replace(decision, outcome=rest)
    except RateMissing as unknown:
        rest = Rest("rate_missing", {"law.semester": unknown.semester.start}, action.debts, step=action.step)
        return replace(decision, outcome=rest)
    filed = book.invoices_filed(decision.rows)
    draft = ReminderDraft(
        customer_id=decision.customer.pk,
        step=action.step.code,
        channel=action.step.channel,
        amount_cents=action.amount_cents,
        reasons=tuple(reason.sentence for reason in action.reasons),
        items=tuple(
            SpokenOf(debt.receivable_id, debt.open_cents, debt.due_on, is_new=debt in action.covered)
            for debt in action.debts
        ),
        credit_cents=book.credit_cents(decision.customer.pk),
        message=message,
        documents=documents,
        invoices=tuple(filed[debt.number] for debt in action.debts if debt.number in filed)
        if message is not None
        else (),
    )
    return replace(decision, draft=draft)


def _in_words(variable: str) -> str:
    """Name a missing fact as the person who must fill it in knows it."""
    return words("missing").sections[""].get(variable, (variable,))[0]


def by_stake(decision: Decision) -> tuple[int, str]:
    """Sort decisions by what is at stake, the largest sum first."""
    return (-sum(row.open_cents for row in decision.rows), decision.customer.reference)
