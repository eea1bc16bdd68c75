"""Whatever is sent, nothing breaks: every address with queries that no page of ours writes, and every form of every
page with one field changed at a time. The fields are read from the pages, so that a new form is tested by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import quote, urljoin

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from doors.web import samples
from doors.web.crawl import Answer, crawl, kind_of
from doors.web.house import House
from doors.web.test_walls import OURS

pytestmark = pytest.mark.one_database

# What is typed in place of a number, a day, a name: too large, too long, of no alphabet, or of none at all.
NASTY = {
    "nothing": "",
    "a word": "abc",
    "a negative number": "-1",
    "a number past 64 bits": "9" * 25,
    "a number past reading": "9" * 5_000,
    "an exponent": "1e400",
    "a digit of another script": "²",
    "a byte of nothing": "a\0b",
    "several lines": "a\r\nBcc: x@y.example\r\n\r\nb",
    "no day": "0000-00-00",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "a long text": "é" * 3_000,
    "markup": "\"'><b>%s{{ x }}",
    "a formula": "=1+1",
}
QUERIED = (
    "page", "p", "q", "sort", "desc", "state", "view", "show", "who", "kind", "age", "min", "max", "before", "account",
    "amount", "since", "until", "customer", "invoice", "pick", "u", "line", "ids", "of", "step", "plan", "version",
    "why", "role", "what", "from_on", "until_on", "siren", "iban", "actor", "issued_from", "issued_to", "risk",
    "format",
)  # fmt: skip
NOT_SENT = {"csrfmiddlewaretoken"}
# Forms whose page is of allauth, or that end the session in which the others are sent.
LEFT_ALONE = ("/account/", "/me/leave")


@dataclass
class Form:
    """A form of a page: where it goes, how, and what it sends if nothing is touched."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms of a page; what stands outside of a form and belongs to it by `form=` is read too."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.by_id = address, [], {}
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, said.get("action") or self.address)
            self._open = Form(action, said.get("method", "get").lower())
            self.forms.append(self._open)
            self.by_id[said.get("id", "")] = self._open
            return
        of = self.by_id.get(said.get("form", ""), self._open)
        if of is None:
            return
        name = said.get("name", "")
        if tag in ("input", "textarea", "select", "button") and name and name not in NOT_SENT:
            of.fields.setdefault(name, said.get("value", ""))
        if tag == "button" and "formaction" in said:
            action = urljoin(self.address, said["formaction"])
            self.forms.append(Form(action, said.get("formmethod", of.method).lower(), of.fields))
        self._select = name if tag == "select" else self._select
        if tag == "option" and self._select and "selected" in said:
            of.fields[self._select] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


def forms_of(client: Client) -> Iterator[Form]:
    """Every form that the owner can reach, once: those of one kind of address with the same fields are one."""

    def get(address: str) -> Answer:
        answer = client.get(address)
        content_type = answer.headers.get("Content-Type", "")
        text = answer.content.decode() if content_type.startswith("text/html") else ""
        return Answer(answer.status_code, content_type, text)

    pages, _ = crawl(get)
    seen = set()
    for address in pages.values():
        reader = Forms(address)
        reader.feed(get(address).text)
        for form in reader.forms:
            key = (kind_of(form.action), form.method, tuple(sorted(form.fields)))
            if key not in seen and not form.action.startswith(LEFT_ALONE):
                seen.add(key)
                yield form


def send(client: Client, form: Form, sent: dict[str, str]) -> str:
    """Send a form and take back what it did; return what broke, if anything did."""
    with transaction.atomic():
        client.raise_request_exception = False
        answer = client.post(form.action, sent) if form.method == "post" else client.get(form.action, sent)
        transaction.set_rollback(True)
    if answer.status_code < 500:
        return ""
    problem = answer.exc_info[1] if getattr(answer, "exc_info", None) else answer.status_code
    return f"{type(problem).__name__} {problem}"[:160]


def test_no_form_breaks(house: House) -> None:
    """The fields get the values in turn, so that each value goes through every kind of field."""
    client, values = house.client("owner"), cycle(NASTY.items())
    broken = []
    for form in forms_of(client):
        for name in form.fields:
            called, value = next(values)
            problem = send(client, form, form.fields | {name: value})
            if problem:
                broken.append(f"{form.method} {form.action} {name} = {called}: {problem}")
    assert broken == []


def test_no_query_breaks(house: House) -> None:
    """Each address is asked with every name at once; what one of them hides, the forms above ask alone."""
    client = house.client("owner")
    queries = {
        called: "&".join(f"{name}={quote(value)}" for name in QUERIED) for called, value in NASTY.items()
    }
    values = cycle((queries | {"no letters": "&".join(f"{name}=%ff%fe" for name in QUERIED)}).items())
    broken = []
    for address in OURS:
        with transaction.atomic():
            path = reverse(address.name, kwargs=samples.arguments(house, address.name, address.parameters))
            for method in ("get", "post"):
                called, query = next(values)
                problem = send(client, Form(f"{path}?{query}", method), {})
                if problem:
                    broken.append(f"{method} {path} with {called}: {problem}")
            transaction.set_rollback(True)
    assert broken == []


def test_no_path_breaks(house: House) -> None:
    client, broken = house.client("owner"), []
    for address in OURS:
        if not {*address.parameters} - {"slug"}:
            continue
        with transaction.atomic():
            known = samples.arguments(house, address.name, address.parameters)
            for nasty in (10**25, 0, "\0", "é" * 300, "..", "0000-00-00"):
                asked = {name: one if name == "slug" else nasty for name, one in known.items()}
                try:
                    path = reverse(address.name, kwargs=asked)
                except NoReverseMatch:
                    continue
                for method in ("get", "post"):
                    problem = send(client, Form(path, method), {})
                    if problem:
                        broken.append(f"{method} {path}: {problem}")
            transaction.set_rollback(True)
    assert broken == []


@pytest.mark.parametrize("text", ["2026-01-01." + "9" * 30, "2026-01-01.-1", ".", "9999-12-31.1"])
def test_no_place_in_the_list_of_lines_breaks(house: House, text: str) -> None:
    assert house.client("owner").get(house.url("bank"), {"before": text}).status_code == 200


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/c/{slug}/bank/?view=matched", "/c/{slug}/bank/?view=matched"),
        ("https://voleur.example/", "/c/{slug}/bank/"),
        ("//voleur.example/", "/c/{slug}/bank/"),
        ("/\\voleur.example/", "/c/{slug}/bank/"),
        ("javascript:alert(1)", "/c/{slug}/bank/"),
        ("today", "/c/{slug}/bank/"),
        ("", "/c/{slug}/bank/"),
    ],
)
def test_the_way_back_stays_in_the_house(house: House, back: str, leads: str) -> None:
    slug = house.company.slug
    answer = house.client("owner").post(house.url("bank-match"), {"back": back.format(slug=slug)})
    assert answer.headers["Location"] == leads.format(slug=slug)


def test_a_byte_of_nothing_and_a_number_past_64_bits_are_turned_away(house: House) -> None:
    """Said here, since SQLite would keep the first: PostgreSQL does not."""
    client = house.client("owner")
    assert client.get(f"{reverse('search')}?q=a%00b").status_code == 400
    assert client.post(house.url("bank-match"), {"back": "a\0b"}).status_code == 400
    assert client.get(house.url("customer", 2**63)).status_code == 404
