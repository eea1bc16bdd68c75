"""Long work: done once by the worker, told as it goes, taken up again when a worker died in the middle of it."""

import pytest
from django_tasks_db.models import DBTaskResult

from cast import Desk
from quittance.company.models import Company, Job
from quittance.company.queries import job_of
from quittance.interfaces import jobs
from quittance.interfaces.jobs import JobRefused, Progress
from quittance.interfaces.worker.loop import do_long_work
from quittance.people.models import Person
from quittance.people.operations import create_person

done: list[int] = []


def count_to_three(job: Job, progress: Progress) -> dict[str, object]:
    """Work of the tests."""
    for step in (1, 2, 3):
        progress(step, 3)
    done.append(job.pk)
    return {"next": f"/c/{job.company.slug}/"}


def refuse(job: Job, progress: Progress) -> dict[str, object]:
    """Work that cannot be done."""
    raise JobRefused("Le fichier a disparu. Déposez-le de nouveau.")


def fail(job: Job, progress: Progress) -> dict[str, object]:
    """Work with a defect."""
    raise ZeroDivisionError


@pytest.fixture
def person(db: None, monkeypatch: pytest.MonkeyPatch) -> Person:
    done.clear()
    for name in ("count_to_three", "refuse", "fail"):
        monkeypatch.setitem(jobs.KINDS, name, f"{__name__}:{name}")
    return create_person(email="lea@morel.example", name="Léa", password=None)


def started(kind: str, company: Company, person: Person) -> Job:
    return jobs.start(kind=kind, company=company, person=person, facts={})


@pytest.mark.django_db(transaction=True)
def test_work_is_done_once_and_told(desk: Desk, person: Person) -> None:
    job = started("count_to_three", desk.company, person)
    do_long_work()
    do_long_work()
    found = job_of(desk.company.pk, person.pk, job.pk)
    assert found is not None
    assert (found.done, found.total, found.error) == (3, 3, "")
    assert found.result == {"next": "/c/atelier-morel/"}
    assert done == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_worker_had_begun_is_taken_up_again(desk: Desk, person: Person, monkeypatch) -> None:
    job = started("count_to_three", desk.company, person)
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["gone"])
    do_long_work()
    assert done == []  # whoever is not known to be dead is left at work
    monkeypatch.setattr("quittance.interfaces.worker.loop.is_dead", lambda worker: worker == "gone")
    do_long_work()
    assert done == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_what_kills_every_worker_is_given_up(desk: Desk, person: Person, monkeypatch) -> None:
    """Too large for the machine, say: it would end each worker, and nothing behind it would ever be done."""
    job, behind = (started("count_to_three", desk.company, person) for _ in range(2))
    DBTaskResult.objects.filter(args_kwargs__args=[job.pk]).update(status="RUNNING", worker_ids=["gone"] * 3)
    monkeypatch.setattr("quittance.interfaces.worker.loop.is_dead", lambda worker: worker == "gone")
    do_long_work()
    found = job_of(desk.company.pk, person.pk, job.pk)
    assert found is not None
    assert found.error.startswith("Quittance a rencontré un défaut")
    assert done == [behind.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "words"), [("refuse", "Le fichier a disparu."), ("fail", "Quittance a rencontré un défaut")]
)
def test_what_cannot_be_done_says_why(desk: Desk, person: Person, kind: str, words: str) -> None:
    job = started(kind, desk.company, person)
    do_long_work()
    found = job_of(desk.company.pk, person.pk, job.pk)
    assert found is not None
    assert found.finished_at is not None
    assert found.error.startswith(words)


def test_the_work_of_a_colleague_is_not_seen(desk: Desk, person: Person) -> None:
    job = started("count_to_three", desk.company, person)
    other = create_person(email="other@morel.example", name="Autre", password=None)
    assert job_of(desk.company.pk, other.pk, job.pk) is None
