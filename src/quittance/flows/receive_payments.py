"""From the bank's file to paid invoices."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.domain.matching import LineMatch, match_lines
from quittance.domain.money import NotAnAmount, parse_cents
from quittance.flows.errors import ImportRefused
from quittance.flows.same_money import tie_known_payments
from quittance.flows.statement_accounts import accounts_of
from quittance.formats.bank.reader import read_statements
from quittance.journal.operations import hold
from quittance.journal.queries import position
from quittance.payments.coverage import bank_coverage
from quittance.payments.operations import (
    ImportedStatement,
    NotAllocated,
    allocate_line,
    record_matches,
    record_statement,
    take_back_set_aside,
    undo_line,
)
from quittance.payments.queries import (
    imported_elsewhere,
    matching_book,
    newest_line_not_looked_at,
    proposed_credits,
)

if TYPE_CHECKING:
    from quittance.company.models import Company


@dataclass(frozen=True, slots=True)
class Matched:
    """What a matching run did: lines looked at, allocated now, waiting for a person."""

    looked_at: int
    allocated: int
    allocated_cents: int
    proposed: int


def import_statement(
    *,
    company: Company,
    data: bytes,
    file_name: str,
    actor: str,
    at: datetime,
    format: str | None = None,  # noqa: A002 - the word of the command line
    account: str = "",
    dry_run: bool = False,
) -> ImportedStatement:
    """Read a bank file of any known format and record its movements, each once.

    An account that the file names and nobody here has is added to the company; one of another company is refused,
    and so is a file that another company has imported. `account`: the IBAN or number of the account, where the file
    does not tell. Refusals: `StatementError`, `ImportRefused`.
    """
    file = read_statements(data, file_name=file_name, format=format)
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        hold(company_id=company.pk)
        if imported_elsewhere(company.pk, sha256):
            raise ImportRefused(
                "Ce fichier a déjà été importé pour une autre société de cette installation. "
                f"Vérifiez qu'il est à {company.name}. Rien n'a été importé."
            )
        account_ids, new_accounts = accounts_of(company, file, named=account, actor=actor, at=at)
        imported = record_statement(
            company_id=company.pk,
            file=file,
            account_ids=account_ids,
            sha256=sha256,
            file_name=file_name,
            actor=actor,
            at=at,
        )
        gap = bank_coverage(company.pk, of_accounts=account_ids).gap
        if dry_run:
            transaction.set_rollback(True)
    return replace(imported, new_accounts=new_accounts, gap=gap)


def match(*, company: Company, actor: str, at: datetime) -> Matched:
    """Explain every bank credit that is not explained yet: allocate what is certain, propose the rest.

    The deciding is done outside the transaction; when somebody wrote meanwhile, it is done again.
    """
    tie_known_payments(company=company, actor=actor, at=at)
    while True:
        seen_at = position(company.pk)
        book = matching_book(company.pk)
        matches = [
            _left_to_a_person(found) if found.line_id in book.refused_lines else found
            for found in match_lines(book.lines, book.receivables, book.payers, book.settled)
        ]
        recorded = record_matches(company_id=company.pk, matches=matches, seen_at=seen_at, actor=actor, at=at)
        if recorded is not None:
            allocated, proposed = recorded
            certain = {found.line_id for found in matches if found.state == "allocated"}
            cents = sum(line.amount_cents for line in book.lines if line.id in certain)
            return Matched(len(book.lines), allocated, cents, proposed)


def credits_that_may_be_theirs(company_id: int) -> dict[int, tuple[int, date]]:
    """Return, by customer, the latest bank credit that may be this customer's and pays nothing yet.

    Lines that came since the last matching are looked at here, without writing: who has paid is never reminded
    because somebody forgot to match.
    """
    # This first: a matching that commits between the two reads is seen by the second one at the latest.
    all_looked_at = not newest_line_not_looked_at(company_id)
    theirs = proposed_credits(company_id)
    if all_looked_at:
        return theirs
    book = matching_book(company_id)
    lines = {line.id: line for line in book.lines}
    owners = {receivable.id: receivable.customer_id for receivable in book.receivables}
    for found in match_lines(book.lines, book.receivables, book.payers, book.settled):
        who = {
            owners[part.receivable_id] for parts in (found.allocations, *found.alternatives) for part in parts
        }
        line = lines[found.line_id]
        for customer_id in who | ({found.customer_id} if found.customer_id else set()):
            theirs[customer_id] = (line.amount_cents, line.booked_on)
    return theirs


def _left_to_a_person(found: LineMatch) -> LineMatch:
    """A line whose allocation was undone is proposed again, never allocated alone."""
    return replace(found, state="proposed") if found.state == "allocated" else found


def confirm_line(
    *, company: Company, bank_line_id: int, chosen: Sequence[str], actor: str, at: datetime
) -> int:
    """Allocate a line by a person's word: what is proposed, or `NUMBER:AMOUNT` for each invoice; return the cents.

    Refusal: `NotAllocated`, for an unknown invoice, a sum that does not fit, or a line that proposes nothing.
    """
    allocations = [_chosen(text) for text in chosen]
    return allocate_line(
        company_id=company.pk, bank_line_id=bank_line_id, chosen=allocations, actor=actor, at=at
    )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What confirming several lines did: the lines, their cents on invoices, and why the others were refused."""

    line_ids: tuple[int, ...]
    cents: int
    refusals: tuple[str, ...]


def confirm_lines(*, company: Company, bank_line_ids: Sequence[int], actor: str, at: datetime) -> Confirmed:
    """Allocate each of these lines to what is proposed for it; what fits no longer is left, and told."""
    done, total, refusals = [], 0, []
    for line_id in bank_line_ids:
        try:
            total += allocate_line(company_id=company.pk, bank_line_id=line_id, chosen=(), actor=actor, at=at)
        except NotAllocated as refusal:
            refusals.append(str(refusal))
        else:
            done.append(line_id)
    return Confirmed(tuple(done), total, tuple(refusals))


def take_back_line(*, company: Company, bank_line_id: int, actor: str, at: datetime) -> int:
    """Undo what a person or the program said of a line; return the cents that are owed again.

    They are 0 for a line that was set aside: it waits again, for the next matching. Refusal: `NothingToUndo`.
    """
    if take_back_set_aside(company_id=company.pk, bank_line_id=bank_line_id, actor=actor, at=at):
        return 0
    return undo_line(company_id=company.pk, bank_line_id=bank_line_id, actor=actor, at=at)


def _chosen(text: str) -> tuple[str, int]:
    number, _, amount = text.rpartition(":")
    try:
        return number, parse_cents(amount)
    except NotAnAmount as error:
        raise NotAllocated(
            f"« {text} » : écrivez le numéro de facture, deux-points, le montant. {error}"
        ) from error
