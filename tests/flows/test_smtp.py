"""Mails as a real server receives them, and what becomes of each when the server answers otherwise."""

import io
import socket
from datetime import date
from email.message import EmailMessage

import pytest
from django.apps import apps
from pypdf import PdfReader

from cast import BONPAYEUR, TARDIF, Bill, Desk, Person, at_noon
from flows.mail_server import (
    CERTIFICATE,
    HANG_UP_AFTER,
    TAKE_AND_HANG_UP,
    MailServer,
    mail_server,
    only_camille,
    tls,
)
from quittance.correspondence.operations import settle_doubt
from quittance.correspondence.queries import message_counts, messages_in_doubt
from quittance.flows.deliver import Delivered, compose_documents
from quittance.formats.mail import MailContent, build_mail
from quittance.gateways.mailer import SmtpMailer, SmtpSettings

EVE, TODAY = date(2026, 10, 7), date(2026, 10, 8)
FIRST = Bill("F-2026-0101", TARDIF, date(2026, 8, 8), date(2026, 9, 7), 120_000)
SECOND = Bill("F-2026-0102", BONPAYEUR, date(2026, 8, 8), date(2026, 9, 7), 60_000)


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """One formal notice is decided and queued, for Tardif."""
    desk.invoices(FIRST)
    desk.bank(through=EVE)
    desk.day(TODAY)
    return desk


def send_to(desk: Desk, url: str) -> Delivered:
    desk.mailer = SmtpMailer(SmtpSettings.from_url(url))
    return desk.send(TODAY)


def plain(mail: EmailMessage) -> str:
    words = mail.get_body(("plain",)).get_content()
    return words.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def states(desk: Desk) -> dict[str, int]:
    return message_counts(desk.company.pk)


# --- What is received


def test_headers(ready: Desk, server: MailServer):
    assert send_to(ready, server.url).sent == 1
    [mail] = server.mails
    assert str(mail["From"]) == '"Julien Morel, Atelier Morel" <compta@atelier-morel.example>'
    assert mail["To"].addresses[0].addr_spec == TARDIF.email
    assert "mise en demeure" in mail["Subject"].lower()
    assert mail["Message-ID"].endswith("@atelier-morel.example>")
    assert mail["Date"].datetime.date() == TODAY
    assert mail["MIME-Version"] == "1.0"
    assert list(mail.defects) == [] == [defect for part in mail.walk() for defect in part.defects]


