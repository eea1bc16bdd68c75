"""DSO: the figure and the steps a user reads beside it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.domain.dso import count_back_dso, french_days, simple_dso

TODAY = date(2026, 11, 23)
SALES = {(2026, 11): 2_140_000, (2026, 10): 2_600_000, (2026, 9): 2_737_200, (2026, 8): 1_000_000}


def plain(sentences: tuple[str, ...]) -> list[str]:
    return [sentence.replace("\u202f", " ").replace("\u00a0", " ") for sentence in sentences]


def test_count_back_tells_each_month():
    dso = count_back_dso(open_cents=4_831_240, sales_by_month=SALES, today=TODAY)
    assert dso.tenths_of_days == 550
    assert not dso.at_least
    assert plain(dso.explanation) == [
        "Le 23 novembre 2026, vos clients vous doivent 48 312,40 €.",
        "Novembre 2026 : 21 400,00 € de ventes, comptées en entier : 23 jours.",
        "Octobre 2026 : 26 000,00 € de ventes, comptées en entier : 31 jours.",
        "Septembre 2026 : 912,40 € sur 27 372,00 € de ventes, soit 1 jour sur 30.",
        "Délai moyen : 55 jours.",
    ]


@pytest.mark.parametrize(
    ("open_cents", "sales", "tenths", "at_least"),
    [
        (0, SALES, 0, False),
        (-5_000, SALES, 0, False),  # the customers are in credit
        (1_070_000, SALES, 115, False),  # half of 23 days
        (2_140_000, SALES, 230, False),
        (100_000, {(2026, 9): 200_000}, 230 + 310 + 150, False),  # no sales in two months
        (300_000, {(2026, 10): 200_000}, 230 + 310, True),
        (100_000, {(2025, 12): 100_000}, 10 * (23 + 304 + 31), False),  # across the new year
    ],
)
def test_count_back(open_cents, sales, tenths, at_least):
    dso = count_back_dso(open_cents=open_cents, sales_by_month=sales, today=TODAY)
    assert (dso.tenths_of_days, dso.at_least) == (tenths, at_least)


def test_sales_that_do_not_reach_back_far_enough_are_said():
    dso = count_back_dso(open_cents=300_000, sales_by_month={(2026, 10): 200_000}, today=TODAY)
    assert plain(dso.explanation)[-2:] == [
        "Il reste 1 000,00 € de ventes plus anciennes que celles connues.",
        "Délai moyen : plus de 54 jours.",
    ]


def test_simple():
    dso = simple_dso(open_cents=4_831_240, sales_cents=8_700_000, period_days=90)
    assert dso.tenths_of_days == 500
    assert plain(dso.explanation) == [
        "Vos clients vous doivent 48 312,40 €.",
        "Vos ventes des 90 derniers jours : 87 000,00 €.",
        "48 312,40 € ÷ 87 000,00 € × 90 jours = 50 jours.",
    ]


def test_without_sales_there_is_no_figure():
    for dso in (
        simple_dso(open_cents=100, sales_cents=0, period_days=90),
        count_back_dso(open_cents=100, sales_by_month={}, today=TODAY),
        count_back_dso(open_cents=100, sales_by_month={(2026, 11): -100}, today=TODAY),
    ):
        assert dso.tenths_of_days is None
        assert "ne peut pas être calculé" in dso.explanation[-1]


@pytest.mark.parametrize(
    ("tenths", "text"),
    [(0, "0 jour"), (10, "1 jour"), (15, "1,5 jour"), (20, "2 jours"), (549, "54,9 jours")],
)
def test_days_in_french(tenths, text):
    assert french_days(tenths) == text


@given(st.integers(0, 10**8), st.integers(0, 10**7))
def test_owing_more_never_shortens_either_figure(open_cents, more_cents):
    for less, more in (
        [
            count_back_dso(open_cents=cents, sales_by_month=SALES, today=TODAY)
            for cents in (open_cents, open_cents + more_cents)
        ],
        [
            simple_dso(open_cents=cents, sales_cents=10**6, period_days=90)
            for cents in (open_cents, open_cents + more_cents)
        ],
    ):
        assert less.tenths_of_days <= more.tenths_of_days


@given(st.integers(1, 10**6), st.integers(0, 365))
def test_steady_sales_give_the_same_figure_both_ways(day_cents, late_days):
    """A business that sells as much each day and is paid after `late_days` has a DSO of `late_days`."""
    days = [TODAY - timedelta(days=back) for back in range(400)]
    sales: dict[tuple[int, int], int] = {}
    for day in days:
        sales[day.year, day.month] = sales.get((day.year, day.month), 0) + day_cents
    owed_cents = day_cents * late_days
    counted = count_back_dso(open_cents=owed_cents, sales_by_month=sales, today=TODAY)
    simple = simple_dso(open_cents=owed_cents, sales_cents=sum(sales.values()), period_days=400)
    assert counted.tenths_of_days == simple.tenths_of_days == late_days * 10
