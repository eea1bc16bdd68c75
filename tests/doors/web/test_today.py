"""Aujourd'hui: what is to be done this morning, for one company or for several, each within its walls."""

import pytest
from django.urls import reverse

from doors.web.house import House


def page_of(house: House, who: str = "owner", path: str = "") -> str:
    answer = house.client(who).get(path or house.url("company"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_opens(house: House) -> None:
    page = page_of(house)
    assert "Relances prêtes" in page
