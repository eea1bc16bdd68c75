"""Deposits on the final invoice, retention money, and progress claims by the cumulative method."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from quittance.domain.money import half_up
from quittance.domain.vat import WHOLE_BP, vat_on


class RetentionBase(StrEnum):
    """What the retention percentage applies to; sources disagree, the contract says (default: with tax)."""

    GROSS = "ttc"
    NET = "ht"


@dataclass(frozen=True, slots=True)
class FinalInvoice:
    """The final invoice of a sale with deposits: the full price, less what the deposit invoices asked."""

    price_net_cents: int
    price_vat_cents: int
    deposits_net_cents: int
    deposits_vat_cents: int
    retention_cents: int

    @property
    def price_gross_cents(self) -> int:
        """The full price, tax included (BT-112)."""
        return self.price_net_cents + self.price_vat_cents

    @property
    def deposits_gross_cents(self) -> int:
        """What the deposit invoices asked, tax included (BT-113)."""
        return self.deposits_net_cents + self.deposits_vat_cents

    @property
    def due_cents(self) -> int:
        """What is left, retention included (BT-115). Below zero, the deposits need a credit note."""
        return self.price_gross_cents - self.deposits_gross_cents

    @property
    def net_left_cents(self) -> int:
        """The part before tax not yet invoiced by deposits."""
        return self.price_net_cents - self.deposits_net_cents

    @property
    def vat_left_cents(self) -> int:
        """The VAT still to declare: the total less that of the deposits."""
        return self.price_vat_cents - self.deposits_vat_cents

    @property
    def payable_now_cents(self) -> int:
        """What the customer pays now; the retention follows a year after acceptance (law 71-584)."""
        return self.due_cents - self.retention_cents


@dataclass(frozen=True, slots=True)
class ProgressClaim:
    """One progress claim (situation de travaux): the work since the one before."""

    number: int  # from 1
    done_bp: int  # cumulated progress
    done_net_cents: int  # cumulated value before tax
    before_net_cents: int
    period_net_cents: int
    period_vat_cents: int
    retention_cents: int

    @property
    def period_gross_cents(self) -> int:
        """The claim, tax included."""
        return self.period_net_cents + self.period_vat_cents

    @property
    def payable_now_cents(self) -> int:
        """What the customer pays now, the retention being held back."""
        return self.period_gross_cents - self.retention_cents


def final_invoice(
    *,
    price_net_cents: int,
    rate_bp: int,
    deposits_net_cents: Sequence[int],
    retention_bp: int = 0,
    retention_base: RetentionBase = RetentionBase.GROSS,
) -> FinalInvoice:
    """Compute the final invoice: VAT on the full price, less each deposit with its VAT.

    Each deposit is its own invoice and was rounded on its own; the retention is on the full price
    (BOI-TVA-DECLA-30-20-20-10).
    """
    vat_cents = vat_on(price_net_cents, rate_bp)
    return FinalInvoice(
        price_net_cents=price_net_cents,
        price_vat_cents=vat_cents,
        deposits_net_cents=sum(deposits_net_cents),
        deposits_vat_cents=sum(vat_on(deposit, rate_bp) for deposit in deposits_net_cents),
        retention_cents=_retention_cents(price_net_cents, vat_cents, retention_bp, retention_base),
    )


def progress_claims(
    *,
    market_net_cents: int,
    done_bps: Sequence[int],
    rate_bp: int,
    retention_bp: int = 0,
    retention_base: RetentionBase = RetentionBase.GROSS,
) -> tuple[ProgressClaim, ...]:
    """Value each claim as cumulated work less the claims before, so that roundings never drift.

    `done_bps` are the cumulated percentages in basis points; at 10,000 the claims add up to the market
    exactly. A percentage that falls gives a negative claim: a correction.
    """
    claims: list[ProgressClaim] = []
    before_net_cents = 0
    for number, done_bp in enumerate(done_bps, start=1):
        done_net_cents = half_up(market_net_cents * done_bp, WHOLE_BP)
        net_cents = done_net_cents - before_net_cents
        vat_cents = vat_on(net_cents, rate_bp)
        retention_cents = _retention_cents(net_cents, vat_cents, retention_bp, retention_base)
        claims.append(
            ProgressClaim(
                number=number,
                done_bp=done_bp,
                done_net_cents=done_net_cents,
                before_net_cents=before_net_cents,
                period_net_cents=net_cents,
                period_vat_cents=vat_cents,
                retention_cents=retention_cents,
            )
        )
        before_net_cents = done_net_cents
    return tuple(claims)


def _retention_cents(net_cents: int, vat_cents: int, retention_bp: int, base: RetentionBase) -> int:
    base_cents = net_cents if base is RetentionBase.NET else net_cents + vat_cents
    return half_up(base_cents * retention_bp, WHOLE_BP)
