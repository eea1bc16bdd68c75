"""VAT arithmetic: base out of a price with tax, and money received shared between rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_table import bp, cases, pieces
from quittance.domain.money import parse_cents
from quittance.domain.vat import NothingToShare, RateShare, net_of_gross, split_collected, vat_on


def shares_of(text: str) -> list[RateShare]:
    return [RateShare(bp(rate), parse_cents(amount)) for rate, amount in (p.split(":") for p in pieces(text))]


@pytest.mark.parametrize("row", cases("ttc_to_ht"))
def test_price_with_tax(row):
    split = net_of_gross(parse_cents(row["ttc"]), bp(row["rate"]))
    assert split.net_cents == parse_cents(row["ht"])
    assert split.vat_cents == parse_cents(row["vat_by_difference"])
    assert vat_on(split.net_cents, bp(row["rate"])) == parse_cents(row["vat_by_rate"])


@pytest.mark.parametrize("row", cases("collected_vat_split"))
def test_money_received_per_rate(row):
    split = split_collected(shares_of(row["ttc_by_rate"]), parse_cents(row["collected"]))
    assert list(split) == shares_of(row["expected_split"])


@pytest.mark.parametrize(
    ("invoiced", "collected_cents", "expected"),
    [
        ("5.5:100.00|10:100.00|20:100.00", 10_000, "5.5:33.33|10:33.33|20:33.34"),  # the last takes the rest
        ("10:-1100.00|20:-2400.00", -100_000, "10:-314.29|20:-685.71"),  # a credit note paid back
        ("10:1100.00|20:2400.00", 0, "10:0.00|20:0.00"),
        ("0:50.00|20:150.00", 20_000, "0:50.00|20:150.00"),
    ],
)
def test_more_splits(invoiced, collected_cents, expected):
    assert list(split_collected(shares_of(invoiced), collected_cents)) == shares_of(expected)


@pytest.mark.parametrize("invoiced", ["", "10:0.00", "10:100.00|20:-100.00"])
def test_nothing_to_share_is_refused(invoiced):
    with pytest.raises(NothingToShare, match="total de la facture est nul"):
        split_collected(shares_of(invoiced), 100)


RATES = st.sampled_from([0, 210, 550, 1_000, 2_000])
CENTS = st.integers(-(10**10), 10**10)


@given(CENTS, RATES)
def test_net_and_vat_add_up_and_sign_is_symmetric(gross_cents, rate_bp):
    split = net_of_gross(gross_cents, rate_bp)
    assert split.net_cents + split.vat_cents == gross_cents
    opposite = net_of_gross(-gross_cents, rate_bp)
    assert (opposite.net_cents, opposite.vat_cents) == (-split.net_cents, -split.vat_cents)


@given(CENTS, RATES)
def test_a_price_with_tax_made_from_a_base_gives_it_back(net_cents, rate_bp):
    assert net_of_gross(net_cents + vat_on(net_cents, rate_bp), rate_bp).net_cents == net_cents


@given(st.lists(st.builds(RateShare, RATES, st.integers(1, 10**8)), min_size=1, max_size=5), CENTS)
def test_shares_add_up_to_the_money(invoiced, collected_cents):
    shares = split_collected(invoiced, collected_cents)
    assert sum(share.gross_cents for share in shares) == collected_cents
    assert [share.rate_bp for share in shares] == [share.rate_bp for share in invoiced]
