"""Relances: the plans on their line, the texts in the company's own words, the month to come."""

import re
from datetime import date
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cast import TARDIF, at_noon
from doors.web.house import House
from quittance.collection.models import OwnText, Reminder
from quittance.collection.plan_queries import own_wordings, plan_of
from quittance.collection.plans import STANDARD
from quittance.company.operations import change_company
from quittance.domain.reminders import CALL
from quittance.domain.texts import library
from quittance.journal.queries import entries_of_kind

pytestmark = pytest.mark.one_database

TEXT = "reminder_1_neutral"
SHIPPED = library.messages()[TEXT].versions["fr"]


def words(answer) -> str:
    """The page as it is read: no tags, plain spaces and apostrophes."""
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", text.replace("’", "'"))


def rows_of(house: House, **changes: object) -> dict[str, object]:
    """The form of the business plan as the page shows it; `day_2=18` changes a cell of a row."""
    found = plan_of(house.company.pk, "b2b")
    assert found is not None
    data: dict[str, object] = {"step-INITIAL_FORMS": len(found.plan.steps)}
    for rank, step in enumerate(found.plan.steps):
        data |= {
            f"step-{rank}-code": step.code,
            f"step-{rank}-day": step.offset_days,
            f"step-{rank}-what": CALL if step.channel == CALL else step.text,
            f"step-{rank}-term": step.minimum_term_days or "",
        }
    for name, value in changes.items():
        cell, _, rank = name.rpartition("_")
        data[f"step-{rank}-{cell}"] = value
    ranks = {int(name.split("-")[1]) for name in data if name.count("-") == 2}
    return {**data, "step-TOTAL_FORMS": max(ranks) + 1}


def wording(**changes: str) -> dict[str, str]:
    """The form of the neutral first reminder, as the page shows it."""
    data = {
        "subject": SHIPPED.subject_one,
        "subject_many": SHIPPED.subject_many,
        "lead_one": SHIPPED.lead_one,
        "lead_many": SHIPPED.lead_many,
        "body": SHIPPED.body,
    }
    return data | changes


OWN = wording(body=SHIPPED.body.replace("Cordialement", "Bien amicalement").replace("\n", "\r\n"))


def undo_of(answer) -> str:
    """The address that the toast of a page posts to."""
    found = re.search(r'class="toast".*?action="([^"]+)"', answer.content.decode(), re.DOTALL)
    assert found is not None
    return unescape(found[1])


# ------------------------------------------------------------------------------------------------ plans
@pytest.mark.parametrize(
    ("kind", "sees"),
    [
        (
            "b2b",
            [
                "Rappel avant l'échéance",
                "Relance courtoise",
                "Relance ferme",
                "Appel",
                "Mise en demeure",
                "J+30",
            ],
        ),
        ("public", ["Relance Chorus Pro", "Intérêts moratoires", "J+5"]),
        ("consumer", ["Relance courtoise", "Mise en demeure", "J+20"]),
    ],
)
def test_each_plan_stands_on_its_line(house: House, kind: str, sees: list[str]) -> None:
    page = words(house.client("reader").get(house.url("plans"), {"plan": kind}))
    for text in sees:
        assert text in page


def test_height_is_tone_and_place_is_time(house: House) -> None:
    page = house.client("owner").get(house.url("plans")).content.decode()
    assert re.findall(r'data-level="(\d)"', page) == ["1", "2", "3", "4", "5"]
    assert re.findall(r'class="at"[^>]*>(J[^<]*)<', page) == ["J−7", "J", "J+10", "J+20", "J+25", "J+30"]


def test_how_many_stand_at_each_step(house: House) -> None:
    house.desk.day(date(2026, 11, 20))
    page = words(house.client("owner").get(house.url("plans")))
    assert "J+30 1 client, 2 factures" in page  # Tardif
    assert "J+20 personne" in page


