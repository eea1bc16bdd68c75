"""A late debt over time: interest by segments, part-payments, credit notes, and what is left of each.

Conventions of docs/rules/penalties.md: the first late day is the day after the due date, the day of a payment
still bears interest on the balance before it, interest is exact until a payment or a statement rounds it, and
neither interest nor the indemnity bears interest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction

from quittance.domain.calendar import ONE_DAY, french_date
from quittance.domain.law import RateTable, Semester, semester_of
from quittance.domain.money import french_euros, half_up
from quittance.domain.penalties.rules import (
    AppliedRate,
    Clause,
    Conventions,
    Kind,
    PenaltyRefused,
    RateSplit,
    Rounding,
    applied_rate,
    legal_indemnity_cents,
)


class Part(Enum):
    """What a payment can clear."""

    COSTS = "costs"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class ImputationOrder(Enum):
    """What a part-payment clears first. The first order is the law's (C. civ. 1343-1, costs by case law)."""

    COSTS_INTEREST_PRINCIPAL = (Part.COSTS, Part.INTEREST, Part.PRINCIPAL)
    INTEREST_PRINCIPAL_COSTS = (Part.INTEREST, Part.PRINCIPAL, Part.COSTS)
    PRINCIPAL_INTEREST_COSTS = (Part.PRINCIPAL, Part.INTEREST, Part.COSTS)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money credited to the creditor's account; zero is allowed and rounds the interest to that day."""

    paid_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note: lowers the principal from its date, or from the origin where it corrects an error."""

    issued_on: date
    amount_cents: int
    from_origin: bool = False


@dataclass(frozen=True, slots=True)
class LateDebt:
    """One amount with tax and its due date, with what starts and stops interest on it.

    `stopped_on` is the last day that bears interest by the creditor's choice (a dispute). An insolvency
    opened on or before the due date forbids the payment: neither interest nor indemnity (L441-10 II, last
    sentence).
    """

    principal_cents: int
    due_on: date
    kind: Kind = Kind.B2B
    clause: Clause | None = None
    formal_notice_on: date | None = None
    insolvency_opened_on: date | None = None
    stopped_on: date | None = None
    credit_notes: tuple[CreditNote, ...] = ()

    def __post_init__(self) -> None:
        if self.principal_cents < 0:
            raise PenaltyRefused(
                f"Une créance ne peut pas être négative : {french_euros(self.principal_cents)}."
            )
        if self.clause is not None and self.kind is not Kind.B2B:
            raise PenaltyRefused("Un taux fixé au contrat ne vaut qu'entre professionnels. Retirez-le.")
        if any(note.amount_cents < 0 for note in self.credit_notes):
            raise PenaltyRefused("Le montant d'un avoir ne peut pas être négatif.")

    @property
    def interest_from_on(self) -> date | None:
        """First day that bears interest; None while a formal notice is needed and none was given."""
        if not self.kind.needs_formal_notice:
            return self.due_on + ONE_DAY
        return max(self.due_on, self.formal_notice_on) + ONE_DAY if self.formal_notice_on else None

    @property
    def payment_forbidden(self) -> bool:
        """Whether insolvency already forbade the payment on its due date."""
        return self.insolvency_opened_on is not None and self.insolvency_opened_on <= self.due_on

    def interest_to_on(self, conventions: Conventions) -> date:
        """Last day that may bear interest (L622-28 for the opening judgment)."""
        last_days = [self.stopped_on or date.max]
        if self.insolvency_opened_on is not None:
            opening_day = timedelta(days=0 if conventions.opening_day_counts else 1)
            last_days.append(self.insolvency_opened_on - opening_day)
        return min(last_days)


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of one semester with one balance and one rate; one row of the penalty statement."""

    from_on: date
    to_on: date
    base_cents: int
    rate_bp: int
    semester: Semester
    exact_cents: Fraction

    @property
    def days(self) -> int:
        """Days counted, both ends included."""
        return (self.to_on - self.from_on).days + 1

    @property
    def amount_cents(self) -> int:
        """The row as printed, rounded on its own; see `Account.rounding_cents`."""
        return half_up(self.exact_cents.numerator, self.exact_cents.denominator)


@dataclass(frozen=True, slots=True)
class ImputedPayment:
    """How one payment was split; the four parts add up to it."""

    paid_on: date
    amount_cents: int
    costs_cents: int
    interest_cents: int
    principal_cents: int
    unapplied_cents: int


