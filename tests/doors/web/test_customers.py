"""Clients, as people open them."""

import pytest

from doors.web.house import House


@pytest.mark.parametrize("who", ["owner", "accountant", "assistant", "reader", "sales"])
def test_pages_open(house: House, who: str) -> None:
    assert house.client(who).get(house.url("customers")).status_code == 200
    assert house.client(who).get(house.url("customer", house.customer("TAR").pk)).status_code == 200