def test_sales_people_see_only_their_customers(house: House) -> None:
    page = words(house.client("sales").get(house.url("plans")))  # in charge of Tardif alone
    assert "Entreprises 1" in page
    assert "Litige" not in page
    text = words(house.client("sales").get(house.url("text", TEXT)))
    assert TARDIF.name in text
    assert "Litige" not in text
    litige = house.customer("LIT").pk
    forced = words(house.client("sales").get(house.url("text", TEXT), {"customer": litige}))
    assert "Litige" not in forced
    assert "Choisissez un client" in forced
    month = house.client("sales").get(house.url("calendar"))
    days = set(re.findall(r"/plans/calendar/([\d-]+)/", month.content.decode()))
    assert days
    for day in days:
        assert "Litige" not in words(house.client("sales").get(house.url("calendar-day", day)))
    house.desk.day(date(2026, 11, 20))
    assert "J+30 1 client" in words(house.client("sales").get(house.url("plans")))
    assert (
        "1 client"
        not in words(house.client("other_sales").get(house.url("plans")))[:1500].split("Les étapes")[1]
    )


def test_a_step_shows_what_it_says_on_a_real_customer(house: House) -> None:
    page = words(house.client("owner").get(house.url("plans"), {"step": "J+20"}))
    assert "Nous ne vous les demandons pas à ce stade" in page
    assert "releve-de-penalites" in page


def test_a_plan_is_changed_and_put_back(house: House) -> None:
    client = house.client("owner")
    answer = client.post(house.url("plan-edit", "b2b"), rows_of(house, day_2=18, remove_3="on"), follow=True)
    assert "Plan enregistré" in words(answer)
    found = plan_of(house.company.pk, "b2b")
    assert found is not None
    assert [(step.code, step.offset_days) for step in found.plan.steps] == [
        ("J-7", -7), ("J+10", 10), ("J+20", 18), ("J+30", 30),
    ]  # fmt: skip
    back = client.post(undo_of(answer), follow=True)
    assert "comme avant" in words(back)
    restored = plan_of(house.company.pk, "b2b")
    assert restored is not None
    assert restored.plan.steps == STANDARD.steps


