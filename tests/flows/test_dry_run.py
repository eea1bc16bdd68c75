"""A dry run decides the same and writes nothing, not even in the journal."""

from datetime import date

import pytest

from cast import (
    ACTOR,
    CAST,
    LITIGE,
    STRANGER_IBAN,
    TARDIF,
    Bill,
    Desk,
    Person,
    at_noon,
    customers_csv,
    in_words,
    paid_by,
)
from flows.tables import dump
from formats.golden import SAMPLES
from quittance.flows.chase import Day
from quittance.flows.errors import ImportRefused
from quittance.flows.onboard import import_customers
from quittance.flows.onboard_fec import import_fec

TODAY, EVE = date(2026, 10, 7), date(2026, 10, 6)


def decisions(decided: Day) -> list[object]:
    """What was decided, without the keys that each writing draws anew."""
    return [(one.customer.reference, one.outcome) for one in (*decided.actions, *decided.rests)]


def test_a_day(desk: Desk):
    desk.invoices(
        *(Bill(f"F-{one.reference}", one, date(2026, 8, 8), date(2026, 9, 7), 60_000) for one in CAST),
        Bill("F-NEW", TARDIF, date(2026, 8, 31), date(2026, 9, 30), 5_000),
    )
    desk.pause(LITIGE, on=EVE, until=TODAY, reason="litige")
    desk.bank(through=EVE)
    before = dump()
    imagined = desk.day(TODAY, dry_run=True)
    assert dump() == before
    done = desk.day(TODAY)
    assert decisions(imagined) == decisions(done)
    said = {one.reference: in_words(done, one) for one in CAST}
    assert [said[one] for one in ("BON", "TAR", "LIT", "FAI", "MAI", "MUE")] == [
        "J+30", "J+30", "rest: paused", "J+30", "J+20", "rest: no_contact",
    ]  # fmt: skip
    assert dump() != before


def test_imports(desk: Desk):
    before = dump()
    bill = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 60_000)
    note = Bill("AV-1", TARDIF, date(2026, 8, 9), date(2026, 8, 9), 1_000, credit_note=True)
    imagined = desk.invoices(bill, note, dry_run=True)
    assert (imagined.new, imagined.credit_notes, imagined.total_cents) == (2, 1, 60_000)
    paid = paid_by(TARDIF, EVE, 60_000, "F-1")
    assert desk.statement(paid, through=EVE, dry_run=True).new == 1
    strange = Desk(desk.company, STRANGER_IBAN, desk.letters)
    assert strange.statement(paid, through=EVE, dry_run=True).new == 1
    newcomer = customers_csv(CAST).replace(b"TAR;Tardif", b"NEW;Nouveau")
    arguments = {"company": desk.company, "actor": ACTOR, "at": at_noon(EVE), "dry_run": True}
    assert import_customers(data=newcomer, file_name="c.csv", **arguments).new == 1
    fec = SAMPLES / "fec" / "good" / "732829320FEC20261231.txt"
    assert import_fec(data=fec.read_bytes(), file_name=fec.name, **arguments).new_invoices > 0
    assert dump() == before
    assert desk.invoices(bill, note) == imagined


def test_a_refused_import_leaves_nothing(desk: Desk):
    """The second invoice names nobody known: the first is not kept either."""
    before = dump()
    stranger = Bill("F-2", Person("???", "Inconnu", "", "", ""), date(2026, 8, 8), date(2026, 9, 7), 1)
    with pytest.raises(ImportRefused, match="F-2"):
        desk.invoices(Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 60_000), stranger)
    assert dump() == before
