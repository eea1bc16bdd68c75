"""Reading money: what is open, what the bank says, what pays what."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Max, Model, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from quittance.customers.queries import customers_of
from quittance.domain.aging import OpenItem
from quittance.domain.identifiers import payment_reference
from quittance.domain.matching import (
    Evidence,
    IncomingLine,
    OpenReceivable,
    Payer,
    SettledInvoice,
    evidence_in_words,
)
from quittance.gateways.clock import civil_day
from quittance.payments.models import (
    Allocation,
    BankLine,
    MatchingRun,
    Payment,
    Proposal,
    Receivable,
    SetAside,
    StatementImport,
)
from quittance.payments.operations.allocations import evidence_as_json, evidence_from_json
from quittance.payments.waiting import waiting_lines

INVOICE = "installment__invoice__"


@dataclass(frozen=True, slots=True)
class MatchingBook:
    """All that matching looks at for one company."""

    lines: list[IncomingLine]
    receivables: list[OpenReceivable]
    payers: list[Payer]
    settled: list[SettledInvoice]
    refused_lines: frozenset[int]  # lines whose allocation a person has undone


@dataclass(frozen=True, slots=True)
class DueRow:
    """A receivable that is overdue or falls due soon, with what a message says of it. Amounts in cents."""

    receivable_id: int
    customer_id: int
    invoice_id: int
    invoice_number: str
    issued_on: date
    due_on: date
    term_days: int
    total_cents: int
    open_cents: int
    allocated_cents: int
    credited_cents: int
    paid_on: date | None
    order_reference: str
    subject: str


@dataclass(frozen=True, slots=True)
class CreditRow:
    """Money of the customer that is on no invoice: a credit note, or a payment kept as credit."""

    customer_id: int
    cents: int
    on: date
    credit_note: str  # its number; empty for a payment


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of a customer's account: an invoice (debit), or a payment or credit note (credit), with what is left.

    `number`: of the invoice or credit note; empty for a payment. `left_cents` < 0 is a credit of the customer.
    """

    on: date
    number: str
    order_reference: str
    due_on: date | None
    debit_cents: int
    credit_cents: int
    left_cents: int

    @property
    def words(self) -> str:
        """What it is, in French."""
        if not self.number:
            return "Votre règlement"
        return f"{'Facture' if self.debit_cents else 'Avoir'} {self.number}"


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A bank line and what it pays, as `quittance matches` shows it. `evidence`: French sentences."""

    line_id: int
    position: int
    booked_on: date
    bank_ref: str
    label: str
    amount_cents: int
    state: str
    customer: str
    allocations: tuple[tuple[str, int], ...]
    credit_cents: int
    evidence: tuple[str, ...]
    why_not: str
    set_aside: str = ""  # who said that it is no customer's, when and why: a French sentence


def matching_book(company_id: int) -> MatchingBook:
    """Load what matching needs: unexplained credits, open receivables, payers, and invoices already settled."""
    lines = _unexplained(company_id).values_list(
        "pk", "booked_on", "amount_cents", "label", "counterparty_name", "counterparty_iban", "structured_ref",
        "end_to_end_id",
    )  # fmt: skip
    receivables = Receivable.objects.filter(company_id=company_id, open_cents__gt=0).values_list(
        "pk", "customer_id", f"{INVOICE}number", f"{INVOICE}issued_on", "due_on", "open_cents",
        f"{INVOICE}total_cents", f"{INVOICE}order_reference",
    )  # fmt: skip
    settled = Receivable.objects.filter(company_id=company_id, open_cents=0).values_list(
        f"{INVOICE}number", "customer_id", f"{INVOICE}total_cents"
    )
    undone = Payment.objects.filter(company_id=company_id, undone_at__isnull=False, bank_line__isnull=False)
    return MatchingBook(
        lines=[IncomingLine(*row) for row in lines.iterator(5000)],
        receivables=[
            OpenReceivable(
                pk,
                customer,
                number,
                issued,
                due,
                left,
                total,
                payment_reference(number),
                order_reference=order,
            )
            for pk, customer, number, issued, due, left, total, order in receivables.iterator(5000)
        ],
        payers=payers(company_id),
        settled=[SettledInvoice(*row) for row in settled.iterator(5000)],
        refused_lines=frozenset(undone.values_list("bank_line_id", flat=True)),
    )


def _unexplained(company_id: int) -> QuerySet[BankLine]:
    """Credits in euros that pay nothing yet and that nobody has set aside, in the order in which they came."""
    return waiting_lines(company_id).order_by("booked_on", "pk")


def payers(company_id: int) -> list[Payer]:
    """Customers as payers: their names, the IBAN on file, and the accounts and names that paid for them before."""
    ibans: dict[int, set[str]] = defaultdict(set)
    names: dict[int, set[str]] = defaultdict(set)
    seen = (
        Payment.objects.filter(company_id=company_id, undone_at__isnull=True, bank_line__isnull=False)
        .values_list("customer_id", "bank_line__counterparty_iban", "bank_line__counterparty_name")
        .distinct()
    )
    for customer_id, iban, name in seen.iterator(5000):
        if iban:
            ibans[customer_id].add(iban)
        if name:
            names[customer_id].add(name)
    payers = []
    for customer in customers_of(company_id).values():
        if customer.iban:
            ibans[customer.pk].add(customer.iban)
        names[customer.pk].update(customer.payer_names)
        payers.append(
            Payer(
                customer.pk,
                customer.name,
                customer.reference,
                frozenset(ibans[customer.pk]),
                frozenset(names[customer.pk]),
            )
        )
    return payers


def due_rows(company_id: int, *, until_on: date, customer_ids: Collection[int] | None = None) -> list[DueRow]:
    """Return the open receivables (of these customers) that fall due up to a day, oldest due date first."""
    due = Receivable.objects.filter(company_id=company_id, open_cents__gt=0, due_on__lte=until_on)
    rows = (
        (due if customer_ids is None else due.filter(customer_id__in=customer_ids))
        .annotate(paid_on=Max("allocations__payment__received_on", filter=Q(allocations__reversed_by__isnull=True)))
        .order_by("due_on", "pk")
        .values_list(
            "pk", "customer_id", f"{INVOICE}pk", f"{INVOICE}number", f"{INVOICE}issued_on", "due_on",
            f"{INVOICE}term_days", "due_cents", "open_cents", "allocated_cents", "credited_cents", "paid_on",
            f"{INVOICE}order_reference", f"{INVOICE}subject",
        )
    )  # fmt: skip
    return [DueRow(*row) for row in rows.iterator(5000)]


def part_payments(
    company_id: int, customer_ids: Collection[int] | None = None
) -> dict[int, list[tuple[date, int, bool]]]:
    """Return, for receivables paid in part, what stands on them: (received on, cents, is a credit note)."""
    found: dict[int, list[tuple[date, int, bool]]] = defaultdict(list)
    paid_in_part = Receivable.objects.filter(
        company_id=company_id, open_cents__gt=0, open_cents__lt=F("due_cents")
    )
    if customer_ids is not None:
        paid_in_part = paid_in_part.filter(customer_id__in=customer_ids)
    standing = Allocation.objects.filter(
        receivable__in=paid_in_part,
        amount_cents__gt=0,  # what reverses another is negative
        reversed_by__isnull=True,
    ).order_by("payment__received_on", "pk")
    for receivable_id, received_on, cents, method in standing.values_list(
        "receivable_id", "payment__received_on", "amount_cents", "payment__method"
    ).iterator(5000):
        found[receivable_id].append((received_on, cents, method == "credit_note"))
    return found


def credits_of_customers(
    company_id: int, customer_ids: Collection[int] | None = None
) -> dict[int, list[CreditRow]]:
    """Return, by customer, the money of theirs that is on no invoice, oldest first."""
    payments = Payment.objects.filter(company_id=company_id, credit_cents__gt=0)
    rows = (
        (payments if customer_ids is None else payments.filter(customer_id__in=customer_ids))
        .order_by("received_on", "pk")
        .values_list("customer_id", "credit_cents", "received_on", "credit_note__number")
    )
    found: dict[int, list[CreditRow]] = defaultdict(list)
    for customer_id, cents, on, number in rows.iterator(5000):
        found[customer_id].append(CreditRow(customer_id, cents, on, number or ""))
    return found


def proposed_credits(company_id: int) -> dict[int, tuple[int, date]]:
    """Return, by customer, the latest unexplained bank credit proposed to this customer: (cents, booked on)."""
    rows = (
        Proposal.objects.filter(bank_line__company_id=company_id, bank_line__waits=True)
        .annotate(who=Coalesce("customer_id", "receivable__customer_id"))
        .order_by("bank_line__booked_on", "bank_line_id")
        .values_list("who", "bank_line__amount_cents", "bank_line__booked_on")
    )
    return {customer_id: (cents, booked_on) for customer_id, cents, booked_on in rows if customer_id}


def receivables_of_customer(company_id: int, customer_id: int, ids: Collection[int]) -> set[int]:
    """Return which of these receivables are a customer's and still open."""
    rows = Receivable.objects.filter(
        company_id=company_id, customer_id=customer_id, open_cents__gt=0, pk__in=ids
    )
    return set(rows.values_list("pk", flat=True))


