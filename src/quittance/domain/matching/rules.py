"""The rules that allocate alone. Each returns None where the evidence could be a coincidence."""

from collections.abc import Callable, Sequence
from itertools import accumulate

from quittance.domain.matching.book import Book
from quittance.domain.matching.numbers import slipped
from quittance.domain.matching.reading import Claim, Reading
from quittance.domain.matching.sums import largest_size, sets_that_add_up
from quittance.domain.matching.values import Evidence, LineMatch, OpenReceivable

FEE_AT_MOST_CENTS = 3_000  # what banks keep of a transfer
OVER_AT_MOST_CENTS = 5_000  # or an eighth of the invoice: more is rather another one
SHORT_OF_SUM_IN = 20  # a sum of named invoices may lack one part in so many (discount, fees)

# Expected number of sets that fit by chance, in millionths, below which the only one that fits is taken.
CHANCE_SAID = 50_000  # the label speaks of several invoices
CHANCE_UNSAID = 2_000
CHANCE_NAMED = 10_000  # completing invoices that are named
FEW_OPEN = 4
CHANCE_FEW = 100_000
MOST_OPEN = 200  # of one customer; in more, some set always fits

Parts = Sequence[OpenReceivable]


def by_number(book: Book, reading: Reading) -> LineMatch | None:
    """Allocate what the label names."""
    claims = reading.firm_claims
    if not claims:
        return None
    return _one_named(book, reading, claims[0]) if len(claims) == 1 else _several_named(book, reading, claims)


