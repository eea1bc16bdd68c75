"""DSO (délai moyen de paiement): how many days of sales are still owed, with the computation told.

No text defines it; two usages exist. *Count-back* uses up what is owed with the sales of the latest month,
then of the month before, and counts the days used: a big invoice last month does not look like lateness.
*Simple* is what is owed over the sales of a period, times its days. Amounts include tax on both sides.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quittance.domain.calendar import MONTHS, french_date
from quittance.domain.money import french_euros, half_up


@dataclass(frozen=True, slots=True)
class Dso:
    """The figure in tenths of a day, and how it was found, one French sentence a step.

    `tenths_of_days` is None where there are no sales to compare with. `at_least` is true where the sales
    known do not reach back far enough: the real figure is higher.
    """

    tenths_of_days: int | None
    explanation: tuple[str, ...]
    at_least: bool = False


def simple_dso(*, open_cents: int, sales_cents: int, period_days: int) -> Dso:
    """Divide what is owed by the sales of a period, both with tax, and multiply by its days."""
    assert period_days > 0
    facts = (
        f"Vos clients vous doivent {french_euros(open_cents)}.",
        f"Vos ventes des {period_days} derniers jours : {french_euros(sales_cents)}.",
    )
    if sales_cents <= 0:
        return Dso(None, (*facts, "Sans ventes sur la période, le délai moyen ne peut pas être calculé."))
    tenths = half_up(max(open_cents, 0) * period_days * 10, sales_cents)
    amounts = f"{french_euros(max(open_cents, 0))} ÷ {french_euros(sales_cents)}"
    return Dso(tenths, (*facts, f"{amounts} × {period_days} jours = {french_days(tenths)}."))


def count_back_dso(*, open_cents: int, sales_by_month: Mapping[tuple[int, int], int], today: date) -> Dso:
    """Use up what is owed with the sales of each month, from the month of `today` backwards.

    `sales_by_month` maps (year, month) to sales with tax; a month between two known ones that is absent had
    no sales. The month of `today` counts its days so far. A month that is used in part counts in proportion.
    """
    steps = [f"Le {french_date(today)}, vos clients vous doivent {french_euros(open_cents)}."]
    if not any(cents > 0 for cents in sales_by_month.values()):
        return Dso(None, (*steps, "Sans ventes connues, le délai moyen ne peut pas être calculé."))
    left_cents, tenths = max(open_cents, 0), 0
    year, month, days = today.year, today.month, today.day
    first_month = min(sales_by_month)
    while left_cents > 0 and (year, month) >= first_month:
        sales_cents = sales_by_month.get((year, month), 0)
        name = f"{MONTHS[month - 1].capitalize()} {year}"
        if sales_cents <= left_cents:
            tenths += days * 10
            left_cents -= sales_cents
            steps.append(
                f"{name} : {french_euros(sales_cents)} de ventes, comptées en entier : {french_days(days * 10)}."
            )
        else:
            used = half_up(left_cents * days * 10, sales_cents)
            tenths += used
            part = f"{french_euros(left_cents)} sur {french_euros(sales_cents)} de ventes"
            steps.append(f"{name} : {part}, soit {french_days(used)} sur {days}.")
            left_cents = 0
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        days = monthrange(year, month)[1]
    if left_cents > 0:
        steps.append(f"Il reste {french_euros(left_cents)} de ventes plus anciennes que celles connues.")
        steps.append(f"Délai moyen : plus de {french_days(tenths)}.")
        return Dso(tenths, tuple(steps), at_least=True)
    steps.append(f"Délai moyen : {french_days(tenths)}.")
    return Dso(tenths, tuple(steps))


def french_days(tenths: int) -> str:
    """Write tenths of days as the French print them: `54,9 jours`, `1 jour`, `31 jours`."""
    whole, tenth = divmod(tenths, 10)
    figure = f"{whole},{tenth}" if tenth else str(whole)
    return f"{figure} {'jours' if tenths >= 20 else 'jour'}"
