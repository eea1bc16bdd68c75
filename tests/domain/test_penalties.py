"""What lateness costs: each row of the table under each convention, then what must hold for any debt."""

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_table import bp, cases, pieces
from quittance.domain.law import RateMissing
from quittance.domain.money import half_up, parse_cents
from quittance.domain.penalties import (
    BelowFloor,
    Conventions,
    CreditNote,
    Divisor,
    FixedRate,
    FloorAppliesTo,
    Kind,
    LateDebt,
    LegalMultiple,
    Payment,
    PenaltyRefused,
    RateSplit,
    Rounding,
    penalties_owed,
    run_account,
)

KINDS = {
    "PUBLIC_BUYER": Kind.PUBLIC,
    "B2C_LEGAL_FROM_NOTICE": Kind.CONSUMER,
    "INDIVIDUAL_CREDITOR_LEGAL": Kind.INDIVIDUAL_CREDITOR,
}
CASES = cases("penalty_interest")


def debt_of(row: dict[str, str]) -> LateDebt:
    """The debt a row of the table is about; for consumers, due on the day of the formal notice."""
    due_on = date.fromisoformat(row["due_date"])
    kind = KINDS.get(row["kind"], Kind.B2B)
    fixed = re.fullmatch(r"(?:FIXED|B2B_CONTRACT)_(\d+)(?:_RAISED_TO_FLOOR)?", row["kind"])
    clause = FixedRate(bp(fixed[1])) if fixed else None
    if row["kind"] == "B2B_CONTRACT_3X_LEGAL":
        clause = LegalMultiple(3)
    return LateDebt(
        parse_cents(row["principal_ttc"]), due_on, kind=kind, clause=clause, formal_notice_on=due_on
    )


def owed(row: dict[str, str], conventions: Conventions):
    if row["kind"] == "B2B_DEFAULT_MAX_FLOOR":
        conventions = replace(conventions, floor_applies_to=FloorAppliesTo.ALWAYS)
    return penalties_owed(
        debt_of(row), paid_on=date.fromisoformat(row["payment_date"]), conventions=conventions
    )


@pytest.mark.parametrize("row", CASES)
def test_interest_indemnity_and_segments(row):
    account = owed(row, Conventions())

    assert account.interest_cents == parse_cents(row["interest_expected_act365"])
    assert account.indemnity_cents == parse_cents(row["indemnity_expected"])
    assert account.total_cents == parse_cents(row["total_expected"])
    assert sum(segment.days for segment in account.segments) == int(row["days_late"])
    assert len(account.segments) == int(row["n_segments"])
    assert [(segment.from_on.isoformat(), segment.days, segment.rate_bp) for segment in account.segments] == [
        (start, int(days), bp(rate))
        for start, days, rate in (piece.split(":") for piece in pieces(row["segments_start:days:rate"]))
    ]
    exact_euros = sum((segment.exact_cents for segment in account.segments), Fraction(0)) / 100
    assert half_up(exact_euros.numerator * 10**6, exact_euros.denominator) == int(
        Fraction(row["interest_exact"]) * 10**6
    )


@pytest.mark.parametrize(
    ("column", "conventions"),
    [
        ("alt_sum_of_rounded_segments", Conventions(rounding=Rounding.PER_SEGMENT)),
        ("alt_act_act", Conventions(divisor=Divisor.ACTUAL)),
        ("alt_act360", Conventions(divisor=Divisor.DAYS_360)),
        ("alt_rate_frozen_at_first_day", Conventions(rate_split=RateSplit.FROZEN)),
    ],
)
@pytest.mark.parametrize("row", CASES)
def test_other_conventions(row, column, conventions):
    assert owed(row, conventions).interest_cents == parse_cents(row[column])


@pytest.mark.parametrize("row", [case for case in CASES if case.values[0]["floor_3x_legal_interest"]])
def test_interest_at_the_lowest_rate_a_clause_may_fix(row):
    debt = replace(debt_of(row), clause=LegalMultiple(3))
    account = penalties_owed(debt, paid_on=date.fromisoformat(row["payment_date"]))
    assert account.interest_cents == parse_cents(row["floor_3x_legal_interest"])


JUNE_30 = date(2026, 6, 30)
DEBT = LateDebt(120_000, JUNE_30)