REFUSED = [
    ({"day_2": 10}, "le même jour"),
    ({"day_1": 22}, "ne redescend jamais"),
    ({"day_4": 22}, "dernière étape"),
    ({"day_0": 3}, "avant l'échéance"),
    ({"day_2": "vingt"}, "nombre entier"),
    ({"day_2": 900}, "365"),
    ({"what_1": "consumer_reminder_1"}, "n'en fait pas partie"),
    ({"day_5": 15, "what_5": ""}, "obligatoire"),
    ({f"remove_{rank}": "on" for rank in range(5)}, "au moins une étape"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_is_no_plan_is_refused_where_it_stands(house: House, changes, said: str) -> None:
    answer = house.client("owner").post(house.url("plan-edit", "b2b"), rows_of(house, **changes))
    assert answer.status_code == 422
    assert said in words(answer)
    found = plan_of(house.company.pk, "b2b")
    assert found is not None
    assert found.plan.steps == STANDARD.steps


def test_a_row_is_added_without_keeping_anything(house: House) -> None:
    client = house.client("owner")
    more = client.post(house.url("plan-edit", "b2b"), {**rows_of(house), "act": "more"})
    assert more.content.decode().count('class="step-row"') == 6
    data = rows_of(house, day_5=15, what_5=CALL)
    looked = client.post(house.url("plan-edit", "b2b"), {**data, "act": "look"})
    assert looked.content.decode().count("data-level") == 6
    assert entries_of_kind(house.company.pk, "collection.plan_changed") == []
    client.post(house.url("plan-edit", "b2b"), data)
    assert len(entries_of_kind(house.company.pk, "collection.plan_changed")) == 1


def test_the_restraint_is_set_for_all_plans(house: House) -> None:
    client = house.client("owner")
    asked = {
        "minimum_gap_days": 10,
        "reminder_threshold_cents": "15,00",
        "bank_stale_after_working_days": 1,
        "undo_minutes": 0,
        "plan": "public",
    }
    answer = client.post(house.url("plans-restraint"), asked, follow=True)
    assert answer.request["QUERY_STRING"] == "plan=public"
    assert "Retenue enregistrée" in words(answer)
    house.company.refresh_from_db()
    company = house.company
    assert (company.minimum_gap_days, company.reminder_threshold_cents, company.undo_minutes) == (10, 1500, 0)
    wrong = client.post(house.url("plans-restraint"), asked | {"minimum_gap_days": 0})
    assert wrong.status_code == 422
    assert "Retenue" in words(wrong)


@pytest.mark.parametrize("who", ["accountant", "sales", "assistant", "reader"])
def test_only_the_owner_changes_plans_and_texts(house: House, who: str) -> None:
    client = house.client(who)
    page = words(client.get(house.url("plans")))
    assert "Modifier le plan" not in page
    assert client.get(house.url("plan-edit", "b2b")).status_code == 403
    for name, args in (
        ("plan-edit", ["b2b"]), ("plans-restraint", []), ("plan-undo", [1]), ("text-save", [TEXT]),
        ("text-preview", [TEXT]), ("text-trial", [TEXT]), ("text-default", [TEXT]), ("text-restore", [TEXT, 1]),
    ):  # fmt: skip
        assert client.post(house.url(name, *args)).status_code == 403


# ------------------------------------------------------------------------------------------------ texts
def test_all_texts_are_listed_and_own_ones_are_told_apart(house: House) -> None:
    client = house.client("owner")
    assert "le vôtre" not in words(client.get(house.url("texts")))
    client.post(house.url("text-save", TEXT), OWN)
    page = words(client.get(house.url("texts")))
    assert page.count("le vôtre") == 1
    for text in ("Relance courtoise", "Avant mise en demeure", "Intérêts moratoires"):
        assert text in page


def test_a_text_is_rewritten_read_back_and_undone(house: House) -> None:
    client = house.client("owner")
    answer = client.post(house.url("text-save", TEXT), OWN, follow=True)
    assert "Texte enregistré" in words(answer)
    assert "Bien amicalement" in own_wordings(house.company.pk)[TEXT]["fr"].body
    page = words(client.get(house.url("text", TEXT)))
    assert "C'est votre texte qui part" in page
    assert "Le texte d'origine" in page
    assert "en vigueur" in page
    assert "texte d'origine est de nouveau" in words(client.post(undo_of(answer), follow=True))
    assert own_wordings(house.company.pk) == {}
    assert OwnText.objects.count() == 1


def test_the_way_back_of_a_second_version_is_the_first(house: House) -> None:
    client = house.client("owner")
    client.post(house.url("text-save", TEXT), OWN, follow=True)
    second = wording(body=SHIPPED.body.replace("Cordialement", "À bientôt"))
    answer = client.post(house.url("text-save", TEXT), second, follow=True)
    client.post(undo_of(answer), follow=True)
    assert "Bien amicalement" in own_wordings(house.company.pk)[TEXT]["fr"].body


def test_saving_what_stands_keeps_nothing(house: House) -> None:
    answer = house.client("owner").post(house.url("text-save", TEXT), wording(), follow=True)
    assert "n'a pas changé" in words(answer)
    assert not OwnText.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"body": SHIPPED.body + "\nSinon, le tribunal."}, "ni menace ni sanction"),
        ({"body": SHIPPED.body + "\n{{ invoice.nombre }}"}, "n'existe pas"),
        ({"body": SHIPPED.body + "\n{{ quote.number }}"}, "ne peut pas être connue"),
        ({"subject": "URGENT"}, "Objet, une facture"),
        ({"subject": ""}, "obligatoire"),
    ],
)
def test_what_may_not_be_said_is_refused_with_the_remedy(house: House, changes, said: str) -> None:
    answer = house.client("owner").post(house.url("text-save", TEXT), wording(**changes))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not OwnText.objects.exists()


def test_spaces_in_a_variable_are_put_right(house: House) -> None:
    typed = wording(
        body=SHIPPED.body.replace("{{ greeting }}", "{{greeting}}").replace("Cordialement", "Bonne journée")
    )
    house.client("owner").post(house.url("text-save", TEXT), typed)
    assert "{{ greeting }}" in own_wordings(house.company.pk)[TEXT]["fr"].body


def test_the_preview_follows_what_is_typed(house: House) -> None:
    client = house.client("owner")
    customer = house.customer(TARDIF.reference).pk
    shown = words(client.post(house.url("text-preview", TEXT), OWN | {"customer": customer}))
    assert "Bien amicalement" in shown
    assert "compta@tardif.example" in shown
    page = words(client.post(house.url("text-save", TEXT), OWN | {"act": "preview", "customer": customer}))
    assert "Bien amicalement" in page
    assert not OwnText.objects.exists()


