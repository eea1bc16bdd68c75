"""Companies that send through their own servers: each mail by the right road, and nobody waits for another's server."""

import socket
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from cast import TARDIF, Bill, Desk, at_noon
from flows.mail_server import CERTIFICATE, MailServer, mail_server, only_camille, tls
from gateways.imap_server import PASSWORD, USER, imap_server
from quittance.company.mailboxes import change_mailbox, mailbox_of
from quittance.correspondence.queries import message_counts
from quittance.flows.deliver import Delivered, PostOffice, send
from quittance.flows.mailboxes import NoMailbox, TrialFailed, mailer_of, try_receiving, try_sending
from quittance.gateways.mailer import FolderMailer
from quittance.gateways.workers import is_dead
from quittance.journal.models import Entry

KEY = "the key of this installation"
EVE, TODAY = date(2026, 10, 7), date(2026, 10, 8)
FIRST = Bill("F-1", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
BY, ME = "test:camille", "camille@morel.example"


@pytest.fixture
def both(desk: Desk, neighbour: Desk) -> tuple[Desk, Desk]:
    """Two companies, each with a message to send."""
    for one in (desk, neighbour):
        one.invoices(FIRST)
        one.bank(through=EVE)
        one.day(TODAY)
    return desk, neighbour


def set_server(desk: Desk, port: int, **details: object) -> None:
    columns = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", **details}
    change_mailbox(company_id=desk.company.pk, secret_key=KEY, actor=BY, at=at_noon(TODAY), **columns)


def post(desks: tuple[Desk, ...], outbox: Path, *, key: str = KEY, local: bool = True) -> Delivered:
    road = partial(mailer_of, otherwise=lambda: FolderMailer(outbox), secret_key=key, local_network=local)
    office = PostOffice(road, desks[0].archive, outbox, "test:1:1", is_dead, lambda: at_noon(TODAY), BY)
    offices = [replace(office, archive=desk.archive) for desk in desks]
    runs = [
        send(company_ids=[desk.company.pk], office=each, today=TODAY)
        for desk, each in zip(desks, offices, strict=True)
    ]
    together = Delivered()
    for run in runs:
        together.sent += run.sent
        together.postponed += run.postponed
        together.problems += run.problems
    return together


def test_each_company_sends_by_its_own_road(both: tuple[Desk, Desk], tmp_path: Path) -> None:
    morel, _ = both
    with mail_server() as theirs:
        set_server(morel, theirs.port)
        assert post(both, tmp_path / "outbox").sent == 2
    assert [str(mail["From"].addresses[0].addr_spec) for mail in theirs.mails] == [
        "compta@atelier-morel.example"
    ]
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


def test_two_companies_two_servers_one_connection_each(both: tuple[Desk, Desk], tmp_path: Path) -> None:
    morel, dupont = both
    with mail_server() as first, mail_server() as second:
        set_server(morel, first.port)
        set_server(dupont, second.port)
        assert post(both, tmp_path).sent == 2
    assert (first.sessions, second.sessions) == (1, 1)
    assert [len(server.received) for server in (first, second)] == [1, 1]


def test_a_server_that_is_down_holds_up_only_its_own_company(both: tuple[Desk, Desk], tmp_path: Path) -> None:
    morel, dupont = both
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        set_server(morel, taken.getsockname()[1])
        run = post(both, tmp_path)
    assert (run.sent, run.postponed) == (1, 1)
    assert "refuse la connexion" in run.problems[0]
    assert message_counts(morel.company.pk) == {"queued": 1}
    assert message_counts(dupont.company.pk) == {"sent": 1}


def test_a_changed_key_is_said_and_nothing_is_lost(both: tuple[Desk, Desk], tmp_path: Path) -> None:
    morel, _ = both
    with mail_server() as server:
        set_server(morel, server.port, smtp_username="camille", smtp_password="secret")
        run = post(both, tmp_path, key="another key")
        assert (run.sent, run.postponed) == (1, 1)
        assert "clé de l'installation a changé" in run.problems[0]
        assert server.received == []
    assert message_counts(morel.company.pk) == {"queued": 1}


def test_a_server_of_the_local_network_is_not_reached_where_it_may_not_be(
    both: tuple[Desk, Desk], tmp_path: Path
) -> None:
    morel, _ = both
    with mail_server() as server:
        set_server(morel, server.port)
        run = post(both, tmp_path, local=False)
    assert (run.sent, run.postponed, server.sessions) == (1, 1, 0)
    assert "réseau local" in run.problems[0]


def test_nobody_waits_for_a_server_that_does_not_answer(desk: Desk, tmp_path: Path) -> None:
    """The first mail finds it out; the others are not even tried, and the journal is not filled with tries."""
    others = [replace(TARDIF, reference=f"T{n}", email=f"t{n}@tardif.example", iban="") for n in range(5)]
    desk.customers(*others)
    desk.invoices(*(replace(FIRST, number=f"F-{one.reference}", customer=one) for one in others))
    desk.bank(through=EVE)
    desk.day(TODAY)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        set_server(desk, taken.getsockname()[1])
        run = post((desk,), tmp_path)
    assert (run.sent, run.postponed, len(run.problems)) == (0, 5, 1)
    assert message_counts(desk.company.pk) == {"queued": 5}
    assert Entry.objects.filter(company=desk.company, kind="correspondence.postponed").count() == 1
    assert desk.broken(TODAY) == []


# --- Trials


def trial(desk: Desk, **changes: object) -> None:
    given = {
        "company": desk.company, "to": ME, "subject": "Essai", "body": "Bonjour.\n", "secret_key": KEY,
        "local_network": True, "actor": BY, "at": at_noon(TODAY),
    }  # fmt: skip
    try_sending(**(given | changes))  # type: ignore[arg-type]


def test_a_trial_is_sent_to_oneself_and_noted(desk: Desk) -> None:
    with mail_server() as server:
        set_server(desk, server.port)
        trial(desk)
        [mail] = server.mails
    assert (mail["To"], mail["Subject"]) == (ME, "Essai")
    tested = mailbox_of(desk.company.pk)
    assert tested is not None
    assert (tested.tested_at, tested.test_answer) == (at_noon(TODAY), "")
    assert Entry.objects.filter(company=desk.company).latest("sequence").data["passed"] is True


def refusing(server: MailServer) -> None:
    server.refused_recipients[ME] = "550 unknown"


def rejecting(server: MailServer) -> None:
    server.after_data = ["554 spam"]


@pytest.mark.parametrize(
    ("details", "behaviour", "told"),
    [
        ({"smtp_username": "jo", "smtp_password": "x", "smtp_security": "starttls"}, None, "n'offre pas"),
        ({"smtp_security": "tls"}, None, "ne répond pas en TLS"),
        ({"smtp_host": "nowhere.invalid"}, None, "introuvable"),
        ({}, refusing, "refuse votre adresse"),
        ({}, rejecting, "refuse ce message"),
    ],
)
def test_why_a_trial_fails_is_told_and_noted(
    desk: Desk, details: dict[str, object], behaviour: object, told: str
) -> None:
    with mail_server() as server:
        if callable(behaviour):
            behaviour(server)
        set_server(desk, server.port, **details)
        with pytest.raises(TrialFailed, match=told):
            trial(desk)
    tested = mailbox_of(desk.company.pk)
    assert tested is not None
    assert told.split("|", maxsplit=1)[0] in tested.test_answer
    assert desk.broken(TODAY) == []


def test_a_wrong_password_is_told_with_the_remedy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with mail_server(tls_context=tls(), authenticator=only_camille, auth_required=True) as server:
        known = {"smtp_host": "localhost", "smtp_security": "starttls", "smtp_username": "camille"}
        set_server(desk, server.port, **known, smtp_password="nope")
        with pytest.raises(TrialFailed, match="mot de passe d'application") as failed:
            trial(desk)
        assert "nope" not in str(failed.value)
        set_server(desk, server.port, **known, smtp_password="secret")
        trial(desk)
        assert len(server.received) == 1


def test_an_inbox_is_opened_and_noted(desk: Desk) -> None:
    with imap_server() as server:
        columns = {
            "imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": "none", "imap_username": USER,
            "imap_password": PASSWORD,
        }  # fmt: skip
        change_mailbox(company_id=desk.company.pk, secret_key=KEY, actor=BY, at=at_noon(TODAY), **columns)
        look = partial(try_receiving, company=desk.company, local_network=True, actor=BY, at=at_noon(TODAY))
        assert look(secret_key=KEY) == 3
        with pytest.raises(TrialFailed, match="clé de l'installation a changé"):
            look(secret_key="another key")


def test_what_is_not_set_cannot_be_tried(desk: Desk) -> None:
    with pytest.raises(NoMailbox):
        trial(desk)
    set_server(desk, 25, smtp_host="")
    with pytest.raises(NoMailbox, match="serveur d'envoi"):
        trial(desk)
    with pytest.raises(NoMailbox, match="serveur de réception"):
        try_receiving(company=desk.company, secret_key=KEY, local_network=True, actor=BY, at=at_noon(TODAY))


def test_no_password_is_ever_in_the_journal_or_in_clear(desk: Desk) -> None:
    set_server(desk, 587, smtp_username="camille", smtp_password="sesame-open")
    stored = mailbox_of(desk.company.pk)
    assert stored is not None
    assert "sesame" not in stored.smtp_password
    assert not any("sesame" in str(entry.data) for entry in Entry.objects.filter(company=desk.company))
    assert Entry.objects.filter(company=desk.company).latest("sequence").data["passwords"] == [
        "smtp_password"
    ]


def test_a_password_does_not_open_for_another_company(both: tuple[Desk, Desk]) -> None:
    morel, dupont = both
    set_server(morel, 25, smtp_username="camille", smtp_password="secret")
    stolen = mailbox_of(morel.company.pk)
    assert stolen is not None
    set_server(dupont, 25, smtp_username="camille")
    theirs = mailbox_of(dupont.company.pk)
    assert theirs is not None
    theirs.smtp_password = stolen.smtp_password
    theirs.save()
    with pytest.raises(TrialFailed, match="clé de l'installation"):
        trial(dupont)
