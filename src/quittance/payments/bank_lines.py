"""Bank lines as a page shows them: fifty at a time, whatever the size of the book, each with what it pays or may pay.

Lines that wait are few and have an index of their own; the others are walked from the newest, and only as far as the
page goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from quittance.domain.matching import Evidence, is_clear
from quittance.payments.models import (
    Allocation,
    BankLine,
    Payment,
    Proposal,
    SetAside,
    StatementImport,
)
from quittance.payments.operations.allocations import evidence_from_json
from quittance.payments.waiting import waiting_lines

View = Literal["waiting", "proposed", "unknown", "matched", "aside", "others"]
State = Literal["proposed", "unknown", "matched", "aside", "other"]
Place = tuple[date, int]  # of a line, in the order of the pages: its day, then its id
INVOICE = "receivable__installment__invoice_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page shows. `cents`: of this amount, received or paid out."""

    view: View = "waiting"
    account_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    cents: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """So much on an invoice. `open_cents`: what is left on it now."""

    number: str
    invoice_id: int
    cents: int
    due_on: date
    open_cents: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer, and perhaps invoices of theirs, that a line may pay."""

    customer_id: int | None
    customer_name: str
    parts: tuple[Part, ...]

    @property
    def cents(self) -> int:
        """What it puts on invoices."""
        return sum(part.cents for part in self.parts)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a line pays: whose money it is, on which invoices, and what is kept as credit."""

    customer_id: int
    customer_name: str
    parts: tuple[Part, ...]
    credit_cents: int
    known_before: Literal["", "fec", "noted"]  # the books or a person had this money


