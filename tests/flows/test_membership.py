"""Who belongs to a company: invited, let in, given another role, parted with; mandates granted, renewed, revoked."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from cast import TARDIF, Desk, at_noon
from quittance.company.membership import (
    MembershipRefused,
    Place,
    change_role,
    grant_mandate,
    invite,
    remove_member,
    resend_invitation,
    revoke_mandate,
    withdraw_invitation,
)
from quittance.company.models import Invitation, Mandate, Member
from quittance.company.queries import members
from quittance.company.roster import colleague, colleagues, waiting_invitations
from quittance.company.seats import seats_of
from quittance.customers.models import Customer
from quittance.domain.access import MandateScope, Right
from quittance.flows.join_company import join, join_with_new_account, part
from quittance.flows.mandate_paper import mandate_paper
from quittance.journal.models import Entry
from quittance.people.models import Person
from quittance.people.operations import AddressTaken, create_person

MONDAY = date(2026, 3, 2)
AT = at_noon(MONDAY)
OWNER = "Julien Morel <julien@morel.example>"
SCOPE = MandateScope(MONDAY, date(2026, 12, 31), up_to_days=20)


def invited(
    desk: Desk, email: str, role: str, *, at: datetime = AT, **more: object
) -> tuple[Invitation, str]:
    place = Place(role, mandate=SCOPE if role == "assistant" else None, **more)
    return invite(company_id=desk.company.pk, email=email, name="", place=place, actor=OWNER, at=at)


def joined(desk: Desk, email: str, role: str, **more: object) -> Member:
    """Somebody who was invited and came."""
    invitation, token = invited(desk, email, role, **more)
    name = email.partition("@")[0].title()
    join_with_new_account(
        invitation=invitation, token=token, name=name, password="quatre chevaux verts", language="fr", at=AT
    )
    return Member.objects.get(company=desk.company, email=email)


def rights(member: Member, today: date) -> frozenset[Right]:
    (seat,) = seats_of(member.person_id, today)
    return seat.rights


def kinds(desk: Desk) -> list[str]:
    told = Entry.objects.filter(company=desk.company, kind__startswith="company.").order_by("sequence")
    return list(told.values_list("kind", flat=True))


def test_an_invitation_is_accepted_once(desk: Desk) -> None:
    invitation, token = invited(desk, "Lea@morel.example", "sales", may_send=True)
    assert token not in str(Invitation.objects.values())
    person = join_with_new_account(
        invitation=invitation,
        token=token,
        name="Léa Roy",
        password="quatre chevaux verts",
        language="fr",
        at=AT,
    )
    member = Member.objects.get(company=desk.company, person=person)
    assert (member.name, member.role, member.may_send, member.joined_at) == ("Léa Roy", "sales", True, AT)
    assert Right.REMIND in rights(member, MONDAY)
    assert waiting_invitations(desk.company.pk) == []
    assert kinds(desk)[-2:] == ["company.person_invited", "company.person_joined"]
    assert Entry.objects.get(kind="company.person_joined").actor == "Léa Roy <lea@morel.example>"
    with pytest.raises(MembershipRefused, match="ne sert plus"):
        join(token=token, person=person, at=AT)


def test_an_invitation_ends_after_fourteen_days(desk: Desk) -> None:
    _, token = invited(desk, "lea@morel.example", "reader")
    lea = create_person(email="lea@morel.example", name="Léa", password="quatre chevaux verts")
    with pytest.raises(MembershipRefused, match="ne sert plus"):
        join(token=token, person=lea, at=AT + timedelta(days=14))
    assert join(token=token, person=lea, at=AT + timedelta(days=14, seconds=-1)).role == "reader"


def test_an_invitation_is_for_one_address(desk: Desk) -> None:
    _, token = invited(desk, "lea@morel.example", "owner")
    thief = create_person(email="thief@elsewhere.example", name="T", password="quatre chevaux verts")
    with pytest.raises(MembershipRefused, match=r"pour lea@morel\.example"):
        join(token=token, person=thief, at=AT)
    assert not Member.objects.filter(person=thief).exists()


def test_a_new_link_closes_the_one_before(desk: Desk) -> None:
    invitation, first = invited(desk, "lea@morel.example", "reader")
    _, second = resend_invitation(company_id=desk.company.pk, invitation_id=invitation.pk, actor=OWNER, at=AT)
    lea = create_person(email="lea@morel.example", name="Léa", password="quatre chevaux verts")
    with pytest.raises(MembershipRefused):
        join(token=first, person=lea, at=AT)
    assert join(token=second, person=lea, at=AT).role == "reader"
    with pytest.raises(MembershipRefused, match="acceptée ou retirée"):
        resend_invitation(company_id=desk.company.pk, invitation_id=invitation.pk, actor=OWNER, at=AT)


def test_an_invitation_that_is_withdrawn_or_replaced_no_longer_opens(desk: Desk) -> None:
    first, token = invited(desk, "lea@morel.example", "owner")
    invited(desk, "lea@morel.example", "reader")
    (standing,) = waiting_invitations(desk.company.pk)
    assert standing.role == "reader"
    withdraw_invitation(company_id=desk.company.pk, invitation_id=standing.pk, actor=OWNER, at=AT)
    assert waiting_invitations(desk.company.pk) == []
    lea = create_person(email="lea@morel.example", name="Léa", password="quatre chevaux verts")
    with pytest.raises(MembershipRefused):
        join(token=token, person=lea, at=AT)
    with pytest.raises(MembershipRefused):
        withdraw_invitation(company_id=desk.company.pk, invitation_id=first.pk, actor=OWNER, at=AT)


def test_neither_account_nor_place_is_made_by_halves(desk: Desk) -> None:
    invitation, token = invited(desk, "lea@morel.example", "reader")
    withdraw_invitation(company_id=desk.company.pk, invitation_id=invitation.pk, actor=OWNER, at=AT)
    with pytest.raises(MembershipRefused):
        join_with_new_account(
            invitation=invitation,
            token=token,
            name="Léa",
            password="quatre chevaux verts",
            language="fr",
            at=AT,
        )
    assert not Person.objects.exists()
    create_person(email="lea@morel.example", name="Léa", password="quatre chevaux verts")
    invitation, token = invited(desk, "lea@morel.example", "reader")
    with pytest.raises(AddressTaken):
        join_with_new_account(
            invitation=invitation,
            token=token,
            name="Léa",
            password="quatre chevaux verts",
            language="fr",
            at=AT,
        )


def test_the_signer_keeps_their_place_when_they_get_an_account(desk: Desk) -> None:
    signer = members(desk.company.pk)[0]
    member = joined(desk, signer.email, "owner")
    assert (member.pk, member.rank, member.name) == (signer.pk, 0, signer.name)
    with pytest.raises(MembershipRefused, match="est déjà dans la société"):
        invited(desk, signer.email.upper(), "reader")


def test_a_company_always_has_an_owner(desk: Desk) -> None:
    ann = joined(desk, "ann@morel.example", "owner")
    company = {"company_id": desk.company.pk, "actor": OWNER, "at": AT}
    for refused in (
        lambda: remove_member(member_id=ann.pk, **company),
        lambda: change_role(member_id=ann.pk, role="reader", may_send=False, **company),
    ):
        with pytest.raises(MembershipRefused, match="toujours un dirigeant"):
            refused()
    joined(desk, "bob@morel.example", "owner")
    change_role(member_id=ann.pk, role="reader", may_send=True, **company)
    ann.refresh_from_db()
    assert (ann.role, ann.may_send) == ("reader", False)


@pytest.mark.parametrize("parted", [True, False], ids=["removed", "no owner any more"])
def test_who_was_parted_with_does_not_let_themselves_in_again(desk: Desk, parted: bool) -> None:
    joined(desk, "julien@morel.example", "owner")
    second = joined(desk, "anne@morel.example", "owner")
    anne = Person.objects.get(email="anne@morel.example")
    place, of = Place("owner"), {"company_id": desk.company.pk, "name": ""}
    _, hers = invite(**of, email="anne@elsewhere.example", place=place, actor=anne.actor, at=AT)
    _, another = invite(**of, email="luc@morel.example", place=place, actor=OWNER, at=AT)
    if parted:
        part(company_id=desk.company.pk, member_id=second.pk, actor=OWNER, at=AT)
    else:
        change_role(
            company_id=desk.company.pk, member_id=second.pk, role="reader", may_send=False, actor=OWNER, at=AT
        )
    again, luc = (
        create_person(email=email, name="", password=None)
        for email in ("anne@elsewhere.example", "luc@morel.example")
    )
    with pytest.raises(MembershipRefused, match="ne sert plus"):
        join(token=hers, person=again, at=AT)
    assert join(token=another, person=luc, at=AT).role == "owner"
    assert Entry.objects.filter(company=desk.company, data__has_key="invitations").count() == 1


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("Anne", "Anne <anne@morel.example>"),
        ("", "anne@morel.example"),
        ("Julien Morel <julien@morel.example>", "Julien Morel julien@morel.example <anne@morel.example>"),
        ("Julien" + " " * 113 + ".", "Julien . <anne@morel.example>"),
        ("J" * 120, "J" * 99 + " <anne@morel.example>"),
    ],
)
def test_nobody_takes_the_name_of_another_in_the_journal(name: str, actor: str) -> None:
    assert Person(email="anne@morel.example", name=name).actor == actor
    assert len(Person(email=f"{'a' * 64}@{'b' * 180}.example", name=name).actor) <= 120


def test_who_represents_the_company_stays(desk: Desk) -> None:
    signer = joined(desk, members(desk.company.pk)[0].email, "owner")
    joined(desk, "bob@morel.example", "owner")
    with pytest.raises(MembershipRefused, match="représente la société"):
        remove_member(company_id=desk.company.pk, member_id=signer.pk, actor=OWNER, at=AT)


def test_who_leaves_is_out_at_once_and_writes_to_nobody(desk: Desk) -> None:
    lea = joined(desk, "lea@morel.example", "sales")
    Customer.objects.filter(company=desk.company, reference=TARDIF.reference).update(in_charge=lea)
    part(company_id=desk.company.pk, member_id=lea.pk, actor=OWNER, at=AT)
    assert seats_of(lea.person_id, MONDAY) == []
    assert Customer.objects.get(company=desk.company, reference=TARDIF.reference).in_charge is None
    assert lea not in members(desk.company.pk)
    assert Entry.objects.get(kind="customers.released").data["customers"] == [TARDIF.reference]
    with pytest.raises(MembershipRefused, match="n'est plus dans la société"):
        part(company_id=desk.company.pk, member_id=lea.pk, actor=OWNER, at=AT)
    _, token = invited(desk, "lea@morel.example", "reader")
    back = join(token=token, person=Person.objects.get(email="lea@morel.example"), at=AT)
    assert (back.pk, back.left_at, back.role) == (lea.pk, None, "reader")


def test_a_company_does_not_touch_the_people_of_another(desk: Desk, neighbour: Desk) -> None:
    joined(desk, "bob@morel.example", "owner")
    lea = joined(desk, "lea@morel.example", "assistant")
    (mandate,) = Mandate.objects.all()
    waiting, _ = invited(desk, "zoe@morel.example", "reader")
    stranger = {"company_id": neighbour.company.pk, "actor": "X", "at": AT}
    for refused in (
        lambda: remove_member(member_id=lea.pk, **stranger),
        lambda: change_role(member_id=lea.pk, role="owner", may_send=False, **stranger),
        lambda: grant_mandate(member_id=lea.pk, scope=SCOPE, signed_on=MONDAY, **stranger),
        lambda: revoke_mandate(mandate_id=mandate.pk, **stranger),
        lambda: withdraw_invitation(invitation_id=waiting.pk, **stranger),
        lambda: resend_invitation(invitation_id=waiting.pk, **stranger),
    ):
        with pytest.raises(MembershipRefused):
            refused()
    assert colleague(neighbour.company.pk, lea.pk, MONDAY) is None


def test_an_assistant_comes_with_a_mandate(desk: Desk) -> None:
    with pytest.raises(MembershipRefused, match="mandat daté"):
        invite(
            company_id=desk.company.pk,
            email="a@b.example",
            name="",
            place=Place("assistant"),
            actor=OWNER,
            at=AT,
        )
    lea = joined(desk, "lea@morel.example", "assistant")
    assert Right.REMIND in rights(lea, MONDAY)
    assert rights(lea, date(2027, 1, 1)) == frozenset()
    mandate = Mandate.objects.get(member=lea)
    assert (mandate.from_on, mandate.until_on, mandate.up_to_days) == (MONDAY, date(2026, 12, 31), 20)
    assert mandate.signed_by == OWNER
    assert kinds(desk)[-1] == "company.mandate_granted"


def test_a_mandate_renewed_ahead_of_time_does_not_end_the_one_that_runs(desk: Desk) -> None:
    lea = joined(desk, "lea@morel.example", "assistant")
    following = replace(SCOPE, from_on=date(2027, 1, 1), until_on=date(2027, 12, 31), up_to_days=10)
    grant_mandate(
        company_id=desk.company.pk, member_id=lea.pk, scope=following, signed_on=MONDAY, actor=OWNER, at=AT
    )
    for day, up_to in ((date(2026, 12, 31), 20), (date(2027, 1, 1), 10)):
        (seat,) = seats_of(lea.person_id, day)
        assert seat.mandate is not None
        assert seat.mandate.up_to_days == up_to
        assert Right.REMIND in seat.rights
        known = colleague(desk.company.pk, lea.pk, day)
        assert known is not None
        assert known.runs
        assert known.mandate is not None
        assert known.mandate.up_to_days == up_to


def test_a_narrower_mandate_counts_from_its_first_day(desk: Desk) -> None:
    lea = joined(desk, "lea@morel.example", "assistant")
    narrower = replace(SCOPE, from_on=MONDAY, up_to_days=-7)
    grant_mandate(
        company_id=desk.company.pk, member_id=lea.pk, scope=narrower, signed_on=MONDAY, actor=OWNER, at=AT
    )
    (seat,) = seats_of(lea.person_id, MONDAY)
    assert seat.mandate is not None
    assert seat.mandate.up_to_days == -7


def test_a_mandate_is_revoked_at_once(desk: Desk) -> None:
    lea = joined(desk, "lea@morel.example", "assistant")
    (mandate,) = Mandate.objects.filter(member=lea)
    revoke_mandate(company_id=desk.company.pk, mandate_id=mandate.pk, actor=OWNER, at=AT)
    assert rights(lea, MONDAY) == frozenset()
    with pytest.raises(MembershipRefused, match="déjà pris fin"):
        revoke_mandate(company_id=desk.company.pk, mandate_id=mandate.pk, actor=OWNER, at=AT)


def test_who_is_no_assistant_any_more_has_no_mandate(desk: Desk) -> None:
    lea = joined(desk, "lea@morel.example", "assistant")
    company = {"company_id": desk.company.pk, "member_id": lea.pk, "actor": OWNER, "at": AT}
    change_role(role="reader", may_send=False, **company)
    assert Mandate.objects.get(member=lea).revoked_by == OWNER
    with pytest.raises(MembershipRefused, match="pas assistant"):
        grant_mandate(scope=SCOPE, signed_on=MONDAY, **company)
    change_role(role="assistant", may_send=False, **company)
    assert rights(lea, MONDAY) == frozenset()


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (replace(SCOPE, until_on=MONDAY - timedelta(days=1)), "avant de commencer"),
        (replace(SCOPE, signs_as=-1), "ne signe pas"),
    ],
)
def test_a_mandate_that_cannot_be(desk: Desk, scope: MandateScope, words: str) -> None:
    with pytest.raises(MembershipRefused, match=words):
        invite(
            company_id=desk.company.pk,
            email="a@b.example",
            name="",
            place=Place("assistant", mandate=scope),
            actor=OWNER,
            at=AT,
        )


def test_the_list_of_people_is_read_in_two_queries(desk: Desk, django_assert_max_num_queries) -> None:
    for number in range(5):
        joined(desk, f"assistant{number}@morel.example", "assistant")
    with django_assert_max_num_queries(2):
        known = colleagues(desk.company.pk, MONDAY)
    assert [bool(one.mandate) for one in known] == [False, *[True] * 5]


def test_the_mandate_is_written_with_its_facts(desk: Desk) -> None:
    joined(desk, "lea@morel.example", "assistant")
    (mandate,) = Mandate.objects.select_related("company", "member")
    for language, words in (
        ("fr", ["Mandat d’envoi", "Du 2 mars 2026 au 31 décembre 2026", "sans limite", "Lea"]),
        ("en", ["Mandate to send", "From 2 March 2026 to 31 December 2026", "no limit"]),
    ):
        paper = mandate_paper(mandate, language)
        text = "\n".join(
            "".join(run.text for run in line)
            for block in paper.blocks
            for line in (
                *block.lines,
                *((cell for row in block.table.rows for cell in row) if block.table else ()),
            )
        ).replace("\u00a0", " ")
        assert len(paper.warning) == 1
        for expected in words:
            assert expected in f"{paper.title}\n{text}"
    text = " ".join(
        "".join(run.text for run in cell)
        for block in mandate_paper(mandate, "fr").blocks
        if block.table
        for row in block.table.rows
        for cell in row
    )
    assert "Deuxième rappel, annonce des pénalités oui non" in text
    assert "Appel téléphonique non oui" in text
