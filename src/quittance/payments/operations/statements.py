"""Reading bank statements into lines, each movement once."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from quittance.formats.bank.statement import Statement, StatementFile, StatementLine
from quittance.gateways.clock import civil_day
from quittance.journal.operations import append, hold
from quittance.payments.coverage import Gap
from quittance.payments.models import BankLine, BankStatement, StatementImport
from quittance.payments.operations.known_lines import BankMovement, known_among

# What makes two movements of one file the same, apart from the bank's own reference: day, amount and words.
LineKey = tuple[date, int, str]


@dataclass(frozen=True, slots=True)
class StatementTotals:
    """One statement of a file, to be checked against the bank's: opening + movements = closing where both are given."""

    account: str
    currency: str
    from_on: date | None
    to_on: date | None
    opening_cents: int | None
    movement_cents: int
    closing_cents: int | None
    lines: int


@dataclass(frozen=True, slots=True)
class ImportedStatement:
    """What a file brought. `repeats`: movements the file itself states twice; `known`: seen in an earlier file."""

    format: str
    lines: int
    new: int
    known: int
    repeats: int
    received_cents: int
    paid_out_cents: int
    read_through_on: date | None
    imported_before_on: date | None = None
    new_accounts: tuple[str, ...] = ()  # accounts that the file made known
    statements: tuple[StatementTotals, ...] = ()
    gap: Gap | None = None  # days before it of which no statement tells


@transaction.atomic
def record_statement(
    *,
    company_id: int,
    file: StatementFile,
    account_ids: Sequence[int],
    sha256: str,
    file_name: str,
    actor: str,
    at: datetime,
) -> ImportedStatement:
    """Record a bank file: one account id per statement of it. A file seen before adds nothing."""
    hold(company_id=company_id)
    before = StatementImport.objects.filter(company_id=company_id, sha256=sha256).first()
    if before is not None:
        return _known_file(file, before)
    header = StatementImport.objects.create(
        company_id=company_id,
        sha256=sha256,
        file_name=file_name[:255],
        format=file.format,
        line_count=len(file.lines),
        new_count=0,
        imported_at=at,
    )
    new, repeats = _lines_of(header, file, account_ids, civil_day(at))
    BankLine.objects.bulk_create(new, batch_size=2000)
    header.new_count = len(new)
    header.save(update_fields=["new_count"])
    append(
        company_id=company_id,
        kind="payments.statement_imported",
        data={
            "file": file_name,
            "sha256": sha256,
            "format": file.format,
            "lines": len(file.lines),
            "new": len(new),
            "cents": sum(line.amount_cents for line in new),
        },
        actor=actor,
        at=at,
    )
    return ImportedStatement(
        format=file.format,
        lines=len(file.lines),
        new=len(new),
        known=len(file.lines) - repeats - len(new),
        repeats=repeats,
        received_cents=sum(line.amount_cents for line in new if line.amount_cents > 0),
        paid_out_cents=sum(line.amount_cents for line in new if line.amount_cents < 0),
        read_through_on=_read_through(file, civil_day(at)),
        statements=_totals(file),
    )


def _lines_of(
    header: StatementImport, file: StatementFile, account_ids: Sequence[int], imported_on: date
) -> tuple[list[BankLine], int]:
    """Return the movements of a file that no earlier one brought, and how many the file itself repeats."""
    new, repeats = list[BankLine](), 0
    for account_id in dict.fromkeys(account_ids):
        # All of an account together: what two statements of one file both have is one day's twice, or a repeat.
        origins = {
            line.position: (stored, statement.currency)
            for statement, its_account in zip(file.statements, account_ids, strict=True)
            if its_account == account_id
            for stored in (_statement(header, account_id, statement, imported_on),)
            for line in statement.lines
        }
        lines = [line for line in file.lines if line.position in origins]
        distinct = _without_repeats(lines)
        repeats += len(lines) - len(distinct)
        new += _new_lines(header, account_id, origins, distinct)
    return new, repeats


def _known_file(file: StatementFile, before: StatementImport) -> ImportedStatement:
    return ImportedStatement(
        format=file.format,
        lines=len(file.lines),
        new=0,
        known=len(file.lines),
        repeats=0,
        received_cents=0,
        paid_out_cents=0,
        read_through_on=_read_through(file, civil_day(before.imported_at)),
        imported_before_on=civil_day(before.imported_at),
        statements=_totals(file),
    )


def _totals(file: StatementFile) -> tuple[StatementTotals, ...]:
    return tuple(
        StatementTotals(
            account=statement.account_iban or statement.account_label,
            currency=statement.currency,
            from_on=statement.from_on,
            to_on=statement.to_on,
            opening_cents=statement.opening_cents,
            movement_cents=sum(line.amount_cents for line in statement.lines),
            closing_cents=statement.closing_cents,
            lines=len(statement.lines),
        )
        for statement in file.statements
    )


