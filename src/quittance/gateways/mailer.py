"""Sending mail: over SMTP, into a folder of .eml files, or into memory for tests.

SMTP has one instant of doubt: once the last byte has left, a crash before the answer is read leaves the sender
not knowing whether the server took the mail. The mailer tells its caller just before that instant
(`handing_over`), so that a mail is repeated when it cannot have left, and never when it may have. Django's backend
and `smtplib.sendmail` do not show that instant, so the four SMTP commands are given one by one.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

from quittance.gateways.files import write_whole
from quittance.gateways.reaching import reach, told

SECONDS_TO_ANSWER = 60


class Refused(Exception):
    """The server does not know this recipient (a 5xx answer to RCPT). The text is the server's."""


class Rejected(Exception):
    """The server will not take this mail (a 5xx answer about the sender, the size or the content): sending the same
    one again is useless, a new one may pass once somebody has mended the cause."""


class Postponed(Exception):
    """The server cannot take this mail now (a 4xx answer, or it does not answer). Try again later."""


class Unreachable(Postponed):
    """The server does not answer, or lets nobody in: no other mail would pass either. The text is French."""


class InDoubt(Exception):
    """The last byte left and no answer came: the mail may have been taken, or not."""


class Mailer(Protocol):
    """Delivers mails one after another."""

    def deliver(self, mail: EmailMessage, *, handing_over: Callable[[], None]) -> str:
        """Deliver one mail; call `handing_over` when it is about to leave for good; return the server's answer.

        Raises `Refused`, `Rejected` or `Postponed`: the mail has not left; `InDoubt`: nobody knows.
        """

    def close(self) -> None:
        """End the connection, if any."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server. `security`: none, starttls or tls.

    `local_network`: it may be one of the local network. `password_in_clear`: it may cross the internet unencrypted.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str
    local_network: bool = True
    password_in_clear: bool = True

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://user:password@host:587?security=starttls`; smtps:// means tls from the first byte."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == -1:
            raise ValueError(
                "QUITTANCE_SMTP_URL ne se lit pas. Écrivez par exemple : "
                "smtp://utilisateur:motdepasse@serveur:587?security=starttls "
                "(dans le mot de passe, / s'écrit %2F, @ s'écrit %40)"
            )
        asked = parse_qs(parts.query).get("security", [""])[0]
        security = "tls" if parts.scheme == "smtps" else asked or ("starttls" if parts.username else "none")
        if security not in ("none", "starttls", "tls"):
            raise ValueError("QUITTANCE_SMTP_URL : security vaut none, starttls ou tls.")
        port = port or (465 if security == "tls" else 587 if security == "starttls" else 25)
        return cls(
            parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), security
        )


class SmtpMailer:
    """A real mail server, one connection for many mails."""

    def __init__(self, settings: SmtpSettings, *, seconds: int = SECONDS_TO_ANSWER) -> None:
        self.settings = settings
        self.seconds = seconds
        self._server: smtplib.SMTP | None = None
        self._down = ""  # why the server cannot be reached, until `close`: asked once, not once a mail

    def deliver(self, mail: EmailMessage, *, handing_over: Callable[[], None]) -> str:
        if self._down:
            raise Unreachable(self._down)
        try:
            server = self._offered(mail)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self.close()
            raise Postponed(str(error) or "le serveur ne répond pas") from error
        except UnicodeEncodeError as error:
            self.close()
            raise Refused("l'adresse a des lettres accentuées, que le mail ne connaît pas") from error
        handing_over()
        try:
            server.send(b".\r\n")
            code, answer = server.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self.close()
            raise InDoubt(str(error) or "le serveur n'a pas répondu") from error
        words = f"{code} {answer.decode(errors='replace')}"
        if not 200 <= code < 300 and not 400 <= code < 600:
            self.close()
            raise InDoubt(f"le serveur a répondu « {words} »")
        self._expect((code, answer), code if code < 300 else 250)
        return words

    def _offered(self, mail: EmailMessage) -> smtplib.SMTP:
        """Give the server everything but the full stop that makes it take the mail."""
        server = self._connected()
        sender = mail["From"].addresses[0].addr_spec
        recipients = [address.addr_spec for address in mail["To"].addresses]
        self._expect(server.mail(sender), 250)
        for recipient in recipients:
            self._expect(server.rcpt(recipient), 250, 251, never=Refused)
        self._expect(server.docmd("DATA"), 354)
        body = mail.as_bytes()
        server.send(
            b"\r\n".join(b"." + line if line.startswith(b".") else line for line in body.split(b"\r\n"))
        )
        if not body.endswith(b"\r\n"):
            server.send(b"\r\n")
        return server

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = self._reached()
                self._introduce(self._server)
            except (OSError, UnicodeError, smtplib.SMTPException) as error:
                self.close()
                self._down = told(error, self.settings.host, self.settings.port)
                raise Unreachable(self._down) from error
        return self._server

    def _reached(self) -> smtplib.SMTP:
        kind = _GuardedTls if self.settings.security == "tls" else _Guarded
        return kind(self.settings, self.seconds)

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.settings.user:
            server.login(self.settings.user, self.settings.password)
        else:
            server.ehlo_or_helo_if_needed()

    def _expect(self, answer: tuple[int, bytes], *good: int, never: type[Exception] = Rejected) -> None:
        """Go on with a good answer; else raise `Postponed` (4xx), or `never` (5xx): only the answer about the
        recipient condemns the address."""
        code, text = answer
        if code in good:
            return
        words = f"{code} {text.decode(errors='replace')}"
        if self._server is not None:
            try:
                self._server.rset()
            except (OSError, smtplib.SMTPException):  # it hung up after its answer, which stands
                self.close()
        raise (never if code >= 500 else Postponed)(words)

    def close(self) -> None:
        self._down = ""
        if self._server is not None:
            server, self._server = self._server, None
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()


class _Guarded(smtplib.SMTP):
    """A connection to a server that may be reached from here."""

    def __init__(self, settings: SmtpSettings, seconds: int) -> None:
        self._settings = settings
        super().__init__(settings.host, settings.port, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        theirs = self._settings
        bare = theirs.security == "none" and bool(theirs.password) and not theirs.password_in_clear
        return reach(host, port, int(timeout), local_network=theirs.local_network, in_clear=bare)


class _GuardedTls(_Guarded):
    """The same, in TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(line, server_hostname=host)