@pytest.mark.parametrize(
    ("debt", "conventions", "rates_bp", "words", "warned"),
    [
        (DEBT, Conventions(), [1240], "taux BCE majoré de 10 points", False),
        (replace(DEBT, kind=Kind.PUBLIC), Conventions(), [1040], "taux BCE majoré de 8 points", False),
        (replace(DEBT, clause=FixedRate(900)), Conventions(), [900], "taux de 9,00 % fixé au contrat", False),
        (
            replace(DEBT, clause=LegalMultiple(3)),
            Conventions(),
            [825],
            "3 fois le taux d'intérêt légal, fixé au contrat",
            False,
        ),
        (
            replace(DEBT, clause=FixedRate(500)),
            Conventions(),
            [825],
            "taux minimum légal (trois fois le taux d'intérêt légal)",
            True,
        ),
        (
            replace(DEBT, clause=LegalMultiple(2)),
            Conventions(),
            [825],
            "taux minimum légal (trois fois le taux d'intérêt légal)",
            True,
        ),
        (
            replace(DEBT, clause=FixedRate(500)),
            Conventions(below_floor=BelowFloor.SUPPLETIVE),
            [1240],
            "taux BCE majoré de 10 points",
            True,
        ),
        (
            replace(DEBT, kind=Kind.CONSUMER, formal_notice_on=date(2026, 6, 1)),
            Conventions(),
            [275],
            "taux d'intérêt légal",
            False,
        ),
    ],
)
def test_rate_and_its_basis(debt, conventions, rates_bp, words, warned):
    account = penalties_owed(debt, paid_on=date(2026, 7, 30), conventions=conventions)
    assert [segment.rate_bp for segment in account.segments] == rates_bp
    assert account.basis_words.replace("\u202f", " ") == words
    assert bool(account.warnings) == warned


def test_clause_that_falls_below_the_floor_for_one_semester_changes_its_basis():
    """8 % is lawful at 7.86 (first half of 2026), not at 8.25 (second half)."""
    debt = LateDebt(120_000, date(2026, 6, 15), clause=FixedRate(800))
    account = penalties_owed(debt, paid_on=date(2026, 7, 15))
    assert [segment.rate_bp for segment in account.segments] == [800, 825]
    assert account.basis_words.startswith("taux de 8,00")
    assert account.basis_words.endswith(
        "fixé au contrat puis taux minimum légal (trois fois le taux d'intérêt légal)"
    )
    assert [warning.replace("\u202f", " ") for warning in account.warnings] == [
        "Au 2e semestre 2026, le taux du contrat (8,00 %) est inférieur au minimum légal (8,25 %) : "
        "il y est relevé."
    ]


@pytest.mark.parametrize(
    ("applies_to", "rate_bp"), [(FloorAppliesTo.CLAUSE, 1450), (FloorAppliesTo.ALWAYS, 1521)]
)
def test_in_2024_the_floor_exceeds_the_default_rate(applies_to, rate_bp):
    debt = LateDebt(120_000, date(2024, 1, 31))
    conventions = Conventions(floor_applies_to=applies_to)
    account = penalties_owed(debt, paid_on=date(2024, 3, 1), conventions=conventions)
    assert [segment.rate_bp for segment in account.segments] == [rate_bp]


def test_public_buyer_keeps_the_rate_of_the_semester_where_interest_starts():
    debt = LateDebt(1_000_000, JUNE_30, kind=Kind.PUBLIC)
    account = penalties_owed(debt, paid_on=date(2026, 7, 10))
    assert [segment.rate_bp for segment in account.segments] == [1040]  # due 30 June, interest from 1 July
    unknown_later = LateDebt(1_000_000, date(2026, 12, 1), kind=Kind.PUBLIC)
    account = penalties_owed(unknown_later, paid_on=date(2027, 3, 1))
    assert [segment.rate_bp for segment in account.segments] == [1040, 1040]


def test_missing_semester_is_refused_but_a_written_rate_is_computed_with_a_warning():
    debt = LateDebt(120_000, date(2033, 1, 31))
    with pytest.raises(RateMissing):
        penalties_owed(debt, paid_on=date(2033, 3, 1))
    assert penalties_owed(debt, paid_on=date(2033, 1, 31)).total_cents == 0
    written = penalties_owed(replace(debt, clause=FixedRate(1200)), paid_on=date(2033, 3, 1))
    assert written.interest_cents == half_up(120_000 * 1200 * 29, 10_000 * 365)
    assert written.warnings == (
        "Le minimum légal du 1er semestre 2033 n'est pas encore connu : "
        "le taux du contrat n'a pas pu lui être comparé.",
    )


