"""Which servers a company may name: those of the internet, and those of the local network where that is allowed."""

import socket
from typing import Any

import pytest

from quittance.gateways import reaching
from quittance.gateways.reaching import NotAllowed, is_local, reach

PUBLIC = "93.184.215.14"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A network on which every name leads to itself, and nothing is really called."""
    called: list[str] = []

    def lookup(host: str, port: int, **_: object) -> list[Any]:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (host, port))]

    class Line(socket.socket):
        def connect(self, address: Any) -> None:
            called.append(address[0])

    monkeypatch.setattr(reaching.socket, "getaddrinfo", lookup)
    monkeypatch.setattr(reaching.socket, "socket", Line)
    return called


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.5", "172.16.3.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_the_local_network_is_reached_only_where_it_may_be(network: list[str], address: str) -> None:
    with pytest.raises(NotAllowed, match="réseau local"):
        reach(address, 25, 1, local_network=False)
    assert network == []
    reach(address, 25, 1, local_network=True).close()
    assert network == [address]


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_internet_is_reached(network: list[str], address: str) -> None:
    reach(address, 25, 1, local_network=False).close()
    assert network == [address]


def test_no_password_crosses_the_internet_in_clear(network: list[str]) -> None:
    with pytest.raises(NotAllowed, match="en clair"):
        reach(PUBLIC, 25, 1, local_network=True, in_clear=True)
    reach("192.168.1.9", 25, 1, local_network=True, in_clear=True).close()
    assert network == ["192.168.1.9"]


def test_a_name_that_leads_to_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was looked at is the one that is called: a second answer of the name is not asked for."""
    asked: list[str] = []

    def lookup(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(reaching.socket, "getaddrinfo", lookup)
    with pytest.raises(NotAllowed):
        reach("mail.example", 25, 1, local_network=False)
    assert asked == ["mail.example"]


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://192.168.1.20", True),
        ("http://nas.local", True),
        ("http://[::1]:8000", True),
        ("https://quittance.example", False),
        ("https://93.184.215.14", False),
        ("", False),
    ],
)
def test_an_installation_at_home(url: str, local: bool) -> None:
    assert is_local(url) is local
