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


def deadline_names() -> tuple[str, ...]:
    """Everything that `deadline` reads: the kinds, then their other names."""
    aliases = (alias for row in read_toml("deadlines.toml")["deadline"] for alias in row.get("aliases", ()))
    return (*deadline_kinds(), *aliases)


def deadline(kind: str, starts_on: date, *, alsace_moselle: bool = False) -> Deadline:
    """The time limit of that kind started on that day (counted back where the table says so).

    `kind` may be an alias; one that says a length (`INJONCTION_SIGNIFICATION_6M`) has only the rows of that length.
    Raises `RuleMissing`, in French, for an unknown kind or a day for which no rule is known.
    """
    table = read_toml("deadlines.toml")["deadline"]
    rows = [row for row in table if kind in (row["kind"], *row.get("aliases", ()))]
    if not rows:
        known = ", ".join(deadline_kinds())
        raise RuleMissing(f"« {kind} » n'est pas un délai connu. Délais connus : {known}.")
    row = in_force(rows, starts_on)
    if row is None:
        kind_rows = [other for other in table if other["kind"] == rows[0]["kind"]]
        other_length = in_force(kind_rows, starts_on)
        if other_length is not None:
            raise RuleMissing(
                f"« {kind} » ne vaut pas pour un délai qui part du {french_date(starts_on)}. "
                f"Ce jour-là : {other_length['rule']} Demandez {other_length['kind']}."
            )
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
    return Deadline(row["kind"], on, counted_on, row["rule"], row["source"], row["note"])
