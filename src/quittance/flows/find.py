"""Finding anything by what is typed: customers, invoices and bank lines, over all companies of a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quittance.customers.finding import Scope, customers_found, in_scopes
from quittance.domain.finding import amount_typed, compact
from quittance.payments.finding import (
    Asked,
    LineFound,
    asked_by,
    invoices_of_amount,
    lines_of_amount,
    open_of_customers,
)
from quittance.sales.finding import Numbered, invoices_by_id, invoices_numbered

if TYPE_CHECKING:
    from quittance.customers.models import Customer


_LONGEST_AMOUNT = 7  # figures of a sum that is typed without its cents


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """A customer, and what they owe."""

    customer: Customer
    open_cents: int


@dataclass(frozen=True, slots=True)
class InvoiceFound:
    """An invoice or a credit note, and what is left of it."""

    invoice: Numbered
    asked: Asked | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found, by noun. `only`: the one invoice whose number was typed whole."""

    customers: list[CustomerFound]
    invoices: list[InvoiceFound]
    lines: list[LineFound]
    only: Numbered | None

    def __bool__(self) -> bool:
        return bool(self.customers or self.invoices or self.lines)


def find(*, scopes: Collection[Scope], bank_ids: Collection[int], text: str, most: int) -> Findings:
    """Look for what is typed within what the person may see. `bank_ids`: companies whose bank they may see.

    An amount with its decimals is looked for as an amount alone; a whole number may be a number of an invoice too.
    """
    text = " ".join(text.split())
    if not text or not scopes:
        return Findings([], [], [], None)
    cents = amount_typed(text)
    is_amount = cents is not None and any(sign in text for sign in ",€")
    if not is_amount and len(compact(text)) > _LONGEST_AMOUNT:
        cents = None  # a SIREN, an IBAN
    numbered: list[Numbered] = []
    customers: list[Customer] = []
    if not is_amount:
        walls = None
        if any(scope.in_charge_id is not None for scope in scopes):
            walls = in_scopes(scopes, "customer__")
        ids = [scope.company_id for scope in scopes]
        numbered = invoices_numbered(ids, text, most=most, walls=walls)
        customers = customers_found(scopes, text, most=most)
    lines: list[LineFound] = []
    if cents is not None:
        known = {invoice.pk for invoice in numbered}
        of_amount = [pk for pk in invoices_of_amount(scopes, cents, most=most) if pk not in known]
        numbered = [*numbered, *invoices_by_id(of_amount)][: most * 2]
        lines = lines_of_amount(bank_ids, cents, most=most) if bank_ids else []
    owed = open_of_customers([one.pk for one in customers]) if customers else {}
    asked = asked_by([one.pk for one in numbered]) if numbered else {}
    typed_whole = [one for one in numbered if compact(one.number) == compact(text)]
    return Findings(
        [CustomerFound(one, owed.get(one.pk, 0)) for one in customers],
        [InvoiceFound(one, asked.get(one.pk)) for one in numbered],
        lines,
        typed_whole[0] if len(typed_whole) == 1 and not is_amount else None,
    )
