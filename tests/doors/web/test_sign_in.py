"""Coming in: the address and the password, the pause after five failures, the second factor, what is closed."""

import hashlib
import hmac
import re
import struct
import time
from base64 import b32decode

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse

from doors.web.house import PASSWORD, House

pytestmark = pytest.mark.one_database

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def counted_from_zero() -> None:
    """No failures of earlier tests."""
    cache.clear()


def enter(client: Client, login: str, password: str, follow: bool = False):
    return client.post(LOGIN, {"login": login, "password": password}, follow=follow)


def totp(secret: str, steps: int = 0) -> str:
    """The code that a telephone shows (RFC 6238), now or some half-minutes later."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def mails() -> list[str]:
    return [str(one.body).replace("’", "'") for one in mail.outbox]


def test_the_right_password_opens_the_house(house: House) -> None:
    client = Client()
    answer = enter(client, "Owner@House.example", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/me/").status_code == 200


def test_the_page_one_wanted_comes_after(house: House) -> None:
    wanted = house.url("customers")
    answer = Client().post(
        f"{LOGIN}?next={wanted}", {"login": "owner@house.example", "password": PASSWORD, "next": wanted}
    )
    assert answer.headers["Location"] == wanted
    answer = Client().post(
        LOGIN, {"login": "owner@house.example", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/"


def test_failures_are_counted_in_words_then_comes_a_pause(house: House) -> None:
    client = Client()
    for left, words in ((4, "4 essais"), (3, "3 essais"), (2, "2 essais"), (1, "1 essai")):
        page = enter(client, "owner@house.example", "faux")
        assert page.status_code == 200, left
        assert (
            f"Adresse ou mot de passe inexact. Il reste {words} avant une pause de 15 minutes."
            in page.content.decode()
        )
    for password in ("faux", PASSWORD):
        page = enter(client, "owner@house.example", password)
        assert page.status_code == 429
        assert "Une pause de 15 minutes" in page.content.decode()
    assert client.get("/me/").status_code == 302
    assert enter(Client(REMOTE_ADDR="192.0.2.7"), "owner@house.example", PASSWORD).status_code == 302


def test_nothing_tells_which_addresses_have_an_account(house: House) -> None:
    known, unknown = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")

    def seen(client: Client, address: str) -> tuple[int, str]:
        page = enter(client, address, "faux")
        words = re.sub(r'value="[^"]*"', "", page.content.decode())
        return page.status_code, re.sub(r"[\w.]+@[\w.]+", "", words)

    for _ in range(6):
        assert seen(known, "owner@house.example") == seen(unknown, "nobody@house.example")
    answers = [
        Client().post("/account/password/reset/", {"email": address})
        for address in ("owner@house.example", "nobody@house.example")
    ]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [
        (302, "/account/password/reset/done/")
    ] * 2
    assert len(mails()) == 2


def test_what_was_typed_is_not_kept(house: House) -> None:
    enter(Client(), "un-secret@house.example", "un autre secret")
    assert "secret" not in AccessAttempt.objects.get().post_data


def test_a_session_from_before_is_not_taken_over(house: House) -> None:
    client = Client()
    client.get(LOGIN)
    client.session["planted"] = "yes"
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = before
    enter(client, "owner@house.example", PASSWORD)
    assert client.cookies[django_settings.SESSION_COOKIE_NAME].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_cookies_are_out_of_reach_of_scripts(house: House) -> None:
    client = Client()
    client.get(LOGIN)
    enter(client, "owner@house.example", PASSWORD)
    for name in (django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def test_another_password_ends_the_other_sessions_and_is_told_by_mail(house: House) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        enter(client, "owner@house.example", PASSWORD)
    new = "huit bateaux rouges"
    answer = here.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.headers["Location"] == "/me/"
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    (told,) = mails()
    assert "Le mot de passe de votre compte vient d'être changé." in told


def test_a_forgotten_password_is_chosen_again_by_the_link_once(house: House) -> None:
    Client().post("/account/password/reset/", {"email": "owner@house.example"}, HTTP_HOST="localhost")
    (told,) = mails()
    (link,) = re.findall(r"http\S+", told)
    assert link.startswith(django_settings.URL + "/account/password/reset/key/")
    client, new = Client(), "huit bateaux rouges"
    page = client.get(link.removeprefix(django_settings.URL), follow=True)
    assert "Choisir un mot de passe" in page.content.decode()
    there = page.redirect_chain[-1][0]
    assert client.post(there, {"password1": new, "password2": new}).status_code == 302
    assert enter(Client(), "owner@house.example", new).status_code == 302
    again = Client().get(link.removeprefix(django_settings.URL), follow=True)
    assert "Ce lien ne sert plus" in again.content.decode()


class Broken(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError


def test_a_mail_that_cannot_leave_tells_nothing(house: House, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    for address in ("owner@house.example", "nobody@house.example"):
        assert Client().post("/account/password/reset/", {"email": address}).status_code == 302


def with_a_telephone(client: Client) -> str:
    """Put the codes of a telephone in service for who is signed in; give its secret."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    (secret,) = re.findall(r"<code>([A-Z2-7]+)</code>", page)
    answer = client.post("/account/2fa/totp/activate/", {"code": totp(secret)})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def test_a_telephone_gives_the_second_factor(house: House) -> None:
    here = Client()
    enter(here, "owner@house.example", PASSWORD)
    secret = with_a_telephone(here)
    codes = re.findall(r"<code>(\w+)</code>", here.get("/account/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10

    there = Client()
    assert enter(there, "owner@house.example", PASSWORD).headers["Location"] == "/account/2fa/authenticate/"
    assert there.get("/me/").status_code == 302
    wrong = there.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "Ce code est inexact" in wrong.content.decode()
    right = there.post("/account/2fa/authenticate/", {"code": totp(secret, 1)})
    assert right.headers["Location"] == "/"
    assert there.get("/me/").status_code == 200

    lost = Client()
    enter(lost, "owner@house.example", PASSWORD)
    assert lost.post("/account/2fa/authenticate/", {"code": codes[0]}).headers["Location"] == "/"
    again = Client()
    enter(again, "owner@house.example", PASSWORD)
    assert again.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == 200


def test_codes_cannot_be_guessed_at_leisure(house: House) -> None:
    here, thief = Client(), Client()
    enter(here, "owner@house.example", PASSWORD)
    secret = with_a_telephone(here)
    enter(thief, "owner@house.example", PASSWORD)
    for _ in range(5):
        thief.post("/account/2fa/authenticate/", {"code": "000000"})
    page = thief.post("/account/2fa/authenticate/", {"code": totp(secret, 1)})
    assert page.status_code != 302
    assert "quinze minutes" in page.content.decode() or page.status_code == 429


def test_the_secret_of_a_telephone_is_not_readable_in_the_database(house: House) -> None:
    here = Client()
    enter(here, "owner@house.example", PASSWORD)
    secret = with_a_telephone(here)
    assert secret not in str([one.data for one in Authenticator.objects.all()])


def test_what_protects_the_account_asks_who_is_there(house: House) -> None:
    client = house.client("owner")  # signed in long ago
    answer = client.get("/account/2fa/totp/activate/")
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    page = client.post("/account/reauthenticate/", {"password": "faux"})
    assert "Ce mot de passe est inexact. Il reste 4 essais" in page.content.decode()
    answer = client.post(
        "/account/reauthenticate/?next=/account/2fa/totp/activate/",
        {"password": PASSWORD, "next": "/account/2fa/totp/activate/"},
    )
    assert answer.headers["Location"] == "/account/2fa/totp/activate/"


@pytest.mark.parametrize(
    ("who", "page", "status", "to"),
    [
        ("anonymous", "signup/", 302, LOGIN),
        ("owner", "signup/", 302, LOGIN),
        ("owner", "email/", 302, "/me/"),
        ("anonymous", "email/", 302, LOGIN + "?next=/account/email/"),
        ("anonymous", "confirm-email/", 404, None),
        ("anonymous", "confirm-email/abc/", 404, None),
        ("anonymous", "login/code/confirm/", 404, None),
        ("anonymous", "3rdparty/", 404, None),
        ("anonymous", "sessions/", 404, None),
    ],
)
def test_what_is_not_offered_is_closed(
    house: House, who: str, page: str, status: int, to: str | None
) -> None:
    for answer in (house.client(who).get("/account/" + page), house.client(who).post("/account/" + page)):
        assert (answer.status_code, answer.headers.get("Location")) == (status, to)


def test_pages_of_coming_in_speak_french_and_english(house: House) -> None:
    page = Client().get(LOGIN).content.decode()
    for words in ("Se connecter", "Adresse électronique", "Mot de passe oublié", "Utiliser une clé d’accès"):
        assert words in page
