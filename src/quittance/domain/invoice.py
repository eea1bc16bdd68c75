"""Invoice totals as EN 16931 wants them: lines rounded to the cent, VAT once on the base of each rate.

Names in brackets are the business terms of the standard (BT-106 and so on); the rules are in
`docs/rules/vat-and-totals.md`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from quittance.domain.money import half_up
from quittance.domain.vat import WHOLE_BP, vat_on

MAX_QUANTITY_DECIMALS = 4
MAX_PRICE_DECIMALS = 6
MAX_WHOLE_DIGITS = 12

_POSITIVE = r"[0-9]+(?:[.,][0-9]+)?"
_NUMBER = rf"[+\-\u2212]?{_POSITIVE}"
_LINE = re.compile(rf"({_NUMBER})[xX×*]({_NUMBER})@({_POSITIVE})%?")
_ADJUSTMENT = re.compile(rf"({_POSITIVE})@({_POSITIVE})%?")


class LineRefused(ValueError):
    """The text is not an invoice line or allowance; the message is French and shown to the user."""


class NegativePrice(LineRefused):
    """A unit price is negative, which EN 16931 forbids (BR-27)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: exact quantity (BT-129) and unit price before tax in euros (BT-146), VAT rate (BT-152)."""

    quantity: Fraction
    price_euros: Fraction
    rate_bp: int

    def __post_init__(self) -> None:
        if self.price_euros < 0:
            raise NegativePrice(
                "Le prix unitaire d'une ligne ne peut pas être négatif (règle BR-27). "
                "Pour déduire une somme, saisissez une remise, ou une quantité négative."
            )

    @property
    def net_cents(self) -> int:
        """The line before tax, rounded once (BT-131)."""
        exact = self.quantity * self.price_euros * 100
        return half_up(exact.numerator, exact.denominator)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A sum before tax for the whole document, at one VAT rate: an allowance (BG-20) or a charge (BG-21)."""

    net_cents: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class VatBase:
    """One row of the VAT breakdown: rate, taxable base (BT-116) and VAT (BT-117)."""

    rate_bp: int
    base_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of an invoice; sums are exact, only lines and VAT per rate were rounded."""

    line_cents: tuple[int, ...]
    allowances_cents: int  # BT-107
    charges_cents: int  # BT-108
    vat_bases: tuple[VatBase, ...]  # by rising rate

    @property
    def lines_cents(self) -> int:
        """Sum of the lines before tax (BT-106)."""
        return sum(self.line_cents)

    @property
    def net_cents(self) -> int:
        """Total before tax (BT-109)."""
        return self.lines_cents - self.allowances_cents + self.charges_cents

    @property
    def vat_cents(self) -> int:
        """Total VAT (BT-110)."""
        return sum(base.vat_cents for base in self.vat_bases)

    @property
    def gross_cents(self) -> int:
        """Total with tax (BT-112)."""
        return self.net_cents + self.vat_cents


def invoice_totals(
    lines: Iterable[Line], allowances: Iterable[Adjustment] = (), charges: Iterable[Adjustment] = ()
) -> Totals:
    """Add up an invoice: per-rate base, then VAT once per rate (BR-CO-10 to BR-CO-17).

    >>> invoice_totals([parse_line("1x0.33@20")] * 3).vat_cents
    20
    """
    lines, allowances, charges = tuple(lines), tuple(allowances), tuple(charges)
    bases: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        bases[line.rate_bp] += line.net_cents
    for allowance in allowances:
        bases[allowance.rate_bp] -= allowance.net_cents
    for charge in charges:
        bases[charge.rate_bp] += charge.net_cents
    totals = Totals(
        line_cents=tuple(line.net_cents for line in lines),
        allowances_cents=sum(allowance.net_cents for allowance in allowances),
        charges_cents=sum(charge.net_cents for charge in charges),
        vat_bases=tuple(VatBase(rate, base, vat_on(base, rate)) for rate, base in sorted(bases.items())),
    )
    assert sum(base.base_cents for base in totals.vat_bases) == totals.net_cents
    return totals


def parse_line(text: str) -> Line:
    """Read `quantity x price @ VAT rate`: `3x33.33@20`, `1,5 × 83,3333 @ 5,5 %`.

    At most 4 decimals for the quantity, 6 for the price, 2 for the rate.
    Refuses: `LineRefused`, `NegativePrice`.
    """
    match = _LINE.fullmatch(_compact(text))
    if match is None:
        raise LineRefused(
            f"« {text.strip()} » n'est pas une ligne. Écrivez quantité x prix @ taux : 3x33.33@20."
        )
    quantity, price, rate = match.groups()
    return Line(
        quantity=_exact(quantity, MAX_QUANTITY_DECIMALS, "La quantité"),
        price_euros=_exact(price, MAX_PRICE_DECIMALS, "Le prix unitaire"),
        rate_bp=_rate_bp(rate),
    )


def parse_adjustment(text: str) -> Adjustment:
    """Read an allowance or a charge of the whole document, `amount before tax @ rate`: `100.00@20`.

    At most 2 decimals for the amount and for the rate. Refuses: `LineRefused`.
    """
    match = _ADJUSTMENT.fullmatch(_compact(text))
    if match is None:
        raise LineRefused(f"« {text.strip()} » n'est pas une remise. Écrivez montant @ taux : 100.00@20.")
    cents = _exact(match[1], 2, "Le montant") * 100
    return Adjustment(net_cents=int(cents), rate_bp=_rate_bp(match[2]))


def _compact(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]", "", text)


def _exact(number: str, max_decimals: int, name: str) -> Fraction:
    """Read a number without loss; refuse more decimals or digits than the invoice formats can carry."""
    plain = number.replace(",", ".").replace("\u2212", "-")
    whole, _, decimals = plain.lstrip("+-").partition(".")
    if len(decimals) > max_decimals:
        raise LineRefused(f"{name} « {number} » a plus de {max_decimals} décimales.")
    if len(whole) > MAX_WHOLE_DIGITS:
        raise LineRefused(f"{name} « {number} » est trop grand.")
    return Fraction(plain)


def _rate_bp(text: str) -> int:
    rate_bp = int(_exact(text, 2, "Le taux de TVA") * 100)
    if rate_bp > WHOLE_BP:
        raise LineRefused(f"Le taux de TVA « {text} » dépasse 100 %.")
    return rate_bp
