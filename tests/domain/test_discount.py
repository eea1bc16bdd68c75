"""Early-payment discount: before tax, and on the VAT too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_table import bp, cases
from quittance.domain.discount import early_discount
from quittance.domain.money import parse_cents


@pytest.mark.parametrize("row", cases("early_discount"))
def test_table(row):
    offer = early_discount({bp(row["vat_rate"]): parse_cents(row["ht"])}, bp(row["discount_pct"]))
    assert {
        "vat": offer.price_vat_cents,
        "ttc": offer.price_gross_cents,
        "discount_ht": offer.discount_net_cents,
        "discount_vat": offer.discount_vat_cents,
        "discount_ttc": offer.discount_gross_cents,
        "to_pay_if_early": offer.to_pay_cents,
        "net_ht": offer.net_cents,
        "net_vat": offer.vat_cents,
    } == {
        name: parse_cents(row[name])
        for name in (
            *("vat", "ttc", "discount_ht", "discount_vat", "discount_ttc"),
            *("to_pay_if_early", "net_ht", "net_vat"),
        )
    }


def test_each_rate_bears_its_share():
    offer = early_discount({2_000: 100_000, 550: 20_000}, 200)
    assert (offer.discount_net_cents, offer.discount_vat_cents) == (2_400, 400 + 22)
    assert offer.to_pay_cents == 120_000 + 21_100 - 2_822


@given(
    st.dictionaries(st.sampled_from([0, 550, 1_000, 2_000]), st.integers(0, 10**9), min_size=1),
    st.integers(0, 10_000),
)
def test_what_is_paid_and_what_is_kept_add_up(net_by_rate, discount_bp):
    offer = early_discount(net_by_rate, discount_bp)
    assert offer.to_pay_cents == offer.net_cents + offer.vat_cents
    assert offer.to_pay_cents + offer.discount_gross_cents == offer.price_gross_cents
    assert 0 <= offer.to_pay_cents <= offer.price_gross_cents
