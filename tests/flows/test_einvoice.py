"""An electronic invoice issued elsewhere is brought in as it is: nothing is typed again."""

from datetime import date

import pytest

from cast import ACTOR, TARDIF, Desk, Person, at_noon, customers_csv, in_words, morel
from flows.tables import dump
from formats.golden import SAMPLES
from quittance.flows.onboard import ImportedInvoices, import_customers, import_invoices
from quittance.payments.queries import open_total

GOOD = SAMPLES / "einvoice" / "good"
ISSUED = date(2026, 10, 13)


@pytest.fixture
def empty(db: None, tmp_path) -> Desk:
    """A company that has nothing yet."""
    return morel(tmp_path)


def bring_in(desk: Desk, name: str) -> ImportedInvoices:
    return import_invoices(
        company=desk.company,
        data=(GOOD / name).read_bytes(),
        lines=None,
        file_name=name,
        archive=desk.archive,
        actor=ACTOR,
        at=at_noon(ISSUED),
    )


def test_an_invoice_brings_its_customer_and_what_is_left_to_pay(empty: Desk):
    brought = bring_in(empty, "cii-en16931.xml")
    assert (brought.new, brought.new_customers, brought.total_cents) == (1, 1, 32_150)
    assert open_total(empty.company.pk) == 30_000  # 21.50 were paid in advance
    assert empty.broken(ISSUED) == []


def test_it_is_reminded_like_any_other(empty: Desk):
    bring_in(empty, "cii-en16931.xml")  # due on 12 November
    menuiserie = Person("552100554", "Menuiserie Tardif & Fils", "", "", "")
    assert in_words(empty.morning(date(2026, 11, 23)), menuiserie) == "J+10"
    [mail] = empty.mails
    assert mail["To"].addresses[0].addr_spec == "compta@tardif.example"


@pytest.mark.parametrize("name", sorted(path.name for path in GOOD.glob("*.xml")))
def test_twice_adds_nothing(empty: Desk, name: str):
    bring_in(empty, name)
    before = dump()
    assert bring_in(empty, name).known == 1
    assert dump() == before
    assert empty.broken(ISSUED) == []


def test_a_customer_known_under_a_reference_is_recognised_by_siren(empty: Desk):
    """The CSV of customers says TAR and gives the SIREN; the electronic invoice only gives the SIREN."""
    known = customers_csv([TARDIF]).decode().replace("Code client;", "SIREN;Code client;")
    known = known.replace("\nTAR;", "\n552100554;TAR;")
    import_customers(
        company=empty.company, data=known.encode(), file_name="c.csv", actor=ACTOR, at=at_noon(ISSUED)
    )
    brought = bring_in(empty, "cii-en16931.xml")
    assert (brought.new, brought.new_customers) == (1, 0)
    assert in_words(empty.morning(date(2026, 11, 23)), TARDIF) == "J+10"
