"""What holds for every book: nothing is paid twice, order means nothing, a second run finds nothing more."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.matching.book import Book, write_book
from quittance.domain.matching import (
    IncomingLine,
    LineMatch,
    OpenReceivable,
    Payer,
    SettledInvoice,
    evidence_in_words,
    match_lines,
    why_not_in_words,
)
from quittance.domain.matching.sums import chance_in_million, largest_size, sets_that_add_up
from quittance.domain.matching.texts import one_slip

seeds = st.integers(min_value=0, max_value=10_000)


def decided(book: Book) -> list[LineMatch]:
    return match_lines(book.lines, book.receivables, book.payers)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_no_more_than_came_and_no_more_than_is_open(seed: int) -> None:
    book = write_book(seed, customers=10)
    open_cents = {one.id: one.open_cents for one in book.receivables}
    issued_on = {one.id: one.issued_on for one in book.receivables}
    taken: Counter[int] = Counter()
    for line, match in zip(book.lines, decided(book), strict=True):
        allocated_cents = sum(allocation.cents for allocation in match.allocations)
        assert match.line_id == line.id
        assert allocated_cents + match.left_cents == (line.amount_cents if match.state != "none" else 0)
        assert match.left_cents >= 0
        assert all(allocation.cents > 0 for allocation in match.allocations)
        assert len(match.alternatives) <= 5
        if match.state == "allocated":
            assert match.allocations
            assert match.evidence
            assert all(issued_on[one.receivable_id] <= line.booked_on for one in match.allocations)
            taken.update({one.receivable_id: one.cents for one in match.allocations})
        if match.state == "proposed":
            assert why_not_in_words(match.why_not)
        assert bool(evidence_in_words(match.evidence)) == bool(match.evidence)
    assert all(cents <= open_cents[receivable_id] for receivable_id, cents in taken.items())


@settings(max_examples=30, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_lists_changes_nothing(seed: int, shuffler: Random) -> None:
    book = write_book(seed, customers=8)
    before = {match.line_id: match for match in decided(book)}
    for rows in (book.lines, book.receivables, book.payers):
        shuffler.shuffle(rows)  # type: ignore[arg-type]
    assert {match.line_id: match for match in decided(book)} == before


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_a_second_run_allocates_nothing_more(seed: int) -> None:
    book = write_book(seed, customers=8)
    matches = decided(book)
    taken: Counter[int] = Counter()
    for match in matches:
        if match.state == "allocated":
            taken.update({one.receivable_id: one.cents for one in match.allocations})
    left = [replace(one, open_cents=one.open_cents - taken[one.id]) for one in book.receivables]
    settled = [
        SettledInvoice(one.invoice_number, one.customer_id, one.total_cents)
        for one in left
        if not one.open_cents
    ]
    waiting = [line for line, match in zip(book.lines, matches, strict=True) if match.state != "allocated"]
    again = match_lines(waiting, [one for one in left if one.open_cents], book.payers, settled)
    assert [match for match in again if match.state == "allocated"] == []


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(min_value=100, max_value=300_000))
def test_an_invoice_of_someone_else_makes_no_allocation_wrong(seed: int, cents: int) -> None:
    book = write_book(seed, customers=8)
    other = Payer(999, "Zythologie Quimperlé SNC", "CLI00999", frozenset({"FR7699999999999999999999999"}))
    more = [
        OpenReceivable(
            9_000 + rank, 999, f"ZQ-{rank:05d}", date(2026, 1, 5), date(2026, 2, 5), amount, amount
        )
        for rank, amount in enumerate([cents, *(one.amount_cents for one in book.lines[:20])])
        if amount > 0
    ]
    matches = match_lines(book.lines, [*book.receivables, *more], [*book.payers, other])
    before = [match for match in decided(book) if match.state == "allocated"]
    after = [match for match in matches if match.state == "allocated"]
    assert [(match.line_id, match.allocations) for match in after] == [
        (match.line_id, match.allocations) for match in before
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="FA2026-0018 /+àAOI,.ET suivantes", max_size=60),
    st.integers(min_value=-500, max_value=500_000),
)
def test_any_label_gets_an_answer(label: str, cents: int) -> None:
    receivables = [
        OpenReceivable(
            rank, 1, f"FA2026-{rank:04d}", date(2026, 1, 1), date(2026, 2, 1), 1_000 * rank, 1_000 * rank
        )
        for rank in range(1, 30)
    ]
    [match] = match_lines(
        [IncomingLine(1, date(2026, 3, 1), cents, label)], receivables, [Payer(1, "Atelier Faure")]
    )
    assert sum(one.cents for one in match.allocations) <= max(cents, 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=8), st.integers(1, 200))
def test_sets_that_add_up_are_all_found(amounts: Sequence[int], target: int) -> None:
    every = {
        tuple(rank for rank in range(len(amounts)) if chosen >> rank & 1)
        for chosen in range(1, 1 << len(amounts))
    }
    fitting = {ranks for ranks in every if sum(amounts[rank] for rank in ranks) == target}
    found = sets_that_add_up(amounts, target, 1, len(amounts), stop_at=1_000)
    assert found is not None
    assert set(found) == fitting
    assert len(found) == len(fitting)


@pytest.mark.parametrize(
    ("amounts", "largest"),
    [
        ([73_320, 25_055, 120_000], 3),  # odd amounts: hardly any sum by chance
        ([12_000, 24_000, 36_000, 48_000], 0),  # round ones: some sum always fits
        ([7_919 + 137 * rank for rank in range(40)], 2),  # among many, pairs at most
    ],
)
def test_how_many_amounts_may_be_added_up(amounts: list[int], largest: int) -> None:
    assert largest_size(amounts, 2, 50_000) == largest


def test_too_many_amounts_are_not_looked_through() -> None:
    assert sets_that_add_up(list(range(1, 200)), 500, 2, 4) is None
    assert chance_in_million([100, 200], 2, 2) == 1 * 3 * 100 * 1_000_000 // 300


@given(st.text(alphabet="0123", min_size=2, max_size=7), st.integers(0, 6), st.sampled_from("0123"))
def test_one_slip_is_recognised_whatever_it_is(meant: str, at: int, digit: str) -> None:
    at = min(at, len(meant) - 2)
    slips = (
        meant[:at] + digit + meant[at + 1 :],
        meant[:at] + digit + meant[at:],
        meant[:at] + meant[at + 1 :],
        meant[:at] + meant[at + 1] + meant[at] + meant[at + 2 :],
    )
    assert all(one_slip(typed, meant) == (typed != meant) for typed in slips)
