"""What must always be true of the stored data; `quittance doctor` and the tests read the same list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One row that breaks an invariant. `reason` is a French clause for the person who looks after the data."""

    invariant: str
    where: str
    reason: str