@pytest.mark.parametrize(
    ("notice_on", "first_day"),
    [(None, None), (date(2026, 7, 10), date(2026, 7, 11)), (date(2026, 6, 1), date(2026, 7, 1))],
)
def test_consumer_owes_interest_only_from_the_formal_notice(notice_on, first_day):
    debt = LateDebt(120_000, JUNE_30, kind=Kind.CONSUMER, formal_notice_on=notice_on)
    account = penalties_owed(debt, paid_on=date(2026, 8, 31))
    assert [segment.from_on for segment in account.segments] == ([first_day] if first_day else [])
    assert account.indemnity_cents == 0


@pytest.mark.parametrize(
    ("changes", "days", "indemnity_cents"),
    [
        ({}, 31, 4_000),
        ({"stopped_on": date(2026, 7, 10)}, 10, 4_000),
        ({"insolvency_opened_on": date(2026, 7, 11)}, 10, 4_000),
        ({"insolvency_opened_on": JUNE_30}, 0, 0),
        ({"insolvency_opened_on": date(2026, 5, 1)}, 0, 0),
        ({"insolvency_opened_on": date(2026, 7, 21), "stopped_on": date(2026, 7, 10)}, 10, 4_000),
    ],
)
def test_what_stops_interest(changes, days, indemnity_cents):
    account = penalties_owed(replace(DEBT, **changes), until_on=date(2026, 7, 31))
    assert sum(segment.days for segment in account.segments) == days
    assert account.indemnity_cents == indemnity_cents
    assert (account.per_day_cents == 0) == bool(changes)


def test_the_day_of_the_opening_judgment_is_a_convention():
    debt = replace(DEBT, insolvency_opened_on=date(2026, 7, 11))
    account = penalties_owed(
        debt, until_on=date(2026, 7, 31), conventions=Conventions(opening_day_counts=True)
    )
    assert sum(segment.days for segment in account.segments) == 11


@pytest.mark.parametrize(
    ("notes", "bases", "indemnity_cents", "unapplied_cents"),
    [
        ([(date(2026, 7, 10), 20_000, False)], [(10, 120_000), (20, 100_000)], 4_000, 0),
        ([(date(2026, 7, 10), 20_000, True)], [(30, 100_000)], 4_000, 0),
        ([(date(2026, 6, 20), 20_000, False)], [(30, 100_000)], 4_000, 0),
        ([(date(2026, 6, 20), 120_000, False)], [], 0, 0),
        ([(date(2026, 7, 10), 120_000, True)], [], 0, 0),
        ([(date(2026, 7, 10), 130_000, False)], [(10, 120_000)], 4_000, 10_000),
    ],
)
def test_credit_notes_lower_the_principal_from_their_date_or_from_the_origin(
    notes, bases, indemnity_cents, unapplied_cents
):
    debt = replace(DEBT, credit_notes=tuple(CreditNote(*note) for note in notes))
    account = penalties_owed(debt, paid_on=date(2026, 7, 30))
    assert [(segment.days, segment.base_cents) for segment in account.segments] == bases
    assert account.indemnity_cents == indemnity_cents
    assert account.unapplied_cents == unapplied_cents


def test_credit_note_between_two_payments_keeps_their_order():
    debt = replace(DEBT, credit_notes=(CreditNote(date(2026, 7, 15), 20_000),))
    payments = [Payment(date(2026, 7, 20), 50_000), Payment(date(2026, 7, 10), 10_000)]
    account = run_account(debt, payments, until_on=date(2026, 7, 31))
    assert [segment.to_on.day for segment in account.segments] == [10, 15, 20, 31]
    assert [payment.paid_on.day for payment in account.payments] == [10, 20]


