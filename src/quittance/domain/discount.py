"""Early-payment discount (escompte): what is left to pay when the customer pays before the agreed day.

The discount is computed before tax, and its own VAT is taken off too: VAT is due on the price really paid
(CGI 267 II-1). On an invoice with several rates, each rate bears its share.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from quittance.domain.money import half_up
from quittance.domain.vat import WHOLE_BP, vat_on


@dataclass(frozen=True, slots=True)
class EarlyDiscount:
    """A price and its discount, before tax and as VAT; other amounts are sums or differences of these."""

    price_net_cents: int
    price_vat_cents: int
    discount_net_cents: int
    discount_vat_cents: int

    @property
    def price_gross_cents(self) -> int:
        """What is due without the discount, tax included."""
        return self.price_net_cents + self.price_vat_cents

    @property
    def discount_gross_cents(self) -> int:
        """What the customer may keep by paying early, tax included."""
        return self.discount_net_cents + self.discount_vat_cents

    @property
    def net_cents(self) -> int:
        """The price before tax after the discount."""
        return self.price_net_cents - self.discount_net_cents

    @property
    def vat_cents(self) -> int:
        """The VAT after the discount."""
        return self.price_vat_cents - self.discount_vat_cents

    @property
    def to_pay_cents(self) -> int:
        """What settles the invoice when paid early, tax included."""
        return self.price_gross_cents - self.discount_gross_cents


def early_discount(net_by_rate: Mapping[int, int], discount_bp: int) -> EarlyDiscount:
    """Compute the discount of an invoice given its base before tax (cents) for each VAT rate (basis points).

    >>> early_discount({2_000: 100_000}, 200).to_pay_cents
    117600
    """
    discounts = {rate_bp: half_up(net * discount_bp, WHOLE_BP) for rate_bp, net in net_by_rate.items()}
    return EarlyDiscount(
        price_net_cents=sum(net_by_rate.values()),
        price_vat_cents=sum(vat_on(net, rate_bp) for rate_bp, net in net_by_rate.items()),
        discount_net_cents=sum(discounts.values()),
        discount_vat_cents=sum(vat_on(net, rate_bp) for rate_bp, net in discounts.items()),
    )
