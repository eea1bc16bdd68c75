"""My account, and the people of a company: invited by a link, seated, given mandates, parted with."""

import html
import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from doors.web.house import FRIDAY, PASSWORD, House
from quittance.company.models import Invitation, Mandate, Member
from quittance.journal.models import Entry
from quittance.people.models import Person

pytestmark = pytest.mark.one_database

LIMITS = {
    "from_on": "2026-11-20",
    "until_on": "2027-11-19",
    "up_to_days": "20",
    "signs_as": "",
    "max_invoice_cents": "5 000,00",
    "max_promise_days": "15",
    "may_match": "on",
}


def words(answer) -> str:
    return (
        html.unescape(answer.content.decode()).replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    )


def invite(house: House, role: str, email: str = "lea@morel.example", **more: str) -> str:
    """Invite somebody as an owner does; return the path of the link."""
    client = house.client("owner")
    answer = client.post(
        f"{house.url('member-invite')}?role={role}", {"email": email, "name": "Léa Roy", **more}
    )
    assert answer.status_code == 302, words(answer)
    page = words(client.get(house.url("members")))
    (link,) = re.findall(r'value="http://[^/]+(/me/invitation/[\w-]+/)"', page)
    assert link not in words(client.get(house.url("members"))), "it is shown once"
    return link


# ------------------------------------------------------------------------------------------------ my account


def test_my_account_says_where_i_am_and_as_what(house: House) -> None:
    page = words(house.client("assistant").get("/me/"))
    assert house.company.name in page
    assert "Assistant" in page
    assert "Votre mandat court jusqu'au 31 décembre 2026 et va jusqu'à l'étape J+20." in page
    late = words(house.client("late_assistant").get("/me/"))
    assert "Votre mandat n'est pas en cours" in late
    assert f'href="{house.url("company")}"' not in late


