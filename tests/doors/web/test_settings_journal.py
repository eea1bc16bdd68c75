"""Réglages, Journal: what was done, in words; found again; and whether it is whole."""

import pytest

from doors.web.house import House
from doors.web.test_settings import page, plain
from quittance.company.models import Job
from quittance.interfaces.web.settings import journal
from quittance.interfaces.web.settings.sentences import SENTENCES, told
from quittance.interfaces.worker.settings_work import check_journal
from quittance.journal.models import Chain, Entry


@pytest.mark.parametrize(
    "words",
    [
        "Société créée", "Factures importées", "Relevé importé", "Rapprochement", "Paiements notés",
        "Clients importés", "Lignes vues",
    ],
)  # fmt: skip
def test_the_journal_is_in_words(house: House, words: str) -> None:
    assert words in page(house.client("owner"), house.url("settings-journal"))


def test_it_is_theirs_alone(house: House) -> None:
    rows = house.client("owner").get(house.url("settings-journal")).context["lines"]
    assert {row.entry.company_id for row in rows} == {house.company.pk}


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ("kind=sales", {"sales.invoices_recorded"}),
        ("kind=company.created", {"company.created"}),
        ("kind=company.created&actor=CAMILLE", {"company.created"}),
        ("actor=nobody", set()),
        ("since=2026-11-21", set()),
        ("until=2025-12-31", set()),
        ("kind=company.created&since=2026-01-05&until=2026-01-05", {"company.created"}),
    ],
)
def test_it_is_found_again(house: House, asked: str, kinds: set[str]) -> None:
    answer = house.client("owner").get(f"{house.url('settings-journal')}?{asked}")
    assert {row.entry.kind for row in answer.context["lines"]} == kinds


@pytest.mark.parametrize("asked", ["kind=made.up", "since=yesterday", "p=99999", "p=x"])
def test_a_filter_that_means_nothing_does_no_harm(house: House, asked: str) -> None:
    assert house.client("owner").get(f"{house.url('settings-journal')}?{asked}").status_code == 200


def test_a_page_asks_few_questions(house: House, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = house.client("owner")
    with django_assert_max_num_queries(12):
        assert client.get(house.url("settings-journal")).status_code == 200


def test_a_whole_journal_is_said_to_be(house: House) -> None:
    answer = house.client("accountant").post(house.url("settings-journal-check"))
    assert "Le journal est entier" in plain(answer.content.decode())


def test_an_entry_that_was_changed_is_named_with_its_day(house: House) -> None:
    entry = Entry.objects.filter(company=house.company, kind="sales.invoices_recorded").get()
    entry.data = {**entry.data, "source": "another"}
    entry.save()
    text = plain(house.client("owner").post(house.url("settings-journal-check")).content.decode())
    assert "Le journal n'est pas entier" in text.replace("’", "'")
    assert f"L'entrée n° {entry.sequence}, du " in text.replace("’", "'")
    assert "12 novembre 2026" in text


def test_entries_that_are_gone_at_the_end_are_named(house: House) -> None:
    last = Entry.objects.filter(company=house.company).latest("sequence")
    last.delete()
    text = plain(house.client("owner").post(house.url("settings-journal-check")).content.decode())
    assert f"à partir de la n° {last.sequence}" in text


def test_a_long_journal_is_walked_by_the_worker(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "CHECKED_AT_ONCE", 1)
    client = house.client("owner")
    assert client.post(house.url("settings-journal-check")).status_code == 302
    job = Job.objects.get(company=house.company, kind="check_journal")
    assert "Vous pouvez quitter la page" in page(client, house.url("settings-journal"))
    job.result = check_journal(job, lambda done, total: None)
    job.finished_at = job.at
    job.save()
    assert "Le journal était entier" in page(client, house.url("settings-journal"))
    Chain.objects.filter(company=house.company).update(sequence=999)
    assert check_journal(job, lambda done, total: None)["broken"] != []


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_every_sentence_is_told_even_of_an_entry_without_facts(kind: str) -> None:
    done, facts = told(kind, {}, {})
    assert done
    assert "%(" not in facts


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (
            "collection.promised", {"customer": 3, "cents": 120_050, "on": "2026-11-27"},
            "Tardif : 1 200,50 € pour le 27/11/2026",
        ),
        ("collection.promised", {"customer": 4, "cents": 1, "on": "x"}, "n° 4 : 0,01 € pour le x"),
        ("payments.recorded", {"payments": [[1], [2]]}, "Paiements : 2"),
        ("company.changed", {"capital_cents": 5, "signer": {}}, "Changé : capital"),
        ("company.role_changed", {"from": "sales", "to": "owner"}, "De commercial à dirigeant"),
        ("correspondence.doubt_settled", {"message": 7, "it_left": False}, "n° 7, parti : non"),
        ("made.up", {"x": 1}, ""),
    ],
)  # fmt: skip
def test_facts_are_told_as_people_say_them(kind: str, data: dict[str, object], said: str) -> None:
    assert plain(told(kind, data, {3: "Tardif"})[1]) == said
