"""A real mail server on the loopback, that answers as the test tells it to."""

from __future__ import annotations

import contextlib
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).parents[1] / "samples" / "tls" / "localhost.pem"  # self-signed, with its key
LOGIN = LoginPassword(b"camille", b"secret")

# What a server may do once it has the last byte, other than answering.
TAKE_AND_HANG_UP = "take and hang up"
HANG_UP_AFTER = " then hang up"


@dataclass
class MailServer:
    """What was received, and what will be answered.

    `after_data`: one answer a mail, `250 OK` when none is left; `refused_recipients`: their answers to RCPT.
    `when_addressed` is called when a mail is announced; `when_received`, once it is in the server's hands and before
    the answer.
    """

    received: list[bytes] = field(default_factory=list)
    after_data: list[str] = field(default_factory=list)
    refused_recipients: dict[str, str] = field(default_factory=dict)
    when_addressed: Callable[[], None] | None = None
    when_received: Callable[[], None] | None = None
    sessions: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=default) for data in self.received]  # type: ignore[misc]

    @property
    def times_received(self) -> Counter[str]:
        """How often each mail was received, by Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    async def answer_greeting(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        self.sessions += 1
        session.host_name = hostname
        return "250 HELP"

    async def answer_recipient(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.when_addressed is not None:
            self.when_addressed()
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def answer_mail(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.after_data.pop(0) if self.after_data else "250 OK"
        if answer.startswith("250") or answer == TAKE_AND_HANG_UP:
            assert isinstance(envelope.content, bytes)
            self.received.append(envelope.content)
            if self.when_received is not None:
                self.when_received()
        if answer == TAKE_AND_HANG_UP:
            _hang_up(server)
        elif answer.endswith(HANG_UP_AFTER):
            await server.push(answer.removesuffix(HANG_UP_AFTER))
            _hang_up(server)
        return answer


for _command, _answer in {
    "EHLO": MailServer.answer_greeting,
    "RCPT": MailServer.answer_recipient,
    "DATA": MailServer.answer_mail,
}.items():
    setattr(MailServer, f"handle_{_command}", _answer)  # the names that aiosmtpd looks for


def _hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


class _OnAnyPort(Controller):
    """A controller on a port that the system chooses."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def mail_server(**settings: Any) -> Iterator[MailServer]:
    """Run a mail server for the duration of the block; `settings` are those of aiosmtpd."""
    mailbox = MailServer()
    controller = _OnAnyPort(mailbox, hostname="127.0.0.1", port=0, **settings)
    controller.start()
    try:
        mailbox.port = controller.port
        yield mailbox
    finally:
        controller.stop()


def tls() -> ssl.SSLContext:
    """The server's side of TLS, with the self-signed certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def only_camille(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    """Let in whoever gives the right name and password."""
    return AuthResult(success=login == LOGIN, handled=False)
