"""The worker: any number of them, on any number of machines, share one database. Claims keep them apart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import OperationalError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker as Queue
from django_tasks_db.models import DBTaskResult

from quittance.correspondence.queries import companies_to_deliver
from quittance.flows.deliver import PostOffice, send
from quittance.gateways.clock import civil_day, instant
from quittance.gateways.workers import is_dead, this_worker
from quittance.interfaces.jobs import give_up

if TYPE_CHECKING:
    from threading import Event

logger = logging.getLogger(__name__)

BETWEEN_LOOKS = 2.0  # seconds
MOST_WORKERS = 3  # that die over one piece of work: it is what kills them, and others wait for theirs
WHERE_ALL_WAITS = 30.0  # seconds: what is left waits for a working day, a document or a server that is down


def work(stop: Event, post_office: Callable[[], PostOffice]) -> None:
    """Deliver what is due and do the long work that waits, until told to stop; each in its own thread, so that a
    long export keeps no mail waiting."""
    long_work = threading.Thread(target=_again_and_again, args=(stop, do_long_work), name="long work")
    long_work.start()
    _again_and_again(stop, lambda: deliver_due(post_office))
    long_work.join()


def deliver_due(post_office: Callable[[], PostOffice]) -> float:
    """Deliver the mails whose time has come; return after how many seconds to look again. A defect that one company's
    mails meet is logged, and keeps back no other company's."""
    at = instant()
    companies = companies_to_deliver(at)
    if not companies:
        return BETWEEN_LOOKS
    office, sent = post_office(), 0
    for company_id in companies:
        try:
            delivered = send(company_ids=[company_id], office=office, today=civil_day(at))
        except OperationalError:
            raise
        except Exception:
            logger.exception("Un défaut de la remise, société n° %s ; les autres continuent.", company_id)
            continue
        sent += delivered.sent
        for problem in delivered.problems:
            logger.warning(problem)
    return BETWEEN_LOOKS if sent else WHERE_ALL_WAITS


def do_long_work() -> float:
    """Do all long work that waits, and what a worker that died had begun; return when to look again."""
    for lost in DBTaskResult.objects.running():
        if not lost.worker_ids or not is_dead(lost.worker_ids[-1]):
            continue
        theirs = DBTaskResult.objects.filter(pk=lost.pk, status=lost.status)
        if len(lost.worker_ids) < MOST_WORKERS:
            theirs.update(status="READY", started_at=None)
        elif theirs.update(status="FAILED", finished_at=instant()):
            give_up(*lost.args_kwargs["args"])
    Queue(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=this_worker(), excluded_queue_names=[],
    ).run()  # fmt: skip
    return BETWEEN_LOOKS


def _again_and_again(stop: Event, turn: Callable[[], float]) -> None:
    """Take turns until told to stop. A database that does not answer is asked again; any other defect is logged,
    since it must not keep other companies' mails."""
    while not stop.is_set():
        close_old_connections()
        seconds = WHERE_ALL_WAITS
        try:
            seconds = turn()
        except OperationalError as error:
            logger.warning("La base de données ne répond pas, nouvel essai : %s", error)
        except Exception:
            logger.exception("Un défaut du travail de fond ; il continue.")
        stop.wait(seconds)
    close_old_connections()