def test_accents_survive_headers_and_body(desk: Desk, server: MailServer):
    accented = Person("ZOE", "Établissements Noël & Cœur d'Été", "", "", "compta@noel.example")
    desk.customers(accented)
    desk.invoices(Bill("F-É-1", accented, date(2026, 8, 8), date(2026, 9, 7), 120_000))
    desk.bank(through=EVE)
    desk.day(TODAY)
    assert send_to(desk, server.url).sent == 1
    [mail] = server.mails
    assert "Noël & Cœur d'Été" in str(mail["To"]).replace("’", "'")
    assert "F-É-1" in plain(mail)
    assert "F-É-1" in mail.get_body(("html",)).get_content()
    head = server.received[0].split(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, server.received[0].split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


def test_the_html_says_the_same_and_shows_the_code_to_pay(ready: Desk, server: MailServer):
    send_to(ready, server.url)
    [mail] = server.mails
    page = mail.get_body(("html",)).get_content()
    for words in ("F-2026-0101", "FR76 3000 6000 0112 3456 7890 189"):
        assert words in plain(mail)
        assert words in page.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f"cid:{picture['Content-ID'].strip('<>')}" in page
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content().startswith(b"\x89PNG")


def test_the_attached_letters_open_and_say_the_amounts(ready: Desk, server: MailServer):
    send_to(ready, server.url)
    [mail] = server.mails
    notice, penalties = list(mail.iter_attachments())
    assert notice.get_filename() == "mise-en-demeure-TAR-2026-10-08.pdf"
    assert penalties.get_filename() == "releve-de-penalites-TAR-2026-10-08.pdf"
    for part in (notice, penalties):
        assert part.get_content_type() == "application/pdf"
        text = pdf_text(part)
        assert "F-2026-0101" in text
        assert "1 200,00 €" in text
        assert "Atelier Morel" in text
    assert "mise en demeure" in pdf_text(notice).lower()
    assert "40,00 €" in pdf_text(penalties)


def test_the_archive_keeps_the_very_bytes_that_left(ready: Desk, server: MailServer):
    send_to(ready, server.url)
    sent = {part.get_content() for mail in server.mails for part in mail.iter_attachments()}
    assert sent <= set(ready.archive.kept.values())
    assert ready.broken(TODAY) == []


def pdf_text(part: EmailMessage) -> str:
    pages = PdfReader(io.BytesIO(part.get_content())).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ").split())


def test_a_line_that_is_a_full_stop_does_not_end_the_mail(server: MailServer):
    words = "avant\n.\n..\n.suite\naprès\n"
    mailer = SmtpMailer(SmtpSettings.from_url(server.url))
    mail = build_mail(MailContent("<1@x>", at_noon(TODAY), "", "a@x.example", "", "b@x.example", "s", words))
    mailer.deliver(mail, handing_over=lambda: None)
    mailer.close()
    assert server.mails[0].get_body(("plain",)).get_content().splitlines() == words.splitlines()


def test_one_connection_serves_many_mails(desk: Desk, server: MailServer):
    desk.invoices(FIRST, SECOND)
    desk.bank(through=EVE)
    desk.day(TODAY)
    assert send_to(desk, server.url).sent == 2
    assert server.sessions == 1


# --- Other answers


@pytest.mark.parametrize(
    "answer", ["451 try later", f"451 try later{HANG_UP_AFTER}", f"421 closing{HANG_UP_AFTER}"]
)
def test_not_now_is_repeated_at_the_next_run(ready: Desk, server: MailServer, answer: str):
    server.after_data = [answer]
    delivered = send_to(ready, server.url)
    assert (delivered.sent, delivered.postponed) == (0, 1)
    assert states(ready) == {"queued": 1}
    assert send_to(ready, server.url).sent == 1
    assert list(server.times_received.values()) == [1]
    assert ready.broken(TODAY) == []


@pytest.mark.parametrize("answer", ["554 no", f"554 no{HANG_UP_AFTER}"])
def test_never_is_not_repeated(ready: Desk, server: MailServer, answer: str):
    server.after_data = [answer]
    delivered = send_to(ready, server.url)
    assert (delivered.sent, delivered.refused) == (0, 1)
    assert send_to(ready, server.url).sent == 0
    assert server.received == []
    assert states(ready) == {"refused": 1}
    assert ready.broken(TODAY) == []


@pytest.mark.parametrize(("answer", "state"), [("450 grey", "queued"), ("550 unknown", "refused")])
def test_a_recipient_that_is_not_taken_holds_up_nobody_else(
    desk: Desk, server: MailServer, answer: str, state: str
):
    desk.invoices(FIRST, SECOND)
    desk.bank(through=EVE)
    desk.day(TODAY)
    server.refused_recipients[TARDIF.email] = answer
    assert send_to(desk, server.url).sent == 1
    assert states(desk) == {"sent": 1, state: 1}


@pytest.mark.parametrize("address", ["é@tardif.example", "compta@tardé.example", "a..b@x.example", "moi"])
def test_an_address_that_no_mail_can_carry_holds_up_nobody_else(desk: Desk, server: MailServer, address: str):
    """Files are refused for such an address; one that came another way is said, and the others leave."""
    desk.invoices(FIRST, SECOND)
    desk.bank(through=EVE)
    desk.day(TODAY)
    queued = apps.get_model("correspondence.Message").objects.filter(recipient_email=TARDIF.email)
    queued.update(recipient_email=address)
    delivered = send_to(desk, server.url)
    assert (delivered.sent, delivered.refused) == (1, 1)
    assert TARDIF.name in delivered.problems[0]
    assert send_to(desk, server.url).sent == 0


def test_a_message_that_cannot_be_written_is_said_and_holds_up_nobody_else(desk: Desk, server: MailServer):
    desk.invoices(FIRST, SECOND)
    desk.bank(through=EVE)
    desk.day(TODAY)
    queued = apps.get_model("correspondence.Message").objects.filter(recipient_email=TARDIF.email)
    queued.update(sender_email="personne")
    delivered = send_to(desk, server.url)
    assert (delivered.sent, delivered.refused) == (1, 1)
    assert "ne peut pas être écrit" in delivered.problems[0]
    assert states(desk) == {"sent": 1, "refused": 1}
    assert send_to(desk, server.url).sent == 0
    assert desk.broken(TODAY) == []


def test_a_lost_document_is_said_and_holds_up_nobody_else(desk: Desk, server: MailServer):
    desk.invoices(FIRST, Bill("F-2", BONPAYEUR, date(2026, 8, 29), date(2026, 9, 28), 60_000))
    desk.bank(through=EVE)
    desk.day(TODAY)
    compose_documents(
        company_id=desk.company.pk,
        archive=desk.archive,
        actor="test",
        at=at_noon(TODAY),
    )
    lost = dict(desk.archive.kept)
    desk.archive.kept.clear()
    delivered = send_to(desk, server.url)
    assert (delivered.sent, delivered.postponed) == (1, 1)
    assert "manque dans l'archive" in delivered.problems[0]
    desk.archive.kept.update(lost)
    assert send_to(desk, server.url).sent == 1
    assert desk.broken(TODAY) == []


def test_no_answer_after_the_last_byte_is_a_doubt_and_never_repeated(ready: Desk, server: MailServer):
    server.after_data = [TAKE_AND_HANG_UP]
    delivered = send_to(ready, server.url)
    assert (delivered.sent, delivered.in_doubt) == (0, 1)
    for _ in range(2):
        assert send_to(ready, server.url).sent == 0
    assert list(server.times_received.values()) == [1]
    assert states(ready) == {"in_doubt": 1}
    assert ready.broken(TODAY) == []


def test_nonsense_after_the_last_byte_is_a_doubt(ready: Desk, server: MailServer):
    server.after_data = ["what?"]
    assert send_to(ready, server.url).in_doubt == 1
    assert states(ready) == {"in_doubt": 1}


@pytest.mark.parametrize(("it_left", "mails"), [(True, 1), (False, 2)])
def test_a_person_settles_the_doubt(ready: Desk, server: MailServer, it_left: bool, mails: int):
    server.after_data = [TAKE_AND_HANG_UP]
    send_to(ready, server.url)
    [message] = messages_in_doubt(ready.company.pk)
    settle_doubt(
        company_id=ready.company.pk,
        message_id=message.pk,
        it_left=it_left,
        actor="test",
        at=message.queued_at,
    )
    send_to(ready, server.url)
    assert len(server.received) == mails
    assert states(ready) == {"sent": 1}
    assert ready.broken(TODAY) == []


def test_a_server_that_is_down(ready: Desk):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        delivered = send_to(ready, f"smtp://127.0.0.1:{taken.getsockname()[1]}")
    assert (delivered.sent, delivered.postponed) == (0, 1)
    assert states(ready) == {"queued": 1}


# --- Who may send, and over what


def test_the_right_password_over_tls(ready: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with mail_server(tls_context=tls(), authenticator=only_camille, auth_required=True) as server:
        url = f"smtp://camille:secret@localhost:{server.port}?security=starttls"
        assert send_to(ready, url).sent == 1
        assert len(server.received) == 1


def test_the_wrong_password_is_said_and_nothing_is_lost(ready: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with mail_server(tls_context=tls(), authenticator=only_camille, auth_required=True) as server:
        delivered = send_to(ready, f"smtp://camille:wrong@localhost:{server.port}?security=starttls")
    assert delivered.postponed == 1
    assert "mot de passe" in delivered.problems[0]
    assert "wrong" not in delivered.problems[0]
    assert states(ready) == {"queued": 1}


def test_a_certificate_that_nobody_vouches_for_is_refused(ready: Desk):
    with mail_server(tls_context=tls()) as server:
        delivered = send_to(ready, f"smtp://localhost:{server.port}?security=starttls")
    assert delivered.postponed == 1
    assert "certificat" in delivered.problems[0]
    assert server.received == []


def test_a_server_without_tls_gets_no_password(ready: Desk, server: MailServer):
    delivered = send_to(ready, f"smtp://camille:secret@127.0.0.1:{server.port}?security=starttls")
    assert delivered.postponed == 1
    assert server.received == []
