"""The law as it stands on a day, row by row: what each parameter is worth, since when, until when, and who says so.

Nothing is computed here that `law`, `calendar`, `deadlines` and `penalties` do not compute: this is their list.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from quittance.domain.calendar import add_months, public_holidays
from quittance.domain.law import (
    INDIVIDUAL,
    PROFESSIONAL,
    RateKind,
    RateMissing,
    Semester,
    clause_floor_bp,
    default_b2b_rate_bp,
    ecb_rate_bp,
    in_force,
    legal_interest_rate_bp,
    public_buyer_rate_bp,
    read_csv,
    read_toml,
    semester_of,
    shipped_rates,
)
from quittance.domain.terms import parse_term

# A semester's rate is published around its start; from then on its absence is worth a warning.
WARN_BEFORE = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class LegalRate:
    """A rate of one semester. `rate_bp` is None where it is missing; `sure`: its source was read, not recalled."""

    name: str
    rate_bp: int | None
    source: str
    sure: bool
    missing: str = ""  # a French sentence


@dataclass(frozen=True, slots=True)
class LegalRule:
    """A rule that stands until it is changed: an indemnity (`cents`), a cap or a time limit (`words`)."""

    name: str
    words: str
    source: str
    sure: bool
    from_on: date
    until_on: date | None
    cents: int | None = None


@dataclass(frozen=True, slots=True)
class SemesterRates:
    """Every rate of a semester, in the order in which they depend on each other."""

    semester: Semester
    rates: tuple[LegalRate, ...]


RATE_NAMES = ("ecb", "default_b2b", "public_buyer", "legal_professional", "legal_individual", "clause_floor")


def rates_of(semester: Semester) -> SemesterRates:
    """Return the rates of a semester; those that are missing say so."""
    return SemesterRates(semester, tuple(_rates(semester)))


def rates_since(first: Semester, last: Semester) -> list[SemesterRates]:
    """Return the rates of each semester from the first to the last, newest first."""
    found = [rates_of(first)]
    while found[-1].semester < last:
        found.append(rates_of(found[-1].semester.following()))
    return found[::-1]


def first_semester() -> Semester:
    """The semester at which the tables start."""
    return min(semester for _, semester in shipped_rates().rates)


def missing_soon(today: date) -> Semester | None:
    """Return the first semester, this one or a near one, of which a rate is missing; `None` while all are known."""
    semester = semester_of(today)
    while semester.start - WARN_BEFORE <= today:
        if any(rate.rate_bp is None for rate in rates_of(semester).rates):
            return semester
        semester = semester.following()
    return None


def indemnities(today: date) -> list[LegalRule]:
    """The fixed recovery indemnity, by kind of debtor."""
    rows = read_toml("penalties.toml")["indemnity"]
    kinds = dict.fromkeys(row["kind"] for row in rows)
    found = []
    for kind in kinds:
        row = in_force((row for row in rows if row["kind"] == kind), today)
        if row is not None:
            found.append(_rule(row["kind"], "", row, cents=row["cents"]))
    return found


def caps(today: date) -> list[LegalRule]:
    """The longest payment terms, by regime."""
    rows = read_toml("payment_caps.toml")["cap"]
    found = []
    for regime in dict.fromkeys(row["regime"] for row in rows):
        row = in_force((row for row in rows if row["regime"] == regime), today)
        if row is not None:
            found.append(_rule(regime, _cap_in_words(row), row))
    return found


def _cap_in_words(row: Mapping[str, Any]) -> str:
    limit = " ou ".join(parse_term(term).short_french() for term in row["limit"])
    derogation = " ou ".join(parse_term(term).short_french() for term in row.get("derogation", ()))
    return f"{limit} ; si le contrat le prévoit : {derogation}" if derogation else limit


def time_limits(today: date) -> list[LegalRule]:
    """Time limits of prescription, procedure and retention."""
    rows = read_toml("deadlines.toml")["deadline"]
    found = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        row = in_force((row for row in rows if row["kind"] == kind), today)
        if row is not None:
            found.append(_rule(kind, f"{row['rule']} {row['note']}".strip(), row))
    return found


def holidays_ahead(today: date) -> list[tuple[date, str]]:
    """The public holidays of the year that starts today."""
    both = [*public_holidays(today.year).items(), *public_holidays(today.year + 1).items()]
    return [(on, name) for on, name in both if today <= on < add_months(today, 12)]


def _rule(name: str, words: str, row: Mapping[str, Any], cents: int | None = None) -> LegalRule:
    return LegalRule(
        name,
        words,
        row["source"],
        str(row.get("confidence", "")).startswith("high"),
        row["valid_from"],
        row.get("valid_until"),
        cents,
    )


def _rates(semester: Semester) -> Iterator[LegalRate]:
    published = shipped_rates()
    made: dict[str, tuple[Callable[[], int], RateKind, str]] = {
        "ecb": (lambda: ecb_rate_bp(semester), RateKind.ECB, ""),
        "default_b2b": (lambda: default_b2b_rate_bp(semester), RateKind.ECB, "default_b2b"),
        "public_buyer": (lambda: public_buyer_rate_bp(semester), RateKind.ECB, "public_buyer"),
        "legal_professional": (
            lambda: legal_interest_rate_bp(semester, PROFESSIONAL),
            RateKind.LEGAL_PROFESSIONAL,
            "",
        ),
        "legal_individual": (
            lambda: legal_interest_rate_bp(semester, INDIVIDUAL),
            RateKind.LEGAL_INDIVIDUAL,
            "",
        ),
        "clause_floor": (lambda: clause_floor_bp(semester), RateKind.LEGAL_PROFESSIONAL, "clause_floor"),
    }
    for name in RATE_NAMES:
        compute, kind, rule = made[name]
        try:
            rate_bp = compute()
        except RateMissing as missing:
            yield LegalRate(name, None, "", False, missing.reason)
            continue
        base = published.rate(kind, semester)
        row = _late_rule(rule, semester) if rule else None
        sure = base.confidence == "high" and (row is None or row["confidence"] == "high")
        yield LegalRate(name, rate_bp, str(row["source"]) if row else base.source, sure)


def _late_rule(name: str, semester: Semester) -> Mapping[str, Any] | None:
    rows = (row for row in read_toml("late_rates.toml")["rule"] if row["name"] == name)
    return in_force(rows, semester.start)


def ecb_in_force_since(semester: Semester) -> date | None:
    """The day from which the ECB's rate of a semester was in force."""
    for row in read_csv("ecb_rate.csv"):
        if row["semester"] == str(semester):
            return date.fromisoformat(row["in_force_since"])
    return None
