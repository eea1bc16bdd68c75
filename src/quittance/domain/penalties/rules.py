"""Which rate a late debt bears, and the fixed indemnity; what no text settles is a stated convention."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quittance.domain.law import (
    INDIVIDUAL,
    PROFESSIONAL,
    RateMissing,
    RateTable,
    Semester,
    clause_floor_bp,
    default_b2b_rate_bp,
    ecb_rate_bp,
    in_force,
    legal_interest_rate_bp,
    public_buyer_rate_bp,
    read_toml,
)
from quittance.domain.money import french_rate


class PenaltyRefused(ValueError):
    """The penalty cannot be computed from what was given; the message is French and shown to the user."""


class Kind(StrEnum):
    """Who owes whom, which decides the rate, the day interest starts and the indemnity."""

    B2B = "b2b"
    PUBLIC = "public"
    CONSUMER = "consumer"
    INDIVIDUAL_CREDITOR = "individual_creditor"

    @property
    def needs_formal_notice(self) -> bool:
        """Interest at the legal rate runs only from a formal notice (C. civ. 1231-6, 1344-1)."""
        return self in (Kind.CONSUMER, Kind.INDIVIDUAL_CREDITOR)


@dataclass(frozen=True, slots=True)
class FixedRate:
    """A clause of the contract that writes a yearly rate."""

    rate_bp: int


@dataclass(frozen=True, slots=True)
class LegalMultiple:
    """A clause of the contract that writes a multiple of the legal interest rate, usually three."""

    times: int


Clause = FixedRate | LegalMultiple


class Divisor(StrEnum):
    """Days in the year: always 365, always 360, or those of each calendar year."""

    DAYS_365 = "365"
    DAYS_360 = "360"
    ACTUAL = "actual"

    def days(self, year: int) -> int:
        """Days that year is counted for."""
        if self is Divisor.ACTUAL:
            return date(year, 12, 31).timetuple().tm_yday
        return int(self.value)


class RateSplit(StrEnum):
    """Whether each half-year's days bear its own rate, or all days that of the first late day."""

    PER_SEMESTER = "per_semester"
    FROZEN = "frozen"


class Rounding(StrEnum):
    """Whether interest is rounded once at each payment and statement, or at each segment."""

    PER_EVENT = "per_event"
    PER_SEGMENT = "per_segment"


class BelowFloor(StrEnum):
    """What replaces a clause below three times the legal rate; the law does not say."""

    RAISE_TO_FLOOR = "raise_to_floor"
    SUPPLETIVE = "suppletive"


class FloorAppliesTo(StrEnum):
    """Whether the floor binds clauses only, or also the suppletive rate (it exceeded it in 2024)."""

    CLAUSE = "clause"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Conventions:
    """The choices no text makes for us; each is shown to the user and can be changed."""

    divisor: Divisor = Divisor.DAYS_365
    rate_split: RateSplit = RateSplit.PER_SEMESTER
    rounding: Rounding = Rounding.PER_EVENT
    below_floor: BelowFloor = BelowFloor.RAISE_TO_FLOOR
    floor_applies_to: FloorAppliesTo = FloorAppliesTo.CLAUSE
    opening_day_counts: bool = False  # does the day of the opening judgment still bear interest (L622-28)?


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """A yearly rate, its basis in French words, and a French warning where a choice was made."""

    rate_bp: int
    words: str
    warning: str = ""


def applied_rate(
    kind: Kind, clause: Clause | None, semester: Semester, conventions: Conventions, rates: RateTable | None
) -> AppliedRate:
    """The rate of a semester for this kind of debt. Raises `law.RateMissing` where it is not published."""
    if kind is Kind.CONSUMER:
        return AppliedRate(legal_interest_rate_bp(semester, PROFESSIONAL, rates), "taux d'intérêt légal")
    if kind is Kind.INDIVIDUAL_CREDITOR:
        return AppliedRate(legal_interest_rate_bp(semester, INDIVIDUAL, rates), "taux d'intérêt légal")
    if kind is Kind.PUBLIC:
        return _ecb_and_points(public_buyer_rate_bp(semester, rates), semester, rates)
    if clause is None:
        return _suppletive(semester, conventions, rates)
    return _of_clause(clause, semester, conventions, rates)


def legal_indemnity_cents(kind: Kind, late_on: date) -> int:
    """The fixed indemnity of an invoice that is late for the first time that day (D441-5, D2192-35)."""
    row = in_force((row for row in read_toml("penalties.toml")["indemnity"] if row["kind"] == kind), late_on)
    return int(row["cents"]) if row else 0


def _of_clause(
    clause: Clause, semester: Semester, conventions: Conventions, rates: RateTable | None
) -> AppliedRate:
    if isinstance(clause, FixedRate):
        rate_bp = clause.rate_bp
        words = f"taux de {french_rate(rate_bp)} fixé au contrat"
    else:
        rate_bp = clause.times * legal_interest_rate_bp(semester, PROFESSIONAL, rates)
        words = f"{clause.times} fois le taux d'intérêt légal, fixé au contrat"
    try:
        floor_bp = clause_floor_bp(semester, rates)
    except RateMissing:
        # The contract's rate is known, only its lawfulness is not: compute, and say so.
        return AppliedRate(
            rate_bp,
            words,
            f"Le minimum légal du {semester.french()} n'est pas encore connu : "
            "le taux du contrat n'a pas pu lui être comparé.",
        )
    if rate_bp >= floor_bp:
        return AppliedRate(rate_bp, words)
    below = (
        f"Au {semester.french()}, le taux du contrat ({french_rate(rate_bp)}) est inférieur au minimum légal "
        f"({french_rate(floor_bp)})"
    )
    if conventions.below_floor is BelowFloor.SUPPLETIVE:
        default = _suppletive(semester, conventions, rates)
        return AppliedRate(default.rate_bp, default.words, f"{below} : le taux prévu par la loi le remplace.")
    return AppliedRate(
        floor_bp, "taux minimum légal (trois fois le taux d'intérêt légal)", f"{below} : il y est relevé."
    )


def _suppletive(semester: Semester, conventions: Conventions, rates: RateTable | None) -> AppliedRate:
    """The rate of the law where the contract says nothing."""
    default = _ecb_and_points(default_b2b_rate_bp(semester, rates), semester, rates)
    if conventions.floor_applies_to is FloorAppliesTo.CLAUSE:
        return default
    floor_bp = clause_floor_bp(semester, rates)
    if default.rate_bp >= floor_bp:
        return default
    return AppliedRate(floor_bp, "taux minimum légal (trois fois le taux d'intérêt légal)")


def _ecb_and_points(rate_bp: int, semester: Semester, rates: RateTable | None) -> AppliedRate:
    points = (rate_bp - ecb_rate_bp(semester, rates)) // 100
    return AppliedRate(rate_bp, f"taux BCE majoré de {points} points")
