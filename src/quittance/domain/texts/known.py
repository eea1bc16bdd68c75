"""What a reminder can say: the variables that are known when its step is taken, by whom it is for and when it leaves.

A company that rewrites a text may use these and no others: a text is never queued with a hole in it.
"""

from functools import cache

from quittance.domain.plans import plan_texts
from quittance.domain.texts import library
from quittance.domain.texts.library import MessageText

_ALWAYS = (
    "greeting", "signature", "lead", "invoices.list", "net.open", "pay.block", "deadline.on", "bank.read_on",
    "history", "invoice.number", "invoice.issued_on", "invoice.due_on", "invoice.total", "invoice.open",
    "invoice.order_reference", "invoices.count", "pay.iban", "pay.iban_end", "pay.reference",
    "iban.caution", "contact.full_name",
    "contact.email", "customer.name", "customer.reference", "sender.name", "sender.role", "sender.phone",
    "sender.email", "sender.company_line", "sender.reach", "company.name", "company.phone", "company.legal_line",
    "company.legal_identity", "claim.as_of",
)  # fmt: skip
_LATE = ("invoice.days_late", "claim.reference", "claim.order_references")
_PENALTIES = (
    "penalty.amount", "penalty.per_day", "penalty.rate", "penalty.rate_first", "penalty.rate_phrase",
    "penalty.basis_words", "penalty.divisor", "indemnity.amount", "indemnity.count", "indemnity.count_phrase",
    "claim.total", "claim.penalties_total",
)  # fmt: skip
_BY_KIND = {
    "b2b": ("penalty.stance",),
    "public": ("public.limit_days", "public.siret", "public.service_code", "public.engagement"),
    "consumer": ("legal_rate.rate", "legal_rate.semester", "company.mediator", "mediator.sentence"),
}
_FORMAL = ("letter.channel", "letter.city", "letter.date", "letter.signatory", "letter.enclosures")
_FORMAL_B2B = ("consequences.list",)
_NEEDS_PENALTIES = ("penalty.", "indemnity.", "claim.total", "claim.penalties")


@cache
def known_in(text_id: str) -> tuple[str, ...]:
    """Return the variables that a text of a reminder plan may use, those that are used most first."""
    text = library.messages()[text_id]
    is_for = plan_texts()[text.family or text_id]
    names = [*_ALWAYS]
    if is_for.is_before_due:
        return tuple(names)
    names += _LATE
    kinds = set(text.audience)
    if "consumer" not in kinds:
        names += _PENALTIES
    for kind in text.audience:
        names += _BY_KIND[kind]
    if is_for.is_formal:
        names += _FORMAL
        if kinds == {"b2b"}:
            names += _FORMAL_B2B
    return tuple(names)


def speaks_of_penalties(text: MessageText) -> bool:
    """Whether interest and indemnity have to be computed before a text can be written."""
    if "penalty_statement.pdf" in text.attach:
        return True
    return any(
        name.startswith(_NEEDS_PENALTIES) for version in text.versions.values() for name in version.variables
    )