def test_i_change_my_name_my_language_and_the_look_of_the_pages(house: House) -> None:
    client = house.client("owner")
    answer = client.post("/me/", {"name": "Ann Morel", "language": "en", "theme": "dark"}, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<html lang="en" data-theme="dark">' in page
    assert Person.objects.get(pk=house.owner.pk).name == "Ann Morel"
    refused = client.post("/me/", {"name": "", "language": "xx", "theme": "pink"})
    assert refused.status_code == 422


def test_i_sign_out_of_my_other_devices(house: House) -> None:
    here, there, somebody = house.client("owner"), house.client("owner"), house.client("reader")
    assert "Un autre appareil déconnecté." in words(here.post("/me/other-devices/", follow=True))
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    assert somebody.get("/me/").status_code == 200


def test_i_read_my_own_mandate_and_nobody_elses(house: House) -> None:
    mandate = Mandate.objects.get(member=house.member("assistant"))
    page = words(house.client("assistant").get(f"/me/mandates/{mandate.pk}/"))
    assert "Du 1er janvier 2026 au 31 décembre 2026" in page
    assert "Julien Morel" in page
    for who in ("owner", "late_assistant", "stranger"):
        assert house.client(who).get(f"/me/mandates/{mandate.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "sees", "sees_not"),
    [
        ("owner", ["Tableau de bord", "Réglages", "Se déconnecter"], []),
        ("reader", ["Tableau de bord", "Se déconnecter"], ["Réglages"]),
        ("sales", ["Se déconnecter"], ["Tableau de bord", "Réglages"]),
    ],
)
def test_on_a_phone_my_account_leads_to_the_other_pages(
    house: House, who: str, sees: list[str], sees_not: list[str]
) -> None:
    page = words(house.client(who).get("/me/"))
    more = page[page.index('class="narrow-block"') : page.index('class="split')]
    assert [one for one in sees if one not in more] == []
    assert [one for one in sees_not if one in more] == []


# ------------------------------------------------------------------------------------------------ invitations


def test_somebody_new_comes_in_by_the_link(house: House) -> None:
    link = invite(house, "sales", may_send="on")
    (sent,) = mail.outbox
    assert sent.to == ["lea@morel.example"]
    assert sent.reply_to == ["owner@house.example"]
    assert link in str(sent.body)
    guest = Client()
    page = words(guest.get(link))
    assert "lea@morel.example" in page
    assert "Commercial" in page
    weak = guest.post(link, {"name": "Léa Roy", "password": "court"})
    assert weak.status_code == 422
    assert not Person.objects.filter(email="lea@morel.example").exists()
    answer = guest.post(link, {"name": "Léa Roy", "password": PASSWORD})
    assert answer.headers["Location"] == house.url("company")
    member = Member.objects.get(email="lea@morel.example")
    assert (member.role, member.may_send, member.company) == ("sales", True, house.company)
    assert guest.get(house.url("customers")).status_code == 200
    assert Client().get(link).status_code == 404
    joined = Entry.objects.filter(company=house.company, kind="company.person_joined").get()
    assert joined.actor == "Léa Roy <lea@morel.example>"
    asked = Entry.objects.filter(company=house.company, kind="company.person_invited").get()
    assert asked.actor == house.owner.actor


def test_somebody_with_an_account_signs_in_first(house: House) -> None:
    link = invite(house, "reader", email="stranger@house.example")
    page = words(Client().get(link))
    assert "a déjà un compte" in page
    assert "password" not in page
    assert Client().post(link, {"name": "X", "password": PASSWORD}).status_code == 200
    guest = house.client("stranger")
    assert "Accepter et entrer" in words(guest.get(link))
    assert guest.post(link).headers["Location"] == house.url("company")
    assert guest.get(house.url("customers")).status_code == 200
    assert guest.post(house.url("member-invite"), {}).status_code == 403


def test_the_link_is_of_the_address_that_was_invited(house: House) -> None:
    link = invite(house, "owner")
    thief = house.client("reader")
    assert "ce n'est pas l'adresse invitée" in words(thief.get(link))
    assert thief.post(link).status_code == 422
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_is_renewed_and_withdrawn(house: House) -> None:
    first = invite(house, "reader")
    invitation = Invitation.objects.get()
    client = house.client("owner")
    client.post(house.url("invitation-resend", invitation.pk))
    (second,) = re.findall(r"(/me/invitation/[\w-]+/)", words(client.get(house.url("members"))))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert len(mail.outbox) == 2
    told = words(client.post(house.url("invitation-withdraw", invitation.pk), follow=True))
    assert "Invitation de lea@morel.example retirée." in told
    assert Client().get(second).status_code == 404
    again = words(client.post(house.url("invitation-withdraw", invitation.pk), follow=True))
    assert "acceptée ou retirée" in again


def test_who_is_here_is_not_invited_again(house: House) -> None:
    answer = house.client("owner").post(
        f"{house.url('member-invite')}?role=reader", {"email": "READER@house.example", "name": ""}
    )
    assert answer.status_code == 422
    assert "est déjà dans la société" in words(answer)


def test_an_assistant_is_invited_with_a_mandate(house: House) -> None:
    answer = house.client("owner").post(
        f"{house.url('member-invite')}?role=assistant",
        {"email": "a@b.example", "name": "", **LIMITS, "until_on": "2026-01-01"},
    )
    assert answer.status_code == 422
    assert "finirait avant de commencer" in words(answer)
    link = invite(house, "assistant", **LIMITS)
    guest = Client()
    guest.post(link, {"name": "Léa Roy", "password": PASSWORD})
    mandate = Mandate.objects.get(member__email="lea@morel.example")
    assert (mandate.from_on, mandate.until_on) == (FRIDAY, date(2027, 11, 19))
    assert (mandate.up_to_days, mandate.max_invoice_cents, mandate.signs_as) == (20, 500_000, None)
    assert guest.get(house.url("bank")).status_code == 200


def test_the_form_of_a_mandate_offers_no_formal_notice(house: House) -> None:
    page = words(house.client("owner").get(f"{house.url('member-invite')}?role=assistant"))
    assert "l'étape J+25" in page
    assert "l'étape J+30" not in page
    assert house.client("owner").get(f"{house.url('member-invite')}?role=king").status_code == 404


def test_an_invitation_whose_mail_cannot_leave_is_given_by_hand(house: House, settings) -> None:
    settings.EMAIL_BACKEND = "doors.web.test_sign_in.Broken"
    client = house.client("owner")
    client.post(f"{house.url('member-invite')}?role=reader", {"email": "lea@morel.example", "name": ""})
    assert "Donnez ce lien à lea@morel.example" in words(client.get(house.url("members")))


# ------------------------------------------------------------------------------------------------ places


def test_the_list_says_who_is_what(house: House, django_assert_max_num_queries) -> None:
    client = house.client("owner")
    with django_assert_max_num_queries(12):
        page = words(client.get(house.url("members")))
    for expected in (
        "Julien Morel",
        "Signe, sans compte",
        "Commercial, relance ses clients",
        "Commercial, ne relance pas",
        "Jusqu'au 31 déc. 2026",
        "Terminé le 19 nov. 2026",
    ):
        assert expected in page, expected


def test_a_role_is_changed(house: House) -> None:
    client, reader = house.client("owner"), house.member("reader")
    answer = client.post(house.url("member", reader.pk), {"role": "sales", "may_send": "on"}, follow=True)
    assert "Reader : Commercial, relance ses clients." in words(answer)
    assert house.client("reader").get(house.url("bank")).status_code == 403
    answer = client.post(house.url("member", reader.pk), {"role": "assistant"})
    assert answer.headers["Location"] == house.url("mandate-grant", reader.pk)


def test_the_last_owner_stays_one(house: House) -> None:
    client, owner = house.client("owner"), house.member("owner")
    answer = client.post(house.url("member", owner.pk), {"role": "reader"})
    assert answer.status_code == 422
    assert "toujours un dirigeant" in words(answer)
    told = words(client.post(house.url("member-remove", owner.pk), follow=True))
    assert "toujours un dirigeant" in told
    assert house.client("owner").get(house.url("members")).status_code == 200


def test_who_is_removed_is_out_at_once(house: House) -> None:
    sales = house.client("sales")
    assert sales.get(house.url("customers")).status_code == 200
    told = house.client("owner").post(house.url("member-remove", house.member("sales").pk), follow=True)
    assert "Sales n'a plus accès à la société." in words(told)
    assert sales.get(house.url("customers")).status_code == 404
    assert (
        Entry.objects.filter(company=house.company, kind="company.person_left").get().actor
        == house.owner.actor
    )


def test_a_mandate_is_renewed_then_ended(house: House) -> None:
    client, late = house.client("owner"), house.member("late_assistant")
    assert house.client("late_assistant").get(house.url("customers")).status_code == 403
    page = client.get(house.url("mandate-grant", late.pk)).content.decode()
    assert 'value="2026-11-20"' in page
    answer = client.post(house.url("mandate-grant", late.pk), LIMITS, follow=True)
    assert "Mandat enregistré. Imprimez-le et signez-le tous les deux." in words(answer)
    assert "5 000,00 €" in words(answer)
    assert house.client("late_assistant").get(house.url("customers")).status_code == 200
    mandate = Mandate.objects.get(member=late, from_on=FRIDAY)
    told = words(client.post(house.url("mandate-revoke", mandate.pk), follow=True))
    assert "Mandat terminé : l'accès est fermé." in told
    assert house.client("late_assistant").get(house.url("customers")).status_code == 403


def test_only_assistants_have_mandates(house: House) -> None:
    assert house.client("owner").get(house.url("mandate-grant", house.member("reader").pk)).status_code == 404


def test_the_people_of_another_company_are_not_here(house: House) -> None:
    stranger = Member.objects.get(person=house.stranger)
    client = house.client("owner")
    for name in ("member", "member-remove", "mandate-grant"):
        assert client.post(house.url(name, stranger.pk), {"role": "reader"}).status_code == 404
    mandate = Mandate.objects.get(member=house.member("assistant"))
    slug = house.neighbour.company.slug
    other = house.client("stranger")
    assert other.get(house.url("mandate", mandate.pk, slug=slug)).status_code == 404
    assert other.post(house.url("mandate-revoke", mandate.pk, slug=slug)).status_code == 404
    assert other.get(house.url("member", house.member("owner").pk, slug=slug)).status_code == 404


def test_who_has_no_company_left_is_led_to_their_first_steps(house: House) -> None:
    house.client("owner").post(house.url("member-remove", house.member("reader").pk))
    answer = house.client("reader").get("/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain == [("/start/company/", 302)]
