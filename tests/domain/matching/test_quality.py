"""How many lines are allocated alone, and how many wrongly, on our own books and on the workload."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from domain.matching.book import write_book
from quittance.domain.matching import IncomingLine, LineMatch, OpenReceivable, Payer, match_lines
from quittance.domain.money import parse_cents

WORKLOAD = Path(__file__).resolve().parents[4] / "shared" / "workload" / "gen_workload.py"


def verdict(match: LineMatch, paid: set[str], numbers: dict[int, str]) -> str:
    """right: the invoices are the true ones; wrong: one of them is not paid by the line; part; left."""
    allocations = match.allocations if match.state == "allocated" else ()
    found = {numbers[one.receivable_id] for one in allocations}
    if found == paid:
        return "right" if paid else "rightly untouched"
    if found - paid:
        return "wrong"
    return "part" if found else "left"


def shares(verdicts: Counter[str]) -> tuple[int, int]:
    """Per ten thousand paying lines: allocated right, allocated wrong (also lines that pay nothing)."""
    paying = verdicts.total() - verdicts["rightly untouched"]
    return verdicts["right"] * 10_000 // paying, verdicts["wrong"] * 10_000 // paying


@pytest.mark.slow
def test_our_own_books() -> None:
    verdicts: Counter[str] = Counter()
    for seed in range(12):
        book = write_book(seed)
        numbers = {one.id: str(one.id) for one in book.receivables}
        for match in match_lines(book.lines, book.receivables, book.payers):
            verdicts[verdict(match, {str(one) for one in book.truth[match.line_id]}, numbers)] += 1
    right, wrong = shares(verdicts)
    assert verdicts.total() > 1_500
    assert right >= 9_000
    assert wrong == 0


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def workload_lines(folder: Path) -> list[IncomingLine]:
    """Read the bank's CSV: neither names nor IBANs; a reference seen before is the same line."""
    lines: dict[str, IncomingLine] = {}
    for position, row in enumerate(rows(folder / "bank.csv", ";"), start=1):
        day, month, year = (int(part) for part in row["date"].split("/"))
        cents = parse_cents(row["credit"]) if row["credit"] else -parse_cents(row["debit"])
        lines.setdefault(
            row["reference"], IncomingLine(position, date(year, month, day), cents, row["libelle"])
        )
    return list(lines.values())


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not WORKLOAD.exists(), reason="the workload generator is not beside the project")
@pytest.mark.parametrize("seed", [20261121, 5])
def test_the_workload_beside_the_project(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, str(WORKLOAD), "--n", "1000", "--seed", str(seed), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    customers = {row["id"]: rank for rank, row in enumerate(rows(tmp_path / "customers.csv"), start=1)}
    payers = [
        Payer(customers[row["id"]], row["name"], row["id"], frozenset({row["iban"]}))
        for row in rows(tmp_path / "customers.csv")
    ]
    receivables = [
        OpenReceivable(
            id=rank,
            customer_id=customers[row["customer_id"]],
            invoice_number=row["number"],
            issued_on=date.fromisoformat(row["invoice_date"]),
            due_on=date.fromisoformat(row["due_date"]),
            open_cents=parse_cents(row["total_ttc"]),
            total_cents=parse_cents(row["total_ttc"]),
        )
        for rank, row in enumerate(rows(tmp_path / "invoices.csv"), start=1)
    ]
    matches = {match.line_id: match for match in match_lines(workload_lines(tmp_path), receivables, payers)}
    numbers = {one.id: one.invoice_number for one in receivables}
    verdicts: Counter[str] = Counter()
    for row in rows(tmp_path / "truth.csv"):
        paid = {pair.split(":")[0] for pair in row["allocations"].split("|") if pair}
        if int(row["line_no"]) in matches:
            verdicts[verdict(matches[int(row["line_no"])], paid, numbers)] += 1
    right, wrong = shares(verdicts)
    assert verdicts.total() > 900
    assert right >= 9_500
    assert wrong == 0
