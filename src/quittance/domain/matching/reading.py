"""One bank line as the rules see it: whom it shows and which invoices it claims."""

from dataclasses import dataclass

from quittance.domain.matching.numbers import HINT, LIKELY, SURE, LabelNumbers, NamedInvoice, NumberIndex
from quittance.domain.matching.payers import PayerIndex, Recognised
from quittance.domain.matching.texts import plain
from quittance.domain.matching.values import Evidence, IncomingLine

_FIELD_BREAK = " ;;;; "  # longer than any gap inside a number


@dataclass(frozen=True, slots=True)
class Claim:
    """The line names this invoice, with such a weight (SURE, LIKELY, HINT)."""

    invoice: NamedInvoice
    weight: int
    code: str
    seen: str
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A line, its payer and its claims, in the order of the label."""

    line: IncomingLine
    payer: Recognised
    numbers: LabelNumbers
    claims: tuple[Claim, ...]

    @property
    def customer_id(self) -> int | None:
        """The one customer it certainly comes from."""
        return self.payer.certain[0] if len(self.payer.certain) == 1 else None

    def hints_on(self, customer_id: int) -> list[Claim]:
        """The claims too weak to stand alone that fit a customer named otherwise: « F-12, 13 »."""
        firm = self.firm_claims
        return [one for one in self.claims if one not in firm and one.invoice.customer_id == customer_id]

    @property
    def firm_claims(self) -> tuple[Claim, ...]:
        """The claims that are no accident: sure ones, and likely ones on the payer's own invoices."""
        return tuple(
            claim
            for claim in self.claims
            if claim.weight == SURE
            or (claim.weight == LIKELY and self.payer.agrees_with(claim.invoice.customer_id))
        )


def read_line(line: IncomingLine, numbers: NumberIndex, payers: PayerIndex) -> Reading:
    """Read everything the bank says about the line."""
    text = _FIELD_BREAK.join(part for part in (line.label, line.structured_ref, line.end_to_end_id) if part)
    said = numbers.read(text)
    payer = payers.recognise(line, plain(line.label))
    claims: dict[int, Claim] = {}
    for mention in said.mentions:
        invoices = mention.invoices
        if len(invoices) > 1:
            invoices = tuple(one for one in invoices if payer.agrees_with(one.customer_id)) or invoices
        weight = mention.weight if len(invoices) == 1 or mention.code == "order_number" else HINT
        for invoice in invoices:
            claim = Claim(invoice, weight, mention.code, mention.seen, mention.continued)
            if id(invoice) not in claims or claims[id(invoice)].weight < weight:
                claims[id(invoice)] = claim
    named = dict.fromkeys(claim.invoice.customer_id for claim in claims.values() if claim.weight > HINT)
    if not payer.certain:
        shown = f"{line.counterparty_name} {line.label}"
        like = tuple(one for one in named if one not in payer.close and payers.resembles(one, shown))
        if like:
            seen = line.counterparty_name or line.label
            payer = Recognised((), payer.close + like, (Evidence.of("payer_name_close", seen=seen),))
    for digits in said.digits:
        for customer_id in dict.fromkeys((*payer.certain, *payer.close, *named)):
            for invoice in numbers.of_customer(customer_id, digits):
                telling = digits.introduced or len(digits.text) >= 5
                weight = LIKELY if telling else HINT
                claims.setdefault(id(invoice), Claim(invoice, weight, "number_noisy", digits.text))
    return Reading(line, payer, said, tuple(claims.values()))
