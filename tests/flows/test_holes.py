"""A day that no statement tells of is a day on which somebody may have paid: nobody is reminded over it."""

from datetime import date, timedelta

import pytest

from cast import (
    ACTOR,
    STRANGER_IBAN,
    TARDIF,
    Bill,
    Desk,
    Transfer,
    at_noon,
    decision_for,
    in_words,
    paid_by,
    statement_xml,
)
from quittance.company.operations import (
    NoSuchAccount,
    NotYet,
    await_bank_account_since,
    close_bank_account,
    declare_bank_account,
)
from quittance.domain.texts.render import rest_sentence
from quittance.flows.receive_payments import import_statement
from quittance.journal.queries import entries_of_kind
from quittance.payments.coverage import (
    Gap,
    Period,
    bank_coverage,
    bank_read_on,
    coverage_by_account,
    read_through,
)
from quittance.payments.operations import ImportedStatement

INVOICE = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
EVE, DUE_DAY = date(2026, 9, 16), date(2026, 9, 17)  # J+10, a Thursday


def september(first: int, last: int, opening: int | None = None, closing: int | None = None) -> Period:
    return Period(date(2026, 9, first), date(2026, 9, last), opening, closing)


@pytest.mark.parametrize(
    ("periods", "known_to", "hole"),
    [
        ([], None, None),
        ([september(1, 8)], 8, None),
        ([september(1, 8), september(9, 16)], 16, None),
        ([september(1, 8), september(5, 16)], 16, None),
        ([september(1, 16), september(3, 8)], 16, None),
        ([september(9, 16), september(1, 8)], 16, None),
        # Friday the 4th to Monday the 7th: a weekend is no hole; Friday to Tuesday is one.
        ([september(1, 4, 100, 200), september(7, 8, 999, 999)], 8, None),
        ([september(1, 4, 100, 200), september(8, 8, 999, 999)], 4, (5, 7)),
        # Equal balances tell that no money moved, however long the hole.
        ([september(1, 8, 100, 200), september(16, 16, 200, 300)], 16, None),
        ([september(1, 8, 100, 200), september(16, 16, 201, 300)], 8, (9, 15)),
        ([september(1, 8, 100, 200), september(10, 10, 201, 300)], 8, (9, 9)),
        # Where a balance is missing, five days are let pass and six are not.
        ([september(1, 8), september(14, 14)], 14, None),
        ([september(1, 8), september(15, 15)], 8, (9, 14)),
        ([september(1, 8, 100, 200), september(15, 15, None, 300)], 8, (9, 14)),
        ([september(1, 8, 100, None), september(14, 14, 200, 300)], 14, None),
        # The morning's statement and the day's; two files that begin on one day.
        ([september(8, 8, 100, 150), september(8, 8, 150, 200), september(16, 16, 200, 1)], 16, None),
        ([september(1, 8, 100, 200), september(16, 16), september(16, 18, 200, 1)], 18, None),
        # Only the first hole is told; what comes after it is not known without it.
        ([september(1, 1), september(9, 9), september(21, 21)], 1, (2, 8)),
        ([september(1, 1), september(9, 9), september(2, 8)], 9, None),
    ],
)
def test_up_to_which_day_an_account_is_known(periods, known_to, hole):
    on = known_to and date(2026, 9, known_to)
    gap = hole and Gap(date(2026, 9, hole[0]), date(2026, 9, hole[1]))
    assert read_through(periods) == (on, gap)
    assert read_through(reversed(periods)) == (on, gap)


@pytest.mark.parametrize(
    ("since", "known_to", "hole"),
    [
        (1, 8, (9, 15)),
        (9, 8, (9, 15)),
        # Half of the hole is no longer awaited: the other half still is.
        (11, 8, (11, 15)),
        (15, 8, (15, 15)),
        (16, 18, None),
        (18, 18, None),
        (30, 18, None),
    ],
)
def test_days_before_an_account_is_awaited_make_no_hole(since, known_to, hole):
    periods = [september(1, 8, 100, 200), september(16, 18, 999, 999)]
    on = date(2026, 9, known_to)
    gap = hole and Gap(date(2026, 9, hole[0]), date(2026, 9, hole[1]))
    assert read_through(periods, date(2026, 9, since)) == (on, gap)


def test_a_weekend_alone_is_left_of_the_hole():
    periods = [september(1, 9, 100, 200), september(14, 14, 999, 999)]  # a Monday
    assert read_through(periods, date(2026, 9, 11))[1] == Gap(date(2026, 9, 11), date(2026, 9, 13))
    assert read_through(periods, date(2026, 9, 12))[1] is None


