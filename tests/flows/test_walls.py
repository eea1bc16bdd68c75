"""Two companies in one installation: what is one's is never read, changed or told by the other."""

from datetime import date

import pytest
from django.apps import apps

from cast import BONPAYEUR, CAST, DUPONT_IBAN, TARDIF, Bill, Desk, Person, at_noon, in_words, paid_by
from flows.tables import dump
from quittance.collection.operations import NoSuchPause
from quittance.correspondence.operations import NotInDoubt, settle_doubt
from quittance.correspondence.queries import queued_message_ids
from quittance.customers.queries import customer_by_reference
from quittance.domain.identifiers import french_iban
from quittance.flows.account_statement import account_statement
from quittance.flows.errors import ImportRefused
from quittance.flows.review import aged, overdue
from quittance.payments.operations import NotAllocated, NothingToUndo
from quittance.payments.queries import open_total

EVE, TODAY = date(2026, 9, 16), date(2026, 9, 17)
OURS = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)


def of_company(desk: Desk) -> dict[str, list[object]]:
    """The rows of one company, of the tables that name it."""
    return {
        model._meta.label: list(
            model._default_manager.filter(company_id=desk.company.pk).order_by("pk").values()
        )
        for model in apps.get_models()
        if any(field.attname == "company_id" for field in model._meta.concrete_fields)
    }


def test_the_same_numbers_and_names_do_not_meet(desk: Desk, neighbour: Desk):
    desk.invoices(OURS)
    neighbour.invoices(OURS)
    assert desk.bank(paid_by(TARDIF, EVE, 120_000, "F-1"), through=EVE).allocated == 1
    assert (open_total(desk.company.pk), open_total(neighbour.company.pk)) == (0, 120_000)
    neighbour.bank(through=EVE)
    assert in_words(desk.day(TODAY), TARDIF) == "nothing"
    assert in_words(neighbour.day(TODAY), TARDIF) == "J+10"
    assert desk.broken(TODAY) == neighbour.broken(TODAY) == []


def test_a_whole_day_of_one_leaves_the_other_as_it_was(desk: Desk, neighbour: Desk):
    bills = [Bill(f"F-{one.reference}", one, date(2026, 8, 8), date(2026, 9, 7), 60_000) for one in CAST]
    for either in (desk, neighbour):
        either.invoices(*bills)
        either.bank(
            paid_by(BONPAYEUR, EVE, 60_000, "F-BON", ref=f"R-{either.company.slug}"),
            paid_by(TARDIF, EVE, 12_345, "VIREMENT", ref=f"S-{either.company.slug}"),
            through=EVE,
        )
    before = of_company(neighbour)
    desk.day(TODAY)
    desk.send(TODAY)
    desk.pause(TARDIF, on=TODAY, until=date(2026, 12, 31), reason="chez Morel seulement")
    desk.undo(next(row.line_id for row in desk.lines() if row.state == "allocated"), on=TODAY)
    desk.morning(date(2026, 9, 28))
    assert of_company(neighbour) == before
    assert in_words(neighbour.day(TODAY), BONPAYEUR) == "nothing"
    assert in_words(neighbour.day(TODAY), TARDIF) == "rest: credit_unmatched"


def test_nothing_of_the_other_is_shown(desk: Desk, neighbour: Desk):
    neighbour.invoices(OURS)
    neighbour.bank(paid_by(TARDIF, EVE, 50_000, "F-1"), through=EVE)
    assert desk.lines() == []
    assert overdue(company=desk.company, today=TODAY) == []
    assert aged(company=desk.company, today=TODAY).balance.total.open_cents == 0
    assert account_statement(company=desk.company, customer_reference="TAR", today=TODAY).movements == []
    assert desk.day(TODAY).actions == desk.day(TODAY).rests == ()


def test_the_others_rows_are_refused_by_every_verb(desk: Desk, neighbour: Desk):
    desk.invoices(OURS)
    neighbour.invoices(Bill("F-9", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000))
    neighbour.bank(paid_by(TARDIF, EVE, 120_000, "F-9"), through=EVE)
    [line] = neighbour.lines()
    neighbour.pause(BONPAYEUR, on=TODAY, until=date(2026, 12, 31), reason="chez Dupont")
    before = dump()
    with pytest.raises(NothingToUndo):
        desk.undo(line.line_id, on=TODAY)
    with pytest.raises(NotAllocated):
        desk.confirm(line.line_id, "F-1:1200,00", on=TODAY)
    with pytest.raises(NoSuchPause):
        desk.lift_pause(BONPAYEUR, on=TODAY)
    with pytest.raises(NotInDoubt):
        settle_doubt(company_id=desk.company.pk, message_id=1, it_left=True, actor="test", at=at_noon(TODAY))
    assert dump() == before

    neighbour.undo(line.line_id, on=TODAY)
    with pytest.raises(NotAllocated, match="F-1"):
        neighbour.confirm(line.line_id, "F-1:1200,00", on=TODAY)


def test_an_account_of_the_other_is_refused(desk: Desk, neighbour: Desk):
    before = dump()
    lost_its_way = Desk(desk.company, DUPONT_IBAN, desk.letters)
    with pytest.raises(ImportRefused, match="autre société"):
        lost_its_way.statement(paid_by(TARDIF, EVE, 120_000, "F-1"), through=EVE)
    assert dump() == before


def test_one_sends_only_its_own(desk: Desk, neighbour: Desk):
    for either in (desk, neighbour):
        either.invoices(OURS)
        either.bank(through=EVE)
        either.day(TODAY)
    assert desk.send(TODAY).sent == 1
    assert len(queued_message_ids(neighbour.company.pk)) == 1
    [mail] = desk.mails
    assert "Dupont" not in mail.as_string()
    assert mail["From"].addresses[0].addr_spec == "compta@atelier-morel.example"
    assert french_iban(DUPONT_IBAN) not in mail.get_body(("plain",)).get_content()


def test_the_letters_of_two_companies_to_one_customer_are_both_there(desk: Desk, neighbour: Desk):
    """Both lay their letters in the same folder; the customer bears the same reference at both."""
    for either in (desk, neighbour):
        either.invoices(OURS)
        either.morning(date(2026, 10, 8))
    assert len([path for path in desk.letters.rglob("*.pdf") if path.is_file()]) == 2


def test_a_reference_is_no_path(desk: Desk):
    """Accounting programs write references such as 411/DUPONT: the letter still lies in its folder."""
    client = Person("../411/DUP", "Dupuis", "DUPUIS", "", "compta@dupuis.example")
    desk.customers(client)
    desk.invoices(Bill("F-D", client, date(2026, 8, 8), date(2026, 9, 7), 60_000))
    desk.morning(date(2026, 10, 8))
    [letter] = desk.letters.rglob("*.pdf")
    assert letter.parent == desk.letters / "atelier-morel"


def test_foreign_rows_are_seen_by_the_doctor(desk: Desk, neighbour: Desk):
    """The check itself works: a row put across the wall by hand is named."""
    desk.invoices(OURS)
    stranger = customer_by_reference(neighbour.company.pk, "TAR")
    apps.get_model("payments.Receivable").objects.filter(company_id=desk.company.pk).update(customer=stranger)
    assert any(found.startswith("walls") for found in desk.broken(TODAY))
