"""The work that `quittance bench` measures, on one book, in a process and a database of its own."""

import csv
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from quittance.correspondence.queries import documents_to_compose
from quittance.domain.calendar import next_working_day
from quittance.domain.money import parse_cents
from quittance.flows.chase import Day, day
from quittance.flows.letterhead import logo_of
from quittance.flows.onboard import import_customers, import_invoices, open_company
from quittance.flows.receive_payments import import_statement, match
from quittance.flows.review import aged
from quittance.formats.letters.compose import typeset
from quittance.gateways.clock import instant
from quittance.gateways.files import FolderArchive
from quittance.interfaces.cli.bench_book import OUR_IBAN
from quittance.payments.coverage import bank_read_on
from quittance.payments.queries import match_rows, open_items

if TYPE_CHECKING:
    from quittance.correspondence.models import Document

ACTOR = "bench"
KIB_A_UNIT = 1 / 1024 if sys.platform == "darwin" else 1  # of ru_maxrss: bytes there, kibibytes elsewhere


@dataclass(frozen=True, slots=True)
class Measured:
    """A step: how many rows of what it went through, in how long, and the most memory held so far."""

    step: str
    rows: int
    unit: str
    seconds: float
    cpu_seconds: float
    peak_mib: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What was allocated without asking, against what the lines really pay: lines, and the cents of these lines."""

    paying_lines: int
    paying_cents: int
    right_lines: int
    right_cents: int
    wrong_lines: int
    wrong_cents: int


def measure(book: Path, sample: int) -> None:
    """Do a day's work on a book; print each step as JSON when it ends, then the quality of the matching."""
    work = Work(book, sample)
    for step, unit, do in work.steps():
        print(json.dumps({"step": asdict(_timed(step, unit, do))}), flush=True)
    truth = book / "truth.csv"
    if truth.exists():
        print(json.dumps({"matching": asdict(_quality(truth, work.company.pk))}), flush=True)


class Work:
    """The steps, in their order, on one company; each returns how many rows it went through."""

    def __init__(self, book: Path, sample: int) -> None:
        self.at = instant()
        self.sample = sample
        self.archive = FolderArchive(settings.ARCHIVE_DIR)
        self.company = open_company(
            slug=ACTOR,
            name="Le banc d'essai",
            siren="100000009",
            iban=OUR_IBAN,
            bic="",
            actor=ACTOR,
            at=self.at,
        )
        self.files = {
            path.name: path.read_bytes() for path in book.iterdir() if path.suffix in (".csv", ".xml")
        }
        self.bank_lines = 0

    def steps(self) -> Iterator[tuple[str, str, Callable[[], int]]]:
        """Give the steps: name, what its rows are, what it does. What is made ready between two is not counted."""
        yield "customers", "customer", self.customers
        yield "invoices", "invoice", self.invoices
        yield "statement", "bank line", self.statement
        yield "match", "bank line", self.match
        yield "day", "reminder", lambda: len(self.day().actions)
        yield "day_again", "customer", lambda: len(self.day().rests)
        waiting = documents_to_compose(self.company.pk)[: self.sample]
        yield "documents", "document", lambda: self.compose(waiting)
        yield "aged", "open invoice", self.aged

    def customers(self) -> int:
        name = "customers.csv"
        return import_customers(
            company=self.company, data=self.files[name], file_name=name, actor=ACTOR, at=self.at
        ).new

    def invoices(self) -> int:
        name = "invoices.csv"
        return import_invoices(
            company=self.company,
            data=self.files[name],
            lines=self.files["lines.csv"],
            file_name=name,
            archive=self.archive,
            actor=ACTOR,
            at=self.at,
        ).new

    def statement(self) -> int:
        name = "bank.camt053.xml"
        imported = import_statement(
            company=self.company, data=self.files[name], file_name=name, actor=ACTOR, at=self.at
        )
        self.bank_lines = imported.lines
        return imported.lines

    def match(self) -> int:
        """The rows are all the lines of the file, as for the import: the two are added up."""
        match(company=self.company, actor=ACTOR, at=self.at)
        return self.bank_lines

    def day(self) -> Day:
        return day(company=self.company, today=self.today, actor=ACTOR, at=self.at)

    @property
    def today(self) -> date:
        """The first working day on which the bank is read."""
        read_on = bank_read_on(self.company.pk)
        assert read_on is not None
        return next_working_day(read_on)

    def compose(self, waiting: Sequence["Document"]) -> int:
        """Compose some of the documents, as many in each run, so that the rate can be compared."""
        for document in waiting:
            self.archive.put(typeset(document.content, logo_of(document.content, self.archive)))
        return len(waiting)

    def aged(self) -> int:
        aged(company=self.company, today=self.today)
        return len(open_items(self.company.pk, with_credits=False))


def _timed(step: str, unit: str, work: Callable[[], int]) -> Measured:
    wall, cpu = time.perf_counter(), time.process_time()
    rows = work()
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    peak_mib = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_A_UNIT) // 1024
    return Measured(step, rows, unit, round(seconds, 4), round(cpu_seconds, 4), peak_mib)


def _quality(truth: Path, company_id: int) -> Quality:
    """Compare, line by line of the file: right is exactly the invoices it pays; wrong is any other one among them."""
    found = {
        row.position: {number for number, _ in row.allocations} if row.state == "allocated" else set()
        for row in match_rows(company_id)
    }
    paying: list[int] = []
    right: list[int] = []
    wrong: list[int] = []
    with truth.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pays = {part.rpartition(":")[0] for part in row["allocations"].split("|") if part}
            allocated = found.get(int(row["line_no"]), set())
            cents = abs(parse_cents(row["amount"]))
            if pays:
                paying.append(cents)
            if pays and allocated == pays:
                right.append(cents)
            if allocated - pays:
                wrong.append(cents)
    return Quality(len(paying), sum(paying), len(right), sum(right), len(wrong), sum(wrong))
