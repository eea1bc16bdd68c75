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
from quittance.payments.operations.by_hand import (
    NotedPayment,
    PaymentRefused,
    note_payment,
    record_paid_by_file,
    source_by_file,
    take_back_noted,
)
from quittance.payments.operations.credits import keep_line_as_credit, take_back_credit, use_credit
from quittance.payments.operations.receivables import move_due_dates, open_receivables
from quittance.payments.operations.same_money import note_sources, tie_lines
from quittance.payments.operations.set_aside import set_aside_line, take_back_set_aside
from quittance.payments.operations.statements import ImportedStatement, record_statement

__all__ = [
    "ImportedStatement",
    "NotAllocated",
    "NotedPayment",
    "NothingToUndo",
    "PaymentDetails",
    "PaymentRefused",
    "allocate_line",
    "keep_line_as_credit",
    "move_due_dates",
    "note_payment",
    "note_sources",
    "open_receivables",
    "record_matches",
    "record_paid_by_file",
    "record_payments",
    "record_statement",
    "set_aside_line",
    "source_by_file",
    "take_back_credit",
    "take_back_noted",
    "take_back_set_aside",
    "tie_lines",
    "undo_line",
    "use_credit",
]