def money_received(
    company_id: int, customer_ids: Collection[int], *, since: date
) -> list[tuple[int, date, int]]:
    """Return what customers paid since a day: (customer, received on, cents); credit notes are no money."""
    rows = Payment.objects.filter(
        company_id=company_id, customer_id__in=customer_ids, received_on__gte=since, undone_at__isnull=True
    ).exclude(method="credit_note")
    return list(rows.values_list("customer_id", "received_on", F("amount_cents") - F("refunded_cents")))


def signs_of_new_credits() -> tuple[int | None, ...]:
    """Return the newest ids that change whenever credits that may be customers' own come or are looked at again.

    They are those of the whole installation: a needless second look costs less than looking them up by company.
    """
    tables: tuple[type[Model], ...] = (BankLine, MatchingRun, Proposal, Payment)
    return tuple(
        table._default_manager.order_by("-pk").values_list("pk", flat=True).first() for table in tables
    )


def customer_credit_cents(company_id: int, customer_id: int) -> int:
    """Return the money of a customer that is on no invoice."""
    rows = Payment.objects.filter(company_id=company_id, customer_id=customer_id, credit_cents__gt=0)
    return int(rows.aggregate(cents=Coalesce(Sum("credit_cents"), 0))["cents"])


def open_invoices_of(company_id: int, customer_id: int) -> list[tuple[str, date, int]]:
    """Return what a customer owes, oldest due date first: (invoice number, due date, open cents)."""
    rows = Receivable.objects.filter(company_id=company_id, customer_id=customer_id, open_cents__gt=0)
    return list(rows.order_by("due_on", "pk").values_list(f"{INVOICE}number", "due_on", "open_cents"))


