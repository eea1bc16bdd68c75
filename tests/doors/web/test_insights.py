"""The dashboard: its figures are those of the other pages, and each drawing has its table."""

from datetime import date

import pytest

from cast import TARDIF, Bill, paid_by
from doors.web.house import FRIDAY, House
from quittance.flows.insights import insights, month_ends
from quittance.flows.review import aged


@pytest.fixture
def page(house: House) -> str:
    answer = house.client("owner").get(house.url("insights"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_overdue_today_ends_the_trend_and_is_the_aged_balance(house: House) -> None:
    figures = insights(company=house.company, today=FRIDAY)
    assert figures.trend[-1] == (FRIDAY, aged(company=house.company, today=FRIDAY).balance.total.late_cents)


def test_the_past_is_told_as_it_was(house: House) -> None:
    """On 31 October F-101 and F-105 were overdue; F-102 fell due that day and was not."""
    figures = insights(company=house.company, today=FRIDAY)
    trend = {on.isoformat(): cents for on, cents in figures.trend}
    assert trend["2026-10-31"] == 120_000 + 64_000
    assert trend["2026-09-30"] == 0


def test_each_drawing_has_a_title_a_sentence_and_a_table(page: str) -> None:
    assert page.count('role="img"') == page.count("<title id=") == page.count("<desc id=") >= 4
    assert page.count("Voir le tableau") >= 2


def test_few_payments_give_no_forecast_but_say_why(page: str) -> None:
    assert "Il faut au moins vingt factures payées" in page


def test_a_forecast_is_drawn_once_twenty_invoices_were_paid(house: House) -> None:
    bills = [
        Bill(f"P-{rank}", TARDIF, date(2026, 6, 1), date(2026, 7, 1), 10_000 + rank) for rank in range(25)
    ]
    house.desk.invoices(*bills)
    paid = [paid_by(TARDIF, date(2026, 11, 20), bill.total_cents, f"VIR {bill.number}") for bill in bills]
    house.desk.bank(*paid, through=date(2026, 11, 20))
    page = house.client("owner").get(house.url("insights")).content.decode()
    assert "Encaissements attendus, cumulés sur huit semaines" in page


def test_a_new_payment_is_seen_at_once(house: House) -> None:
    client = house.client("owner")
    assert "Le retard" in client.get(house.url("insights")).content.decode()
    before = insights(company=house.company, today=FRIDAY).balance.total.owed_cents
    house.desk.invoices(Bill("N-1", TARDIF, FRIDAY, FRIDAY, 5_000))
    assert insights(company=house.company, today=FRIDAY).balance.total.owed_cents == before + 5_000
    assert client.get(house.url("insights")).context["figures"].balance.total.owed_cents == before + 5_000


def test_month_ends_are_the_last_days_of_months() -> None:
    assert [on.isoformat() for on in month_ends(FRIDAY, 2)] == ["2026-09-30", "2026-10-31"]


def test_the_dashboard_asks_the_database_few_questions(house: House, django_assert_max_num_queries) -> None:
    client = house.client("owner")
    with django_assert_max_num_queries(30):
        client.get(house.url("insights"))
    with django_assert_max_num_queries(10):
        client.get(house.url("insights"))
