"""Where an invoice stands: one table, in business words. Today is Friday 20 November 2026."""

from datetime import date

import pytest

from quittance.domain.reminders import PromiseMade
from quittance.domain.standing import Facts, Standing, standing

TODAY = date(2026, 11, 20)
OCT_1, NOV_10, NOV_27 = date(2026, 10, 1), date(2026, 11, 10), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        # what closes it
        ({"open_cents": 0, "settled_on": NOV_10}, Standing("paid", NOV_10)),
        ({"open_cents": 0, "credited_cents": 10_000, "settled_on": NOV_10}, Standing("credited", NOV_10)),
        ({"open_cents": 0, "written_off_cents": 400, "settled_on": NOV_10}, Standing("written_off", NOV_10)),
        # what keeps it from being reminded
        ({"disputed_on": NOV_10, "may_be_paid": True}, Standing("disputed", NOV_10)),
        ({"may_be_paid": True, "paused_until_on": NOV_27}, Standing("may_be_paid")),
        ({"promise": PromiseMade(NOV_27, 10_000)}, Standing("promised", NOV_27)),
        ({"promise": PromiseMade(NOV_10, 10_000)}, Standing("promise_broken", NOV_10)),
        ({"promise": PromiseMade(NOV_10, 10_000, 10_000)}, Standing("overdue", None, 50)),
        (
            {"promise": PromiseMade(date(2026, 9, 1), 10_000)},
            Standing("overdue", None, 50),
        ),  # of older invoices
        ({"paused_until_on": NOV_27, "reminded_on": NOV_10}, Standing("paused", NOV_27)),
        ({"reminded_on": NOV_10}, Standing("reminded", NOV_10, 50)),
        # its age
        ({}, Standing("overdue", None, 50)),
        ({"due_on": date(2026, 11, 19)}, Standing("overdue", None, 1)),
        ({"due_on": TODAY}, Standing("due_soon", TODAY, 0)),
        ({"due_on": NOV_27}, Standing("due_soon", NOV_27, 7)),
        ({"due_on": date(2026, 11, 28)}, Standing("not_due", date(2026, 11, 28), 8)),
        ({"due_on": NOV_27, "paused_until_on": NOV_27}, Standing("due_soon", NOV_27, 7)),
        ({"due_on": NOV_27, "disputed_on": NOV_10}, Standing("disputed", NOV_10)),
    ],
)
def test_an_invoice_stands_where_its_facts_put_it(facts: dict[str, object], said: Standing) -> None:
    known = {"due_on": OCT_1, "due_cents": 10_000, "open_cents": 10_000, **facts}
    assert standing(Facts(**known), TODAY) == said  # type: ignore[arg-type]
