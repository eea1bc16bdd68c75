"""What is done to many invoices at once, all of it or nothing, and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.collection.operations import lift_pause, pause
from quittance.collection.queries import pauses_on
from quittance.customers.operations import change_customer
from quittance.customers.queries import customers_of
from quittance.journal.operations import hold
from quittance.payments.operations import note_payment, take_back_noted

if TYPE_CHECKING:
    from quittance.payments.lists import Listed


@transaction.atomic
def pause_customers(
    *,
    company_id: int,
    customer_ids: Collection[int],
    until_on: date,
    reason: str,
    today: date,
    actor: str,
    at: datetime,
) -> list[int]:
    """Send these customers no reminder until a day; return whom that changes. One already at rest stays so."""
    hold(company_id=company_id)
    resting = pauses_on(company_id, today, customer_ids)
    paused = [customer_id for customer_id in sorted(customer_ids) if customer_id not in resting]
    for customer_id in paused:
        pause(
            company_id=company_id,
            customer_id=customer_id,
            from_on=today,
            until_on=until_on,
            reason=reason,
            actor=actor,
            at=at,
        )
    return paused


@transaction.atomic
def resume_customers(
    *, company_id: int, customer_ids: Collection[int], today: date, actor: str, at: datetime
) -> int:
    """End the pauses of these customers; return how many had one."""
    hold(company_id=company_id)
    resting = pauses_on(company_id, today, customer_ids)
    for customer_id in sorted(resting):
        lift_pause(company_id=company_id, customer_id=customer_id, today=today, actor=actor, at=at)
    return len(resting)


@transaction.atomic
def put_in_charge(
    *, company_id: int, wanted: Mapping[int, int | None], actor: str, at: datetime
) -> dict[int, int | None]:
    """Give customers the person who looks after them, by customer; return who did before, where that changed."""
    hold(company_id=company_id)
    before: dict[int, int | None] = {}
    for customer in customers_of(company_id, wanted.keys()).values():
        if customer.in_charge_id != wanted[customer.pk]:
            before[customer.pk] = customer.in_charge_id
            change_customer(
                company_id=company_id,
                customer_id=customer.pk,
                in_charge_id=wanted[customer.pk],
                actor=actor,
                at=at,
            )
    return before


@transaction.atomic
def note_paid(
    *,
    company_id: int,
    rows: Sequence[Listed],
    method: str,
    received_on: date,
    today: date,
    actor: str,
    at: datetime,
) -> list[str]:
    """Note, by a person's word, that these invoices were paid in full; return their numbers.

    Refusal: `payments.operations.PaymentRefused`; then none is noted.
    """
    owed: dict[str, int] = defaultdict(int)
    for row in rows:
        owed[row.number] += row.open_cents
    numbers = [number for number, cents in owed.items() if cents]
    for number in numbers:
        note_payment(
            company_id=company_id,
            number=number,
            amount_cents=owed[number],
            method=method,
            received_on=received_on,
            today=today,
            actor=actor,
            at=at,
        )
    return numbers


@transaction.atomic
def take_back_paid(
    *, company_id: int, numbers: Sequence[str], noted_at: datetime | None, actor: str, at: datetime
) -> int:
    """Take back the payments that were noted then on these invoices. Refusal: `NothingToUndo`; then none is."""
    for number in numbers:
        take_back_noted(company_id=company_id, number=number, noted_at=noted_at, actor=actor, at=at)
    return len(numbers)