@pytest.mark.parametrize(("version", "says"), [("fr_tu", "Peux-tu"), ("en", "Kind regards")])
def test_each_version_is_shown_in_its_words(house: House, version: str, says: str) -> None:
    assert says in words(house.client("owner").get(house.url("text", TEXT), {"version": version}))


def test_a_trial_comes_to_oneself_and_reminds_nobody(house: House) -> None:
    customer = house.customer(TARDIF.reference).pk
    answer = house.client("owner").post(house.url("text-trial", TEXT), OWN | {"customer": customer})
    assert "Essai envoyé à owner@house.example" in words(answer)
    assert "Bien amicalement" in words(answer)  # what was typed is still there
    (file,) = Path(settings.OUTBOX_DIR).glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == "Owner <owner@house.example>"
    assert mail["Subject"].startswith("[Essai] 2 factures échues")
    assert not Reminder.objects.exists()
    assert not OwnText.objects.exists()
    assert len(entries_of_kind(house.company.pk, "collection.trial_sent")) == 1


@pytest.mark.parametrize("text_id", ["no_such_text", "thanks", "reminder_1"])
def test_what_no_step_sends_has_no_page(house: House, text_id: str) -> None:
    assert house.client("owner").get(house.url("text", text_id)).status_code == 404


def test_a_version_that_does_not_exist_has_no_page(house: House) -> None:
    assert (
        house.client("owner").get(house.url("text", "formal_notice"), {"version": "fr_tu"}).status_code == 404
    )


def test_the_texts_of_others_are_not_restored(house: House) -> None:
    house.client("owner").post(house.url("text-save", TEXT), OWN)
    (row,) = OwnText.objects.all()
    theirs = house.url("text-restore", TEXT, row.pk, slug=house.neighbour.company.slug)
    assert house.client("stranger").post(theirs).status_code == 404


# ------------------------------------------------------------------------------------------------ calendar
def test_the_month_to_come(house: House) -> None:
    client = house.client("reader")
    answer = client.get(house.url("calendar"))
    page = words(answer)
    assert "Ce qui partira d'ici au 20 décembre 2026" in page
    days = sorted(set(re.findall(r"/plans/calendar/([\d-]+)/", answer.content.decode())))
    assert all(date.fromisoformat(day).weekday() < 5 for day in days)
    first = words(client.get(house.url("calendar-day", days[0])))
    assert "de retard" in first
    assert "étape J+" in first


@pytest.mark.parametrize("on", ["2026-11-19", "2027-06-01", "hier"])
def test_days_out_of_sight_have_no_page(house: House, on: str) -> None:
    assert house.client("reader").get(house.url("calendar-day", on)).status_code == 404


def test_a_day_of_rest_says_so(house: House) -> None:
    assert "Rien ne part ce jour-là" in words(
        house.client("reader").get(house.url("calendar-day", "2026-11-22"))
    )


def test_a_bank_that_is_not_read_is_told(house: House) -> None:
    assert "rien ne partira" not in words(house.client("owner").get(house.url("calendar")))
    change_company(
        company_id=house.company.pk,
        actor="test",
        at=at_noon(date(2026, 11, 20)),
        bank_stale_after_working_days=0,
    )
    page = words(house.client("owner").get(house.url("calendar")))
    assert "La banque est lue jusqu'au 19 novembre 2026 : rien ne partira" in page


@pytest.mark.parametrize(
    ("name", "args", "most"),
    [
        ("plans", [], 40),
        ("plan-edit", ["b2b"], 10),
        ("texts", [], 10),
        ("text", [TEXT], 40),
        ("calendar", [], 35),
        ("calendar-day", ["2026-11-20"], 35),
    ],
)
def test_pages_ask_little_of_the_database(
    house: House, name: str, args: list[str], most: int, django_assert_max_num_queries
) -> None:
    client: Client = house.client("owner")
    with django_assert_max_num_queries(most):
        assert client.get(house.url(name, *args)).status_code == 200