@pytest.mark.parametrize(
    ("principal_cents", "due_on", "clause", "paid_on", "printed", "rounding_cents"),
    [
        (120_000, date(2026, 6, 15), None, date(2026, 7, 15), [599, 612], 0),
        (120_000, date(2026, 6, 15), LegalMultiple(3), date(2026, 7, 15), [388, 407], -1),
        (99_999, date(2023, 12, 31), None, date(2024, 12, 31), [7_230, 7_183], 1),
    ],
)
def test_printed_rows_add_up_with_their_rounding_row(
    principal_cents, due_on, clause, paid_on, printed, rounding_cents
):
    debt = LateDebt(principal_cents, due_on, clause=clause)
    account = penalties_owed(debt, paid_on=paid_on)
    assert [segment.amount_cents for segment in account.segments] == printed
    assert account.rounding_cents == rounding_cents
    assert account.interest_cents == sum(printed) + rounding_cents


def test_interest_of_one_more_day():
    assert penalties_owed(DEBT, until_on=date(2026, 7, 15)).per_day_cents == 41
    assert penalties_owed(DEBT, until_on=JUNE_30).per_day_cents == 0


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: LateDebt(-1, JUNE_30), "ne peut pas être négative"),
        (lambda: replace(DEBT, kind=Kind.CONSUMER, clause=FixedRate(900)), "entre professionnels"),
        (lambda: replace(DEBT, credit_notes=(CreditNote(JUNE_30, -1),)), "avoir ne peut pas être négatif"),
        (lambda: penalties_owed(DEBT), "Jusqu'à quel jour"),
        (
            lambda: penalties_owed(DEBT, until_on=JUNE_30, payments=[Payment(date(2026, 7, 1), 100)]),
            "du 1er juillet 2026 est postérieur à la date d'arrêté (30 juin 2026)",
        ),
        (lambda: penalties_owed(DEBT, payments=[Payment(date(2026, 7, 1), -100)]), "règlement ne peut pas"),
    ],
)
def test_refusals(make, reason):
    with pytest.raises(PenaltyRefused) as refusal:
        make()
    assert reason in str(refusal.value)


DUE_DATES = st.dates(date(2015, 1, 1), date(2025, 12, 31))
CONVENTIONS = st.builds(
    Conventions,
    divisor=st.sampled_from(Divisor),
    rate_split=st.sampled_from(RateSplit),
    rounding=st.sampled_from(Rounding),
    below_floor=st.sampled_from(BelowFloor),
    floor_applies_to=st.sampled_from(FloorAppliesTo),
)
CLAUSES = (
    st.none() | st.builds(FixedRate, st.integers(0, 2_000)) | st.builds(LegalMultiple, st.integers(1, 5))
)
DEBTS = st.builds(LateDebt, st.integers(0, 10**9), DUE_DATES, clause=CLAUSES) | st.builds(
    LateDebt,
    st.integers(0, 10**9),
    DUE_DATES,
    kind=st.sampled_from([Kind.PUBLIC, Kind.CONSUMER, Kind.INDIVIDUAL_CREDITOR]),
    formal_notice_on=st.none() | DUE_DATES,
)


@settings(max_examples=100, deadline=None)
@given(DEBTS, CONVENTIONS, st.integers(0, 300), st.integers(0, 60))
def test_a_later_day_never_lowers_a_penalty(debt, conventions, late_days, more_days):
    day = debt.due_on + timedelta(days=late_days)
    earlier = penalties_owed(debt, until_on=day, conventions=conventions)
    later = penalties_owed(
        debt, until_on=min(day + timedelta(days=more_days), date(2026, 12, 31)), conventions=conventions
    )
    assert earlier.interest_cents <= later.interest_cents
    assert earlier.indemnity_cents <= later.indemnity_cents


@settings(max_examples=100, deadline=None)
@given(DEBTS, CONVENTIONS, st.integers(0, 300))
def test_segments_follow_each_other_and_their_days_add_up(debt, conventions, late_days):
    until_on = debt.due_on + timedelta(days=late_days)
    account = penalties_owed(debt, until_on=until_on, conventions=conventions)
    for earlier, later in zip(account.segments, account.segments[1:], strict=False):
        assert later.from_on == earlier.to_on + timedelta(days=1)
    if account.segments:
        counted = (until_on - account.segments[0].from_on).days + 1
        assert sum(segment.days for segment in account.segments) == counted
        assert account.segments[0].from_on == debt.interest_from_on
    printed = sum(segment.amount_cents for segment in account.segments) + account.rounding_cents
    assert printed == account.interest_cents
