"""What a person reads on the pages of customers, and types there."""

import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from doors.web.house import House

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"


def plain(content: bytes) -> str:
    """A page with its marks as one types them: plain spaces and apostrophes."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(content.decode()).replace("\u2019", "'"))


def read(client: Client, address: str, **query: str) -> str:
    """The words of a page."""
    answer = client.get(address, query)
    assert answer.status_code == 200, answer
    page = re.sub(
        r"<(script|svg|style).*?</\1>", " ", plain(answer.content).replace('<span class="cents">', "")
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace("</span></data>", " ")))


def names(client: Client, house: House, **query: str) -> list[str]:
    """The references of the list, in its order."""
    page = client.get(house.url("customers"), query).content.decode()
    return re.findall(r'class="tiny soft regular">([^<]+)</span>', page)


def one(house: House, reference: str) -> str:
    return house.url("customer", house.customer(reference).pk)


def edited(house: House, reference: str) -> dict[str, str]:
    """What the form of a customer sends when nothing is touched."""
    customer = house.customer(reference)
    fields = ("name", "kind", "siren", "vat_number", "street", "postcode", "city", "country", "iban", "term", "tone",
              "language", "address_form")  # fmt: skip
    said = {field: getattr(customer, field) for field in fields}
    return {
        **said,
        "in_charge_id": customer.in_charge_id or "",
        "payer_names": "\n".join(customer.payer_names),
    }


def bring(client: Client, house: House, reference: str, data: bytes = PDF, name: str = "BL 118.pdf") -> str:
    file = SimpleUploadedFile(name, data)
    address = house.url("customer-documents", house.customer(reference).pk)
    answer = client.post(address, {"file": file, "label": "Bon de livraison"}, follow=True)
    return plain(answer.content)
