"""What lateness costs: interest by half-year, the fixed indemnity, and how part-payments clear them.

`penalties_owed` answers for one debt, `run_account` follows it through its payments, `indemnity_cents` counts
the fixed indemnity over several invoices. The rules, their sources and worked examples:
docs/rules/penalties.md.
"""

from quittance.domain.penalties.account import (
    Account,
    CreditNote,
    ImputationOrder,
    ImputedPayment,
    LateDebt,
    Payment,
    Segment,
    penalties_owed,
    run_account,
)
from quittance.domain.penalties.indemnity import (
    InstallmentDates,
    InvoiceDates,
    indemnity_cents,
    invoice_indemnity_cents,
)
from quittance.domain.penalties.rules import (
    BelowFloor,
    Clause,
    Conventions,
    Divisor,
    FixedRate,
    FloorAppliesTo,
    Kind,
    LegalMultiple,
    PenaltyRefused,
    RateSplit,
    Rounding,
)

__all__ = [
    "Account",
    "BelowFloor",
    "Clause",
    "Conventions",
    "CreditNote",
    "Divisor",
    "FixedRate",
    "FloorAppliesTo",
    "ImputationOrder",
    "ImputedPayment",
    "InstallmentDates",
    "InvoiceDates",
    "Kind",
    "LateDebt",
    "LegalMultiple",
    "Payment",
    "PenaltyRefused",
    "RateSplit",
    "Rounding",
    "Segment",
    "indemnity_cents",
    "invoice_indemnity_cents",
    "penalties_owed",
    "run_account",
]
