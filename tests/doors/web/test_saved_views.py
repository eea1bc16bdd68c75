"""Lists kept under a name: one's own, of one page of one company."""

import re

from django.http import HttpResponse
from django.test import Client

from doors.web.house import House
from quittance.company.models import SavedView


def saved(house: House, client: Client, name: str, query: str) -> str:
    answer = client.post(house.url("invoices-views"), {"name": name, "query": query}, follow=True)
    return plain(answer)


def plain(answer: HttpResponse) -> str:
    """A page with its spaces all alike."""
    return re.sub("[\u00a0\u202f]", " ", answer.content.decode())


def test_a_view_is_kept_opened_renamed_and_forgotten(house: House) -> None:
    client = house.client("owner")
    page = saved(house, client, "Gros retards", "state=late&min=1000&page=3&evil=%3Cscript%3E")
    assert "Vue « Gros retards » enregistrée." in page
    view = SavedView.objects.get()
    assert view.query == "state=late&min=1000"  # neither the page, nor what is no filter
    assert "Gros retards" in client.get(house.url("invoices")).content.decode()
    shown = client.get(f"{house.url('invoices')}?{view.query}").content.decode()
    assert "F-101" in shown
    assert "F-102" not in shown
    client.post(house.url("invoices-view", view.pk), {"name": "Grands comptes"})
    assert SavedView.objects.get().name == "Grands comptes"
    page = plain(client.post(house.url("invoices-view", view.pk), {"delete": "1"}, follow=True))
    assert "Vue « Grands comptes » supprimée." in page
    assert not SavedView.objects.exists()


def test_the_same_name_keeps_the_newest_filters(house: House) -> None:
    client = house.client("owner")
    saved(house, client, "Mes retards", "state=late")
    saved(house, client, "Mes retards", "state=late&who=0")
    assert SavedView.objects.get().query == "state=late&who=0"


def test_a_name_that_is_taken_is_refused_in_words(house: House) -> None:
    client = house.client("owner")
    saved(house, client, "Un", "state=late")
    saved(house, client, "Deux", "state=paid")
    second = SavedView.objects.get(name="Deux")
    page = plain(client.post(house.url("invoices-view", second.pk), {"name": "Un"}, follow=True))
    assert "Vous avez déjà une vue « Un » ici." in page


def test_a_view_without_a_name_is_not_kept(house: House) -> None:
    assert "Donnez un nom à la vue." in saved(house, house.client("owner"), " ", "state=late")
    assert not SavedView.objects.exists()


def test_views_are_ones_own(house: House) -> None:
    saved(house, house.client("owner"), "À moi", "state=late")
    view = SavedView.objects.get()
    for who in ("accountant", "sales"):
        client = house.client(who)
        assert "À moi" not in client.get(house.url("invoices")).content.decode()
        assert client.post(house.url("invoices-view", view.pk), {"delete": "1"}).status_code == 404
    stranger = house.client("stranger")
    elsewhere = house.url("invoices-view", view.pk, slug=house.neighbour.company.slug)
    assert stranger.post(elsewhere, {"delete": "1"}).status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_there_are_no_more_views_than_one_can_read(house: House) -> None:
    client = house.client("owner")
    for number in range(31):
        page = saved(house, client, f"Vue {number}", f"min={number + 1}")
    assert "Vous avez déjà 30 vues ici." in page
    assert SavedView.objects.count() == 30
