"""Invoice totals of EN 16931: lines to the cent, VAT once per rate; and what a line may not be."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_table import bp, cases, pieces
from quittance.domain.invoice import (
    Adjustment,
    Line,
    LineRefused,
    NegativePrice,
    VatBase,
    invoice_totals,
    parse_adjustment,
    parse_line,
)
from quittance.domain.money import parse_cents
from quittance.domain.vat import vat_on

TABLE = cases("invoice_totals")


def breaks_br_27(row: dict[str, str]) -> bool:
    return "rejected by BR-27" in row["note"]


@pytest.mark.parametrize("row", [case for case in TABLE if not breaks_br_27(case.values[0])])
def test_table(row):
    lines = [parse_line(text) for text in pieces(row["lines_qty_x_price@rate"])]
    allowances = [parse_adjustment(text) for text in pieces(row["doc_allowances"])]
    totals = invoice_totals(lines, allowances)
    assert totals.lines_cents == parse_cents(row["bt106"])
    assert totals.allowances_cents == parse_cents(row["bt107"])
    assert totals.net_cents == parse_cents(row["bt109"])
    assert list(totals.vat_bases) == [
        VatBase(bp(rate), parse_cents(base), parse_cents(vat))
        for rate, base, vat in (piece.split(":") for piece in pieces(row["vat_breakdown_rate:base:vat"]))
    ]
    assert totals.vat_cents == parse_cents(row["bt110"])
    assert totals.gross_cents == parse_cents(row["bt112"])
    per_line = sum(vat_on(line.net_cents, line.rate_bp) for line in lines)
    assert per_line == parse_cents(row["wrong_sum_of_per_line_vat"])


@pytest.mark.parametrize("row", [case for case in TABLE if breaks_br_27(case.values[0])])
def test_negative_price_is_refused(row):
    with pytest.raises(NegativePrice, match="BR-27"):
        [parse_line(text) for text in pieces(row["lines_qty_x_price@rate"])]


def test_the_sum_that_a_negative_price_wanted_is_an_allowance():
    totals = invoice_totals([parse_line("3x19.99@20")], [parse_adjustment("5.00@20")])
    assert (totals.net_cents, totals.vat_cents, totals.gross_cents) == (5_497, 1_099, 6_596)


def test_charges_add_to_their_rate():
    totals = invoice_totals([parse_line("1x100@20")], charges=[parse_adjustment("12.50@20")])
    assert (totals.charges_cents, totals.net_cents, totals.vat_cents) == (1_250, 11_250, 2_250)


@pytest.mark.parametrize(
    ("text", "quantity", "price", "rate_bp"),
    [
        ("3x33.33@20", Fraction(3), Fraction(3333, 100), 2_000),
        ("1,5 × 83,3333 @ 5,5 %", Fraction(3, 2), Fraction(833333, 10_000), 550),
        ("0.0001x0.000001@0", Fraction(1, 10_000), Fraction(1, 10**6), 0),
        ("\u22122 x 1\u202f000,00 @ 2,1", Fraction(-2), Fraction(1_000), 210),
        ("-0x-0@20", Fraction(0), Fraction(0), 2_000),
    ],
)
def test_a_line_is_read_exactly(text, quantity, price, rate_bp):
    assert parse_line(text) == Line(quantity, price, rate_bp)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "n'est pas une ligne"),
        ("3x33.33", "n'est pas une ligne"),
        ("3x33.33@", "n'est pas une ligne"),
        ("3x1e3@20", "n'est pas une ligne"),
        ("3x1,234.56@20", "n'est pas une ligne"),
        ("3xNaN@20", "n'est pas une ligne"),
        ("1.00001x1@20", "La quantité « 1.00001 » a plus de 4 décimales"),
        ("1x1.0000001@20", "Le prix unitaire « 1.0000001 » a plus de 6 décimales"),
        ("1x1@5.555", "Le taux de TVA « 5.555 » a plus de 2 décimales"),
        ("1x1@200", "dépasse 100"),
        ("1x1@-20", "n'est pas une ligne"),
        ("1234567890123x1@20", "est trop grand"),
    ],
)
def test_lines_refused(text, reason):
    with pytest.raises(LineRefused) as refusal:
        parse_line(text)
    assert reason in str(refusal.value)


@pytest.mark.parametrize("text", ["", "100", "100.001@20", "@20", "100@20@10", "-100@20"])
def test_adjustments_refused(text):
    with pytest.raises(LineRefused):
        parse_adjustment(text)


LINES = st.lists(
    st.builds(
        Line,
        st.integers(-(10**6), 10**6).map(lambda number: Fraction(number, 10_000)),
        st.integers(0, 10**8).map(lambda number: Fraction(number, 10**6)),
        st.sampled_from([0, 210, 550, 1_000, 2_000]),
    ),
    max_size=12,
)
ADJUSTMENTS = st.lists(
    st.builds(Adjustment, st.integers(0, 10**5), st.sampled_from([0, 1_000, 2_000])), max_size=4
)


@given(LINES, ADJUSTMENTS, ADJUSTMENTS, st.randoms(use_true_random=False))
def test_sums_are_exact_and_the_order_of_lines_changes_nothing(lines, allowances, charges, random):
    totals = invoice_totals(lines, allowances, charges)
    assert sum(base.base_cents for base in totals.vat_bases) == totals.net_cents
    assert totals.net_cents == totals.lines_cents - totals.allowances_cents + totals.charges_cents
    assert totals.gross_cents == totals.net_cents + totals.vat_cents
    shuffled = invoice_totals(random.sample(lines, len(lines)), reversed(allowances), charges)
    assert shuffled.vat_bases == totals.vat_bases


@given(st.text(alphabet="0123456789.,xX@%-+ e", max_size=20))
def test_any_text_is_read_or_refused(text):
    try:
        line = parse_line(text)
    except LineRefused:
        return
    assert line.price_euros >= 0
    assert 0 <= line.rate_bp <= 10_000
