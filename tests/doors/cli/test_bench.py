"""`quittance bench`: the shape of what it tells and what it went through; never how long it took."""

import csv
from collections import Counter

import pytest

from doors.cli.calling import answer, call, refusal
from quittance.domain.money import parse_cents
from quittance.formats.bank.reader import read_statements
from quittance.formats.spreadsheet import read_customers, read_invoices
from quittance.interfaces.cli.bench import STEPS
from quittance.interfaces.cli.bench_book import SHARES, write_book

SIZE = 200


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    write_book(folder, SIZE)
    return folder


def truth(folder):
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_measured():
    told = answer("bench", "--sizes", "60", "--database", "sqlite")
    assert list(told) == ["machine", "runs", "skipped"]
    assert told["machine"]["cores"] >= 1
    assert told["skipped"] == {}
    [run] = told["runs"]
    assert (run["database"], run["size"]) == ("sqlite", 60)
    steps = {step["step"]: step for step in run["steps"]}
    assert list(steps) == list(STEPS)
    rows = {name: step["rows"] for name, step in steps.items()}
    assert (rows["customers"], rows["invoices"], rows["statement"], rows["match"]) == (6, 60, 60, 60)
    assert rows["day"] <= rows["day_again"] <= 6
    assert 1 <= rows["documents"] <= 40
    assert all(step["seconds"] >= 0 and step["peak_mib"] > 0 for step in run["steps"])
    assert run["peak_mib"] == max(step["peak_mib"] for step in run["steps"])


def test_the_matching_is_compared_with_what_the_lines_pay(book):
    [run] = answer("bench", "--book", str(book), "--database", "sqlite")["runs"]
    paying = [parse_cents(row["amount"]) for row in truth(book) if row["allocations"]]
    quality = run["matching"]
    assert (quality["paying_lines"], quality["paying_cents"]) == (len(paying), sum(paying))
    assert quality["right_lines"] >= 0.9 * len(paying)
    assert quality["wrong_lines"] == quality["wrong_cents"] == 0


def test_people_read_a_table():
    shown = call("bench", "--sizes", "20", "--database", "sqlite").stdout
    assert all(words in shown for words in STEPS.values())
    assert "cœurs" in shown


def test_without_a_server_it_says_that_postgresql_was_not_measured(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    told = answer("bench", "--sizes", "20", "--database", "postgresql")
    assert told["runs"] == []
    assert "make bench" in told["skipped"]["postgresql"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--sizes", "many"), 2),
        (("--sizes", "5"), 2),
        (("--database", "oracle"), 2),
    ],
)
def test_refused(words, status):
    refusal("bench", *words, status=status)


def test_a_folder_that_is_no_book_is_refused(tmp_path):
    error = refusal("bench", "--book", str(tmp_path), status=1)
    assert error["code"] == "NOT_A_BOOK"
    assert "customers.csv" in error["message"]


def test_a_book_is_always_the_same(book, tmp_path):
    write_book(tmp_path, SIZE)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in book.iterdir()
    }


def test_a_book_is_what_our_readers_take(book):
    customers = read_customers((book / "customers.csv").read_bytes(), file_name="customers.csv").customers
    invoices = read_invoices(
        (book / "invoices.csv").read_bytes(), (book / "lines.csv").read_bytes(), file_name="invoices.csv"
    ).invoices
    statements = read_statements((book / "bank.camt053.xml").read_bytes(), file_name="bank.xml")
    assert len({customer.name for customer in customers}) == SIZE // 10
    assert len(invoices) == len(statements.lines) == SIZE
    assert all(len(invoice.lines) == 3 for invoice in invoices)


def test_four_lines_of_five_pay_and_no_invoice_is_paid_twice(book):
    rows = truth(book)
    parts = [part for row in rows for part in row["allocations"].split("|") if part]
    assert len([row for row in rows if row["allocations"]]) == SIZE * 80 // 100
    assert max(Counter(part.rpartition(":")[0] for part in parts).values()) == 1
    assert {row["kind"] for row in rows} == {kind for kind, _ in SHARES}
