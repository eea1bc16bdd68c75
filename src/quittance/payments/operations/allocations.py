"""Putting payments on receivables, and undoing it."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from quittance.domain.matching import Evidence, LineMatch
from quittance.journal.operations import append, hold
from quittance.payments.models import (
    Allocation,
    BankLine,
    MatchingRun,
    Payment,
    Proposal,
    Receivable,
    SetAside,
)
from quittance.payments.waiting import note_waiting


class NothingToUndo(Exception):
    """This bank line pays nothing: there is no allocation to undo."""


class NotAllocated(Exception):
    """The amounts chosen do not fit the payment: nothing was recorded."""


@dataclass(frozen=True, slots=True)
class PaymentDetails:
    """Money of a customer and where it goes; what is put nowhere is kept as the customer's credit.

    `allocations`: (receivable id, cents). One of `bank_line_id`, `credit_note_id`, `source_key` says where the
    money is seen; a `source_key` that is already known is not recorded again.
    """

    customer_id: int
    method: str
    received_on: date
    amount_cents: int
    allocations: Sequence[tuple[int, int]] = ()
    evidence: Sequence[Evidence] = ()
    bank_line_id: int | None = None
    credit_note_id: int | None = None
    source_key: str = ""
    label: str = ""
    refunded_cents: int = 0  # given back to the customer


@transaction.atomic
def record_payments(
    *, company_id: int, payments: Sequence[PaymentDetails], source: str, actor: str, at: datetime
) -> int:
    """Record payments with their allocations, many at once; return how many payments were new.

    Refusal: `NotAllocated`, for amounts that do not fit the payment.
    """
    hold(company_id=company_id)
    fresh = _not_known(company_id, payments)
    if not fresh:
        return 0
    rows = Payment.objects.bulk_create([_payment(company_id, details) for details in fresh], batch_size=2000)
    allocations = Allocation.objects.bulk_create(
        [
            Allocation(
                payment=payment,
                receivable_id=receivable_id,
                amount_cents=cents,
                evidence=evidence_as_json(details.evidence),
                actor=actor,
                at=at,
            )
            for payment, details in zip(rows, fresh, strict=True)
            for receivable_id, cents in details.allocations
        ],
        batch_size=2000,
    )
    if allocations:
        refresh_receivables(company_id, first_allocation=allocations[0].pk)
    note_waiting([row.bank_line_id for row in rows if row.bank_line_id is not None])
    append(
        company_id=company_id,
        kind="payments.recorded",
        data={
            "source": source,
            "payments": [
                [
                    payment.pk,
                    payment.bank_line_id,
                    payment.amount_cents,
                    [list(part) for part in details.allocations],
                ]
                for payment, details in zip(rows, fresh, strict=True)
            ],
        },
        actor=actor,
        at=at,
    )
    return len(rows)


@transaction.atomic
def record_matches(
    *, company_id: int, matches: Sequence[LineMatch], seen_at: int, actor: str, at: datetime
) -> tuple[int, int] | None:
    """Allocate the lines that are certain, keep what the others may be as proposals; return how many of each.

    Proposals of all lines are made anew where they differ: they are derived, not history. `None`, and nothing written,
    when the journal has moved since `seen_at`: the matches were found on a book that is no longer this one.
    """
    if not hold(company_id=company_id, unless_past=seen_at):
        return None
    certain = {match.line_id: match for match in matches if match.state == "allocated"}
    lines = BankLine.objects.filter(company_id=company_id).in_bulk(list(certain))
    record_payments(
        company_id=company_id,
        payments=[_from_match(lines[line_id], match) for line_id, match in sorted(certain.items())],
        source="matching",
        actor=actor,
        at=at,
    )
    proposed = [match for match in matches if match.state == "proposed"]
    renewed = _renew_proposals(company_id, [row for match in proposed for row in _proposals(match)])
    _note_run(company_id, len(matches), len(certain), len(proposed), actor, at, renewed=renewed)
    return len(certain), len(proposed)


def _renew_proposals(company_id: int, rows: Sequence[Proposal]) -> bool:
    """Put these proposals in place of those that stand; False, and nothing written, where they are the same."""
    standing = Proposal.objects.filter(bank_line__company_id=company_id)
    if Counter(map(_says, standing.iterator(5000))) == Counter(map(_says, rows)):
        return False
    standing.delete()
    Proposal.objects.bulk_create(rows, batch_size=2000)
    return True


def _says(row: Proposal) -> tuple[object, ...]:
    evidence = json.dumps(row.evidence, sort_keys=True)
    return (
        row.bank_line_id, row.customer_id, row.rank, row.receivable_id, row.amount_cents, row.why_not, evidence
    )  # fmt: skip


def _note_run(
    company_id: int, looked_at: int, allocated: int, proposed: int, actor: str, at: datetime, *, renewed: bool
) -> None:
    """Note up to which line the bank was looked at; a second look that finds nothing else notes nothing."""
    newest = BankLine.objects.filter(company_id=company_id).aggregate(last=Max("pk"))["last"] or 0
    runs = MatchingRun.objects.filter(company_id=company_id).order_by("-pk")
    if allocated or renewed or runs.values_list("last_line_id", flat=True).first() != newest:
        MatchingRun.objects.create(
            company_id=company_id,
            last_line_id=newest,
            looked_at=looked_at,
            allocated=allocated,
            proposed=proposed,
            actor=actor,
            at=at,
        )
        append(
            company_id=company_id,
            kind="payments.matched",
            data={
                "through_line": newest,
                "looked_at": looked_at,
                "allocated": allocated,
                "proposed": proposed,
            },
            actor=actor,
            at=at,
        )


@transaction.atomic
def allocate_line(
    *, company_id: int, bank_line_id: int, chosen: Sequence[tuple[str, int]], actor: str, at: datetime
) -> int:
    """Allocate a bank line by a person's word; return the cents put on invoices.

    `chosen`: (invoice number, cents); empty takes the best proposal of the line. Refusal: `NotAllocated`.
    """
    hold(company_id=company_id)
    line = free_credit(company_id, bank_line_id)
    parts = _by_number(company_id, chosen) if chosen else _as_proposed(line)
    customers = {receivable.customer_id for receivable, _ in parts}
    if len(customers) != 1:
        raise NotAllocated(
            "Rien n'est proposé pour cette ligne, ou ses factures sont de plusieurs clients. Choisissez."
        )
    if any(cents > receivable.open_cents for receivable, cents in parts):
        raise NotAllocated(
            "Un montant dépasse ce qui reste dû sur sa facture. Réduisez-le ; le reste sera gardé en crédit."
        )
    record_payments(
        company_id=company_id,
        payments=[
            PaymentDetails(
                customer_id=customers.pop(),
                method="transfer",
                received_on=line.booked_on,
                amount_cents=line.amount_cents,
                allocations=[(receivable.pk, cents) for receivable, cents in parts],
                evidence=(Evidence.of("chosen", seen=actor),),
                bank_line_id=line.pk,
                label=line.label,
            )
        ],
        source="by hand",
        actor=actor,
        at=at,
    )
    Proposal.objects.filter(bank_line=line).delete()
    return sum(cents for _, cents in parts)


def free_credit(company_id: int, bank_line_id: int) -> BankLine:
    """Return a bank credit in euros that pays nothing and is not set aside. Refusal: `NotAllocated`."""
    line = BankLine.objects.filter(pk=bank_line_id, company_id=company_id, amount_cents__gt=0).first()
    if line is None:
        raise NotAllocated(f"La ligne n° {bank_line_id} n'est pas un crédit de cette société.")
    if line.currency != "EUR":
        raise NotAllocated(
            f"La ligne n° {bank_line_id} est en {line.currency} : seuls les euros règlent une facture ici. "
            "Notez le règlement à la main, en euros."
        )
    if line.payments.filter(undone_at__isnull=True).exists():
        raise NotAllocated("Cette ligne est déjà affectée. Défaites d'abord ce rapprochement.")
    if SetAside.objects.filter(bank_line=line).exists():
        raise NotAllocated(
            "Cette ligne n'est d'aucun client, avez-vous dit. "
            f"Reprenez-la d'abord : quittance undo {bank_line_id}"
        )
    return line


def _by_number(company_id: int, chosen: Sequence[tuple[str, int]]) -> list[tuple[Receivable, int]]:
    """Find what is chosen; an invoice that is named twice gets both amounts, its installments the oldest first."""
    total_cents: dict[str, int] = defaultdict(int)
    for number, cents in chosen:
        if cents <= 0:
            raise NotAllocated(f"Les montants choisis sont au-dessus de zéro. Corrigez celui de {number}.")
        total_cents[number] += cents
    parts = []
    for number, cents in total_cents.items():
        open_ones = Receivable.objects.filter(company_id=company_id, number=number, open_cents__gt=0)
        installments = list(open_ones.order_by("due_on", "pk"))
        if not installments:
            raise NotAllocated(f"La facture {number} n'existe pas ici, ou n'a plus rien à régler.")
        left = cents
        for receivable in installments[:-1]:
            put = min(left, receivable.open_cents)
            parts.append((receivable, put))
            left -= put
        parts.append((installments[-1], left))
    return [(receivable, cents) for receivable, cents in parts if cents]


def _as_proposed(line: BankLine) -> list[tuple[Receivable, int]]:
    best = line.proposals.filter(rank=0, receivable__isnull=False).select_related("receivable")
    return [
        (proposal.receivable, proposal.amount_cents) for proposal in best if proposal.receivable is not None
    ]


@transaction.atomic
def undo_line(*, company_id: int, bank_line_id: int, actor: str, at: datetime) -> int:
    """Take back everything a bank line paid, by reverse allocations; return the cents that are owed again.

    The line waits again, proposed to the same customer; it is never allocated alone again, since a person said
    no. A line that was tied to a payment of the books is only untied: that payment stands. Refusal: `NothingToUndo`.
    """
    hold(company_id=company_id)
    payment = (
        Payment.objects.select_for_update()
        .filter(company_id=company_id, bank_line_id=bank_line_id, undone_at__isnull=True)
        .first()
    )
    if payment is None:
        raise NothingToUndo("Cette ligne bancaire n'est affectée à aucune facture : il n'y a rien à défaire.")
    if payment.tied_at is not None:
        _untie(payment, actor, at)
        return 0
    standing = take_back(payment, actor, at)
    _propose_again(payment, standing)
    owed_again = sum(allocation.amount_cents for allocation in standing)
    append(
        company_id=company_id,
        kind="payments.undone",
        data={"payment": payment.pk, "bank_line": bank_line_id, "cents": owed_again},
        actor=actor,
        at=at,
    )
    return owed_again


def _untie(payment: Payment, actor: str, at: datetime) -> None:
    """Part a payment of the books from its bank line; `tied_at` stays, so that it is never tied alone again."""
    line_id, payment.bank_line_id = payment.bank_line_id, None
    payment.save(update_fields=["bank_line"])
    note_waiting([line_id] if line_id is not None else [])
    append(
        company_id=payment.company_id,
        kind="payments.untied",
        data={"payment": payment.pk, "bank_line": line_id},
        actor=actor,
        at=at,
    )


def take_back(payment: Payment, actor: str, at: datetime) -> list[Allocation]:
    """Undo a payment by reverse allocations, inside a verb; return the allocations that stood."""
    standing = list(payment.allocations.filter(reverses__isnull=True, reversed_by__isnull=True))
    reversals = Allocation.objects.bulk_create(
        [
            Allocation(
                payment=payment,
                receivable_id=allocation.receivable_id,
                amount_cents=-allocation.amount_cents,
                evidence=[],
                reverses=allocation,
                actor=actor,
                at=at,
            )
            for allocation in standing
        ]
    )
    payment.allocated_cents = payment.refunded_cents = payment.credit_cents = 0
    payment.undone_at, payment.undone_by = at, actor
    payment.save()
    if payment.bank_line_id is not None:
        note_waiting([payment.bank_line_id])
    if reversals:
        refresh_receivables(payment.company_id, first_allocation=reversals[0].pk)
    return standing


def _propose_again(payment: Payment, standing: Sequence[Allocation]) -> None:
    """Keep the undone line as a proposal: its money may still be this customer's, who is not reminded meanwhile."""
    assert payment.bank_line_id is not None
    to_customer = {"bank_line_id": payment.bank_line_id, "customer_id": payment.customer_id, "rank": 0}
    Proposal.objects.bulk_create(
        [
            Proposal(
                **to_customer,
                receivable_id=allocation.receivable_id,
                amount_cents=allocation.amount_cents,
                evidence=allocation.evidence,
            )
            for allocation in standing
        ]
        or [Proposal(**to_customer, evidence=[])]
    )


