"""The same money told by the books, by a person and by the bank counts once, whichever comes first."""

from datetime import date

import pytest

from cast import ACTOR, BONPAYEUR, TARDIF, Bill, Desk, Transfer, at_noon, dupont, morel, paid_by
from flows.tables import dump
from flows.test_fec import bring_in, fec, receipt, sale
from quittance.customers.queries import customer_by_reference
from quittance.flows.same_money import tie_known_payments
from quittance.payments.operations import (
    NothingToUndo,
    PaymentRefused,
    note_payment,
    take_back_noted,
    tie_lines,
)
from quittance.payments.queries import account_movements, customer_credit_cents, open_total

F_1, F_2 = sale(1, "20260601", "F-1", 1200), sale(2, "20260610", "F-2", 600)
PAYS_F_2 = receipt(3, "20260804", 600, "A")
F_2_LETTERED = sale(2, "20260610", "F-2", 600, "A")
AUGUST = date(2026, 8, 5)


@pytest.fixture
def empty(db: None, tmp_path) -> Desk:
    """A company that has nothing yet."""
    return morel(tmp_path)


def state(desk: Desk) -> tuple[int, int]:
    """What Tardif owes, and what is kept for him."""
    tardif = customer_by_reference(desk.company.pk, "TAR")
    return open_total(desk.company.pk), customer_credit_cents(desk.company.pk, tardif.pk)


def note(desk: Desk, number: str, cents: int, *, on: date = AUGUST, method: str = "cheque") -> None:
    note_payment(
        company_id=desk.company.pk,
        number=number,
        amount_cents=cents,
        method=method,
        received_on=on,
        today=AUGUST,
        actor=ACTOR,
        at=at_noon(AUGUST),
    )


def vir_tardif(on: date, cents: int = 60_000, words: str = "VIR TARDIF") -> Transfer:
    return Transfer(on, cents, words, "TARDIF")


def test_the_bank_first_then_the_books(empty: Desk):
    """July's books, August's bank, December's books: the payment is known by its bank line."""
    bring_in(empty, fec(F_1, F_2))
    empty.bank(vir_tardif(date(2026, 8, 3), words="VIR F-2"), through=AUGUST)
    assert state(empty) == (120_000, 0)
    december = bring_in(empty, fec(F_1, F_2_LETTERED, PAYS_F_2))
    assert (december.same_money, december.new_payments) == (1, 0)
    assert state(empty) == (120_000, 0)
    [line] = empty.lines()
    assert line.evidence[-1] == "Même argent qu’un paiement de la comptabilité."
    before = dump()
    assert bring_in(empty, fec(F_1, F_2_LETTERED, PAYS_F_2)).same_money == 0
    assert dump() == before
    assert empty.broken(AUGUST) == []


def test_the_books_first_then_the_bank(empty: Desk):
    """The books say that F-2 is paid; the bank line is that payment, and does not pay F-1 too."""
    bring_in(empty, fec(F_1, F_2_LETTERED, PAYS_F_2))
    empty.bank(vir_tardif(date(2026, 8, 3)), through=AUGUST)
    assert state(empty) == (120_000, 0)
    [line] = empty.lines()
    assert (line.state, line.allocations) == ("allocated", (("F-2", 60_000),))
    assert "Même argent qu’un paiement de la comptabilité." in line.evidence
    assert empty.broken(AUGUST) == []


@pytest.mark.parametrize(
    ("line", "tied"),
    [
        (vir_tardif(date(2026, 8, 9)), 1),
        (vir_tardif(date(2026, 8, 10)), 0),  # six days
        (vir_tardif(date(2026, 8, 4), 60_001), 0),
        (Transfer(date(2026, 8, 4), 60_000, "VERSEMENT", ""), 1),  # nobody named, one such payment
        (Transfer(date(2026, 8, 4), 60_000, "VIR", BONPAYEUR.bank_name, BONPAYEUR.iban), 0),  # somebody else
    ],
)
def test_only_near_days_the_same_amount_and_nobody_else(empty: Desk, line: Transfer, tied: int):
    empty.customers(BONPAYEUR)
    bring_in(empty, fec(F_1, F_2_LETTERED, PAYS_F_2))
    empty.statement(line, through=date(2026, 8, 12))
    assert tie_known_payments(company=empty.company, actor=ACTOR, at=at_noon(AUGUST)) == tied


