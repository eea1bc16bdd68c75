"""Which sets of open amounts add up to a payment, and how likely it is that one does so by chance."""

from collections.abc import Sequence
from itertools import combinations
from math import comb, gcd

MOST_HALF_SETS = 4_000  # work for one line stays under some milliseconds
ROUND_CENTS = 12_000
_CROWDING = 3  # sums gather around their middle: about three times denser there than evenly spread


def chance_in_million(amounts: Sequence[int], fewest: int, most: int) -> int:
    """Expect so many sets (in millionths) of `fewest` to `most` of the amounts to hit a given sum by chance.

    Sums are multiples of the amounts' common divisor, spread over their total: round amounts coincide often.
    Roundness counts up to 120,00 (100,00 and VAT), lest two odd amounts with a large divisor pass for round.
    """
    total = sum(amounts)
    sets = sum(comb(len(amounts), size) for size in range(fewest, most + 1))
    return sets * _CROWDING * gcd(ROUND_CENTS, *amounts) * 1_000_000 // total


def largest_size(amounts: Sequence[int], fewest: int, at_most_in_million: int) -> int:
    """Give the largest number of amounts to add up before chance exceeds the bound; 0: none."""
    allowed = 0
    for size in range(fewest, len(amounts) + 1):
        if chance_in_million(amounts, fewest, size) > at_most_in_million:
            break
        allowed = size
    return allowed


def sets_that_add_up(
    amounts: Sequence[int], target: int, fewest: int, most: int, stop_at: int = 6
) -> list[tuple[int, ...]] | None:
    """List the sets (as ranks) of `fewest` to `most` amounts whose sum is the target, up to `stop_at`.

    None where there are too many amounts to look through. All amounts are > 0.
    """
    middle = len(amounts) // 2
    halves = range(middle), range(middle, len(amounts))
    if any(sum(comb(len(half), size) for size in range(most + 1)) > MOST_HALF_SETS for half in halves):
        return None
    by_sum: dict[int, list[tuple[int, ...]]] = {}
    for size in range(min(most, len(halves[0])) + 1):
        for ranks in combinations(halves[0], size):
            by_sum.setdefault(sum(amounts[rank] for rank in ranks), []).append(ranks)
    found: list[tuple[int, ...]] = []
    for size in range(min(most, len(halves[1])) + 1):
        for ranks in combinations(halves[1], size):
            for others in by_sum.get(target - sum(amounts[rank] for rank in ranks), ()):
                if fewest <= len(others) + size <= most:
                    found.append(others + ranks)
                    if len(found) == stop_at:
                        return found
    return found
