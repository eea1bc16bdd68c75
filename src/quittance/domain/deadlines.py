"""Time limits of procedure, prescription and retention, from the dated table `law/deadlines.toml`.

Months by CPC 641, extension to the next working day by CPC 642 where it applies. See docs/rules/deadlines.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from quittance.domain.calendar import add_months, french_date, next_working_day
from quittance.domain.law import RuleMissing, in_force, read_toml


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit that started on a given day.

    `on` is the day of the law, `counted_on` the same before any extension: the prudent one to aim at.
    `rule` and `note` are French and shown to the user.
    """

    kind: str
    on: date
    counted_on: date
    rule: str
    source: str
    note: str


def deadline_kinds() -> tuple[str, ...]:
    """The kinds of time limit, in the order of the table."""
    return tuple(dict.fromkeys(row["kind"] for row in read_toml("deadlines.toml")["deadline"]))


def deadline(kind: str, starts_on: date, *, alsace_moselle: bool = False) -> Deadline:
    """The time limit of that kind started on that day (counted back where the table says so).

    Raises `RuleMissing`, in French, for an unknown kind or a day for which no rule is known.
    """
    rows = [row for row in read_toml("deadlines.toml")["deadline"] if row["kind"] == kind]
    if not rows:
        known = ", ".join(deadline_kinds())
        raise RuleMissing(f"« {kind} » n'est pas un délai connu. Délais connus : {known}.")
    row = in_force(rows, starts_on)
    if row is None:
        raise RuleMissing(
            f"Aucune règle n'est enregistrée pour {kind} au {french_date(starts_on)} "
            f"(la première est du {french_date(rows[0]['valid_from'])}). "
            "Vérifiez la date, ou demandez à un professionnel du droit."
        )
    if "months" in row:
        counted_on = add_months(starts_on, row["months"])
    else:
        counted_on = starts_on + timedelta(days=row["days"])
    on = next_working_day(counted_on, alsace_moselle) if row["extension"] else counted_on
    return Deadline(kind, on, counted_on, row["rule"], row["source"], row["note"])
