"""The worker and what does not go: a server that is down is asked less and less, a defect is its own company's."""

import itertools
import socket
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cast import TARDIF, Bill, Desk, at_noon
from quittance.company.mailboxes import change_mailbox
from quittance.correspondence.models import Message
from quittance.correspondence.queries import companies_to_deliver, message_counts
from quittance.flows import deliver
from quittance.flows.deliver import PostOffice, send
from quittance.flows.mailboxes import mailer_of
from quittance.gateways.mailer import FolderMailer
from quittance.gateways.workers import is_dead
from quittance.interfaces.worker import loop
from quittance.journal.models import Entry

EVE, TODAY = date(2026, 10, 7), date(2026, 10, 8)
NOON = at_noon(TODAY)
FIRST = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
KEY = "the key of this installation"


def write(desk: Desk) -> None:
    desk.invoices(FIRST)
    desk.bank(through=EVE)
    desk.day(TODAY)


def office(desk: Desk, outbox: Path, at: datetime) -> PostOffice:
    road = partial(mailer_of, otherwise=lambda: FolderMailer(outbox), secret_key=KEY, local_network=True)
    return PostOffice(road, desk.archive, outbox, "test:1:1", is_dead, lambda: at, "test")


@pytest.fixture
def dead_server(desk: Desk):
    """The company's server refuses every connection."""
    write(desk)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        change_mailbox(
            company_id=desk.company.pk, secret_key=KEY, actor="test", at=NOON, smtp_host="127.0.0.1",
            smtp_port=taken.getsockname()[1], smtp_security="none",
        )  # fmt: skip
        yield desk


def test_a_server_that_is_down_is_asked_less_and_less(dead_server: Desk, tmp_path: Path) -> None:
    desk, tries, at = dead_server, [], NOON
    for _ in range(12 * 3_600 // 30):  # a worker looks again every 30 seconds, at most
        if companies_to_deliver(at):
            send(company_ids=[desk.company.pk], office=office(desk, tmp_path, at), today=TODAY)
            tries.append(at)
        at += timedelta(seconds=30)
    waits = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert [int(wait.total_seconds()) for wait in waits[:6]] == [30, 60, 120, 240, 480, 900]
    assert max(waits) == timedelta(minutes=15)
    assert Entry.objects.filter(company=desk.company, kind="correspondence.postponed").count() == len(tries)
    assert len(tries) < 60


def test_what_comes_meanwhile_is_tried_at_once(dead_server: Desk, tmp_path: Path) -> None:
    desk, at = dead_server, NOON
    for _ in range(20):
        at += timedelta(minutes=15)
        assert companies_to_deliver(at) == [desk.company.pk]
        send(company_ids=[desk.company.pk], office=office(desk, tmp_path, at), today=TODAY)
    at += timedelta(minutes=1)
    assert companies_to_deliver(at) == []
    old = Message.objects.get()
    Message.objects.create(
        company=desk.company, customer=old.customer, message_id="<new@morel.example>", sender_name="Morel",
        sender_email="compta@morel.example", recipient_email=TARDIF.email, subject="Copie", body="Bonjour,",
        queued_at=at - timedelta(minutes=10), leaves_at=at,
    )  # fmt: skip
    assert companies_to_deliver(at) == [desk.company.pk]
    send(company_ids=[desk.company.pk], office=office(desk, tmp_path, at), today=TODAY)
    assert companies_to_deliver(at + timedelta(seconds=1)) == []
    assert companies_to_deliver(at - timedelta(days=1)) == [desk.company.pk]  # the clock was set back


def test_a_defect_is_its_own_companys(
    desk: Desk, neighbour: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (desk, neighbour):
        write(one)
        Message.objects.filter(company=one.company).update(leaves_at=None)
    both = office(desk, tmp_path, NOON)

    def broken(*, company_id: int, **more: object) -> object:
        if company_id == desk.company.pk:
            raise ZeroDivisionError
        return compose(company_id=company_id, **more | {"archive": neighbour.archive})

    compose = deliver.compose_documents
    monkeypatch.setattr(deliver, "compose_documents", broken)
    monkeypatch.setattr(loop, "instant", lambda: NOON)
    assert loop.deliver_due(lambda: replace(both, archive=neighbour.archive)) == loop.BETWEEN_LOOKS
    assert message_counts(neighbour.company.pk) == {"sent": 1}
    assert message_counts(desk.company.pk) == {"queued": 1}
