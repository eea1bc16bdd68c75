"""The card of one late customer: what is read is what leaves; what is done instead; who may do what."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cast import TARDIF, Bill, at_noon
from doors.web.house import FRIDAY, NOW, House
from quittance.collection.models import Dispute, Pause, Promise, Reminder
from quittance.correspondence.models import CallNote, Message
from quittance.customers.models import Contact, Customer
from quittance.payments.models import Receivable


def text_of(answer) -> str:
    return (
        html.unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    )


def card_of(house: House, reference: str = "TAR", who: str = "owner") -> str:
    answer = house.client(who).get(house.url("reminder", house.customer(reference).pk))
    assert answer.status_code == 200
    return text_of(answer)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def send(house: House, reference: str = "TAR", who: str = "owner", **more: str):
    pk = house.customer(reference).pk
    client = house.client(who)
    seen = field(text_of(client.get(house.url("reminder", pk))), "seen")
    return client.post(house.url("reminder-send", pk), {"seen": seen, **more}, follow=True)


def act(client: Client, house: House, name: str, reference: str = "TAR", **told: object):
    return client.post(house.url(name, house.customer(reference).pk), told, follow=True)


@pytest.fixture
def young(house: House) -> House:
    """Tardif is ten days late, and no more: a first reminder is owed, which anybody may send."""
    due = FRIDAY - timedelta(days=10)
    Receivable.objects.filter(customer=house.customer("TAR")).update(due_on=due)
    return house


def test_the_card_shows_what_leaves_and_why(house: House) -> None:
    page = card_of(house)
    for words in ("Proposé : mise en demeure", "Pourquoi aujourd'hui", "F-101", "F-102", "compta@tardif.example",
                  "mise-en-demeure-TAR", "Pénalités à ce jour", "Part dans 10 min"):  # fmt: skip
        assert words in page


def test_it_is_sent_and_can_be_taken_back(young: House) -> None:
    page = text_of(send(young))
    assert "Relance à Tardif & Fils : part à 8 h " in page
    message = Message.objects.get()
    assert message.leaves_at is not None
    assert message.leaves_at - message.queued_at == timedelta(minutes=10)
    reminder = Reminder.objects.get()
    young.client("owner").post(young.url("reminders-undo", reminder.pk))
    assert Message.objects.get().state == "cancelled"
    assert "Proposé" in card_of(young)


def test_one_goes_on_to_the_next_customer(young: House) -> None:
    answer = send(young)
    assert answer.redirect_chain[-1][0] == young.url("reminder", young.customer("MAI").pk)


def test_what_changed_meanwhile_is_shown_again(young: House) -> None:
    pk = young.customer("TAR").pk
    client = young.client("owner")
    seen = field(text_of(client.get(young.url("reminder", pk))), "seen")
    young.desk.invoices(Bill("F-300", TARDIF, date(2026, 9, 1), date(2026, 10, 1), 5_000))
    page = text_of(client.post(young.url("reminder-send", pk), {"seen": seen}))
    assert "Rien n'est parti." in page
    assert not Message.objects.exists()


def test_own_words_leave_and_unkind_ones_do_not(young: House) -> None:
    page = text_of(send(young, subject="Facture F-101", body="Votre silence est inacceptable."))
    assert "Rien n'est parti." in page
    assert "Votre silence est inacceptable." in page  # what was typed is not lost
    send(young, subject="Facture F-101", body="Bonjour,\r\n\r\nPouvez-vous la régler ? Merci.")
    assert Message.objects.get().body == "Bonjour,\n\nPouvez-vous la régler ? Merci."


def test_the_text_as_it_was_is_not_linted(young: House) -> None:
    page = card_of(young)
    body = re.search(r'<textarea id="body"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert body is not None
    subject = re.search(r'name="subject" maxlength="250" value="([^"]*)"', page)
    assert subject is not None
    send(young, subject=subject[1], body=body[1])
    assert Message.objects.count() == 1


# Who may send what: the formal notice of Friday, and a first reminder.
GUARD = [
    ("owner", "letter", ""),
    ("assistant", "letter", "signée par l'entreprise"),
    ("sales", "letter", "signée par l'entreprise"),
    ("assistant", "mail", "au nom de cette personne"),
    ("sales", "mail", ""),
    ("reader", "mail", "Votre rôle"),
    ("accountant", "mail", "Votre rôle"),
]


@pytest.mark.parametrize(("who", "channel", "why_not"), GUARD)
def test_the_guard_is_told_beside_the_button(house: House, who: str, channel: str, why_not: str) -> None:
    if channel == "mail":
        due = FRIDAY - timedelta(days=10)
        Receivable.objects.filter(customer=house.customer("TAR")).update(due_on=due)
    page = card_of(house, who=who)
    assert ("disabled" in page) == bool(why_not)
    assert why_not in page
    seen = field(page, "seen")
    answer = house.client(who).post(house.url("reminder-send", house.customer("TAR").pk), {"seen": seen})
    assert answer.status_code in (200, 302, 403)
    assert Message.objects.exists() == (not why_not)


def test_sales_people_meet_only_their_own_customers(house: House) -> None:
    stranger, theirs = house.customer("MAI").pk, house.customer("TAR").pk
    client = house.client("sales")
    for name in ("reminder", "reminder-call", "reminder-pause", "reminder-dispute", "reminder-promise"):
        assert client.get(house.url(name, theirs)).status_code == 200
        assert client.get(house.url(name, stranger)).status_code == 404
        if name != "reminder":
            assert client.post(house.url(name, stranger)).status_code == 404
    assert not Pause.objects.exists()


def test_a_customer_of_the_neighbour_is_not_here(house: House) -> None:
    pk = Customer.objects.get(company=house.neighbour.company, reference="TAR").pk
    assert house.client("owner").get(house.url("reminder", pk)).status_code == 404


def test_files_are_seen_as_they_will_be_attached(house: House) -> None:
    pk = house.customer("TAR").pk
    client = house.client("owner")
    answer = client.get(house.url("reminder-file", pk, 0))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert client.get(house.url("reminder-file", pk, 9)).status_code == 404


def test_later_comes_back(house: House) -> None:
    page = text_of(act(house.client("owner"), house, "reminder-later", **{"later-again_on": "2026-11-21"}))
    assert "revient le 23 novembre 2026" in page
    assert "En pause jusqu'au 22 novembre 2026" in card_of(house)
    act(house.client("owner"), house, "reminder-lift")
    assert "Proposé" in card_of(house)


def test_a_pause_has_an_end_and_a_reason(house: House) -> None:
    client = house.client("owner")
    page = text_of(
        act(client, house, "reminder-pause", **{"pause-until_on": "2026-11-30", "pause-reason": ""})
    )
    assert not Pause.objects.exists()
    assert "Suspendre" in page
    act(
        client,
        house,
        "reminder-pause",
        **{"pause-until_on": "2026-11-30", "pause-reason": "Attend son chantier"},
    )
    assert "Attend son chantier" in card_of(house)


def test_a_promise_is_noted_and_withdrawn(house: House) -> None:
    client = house.client("owner")
    told = {"promise-amount_cents": "1 200,00", "promise-promised_on": "2026-11-27", "promise-said_by": "Mme Tardif",
            "promise-channel": "call"}  # fmt: skip
    assert "Promesse notée" in text_of(act(client, house, "reminder-promise", **told))
    assert "Règlement promis le 27 novembre 2026" in card_of(house)
    client.post(house.url("promise-withdraw", Promise.objects.get().pk))
    assert "Proposé" in card_of(house)


def test_an_assistant_is_told_what_they_may_grant(house: House) -> None:
    told = {"promise-amount_cents": "10", "promise-promised_on": "2026-12-24", "promise-said_by": "",
            "promise-channel": "call"}  # fmt: skip
    answer = act(house.client("assistant"), house, "reminder-promise", **told)
    assert answer.status_code == 422
    assert "15 jours" in text_of(answer)


def test_what_is_disputed_leaves_the_message(house: House) -> None:
    client = house.client("owner")
    [one] = Receivable.objects.filter(number="F-101")
    told = {
        "dispute-receivables": [one.pk],
        "dispute-category": "quality",
        "dispute-text": "Deux étagères rayées",
    }
    assert "Litige ouvert" in text_of(act(client, house, "reminder-dispute", **told))
    page = card_of(house)
    assert "Deux étagères rayées" in page
    assert "Un seul message" not in page
    dispute = Dispute.objects.get()
    assert client.get(house.url("dispute-settle", dispute.pk)).status_code == 200
    client.post(
        house.url("dispute-settle", dispute.pk), {"settle-outcome": "refused", "settle-text": "Livré signé"}
    )
    assert "Livré signé" in card_of(house)


def test_a_dispute_needs_an_invoice(house: House) -> None:
    answer = act(house.client("owner"), house, "reminder-dispute", **{"dispute-category": "price"})
    assert answer.status_code == 422
    assert not Dispute.objects.exists()


CALLS = [
    (
        {"outcome": "promise", "amount_cents": "500", "on": "2026-11-27"},
        "Rien ne part avant le 27 novembre 2026",
    ),
    ({"outcome": "paid"}, "Rien ne part avant le 25 novembre 2026"),
    ({"outcome": "callback", "on": "2026-11-24"}, "À rappeler le 24 novembre 2026"),
    ({"outcome": "resend"}, "aucun PDF n'est ici"),
    ({"outcome": "wrong_number"}, "Corrigez le numéro"),
    ({"outcome": "refuses", "text": "Ne paiera pas"}, "Appel noté."),
]


@pytest.mark.parametrize(("told", "said"), CALLS, ids=[row[0]["outcome"] for row in CALLS])
def test_what_a_call_gave(house: House, told: dict[str, str], said: str) -> None:
    page = text_of(act(house.client("owner"), house, "reminder-call", **told))
    assert said in page
    assert CallNote.objects.get().outcome == told["outcome"]


@pytest.mark.parametrize(
    "told", [{"outcome": "promise"}, {"outcome": "dispute"}, {"outcome": "awaiting_approval"}, {}]
)
def test_a_call_says_what_its_outcome_needs(house: House, told: dict[str, str]) -> None:
    answer = act(house.client("owner"), house, "reminder-call", **told)
    assert answer.status_code == 422
    assert not CallNote.objects.exists()


def test_the_call_sheet_speaks_of_this_customer(house: House) -> None:
    Contact.objects.filter(customer=house.customer("TAR")).update(
        last_name="Tardif", civility="Madame", phone="0102"
    )
    page = text_of(house.client("owner").get(house.url("reminder-call", house.customer("TAR").pk)))
    assert "Madame Tardif" in page
    assert "facture F-101" in page
    assert "tel:0102" in page


def test_a_batch_is_read_then_sent_then_taken_back(house: House) -> None:
    client = house.client("owner")
    ids = [house.customer(one).pk for one in ("TAR", "MAI")]
    page = text_of(client.get(house.url("reminders-batch"), {"customer": ids}))
    assert "Envoyer 2 messages à 2 clients, pour 2 640,50 € ?" in page
    seen = re.findall(r'name="seen" value="(\d+:\w+)"', page)
    said = text_of(client.post(house.url("reminders-batch-send"), {"seen": seen}, follow=True))
    assert "2 relances partent à 8 h " in said
    client.post(house.url("reminders-undo", Reminder.objects.first().pk))
    assert {one.state for one in Message.objects.all()} == {"cancelled"}


def test_a_batch_holds_back_what_may_not_leave(house: House) -> None:
    client = house.client("assistant")
    page = text_of(client.get(house.url("reminders-batch"), {"customer": [house.customer("TAR").pk]}))
    assert "signée par l'entreprise" in page
    client.post(house.url("reminders-batch-send"), {"seen": [f"{house.customer('TAR').pk}:0000", "x:y", "z"]})
    assert not Message.objects.exists()


def test_what_is_on_its_way_is_taken_back(young: House) -> None:
    send(young)
    client = young.client("owner")
    assert "part à 8 h " in text_of(client.get(young.url("reminders-outbox")))
    message = Message.objects.get()
    client.post(young.url("reminders-take-back", message.pk))
    assert "Retirés" in text_of(client.get(young.url("reminders-outbox") + "?view=cancelled"))
    assert "Trop tard" in text_of(client.post(young.url("reminders-take-back", message.pk), follow=True))


def test_a_doubt_is_settled_by_a_person(young: House) -> None:
    send(young)
    Message.objects.update(state="in_doubt")
    client = young.client("owner")
    assert "Il est parti" in text_of(client.get(young.url("reminders-outbox") + "?view=in_doubt"))
    client.post(young.url("reminders-settle", Message.objects.get().pk))
    assert Message.objects.get().state == "in_doubt"  # nothing was said: nothing is sent again
    client.post(young.url("reminders-settle", Message.objects.get().pk), {"it_left": "no"})
    assert Message.objects.get().state == "queued"
    assert "n'attend pas" in text_of(
        client.post(young.url("reminders-settle", Message.objects.get().pk), {"it_left": "yes"}, follow=True)
    )


def test_sales_people_see_and_take_back_no_message_of_others(young: House) -> None:
    send(young, "MAI")
    client = young.client("sales")
    assert "Mairie" not in text_of(client.get(young.url("reminders-outbox")))
    message = Message.objects.get()
    assert client.post(young.url("reminders-take-back", message.pk)).status_code == 404
    assert client.post(young.url("reminders-settle", message.pk)).status_code == 404
    client.post(young.url("reminders-undo", Reminder.objects.get().pk))
    assert Message.objects.get().state == "queued"


@pytest.mark.parametrize("name", ["reminders", "reminders-left", "reminders-outbox"])
def test_lists_ask_no_query_a_row(
    house: House, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = house.client("owner")
    client.get(house.url("company"))
    with django_assert_max_num_queries(12):
        assert client.get(house.url(name)).status_code == 200


def test_the_card_asks_few_queries(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    house.client("owner").get(house.url("company"))
    with django_assert_max_num_queries(60):
        card_of(house)


def test_a_customer_who_owes_nothing(house: House) -> None:
    page = card_of(house, "FAI")
    assert "Rien n'est dû" in page


def test_the_thread_tells_what_was_said(house: House) -> None:
    client = house.client("owner")
    act(client, house, "reminder-call", outcome="refuses", text="Ne paiera pas", contact_name="Mme Tardif")
    house.desk.pause(TARDIF, on=FRIDAY, until=FRIDAY, reason="accord du gérant")
    page = card_of(house)
    assert "Ne paiera pas" in page
    assert "accord du gérant" in page
    assert at_noon(FRIDAY) > NOW
