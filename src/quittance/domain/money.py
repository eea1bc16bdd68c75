"""Money is a whole number of cents; rates are basis points (1 bp = 0.01 %).

Every division shows its rounding: `half_up` is the only one in use, on the absolute value, as EN 16931
requires (BR-CO-17). Sums are never rounded, parts always add up to their whole.
"""

import re

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_LONGEST_AMOUNT = 40  # characters; the largest amounts have a dozen
_AMOUNT = re.compile(r"[+\-\u2212]?\d+(?:[.,]\d+)?")


class NotAnAmount(ValueError):
    """The text is not an amount of money; the message is French and shown to the user."""


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole number, halves away from zero.

    >>> half_up(605, 200), half_up(-605, 200)
    (3, -3)
    """
    assert denominator > 0
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def split_cents(total_cents: int, parts: int) -> list[int]:
    """Cut an amount into `parts` amounts that add up to it, the first ones a cent larger.

    >>> split_cents(10_000, 3)
    [3334, 3333, 3333]
    """
    assert parts > 0
    sign = -1 if total_cents < 0 else 1
    quotient, remainder = divmod(abs(total_cents), parts)
    return [sign * (quotient + (1 if rank < remainder else 0)) for rank in range(parts)]


def share_cents(total_cents: int, weights: list[int]) -> list[int]:
    """Share an amount in proportion to whole weights; each part is rounded down, what is left goes by largest
    remainder, the earlier part first on a tie. The parts add up to the total.

    >>> share_cents(65_000, [50_000, 80_000])
    [25000, 40000]
    """
    whole = sum(weights)
    assert whole > 0
    assert all(weight >= 0 for weight in weights)
    sign = -1 if total_cents < 0 else 1
    parts = [divmod(abs(total_cents) * weight, whole) for weight in weights]
    shares = [quotient for quotient, _ in parts]
    left = abs(total_cents) - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda rank: (-parts[rank][1], rank))
    for rank in by_remainder[:left]:
        shares[rank] += 1
    return [sign * share for share in shares]


def parse_cents(text: str) -> int:
    """Read an amount in euros, French or plain: `1 234,56`, `1234.56`, `-8,99`, `+4 800,00`, `12 €`.

    Refuses what may be read two ways (`1,234.56`, `1.234`) and more than two decimals: `NotAnAmount`.
    """
    compact = _SPACES.sub("", text).removesuffix("€").removesuffix("EUR")
    if len(compact) > _LONGEST_AMOUNT or not _AMOUNT.fullmatch(compact):
        raise NotAnAmount(
            f"« {text.strip()[:_LONGEST_AMOUNT]} » n'est pas un montant. Écrivez-le ainsi : 1 234,56."
        )
    sign = -1 if compact[0] in "-\u2212" else 1
    whole, _, decimals = compact.lstrip("+-\u2212").replace(",", ".").partition(".")
    if len(decimals) > 2 and decimals[2:].strip("0"):
        raise NotAnAmount(f"« {text.strip()} » a plus de deux décimales. Écrivez-le ainsi : 1 234,56.")
    if len(decimals) == 3:
        raise NotAnAmount(f"« {text.strip()} » se lit de deux façons. Écrivez-le ainsi : 1 234,56.")
    return sign * (int(whole) * 100 + int((decimals + "00")[:2]))


def plain_euros(cents: int) -> str:
    """Write an amount for a machine: `-1234.56`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def french_euros(cents: int) -> str:
    """Write an amount as the French print it, with the spaces that do not break: `1 234,56 €`."""
    sign = "\u2212" if cents < 0 else ""
    whole = f"{abs(cents) // 100:,}".replace(",", NARROW_SPACE)
    return f"{sign}{whole},{abs(cents) % 100:02d}{NO_BREAK_SPACE}€"


def french_rate(rate_bp: int) -> str:
    """Write a rate as the French print it: `12,40 %`."""
    return f"{rate_bp // 100},{rate_bp % 100:02d}{NARROW_SPACE}%"