def awaited_since(desk: Desk, since_on: date | None, named: str = "") -> None:
    await_bank_account_since(
        company_id=desk.company.pk,
        named=named or desk.iban,
        since_on=since_on,
        today=DUE_DAY,
        actor=ACTOR,
        at=at_noon(DUE_DAY),
    )


def test_a_hole_that_the_bank_no_longer_gives_holds_nobody_once_it_is_said(desk: Desk):
    desk.invoices(INVOICE)
    desk.statement(Transfer(date(2026, 9, 8), -5_000, "LOYER"), through=date(2026, 9, 8))
    desk.statement(through=EVE, since=EVE)
    assert in_words(desk.day(DUE_DAY), TARDIF) == "rest: bank_stale"
    awaited_since(desk, EVE)
    assert bank_coverage(desk.company.pk).gap is None
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"
    awaited_since(desk, None)
    assert bank_read_on(desk.company.pk) == date(2026, 9, 8)
    assert [
        entry["since_on"] for entry in entries_of_kind(desk.company.pk, "company.bank_account_awaited")
    ] == [
        "2026-09-16",
        None,
    ]


@pytest.mark.parametrize(
    ("named", "since_on", "refusal"),
    [
        ("", DUE_DAY + timedelta(days=1), NotYet),
        (STRANGER_IBAN, EVE, NoSuchAccount),
    ],
)
def test_what_cannot_be_said_of_an_account(desk: Desk, named, since_on, refusal):
    with pytest.raises(refusal):
        awaited_since(desk, since_on, named)
    assert entries_of_kind(desk.company.pk, "company.bank_account_awaited") == []


def test_what_is_known_of_each_account(desk: Desk):
    desk.statement(Transfer(date(2026, 9, 8), -5_000, "LOYER"), through=date(2026, 9, 8))
    desk.statement(through=EVE, since=EVE)
    stranger(desk).statement(through=date(2026, 9, 1))
    own, other = coverage_by_account(desk.company.pk).values()
    assert (own.read_on, own.awaited) == (date(2026, 9, 8), True)
    assert own.gap == Gap(date(2026, 9, 9), date(2026, 9, 15))
    assert (other.read_on, other.gap, other.awaited) == (date(2026, 9, 1), None, False)


def test_who_may_have_paid_in_a_hole_is_not_reminded(desk: Desk):
    desk.invoices(INVOICE)
    desk.statement(Transfer(date(2026, 9, 8), -5_000, "LOYER"), through=date(2026, 9, 8))
    told = desk.statement(through=EVE, since=EVE)
    assert told.gap == Gap(date(2026, 9, 9), date(2026, 9, 15))
    decided = desk.day(DUE_DAY)
    assert decided.bank_read_on == date(2026, 9, 8)
    assert in_words(decided, TARDIF) == "rest: bank_stale"
    rest = decision_for(decided, TARDIF).outcome
    assert "du 9 septembre 2026 au 15 septembre 2026" in rest_sentence(rest.code, rest.facts, "fr").ends

    desk.statement(
        paid_by(TARDIF, date(2026, 9, 11), 120_000, "F-1"),
        through=date(2026, 9, 15),
        since=date(2026, 9, 9),
    )
    assert bank_read_on(desk.company.pk) == EVE
    assert in_words(desk.day(DUE_DAY), TARDIF) == "rest: credit_unmatched"


def test_a_hole_is_told_once_it_is_there_and_no_longer_once_it_is_filled(desk: Desk):
    moved = Transfer(date(2026, 9, 8), -5_000, "LOYER")
    assert desk.statement(moved, through=date(2026, 9, 8)).gap is None
    assert desk.statement(through=EVE, since=EVE, dry_run=True).gap == Gap(
        date(2026, 9, 9), date(2026, 9, 15)
    )
    assert bank_read_on(desk.company.pk) == date(2026, 9, 8)
    desk.statement(through=EVE, since=EVE)
    assert desk.statement(through=date(2026, 9, 15), since=date(2026, 9, 9)).gap is None


def csv_statement(desk: Desk, *rows: str, imported_on: date) -> ImportedStatement:
    """A file of movements without balances."""
    return import_statement(
        company=desk.company,
        data="\n".join(["Date;Libellé;Montant", *rows, ""]).encode(),
        file_name="mouvements.csv",
        actor=ACTOR,
        at=at_noon(imported_on),
    )


