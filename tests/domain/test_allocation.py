"""Which debts a payment clears: the debtor's word, then the law's order (C. civ. 1342-10)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_table import cases, pieces
from quittance.domain.allocation import ImputationRefused, OpenDebt, impute
from quittance.domain.money import parse_cents

PAID_ON = date(2026, 11, 21)


def allocated(debts, payment_cents, choice=()):
    imputation = impute(debts, payment_cents, paid_on=PAID_ON, choice=choice)
    return {allocation.reference: allocation.cents for allocation in imputation.allocations}, (
        imputation.unapplied_cents
    )


@pytest.mark.parametrize("row", cases("imputation"))
def test_table(row):
    debts = [
        OpenDebt(reference, date.fromisoformat(due_on), parse_cents(amount), int(onerous))
        for reference, due_on, amount, onerous in (
            piece.split(":") for piece in pieces(row["invoices_id:due:amount:onerous"])
        )
    ]
    expected = dict(piece.split(":") for piece in pieces(row["expected_allocation"]))
    parts, unapplied_cents = allocated(debts, parse_cents(row["payment"]), pieces(row["debtor_choice"]))
    assert parts == {reference: parse_cents(amount) for reference, amount in expected.items()}
    assert unapplied_cents == parse_cents(row["unapplied"])


OLD = OpenDebt("OLD", date(2026, 9, 30), 500)
YOUNG = OpenDebt("YOUNG", date(2026, 10, 31), 800)
COSTLY = OpenDebt("COSTLY", date(2026, 10, 31), 300, onerous=1)
DUE_TODAY = OpenDebt("DUE_TODAY", PAID_ON, 200)
NOT_DUE = OpenDebt("NOT_DUE", date(2026, 12, 31), 400, onerous=1)
LATER = OpenDebt("LATER", date(2027, 1, 31), 100)


@pytest.mark.parametrize(
    ("debts", "payment_cents", "choice", "expected", "unapplied_cents"),
    [
        ([OLD, COSTLY], 400, [], {"COSTLY": 300, "OLD": 100}, 0),  # most onerous before oldest
        ([NOT_DUE, DUE_TODAY], 300, [], {"DUE_TODAY": 200, "NOT_DUE": 100}, 0),  # due on its due date
        ([LATER, NOT_DUE, OLD], 950, [], {"OLD": 500, "NOT_DUE": 400, "LATER": 50}, 0),
        ([OLD, YOUNG], 900, ["YOUNG"], {"YOUNG": 800, "OLD": 100}, 0),  # the rest follows the law
        ([OLD, YOUNG, LATER], 900, ["LATER", "YOUNG"], {"LATER": 100, "YOUNG": 800}, 0),
        ([OLD, YOUNG], 700, ["YOUNG", "YOUNG"], {"YOUNG": 700}, 0),
        ([OLD], 0, [], {}, 0),
        ([], 100, [], {}, 100),
    ],
)
def test_order(debts, payment_cents, choice, expected, unapplied_cents):
    assert allocated(debts, payment_cents, choice) == (expected, unapplied_cents)


@pytest.mark.parametrize(
    ("debts", "payment_cents", "choice", "reason"),
    [
        ([OLD], 100, ["F-9"], "« F-9 », qui n'est pas parmi ses factures ouvertes"),
        ([OLD, OLD], 100, [], "deux fois"),
        ([OLD], -100, [], "ne peut pas être imputé"),
    ],
)
def test_refusals(debts, payment_cents, choice, reason):
    with pytest.raises(ImputationRefused) as refusal:
        impute(debts, payment_cents, paid_on=PAID_ON, choice=choice)
    assert reason in str(refusal.value)


DEBTS = st.lists(
    st.builds(
        OpenDebt,
        st.sampled_from("ABCDEFGH"),
        st.integers(-3, 3).map(lambda weeks: PAID_ON + timedelta(weeks=weeks)),
        st.integers(0, 1_000),
        st.integers(0, 1),
    ),
    unique_by=lambda debt: debt.reference,
)


@given(DEBTS, st.integers(0, 5_000), st.randoms(use_true_random=False))
def test_money_is_conserved_and_the_order_given_changes_nothing(debts, payment_cents, random):
    parts, unapplied_cents = allocated(debts, payment_cents)
    assert sum(parts.values()) + unapplied_cents == payment_cents
    open_by_reference = {debt.reference: debt.open_cents for debt in debts}
    assert all(0 < cents <= open_by_reference[reference] for reference, cents in parts.items())
    assert unapplied_cents == max(0, payment_cents - sum(open_by_reference.values()))
    assert allocated(random.sample(debts, len(debts)), payment_cents) == (parts, unapplied_cents)