def newest_line_not_looked_at(company_id: int) -> int:
    """Return the id of the newest unexplained credit that no matching has looked at; 0 where all were."""
    run = (
        MatchingRun.objects.filter(company_id=company_id)
        .order_by("-pk")
        .values_list("last_line_id", flat=True)
    )
    newest = (
        _unexplained(company_id).filter(pk__gt=run.first() or 0).order_by("-pk").values_list("pk", flat=True)
    )
    return newest.first() or 0


def open_items(company_id: int, *, with_credits: bool) -> list[OpenItem]:
    """Return every open receivable by customer reference, and on demand the customers' credits as negative items."""
    rows = Receivable.objects.filter(company_id=company_id, open_cents__gt=0)
    items = [
        OpenItem(*row)
        for row in rows.values_list("customer__reference", "due_on", "open_cents").iterator(5000)
    ]
    if with_credits:
        payments = Payment.objects.filter(company_id=company_id, credit_cents__gt=0)
        items += [
            OpenItem(reference, on, -cents)
            for reference, on, cents in payments.values_list(
                "customer__reference", "received_on", "credit_cents"
            )
        ]
    return items


def account_movements(company_id: int, customer_id: int) -> list[Movement]:
    """Return everything on a customer's account, in order of date: invoices, then what was paid or credited."""
    receivables = Receivable.objects.filter(company_id=company_id, customer_id=customer_id).values_list(
        f"{INVOICE}issued_on",
        f"{INVOICE}number",
        f"{INVOICE}order_reference",
        "due_on",
        "due_cents",
        "open_cents",
    )
    movements = [
        Movement(on, number, order, due, cents, 0, left)
        for on, number, order, due, cents, left in receivables
    ]
    payments = Payment.objects.filter(company_id=company_id, customer_id=customer_id, undone_at__isnull=True)
    for on, cents, refunded, left, credit_note in payments.values_list(
        "received_on", "amount_cents", "refunded_cents", "credit_cents", "credit_note__number"
    ):
        movements.append(Movement(on, credit_note or "", "", None, 0, cents - refunded, -left))
    return sorted(movements, key=lambda movement: (movement.on, movement.credit_cents, movement.number))


def open_receivables_by_number(company_id: int) -> dict[str, tuple[int, int]]:
    """Return every open receivable by invoice number, as (id, open cents); the first installment of several."""
    rows = Receivable.objects.filter(company_id=company_id, open_cents__gt=0).order_by("-due_on", "-pk")
    found = rows.values_list(f"{INVOICE}number", "pk", "open_cents")
    return {number: (receivable_id, cents) for number, receivable_id, cents in found.iterator(5000)}


def imported_elsewhere(company_id: int, sha256: str) -> bool:
    """Whether another company of the installation has imported this very file, with its movements."""
    same = StatementImport.objects.filter(sha256=sha256, line_count__gt=0)
    return same.exclude(company_id=company_id).exists()