@dataclass(frozen=True, slots=True)
class LineRow:
    """A bank line, and what is known of it."""

    id: int
    booked_on: date
    label: str
    payer: str
    payer_iban: str
    amount_cents: int
    currency: str
    account_id: int
    bank_ref: str
    end_to_end_id: str
    structured_ref: str
    state: State
    evidence: tuple[Evidence, ...] = ()
    why_not: str = ""
    candidates: tuple[Candidate, ...] = ()
    paid: Paid | None = None
    aside: tuple[str, str, datetime] | None = None  # why, who said it, when

    @property
    def is_clear(self) -> bool:
        """Whether it may be confirmed among others: one candidate, who pays it to the cent, and all facts agree."""
        return (
            len(self.candidates) == 1
            and self.candidates[0].cents == self.amount_cents
            and is_clear(self.evidence, self.why_not)
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much is left to explain. `proposed`: lines of which something can be said."""

    lines: int
    cents: int
    proposed: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """A statement that was imported."""

    file_name: str
    imported_at: datetime
    lines: int
    new: int
    from_on: date | None
    to_on: date | None
    account_ids: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class FilesTold:
    """What became of the movements that some files brought."""

    lines: int
    matched: int
    proposed: int
    unknown: int


def lines_page(
    company_id: int, wanted: Wanted, *, before: Place | None = None, most: int = 50
) -> tuple[list[LineRow], Place | None]:
    """Return a page of lines, the newest first, and where the next page begins; `None` after the last."""
    rows = _filtered(company_id, wanted).order_by("-booked_on", "-pk")
    if before is not None:
        day, pk = before
        rows = rows.filter(Q(booked_on__lt=day) | Q(booked_on=day, pk__lt=pk), booked_on__lte=day)
    lines = list(rows[: most + 1])
    page = lines[:most]
    following = (page[-1].booked_on, page[-1].pk) if len(lines) > most else None
    return _told(page), following


def line_row(company_id: int, line_id: int) -> LineRow | None:
    """Return a line of the company with all that is known of it."""
    lines = list(BankLine.objects.filter(company_id=company_id, pk=line_id))
    return _told(lines)[0] if lines else None


def waiting(company_id: int) -> Waiting:
    """Count the lines that wait, and their money."""
    found = waiting_lines(company_id).aggregate(
        lines=Count("pk"),
        cents=Coalesce(Sum("amount_cents"), 0),
        proposed=Count("pk", filter=Q(_has_proposals())),
    )
    return Waiting(found["lines"], int(found["cents"]), found["proposed"])


def next_waiting(company_id: int, line_id: int) -> int | None:
    """Return the line that waits after this one, in the order of the pages; the first one after the last."""
    rows = waiting_lines(company_id).order_by("-booked_on", "-pk")
    ids = rows.exclude(pk=line_id).values_list("pk", flat=True)
    this = BankLine.objects.filter(company_id=company_id, pk=line_id).first()
    if this is None:
        return ids.first()
    later = ids.filter(Q(booked_on__lt=this.booked_on) | Q(booked_on=this.booked_on, pk__lt=line_id))
    return later.first() or ids.first()


def clear_lines(company_id: int, *, among: Collection[int] | None = None, most: int = 200) -> list[LineRow]:
    """Return the lines that may be confirmed together, the newest first; never one that a person has undone."""
    rows = waiting_lines(company_id).filter(_has_proposals())
    if among is not None:
        rows = rows.filter(pk__in=among)
    rows = rows.exclude(Exists(Payment.objects.filter(bank_line=OuterRef("pk"))))
    return [line for line in _told(list(rows.order_by("-booked_on", "-pk")[:most])) if line.is_clear]


def files_page(company_id: int, *, first: int = 0, most: int = 50) -> list[FileRow]:
    """Return the statements that were imported, the newest first."""
    rows = StatementImport.objects.filter(company_id=company_id).order_by("-pk")[first : first + most]
    files = {row.pk: row for row in rows}
    accounts: dict[int, list[int]] = defaultdict(list)
    days: dict[int, tuple[date | None, date | None]] = {}
    told = (
        StatementImport.objects.filter(pk__in=files, statements__isnull=False)
        .values("pk", "statements__bank_account_id")
        .annotate(from_on=Min("statements__from_on"), to_on=Max("statements__to_on"))
    )
    for row in told:
        accounts[row["pk"]].append(row["statements__bank_account_id"])
        days[row["pk"]] = (row["from_on"], row["to_on"])
    return [
        FileRow(
            file.file_name,
            file.imported_at,
            file.line_count,
            file.new_count,
            *days.get(pk, (None, None)),
            tuple(accounts[pk]),
        )
        for pk, file in files.items()
    ]


def files_told(company_id: int, sha256s: Collection[str]) -> FilesTold:
    """Count what became of the movements that files brought, by their hashes."""
    lines = BankLine.objects.filter(
        company_id=company_id, statement__statement_import__sha256__in=sha256s, amount_cents__gt=0
    )
    found = lines.aggregate(
        lines=Count("pk"),
        matched=Count("pk", filter=Q(_pays())),
        proposed=Count("pk", filter=Q(waits=True) & Q(_has_proposals())),
        waiting=Count("pk", filter=Q(waits=True)),
    )
    return FilesTold(
        found["lines"], found["matched"], found["proposed"], found["waiting"] - found["proposed"]
    )


def _pays() -> Exists:
    return Exists(Payment.objects.filter(bank_line=OuterRef("pk"), undone_at__isnull=True))


def _has_proposals() -> Exists:
    return Exists(Proposal.objects.filter(bank_line=OuterRef("pk")))


def _filtered(company_id: int, wanted: Wanted) -> QuerySet[BankLine]:
    rows = BankLine.objects.filter(_in_view(company_id, wanted.view), company_id=company_id)
    if wanted.account_id is not None:
        rows = rows.filter(bank_account_id=wanted.account_id)
    if wanted.from_on is not None:
        rows = rows.filter(booked_on__gte=wanted.from_on)
    if wanted.to_on is not None:
        rows = rows.filter(booked_on__lte=wanted.to_on)
    if wanted.cents is not None:
        rows = rows.filter(amount_cents__in=(wanted.cents, -wanted.cents))
    for word in wanted.words.split():
        rows = rows.filter(Q(label__icontains=word) | Q(counterparty_name__icontains=word))
    return rows


def _in_view(company_id: int, view: View) -> Q:
    if view == "matched":
        return Q(_pays(), waits=False)
    if view == "aside":
        return Q(pk__in=SetAside.objects.filter(bank_line__company_id=company_id).values("bank_line_id"))
    if view == "others":
        return Q(amount_cents__lte=0) | ~Q(currency="EUR")
    waits = Q(waits=True, booked_on__gte=date.min)  # every day: see `waiting_lines`
    if view == "waiting":
        return waits
    return waits & Q(_has_proposals() if view == "proposed" else ~_has_proposals())


def _told(lines: Sequence[BankLine]) -> list[LineRow]:
    """Say what is known of some lines, in four queries."""
    ids = [line.pk for line in lines]
    paying = {
        payment.bank_line_id: payment
        for payment in Payment.objects.filter(bank_line_id__in=ids, undone_at__isnull=True).select_related(
            "customer"
        )
    }
    standing = _standing([payment.pk for payment in paying.values()])
    proposed = _proposed([line.pk for line in lines if line.waits])
    aside = {row.bank_line_id: row for row in SetAside.objects.filter(bank_line_id__in=ids)}
    rows = []
    for line in lines:
        if line.pk in paying:
            payment = paying[line.pk]
            parts, evidence = standing.get(payment.pk, ((), ()))
            rows.append(_row(line, "matched", evidence=evidence, paid=_paid(payment, parts)))
        elif line.pk in aside:
            said = aside[line.pk]
            rows.append(_row(line, "aside", aside=(said.reason, said.actor, said.at)))
        elif line.pk in proposed:
            candidates, evidence, why_not = proposed[line.pk]
            rows.append(_row(line, "proposed", candidates=candidates, evidence=evidence, why_not=why_not))
        else:
            rows.append(_row(line, "unknown" if line.waits else "other"))
    return rows


def _row(line: BankLine, state: State, **known: Any) -> LineRow:
    return LineRow(
        id=line.pk,
        booked_on=line.booked_on,
        label=line.label,
        payer=line.counterparty_name,
        payer_iban=line.counterparty_iban,
        amount_cents=line.amount_cents,
        currency=line.currency,
        account_id=line.bank_account_id,
        bank_ref=line.bank_ref,
        end_to_end_id=line.end_to_end_id,
        structured_ref=line.structured_ref,
        state=state,
        **known,
    )


def _paid(payment: Payment, parts: tuple[Part, ...]) -> Paid:
    return Paid(
        payment.customer_id,
        payment.customer.name,
        parts,
        payment.credit_cents,
        "fec" if payment.source_key else "noted" if payment.tied_at else "",
    )


def _standing(payment_ids: Collection[int]) -> dict[int, tuple[tuple[Part, ...], tuple[Evidence, ...]]]:
    found: dict[int, tuple[tuple[Part, ...], tuple[Evidence, ...]]] = {}
    rows = Allocation.objects.filter(
        payment_id__in=payment_ids, reverses__isnull=True, reversed_by__isnull=True
    ).order_by("pk")
    for payment_id, evidence, number, invoice_id, cents, due_on, open_cents in rows.values_list(
        "payment_id", "evidence", "receivable__number", INVOICE, "amount_cents", "receivable__due_on",
        "receivable__open_cents",
    ):  # fmt: skip
        parts, first = found.get(payment_id, ((), evidence_from_json(evidence)))
        found[payment_id] = ((*parts, Part(number, invoice_id, cents, due_on, open_cents)), first)
    return found


def _proposed(
    line_ids: Collection[int],
) -> dict[int, tuple[tuple[Candidate, ...], tuple[Evidence, ...], str]]:
    sets: dict[int, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    rows = Proposal.objects.filter(bank_line_id__in=line_ids).order_by("bank_line_id", "rank", "pk")
    for row in rows.values(
        "bank_line_id", "rank", "evidence", "why_not", "amount_cents", "customer_id", "customer__name", INVOICE,
        "receivable__number", "receivable__due_on", "receivable__open_cents", "receivable__customer_id",
        "receivable__customer__name",
    ):  # fmt: skip
        sets[row["bank_line_id"]][row["rank"]].append(row)
    return {
        line_id: (
            tuple(_candidate(rows) for rows in ranks.values()),
            evidence_from_json(best["evidence"]),
            best["why_not"],
        )
        for line_id, ranks in sets.items()
        for best in (next(iter(ranks.values()))[0],)
    }


def _candidate(rows: Sequence[dict[str, Any]]) -> Candidate:
    first = rows[0]
    return Candidate(
        first["receivable__customer_id"] or first["customer_id"],
        first["receivable__customer__name"] or first["customer__name"] or "",
        tuple(
            Part(
                row["receivable__number"],
                row[INVOICE],
                row["amount_cents"],
                row["receivable__due_on"],
                row["receivable__open_cents"],
            )
            for row in rows
            if row["receivable__number"]
        ),
    )
