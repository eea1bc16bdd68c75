"""Follow every link from a page, as somebody: one address of each kind of page."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin

_LINK = re.compile(r'<(?:a|iframe|object|img)\b[^>]*?\s(?:href|src|data)="([^"#]+)')
_NUMBER = re.compile(r"/\d+(?=/|$)")
_COMPANY = re.compile(r"/c/[\w-]+/")


class Answer(NamedTuple):
    """What an address answered."""

    status: int
    content_type: str
    text: str


def kind_of(address: str) -> str:
    """The kind of page an address shows: numbers, companies and filters make no difference."""
    path = address.partition("?")[0].partition("#")[0]
    return _COMPANY.sub("/c/*/", _NUMBER.sub("/0", path))


def crawl(get: Callable[[str], Answer], start: str = "/") -> tuple[dict[str, str], list[str]]:
    """Return an address of each kind of page that links lead to, and the links that lead nowhere good."""
    pages: dict[str, str] = {}
    broken: list[str] = []
    seen: set[str] = set()
    waiting = deque([(start, "the start")])
    while waiting:
        address, found_on = waiting.popleft()
        kind = kind_of(address)
        if kind in seen or "/static/" in address:
            continue
        seen.add(kind)
        answer = get(address)
        if answer.status not in (200, 302):  # a second factor asks for the password once more, elsewhere
            broken.append(f"{address} answers {answer.status} (linked from {found_on})")
        elif answer.status == 200 and answer.content_type.startswith("text/html"):
            pages[kind] = address
            links = (urljoin(address, unescape(link)) for link in _LINK.findall(answer.text))
            waiting.extend((link, address) for link in links if link.startswith("/"))
    return pages, broken
