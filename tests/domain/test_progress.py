"""Deposits on the final invoice, retention money, progress claims."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_table import bp, cases, pieces
from quittance.domain.money import parse_cents
from quittance.domain.progress import RetentionBase, final_invoice, progress_claims


@pytest.mark.parametrize("row", cases("deposit_final"))
def test_final_invoice(row):
    invoice = final_invoice(
        price_net_cents=parse_cents(row["total_ht"]),
        rate_bp=bp(row["rate"]),
        deposits_net_cents=[parse_cents(text) for text in pieces(row["deposits_ht"])],
        retention_bp=bp(row["retention_pct"]),
        retention_base=RetentionBase(row["retention_base"].lower()),
    )
    found = {
        "total_vat": invoice.price_vat_cents,
        "total_ttc": invoice.price_gross_cents,
        "deposit_ht": invoice.deposits_net_cents,
        "deposit_vat": invoice.deposits_vat_cents,
        "bt113_paid_ttc": invoice.deposits_gross_cents,
        "bt115_due": invoice.due_cents,
        "ht_left": invoice.net_left_cents,
        "vat_left_to_declare": invoice.vat_left_cents,
        "retention": invoice.retention_cents,
        "payable_now": invoice.payable_now_cents,
    }
    assert found == {name: parse_cents(row[name]) for name in found}


def test_each_deposit_was_rounded_on_its_own_invoice():
    invoice = final_invoice(price_net_cents=10_000, rate_bp=550, deposits_net_cents=[333, 333, 333])
    assert invoice.deposits_vat_cents == 54  # 18 each; 55 on their sum


def by_market() -> list:
    """The claims of one market follow each other in the table."""
    rows = [case.values[0] for case in cases("progress_situations")]
    return [list(claims) for _, claims in groupby(rows, key=lambda row: row["market_ht"])]


@pytest.mark.parametrize("rows", by_market())
def test_progress_claims(rows):
    claims = progress_claims(
        market_net_cents=parse_cents(rows[0]["market_ht"]),
        done_bps=[bp(row["cumulated_pct"]) for row in rows],
        rate_bp=2_000,
        retention_bp=500,
    )
    for claim, row in zip(claims, rows, strict=True):
        found = {
            "cumulated_ht": claim.done_net_cents,
            "previous_ht": claim.before_net_cents,
            "period_ht": claim.period_net_cents,
            "vat_20": claim.period_vat_cents,
            "ttc": claim.period_gross_cents,
            "retention_5pct_ttc": claim.retention_cents,
            "to_pay": claim.payable_now_cents,
        }
        assert found == {name: parse_cents(row[name]) for name in found}
        assert (claim.number, claim.done_bp) == (int(row["situation_no"]), bp(row["cumulated_pct"]))


def test_retention_before_tax_and_a_claim_that_goes_back():
    first, second = progress_claims(
        market_net_cents=100_000,
        done_bps=[5_000, 4_000],
        rate_bp=1_000,
        retention_bp=500,
        retention_base=RetentionBase.NET,
    )
    assert (first.retention_cents, first.payable_now_cents) == (2_500, 52_500)
    assert (second.period_net_cents, second.period_vat_cents, second.retention_cents) == (
        -10_000,
        -1_000,
        -500,
    )


@given(st.integers(0, 10**10), st.lists(st.integers(0, 10_000), max_size=8), st.sampled_from([550, 2_000]))
def test_claims_add_up_to_the_market(market_net_cents, done_bps, rate_bp):
    claims = progress_claims(
        market_net_cents=market_net_cents, done_bps=[*sorted(done_bps), 10_000], rate_bp=rate_bp
    )
    assert sum(claim.period_net_cents for claim in claims) == market_net_cents
    assert all(claim.period_net_cents >= 0 for claim in claims)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=4), st.integers(0, 500))
def test_final_invoice_adds_up(price_net_cents, deposits, retention_bp):
    invoice = final_invoice(
        price_net_cents=price_net_cents, rate_bp=2_000, deposits_net_cents=deposits, retention_bp=retention_bp
    )
    assert invoice.due_cents == invoice.net_left_cents + invoice.vat_left_cents
    assert invoice.payable_now_cents + invoice.retention_cents == invoice.due_cents
