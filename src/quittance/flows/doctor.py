"""Every invariant on the real data of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quittance.collection import queries as collection_queries
from quittance.correspondence import queries as correspondence_queries
from quittance.customers import queries as customers_queries
from quittance.domain.aging import aged_balance
from quittance.domain.invariants import Violation
from quittance.journal import queries as journal_queries
from quittance.payments import invariants as payments_invariants
from quittance.payments import queries as payments_queries
from quittance.sales import queries as sales_queries

if TYPE_CHECKING:
    from datetime import date

    from quittance.gateways.files import Archive


def examine(*, company_id: int, archive: Archive, today: date) -> list[Violation]:
    """Check every invariant of a company's data and return what is broken; the tests call it after each step."""
    return [
        *customers_queries.foreign_rows(company_id),
        *sales_queries.violations(company_id),
        *payments_invariants.violations(company_id),
        *correspondence_queries.violations(company_id, archive),
        *collection_queries.violations(company_id),
        *journal_queries.chain_violations(company_id),
        *_one_number(company_id, today),
    ]


def _one_number(company_id: int, today: date) -> list[Violation]:
    """The aged balance and the sum of open receivables are the same number."""
    balance = aged_balance(payments_queries.open_items(company_id, with_credits=False), today)
    total = payments_queries.open_total(company_id)
    if balance.total.open_cents == total:
        return []
    return [
        Violation(
            "one_number", "balance âgée", f"elle fait {balance.total.open_cents} au lieu de {total} centimes"
        )
    ]
