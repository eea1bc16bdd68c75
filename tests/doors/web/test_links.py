"""No link leads where one may not go: what a role may not open is not offered."""

from __future__ import annotations

import pytest

from doors.web.crawl import Answer, crawl
from doors.web.house import House

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    "who",
    ["owner", "accountant", "sales", "other_sales", "assistant", "late_assistant", "reader", "stranger"],
)
def test_every_link_opens(house: House, who: str) -> None:
    client = house.client(who)

    def get(address: str) -> Answer:
        answer = client.get(address)
        if answer.streaming:
            return Answer(answer.status_code, answer.headers["Content-Type"], "")
        is_text = answer.headers.get("Content-Type", "").startswith("text/")
        return Answer(
            answer.status_code,
            answer.headers.get("Content-Type", ""),
            answer.content.decode() if is_text else "",
        )

    pages, broken = crawl(get)
    assert broken == []
    assert len(pages) >= (2 if who == "late_assistant" else 8)
