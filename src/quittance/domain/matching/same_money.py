"""Money that is known twice: a payment of the books, and the bank line that brought it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from quittance.domain.matching.payers import PayerIndex
from quittance.domain.matching.texts import plain
from quittance.domain.matching.values import IncomingLine, Payer

NEAR_DAYS = 5  # the books and the bank date the same money so near each other


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment that is recorded. Amount in cents."""

    id: int
    customer_id: int
    received_on: date
    amount_cents: int


def near(one_on: date, other_on: date) -> bool:
    """Tell whether two days may be those of the same money."""
    return abs((one_on - other_on).days) <= NEAR_DAYS


def lines_of_payments(
    lines: Sequence[IncomingLine], payments: Iterable[KnownPayment], payers: Iterable[Payer]
) -> dict[int, int]:
    """Find the bank line of each payment: the same amount, days near each other; return lines by payment id.

    A line that names a customer goes to the nearest payment of that customer, and to nobody else's. A line that names
    nobody goes to a payment only where there is one such payment and one such line.
    """
    by_amount: dict[int, list[KnownPayment]] = defaultdict(list)
    for payment in payments:
        by_amount[payment.amount_cents].append(payment)
    in_question = [
        line
        for line in sorted(lines, key=lambda line: (line.booked_on, line.id))
        if any(near(line.booked_on, one.received_on) for one in by_amount.get(line.amount_cents, ()))
    ]
    if not in_question:
        return {}
    index = PayerIndex(payers)
    tied: dict[int, int] = {}
    unnamed = []
    for line in in_question:
        payer = index.recognise(line, plain(line.label))
        if not (payer.certain or payer.close):
            unnamed.append(line)
            continue
        theirs = [one for one in _left(by_amount, line, tied) if payer.agrees_with(one.customer_id)]
        if theirs:
            nearest = min(theirs, key=lambda one: (abs((one.received_on - line.booked_on).days), one.id))
            tied[nearest.id] = line.id
    for line in unnamed:
        candidates = _left(by_amount, line, tied)
        rivals = [
            one
            for one in unnamed
            if one.amount_cents == line.amount_cents
            and any(near(one.booked_on, payment.received_on) for payment in candidates)
        ]
        if len(candidates) == 1 and len(rivals) == 1:
            tied[candidates[0].id] = line.id
    return tied


def _left(
    by_amount: dict[int, list[KnownPayment]], line: IncomingLine, tied: dict[int, int]
) -> list[KnownPayment]:
    return [
        one
        for one in by_amount[line.amount_cents]
        if one.id not in tied and near(line.booked_on, one.received_on)
    ]
