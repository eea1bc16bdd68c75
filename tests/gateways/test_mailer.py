"""Where mails go: the address of a server as it is written, and the folder of those who have none."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from quittance.formats.mail import MailContent, build_mail
from quittance.gateways.mailer import FolderMailer, SmtpMailer, SmtpSettings, mailer_from_settings

AT = datetime(2026, 9, 17, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "security"),
    [
        ("smtp://mail.example", "mail.example", 25, "", "", "none"),
        ("smtp://mail.example:2525", "mail.example", 2525, "", "", "none"),
        ("smtp://jo:pw@mail.example", "mail.example", 587, "jo", "pw", "starttls"),
        ("smtp://jo%40x.example:p%3Aw%2F@mail.example", "mail.example", 587, "jo@x.example", "p:w/", "starttls"),
        ("smtp://mail.example?security=starttls", "mail.example", 587, "", "", "starttls"),
        ("smtp://jo:pw@mail.example:26?security=none", "mail.example", 26, "jo", "pw", "none"),
        ("smtp://mail.example?security=tls", "mail.example", 465, "", "", "tls"),
        ("smtps://jo:pw@mail.example", "mail.example", 465, "jo", "pw", "tls"),
        ("smtps://mail.example:4465", "mail.example", 4465, "", "", "tls"),
        ("smtp://[::1]:2525", "::1", 2525, "", "", "none"),
    ],
)  # fmt: skip
def test_the_address_of_a_server(url: str, host: str, port: int, user: str, password: str, security: str):
    assert SmtpSettings.from_url(url) == SmtpSettings(host, port, user, password, security)


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example", "http://mail.example", "smtp://", "smtp:mail.example", "smtp://:25", ""),
        *("smtp://mail.example?security=ssl", "smtp://mail.example:port", "smtp://mail.example:70000"),
        "smtp://jo:p/w@mail.example",
    ],
)
def test_what_cannot_be_read_is_said_in_french(url: str):
    with pytest.raises(ValueError, match="QUITTANCE_SMTP_URL"):
        SmtpSettings.from_url(url)


def test_the_password_is_never_shown():
    assert "secret" not in repr(SmtpSettings.from_url("smtp://jo:secret@mail.example"))


def test_without_a_server_mails_are_written_to_a_folder(tmp_path: Path):
    assert isinstance(mailer_from_settings("", tmp_path), FolderMailer)
    assert isinstance(mailer_from_settings("smtp://mail.example", tmp_path), SmtpMailer)


def test_a_mail_written_twice_is_one_file_that_reads_back(tmp_path: Path):
    words = "Bonjour,\n\nIl reste 1 200,00 € à régler.\n"
    content = MailContent(
        "<1.a@morel.example>", AT, "Émile", "e@morel.example", "Zoé", "z@x.example", "Été", words
    )
    mailer = FolderMailer(tmp_path / "outbox")
    places = {mailer.deliver(build_mail(content), handing_over=lambda: None) for _ in range(2)}
    [path] = (tmp_path / "outbox").iterdir()
    assert places == {str(path)}
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "Été"
    assert mail.get_body(("plain",)).get_content().splitlines() == words.splitlines()