class FolderMailer:
    """A folder of .eml files, for those who send from their own mail program, and for trying things out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, mail: EmailMessage, *, handing_over: Callable[[], None]) -> str:
        # The name comes from the Message-ID, so that a mail written twice is still one file: nothing is in doubt.
        path = self.folder / f"{mail['Message-ID'].strip('<>').partition('@')[0]}.eml"
        handing_over()
        try:
            write_whole(path, mail.as_bytes())
        except OSError as error:
            raise Postponed(f"le dossier {self.folder} ne se laisse pas écrire ({error})") from error
        return str(path)

    def close(self) -> None:
        """Nothing to end."""


class MemoryMailer:
    """A mailer that only remembers, for tests."""

    def __init__(self) -> None:
        self.delivered: list[EmailMessage] = []

    def deliver(self, mail: EmailMessage, *, handing_over: Callable[[], None]) -> str:
        handing_over()
        self.delivered.append(mail)
        return "250 OK"

    def close(self) -> None:
        """Nothing to end."""


def mailer_from_settings(smtp_url: str, outbox: Path) -> Mailer:
    """Return the mailer that the settings ask for: the server of `smtp_url`, else the outbox folder."""
    return SmtpMailer(SmtpSettings.from_url(smtp_url)) if smtp_url else FolderMailer(outbox)
