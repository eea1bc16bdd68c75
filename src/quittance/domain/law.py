"""The law as dated data: tables of `quittance/law/`, read once, and the rates of late payment made from them.

A semester or a day that no row covers raises; nothing is ever extrapolated. See docs/rules/rates.md.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Semester:
    """Half of a calendar year, the period for which a rate is published."""

    year: int
    half: int

    def __post_init__(self) -> None:
        assert self.half in (1, 2)

    @property
    def start(self) -> date:
        """First day: 1 January or 1 July, the day whose ECB rate counts (C. com. L441-10 II)."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def end(self) -> date:
        """Last day: 30 June or 31 December."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def following(self) -> "Semester":
        """The semester after this one."""
        return Semester(self.year, 2) if self.half == 1 else Semester(self.year + 1, 1)

    def french(self) -> str:
        """`1er semestre 2027`, `2e semestre 2026`."""
        return f"{'1er' if self.half == 1 else '2e'} semestre {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-S{self.half}"


def semester_of(on: date) -> Semester:
    """The semester a day belongs to."""
    return Semester(on.year, 1 if on.month <= 6 else 2)


def parse_semester(text: str) -> Semester:
    """Read `2026-S2`; anything else raises `ValueError`."""
    year, separator, half = text.partition("-S")
    if not separator or half not in ("1", "2") or not (len(year) == 4 and year.isdecimal()):
        raise ValueError(f"« {text} » n'est pas un semestre. Écrivez-le ainsi : 2026-S2.")
    return Semester(int(year), int(half))


class RateKind(StrEnum):
    """Which published rate."""

    ECB = "ecb"
    LEGAL_PROFESSIONAL = "legal_professional"
    LEGAL_INDIVIDUAL = "legal_individual"


class Creditor(StrEnum):
    """Who is owed the money: the legal interest rate follows the creditor, not the debtor (CMF L313-2)."""

    PROFESSIONAL = "professional"
    INDIVIDUAL = "individual"


PROFESSIONAL = Creditor.PROFESSIONAL
INDIVIDUAL = Creditor.INDIVIDUAL


class RateMissing(LookupError):
    """No rate is known for the semester; the message is French and shown to the user.

    `kind` is the published rate that lacks; None where it is the rule that makes a rate from it. `first` is where the
    table starts. `reason` is the message without what to do.
    """

    def __init__(self, semester: Semester, first: Semester | None, kind: RateKind | None = None) -> None:
        known = (
            f"n'est pas dans nos tables (elles commencent au {first.french()})"
            if first is not None and semester < first
            else "n'est pas encore connu"
        )
        self.reason = f"Le taux du {semester.french()} {known} : aucun montant n'est calculé."
        super().__init__(f"{self.reason} Saisissez-le avec sa source.")
        self.semester = semester
        self.kind = kind


class RuleMissing(LookupError):
    """No rule of law is known for the day; the message is French and shown to the user."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One published rate, in basis points a year, with where it comes from."""

    kind: RateKind
    semester: Semester
    rate_bp: int
    source: str
    confidence: str = ""

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise ValueError(
                f"Le taux du {self.semester.french()} n'a pas de source. Indiquez d'où il vient."
            )
        if not 0 <= self.rate_bp <= 10_000:
            raise ValueError(
                f"Le taux du {self.semester.french()} doit être compris entre 0 et 100 %. Vérifiez-le."
            )


@dataclass(frozen=True, slots=True)
class RateTable:
    """The rates in use: those shipped, and those an operator added."""

    rates: Mapping[tuple[RateKind, Semester], Rate]

    def rate(self, kind: RateKind, semester: Semester) -> Rate:
        """The rate of that semester with its source; `RateMissing` where there is none."""
        found = self.rates.get((kind, semester))
        if found is None:
            first = min((known for of_kind, known in self.rates if of_kind is kind), default=None)
            raise RateMissing(semester, first, kind)
        return found

    def adding(self, rates: Iterable[Rate]) -> "RateTable":
        """A table with these rates too; a rate already known for its semester is replaced."""
        added = {(rate.kind, rate.semester): rate for rate in rates}
        return RateTable(MappingProxyType({**self.rates, **added}))