def test_two_lines_that_name_nobody_are_left_to_a_person(empty: Desk):
    bring_in(empty, fec(F_2_LETTERED, PAYS_F_2))
    empty.statement(
        Transfer(date(2026, 8, 4), 60_000, "VERSEMENT 1"),
        Transfer(date(2026, 8, 5), 60_000, "VERSEMENT 2"),
        through=AUGUST,
    )
    assert tie_known_payments(company=empty.company, actor=ACTOR, at=at_noon(AUGUST)) == 0


def test_two_equal_payments_take_a_line_each(empty: Desk):
    """Two payments of the books and one line of the bank: one waits for its own line."""
    bring_in(empty, fec(F_2_LETTERED, PAYS_F_2, receipt(4, "20260805", 600)))
    empty.bank(
        vir_tardif(date(2026, 8, 4)), vir_tardif(date(2026, 8, 5), words="VIR TARDIF 2"), through=AUGUST
    )
    assert [line.state for line in empty.lines()] == ["allocated", "allocated"]
    assert state(empty) == (0, 60_000)
    tardif = customer_by_reference(empty.company.pk, "TAR")
    assert sum(one.credit_cents for one in account_movements(empty.company.pk, tardif.pk)) == 120_000


def test_what_is_carried_forward_is_on_no_line_of_the_year(empty: Desk):
    """A credit of last year, and a payment of the same amount on 3 January: two amounts of money."""
    opening = [
        "AN|A nouveaux|1|20260101|411000|Clients|TAR|Tardif|AN|20260101|A NOUVEAU|0,00|600,00|||20260101||",
        "AN|A nouveaux|1|20260101|110000||||AN|20260101|A NOUVEAU|600,00|0,00|||20260101||",
    ]
    bring_in(empty, fec(opening, sale(2, "20260102", "F-2", 600)))
    empty.bank(vir_tardif(date(2026, 1, 3), words="VIR F-2"), through=date(2026, 1, 5))
    assert state(empty) == (0, 60_000)


def test_a_wrong_tie_is_parted_and_not_made_again(empty: Desk):
    bring_in(empty, fec(F_1, F_2_LETTERED, PAYS_F_2))
    empty.bank(vir_tardif(date(2026, 8, 3)), through=AUGUST)
    [line] = empty.lines()
    assert empty.undo(line.line_id, on=AUGUST) == 0
    assert open_total(empty.company.pk) == 120_000  # the books still say that F-2 is paid
    empty.match(AUGUST)
    [line] = empty.lines()
    assert ("F-2", 60_000) not in line.allocations
    assert empty.broken(AUGUST) == []


def test_a_line_that_a_person_refused_is_not_tied(desk: Desk):
    desk.invoices(Bill("F-9", TARDIF, date(2026, 6, 1), date(2026, 7, 1), 60_000))
    desk.bank(paid_by(TARDIF, date(2026, 8, 3), 60_000, "F-9"), through=AUGUST)
    [line] = desk.lines()
    desk.undo(line.line_id, on=AUGUST)
    bring_in(desk, fec(sale(1, "20260601", "F-9", 600, "A"), receipt(2, "20260804", 600, "A")))
    assert tie_known_payments(company=desk.company, actor=ACTOR, at=at_noon(AUGUST)) == 0


