"""A whole accounting file comes in: customers, invoices, payments and what settles what."""

from datetime import date

import pytest

from cast import ACTOR, Desk, at_noon, morel
from flows.tables import dump
from formats.golden import SAMPLES
from quittance.customers.queries import customer_by_reference
from quittance.flows.onboard_fec import ImportedFec, import_fec
from quittance.payments.queries import account_movements, open_total

TODAY = date(2026, 9, 17)
SAMPLE = SAMPLES / "fec" / "good" / "732829320FEC20261231.txt"
HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|"
    "PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)


@pytest.fixture
def empty(db: None, tmp_path) -> Desk:
    """A company that has nothing yet."""
    return morel(tmp_path)


def bring_in(desk: Desk, data: bytes) -> ImportedFec:
    return import_fec(company=desk.company, data=data, file_name="fec.txt", actor=ACTOR, at=at_noon(TODAY))


def sale(entry: int, on: str, number: str, euros: int, letter: str = "") -> list[str]:
    net = euros * 100 // 120
    return [
        f"VT|V|{entry}|{on}|411000|Clients|TAR|Tardif|{number}|{on}|{number}|{euros},00|0,00|{letter}||{on}||",
        f"VT|V|{entry}|{on}|706000||||{number}|{on}|{number}|0,00|{net},00|||{on}||",
        f"VT|V|{entry}|{on}|445710||||{number}|{on}|{number}|0,00|{euros - net},00|||{on}||",
    ]


def receipt(entry: int, on: str, euros: int, letter: str = "") -> list[str]:
    return [
        f"BQ|Banque|{entry}|{on}|512000||||R{entry}|{on}|VIR TARDIF|{euros},00|0,00|||{on}||",
        f"BQ|Banque|{entry}|{on}|411000|Clients|TAR|Tardif|R{entry}|{on}|VIR TARDIF|0,00|{euros},00|{letter}||{on}||",
    ]


def fec(*entries: list[str]) -> bytes:
    return ("\n".join([HEADER, *(line for entry in entries for line in entry)]) + "\n").encode()


def test_what_is_open_is_what_the_books_say(empty: Desk):
    brought = bring_in(empty, SAMPLE.read_bytes())
    assert brought.new_invoices > 3
    assert brought.lettered_groups > 0
    assert open_total(empty.company.pk) > 0
    assert empty.broken(TODAY) == []


def test_lettered_is_paid(empty: Desk):
    bring_in(empty, fec(sale(1, "20260601", "F-1", 1200, "A"), receipt(2, "20260702", 1200, "A")))
    assert open_total(empty.company.pk) == 0
    tardif = customer_by_reference(empty.company.pk, "TAR")
    movements = account_movements(empty.company.pk, tardif.pk)
    assert [(one.debit_cents, one.credit_cents, one.left_cents) for one in movements] == [
        (120_000, 0, 0),
        (0, 120_000, 0),
    ]
    assert empty.broken(TODAY) == []


def test_the_same_file_twice_adds_nothing(empty: Desk):
    bring_in(empty, SAMPLE.read_bytes())
    before = dump()
    again = bring_in(empty, SAMPLE.read_bytes())
    assert (again.new_customers, again.new_invoices, again.new_payments) == (0, 0, 0)
    assert dump() == before


def test_a_later_export_that_letters_what_was_known(empty: Desk):
    """Invoice and payment were there in July; the accountant letters them in August."""
    bring_in(empty, fec(sale(1, "20260601", "F-1", 1200), receipt(2, "20260702", 1200)))
    bring_in(empty, fec(sale(1, "20260601", "F-1", 1200, "A"), receipt(2, "20260702", 1200, "A")))
    tardif = customer_by_reference(empty.company.pk, "TAR")
    balance = sum(
        one.debit_cents - one.credit_cents for one in account_movements(empty.company.pk, tardif.pk)
    )
    assert balance == 0
    assert empty.broken(TODAY) == []


def test_a_later_export_with_more_months(empty: Desk):
    """In July the invoice is open; the export of August has the payment and its letter."""
    july = [sale(1, "20260601", "F-1", 1200), sale(2, "20260610", "F-2", 600)]
    bring_in(empty, fec(*july))
    assert open_total(empty.company.pk) == 180_000
    august = [sale(1, "20260601", "F-1", 1200, "A"), july[1], receipt(3, "20260802", 1200, "A")]
    bring_in(empty, fec(*august))
    assert open_total(empty.company.pk) == 60_000
    assert empty.broken(TODAY) == []
