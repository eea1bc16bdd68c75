"""The list of invoices."""

import pytest

from doors.web.house import House


def test_the_list_opens(house: House) -> None:
    page = house.client("owner").get(house.url("invoices"))
    assert page.status_code == 200
    assert "F-101" in page.content.decode()


def test_every_invoice_opens(house: House) -> None:
    from quittance.sales.models import Invoice

    client = house.client("owner")
    for invoice in Invoice.objects.filter(company=house.company):
        page = client.get(house.url("invoice", invoice.pk))
        assert page.status_code == 200
        assert invoice.number in page.content.decode()