def known_sources(company_id: int) -> set[str]:
    """Return the keys of the payments that were read from accounting files."""
    keyed = Payment.objects.filter(company_id=company_id).exclude(source_key="")
    return set(keyed.values_list("source_key", flat=True))


def open_total(company_id: int) -> int:
    """Return the sum of open receivables, in cents."""
    rows = Receivable.objects.filter(company_id=company_id)
    return int(rows.aggregate(cents=Coalesce(Sum("open_cents"), 0))["cents"])


def match_rows(company_id: int) -> Iterator[MatchRow]:
    """Return every bank line with what it pays, in the order of the files that brought them."""
    allocations = _standing_allocations(company_id)
    paying = {
        payment.bank_line_id: payment
        for payment in Payment.objects.filter(
            company_id=company_id, undone_at__isnull=True, bank_line__isnull=False
        ).select_related("customer")
    }
    proposals: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in Proposal.objects.filter(bank_line__company_id=company_id, rank=0).select_related(
        "customer", "receivable__installment__invoice"
    ):
        proposals[proposal.bank_line_id].append(proposal)
    set_aside = {row.bank_line_id: row for row in SetAside.objects.filter(bank_line__company_id=company_id)}
    lines = BankLine.objects.filter(company_id=company_id).order_by(
        "statement__statement_import_id", "position"
    )
    for line in lines.iterator(5000):
        if line.pk in paying:
            yield _allocated_row(line, paying[line.pk], allocations.get(paying[line.pk].pk, []))
        elif line.pk in set_aside:
            yield replace(_row(line, "none", "", (), 0, (), ""), set_aside=_said(set_aside[line.pk]))
        elif proposals.get(line.pk) and line.amount_cents > 0:
            yield _proposed_row(line, proposals[line.pk])
        else:
            yield _row(line, "none", "", (), 0, (), "")


def _standing_allocations(company_id: int) -> dict[int, list[tuple[str, int, list[dict[str, object]]]]]:
    found: dict[int, list[tuple[str, int, list[dict[str, object]]]]] = defaultdict(list)
    standing = Allocation.objects.filter(
        payment__company_id=company_id, reverses__isnull=True, reversed_by__isnull=True
    ).order_by("pk")
    for payment_id, number, cents, evidence in standing.values_list(
        "payment_id", f"receivable__{INVOICE}number", "amount_cents", "evidence"
    ).iterator(5000):
        found[payment_id].append((number, cents, evidence))
    return found


def _allocated_row(
    line: BankLine, payment: Payment, allocations: list[tuple[str, int, list[dict[str, object]]]]
) -> MatchRow:
    stored = [*(allocations[0][2] if allocations else []), *_seen_twice(payment)]
    parts = tuple((number, cents) for number, cents, _ in allocations)
    return _row(line, "allocated", payment.customer.name, parts, payment.credit_cents, _sentences(stored), "")


def _seen_twice(payment: Payment) -> list[dict[str, object]]:
    """The books, or a person, had this money before the bank or beside it."""
    if payment.source_key:
        return evidence_as_json([Evidence.of("same_as_fec")])
    return evidence_as_json([Evidence.of("same_as_noted")]) if payment.tied_at else []


def _proposed_row(line: BankLine, proposals: list[Proposal]) -> MatchRow:
    parts = tuple(
        (proposal.receivable.installment.invoice.number, proposal.amount_cents)
        for proposal in proposals
        if proposal.receivable is not None
    )
    customer = proposals[0].customer.name if proposals[0].customer else ""
    return _row(line, "proposed", customer, parts, 0, _sentences(proposals[0].evidence), proposals[0].why_not)


def _sentences(stored: list[dict[str, object]]) -> tuple[str, ...]:
    return tuple(evidence_in_words([item]) for item in evidence_from_json(stored))


def _said(set_aside: SetAside) -> str:
    on, why = f"{civil_day(set_aside.at):%d/%m/%Y}", set_aside.reason
    return f"Le règlement d'aucun client, a dit {set_aside.actor} le {on}{' : ' if why else ''}{why}."


def _row(
    line: BankLine,
    state: str,
    customer: str,
    allocations: tuple[tuple[str, int], ...],
    credit_cents: int,
    evidence: tuple[str, ...],
    why_not: str,
) -> MatchRow:
    return MatchRow(
        line_id=line.pk,
        position=line.position,
        booked_on=line.booked_on,
        bank_ref=line.bank_ref,
        label=line.label,
        amount_cents=line.amount_cents,
        state=state,
        customer=customer,
        allocations=allocations,
        credit_cents=credit_cents,
        evidence=evidence,
        why_not=why_not,
    )
