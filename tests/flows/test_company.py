"""Opening companies: what is already taken is refused in words, never by the database."""

from datetime import date

import pytest

from cast import ACTOR, DUPONT_IBAN, MOREL_IBAN, Desk, at_noon
from flows.tables import dump
from quittance.company.operations import AccountTaken, MemberKnown, SlugTaken, add_bank_account, add_member
from quittance.flows.onboard import open_company

AT = at_noon(date(2026, 1, 5))


@pytest.mark.parametrize(
    ("slug", "iban", "refusal"),
    [("atelier-morel", DUPONT_IBAN, SlugTaken), ("autre", MOREL_IBAN, AccountTaken)],
)
def test_a_name_or_an_account_that_is_taken(desk: Desk, slug: str, iban: str, refusal: type[Exception]):
    before = dump()
    with pytest.raises(refusal):
        open_company(slug=slug, name="Autre", siren="552100554", iban=iban, bic="", actor=ACTOR, at=AT)
    assert dump() == before


def test_one_account_twice(desk: Desk, neighbour: Desk):
    before = dump()
    for taken in (MOREL_IBAN, DUPONT_IBAN):
        with pytest.raises(AccountTaken):
            add_bank_account(
                company_id=desk.company.pk,
                iban=taken,
                number="",
                bic="",
                currency="EUR",
                actor=ACTOR,
                at=AT,
            )
    assert dump() == before


def test_one_address_for_two_people(desk: Desk):
    person = {"company_id": desk.company.pk, "title": "", "phone": "", "actor": ACTOR, "at": AT}
    add_member(name="Lise", email="lise@atelier-morel.example", **person)
    before = dump()
    with pytest.raises(MemberKnown, match="lise@"):
        add_member(name="Luc", email="lise@atelier-morel.example", **person)
    assert dump() == before
