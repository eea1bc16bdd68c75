"""Long work, started by a page and done by the worker: an import of a hundred thousand rows, an export of everything.

A door that starts one calls `start` and shows the job's page; the worker calls `run`. What a kind of work does stands
in a flow, named in `KINDS`. Work may be run twice after a crash, so each kind repeats itself without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from django.db import transaction
from django_tasks import task

from quittance.company.operations import finish_job, note_progress, open_job
from quittance.company.queries import unfinished_job
from quittance.gateways.clock import instant

if TYPE_CHECKING:
    from quittance.company.models import Company, Job
    from quittance.people.models import Person

Progress = Callable[[int, int], None]  # done, of how many
Work = Callable[["Job", Progress], dict[str, object]]

# kind of work -> the function that does it, as `module:function`; it returns what to tell, as JSON.
KINDS: dict[str, str] = {
    "import": "quittance.interfaces.worker.import_work:import_upload",
    "export": "quittance.interfaces.worker.settings_work:export",
    "check_journal": "quittance.interfaces.worker.settings_work:check_journal",
}


class JobRefused(Exception):
    """The work cannot be done; the text says in French why, and what to do."""


def start(*, kind: str, company: Company, person: Person, facts: dict[str, object]) -> Job:
    """Note work to be done and queue it, in one transaction; return it with the number that its page shows."""
    assert kind in KINDS, kind
    with transaction.atomic():
        job = open_job(company_id=company.pk, person_id=person.pk, kind=kind, facts=facts, at=instant())
        run.enqueue(job.pk)
    return job


@task()
def run(job_id: int) -> None:
    """Do the work of a job that is not finished, and note how far it is and how it ended."""
    job = unfinished_job(job_id)
    if job is None:
        return
    module, _, name = KINDS[job.kind].partition(":")
    work: Work = getattr(import_module(module), name)
    try:
        result = work(job, _progress_of(job_id))
    except JobRefused as refused:
        finish_job(job_id=job_id, error=str(refused), at=instant())
    except BaseException:
        finish_job(job_id=job_id, error=_DEFECT, at=instant())
        raise
    else:
        finish_job(job_id=job_id, result=result, at=instant())


def give_up(job_id: int) -> None:
    """Say of a job that no worker could end that it is not done."""
    if unfinished_job(job_id) is not None:
        finish_job(job_id=job_id, error=_DEFECT, at=instant())


def _progress_of(job_id: int) -> Progress:
    """Note progress at most every half percent: a note is a write."""
    noted = [-1]

    def progress(done: int, total: int) -> None:
        step = done * 200 // max(total, 1)
        if step != noted[0]:
            noted[0] = step
            note_progress(job_id=job_id, done=done, total=total)

    return progress


_DEFECT = (
    "Quittance a rencontré un défaut pendant ce travail. Rien n'a été fait à moitié. Recommencez ; si cela se répète, "
    "envoyez à votre installateur les dernières lignes du journal du serveur."
)
