"""Finding invoices by their number, however it is typed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from quittance.domain.finding import compact, key_after
from quittance.sales.models import Invoice


@dataclass(frozen=True, slots=True)
class Numbered:
    """An invoice or a credit note found by its number."""

    pk: int
    company_id: int
    number: str
    kind: str
    customer_id: int
    customer_name: str
    issued_on: date
    total_cents: int


def invoices_numbered(
    company_ids: Collection[int], text: str, *, most: int, walls: Q | None = None
) -> list[Numbered]:
    """Return the invoices whose number is what is typed, else starts with it, else holds it; the newest first.

    Separators and capitals do not count: `f2026 187` finds `F-2026-187`, and `187` too where nothing starts so.
    """
    key = compact(text)
    if not key or not any(map(str.isdigit, key)):
        return []
    rows = Invoice.objects.filter(company_id__in=company_ids)
    if walls is not None:
        rows = rows.filter(walls)
    found = _of(rows.filter(number_key=key), most)
    if len(found) < most:
        found += _of(_starting(rows, key).exclude(number_key=key), most - len(found))
    if not found and len(key) > 1:
        found = _of(rows.filter(number_key__contains=key), most)
    return found


def invoices_by_id(ids: Collection[int]) -> list[Numbered]:
    """Return invoices found otherwise, in the order of their ids given."""
    found = {one.pk: one for one in _of(Invoice.objects.filter(pk__in=ids), len(ids))}
    return [found[pk] for pk in ids if pk in found]


def _starting(rows: QuerySet[Invoice], key: str) -> QuerySet[Invoice]:
    after = key_after(key)
    rows = rows.filter(number_key__gte=key)
    return rows.filter(number_key__lt=after) if after else rows


def _of(rows: QuerySet[Invoice], most: int) -> list[Numbered]:
    facts = rows.order_by("-number_key", "-pk").values_list(
        "pk", "company_id", "number", "kind", "customer_id", "customer__name", "issued_on", "total_cents"
    )
    return [Numbered(*row) for row in facts[:most]]
