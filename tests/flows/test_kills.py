"""The program is killed at any moment, or run twice at once: nothing is lost, nothing is done twice.

Processes are really killed (SIGKILL), on the database in use. A command is killed again and again, a little later each
time, then left to end: what is there in the end is what a morning that nobody disturbed leaves.
"""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import time
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cast import MOREL_IBAN, Bill, Person, customers_csv, invoices_csv, paid_by, statement_xml
from conftest import CommandLine, LiveHome
from flows.mail_server import mail_server

pytestmark = pytest.mark.slow

EVE, TODAY = date(2026, 10, 7), date(2026, 10, 8)
COMPANY = ("--company", "atelier-morel")
CUSTOMERS = 24
MOMENTS = (0.8, 1.0, 1.2, 1.5)  # when a command is killed, in the time that a short one takes

PEOPLE = [
    Person(f"C{n:03}", f"Client {n:03} SARL", f"CLIENT {n:03} SARL", "", f"compta@client-{n:03}.example")
    for n in range(CUSTOMERS)
]
# Every customer owes ten invoices; the first third is on notice, the second is reminded, the last one pays.
BILLS = [
    Bill(
        f"F-{n:03}-{rank}",
        person,
        date(2026, 8, 8) if n < CUSTOMERS // 3 else date(2026, 8, 28),
        date(2026, 9, 7) if n < CUSTOMERS // 3 else date(2026, 9, 27),
        10_000 + 100 * n + rank,
    )
    for n, person in enumerate(PEOPLE)
    for rank in range(10)
]
PAYERS = PEOPLE[2 * CUSTOMERS // 3 :]
TRANSFERS = [
    paid_by(bill.customer, EVE, bill.total_cents, f"FACTURE {bill.number}", ref=f"R{rank}")
    for rank, bill in enumerate(BILLS)
    if bill.customer in PAYERS
]
WRITTEN_TO = CUSTOMERS - len(PAYERS)
COUNTED = {
    "customers": "SELECT count(*) FROM customers_customer",
    "contacts": "SELECT count(*) FROM customers_contact",
    "invoices": "SELECT count(*), sum(total_cents) FROM sales_invoice",
    "owed": "SELECT count(*), sum(due_cents), sum(open_cents) FROM payments_receivable",
    "bank files": "SELECT count(*) FROM payments_statementimport",
    "bank lines": "SELECT count(*), sum(amount_cents) FROM payments_bankline",
    "paid": "SELECT count(*), sum(amount_cents), sum(allocated_cents) FROM payments_payment",
    "allocations": "SELECT count(*), sum(amount_cents) FROM payments_allocation",
    "reminders": "SELECT count(*), sum(amount_cents) FROM collection_reminder",
    "reminded of": "SELECT count(*), sum(open_cents) FROM collection_reminderitem",
    "messages": "SELECT count(*), count(distinct customer_id) FROM correspondence_message",
    "documents": "SELECT count(*) FROM correspondence_document",
    "to compose": "SELECT count(*) FROM correspondence_document WHERE sha256 = ''",
}
INVOICED = sum(bill.total_cents for bill in BILLS)
PAID = sum(transfer.cents for transfer in TRANSFERS)
AFTER_A_MORNING = {
    "customers": (CUSTOMERS,),
    "contacts": (CUSTOMERS,),
    "invoices": (len(BILLS), INVOICED),
    "owed": (len(BILLS), INVOICED, INVOICED - PAID),
    "bank files": (1,),
    "bank lines": (len(TRANSFERS), PAID),
    "paid": (len(TRANSFERS), PAID, PAID),
    "allocations": (len(TRANSFERS), PAID),
    "reminders": (WRITTEN_TO, INVOICED - PAID),
    "reminded of": (len(BILLS) - len(TRANSFERS), INVOICED - PAID),
    "messages": (WRITTEN_TO, WRITTEN_TO),
    "documents": (2 * (CUSTOMERS // 3),),
    "to compose": (0,),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the business has: its customers, its invoices, its bank statement."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "clients.csv").write_bytes(customers_csv(PEOPLE))
    (folder / "factures.csv").write_bytes(invoices_csv(BILLS))
    (folder / "releve.xml").write_bytes(statement_xml(TRANSFERS, through=EVE))
    return folder


def before_the_day(files: Path) -> list[tuple[object, ...]]:
    """What comes in and is matched, command by command."""
    return [
        ("import", "customers", files / "clients.csv", *COMPANY),
        ("import", "invoices", files / "factures.csv", *COMPANY),
        ("import", "statement", files / "releve.xml", *COMPANY),
        ("match", *COMPANY),
    ]


DAY = ("day", *COMPANY, "--date", TODAY)
CREATE = (
    *("company", "create", "atelier-morel", "--name", "Atelier Morel", "--siren", "732829320"),
    *("--iban", MOREL_IBAN, "--email", "compta@morel.example", "--city", "Lyon"),
)


def ask(home: LiveHome, question: str) -> list[tuple[Any, ...]]:
    """Ask the database, beside the program."""
    if home.database_url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(home.folder / "quittance.sqlite3")) as connection:
            return connection.execute(question).fetchall()
    with psycopg.connect(home.database_url) as connection:
        return connection.execute(question).fetchall()  # type: ignore[arg-type]


def state(home: LiveHome) -> dict[str, tuple[int, ...]]:
    return {what: tuple(map(int, ask(home, question)[0])) for what, question in COUNTED.items()}


def message_states(home: LiveHome) -> dict[str, int]:
    return dict(ask(home, "SELECT state, count(*) FROM correspondence_message GROUP BY state"))


def mails_in_the_outbox(home: LiveHome) -> int:
    return len(list((home.folder / "outbox").glob("*.eml")))


def assert_healthy(quittance: CommandLine) -> None:
    assert quittance.json("doctor", status=None) == {"healthy": True, "violations": []}


def killed_again_and_again(quittance: CommandLine, unit: float, *command: object) -> int:
    """Kill a command at several moments, then let it end; return how often it was killed at work.

    `unit`: the seconds that this machine needs today for a command that does nothing.
    """
    kills = sum(killed_after(quittance, unit * moment, *command) for moment in MOMENTS)
    quittance(*command, status=None)
    return kills


def killed_after(quittance: CommandLine, seconds: float, *command: object) -> bool:
    with quittance.start(*command) as running:
        try:
            _, complaint = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            return True
    assert running.returncode == 0, complaint
    return False


def at_once(quittance: CommandLine, *command: object, **environment: str) -> list[int]:
    """Start a command twice at the same moment; return both exit statuses. Neither may crash."""
    both = [quittance.start(*command, **environment) for _ in range(2)]
    said = [one.communicate(timeout=120)[1] for one in both]
    assert "Traceback" not in "".join(said), said
    return sorted(one.returncode for one in both)


def test_killed_at_any_moment_of_any_command(quittance: CommandLine, files: Path):
    home = quittance.home
    kills = killed_again_and_again(quittance, 1.0, "doctor")  # which makes the schema
    start = time.monotonic()
    quittance(*CREATE)
    unit = time.monotonic() - start
    for command in (*before_the_day(files), DAY):
        kills += killed_again_and_again(quittance, unit, *command)
    assert state(home) == AFTER_A_MORNING
    assert_healthy(quittance)
    kills += killed_again_and_again(quittance, unit, "send")
    assert kills > len(MOMENTS)  # else little was tested
    assert state(home) == AFTER_A_MORNING
    assert set(message_states(home)) <= {"sent", "in_doubt"}
    assert sum(message_states(home).values()) == WRITTEN_TO
    # Of a message in doubt nobody knows: stopped between saying that its last byte leaves and its leaving.
    assert message_states(home)["sent"] <= mails_in_the_outbox(home) <= WRITTEN_TO
    assert_healthy(quittance)


def test_every_command_twice_at_once(quittance: CommandLine, files: Path):
    home = quittance.home
    assert at_once(quittance, "doctor") == [0, 0]  # the first command of all makes the schema
    assert at_once(quittance, *CREATE) in ([0, 1], [0, 2])
    for command in (*before_the_day(files), DAY):
        assert at_once(quittance, *command) == [0, 0]
    assert state(home) == AFTER_A_MORNING
    with mail_server() as server:
        assert at_once(quittance, "send", QUITTANCE_SMTP_URL=server.url) == [0, 0]
        assert len(server.received) == WRITTEN_TO
        assert set(server.times_received.values()) == {1}
    assert message_states(home) == {"sent": WRITTEN_TO}
    assert state(home) == AFTER_A_MORNING
    assert_healthy(quittance)


def test_every_accident_of_sending(quittance: CommandLine, files: Path):
    """Each mail is received once; the one that nobody can know of is never sent again by itself."""
    for command in (CREATE, *before_the_day(files), DAY):
        quittance(*command)
    home = quittance.home

    # The server is down: nothing is lost, and the exit status says it.
    told = quittance.json("send", status=1, QUITTANCE_SMTP_URL="smtp://127.0.0.1:1")
    assert (told["sent"], told["postponed"]) == (0, WRITTEN_TO)
    assert message_states(home) == {"queued": WRITTEN_TO}

    with mail_server() as server:

        def send() -> subprocess.Popen[str]:
            return quittance.start("send", "--json", QUITTANCE_SMTP_URL=server.url)

        # Killed before a byte of the third mail has left: the next run sends it.
        running = send()
        server.when_addressed = lambda: running.kill() if len(server.received) == 2 else None
        running.communicate(timeout=60)
        server.when_addressed = None
        assert len(server.received) == 2

        # Killed when the server has the fifth mail and did not answer yet.
        running = send()
        server.when_received = lambda: running.kill() if len(server.received) == 5 else None
        running.communicate(timeout=60)
        server.when_received = None
        assert len(server.received) == 5

        for seconds in (0.8, 1.0):  # and at moments that nobody chose
            running = send()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.communicate(timeout=seconds)
            running.kill()
            running.communicate()
        quittance("send", QUITTANCE_SMTP_URL=server.url)

        doubtful = ask(home, "SELECT id FROM correspondence_message WHERE state = 'in_doubt'")
        assert set(server.times_received.values()) == {1}
        assert 1 <= len(doubtful) <= 3
        assert WRITTEN_TO - len(doubtful) < len(server.received) <= WRITTEN_TO
        assert message_states(home) == {"sent": WRITTEN_TO - len(doubtful), "in_doubt": len(doubtful)}
        assert_healthy(quittance)

        for (message,) in doubtful:
            quittance("send", "--settle", f"{message}:oui", QUITTANCE_SMTP_URL=server.url)
        assert set(server.times_received.values()) == {1}
    assert message_states(home) == {"sent": WRITTEN_TO}
    assert_healthy(quittance)