def _one_named(book: Book, reading: Reading, claim: Claim) -> LineMatch | None:
    parts = payable(book, reading, [claim])
    if not parts:
        return None
    amount = reading.line.amount_cents
    for exact in (parts, *([one] for one in parts)):
        if total(book, exact) == amount:
            if _mistyped_rival(book, reading, claim):
                return None
            return allocated(book, reading, exact, [Evidence.of("amount_exact")], [claim])
    customer_id = claim.invoice.customer_id
    hinted = [claim, *reading.hints_on(customer_id)]
    if len(hinted) > 1 and total(book, payable(book, reading, hinted)) == amount:
        parts = payable(book, reading, hinted)
        return allocated(book, reading, parts, [sum_evidence(parts)], hinted)
    if not reading.payer.agrees_with(customer_id):
        return None
    gap = total(book, parts) - amount
    if gap < 0:
        completed = _completed(book, reading, parts, [claim])
        if completed or reading.numbers.following or reading.numbers.more:
            return completed
        if -gap > max(OVER_AT_MOST_CENTS, total(book, parts) // 8):
            return None
    if any(one not in parts for one in book.exactly(customer_id, amount)):
        return None  # the number says one invoice, the amount another
    return allocated(book, reading, parts, [gap_evidence(gap)], [claim])


def _mistyped_rival(book: Book, reading: Reading, claim: Claim) -> bool:
    """Say whether the number may as well be another one, mistyped, of the same amount.

    Asked where digits are missing, or where the payer is somebody else: FA-089 is FA-0089, or FA-0189 mistyped.
    """
    form, customer_id = claim.invoice.form, claim.invoice.customer_id
    last_run = claim.seen.split()[-1]
    shortened = claim.code == "number_noisy" and form is not None and len(last_run) < form.width
    if not shortened and (reading.payer.agrees_with(customer_id) or not reading.payer.certain):
        return False
    return any(
        slipped(reading.numbers, other.form)
        for owner in dict.fromkeys((customer_id, *reading.payer.certain))
        for one in book.exactly(owner, reading.line.amount_cents)
        if (other := book.invoice_of(one)) is not claim.invoice and other.form
    )


def _several_named(book: Book, reading: Reading, claims: Sequence[Claim]) -> LineMatch | None:
    amount = reading.line.amount_cents
    listed = [claim for claim in claims if not claim.continued]
    customers = {claim.invoice.customer_id for claim in claims}
    hinted = [*claims, *reading.hints_on(claims[0].invoice.customer_id)]
    for named in (claims, listed, hinted):
        parts = payable(book, reading, named)
        if parts and total(book, parts) == amount:
            return allocated(book, reading, parts, [sum_evidence(parts)], named)
    parts = payable(book, reading, claims)
    if not parts or len(customers) > 1 or not reading.payer.agrees_with(claims[0].invoice.customer_id):
        return None
    gap = total(book, parts) - amount
    if gap < 0:
        completed = _completed(book, reading, parts, claims)
        if completed or -gap > OVER_AT_MOST_CENTS:
            return completed
    elif gap * SHORT_OF_SUM_IN > amount:
        return None
    return allocated(book, reading, parts, [gap_evidence(gap)], claims)


def _completed(book: Book, reading: Reading, parts: Parts, claims: Sequence[Claim]) -> LineMatch | None:
    """Add invoices meant but not written: « et suivantes », « + 2 », « A à B », a label cut short."""
    numbers = reading.numbers
    if book.count_open(parts[0].customer_id) > MOST_OPEN:
        return None
    others = [
        one
        for one in book.of_customer(parts[0].customer_id, reading.line.booked_on)
        if one not in parts and (not (numbers.following or numbers.more) or _place(one) > _place(parts[0]))
    ]
    missing_cents = reading.line.amount_cents - total(book, parts)
    if numbers.ranges:
        others = [
            one for one in others if any(span.holds(book.invoice_of(one).form) for span in numbers.ranges)
        ]
        if others and total(book, others) == missing_cents:
            return _sum_allocated(book, reading, [*parts, *others], claims)
    if numbers.following or numbers.more:
        in_order = sorted(others, key=_place)
        for rank, sum_cents in enumerate(accumulate(book.open_cents(one) for one in in_order), start=1):
            if sum_cents == missing_cents and numbers.more in (0, rank):
                if _has_twin(book, in_order[:rank], in_order[rank:]):
                    return None
                return _sum_allocated(book, reading, [*parts, *in_order[:rank]], claims)
    said = numbers.following or numbers.more or numbers.ranges or numbers.several
    chance = CHANCE_SAID if said else CHANCE_NAMED
    found = _only_set(book, others, missing_cents, chance, size=numbers.more)
    return _sum_allocated(book, reading, [*parts, *found], claims) if found else None


def _has_twin(book: Book, chosen: Parts, others: Parts) -> bool:
    """Say whether another invoice of the same amount could stand for a chosen one."""
    return not {book.open_cents(one) for one in chosen}.isdisjoint(book.open_cents(one) for one in others)


def _place(one: OpenReceivable) -> tuple[object, ...]:
    return (one.issued_on, one.invoice_number, one.due_on, one.id)


def _only_set(
    book: Book, parts: Parts, target_cents: int, chance: int, *, size: int = 0, fewest: int = 1
) -> list[OpenReceivable]:
    """Find the only set of receivables with this sum, if hitting it by chance is less likely than allowed."""
    parts = [one for one in parts if book.open_cents(one) <= target_cents]
    fewest = size or fewest
    if len(parts) < fewest:
        return []
    amounts = [book.open_cents(one) for one in parts]
    most = largest_size(amounts, fewest, chance)
    most = min(most, size) if size else most
    found = sets_that_add_up(amounts, target_cents, fewest, most, stop_at=2) if most else None
    return [parts[rank] for rank in found[0]] if found and len(found) == 1 else []


def by_payer(book: Book, reading: Reading) -> LineMatch | None:
    """Allocate the exact amount to the payer's invoice with a mistyped number, or to the only one."""
    if paid_already(book, reading):
        return None
    fits = [
        one
        for customer_id in reading.payer.certain + reading.payer.close
        for one in book.exactly(customer_id, reading.line.amount_cents)
        if one.issued_on <= reading.line.booked_on
    ]
    if not fits:
        return None
    dated = [one for one in fits if one.issued_on in reading.numbers.dates]
    if len(fits) > 1 and len(dated) == 1 and reading.payer.certain and not reading.firm_claims:
        return allocated(book, reading, dated, [Evidence.of("amount_exact"), Evidence.of("issue_date")])
    marked = [(one, seen) for one in fits if (seen := _seen_number(book, reading, one))]
    if marked:
        evidence = [Evidence.of("amount_exact"), Evidence.of("number_noisy", seen=marked[0][1])]
        return allocated(book, reading, [marked[0][0]], evidence) if len(marked) == 1 else None
    if reading.firm_claims or len(fits) > 1 or reading.customer_id is None:
        return None
    if reading.numbers.several and _some_sum(book, reading):
        return None  # the balance of several, or this one: two readings of one label
    return allocated(book, reading, fits, [Evidence.of("amount_exact"), Evidence.of("only_candidate")])


def _seen_number(book: Book, reading: Reading, one: OpenReceivable) -> str:
    for claim in reading.claims:
        if one in claim.invoice.receivables:
            return claim.seen
    form = book.invoice_of(one).form
    return slipped(reading.numbers, form) if form else ""


def _some_sum(book: Book, reading: Reading) -> bool:
    if book.count_open(reading.payer.certain[0]) > MOST_OPEN:
        return False
    parts = list(book.of_customer(reading.payer.certain[0], reading.line.booked_on))
    amounts = [book.open_cents(one) for one in parts]
    return bool(sets_that_add_up(amounts, reading.line.amount_cents, 2, min(3, len(parts)), stop_at=1))


def by_sum(book: Book, reading: Reading) -> LineMatch | None:
    """Allocate to several invoices that are not named, where only one set of them can be meant."""
    customer_id, line = reading.customer_id, reading.line
    if customer_id is None or reading.firm_claims or paid_already(book, reading):
        return None
    if book.count_open(customer_id) > MOST_OPEN:
        return None
    if book.exactly(customer_id, line.amount_cents) or book.settled_total(customer_id, line.amount_cents):
        return None
    parts = list(book.of_customer(customer_id, line.booked_on))
    said = reading.numbers.several or reading.numbers.following
    for everything in (parts, [one for one in parts if one.due_on <= line.booked_on]):
        if len(everything) > 1 and total(book, everything) == line.amount_cents:
            return _sum_allocated(book, reading, everything, ())
    chance = CHANCE_SAID if said else CHANCE_UNSAID
    if len(parts) <= FEW_OPEN and not reading.numbers.advance:
        chance = max(chance, CHANCE_FEW)
    found = _only_set(book, parts, line.amount_cents, chance, fewest=2)
    return _sum_allocated(book, reading, found, ()) if found else None


Rule = Callable[[Book, Reading], LineMatch | None]
RULES: tuple[Rule, ...] = (by_number, by_payer, by_sum)


def paid_already(book: Book, reading: Reading) -> Claim | None:
    """Find the claim on a settled invoice that this line seems to pay a second time."""
    for claim in reading.claims:
        if not book.open_parts(claim.invoice) and reading.line.amount_cents == claim.invoice.total_cents:
            return claim
    return None


def payable(book: Book, reading: Reading, claims: Sequence[Claim]) -> list[OpenReceivable]:
    """List what is open of the claimed invoices and was issued by then, in the order of the label."""
    parts = {one.id: one for claim in claims for one in book.open_parts(claim.invoice)}
    return [one for one in parts.values() if one.issued_on <= reading.line.booked_on]


def total(book: Book, parts: Parts) -> int:
    """Add up what is open, in cents."""
    return sum(book.open_cents(one) for one in parts)


def gap_evidence(gap_cents: int) -> Evidence:
    """Name a difference between what is open and what came."""
    if gap_cents < 0:
        return Evidence.of("amount_over", gap_cents=-gap_cents)
    return Evidence.of(
        "amount_fee" if gap_cents <= FEE_AT_MOST_CENTS else "amount_short", gap_cents=gap_cents
    )


def sum_evidence(parts: Parts) -> Evidence:
    """Say that the amount is the sum of what is open on several invoices."""
    return Evidence.of("amount_exact_sum", count=len({one.invoice_number for one in parts}))


def claim_evidence(claims: Sequence[Claim]) -> list[Evidence]:
    """Say how the invoices are named."""
    numbers = {claim.invoice.number for claim in claims}
    if len(numbers) > 1:
        return [Evidence.of("number_several", count=len(numbers))]
    if not claims:
        return []
    noisy = claims[0].code == "number_noisy"
    return [Evidence.of(claims[0].code, seen=claims[0].seen) if noisy else Evidence.of(claims[0].code)]


def _sum_allocated(book: Book, reading: Reading, parts: Parts, claims: Sequence[Claim]) -> LineMatch:
    evidence = [sum_evidence(parts)]
    numbers = reading.numbers
    if numbers.several or numbers.following or numbers.more or numbers.ranges:
        evidence.append(Evidence.of("several_said"))
    return allocated(book, reading, parts, evidence, claims)


def allocated(
    book: Book, reading: Reading, parts: Parts, amount: list[Evidence], claims: Sequence[Claim] = ()
) -> LineMatch:
    """Decide: the line pays these receivables, in this order; the rest is a credit of the customer."""
    line = reading.line
    allocations = book.spread(parts, line.amount_cents)
    evidence = [*amount, *claim_evidence(claims)]
    if reading.payer.agrees_with(parts[0].customer_id):
        evidence += reading.payer.evidence
    if len(allocations) == 1:
        evidence.append(Evidence.of("date_near", days=(line.booked_on - parts[0].due_on).days))
    return LineMatch(
        line_id=line.id,
        state="allocated",
        customer_id=parts[0].customer_id,
        allocations=allocations,
        left_cents=line.amount_cents - sum(allocation.cents for allocation in allocations),
        evidence=tuple(evidence),
    )
