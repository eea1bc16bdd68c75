"""How late a customer pays, and the risk that follows: facts in words, never a bare letter.

Scores that look at paid invoices only miss the customer who no longer pays: what is overdue counts here with its age.
docs/rules/customer-risk.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from quittance.domain.money import half_up

PAID_WITHIN_DAYS = 365  # of what was paid before that, nothing is said
HIGH_AFTER_DAYS = 60
WATCH_AFTER_DAYS = 15
MOST_OVERDUE_BP = 5_000


@dataclass(frozen=True, slots=True)
class Lateness:
    """Days late weighted by amounts: `day_cents` is the sum of each amount times its days."""

    day_cents: int = 0
    cents: int = 0

    def __add__(self, other: "Lateness") -> "Lateness":
        return Lateness(self.day_cents + other.day_cents, self.cents + other.cents)

    @property
    def days(self) -> int | None:
        """The average, in days; `None` where nothing was paid and nothing is overdue."""
        return half_up(self.day_cents, self.cents) if self.cents else None


def lateness(parts: Iterable[tuple[int, int]]) -> Lateness:
    """Add up amounts with their days after the due date: (days, cents). Money that came early was not late: 0 days.

    >>> lateness([(30, 100_00), (-12, 100_00)]).days
    15
    """
    day_cents = total = 0
    for days, cents in parts:
        day_cents += max(days, 0) * cents
        total += cents
    return Lateness(day_cents, total)


class RiskLevel(StrEnum):
    """How much one should worry, from least to most."""

    NONE = "none"  # nothing is owed
    LOW = "low"
    WATCH = "watch"
    HIGH = "high"


RISK_LEVELS = tuple(RiskLevel)


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """What the risk is read from; `broken_promises` of the last twelve months."""

    open_cents: int
    overdue_cents: int
    oldest_days_late: int = 0
    broken_promises: int = 0

    @property
    def overdue_bp(self) -> int:
        """The share of what is owed that is overdue."""
        return half_up(10_000 * self.overdue_cents, self.open_cents) if self.open_cents else 0


@dataclass(frozen=True, slots=True)
class RiskFact:
    """One reason for a level: `code` names its words, `value` is days, basis points or a count."""

    code: str  # oldest, share, promises, nothing_overdue, nothing_open
    value: int
    weighs: RiskLevel


@dataclass(frozen=True, slots=True)
class Risk:
    """A level, and every fact that was looked at, the heaviest first."""

    level: RiskLevel
    facts: tuple[RiskFact, ...]


def risk_of(payer: PayerFacts) -> Risk:
    """Weigh a customer: the level is that of the heaviest fact."""
    facts = sorted(_facts(payer), key=lambda fact: -RISK_LEVELS.index(fact.weighs))
    return Risk(facts[0].weighs, tuple(facts))


def _facts(payer: PayerFacts) -> list[RiskFact]:
    found = []
    if payer.overdue_cents:
        days = payer.oldest_days_late
        by_age = RiskLevel.WATCH if days > WATCH_AFTER_DAYS else RiskLevel.LOW
        found.append(RiskFact("oldest", days, RiskLevel.HIGH if days > HIGH_AFTER_DAYS else by_age))
        most = payer.overdue_bp >= MOST_OVERDUE_BP and days > WATCH_AFTER_DAYS
        found.append(RiskFact("share", payer.overdue_bp, RiskLevel.WATCH if most else RiskLevel.LOW))
    elif payer.open_cents:
        found.append(RiskFact("nothing_overdue", 0, RiskLevel.LOW))
    else:
        found.append(RiskFact("nothing_open", 0, RiskLevel.NONE))
    if payer.broken_promises:
        several = payer.broken_promises > 1 and payer.overdue_cents > 0
        found.append(
            RiskFact("promises", payer.broken_promises, RiskLevel.HIGH if several else RiskLevel.WATCH)
        )
    return found