@cache
def shipped_rates() -> RateTable:
    """The rates delivered with the program."""
    rates: list[Rate] = []
    for row in read_csv("ecb_rate.csv"):
        semester = parse_semester(row["semester"])
        rates.append(Rate(RateKind.ECB, semester, int(row["rate_bp"]), row["source"], row["confidence"]))
    for row in read_csv("legal_interest.csv"):
        semester = parse_semester(row["semester"])
        for kind, column in (
            (RateKind.LEGAL_PROFESSIONAL, "professional_bp"),
            (RateKind.LEGAL_INDIVIDUAL, "individual_bp"),
        ):
            rates.append(Rate(kind, semester, int(row[column]), row["source"], row["confidence"]))
    return RateTable(MappingProxyType({})).adding(rates)


def legal_interest_rate_bp(
    semester: Semester, creditor: Creditor = PROFESSIONAL, rates: RateTable | None = None
) -> int:
    """Legal interest rate of the semester, for this kind of creditor (CMF L313-2). Raises `RateMissing`."""
    kind = RateKind.LEGAL_PROFESSIONAL if creditor is PROFESSIONAL else RateKind.LEGAL_INDIVIDUAL
    return (rates or shipped_rates()).rate(kind, semester).rate_bp


def ecb_rate_bp(semester: Semester, rates: RateTable | None = None) -> int:
    """ECB main refinancing rate in force on the semester's first day. Raises `RateMissing`."""
    return (rates or shipped_rates()).rate(RateKind.ECB, semester).rate_bp


def default_b2b_rate_bp(semester: Semester, rates: RateTable | None = None) -> int:
    """Rate between professionals where no clause says otherwise: ECB + 10 points (C. com. L441-10 II)."""
    return ecb_rate_bp(semester, rates) + int(_rule("default_b2b", semester)["margin_bp"])


def public_buyer_rate_bp(semester: Semester, rates: RateTable | None = None) -> int:
    """Rate owed by a public buyer: ECB + 8 points (CCP R2192-31), frozen at the first late day."""
    return ecb_rate_bp(semester, rates) + int(_rule("public_buyer", semester)["margin_bp"])


def clause_floor_bp(semester: Semester, rates: RateTable | None = None) -> int:
    """Lowest rate a clause may fix: three times the legal rate of a professional creditor (L441-10 II)."""
    return legal_interest_rate_bp(semester, PROFESSIONAL, rates) * int(
        _rule("clause_floor", semester)["times_legal"]
    )


def _rule(name: str, semester: Semester) -> Mapping[str, Any]:
    rows = [row for row in read_toml("late_rates.toml")["rule"] if row["name"] == name]
    rule = in_force(rows, semester.start)
    if rule is None:
        raise RateMissing(semester, semester_of(rows[0]["valid_from"]))
    return rule


def in_force(rows: Iterable[Mapping[str, Any]], on: date) -> Mapping[str, Any] | None:
    """The row whose validity covers the day, `None` where none does; two would be a fault of the table."""
    found = [row for row in rows if row["valid_from"] <= on <= row.get("valid_until", date.max)]
    assert len(found) <= 1, found
    return found[0] if found else None


@cache
def read_toml(name: str) -> Mapping[str, Any]:
    """A table of `quittance/law/` in TOML."""
    return MappingProxyType(tomllib.loads(_text(name)))


@cache
def read_csv(name: str) -> tuple[Mapping[str, str], ...]:
    """A table of `quittance/law/` in CSV, one mapping per row."""
    return tuple(MappingProxyType(row) for row in csv.DictReader(_text(name).splitlines()))


def _text(name: str) -> str:
    return files("quittance").joinpath("law", name).read_text(encoding="utf-8")
