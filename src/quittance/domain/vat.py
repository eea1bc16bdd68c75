"""VAT arithmetic: tax on a base, base out of a price with tax, and money received shared between rates."""

from collections.abc import Sequence
from dataclasses import dataclass

from quittance.domain.money import half_up

WHOLE_BP = 10_000


class NothingToShare(ValueError):
    """The totals per rate add up to nothing: no share exists; the message is French, for the user."""


@dataclass(frozen=True, slots=True)
class GrossSplit:
    """A price with tax cut into its net part and its VAT; the two add up to it."""

    net_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class RateShare:
    """What belongs to one VAT rate, tax included."""

    rate_bp: int
    gross_cents: int


def vat_on(base_cents: int, rate_bp: int) -> int:
    """Compute the VAT of a base, rounded half up on the absolute value (EN 16931, BR-CO-17).

    >>> vat_on(3_025, 1_000)
    303
    """
    return half_up(base_cents * rate_bp, WHOLE_BP)


def net_of_gross(gross_cents: int, rate_bp: int) -> GrossSplit:
    """Take the tax out of a price that includes it; VAT is the difference, so nothing is lost.

    >>> net_of_gross(1_990, 2_000)
    GrossSplit(net_cents=1658, vat_cents=332)
    """
    net_cents = half_up(gross_cents * WHOLE_BP, WHOLE_BP + rate_bp)
    return GrossSplit(net_cents=net_cents, vat_cents=gross_cents - net_cents)


def split_collected(invoiced: Sequence[RateShare], collected_cents: int) -> tuple[RateShare, ...]:
    """Share money received over the VAT rates of its invoice, in proportion to their totals with tax.

    Each rate is rounded half up, the last one given takes the rest: the shares add up to the money, negative
    for a returned payment. This is what status 212 (« encaissée ») reports per rate. Refuses:
    `NothingToShare`.
    """
    whole_cents = sum(share.gross_cents for share in invoiced)
    if whole_cents == 0:
        raise NothingToShare(
            "Le total de la facture est nul : un encaissement ne peut pas être réparti par taux."
        )
    sign = -1 if whole_cents < 0 else 1
    shares = [
        RateShare(share.rate_bp, half_up(sign * collected_cents * share.gross_cents, abs(whole_cents)))
        for share in invoiced[:-1]
    ]
    rest_cents = collected_cents - sum(share.gross_cents for share in shares)
    return (*shares, RateShare(invoiced[-1].rate_bp, rest_cents))
