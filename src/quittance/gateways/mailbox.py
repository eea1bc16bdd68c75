"""The inbox of a company, over IMAP: reached, opened, counted. Nothing in it is read, moved or marked."""

import imaplib
import re
import socket
import ssl
from dataclasses import dataclass, field

from quittance.gateways.reaching import reach, told

SECONDS_TO_ANSWER = 20
_INBOX = "INBOX"
_SAID = re.compile(r"^\s*(?:\[[^\]]*\]\s*)?(.*)", re.DOTALL)


class InboxClosed(Exception):
    """The inbox does not open; the text says in French why, and what to do."""


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """An IMAP server. `security`: none, starttls or tls. `local_network`: it may be one of the local network."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str
    local_network: bool = True


def count_inbox(settings: ImapSettings, *, seconds: int = SECONDS_TO_ANSWER) -> int:
    """Return how many messages the inbox holds. Refusal: `InboxClosed`.

    The inbox is opened for reading only. Where TLS is asked, the password is never sent without it.
    """
    server: imaplib.IMAP4 | None = None
    try:
        server = _GuardedTls(settings, seconds) if settings.security == "tls" else _Guarded(settings, seconds)
        if settings.security == "starttls":
            _start_tls(server, settings)
        _let_in(server, settings)
        return _counted(server, settings)
    except (OSError, UnicodeError, imaplib.IMAP4.error) as error:
        raise InboxClosed(told(error, settings.host, settings.port)) from error
    finally:
        if server is not None:
            _leave(server)


def _start_tls(server: imaplib.IMAP4, settings: ImapSettings) -> None:
    if "STARTTLS" not in server.capabilities:
        raise InboxClosed(f"{settings.host} n'offre pas STARTTLS. Essayez TLS sur le port 993.")
    server.starttls(ssl_context=ssl.create_default_context())


def _let_in(server: imaplib.IMAP4, settings: ImapSettings) -> None:
    """Sign in: AUTHENTICATE PLAIN carries any letter; a server without it is given LOGIN."""
    try:
        if "AUTH=PLAIN" in server.capabilities:
            secret = f"\0{settings.user}\0{settings.password}".encode()
            server.authenticate("PLAIN", lambda _: secret)
        elif not (settings.user + settings.password).isascii():
            raise InboxClosed(
                f"{settings.host} ne sait recevoir ni identifiant ni mot de passe accentués. Changez-les chez votre "
                "fournisseur."
            )
        else:
            server.login(settings.user, settings.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise InboxClosed(
            f"{settings.host} refuse l'identifiant ou le mot de passe{_in_its_words(error)}. Beaucoup de "
            "fournisseurs demandent ici un « mot de passe d'application », et d'ouvrir l'accès IMAP dans les "
            "réglages de la messagerie."
        ) from error


def _counted(server: imaplib.IMAP4, settings: ImapSettings) -> int:
    answer, data = server.select(_INBOX, readonly=True)
    if answer != "OK" or not data or data[0] is None:
        raise InboxClosed(
            f"{settings.host} n'ouvre pas la boîte de réception. Vérifiez que ce compte reçoit des messages."
        )
    return int(data[0])


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()  # it hung up first


def _in_its_words(error: Exception) -> str:
    """Quote the server, without the code that stands before its words."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else str(said)
    found = _SAID.match(text)
    words = found[1].strip().rstrip(".") if found else ""
    return f" (« {words[:120]} »)" if words else ""


class _Guarded(imaplib.IMAP4):
    """A connection to a server that may be reached from here."""

    def __init__(self, settings: ImapSettings, seconds: int) -> None:
        self._settings = settings
        super().__init__(settings.host, settings.port, timeout=seconds)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        theirs = self._settings
        return reach(
            theirs.host,
            theirs.port,
            int(timeout or SECONDS_TO_ANSWER),
            local_network=theirs.local_network,
            in_clear=theirs.security == "none",
        )


class _GuardedTls(_Guarded):
    """The same, in TLS from the first byte."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line = super()._create_socket(timeout)
        return ssl.create_default_context().wrap_socket(line, server_hostname=self._settings.host)
