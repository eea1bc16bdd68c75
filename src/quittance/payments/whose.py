"""Whose payments and receivables are: where only their ids are known."""

from collections.abc import Collection

from quittance.payments.models import Allocation, Payment, Receivable


def payers_of(company_id: int, payment_ids: Collection[int]) -> set[int]:
    """Return whose payments these are, and whose receivables they pay or paid."""
    payments = Payment.objects.filter(company_id=company_id, pk__in=payment_ids)
    paid = Allocation.objects.filter(payment__company_id=company_id, payment__in=payment_ids)
    return {
        *payments.values_list("customer_id", flat=True),
        *paid.values_list("receivable__customer_id", flat=True),
    }


def debtors_of(company_id: int, receivable_ids: Collection[int]) -> set[int]:
    """Return who owes these receivables, or owed them."""
    rows = Receivable.objects.filter(company_id=company_id, pk__in=receivable_ids)
    return set(rows.values_list("customer_id", flat=True))
