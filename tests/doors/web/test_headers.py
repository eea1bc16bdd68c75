"""What every answer says to browsers: where scripts may come from, who may frame it, what is told to others."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from doors.web import samples
from doors.web.house import House
from doors.web.test_walls import ALL, Address

pytestmark = pytest.mark.one_database

PAGES = [one for one in ALL if not one.parameters or one.parameters == ("slug",)]


@pytest.mark.parametrize("address", PAGES, ids=lambda one: f"{one.name} {one.route}")
@pytest.mark.parametrize("who", ["owner", "anonymous"])
def test_every_page_has_the_headers(house: House, address: Address, who: str) -> None:
    path = reverse(address.name, kwargs=samples.arguments(house, address.name, address.parameters))
    hardened(house.client(who).get(path), path)


@pytest.mark.parametrize("path", ["/nothing-here/", "/c/another/customers/"])
def test_pages_of_what_went_wrong_have_them_too(house: House, path: str) -> None:
    hardened(house.client("owner").get(path), path)
    hardened(house.client("reader").get(house.url("settings")), "settings")
    forged = Client(enforce_csrf_checks=True).post(
        "/account/login/", {"login": "a@b.example", "password": "x"}
    )
    assert forged.status_code == 403
    hardened(forged, "forgery")


def hardened(answer, path: str) -> None:
    policy = {
        words[0]: words[1:]
        for words in (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
        if words
    }
    assert policy["default-src"] == ["'none'"], path
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"], path
    assert policy["frame-ancestors"] == policy["form-action"] == ["'self'"], path
    assert policy["object-src"] == policy["base-uri"] == ["'none'"], path
    assert not {"unsafe-inline", "unsafe-eval", "*"} & {
        word.strip("'") for ones in policy.values() for word in ones
    }
    assert answer.headers["Referrer-Policy"] == "same-origin", path
    assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    assert answer.headers["X-Frame-Options"] in ("SAMEORIGIN", "DENY"), path
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", path


def test_pages_of_who_is_known_are_kept_by_nobody(house: House) -> None:
    page = house.client("owner").get(reverse("me"))
    assert "no-store" in page.headers["Cache-Control"]


def test_a_form_from_elsewhere_does_nothing(house: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = house.client("owner").cookies
    answer = client.post(reverse("me"), {"name": "Forged", "language": "en"})
    assert answer.status_code == 403
    house.owner.refresh_from_db()
    assert house.owner.name == "Owner"


def test_another_host_is_not_served(house: House, settings: LazySettings) -> None:
    assert Client().get("/account/login/", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize(
    ("url", "proxy", "safe"), [("https://q.example", "yes", True), ("http://127.0.0.1:8000", "", False)]
)
def test_behind_tls_everything_is_tightened(tmp_path: Path, url: str, proxy: str, safe: bool) -> None:
    names = (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
        "CSRF_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
    )
    program = (
        "import json; from quittance.config import settings as s; "
        f"print(json.dumps([getattr(s, name) for name in {names}]))"
    )
    given = {"QUITTANCE_HOME": str(tmp_path), "QUITTANCE_URL": url, "QUITTANCE_PROXY": proxy}
    told = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | given, capture_output=True, text=True, check=True
    )
    year = 365 * 24 * 3600
    assert json.loads(told.stdout) == [safe, safe, safe, year if safe else 0, not safe, True, "Lax"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
