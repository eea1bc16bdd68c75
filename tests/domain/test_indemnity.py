"""The fixed indemnity: 40 euros for each invoice paid late between professionals, and only once."""

from datetime import date

import pytest

from oracle_table import cases
from quittance.domain.money import parse_cents
from quittance.domain.penalties import InstallmentDates, InvoiceDates, Kind, indemnity_cents

TODAY = date(2026, 11, 21)
DUE = date(2026, 10, 31)
LATE = InstallmentDates(DUE, date(2026, 11, 2))
ON_TIME = InstallmentDates(DUE, DUE)


def invoice(*installments, kind=Kind.B2B, opened_on=None):
    return InvoiceDates(kind, installments, opened_on)


# the situation of each row of the table, as dates
SITUATIONS = {
    "IN01": [invoice(LATE), invoice(LATE), invoice(InstallmentDates(DUE)), invoice(ON_TIME)],
    "IN02": [
        invoice(*[InstallmentDates(date(2026, month, 1), date(2026, month, 9)) for month in (3, 4, 5, 6)])
    ],
    "IN04": [invoice(LATE, kind=Kind.CONSUMER)],
    "IN05": [invoice(InstallmentDates(DUE), opened_on=date(2026, 10, 15))],
    "IN07": [invoice(LATE), invoice(InstallmentDates(date(2026, 11, 15)))],
    "IN08": [invoice(LATE)],
}


@pytest.mark.parametrize("row", cases("indemnity"))
def test_table(row):
    assert indemnity_cents(SITUATIONS[row["case_id"]], TODAY) == parse_cents(row["expected_eur"])


@pytest.mark.parametrize(
    ("one", "expected_cents"),
    [
        (invoice(ON_TIME), 0),
        (invoice(InstallmentDates(TODAY)), 0),  # due today: not late yet
        (invoice(ON_TIME, LATE), 4_000),
        (invoice(LATE, kind=Kind.PUBLIC), 4_000),
        (invoice(LATE, kind=Kind.INDIVIDUAL_CREDITOR), 0),
        (invoice(LATE, opened_on=DUE), 0),
        (invoice(LATE, opened_on=date(2026, 11, 1)), 4_000),
        (
            invoice(InstallmentDates(date(2012, 12, 30), date(2013, 2, 1))),
            0,
        ),  # late before the decree applied
        (invoice(InstallmentDates(date(2012, 12, 31), date(2013, 2, 1))), 4_000),
    ],
)
def test_one_invoice(one, expected_cents):
    assert indemnity_cents([one], TODAY) == expected_cents


def test_a_settlement_of_tomorrow_is_not_lateness_today():
    promised = invoice(InstallmentDates(TODAY, date(2026, 11, 30)))
    assert indemnity_cents([promised], TODAY) == 0