def _read_through(file: StatementFile, imported_on: date) -> date | None:
    days = [_covers_to(statement, imported_on) for statement in file.statements]
    return max((day for day in days if day is not None), default=None)


def _covers_to(statement: Statement, imported_on: date) -> date | None:
    """The last day that a statement can tell of: not one to come, unless it has a movement on it."""
    if statement.to_on is None:
        return None
    last_on = max((line.booked_on for line in statement.lines), default=imported_on)
    covers_to = min(statement.to_on, max(imported_on, last_on))
    return covers_to if statement.from_on is None or statement.from_on <= covers_to else None


def _statement(
    header: StatementImport, account_id: int, statement: Statement, imported_on: date
) -> BankStatement:
    return BankStatement.objects.create(
        statement_import=header,
        bank_account_id=account_id,
        reference=statement.reference[:80],
        from_on=statement.from_on or min((line.booked_on for line in statement.lines), default=None),
        to_on=_covers_to(statement, imported_on),
        opening_cents=statement.opening_cents,
        closing_cents=statement.closing_cents,
    )


def _key(line: StatementLine | BankLine) -> LineKey:
    words = f"{line.label} {line.counterparty_name[:200]}"
    return line.booked_on, line.amount_cents, " ".join(words.casefold().split())


def _telling_references(lines: Iterable[StatementLine]) -> frozenset[str]:
    """References that name one movement. Some banks write the same word on every line: it names nothing."""
    seen: dict[str, set[LineKey]] = defaultdict(set)
    for line in lines:
        if line.bank_ref and not line.batch_ref:
            seen[line.bank_ref].add(_key(line))
    return frozenset(reference for reference, keys in seen.items() if len(keys) == 1)


def _without_repeats(lines: Sequence[StatementLine]) -> list[tuple[StatementLine, str]]:
    """Drop the movements that a file states twice under one reference; pair the others with their reference."""
    telling = _telling_references(lines)
    seen: set[str] = set()
    distinct = []
    for line in lines:
        reference = line.bank_ref if line.bank_ref in telling else ""
        if reference and reference in seen:
            continue
        seen.add(reference)
        distinct.append((line, reference))
    return distinct


def _new_lines(
    header: StatementImport,
    account_id: int,
    origins: Mapping[int, tuple[BankStatement, str]],
    distinct: Sequence[tuple[StatementLine, str]],
) -> list[BankLine]:
    """Keep the movements that no earlier file brought.

    Two equal movements on one day stay two: as many are known as earlier files brought. `origins`: the statement and
    the currency of each line, by its position.
    """
    if not distinct:
        return []
    days = [line.booked_on for line, _ in distinct]
    earlier = list(
        BankLine.objects.filter(bank_account_id=account_id, booked_on__range=(min(days), max(days)))
        .select_related("statement__statement_import")
        .only(*_TELLING_COLUMNS)
        .iterator(2000)
    )
    known = known_among(
        [_movement(line, reference[:80], header.format) for line, reference in distinct],
        [_movement(line, line.bank_ref, line.statement.statement_import.format) for line in earlier],
    )
    occurrences = Counter(_key(line) for line in earlier)
    fresh = []
    for (line, reference), is_known in zip(distinct, known, strict=True):
        if is_known:
            continue
        key = _key(line)
        occurrences[key] += 1
        statement, currency = origins[line.position]
        fresh.append(
            _bank_line(header.company_id, account_id, statement, currency, line, reference, occurrences[key])
        )
    return fresh


_TELLING_COLUMNS = (
    *("booked_on", "amount_cents", "label", "counterparty_name", "bank_ref", "counterparty_iban"),
    *("end_to_end_id", "statement__statement_import__format"),
)


def _movement(line: StatementLine | BankLine, reference: str, file_format: str) -> BankMovement:
    return BankMovement(
        booked_on=line.booked_on,
        amount_cents=line.amount_cents,
        words=_key(line)[-1],
        reference=reference,
        format=file_format,
        counterparty_iban=line.counterparty_iban[:34],
        end_to_end_id=line.end_to_end_id[:80],
    )


def _bank_line(
    company_id: int,
    account_id: int,
    statement: BankStatement,
    currency: str,
    line: StatementLine,
    reference: str,
    occurrence: int,
) -> BankLine:
    words = repr((currency, _key(line), occurrence))
    return BankLine(
        company_id=company_id,
        bank_account_id=account_id,
        statement=statement,
        position=line.position,
        booked_on=line.booked_on,
        value_on=line.value_on,
        amount_cents=line.amount_cents,
        currency=currency,
        label=line.label,
        bank_ref=reference[:80],
        end_to_end_id=line.end_to_end_id[:80],
        counterparty_name=line.counterparty_name[:200],
        counterparty_iban=line.counterparty_iban[:34],
        structured_ref=line.structured_ref[:40],
        digest=hashlib.sha256(words.encode()).hexdigest(),
        waits=line.amount_cents > 0 and currency == "EUR",
    )