def evidence_as_json(evidence: Sequence[Evidence]) -> list[dict[str, object]]:
    """Return evidence as it is stored: a code and its facts."""
    return [{"code": item.code, "facts": dict(item.facts)} for item in evidence]


def evidence_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """Return stored evidence as values."""
    return tuple(Evidence.of(item["code"], **item["facts"]) for item in stored)


def _not_known(company_id: int, payments: Sequence[PaymentDetails]) -> list[PaymentDetails]:
    if not any(details.source_key for details in payments):
        return list(payments)
    keyed = Payment.objects.filter(company_id=company_id).exclude(source_key="")
    known = set(keyed.values_list("source_key", flat=True))
    return [details for details in payments if details.source_key not in known]


def _payment(company_id: int, details: PaymentDetails) -> Payment:
    allocated = sum(cents for _, cents in details.allocations)
    kept_cents = details.amount_cents - allocated - details.refunded_cents
    if kept_cents < 0 or any(cents <= 0 for _, cents in details.allocations):
        raise NotAllocated("Les montants choisis dépassent le paiement. Réduisez-les, puis recommencez.")
    return Payment(
        company_id=company_id,
        customer_id=details.customer_id,
        method=details.method,
        received_on=details.received_on,
        bank_line_id=details.bank_line_id,
        credit_note_id=details.credit_note_id,
        source_key=details.source_key,
        label=details.label[:200],
        amount_cents=details.amount_cents,
        allocated_cents=allocated,
        refunded_cents=details.refunded_cents,
        credit_cents=kept_cents,
    )


