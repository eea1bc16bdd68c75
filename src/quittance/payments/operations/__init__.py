"""What is done to money: receivables opened, statements read, payments put on receivables, and undone."""

from quittance.payments.operations.allocations import (
    NotAllocated,
    NothingToUndo,
    PaymentDetails,
    allocate_line,
    record_matches,
    record_payments,
    undo_line,
)
from quittance.payments.operations.receivables import open_receivables
from quittance.payments.operations.statements import ImportedStatement, record_statement

__all__ = [
    "ImportedStatement",
    "NotAllocated",
    "NothingToUndo",
    "PaymentDetails",
    "allocate_line",
    "open_receivables",
    "record_matches",
    "record_payments",
    "record_statement",
    "undo_line",
]
