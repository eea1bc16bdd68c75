"""Opening an inbox on a real server, and what is told when it does not open."""

import socket

import pytest

from flows.mail_server import CERTIFICATE, tls
from gateways.imap_server import PASSWORD, USER, ImapServer, imap_server
from quittance.gateways.mailbox import ImapSettings, InboxClosed, count_inbox


def settings_of(server: ImapServer, **changes: object) -> ImapSettings:
    known = {
        "host": "localhost", "port": server.port, "user": USER, "password": PASSWORD, "security": server.security,
    }  # fmt: skip
    return ImapSettings(**(known | changes))  # type: ignore[arg-type]


@pytest.fixture
def vouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our test certificate is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
@pytest.mark.parametrize(("auth_plain", "password"), [(True, PASSWORD), (False, 'a "plain" \\ one')])
@pytest.mark.usefixtures("vouched")
def test_the_inbox_is_counted_and_left_as_it_was(security: str, auth_plain: bool, password: str) -> None:
    with imap_server(security=security, context=tls(), auth_plain=auth_plain, password=password) as server:
        assert count_inbox(settings_of(server, password=password)) == 3
    assert server.commands[-2:] == ["EXAMINE", "LOGOUT"]
    assert "SELECT" not in server.commands
    assert ("LOGIN" in server.commands) is not auth_plain


@pytest.mark.usefixtures("vouched")
def test_with_starttls_nothing_secret_crosses_in_clear() -> None:
    with imap_server(security="starttls", context=tls()) as server:
        count_inbox(settings_of(server))
    assert server.passwords_in_clear == []
    assert server.commands.index("STARTTLS") < server.commands.index("AUTHENTICATE")


@pytest.mark.parametrize(
    ("behaviour", "change", "told"),
    [
        ({}, {"password": "wrong"}, "refuse l'identifiant ou le mot de passe"),
        ({}, {"security": "starttls"}, "n'offre pas STARTTLS"),
        ({"auth_plain": False}, {}, "accentués"),
        ({"inbox": None}, {}, "n'ouvre pas la boîte de réception"),
        ({"hangs_up_after": "CAPABILITY"}, {}, "a raccroché"),
        ({"hangs_up_after": "EXAMINE"}, {}, "a raccroché"),
        ({}, {"security": "tls"}, "ne répond pas en TLS"),
        ({}, {"host": "nowhere.invalid"}, "introuvable"),
        ({}, {"host": "a..b"}, "introuvable|n'est pas un nom de serveur"),
        ({}, {"local_network": False}, "réseau local"),
    ],
)
def test_why_it_does_not_open_is_told_in_french(
    behaviour: dict[str, object], change: dict[str, object], told: str
) -> None:
    with imap_server(**behaviour) as server, pytest.raises(InboxClosed, match=told) as closed:
        count_inbox(settings_of(server, **change), seconds=5)
    assert "wrong" not in str(closed.value)


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with (
        imap_server(security="tls", context=tls()) as server,
        pytest.raises(InboxClosed, match="certificat"),
    ):
        count_inbox(settings_of(server))
    assert server.commands == []


def test_a_server_that_is_silent_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = ImapSettings("localhost", silent.getsockname()[1], USER, PASSWORD, "none")
        with pytest.raises(InboxClosed, match="ne répond pas sur le port"):
            count_inbox(settings, seconds=1)


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = ImapSettings("127.0.0.1", taken.getsockname()[1], USER, PASSWORD, "none")
        with pytest.raises(InboxClosed, match="refuse la connexion"):
            count_inbox(settings, seconds=2)


def test_the_password_is_never_shown() -> None:
    assert PASSWORD not in repr(ImapSettings("imap.example", 993, USER, PASSWORD, "tls"))
