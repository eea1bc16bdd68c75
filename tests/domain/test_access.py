"""What each role may do, and the guard of an assistant's mandate."""

from dataclasses import replace
from datetime import date

import pytest

from quittance.domain.access import RIGHTS, MandateScope, Right, Sending, rights_of, why_not_sent

FRIDAY = date(2026, 11, 20)
MANDATE = MandateScope(
    date(2026, 1, 1), date(2026, 12, 31), up_to_days=20, signs_as=7, max_invoice_cents=500_000
)
SECOND = Sending(offset_days=20, channel="mail", largest_invoice_cents=120_000, signed_by=7)
NOTICE = replace(SECOND, offset_days=30, channel="letter")

# Who may do what: one column per role. An assistant inside the mandate; sales without leave to send.
TABLE = """
right     owner accountant sales assistant reader
read      yes   yes        yes   yes       yes
bank      yes   yes        no    yes       yes
insights  yes   yes        no    yes       yes
note      yes   no         yes   yes       no
remind    yes   no         no    yes       no
match     yes   yes        no    yes       no
import    yes   yes        no    yes       no
change    yes   no         no    yes       no
plans     yes   no         no    no        no
export    yes   yes        no    no        no
journal   yes   yes        no    no        no
settings  yes   no         no    no        no
people    yes   no         no    no        no
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(
    ("role", "right", "expected"),
    [(role, row[0], row[place]) for row in ROWS for place, role in enumerate(HEAD) if place],
)
def test_each_role_has_its_rights(role: str, right: str, expected: str) -> None:
    rights = rights_of(role, may_send=False, mandate=MANDATE, today=FRIDAY)
    assert (Right(right) in rights) is (expected == "yes")


def test_the_table_names_every_right_and_role() -> None:
    assert [row[0] for row in ROWS] == [right.value for right in Right]
    assert HEAD[1:] == list(RIGHTS)


def test_a_role_that_is_not_known_has_no_right() -> None:
    assert rights_of("", may_send=True, mandate=MANDATE, today=FRIDAY) == frozenset()
    assert rights_of("admin", may_send=True, mandate=MANDATE, today=FRIDAY) == frozenset()


def test_sales_people_send_where_the_company_lets_them() -> None:
    assert Right.REMIND in rights_of("sales", may_send=True, mandate=None, today=FRIDAY)
    assert Right.REMIND not in rights_of("reader", may_send=True, mandate=None, today=FRIDAY)
    assert Right.REMIND not in rights_of("accountant", may_send=True, mandate=None, today=FRIDAY)


@pytest.mark.parametrize(
    ("today", "inside"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_mandate_counts_on_its_first_and_last_day(today: date, inside: bool) -> None:
    rights = rights_of("assistant", may_send=True, mandate=MANDATE, today=today)
    assert bool(rights) is inside
    assert bool(why_not_sent("assistant", MANDATE, SECOND, today)) is not inside


def test_an_assistant_without_mandate_has_no_right() -> None:
    assert rights_of("assistant", may_send=True, mandate=None, today=FRIDAY) == frozenset()
    assert "n'est pas en cours" in why_not_sent("assistant", None, SECOND, FRIDAY)


def test_a_mandate_may_leave_the_bank_out() -> None:
    rights = rights_of("assistant", may_send=False, mandate=replace(MANDATE, may_match=False), today=FRIDAY)
    assert Right.REMIND in rights
    assert Right.BANK in rights
    assert not rights & {Right.MATCH, Right.IMPORT}


@pytest.mark.parametrize(
    ("sending", "words"),
    [
        (SECOND, ""),
        (replace(SECOND, offset_days=-7), ""),
        (replace(SECOND, offset_days=21), "jusqu'à l'étape J+20 ; celle-ci est à J+21"),
        (replace(SECOND, largest_invoice_cents=500_000), ""),
        (replace(SECOND, largest_invoice_cents=500_001), "factures de 5"),
        (replace(SECOND, signed_by=8), "au nom de cette personne"),
        (NOTICE, "signée par l'entreprise"),
        (replace(NOTICE, offset_days=0), "signée par l'entreprise"),
    ],
)
def test_the_guard_of_the_mandate(sending: Sending, words: str) -> None:
    told = why_not_sent("assistant", MANDATE, sending, FRIDAY)
    assert words in told
    assert bool(told) is bool(words)


def test_limits_that_are_not_set_do_not_hold() -> None:
    free = replace(MANDATE, signs_as=None, max_invoice_cents=None, up_to_days=30)
    sending = replace(SECOND, largest_invoice_cents=10**9, signed_by=99, offset_days=30)
    assert why_not_sent("assistant", free, sending, FRIDAY) == ""


@pytest.mark.parametrize("role", ["accountant", "sales", "assistant", "reader"])
def test_a_formal_notice_is_signed_by_the_owner_alone(role: str) -> None:
    assert why_not_sent("owner", None, NOTICE, FRIDAY) == ""
    assert "mise en demeure" in why_not_sent(role, MANDATE, NOTICE, FRIDAY)


def test_others_have_no_mandate_to_keep_to() -> None:
    for role in ("owner", "sales"):
        assert why_not_sent(role, None, SECOND, FRIDAY) == ""
