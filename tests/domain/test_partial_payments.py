"""Part-payments: what each clears in the three orders, and what is left on the last evening."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_table import cases, pieces
from quittance.domain.money import parse_cents
from quittance.domain.penalties import (
    Conventions,
    ImputationOrder,
    Kind,
    LateDebt,
    Payment,
    Rounding,
    penalties_owed,
    run_account,
)

PAID = re.compile(r"(\S+): paid (\S+) -> ([^;]+?)(?= ;|$)")
INTEREST = re.compile(r"\+(\S+) interest")
SEGMENT = re.compile(r"([\d.]+) x ([\d.]+)% x (\d+)/365 \[(\S+)\.\.(\S+)\]")


def account_of(row: dict[str, str]):
    due_on = date.fromisoformat(row["due_date"])
    kind = Kind.B2B if row["kind"] == "B2B_DEFAULT" else Kind.CONSUMER
    debt = LateDebt(parse_cents(row["principal_ttc"]), due_on, kind=kind, formal_notice_on=due_on)
    events = (event.split(":") for event in pieces(row["events_date:amount"]))
    payments = [Payment(date.fromisoformat(on), parse_cents(amount)) for on, amount in events]
    return penalties_owed(debt, payments=payments, imputation=ImputationOrder[row["mode"]])


@pytest.mark.parametrize("row", cases("partial_payments"))
def test_what_is_left(row):
    account = account_of(row)
    assert account.principal_left_cents == parse_cents(row["principal_left"])
    assert account.interest_left_cents == parse_cents(row["interest_left"])
    assert account.costs_left_cents == parse_cents(row["costs_left"])
    assert account.unapplied_cents == parse_cents(row["unapplied"])
    assert account.total_left_cents == parse_cents(row["total_left"])


@pytest.mark.parametrize("row", cases("partial_payments"))
def test_how_each_payment_was_split_and_interest_counted(row):
    """The table tells each step in words: `2026-07-30: paid 600.00 -> costs 40.00, interest 12.23, ...`."""
    account = account_of(row)
    told = PAID.findall(row["hand"])
    assert [(payment.paid_on.isoformat(), payment.amount_cents) for payment in account.payments] == [
        (on, parse_cents(amount)) for on, amount, _ in told
    ]
    for payment, (_, _, split) in zip(account.payments, told, strict=True):
        for part in split.split(", "):
            name, amount = part.split()
            assert getattr(payment, f"{name}_cents") == parse_cents(amount)
    assert account.interest_cents == sum(parse_cents(amount) for amount in INTEREST.findall(row["hand"]))
    assert [
        (segment.base_cents, segment.rate_bp, segment.days, str(segment.from_on), str(segment.to_on))
        for segment in account.segments
    ] == [
        (parse_cents(base), parse_cents(rate), int(days), first, last)
        for base, rate, days, first, last in SEGMENT.findall(row["hand"])
    ]


def test_a_payment_on_the_due_date_goes_to_the_principal():
    debt = LateDebt(120_000, date(2026, 6, 30))
    account = run_account(debt, [Payment(date(2026, 6, 30), 120_000)], until_on=date(2026, 9, 30))
    assert account.total_left_cents == account.total_cents == 0
    assert account.segments == ()


def test_interest_stops_with_the_principal_and_the_rest_stays_owed():
    debt = LateDebt(120_000, date(2026, 6, 30))
    account = run_account(
        debt,
        [Payment(date(2026, 7, 30), 120_000)],
        until_on=date(2026, 12, 31),
        imputation=ImputationOrder.PRINCIPAL_INTEREST_COSTS,
    )
    assert account.principal_left_cents == 0
    assert (account.interest_left_cents, account.costs_left_cents) == (1_223, 4_000)
    assert account.per_day_cents == 0


DUE_ON = date(2025, 3, 31)
PAYMENTS = st.lists(
    st.builds(
        Payment,
        st.integers(-30, 600).map(lambda days: DUE_ON + timedelta(days=days)),
        st.integers(0, 200_000),
    ),
    max_size=6,
)
CHOICES = st.tuples(
    st.sampled_from(ImputationOrder), st.builds(Conventions, rounding=st.sampled_from(Rounding))
)
END = DUE_ON + timedelta(days=610)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 500_000), PAYMENTS, CHOICES)
def test_no_cent_is_lost(principal_cents, payments, choices):
    imputation, conventions = choices
    account = run_account(
        LateDebt(principal_cents, DUE_ON),
        payments,
        until_on=END,
        imputation=imputation,
        conventions=conventions,
    )
    paid_cents = sum(payment.amount_cents for payment in payments)
    assert (
        principal_cents + account.total_cents
        == account.total_left_cents + paid_cents - account.unapplied_cents
    )
    for payment in account.payments:
        parts = (
            payment.costs_cents,
            payment.interest_cents,
            payment.principal_cents,
            payment.unapplied_cents,
        )
        assert sum(parts) == payment.amount_cents
        assert min(parts) >= 0
    assert account.unapplied_cents == sum(payment.unapplied_cents for payment in account.payments)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500_000), PAYMENTS, CHOICES, st.randoms(use_true_random=False))
def test_the_order_payments_are_given_in_changes_nothing(principal_cents, payments, choices, random):
    imputation, conventions = choices
    debt = LateDebt(principal_cents, DUE_ON)
    shuffled = random.sample(payments, len(payments))
    one = run_account(debt, payments, until_on=END, imputation=imputation, conventions=conventions)
    other = run_account(debt, shuffled, until_on=END, imputation=imputation, conventions=conventions)
    assert one.total_left_cents == other.total_left_cents
    assert one.segments == other.segments


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500_000), PAYMENTS)
def test_paying_the_principal_first_is_never_dearer_than_paying_it_last(principal_cents, payments):
    debt = LateDebt(principal_cents, DUE_ON)
    legal, favourable = (
        run_account(debt, payments, until_on=END, imputation=order)
        for order in (ImputationOrder.COSTS_INTEREST_PRINCIPAL, ImputationOrder.PRINCIPAL_INTEREST_COSTS)
    )
    assert favourable.interest_cents <= legal.interest_cents
