"""Réglages, Messagerie: typed, sealed, tried, and never shown again."""

import pytest

from doors.web.house import House
from doors.web.test_settings import page, plain
from flows.mail_server import mail_server
from gateways.imap_server import PASSWORD, USER, imap_server
from quittance.company.mailboxes import mailbox_of
from quittance.company.models import Mailbox

pytestmark = pytest.mark.one_database

SMTP = {
    "way": "smtp", "smtp-host": "127.0.0.1", "smtp-port": "2525", "smtp-security": "none", "smtp-username": "",
    "smtp-password": "",
}  # fmt: skip
IMAP = {
    "way": "imap", "imap-host": "127.0.0.1", "imap-port": "1143", "imap-security": "none", "imap-username": USER,
    "imap-password": PASSWORD,
}  # fmt: skip


def theirs(house: House) -> Mailbox:
    found = mailbox_of(house.company.pk)
    assert found is not None
    return found


def test_a_password_is_sealed_and_never_shown(house: House) -> None:
    client, address = house.client("owner"), house.url("settings-mailbox")
    typed = SMTP | {"smtp-username": "camille", "smtp-password": "sesame-open"}
    assert client.post(address, typed).status_code == 302
    assert "sesame" not in theirs(house).smtp_password
    text = page(client, address)
    assert "sesame" not in text
    assert theirs(house).smtp_password not in text
    assert "Enregistré, scellé" in text


def test_a_password_left_empty_stays_and_goes_with_its_server(house: House) -> None:
    client, address = house.client("owner"), house.url("settings-mailbox")
    named = SMTP | {"smtp-username": "camille"}
    client.post(address, named | {"smtp-password": "sesame-open"})
    sealed = theirs(house).smtp_password
    client.post(address, named | {"smtp-port": "587"})
    assert (theirs(house).smtp_password, theirs(house).smtp_port) == (sealed, 587)
    elsewhere = client.post(address, named | {"smtp-host": "smtp.elsewhere.example"})
    assert elsewhere.status_code == 422
    assert "saisissez de nouveau le mot de passe" in plain(elsewhere.content.decode())
    assert theirs(house).smtp_host == "127.0.0.1"
    client.post(address, named | {"smtp-host": ""})
    assert theirs(house).smtp_password == ""


def test_each_server_is_kept_apart(house: House) -> None:
    client, address = house.client("owner"), house.url("settings-mailbox")
    client.post(address, SMTP)
    client.post(address, IMAP)
    assert (theirs(house).smtp_port, theirs(house).imap_port) == (2525, 1143)


@pytest.mark.parametrize(
    ("field", "typed"), [("smtp-port", "0"), ("smtp-port", "70000"), ("smtp-security", "ssl3")]
)
def test_what_is_no_server_is_refused(house: House, field: str, typed: str) -> None:
    answer = house.client("owner").post(house.url("settings-mailbox"), SMTP | {field: typed})
    assert answer.status_code == 422
    assert mailbox_of(house.company.pk) is None


def test_a_trial_arrives_and_is_told(house: House) -> None:
    client, address = house.client("owner"), house.url("settings-mailbox")
    with mail_server() as server:
        client.post(address, SMTP | {"smtp-port": str(server.port)})
        answer = client.post(house.url("settings-mailbox-send"), follow=True)
        [mail] = server.mails
    assert mail["To"] == "owner@house.example"
    assert "Essai de la messagerie de Atelier Morel" in mail["Subject"]
    text = plain(answer.content.decode())
    assert "Essai envoyé à owner@house.example" in text
    assert "Dernier essai réussi" in text


def test_a_trial_that_fails_says_why_and_stays_said(house: House) -> None:
    client, address = house.client("owner"), house.url("settings-mailbox")
    client.post(address, SMTP | {"smtp-host": "nowhere.invalid"})
    answer = client.post(house.url("settings-mailbox-send"), follow=True)
    assert "introuvable" in plain(answer.content.decode())
    assert "a échoué" in page(client, address)


def test_the_inbox_is_counted(house: House) -> None:
    client = house.client("owner")
    with imap_server() as server:
        client.post(house.url("settings-mailbox"), IMAP | {"imap-port": str(server.port)})
        answer = client.post(house.url("settings-mailbox-receive"), follow=True)
    assert "3 messages" in plain(answer.content.decode())


def test_nothing_set_cannot_be_tried(house: House) -> None:
    answer = house.client("owner").post(house.url("settings-mailbox-receive"), follow=True)
    assert "Indiquez d'abord" in plain(answer.content.decode()).replace("’", "'")


def test_an_installation_on_the_internet_does_not_probe_its_own_network(
    house: House, settings: object
) -> None:
    settings.URL = "https://quittance.example"  # type: ignore[attr-defined]
    client = house.client("owner")
    with mail_server() as server:
        client.post(house.url("settings-mailbox"), SMTP | {"smtp-port": str(server.port)})
        answer = client.post(house.url("settings-mailbox-send"), follow=True)
    assert "réseau local" in plain(answer.content.decode())
    assert server.sessions == 0


@pytest.mark.parametrize("who", ["accountant", "sales", "assistant", "reader"])
@pytest.mark.parametrize("name", ["settings-mailbox", "settings-mailbox-send", "settings-mailbox-receive"])
def test_only_who_sets_may_try(house: House, who: str, name: str) -> None:
    assert house.client(who).post(house.url(name), SMTP).status_code == 403
    assert mailbox_of(house.company.pk) is None