# In SQL, since Django has no UPDATE ... FROM: with a subquery for each receivable, PostgreSQL, which knows nothing yet
# of rows that were just inserted, read the whole table for each (23 s for 8,000; this takes 0.2 s).
_REFRESH = """
    UPDATE payments_receivable
    SET allocated_cents = put.received,
        credited_cents = put.credited,
        open_cents = due_cents - written_off_cents - put.received - put.credited
    FROM (
        SELECT allocation.receivable_id,
               SUM(CASE WHEN payment.method = 'credit_note' THEN 0 ELSE allocation.amount_cents END) AS received,
               SUM(CASE WHEN payment.method = 'credit_note' THEN allocation.amount_cents ELSE 0 END) AS credited
        FROM payments_allocation AS allocation
        JOIN payments_payment AS payment ON payment.id = allocation.payment_id
        WHERE allocation.receivable_id IN (SELECT receivable_id FROM payments_allocation WHERE id >= %s)
        GROUP BY allocation.receivable_id
    ) AS put
    WHERE payments_receivable.id = put.receivable_id AND payments_receivable.company_id = %s
"""


def refresh_receivables(company_id: int, *, first_allocation: int) -> None:
    """Recompute, in one statement, the receivables that allocations from a given one on have touched."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, (first_allocation, company_id))


def _from_match(line: BankLine, match: LineMatch) -> PaymentDetails:
    assert match.customer_id is not None
    return PaymentDetails(
        customer_id=match.customer_id,
        method="transfer",
        received_on=line.booked_on,
        amount_cents=line.amount_cents,
        allocations=[(part.receivable_id, part.cents) for part in match.allocations],
        evidence=match.evidence,
        bank_line_id=line.pk,
        label=line.label,
    )


def _proposals(match: LineMatch) -> list[Proposal]:
    """Rows of the best set (rank 0) and of its alternatives; a customer alone makes one row without receivable."""
    evidence = evidence_as_json(match.evidence)
    sets = [match.allocations, *match.alternatives] if match.allocations else list(match.alternatives)
    rows = [
        Proposal(
            bank_line_id=match.line_id,
            customer_id=match.customer_id,
            rank=rank,
            receivable_id=part.receivable_id,
            amount_cents=part.cents,
            evidence=evidence,
            why_not=match.why_not,
        )
        for rank, parts in enumerate(sets)
        for part in parts
    ]
    if rows:
        return rows
    return [
        Proposal(
            bank_line_id=match.line_id,
            customer_id=match.customer_id,
            rank=0,
            evidence=evidence,
            why_not=match.why_not,
        )
    ]