@dataclass(frozen=True, slots=True)
class Account:
    """The debt on the evening of `until_on`.

    Interest and indemnity are all that accrued; what ends in `left` is still unpaid.
    """

    until_on: date
    segments: tuple[Segment, ...]
    payments: tuple[ImputedPayment, ...]
    interest_cents: int
    indemnity_cents: int
    principal_left_cents: int
    interest_left_cents: int
    costs_left_cents: int
    unapplied_cents: int  # payments and credit notes beyond the debt: a credit of the customer
    per_day_cents: (
        int  # interest of one more day on what is left, at the current rate; 0 once interest has stopped
    )
    basis_words: str  # French: « taux BCE majoré de 10 points »; empty without interest
    warnings: tuple[str, ...]  # French sentences

    @property
    def total_cents(self) -> int:
        """Interest and indemnity, without the principal."""
        return self.interest_cents + self.indemnity_cents

    @property
    def total_left_cents(self) -> int:
        """All that is still owed."""
        return self.principal_left_cents + self.interest_left_cents + self.costs_left_cents

    @property
    def rounding_cents(self) -> int:
        """The « Arrondi » row that makes the printed rows add up to the interest, rounded once."""
        return self.interest_cents - sum(segment.amount_cents for segment in self.segments)


def penalties_owed(
    debt: LateDebt,
    *,
    paid_on: date | None = None,
    until_on: date | None = None,
    payments: Sequence[Payment] = (),
    imputation: ImputationOrder = ImputationOrder.COSTS_INTEREST_PRINCIPAL,
    conventions: Conventions | None = None,
    rates: RateTable | None = None,
) -> Account:
    """Compute what lateness costs, as `quittance calc penalties` asks it.

    The account runs through `paid_on` (the day the rest was paid) or `until_on` (a statement), whichever
    comes first, else through the last part-payment. What is left is what was owed on that evening, before a
    payment of the rest. Refuses as `run_account`, and where no day says how far to count.
    """
    ends = [day for day in (paid_on, until_on) if day is not None]
    if not ends and not payments:
        raise PenaltyRefused("Jusqu'à quel jour compter ? Donnez le jour du règlement ou la date d'arrêté.")
    return run_account(
        debt,
        payments,
        until_on=min(ends) if ends else max(payment.paid_on for payment in payments),
        imputation=imputation,
        conventions=conventions,
        rates=rates,
    )


def run_account(
    debt: LateDebt,
    payments: Sequence[Payment],
    *,
    until_on: date,
    imputation: ImputationOrder = ImputationOrder.COSTS_INTEREST_PRINCIPAL,
    conventions: Conventions | None = None,
    rates: RateTable | None = None,
) -> Account:
    """Run a debt through its payments and credit notes to the evening of `until_on` (C. civ. 1343-1).

    Raises `law.RateMissing` for a semester whose rate is not known, `PenaltyRefused` for a negative amount or
    an event after `until_on`.
    """
    running = _Running(debt, imputation, conventions or Conventions(), rates)
    credit_notes = sorted(debt.credit_notes, key=lambda note: note.issued_on)
    late_event = max((event_on for event_on in _event_days(debt, payments)), default=until_on)
    if late_event > until_on:
        raise PenaltyRefused(
            f"Un règlement ou un avoir du {french_date(late_event)} est postérieur "
            f"à la date d'arrêté ({french_date(until_on)})."
        )
    if any(payment.amount_cents < 0 for payment in payments):
        raise PenaltyRefused("Le montant d'un règlement ne peut pas être négatif.")

    for note in credit_notes:
        if note.from_origin:
            running.credit(note)
    dated = [note for note in credit_notes if not note.from_origin]
    for payment in sorted(payments, key=lambda payment: payment.paid_on):
        while dated and dated[0].issued_on <= payment.paid_on:
            running.advance(dated[0].issued_on)
            running.credit(dated.pop(0))
        running.advance(payment.paid_on)
        running.settle(payment)
    for note in dated:
        running.advance(note.issued_on)
        running.credit(note)
    running.advance(until_on)
    running.round_interest()
    return running.account(until_on)


def _event_days(debt: LateDebt, payments: Sequence[Payment]) -> list[date]:
    return [payment.paid_on for payment in payments] + [note.issued_on for note in debt.credit_notes]


