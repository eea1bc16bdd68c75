"""Every page that can be reached by a link, on a desk and on a phone, light and dark: no axe violation, nothing wider
than the screen, nothing the browser complains of."""

from __future__ import annotations

import re
from collections import deque

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from doors.browser.conftest import DESK, PHONE, Open, Serve, come_in

AXE = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NOT_A_PAGE = re.compile(
    r"\.(pdf|xlsx|csv|zip|png|svg|eml|txt)$|/logout/|/download/|export/.*\?|^mailto:|^tel:"
)


def kind_of(address: str) -> str:
    """The kind of page an address shows: numbers, companies and filters make no difference."""
    path = address.partition("?")[0].partition("#")[0]
    return re.sub(r"/c/[\w-]+/", "/c/*/", re.sub(r"/\d+(?=/|$)", "/0", path))


def crawl(page: Page) -> list[str]:
    """Return an address of each kind of page that links lead to."""
    found: dict[str, str] = {}
    waiting = deque(["/"])
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if kind in found or NOT_A_PAGE.search(address):
            continue
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address} answers {answer.status}"
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        found[kind] = address
        links = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
        waiting.extend(_resolved(address, link) for link in links if link.startswith(("/", "?")))
    return list(found.values())


def _resolved(address: str, link: str) -> str:
    return address.partition("?")[0] + link if link.startswith("?") else link


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Julien Morel", "Claire Vasseur", "Sophie Brun"])
def test_every_page_can_be_read_by_everybody(serve: Serve, open_page: Open, name: str) -> None:
    server = serve("--demo", "--no-worker")
    first = come_in(open_page(server), name)
    addresses = crawl(first)
    cookies = first.context.cookies()
    faults = []
    for theme in ("light", "dark"):
        for size in (DESK, PHONE):
            page = open_page(server, viewport=size, color_scheme=theme)
            page.context.add_cookies(cookies)
            for address in addresses:
                page.goto(address)
                faults += [f"{address} {theme} {size['width']}: {fault}" for fault in _faults(page)]
    assert faults == []
    assert len(addresses) >= 10


def _faults(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = [f"{wide} px wider than the screen"] if wide > 0 else []
    for one in Axe().run(page, options=AXE).response["violations"]:
        where = "; ".join(node["html"][:120] for node in one["nodes"][:3])
        found.append(f"axe {one['id']}: {where}")
    return found
