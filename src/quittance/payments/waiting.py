"""Which bank lines wait to be explained: credits in euros that pay nothing and that nobody has set aside."""

from collections.abc import Collection
from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from quittance.payments.models import BankLine, Payment, SetAside

_AT_ONCE = 2000


def waiting_lines(company_id: int) -> QuerySet[BankLine]:
    """Return the lines of a company that wait, in no order.

    Every day is asked for by name: without statistics SQLite would walk all lines of the company instead of the few
    in the index of those that wait.
    """
    return BankLine.objects.filter(company_id=company_id, waits=True, booked_on__gte=date.min)


def unexplained(lines: QuerySet[BankLine]) -> QuerySet[BankLine]:
    """Keep, of some lines, those that wait, by what stands on them: the definition that `waits` follows."""
    return lines.filter(_unexplained())


def note_waiting(line_ids: Collection[int]) -> None:
    """Set anew whether lines wait, inside a verb that changed what stands on them."""
    ids = sorted(line_ids)
    for first in range(0, len(ids), _AT_ONCE):
        BankLine.objects.filter(pk__in=ids[first : first + _AT_ONCE]).update(
            waits=Case(When(_unexplained(), then=Value(True)), default=Value(False))
        )


def _unexplained() -> Q:
    pays = Exists(Payment.objects.filter(bank_line=OuterRef("pk"), undone_at__isnull=True))
    aside = Exists(SetAside.objects.filter(bank_line=OuterRef("pk")))
    return Q(amount_cents__gt=0, currency="EUR") & ~pays & ~aside
