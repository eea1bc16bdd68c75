"""One customer, seen whole: whom one writes to, what is owed, what was sent, and why nothing is sent today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from quittance.correspondence.queries import messages_of_customer
from quittance.customers.queries import contacts_of_one, customer_by_reference, customers_of
from quittance.domain.terms import parse_term
from quittance.flows.chase import Decision, decide
from quittance.payments.queries import customer_credit_cents, open_invoices_of

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.correspondence.models import Message
    from quittance.customers.models import Contact, Customer

MESSAGES = 5


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What is known of a customer. `decision`: of the day; `None` where nothing is due or soon due."""

    customer: Customer
    contacts: list[Contact]
    term_words: str
    open_invoices: list[tuple[str, date, int]]  # number, due date, what is open
    credit_cents: int  # money of theirs that is on no invoice
    messages: list[Message]
    decision: Decision | None

    @property
    def open_cents(self) -> int:
        """What the customer owes, credits not deducted."""
        return sum(cents for *_, cents in self.open_invoices)


def customer_file(*, company: Company, reference: str, today: date) -> CustomerFile:
    """Gather what is known of a customer, and what the day decides about them. Refusal: `NoSuchCustomer`."""
    customer_id = customer_by_reference(company.pk, reference).pk
    decided = decide(company=company, today=today)
    customer = customers_of(company.pk, [customer_id])[customer_id]
    decisions = (one for one in (*decided.actions, *decided.rests) if one.customer.pk == customer_id)
    return CustomerFile(
        customer=customer,
        contacts=contacts_of_one(customer_id),
        term_words=parse_term(customer.term or company.default_term).french(),
        open_invoices=open_invoices_of(company.pk, customer_id),
        credit_cents=customer_credit_cents(company.pk, customer_id),
        messages=messages_of_customer(company.pk, customer_id, most=MESSAGES),
        decision=next(decisions, None),
    )