def test_a_cheque_noted_by_hand_then_at_the_bank(desk: Desk):
    desk.invoices(
        Bill("F-1", TARDIF, date(2026, 6, 1), date(2026, 7, 1), 60_000),
        Bill("F-2", TARDIF, date(2026, 6, 2), date(2026, 7, 2), 60_000),
    )
    note(desk, "F-2", 60_000, on=date(2026, 8, 3))
    desk.bank(Transfer(AUGUST, 60_000, "REMISE CHEQUE 123"), through=AUGUST)
    assert open_total(desk.company.pk) == 60_000
    [line] = desk.lines()
    assert line.allocations == (("F-2", 60_000),)
    assert "Même argent qu’un paiement noté à la main." in line.evidence
    with pytest.raises(NothingToUndo):
        take_back_noted(company_id=desk.company.pk, number="F-2", actor=ACTOR, at=at_noon(AUGUST))
    assert desk.broken(AUGUST) == []


def test_a_cheque_noted_by_hand_then_in_the_books(desk: Desk):
    desk.invoices(Bill("F-2", TARDIF, date(2026, 6, 10), date(2026, 7, 10), 60_000))
    note(desk, "F-2", 60_000, on=date(2026, 8, 3))
    brought = bring_in(desk, fec(F_2_LETTERED, PAYS_F_2))
    assert (brought.same_money, brought.new_payments) == (1, 0)
    assert state(desk) == (0, 0)


def test_notes_and_takes_back(desk: Desk):
    desk.invoices(Bill("F-1", TARDIF, date(2026, 6, 1), date(2026, 7, 1), 60_000))
    note(desk, "F-1", 20_000)
    note(desk, "F-1", 15_000, method="cash")
    assert open_total(desk.company.pk) == 25_000
    taken = take_back_noted(company_id=desk.company.pk, number="F-1", actor=ACTOR, at=at_noon(AUGUST))
    assert (taken.cents, taken.open_cents) == (15_000, 40_000)
    assert desk.broken(AUGUST) == []


@pytest.mark.parametrize(
    ("number", "cents", "on", "why"),
    [
        ("F-404", 100, AUGUST, "n'existe pas ici"),
        ("F-1", 0, AUGUST, "somme positive"),
        ("F-1", -100, AUGUST, "somme positive"),
        ("F-1", 60_001, AUGUST, "dépassent ce qui reste dû"),
        ("F-1", 100, date(2026, 8, 6), "est à venir"),
    ],
)
def test_what_cannot_be_noted(desk: Desk, number: str, cents: int, on: date, why: str):
    desk.invoices(Bill("F-1", TARDIF, date(2026, 6, 1), date(2026, 7, 1), 60_000))
    before = dump()
    with pytest.raises(PaymentRefused, match=why):
        note(desk, number, cents, on=on)
    assert dump() == before


def test_nothing_of_another_company_is_noted_tied_or_taken_back(empty: Desk, tmp_path):
    neighbour = dupont(tmp_path)
    bring_in(neighbour, fec(F_1, F_2_LETTERED, PAYS_F_2))
    empty.customers(TARDIF)
    empty.statement(vir_tardif(date(2026, 8, 3)), through=AUGUST)
    [line] = empty.lines()
    before = dump()
    assert tie_known_payments(company=empty.company, actor=ACTOR, at=at_noon(AUGUST)) == 0
    assert tie_known_payments(company=neighbour.company, actor=ACTOR, at=at_noon(AUGUST)) == 0
    for payment_id in range(1, 5):
        for company in (empty.company, neighbour.company):
            ties = {payment_id: line.line_id}
            assert tie_lines(company_id=company.pk, lines=ties, actor=ACTOR, at=at_noon(AUGUST)) == 0
    with pytest.raises(PaymentRefused):
        note(empty, "F-1", 100)
    with pytest.raises(NothingToUndo):
        take_back_noted(company_id=empty.company.pk, number="F-1", actor=ACTOR, at=at_noon(AUGUST))
    assert dump() == before
