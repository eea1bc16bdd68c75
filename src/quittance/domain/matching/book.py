"""What is open while the lines are decided one after the other, found by customer and amount."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from quittance.domain.matching.numbers import NamedInvoice, number_form
from quittance.domain.matching.values import Candidate, OpenReceivable, ProposedAllocation, SettledInvoice

MOST_EQUAL = 20  # two are already too many to choose from; a subscriber may owe thousands


class Book:
    """The open receivables of one company; every look-up costs the same in a large book."""

    def __init__(self, receivables: Iterable[OpenReceivable], settled: Iterable[SettledInvoice]) -> None:
        oldest_first = sorted(receivables, key=lambda one: (one.due_on, one.issued_on, one.id))
        self.by_id = {one.id: one for one in oldest_first}
        self._open_cents = {one.id: one.open_cents for one in oldest_first}
        self._of_customer: dict[int, dict[int, None]] = {}
        self._exact: dict[tuple[int, int], dict[int, None]] = {}
        self._exact_anywhere: dict[int, dict[int, None]] = {}
        self._settled_totals: dict[tuple[int, int], str] = {}
        self._invoices: dict[tuple[str, int], NamedInvoice] = {}
        for one in oldest_first:
            self._invoice(one.invoice_number, one.customer_id, one.total_cents).receivables.append(one)
            if one.open_cents > 0:
                self._of_customer.setdefault(one.customer_id, {})[one.id] = None
                self._find_by_amount(one)
        for invoice in sorted(settled, key=lambda one: (one.invoice_number, one.customer_id)):
            self._invoice(invoice.invoice_number, invoice.customer_id, invoice.total_cents)
            self._settled_totals[invoice.customer_id, invoice.total_cents] = invoice.invoice_number

    def _invoice(self, number: str, customer_id: int, total_cents: int) -> NamedInvoice:
        invoice = self._invoices.get((number, customer_id))
        if invoice is None:
            invoice = NamedInvoice(number, customer_id, total_cents, number_form(number))
            self._invoices[number, customer_id] = invoice
        return invoice

    @property
    def invoices(self) -> Iterable[NamedInvoice]:
        """Every invoice a label may name, the settled ones included."""
        return self._invoices.values()

    def invoice_of(self, receivable: OpenReceivable) -> NamedInvoice:
        """Give the invoice a receivable is a part of."""
        return self._invoices[receivable.invoice_number, receivable.customer_id]

    def open_cents(self, receivable: OpenReceivable) -> int:
        """Say what is left after the allocations so far."""
        return self._open_cents[receivable.id]

    def open_parts(self, invoice: NamedInvoice) -> list[OpenReceivable]:
        """List what is left of an invoice, the oldest installment first."""
        return [one for one in invoice.receivables if self._open_cents[one.id] > 0]

    def of_customer(self, customer_id: int, booked_on: date) -> Iterator[OpenReceivable]:
        """Go through what a customer could pay that day, the oldest due date first."""
        known = map(self.by_id.__getitem__, self._of_customer.get(customer_id, ()))
        return (one for one in known if one.issued_on <= booked_on)

    def count_open(self, customer_id: int) -> int:
        """Count what a customer has open."""
        return len(self._of_customer.get(customer_id, ()))

    def exactly(self, customer_id: int, cents: int) -> list[OpenReceivable]:
        """List the customer's receivables on which exactly this is left; of very many, the oldest."""
        equal = self._exact.get((customer_id, cents), ())
        return [self.by_id[one] for one in islice(equal, MOST_EQUAL)]

    def exactly_anywhere(self, cents: int) -> dict[int, None]:
        """Give the receivables of all customers on which exactly this is left, by id."""
        return self._exact_anywhere.get(cents, {})

    def settled_total(self, customer_id: int, cents: int) -> str:
        """Give the number of a settled invoice of this total of the customer; empty: there is none."""
        return self._settled_totals.get((customer_id, cents), "")

    def spread(self, parts: Iterable[OpenReceivable], cents: int) -> Candidate:
        """Put an amount on receivables in the order given, as far as it goes."""
        allocations: list[ProposedAllocation] = []
        for one in parts:
            share = min(cents, self._open_cents[one.id])
            if share > 0:
                allocations.append(ProposedAllocation(one.id, share))
                cents -= share
            if cents == 0:
                break
        return tuple(allocations)

    def take(self, allocations: Candidate) -> None:
        """Reduce what is open by decided allocations."""
        for allocation in allocations:
            one = self.by_id[allocation.receivable_id]
            left = self._open_cents[one.id] - allocation.cents
            assert allocation.cents > 0
            assert left >= 0
            del self._exact[one.customer_id, self._open_cents[one.id]][one.id]
            del self._exact_anywhere[self._open_cents[one.id]][one.id]
            self._open_cents[one.id] = left
            if left:
                self._find_by_amount(one)
            else:
                del self._of_customer[one.customer_id][one.id]
                self._settled_totals[one.customer_id, one.total_cents] = one.invoice_number

    def _find_by_amount(self, one: OpenReceivable) -> None:
        cents = self._open_cents[one.id]
        self._exact.setdefault((one.customer_id, cents), {})[one.id] = None
        self._exact_anywhere.setdefault(cents, {})[one.id] = None
