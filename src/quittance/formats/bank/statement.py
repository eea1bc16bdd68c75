"""The values every bank format is read into."""

from dataclasses import dataclass, field
from datetime import date

MAX_STATEMENT_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on the account, as the bank states it.

    A batch booking gives one line per transaction where the bank details them, else one line for the batch.
    Empty text means that the bank says nothing; texts are stripped, inner runs of spaces are one space.
    """

    position: int  # 1-based in the whole file, over all its statements
    booked_on: date
    amount_cents: int  # in the currency's minor unit (cents, whole yen); received > 0, paid out < 0
    label: str  # everything the bank says about it, for a reader and for matching
    value_on: date | None = None
    bank_ref: str = ""  # the bank's own reference of this movement (AcctSvcrRef, FITID, CFONB reference)
    end_to_end_id: str = ""  # empty where the bank writes NOTPROVIDED
    counterparty_name: str = ""
    counterparty_iban: str = ""
    structured_ref: str = ""  # creditor reference, such as RF18 5390 0754 7034, without spaces
    transaction_code: str = (
        ""  # the bank's type: CFONB code, CAMT `PMNT-RCDT-ESCT`, MT940 `NTRF`, OFX TRNTYPE
    )
    return_reason: str = ""  # ISO or CFONB reason of a returned debit or transfer
    batch_ref: str = ""  # what ties together the transactions of one batch booking
    source_line: int = 0  # line of the file, for messages


@dataclass(frozen=True, slots=True)
class Statement:
    """One account over one period.

    With both balances: opening + sum of lines = closing, or the file is refused.
    """

    currency: str
    lines: tuple[StatementLine, ...]
    account_iban: str = ""  # given by the file, or computed from the French bank, branch and account numbers
    account_label: str = ""  # the account as the file writes it, where there is no IBAN
    reference: str = ""  # the bank's number of the statement
    opening_cents: int | None = None  # before the first line; None where the bank does not say
    closing_cents: int | None = None  # after the last line
    from_on: date | None = None  # first day covered
    to_on: date | None = None  # last day covered: the account is « read through » that day


@dataclass(frozen=True, slots=True)
class StatementFile:
    """What one file holds, and its format: `camt053`, `cfonb120`, `ofx`, `mt940` or `csv:<layout>`."""

    format: str
    statements: tuple[Statement, ...] = field(default=())

    @property
    def lines(self) -> tuple[StatementLine, ...]:
        """All movements of the file, in its order."""
        return tuple(line for statement in self.statements for line in statement.lines)
