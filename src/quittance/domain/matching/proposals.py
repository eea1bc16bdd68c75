"""What to show where the evidence does not suffice: the best candidates, and what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from quittance.domain.matching.book import Book
from quittance.domain.matching.reading import Claim, Reading
from quittance.domain.matching.rules import Parts, claim_evidence, gap_evidence, payable, sum_evidence, total
from quittance.domain.matching.rules import paid_already as find_paid_already
from quittance.domain.matching.values import Candidate, Evidence, LineMatch, OpenReceivable

MOST_ALTERNATIVES = 5


def propose(book: Book, reading: Reading) -> LineMatch:
    """Say what a line that could not be decided may be; `none` where nothing points to a customer."""
    for attempt in (_second_payment, _claimed, _same_amount, _oldest_first, _amount_anywhere):
        match = attempt(book, reading)
        if match is not None:
            return match
    return LineMatch(reading.line.id, "none")


def _second_payment(book: Book, reading: Reading) -> LineMatch | None:
    claim = find_paid_already(book, reading) or _claim_without_rest(book, reading)
    if claim is None:
        number, customer_id = _paid_by_amount(book, reading)
        if not number:
            return None
        evidence = [Evidence.of("already_settled", invoice=number)]
        return _proposed(book, reading, customer_id, (), evidence, why_not="already_settled")
    evidence = [Evidence.of("already_settled", invoice=claim.invoice.number), *claim_evidence([claim])]
    return _proposed(book, reading, claim.invoice.customer_id, (), evidence, why_not="already_settled")


def _claim_without_rest(book: Book, reading: Reading) -> Claim | None:
    claims = reading.firm_claims
    if claims and not any(book.open_parts(claim.invoice) for claim in claims):
        return claims[0] if not _fits(book, reading, claims[0].invoice.customer_id) else None
    return None


def _paid_by_amount(book: Book, reading: Reading) -> tuple[str, int | None]:
    customer_id, cents = reading.customer_id, reading.line.amount_cents
    if customer_id is None or reading.firm_claims or book.exactly(customer_id, cents):
        return "", None
    return book.settled_total(customer_id, cents), customer_id


def _claimed(book: Book, reading: Reading) -> LineMatch | None:
    claims = reading.firm_claims or tuple(
        claim
        for claim in reading.claims
        if reading.payer.agrees_with(claim.invoice.customer_id) or claim.weight > 1
    )
    open_claims = [claim for claim in claims if book.open_parts(claim.invoice)]
    if not open_claims:
        return None
    customer_id = open_claims[0].invoice.customer_id
    parts = payable(book, reading, open_claims)
    if not parts:
        early = [one for claim in open_claims for one in book.open_parts(claim.invoice)]
        evidence = [
            Evidence.of("before_issue", invoice=early[0].invoice_number),
            *claim_evidence(open_claims),
        ]
        return _proposed(book, reading, customer_id, early, evidence, why_not="before_issue")
    gap = total(book, parts) - reading.line.amount_cents
    rivals = [one for one in _fits(book, reading, customer_id) if one not in parts]
    amount = (
        gap_evidence(gap) if gap else Evidence.of("amount_exact") if len(parts) == 1 else sum_evidence(parts)
    )
    evidence = [amount, *claim_evidence(open_claims)]
    if reading.payer.agrees_with(customer_id):
        why = "other_invoice" if rivals else "amount_differs"
    else:
        why = "payer_unknown"
    return _proposed(
        book, reading, customer_id, parts, evidence, why_not=why, others=[[one] for one in rivals]
    )


def _fits(book: Book, reading: Reading, customer_id: int) -> list[OpenReceivable]:
    return book.exactly(customer_id, reading.line.amount_cents)


def _same_amount(book: Book, reading: Reading) -> LineMatch | None:
    """Propose the payer's invoices of exactly this amount."""
    customers = reading.payer.certain + reading.payer.close
    fits = [one for customer_id in customers for one in _fits(book, reading, customer_id)]
    fits.sort(key=lambda one: (one.due_on, one.issued_on, one.id))
    if not fits:
        return None
    owners = {one.customer_id for one in fits}
    if len(reading.payer.certain) > 1:
        why = "two_customers"
    elif len(fits) > 1:
        why = "several_sets"
    elif fits[0].issued_on > reading.line.booked_on:
        why = "before_issue"
    else:
        why = "other_invoice" if reading.firm_claims else "coincidence"
    evidence = [Evidence.of("amount_exact")]
    if len(fits) > 1:
        evidence.append(Evidence.of("several_candidates", count=len(fits)))
    owner = fits[0].customer_id if len(owners) == 1 and len(customers) == 1 else None
    return _proposed(
        book, reading, owner, fits[:1], evidence, why_not=why, others=[[one] for one in fits[1:]]
    )


def _oldest_first(book: Book, reading: Reading) -> LineMatch | None:
    """C. civ. 1342-10: without indication, what is due comes first, the oldest before the others."""
    customer_id = reading.customer_id
    if customer_id is None:
        why = "two_customers"
        return _proposed(book, reading, None, (), [], why_not=why) if reading.payer.certain else None
    parts = book.of_customer(customer_id, reading.line.booked_on)
    match = _proposed(
        book, reading, customer_id, parts, [Evidence.of("oldest_first")], why_not="amount_differs"
    )
    return match if match.allocations else replace(match, evidence=reading.payer.evidence)


def _amount_anywhere(book: Book, reading: Reading) -> LineMatch | None:
    """Propose the few invoices of exactly this amount when nothing says who pays."""
    ids = book.exactly_anywhere(reading.line.amount_cents)
    if not 0 < len(ids) <= 1 + MOST_ALTERNATIVES:
        return None
    fits = [book.by_id[one] for one in ids if book.by_id[one].issued_on <= reading.line.booked_on]
    if not fits:
        return None
    evidence = [Evidence.of("amount_exact")]
    evidence.append(
        Evidence.of("several_candidates", count=len(fits)) if len(fits) > 1 else Evidence.of("only_candidate")
    )
    owner = fits[0].customer_id if len({one.customer_id for one in fits}) == 1 else None
    return _proposed(
        book, reading, owner, fits[:1], evidence, why_not="coincidence", others=[[one] for one in fits[1:]]
    )


def _proposed(
    book: Book,
    reading: Reading,
    customer_id: int | None,
    parts: Iterable[OpenReceivable],
    evidence: list[Evidence],
    *,
    why_not: str,
    others: Sequence[Parts] = (),
) -> LineMatch:
    line = reading.line
    allocations: Candidate = book.spread(parts, line.amount_cents)
    if customer_id is not None and reading.payer.agrees_with(customer_id):
        evidence = [*evidence, *reading.payer.evidence]
    return LineMatch(
        line_id=line.id,
        state="proposed",
        customer_id=customer_id,
        allocations=allocations,
        left_cents=line.amount_cents - sum(allocation.cents for allocation in allocations),
        evidence=tuple(evidence),
        why_not=why_not,
        alternatives=tuple(book.spread(other, line.amount_cents) for other in others[:MOST_ALTERNATIVES]),
    )
