"""Which debts a payment clears when the customer owes several (C. civ. 1342-10).

The debtor's own word comes first. Without it: debts that are due, among them those the debtor has most
interest to clear, among those the oldest; all equal, in proportion. Debts not yet due come last, in the same
order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from quittance.domain.money import french_euros, share_cents


class ImputationRefused(ValueError):
    """The payment cannot be imputed as asked; the message is French and shown to the user."""


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """One debt of the customer; a higher `onerous` means the debtor gains more by clearing it (interest)."""

    reference: str
    due_on: date
    open_cents: int
    onerous: int = 0


@dataclass(frozen=True, slots=True)
class Allocation:
    """The part of a payment put on one debt; always above zero."""

    reference: str
    cents: int


@dataclass(frozen=True, slots=True)
class Imputation:
    """How a payment was used: the allocations and the rest add up to it."""

    allocations: tuple[Allocation, ...]
    unapplied_cents: int


def impute(
    debts: Sequence[OpenDebt], payment_cents: int, *, paid_on: date, choice: Sequence[str] = ()
) -> Imputation:
    """Impute a payment over the debts of one customer.

    `choice` names the debts the debtor said he pays, in his order; what is left then follows the law. A debt
    is due on its due date. What exceeds all debts stays unapplied. Refuses: `ImputationRefused` for a
    negative payment, a choice that is not among the debts, or a debt given twice.
    """
    by_reference = {debt.reference: debt for debt in debts}
    if len(by_reference) != len(debts):
        raise ImputationRefused("Une même facture figure deux fois dans les sommes dues.")
    unknown = [reference for reference in choice if reference not in by_reference]
    if unknown:
        raise ImputationRefused(
            f"Le client désigne « {unknown[0]} », qui n'est pas parmi ses factures ouvertes."
        )
    if payment_cents < 0:
        raise ImputationRefused(f"Un paiement de {french_euros(payment_cents)} ne peut pas être imputé.")

    chosen = [(by_reference[reference],) for reference in dict.fromkeys(choice)]
    others = (debt for debt in debts if debt.reference not in set(choice))
    allocations: list[Allocation] = []
    left_cents = payment_cents
    for equals in (*chosen, *_legal_order(others, paid_on)):
        taken = _share(equals, left_cents)
        allocations += taken
        left_cents -= sum(allocation.cents for allocation in taken)
    assert left_cents >= 0
    return Imputation(tuple(allocations), left_cents)


def _legal_order(debts: Iterable[OpenDebt], paid_on: date) -> list[tuple[OpenDebt, ...]]:
    """Sort the debts into groups of equals, the first group to be cleared first."""

    def rank(debt: OpenDebt) -> tuple[bool, int, date]:
        return (debt.due_on > paid_on, -debt.onerous, debt.due_on)

    # By reference first: a cent of rounding among equals must not depend on the order they are given in.
    by_reference = sorted(debts, key=lambda debt: debt.reference)
    return [tuple(group) for _, group in groupby(sorted(by_reference, key=rank), key=rank)]


def _share(equals: Sequence[OpenDebt], left_cents: int) -> list[Allocation]:
    """Clear debts of equal rank whole, or each in proportion when the money falls short."""
    open_cents = [debt.open_cents for debt in equals]
    assert all(cents >= 0 for cents in open_cents)
    parts = open_cents if left_cents >= sum(open_cents) else share_cents(left_cents, open_cents)
    return [Allocation(debt.reference, cents) for debt, cents in zip(equals, parts, strict=True) if cents > 0]