def test_files_without_balances(desk: Desk):
    csv_statement(desk, "08/09/2026;LOYER;-50,00", imported_on=date(2026, 9, 8))
    told = csv_statement(desk, "14/09/2026;CAFE;-3,00", imported_on=date(2026, 9, 14))
    assert (told.gap, bank_read_on(desk.company.pk)) == (None, date(2026, 9, 14))
    told = csv_statement(desk, "21/09/2026;CAFE;-3,00", imported_on=date(2026, 9, 21))
    assert told.gap == Gap(date(2026, 9, 15), date(2026, 9, 20))
    assert bank_read_on(desk.company.pk) == date(2026, 9, 14)


def imported(desk: Desk, *transfers: Transfer, through: date, imported_on: date) -> ImportedStatement:
    return import_statement(
        company=desk.company,
        data=statement_xml(transfers, through=through, iban=desk.iban, since=date(2026, 9, 1)),
        file_name="releve.xml",
        actor=ACTOR,
        at=at_noon(imported_on),
    )


def test_a_statement_tells_nothing_of_days_to_come(desk: Desk):
    told = imported(desk, through=date(2026, 9, 30), imported_on=date(2026, 9, 10))
    assert told.read_through_on == bank_read_on(desk.company.pk) == date(2026, 9, 10)
    desk.invoices(INVOICE)
    assert in_words(desk.day(DUE_DAY), TARDIF) == "rest: bank_stale"


def test_a_movement_of_a_day_to_come_tells_of_that_day(desk: Desk):
    later = Transfer(date(2026, 9, 14), -300, "CAFE")
    told = imported(desk, later, through=date(2026, 9, 30), imported_on=date(2026, 9, 10))
    assert told.read_through_on == bank_read_on(desk.company.pk) == date(2026, 9, 14)


def test_a_statement_of_days_to_come_alone_tells_nothing(desk: Desk):
    told = imported(desk, through=date(2026, 9, 30), imported_on=date(2026, 8, 20))
    assert (told.read_through_on, bank_read_on(desk.company.pk)) == (None, None)


def stranger(desk: Desk) -> Desk:
    return Desk(desk.company, STRANGER_IBAN, desk.letters)


def test_an_account_that_only_a_file_made_known_stops_nobody(desk: Desk):
    """A card account imported once: its date is not the company's."""
    desk.invoices(INVOICE)
    desk.bank(through=EVE)
    stranger(desk).statement(through=date(2026, 9, 1))
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_it_counts_once_declared_and_the_rest_names_it(desk: Desk):
    desk.invoices(INVOICE)
    desk.bank(through=EVE)
    stranger(desk).statement(through=date(2026, 9, 1))
    declare_bank_account(company_id=desk.company.pk, iban=STRANGER_IBAN, bic="", actor=ACTOR, at=at_noon(EVE))
    decided = desk.day(DUE_DAY)
    assert in_words(decided, TARDIF) == "rest: bank_stale"
    rest = decision_for(decided, TARDIF).outcome
    assert "…4197" in rest_sentence(rest.code, rest.facts, "fr").ends
    close_bank_account(
        company_id=desk.company.pk, named=STRANGER_IBAN, closed_on=EVE, actor=ACTOR, at=at_noon(EVE)
    )
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_one_account_alone_is_not_named(desk: Desk):
    desk.invoices(INVOICE)
    desk.bank(through=date(2026, 9, 8))
    rest = decision_for(desk.day(DUE_DAY), TARDIF).outcome
    assert "…" not in rest_sentence(rest.code, rest.facts, "fr").ends


def test_where_no_declared_account_was_read_those_of_the_files_count(desk: Desk):
    desk.invoices(INVOICE)
    stranger(desk).statement(through=EVE)
    assert bank_read_on(desk.company.pk) == EVE
    assert in_words(desk.day(DUE_DAY), TARDIF) == "J+10"


def test_a_hole_on_an_account_that_is_not_awaited_is_not_told(desk: Desk):
    desk.bank(through=EVE)
    other = stranger(desk)
    other.statement(Transfer(date(2026, 9, 1), -300, "CARTE"), through=date(2026, 9, 1))
    assert other.statement(through=EVE, since=EVE).gap is None
    assert bank_coverage(desk.company.pk).gap is None


def test_a_bank_read_every_day_has_no_hole(desk: Desk):
    for days in range(14):
        on = date(2026, 9, 1) + timedelta(days=days)
        assert desk.statement(Transfer(on, -300, f"CAFE {days}"), through=on, since=on).gap is None
    assert bank_read_on(desk.company.pk) == date(2026, 9, 14)
