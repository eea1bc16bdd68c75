"""Which movements of a bank file earlier files have already brought: each counts once, whatever words it comes in."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BankMovement:
    """What tells one movement of an account from another. `reference`: the bank's, where it names one movement."""

    booked_on: date
    amount_cents: int
    words: str
    reference: str
    format: str  # of the file that brought it
    counterparty_iban: str = ""
    end_to_end_id: str = ""

    @property
    def _sum(self) -> tuple[date, int]:
        return self.booked_on, self.amount_cents


def known_among(incoming: Sequence[BankMovement], earlier: Sequence[BankMovement]) -> list[bool]:
    """Say of each incoming movement whether an earlier file brought it; an earlier one answers for one incoming.

    Three ways, each over all that the one before left: the same day, amount and reference; the same day, amount and
    words, unless both have a reference and the two differ; and, against a file of another format, the same day and
    amount, since banks word and number a movement differently in each format. In this last way two movements stay
    two where both name another payer's account or another end-to-end identifier.
    """
    left: dict[tuple[date, int], list[BankMovement]] = defaultdict(list)
    for movement in earlier:
        left[movement._sum].append(movement)
    telling = _telling([*earlier, *incoming])
    known = [False] * len(incoming)
    # Those with a reference first: they can be fewer movements than those without.
    order = sorted(range(len(incoming)), key=lambda rank: not incoming[rank].reference)

    def by_reference(one: BankMovement, other: BankMovement) -> bool:
        return one.reference == other.reference and one.reference in telling

    for same in (by_reference, _by_words, _by_another_format):
        for rank in order:
            if not known[rank]:
                known[rank] = _strike(left.get(incoming[rank]._sum, []), incoming[rank], same)
    return known


def _telling(movements: Sequence[BankMovement]) -> frozenset[str]:
    """References that name one day and amount. A word that a bank writes on many lines names nothing."""
    seen: dict[str, set[tuple[date, int]]] = defaultdict(set)
    for movement in movements:
        if movement.reference:
            seen[movement.reference].add(movement._sum)
    return frozenset(reference for reference, sums in seen.items() if len(sums) == 1)


def _strike(
    left: list[BankMovement], one: BankMovement, same: Callable[[BankMovement, BankMovement], bool]
) -> bool:
    """Take off the first earlier movement that this may be, if there is one."""
    for rank, other in enumerate(left):
        if same(one, other):
            del left[rank]
            return True
    return False


def _by_words(one: BankMovement, other: BankMovement) -> bool:
    return one.words == other.words and not _differ(one.reference, other.reference)


def _by_another_format(one: BankMovement, other: BankMovement) -> bool:
    return one.format != other.format and not (
        _differ(one.counterparty_iban, other.counterparty_iban)
        or _differ(one.end_to_end_id, other.end_to_end_id)
    )


def _differ(one: str, other: str) -> bool:
    return bool(one) and bool(other) and one != other
