"""How many queries a day's work may make: sets and batches, never a query per row."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.interfaces.cli.bench_book import LAST_DAY, write_book
from quittance.interfaces.cli.bench_work import Work

SIZE = 400
# Inserts go in batches, smaller on SQLite; each step is far below a query for each of its rows.
CEILINGS = {
    "customers": 25,
    "invoices": 60,
    "statement": 40,
    "match": 50,
    "day": 60,
    "day_again": 40,
    "aged": 15,
}


@pytest.mark.django_db
def test_no_query_per_row(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "ARCHIVE_DIR", tmp_path / "archive")
    folder = tmp_path / "book"
    folder.mkdir()
    write_book(folder, SIZE)
    work = Work(folder, sample=0)
    made = {}
    for step, _, do in work.steps():
        with CaptureQueriesContext(connection) as queries:
            do()
        made[step] = len(queries)
    assert work.today == LAST_DAY
    assert {step: made[step] for step, ceiling in CEILINGS.items() if made[step] > ceiling} == {}
