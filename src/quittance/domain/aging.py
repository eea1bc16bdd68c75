"""Aged balance: what is open, by days past the due date. Pure, and one pass over the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

_NOT_DUE, _1_30, _31_60, _61_90, _OVER_90, _CREDIT = range(6)


class OpenItem(NamedTuple):
    """One open amount: above zero the customer owes it, below zero it is a credit of the customer.

    A named tuple, because a book has a hundred thousand of them.
    """

    customer: str
    due_on: date
    open_cents: int


@dataclass(frozen=True, slots=True)
class AgedRow:
    """Open amounts by age; the buckets and the credits add up to `open_cents`."""

    not_due_cents: int
    late_1_30_cents: int
    late_31_60_cents: int
    late_61_90_cents: int
    late_over_90_cents: int
    credits_cents: int  # zero or below: overpayments and credit notes, never netted against an age

    @property
    def late_cents(self) -> int:
        """All that is past its due date, credits apart."""
        return self.late_1_30_cents + self.late_31_60_cents + self.late_61_90_cents + self.late_over_90_cents

    @property
    def owed_cents(self) -> int:
        """What invoices ask, credits apart."""
        return self.not_due_cents + self.late_cents

    @property
    def open_cents(self) -> int:
        """The balance of the account: buckets plus credits."""
        return self.not_due_cents + self.late_cents + self.credits_cents


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """The aged balance of a book: the whole, and each customer in the order of its key."""

    total: AgedRow
    by_customer: dict[str, AgedRow]


def aged_balance(items: Iterable[OpenItem], today: date) -> AgedBalance:
    """Sort open amounts by days past their due date: not due, 1-30, 31-60, 61-90, more than 90 days."""
    sums_by_customer: dict[str, list[int]] = {}
    today_number = today.toordinal()
    for customer, due_on, cents in items:
        sums = sums_by_customer.get(customer)
        if sums is None:
            sums = sums_by_customer[customer] = [0] * 6
        sums[_CREDIT if cents < 0 else _bucket(today_number - due_on.toordinal())] += cents
    rows = {customer: AgedRow(*sums) for customer, sums in sorted(sums_by_customer.items())}
    columns = zip(*sums_by_customer.values(), strict=True) if sums_by_customer else [()] * 6
    return AgedBalance(AgedRow(*map(sum, columns)), rows)


def _bucket(late_days: int) -> int:
    """Name the bucket of an age; on the due date nothing is late yet."""
    if late_days <= 0:
        return _NOT_DUE
    if late_days <= 30:
        return _1_30
    if late_days <= 60:
        return _31_60
    return _61_90 if late_days <= 90 else _OVER_90
