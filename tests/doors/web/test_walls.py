"""Every address of the web application, asked for and posted to by everybody: who gets in, who is turned away.

The addresses are read from the resolver and the walls from the views, so that a new page is tested by itself. Where
an address takes an argument that `SAMPLES` does not know, the test says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from doors.web import samples
from doors.web.house import House
from quittance.domain.access import RIGHTS, Right
from quittance.journal.queries import position

pytestmark = pytest.mark.one_database

EVERYBODY = (
    "owner",
    "accountant",
    "sales",
    "other_sales",
    "assistant",
    "late_assistant",
    "reader",
    "stranger",
    "anonymous",
)
SIGN_IN = "/account/login/?next="
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(?!django_session|axes_)')


@dataclass(frozen=True)
class Address:
    """One address of the resolver, with the view behind it."""

    route: str
    name: str
    view: Callable[..., HttpResponse]
    parameters: tuple[str, ...]

    @property
    def wall(self) -> Right | str | None:
        return getattr(self.view, "wall", None)

    @property
    def of_allauth(self) -> bool:
        return self.view.__module__.startswith("allauth.")

    @cached_property
    def of_a_customer(self) -> bool:
        return bool(samples.OF_A_CUSTOMER & set(self.parameters))


def addresses(resolver: URLResolver, route: str = "", parameters: tuple[str, ...] = ()) -> Iterator[Address]:
    for one in resolver.url_patterns:
        here = route + str(one.pattern)
        taken = (
            *parameters,
            *one.pattern.converters,
            *getattr(one.pattern, "regex", re.compile("")).groupindex,
        )
        known = tuple(dict.fromkeys(taken))
        if isinstance(one, URLPattern):
            yield Address(here, one.name or "", one.callback, known)
        else:
            yield from addresses(one, here, known)


ALL = list(addresses(get_resolver()))
OURS = [one for one in ALL if not one.of_allauth]


def test_every_view_stands_behind_a_wall() -> None:
    walls = {"open", "signed_in", *Right}
    assert [one.route for one in OURS if one.wall not in walls] == []
    assert [one.route for one in OURS if not one.name] == []


def test_what_is_open_to_all_is_known() -> None:
    """A page that anybody may open is a decision: it is written down here."""
    assert {one.name for one in OURS if one.wall == "open"} == {
        "account_confirm_email",
        "account_confirm_login_code",
        "account_email_verification_sent",
        "account_signup",
        "demo",
        "demo-come-in",
        "icons",
        "invitation",
        "start",
    }


def expected(address: Address, who: str) -> str:
    """What happens to somebody at an address: in, sign in, not allowed, or nothing there."""
    wall = address.wall
    if wall == "open":
        return "in"
    if who == "anonymous":
        return "sign in"
    if wall == "signed_in":
        return "in"
    if who == "stranger":
        return "nothing there"
    role = {"late_assistant": "", "other_sales": "sales"}.get(who, who)
    rights = RIGHTS.get(role, frozenset()) | ({Right.REMIND} if who == "sales" else set())
    if wall not in rights:
        return "not allowed"
    if who == "other_sales" and address.of_a_customer:
        return "nothing there"
    return "in"


def told(answer: HttpResponse) -> str:
    """The same, from the answer."""
    if answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_IN):
        return "sign in"
    return {403: "not allowed", 404: "nothing there"}.get(
        answer.status_code, "broken" if answer.status_code >= 500 else "in"
    )


@dataclass
class Asked:
    """An answer, and what was written for it."""

    answer: HttpResponse
    written: list[str]


def ask(house: House, client: Client, method: str, path: str) -> Asked:
    """Ask, and leave everything as it was."""
    companies = (house.company.pk, house.neighbour.company.pk)
    with transaction.atomic():
        before = [position(company) for company in companies]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = client.generic(method, path)
        written = [query["sql"][:120] for query in seen if WRITES.match(query["sql"])]
        if before != [position(company) for company in companies]:
            written.append("the journal")
        transaction.set_rollback(True)
    return Asked(answer, written)


def wrong_with(address: Address, who: str, method: str, asked: Asked) -> str:
    """What is wrong with an answer; empty when it is as the wall says."""
    should, does, status = expected(address, who), told(asked.answer), asked.answer.status_code
    if asked.written and (should != "in" or method == "GET"):
        return f"wrote {asked.written}"
    if does == should:
        return ""
    # What is there for the owner need not be there for everybody: each sees their own files, views and mandates.
    absent_for_them = should == "in" and does == "nothing there"
    if absent_for_them and (who != "owner" or method == "POST" or address.name in samples.MAY_BE_ABSENT):
        return ""
    if (
        should == "nothing there" and status == 405 and who == "other_sales"
    ):  # said before anything is looked up
        return ""
    return f"answers {status}, should be « {should} »"


@pytest.mark.parametrize("address", OURS, ids=lambda one: one.name)
def test_everybody_meets_the_wall(house: House, address: Address) -> None:
    arguments = samples.arguments(house, address.name, address.parameters)
    path = reverse(address.name, kwargs=arguments)
    wrong, found = [], False
    for who in EVERYBODY:
        client = house.client(who)
        client.raise_request_exception = False
        for method in ("GET", "POST"):
            asked = ask(house, client, method, path)
            complaint = wrong_with(address, who, method, asked)
            if complaint:
                wrong.append(f"{who} {method} {path}: {complaint}")
            there = told(asked.answer) == "in" and asked.answer.status_code != 405
            found = found or (who == "owner" and there)
    assert wrong == []
    if address.parameters and address.name not in samples.MAY_BE_ABSENT:
        nothing = f"the samples of {address.parameters} name nothing"
        assert found, f"{nothing}: what the walls of « {address.name} » hide is not seen"


# The pages of allauth, as they answer a GET: (nobody known, somebody signed in long ago).
REAUTHENTICATE = "302 /account/reauthenticate/"
OF_ALLAUTH = {
    "account_login": ("200", "302 /"),
    "account_logout": ("302 /", "200"),
    "account_inactive": ("200", "200"),
    "account_reauthenticate": ("302 " + SIGN_IN, "200"),
    "account_change_password": ("302 " + SIGN_IN, "200"),
    "account_set_password": ("302 " + SIGN_IN, "302 /account/password/change/"),
    "account_reset_password": ("200", "200"),
    "account_reset_password_done": ("200", "200"),
    "account_reset_password_from_key": ("200", "200"),
    "account_reset_password_from_key_done": ("200", "200"),
    "mfa_index": ("302 " + SIGN_IN, "200"),
    "mfa_authenticate": ("302 /account/login/", "302 /"),
    "mfa_reauthenticate": ("302 " + SIGN_IN, "302 /account/reauthenticate/"),
    "mfa_activate_totp": ("302 " + SIGN_IN, REAUTHENTICATE),
    "mfa_deactivate_totp": ("302 " + SIGN_IN, "404"),
    "mfa_view_recovery_codes": ("302 " + SIGN_IN, "404"),
    "mfa_generate_recovery_codes": ("302 " + SIGN_IN, REAUTHENTICATE),
    "mfa_download_recovery_codes": ("302 " + SIGN_IN, "404"),
    "mfa_list_webauthn": ("302 " + SIGN_IN, "200"),
    "mfa_add_webauthn": ("302 " + SIGN_IN, REAUTHENTICATE),
    "mfa_reauthenticate_webauthn": ("302 " + SIGN_IN, "302 /account/reauthenticate/"),
    "mfa_remove_webauthn": ("302 " + SIGN_IN, REAUTHENTICATE),
    "mfa_edit_webauthn": ("302 " + SIGN_IN, REAUTHENTICATE),
    "mfa_login_webauthn": ("302 /account/login/", "302 /"),
}
ALLAUTH = sorted({one.name: one for one in ALL if one.of_allauth}.values(), key=lambda one: one.name)
CLOSED = {one.name for one in OURS}


@pytest.mark.parametrize(
    "address", [one for one in ALLAUTH if one.name not in CLOSED], ids=lambda one: one.name
)
def test_the_pages_of_allauth(house: House, address: Address) -> None:
    given = {"pk": 1, "uidb36": "1", "key": "abc"}
    path = reverse(address.name, kwargs={name: given[name] for name in address.parameters})
    seen = []
    for who in ("anonymous", "reader"):
        answer = house.client(who).get(path)
        where = answer.headers.get("Location", "")
        seen.append(f"{answer.status_code} {where}".strip())
    nobody, somebody = OF_ALLAUTH[address.name]
    assert seen[0].startswith(nobody), seen
    assert seen[1].startswith(somebody), seen
    if nobody.endswith(SIGN_IN):
        answer = house.client("anonymous").post(path)
        assert answer.headers["Location"].startswith("/account/login/")
