"""What stands around every page."""

import pytest

from doors.web.house import House

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("who", "sees", "sees_not"),
    [
        ("owner", ["Clients", "Factures", "Banque", "Relances", "Tableau de bord", "Réglages"], []),
        ("sales", ["Clients", "Factures", "Relances"], ["Banque", "Tableau de bord", "Réglages"]),
        ("reader", ["Clients", "Banque", "Tableau de bord"], ["Réglages"]),
    ],
)
def test_the_side_shows_what_one_may_open(
    house: House, who: str, sees: list[str], sees_not: list[str]
) -> None:
    page = house.client(who).get("/help/").content.decode()
    side = page[page.index('class="side"') : page.index("</nav>")]
    for words in sees:
        assert words in side
    for words in sees_not:
        assert words not in side


def test_nobody_known_is_sent_to_sign_in(house: House) -> None:
    answer = house.client("anonymous").get(house.url("customers"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_the_house_speaks_english_to_whoever_asks(house: House) -> None:
    answer = house.client("anonymous").get("/help/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.headers["Content-Language"] == "en"


def test_the_icons_are_drawn_once(house: House) -> None:
    sprite = house.client("anonymous").get("/icons.svg")
    assert sprite.headers["Content-Type"] == "image/svg+xml"
    assert b'<symbol id="mail"' in sprite.content
