"""Réglages, Export: asked for, made by the worker, fetched by whoever has the right, of one's own company alone."""

import io
import zipfile

import pytest

from doors.web.house import House
from doors.web.test_settings import page, plain
from quittance.company.models import Job
from quittance.interfaces import jobs
from quittance.interfaces.exports import folder_of, place_of

pytestmark = pytest.mark.one_database


def made(house: House, who: str = "owner") -> Job:
    """An archive asked for on the page and made as the worker makes it."""
    house.client(who).post(house.url("settings-export"))
    job = Job.objects.filter(company=house.company, kind="export").latest("pk")
    jobs.run.func(job.pk)
    job.refresh_from_db()
    return job


def fetched(house: House, job: Job, who: str = "owner") -> zipfile.ZipFile:
    answer = house.client(who).get(house.url("settings-export-download", job.pk))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="quittance-atelier-morel-2026-11-20.zip"'
    )
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def test_from_the_click_to_the_archive(house: House) -> None:
    client, address = house.client("owner"), house.url("settings-export")
    assert "Préparer l'archive" in page(client, address).replace("’", "'")
    client.post(address)
    assert "Vous pouvez quitter la page" in page(client, address)
    client.post(address)  # a second click asks for nothing more
    job = Job.objects.get(company=house.company, kind="export")
    jobs.run.func(job.pk)
    text = page(client, address)
    assert "Archive du 20 novembre 2026" in text
    assert house.url("settings-export-download", job.pk) in text
    assert "tables/factures.csv" in fetched(house, job).namelist()


def test_the_accountant_may_too(house: House) -> None:
    assert "journal.jsonl" in fetched(house, made(house, "accountant"), "accountant").namelist()


def test_work_that_is_run_twice_makes_one_archive(house: House) -> None:
    job = made(house)
    jobs.run.func(job.pk)
    assert [path.name for path in folder_of(house.company.pk).iterdir()] == [f"{job.pk}.zip"]


def test_a_new_archive_takes_the_place_of_the_old(house: House) -> None:
    old, new = made(house), made(house)
    assert not place_of(house.company.pk, old.pk).exists()
    assert house.client("owner").get(house.url("settings-export-download", old.pk)).status_code == 404
    fetched(house, new)


def test_it_is_removed_on_asking(house: House) -> None:
    job, client = made(house), house.client("owner")
    client.post(house.url("settings-export-remove", job.pk))
    assert not place_of(house.company.pk, job.pk).exists()
    assert client.get(house.url("settings-export-download", job.pk)).status_code == 404
    assert "Télécharger" not in page(client, house.url("settings-export"))


def test_the_archive_of_another_company_is_not_there(house: House) -> None:
    job = made(house)
    stranger = house.client("stranger")
    theirs = house.neighbour.company.slug
    for name in ("settings-export-download", "settings-export-remove"):
        ask = stranger.get if name.endswith("download") else stranger.post
        assert ask(house.url(name, job.pk)).status_code == 404
        assert ask(house.url(name, job.pk, slug=theirs)).status_code == 404
    assert place_of(house.company.pk, job.pk).exists()


@pytest.mark.parametrize("who", ["sales", "assistant", "reader"])
def test_others_neither_make_nor_fetch(house: House, who: str) -> None:
    job, client = made(house), house.client(who)
    assert client.post(house.url("settings-export")).status_code == 403
    assert client.get(house.url("settings-export-download", job.pk)).status_code == 403
    assert Job.objects.filter(company=house.company, kind="export").count() == 1


def test_what_fails_is_told(house: House) -> None:
    client = house.client("owner")
    client.post(house.url("settings-export"))
    Job.objects.update(error="Le disque est plein.", finished_at="2026-11-20T08:00Z")
    assert "Le disque est plein." in plain(page(client, house.url("settings-export")))
