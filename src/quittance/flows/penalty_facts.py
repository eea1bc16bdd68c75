"""What late invoices cost to date, in the facts that messages and penalty statements print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from quittance.domain.penalties import (
    Account,
    CreditNote,
    FixedRate,
    ImputationOrder,
    Kind,
    LateDebt,
    Payment,
    run_account,
)
from quittance.domain.texts.facts import IndemnityFacts, PenaltyFacts, PenaltyRow
from quittance.domain.texts.typography import Language

if TYPE_CHECKING:
    from quittance.flows.sides import CompanySide, CustomerSide
    from quittance.payments.queries import DueRow


@dataclass(frozen=True, slots=True)
class Penalties:
    """The penalties of all invoices of a message, and their rows."""

    facts: PenaltyFacts
    indemnity: IndemnityFacts
    rows: tuple[PenaltyRow, ...]


def penalties_of(ours: CompanySide, theirs: CustomerSide, language: Language) -> Penalties | None:
    """Interest and indemnity to date on every invoice of the message; consumers owe neither before a notice."""
    accounts = [
        (row, account) for row in theirs.rows if (account := account_of(ours, row, theirs)) is not None
    ]
    segments = [segment for _, account in accounts for segment in account.segments]
    if not segments:
        return None
    bases = [account.basis_words for _, account in accounts]
    by_day = sorted(segments, key=lambda segment: (segment.from_on, segment.to_on))
    late = [account for _, account in accounts if account.indemnity_cents]
    return Penalties(
        PenaltyFacts(
            amount_cents=sum(account.interest_cents for _, account in accounts),
            per_day_cents=sum(account.per_day_cents for _, account in accounts),
            rate_bp=by_day[-1].rate_bp,
            rate_first_bp=by_day[0].rate_bp,
            basis_words=_basis_in(language, next(words for words in bases if words)),
        ),
        IndemnityFacts(amount_cents=sum(account.indemnity_cents for account in late), count=len(late)),
        tuple(
            PenaltyRow(
                invoice_number=row.invoice_number,
                due_on=row.due_on,
                from_on=segment.from_on,
                to_on=segment.to_on,
                days=segment.days,
                base_cents=segment.base_cents,
                rate_bp=segment.rate_bp,
                amount_cents=segment.amount_cents,
            )
            for row, account in accounts
            for segment in account.segments
        ),
    )


def account_of(ours: CompanySide, row: DueRow, theirs: CustomerSide) -> Account | None:
    """Run one receivable through what was received on it, and the share of the customer's credit that it takes.

    `None` for a consumer, who owes nothing before a formal notice. Refusal: `law.RateMissing`.

    Part-payments go to the principal first: that is how they were allocated, and the choice that favours the
    customer (C. civ. 1343-1 lets the creditor agree to it).
    """
    kind = {"b2b": Kind.B2B, "public": Kind.PUBLIC}.get(theirs.customer.kind)
    if kind is None:
        return None
    parts = [
        part
        for part in (*theirs.part_payments.get(row.receivable_id, ()), *_share_of_credit(row, theirs))
        if part[0] <= ours.today
    ]
    clause_bp = ours.company.clause_rate_bp
    debt = LateDebt(
        principal_cents=row.open_cents
        + sum(cents for _, cents, _ in theirs.part_payments.get(row.receivable_id, ())),
        due_on=row.due_on,
        kind=kind,
        clause=FixedRate(clause_bp) if clause_bp is not None and kind is Kind.B2B else None,
        credit_notes=tuple(CreditNote(on, cents) for on, cents, is_credit_note in parts if is_credit_note),
    )
    payments = [Payment(on, cents) for on, cents, is_credit_note in parts if not is_credit_note]
    return run_account(
        debt, payments, until_on=ours.today, imputation=ImputationOrder.PRINCIPAL_INTEREST_COSTS
    )


def _share_of_credit(row: DueRow, theirs: CustomerSide) -> list[tuple[date, int, bool]]:
    """The customer's money that is on no invoice, as the message deducts it: it clears the oldest invoices first,
    and no interest is asked on what it covers. Shaped as part-payments: (received on, cents, is a credit note)."""
    taken_before = sum(other.open_cents for other in theirs.rows[: theirs.rows.index(row)])
    left_cents, share = row.open_cents, []
    for credit in theirs.credits:
        skipped = min(taken_before, credit.cents)
        taken_before -= skipped
        cents = min(left_cents, credit.cents - skipped)
        left_cents -= cents
        if cents:
            share.append((credit.on, cents, bool(credit.credit_note)))
    return share


# The bases of rates that the law tables name, said in English.
_BASES_IN_ENGLISH = (
    (r"taux BCE majoré de (\d+) points", r"ECB refinancing rate plus \1 points"),
    (r"taux de (\S+\s?%) fixé au contrat", r"rate of \1 set by contract"),
    (
        r"(\d+) fois le taux d'intérêt légal, fixé au contrat",
        r"\1 times the French legal rate, set by contract",
    ),
    (
        r"taux minimum légal \(trois fois le taux d'intérêt légal\)",
        "legal minimum (three times the French legal rate)",
    ),
    (r"taux d'intérêt légal", "French legal rate"),
    (r" puis ", " then "),
)


def _basis_in(language: Language, words: str) -> str:
    """Say on what a rate rests, in the reader's language."""
    if language == "en":
        for french, english in _BASES_IN_ENGLISH:
            words = re.sub(french, english, words)
    return words


# Which rate each day bears, and the articles: between professionals, and for a public buyer (R2192-31).
_RATE_WORDS = {
    "fr": {
        "b2b": (
            "celui de chaque semestre pour ses jours",
            "articles L441-10, II et D441-5 du code de commerce",
        ),
        "public": (
            "celui du semestre où ils ont commencé à courir",
            "articles R2192-31 et D2192-35 du code de la commande publique",
        ),
    },
    "en": {
        "b2b": (
            "each half-year's rate for its days",
            "articles L441-10, II and D441-5 of the French Commercial Code",
        ),
        "public": (
            "that of the half-year in which it began to run",
            "articles R2192-31 and D2192-35 of the French Public Procurement Code",
        ),
    },
}


def statement_facts(
    theirs: CustomerSide,
    today: date,
    penalties: Penalties | None,
    language: Language,
    *,
    pay_by_on: date | None,
) -> dict[str, object]:
    """The rest of what a penalty statement says; it asks for payment (by a day) only where the message does."""
    if penalties is None:
        return {}
    split_words, law_words = _RATE_WORDS[language][theirs.customer.kind]
    return {
        "statement.number": f"P-{theirs.customer.reference}-{today:%Y%m%d}",
        "penalty.table": penalties.rows,
        "penalty.split_words": split_words,
        "penalty.law_words": law_words,
        "statement.pay_by_on": pay_by_on,
        "statement.reserved_on": None if pay_by_on else today,
    }