@dataclass(slots=True)
class _Running:
    """The account while it runs. `unrounded` holds the segments since the last payment."""

    debt: LateDebt
    imputation: ImputationOrder
    conventions: Conventions
    rates: RateTable | None
    left: dict[Part, int] = field(init=False)
    interest_cents: int = 0
    indemnity_cents: int = 0
    unapplied_cents: int = 0
    counted_to_on: date = date.min
    segments: list[Segment] = field(default_factory=list)
    unrounded: list[Segment] = field(default_factory=list)
    applied: dict[Semester, AppliedRate] = field(default_factory=dict)
    imputed: list[ImputedPayment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = {Part.PRINCIPAL: self.debt.principal_cents, Part.INTEREST: 0, Part.COSTS: 0}

    def advance(self, to_on: date) -> None:
        """Let time pass on the present balance, through the end of that day."""
        principal_cents = self.left[Part.PRINCIPAL]
        late = to_on > self.debt.due_on and principal_cents > 0 and not self.debt.payment_forbidden
        if late and not self.indemnity_cents:
            self.indemnity_cents = legal_indemnity_cents(self.debt.kind, self.debt.due_on + ONE_DAY)
            self.left[Part.COSTS] = self.indemnity_cents
        first_on = self.debt.interest_from_on
        if late and first_on is not None:
            from_on = max(first_on, self.counted_to_on + ONE_DAY)
            last_on = min(to_on, self.debt.interest_to_on(self.conventions))
            new = accrue(from_on, last_on, principal_cents, self._rate, self.conventions)
            self.segments += new
            self.unrounded += new
        self.counted_to_on = to_on

    def round_interest(self) -> None:
        """Turn the exact interest since the last payment into cents."""
        if self.conventions.rounding is Rounding.PER_SEGMENT:
            cents = sum(segment.amount_cents for segment in self.unrounded)
        else:
            exact = sum((segment.exact_cents for segment in self.unrounded), Fraction(0))
            cents = half_up(exact.numerator, exact.denominator)
        self.unrounded.clear()
        self.interest_cents += cents
        self.left[Part.INTEREST] += cents

    def settle(self, payment: Payment) -> None:
        """Impute a payment in the chosen order; what exceeds the debt stays unapplied."""
        self.round_interest()
        rest_cents = payment.amount_cents
        taken: dict[Part, int] = {}
        for part in self.imputation.value:
            taken[part] = min(rest_cents, self.left[part])
            self.left[part] -= taken[part]
            rest_cents -= taken[part]
        self.unapplied_cents += rest_cents
        self.imputed.append(
            ImputedPayment(
                paid_on=payment.paid_on,
                amount_cents=payment.amount_cents,
                costs_cents=taken[Part.COSTS],
                interest_cents=taken[Part.INTEREST],
                principal_cents=taken[Part.PRINCIPAL],
                unapplied_cents=rest_cents,
            )
        )

    def credit(self, note: CreditNote) -> None:
        """Lower the principal by a credit note; it never pays interest or costs."""
        credited_cents = min(note.amount_cents, self.left[Part.PRINCIPAL])
        self.left[Part.PRINCIPAL] -= credited_cents
        self.unapplied_cents += note.amount_cents - credited_cents

    def account(self, until_on: date) -> Account:
        """Close the account on that evening."""
        return Account(
            until_on=until_on,
            segments=tuple(self.segments),
            payments=tuple(self.imputed),
            interest_cents=self.interest_cents,
            indemnity_cents=self.indemnity_cents,
            principal_left_cents=self.left[Part.PRINCIPAL],
            interest_left_cents=self.left[Part.INTEREST],
            costs_left_cents=self.left[Part.COSTS],
            unapplied_cents=self.unapplied_cents,
            per_day_cents=self._per_day_cents(until_on),
            basis_words=" puis ".join(dict.fromkeys(rate.words for rate in self.applied.values())),
            warnings=tuple(dict.fromkeys(rate.warning for rate in self.applied.values() if rate.warning)),
        )

    def _rate(self, semester: Semester) -> int:
        """The rate of a semester, or of the first one where rates are frozen (public buyers: R2192-31)."""
        frozen = self.debt.kind is Kind.PUBLIC or self.conventions.rate_split is RateSplit.FROZEN
        first_on = self.debt.interest_from_on
        if frozen and first_on is not None:
            semester = semester_of(first_on)
        if semester not in self.applied:
            self.applied[semester] = applied_rate(
                self.debt.kind, self.debt.clause, semester, self.conventions, self.rates
            )
        return self.applied[semester].rate_bp

    def _per_day_cents(self, until_on: date) -> int:
        running = bool(self.segments) and self.segments[-1].to_on == until_on
        if not running or self.debt.interest_to_on(self.conventions) <= until_on:
            return 0
        base_cents, rate_bp = self.left[Part.PRINCIPAL], self.segments[-1].rate_bp
        return half_up(base_cents * rate_bp, 10_000 * self.conventions.divisor.days(until_on.year))


def accrue(
    from_on: date,
    to_on: date,
    base_cents: int,
    rate_bp_of: Callable[[Semester], int],
    conventions: Conventions,
) -> list[Segment]:
    """Cut days (both ends included) at each 1 January and 1 July, with the exact interest of each piece."""
    segments: list[Segment] = []
    while from_on <= to_on:
        semester = semester_of(from_on)
        last_on = min(to_on, semester.end)
        rate_bp = rate_bp_of(semester)
        days = (last_on - from_on).days + 1
        year_days = conventions.divisor.days(semester.year)
        exact_cents = Fraction(base_cents * rate_bp * days, 10_000 * year_days)
        segments.append(Segment(from_on, last_on, base_cents, rate_bp, semester, exact_cents))
        from_on = last_on + ONE_DAY
    return segments
