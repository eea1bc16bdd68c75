"""Every page that can be reached by a link, on a desk and on a phone, light and dark: no axe violation, nothing wider
than the screen, nothing the browser complains of."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from doors.browser.conftest import DESK, PHONE, Open, Serve, come_in
from doors.web.crawl import Answer, crawl

AXE = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "theme"),
    [(DESK, "light"), (PHONE, "dark")],
    ids=["desk, light", "phone, dark"],
)
def test_every_page_can_be_read_by_everybody(
    serve: Serve, open_page: Open, size: dict[str, int], theme: str
) -> None:
    server = serve("--no-worker", demo=True)
    page = come_in(open_page(server, viewport=size, color_scheme=theme), "Julien Morel")

    def get(address: str) -> Answer:
        answer = page.context.request.get(address, max_redirects=0)
        content_type = answer.headers.get("content-type", "")
        return Answer(answer.status, content_type, answer.text() if content_type.startswith("text/") else "")

    pages, broken = crawl(get)
    assert broken == []
    assert len(pages) >= 25
    faults = []
    for address in pages.values():
        page.goto(address)
        faults += [f"{address}: {fault}" for fault in _faults(page)]
    assert faults == []


def _faults(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = [f"{wide} px wider than the screen"] if wide > 0 else []
    for one in Axe().run(page, options=AXE).response["violations"]:
        where = "; ".join(node["html"][:120] for node in one["nodes"][:3])
        found.append(f"axe {one['id']}: {where}")
    return found
