"""Who writes and where it is posted to, as pages and messages print it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from quittance.domain.calendar import french_date
from quittance.domain.identifiers import french_iban, french_siren
from quittance.domain.money import french_euros
from quittance.formats.letters.compose import Letterhead

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.customers.models import Customer
    from quittance.gateways.files import Archive


def letterhead(company: Company) -> Letterhead:
    """Write the head and the foot of the company's pages."""
    address = ", ".join(
        part for part in (company.street, f"{company.postcode} {company.city}".strip()) if part
    )
    reach = " · ".join(part for part in (company.phone, company.email) if part)
    law = legal_line(company)
    return Letterhead(
        name=company.name,
        lines=tuple(line for line in (address, law, reach) if line),
        footer=", ".join(part for part in (company.name, address, law) if part),
        logo_sha256=company.logo_sha256,
        color=company.brand_color,
    )


def logo_of(page: Mapping[str, Any], archive: Archive) -> bytes:
    """Return the logo that a written page bears, none where it bears none. Raises `DocumentLost`."""
    return archive.get(page["logo"]) if page["logo"] else b""


def legal_line(company: Company) -> str:
    """Write who the company is: `SARL au capital de 8 000 €, SIREN 100 000 009, RCS Lyon`."""
    form = company.legal_form
    if form and company.capital_cents:
        form = f"{form} au capital de {french_euros(company.capital_cents).replace(',00', '')}"
    registry = f"RCS {company.registry_city}" if company.registry_city else ""
    return ", ".join(part for part in (form, f"SIREN {french_siren(company.siren)}", registry) if part)


def postal_address(customer: Customer) -> str:
    """Write where the customer is posted to, a line a row of the envelope."""
    country = "" if customer.country == "FR" else customer.country
    return "\n".join(
        line for line in (customer.street, f"{customer.postcode} {customer.city}".strip(), country) if line
    )


def sample_letter(company: Company, *, iban: str, today: date) -> dict[str, Any]:
    """Write a letter that says nothing, to show how the company's letters look."""
    head = letterhead(company)
    words = [
        ("dateline", [french_date(today)]),
        (
            "subject",
            ["Exemple de lettre", "Voici l'aspect de vos lettres : relances, mises en demeure, relevés."],
        ),
        ("body", ["Madame, Monsieur,"]),
        (
            "body",
            ["Vos couleurs servent aux titres, aux tableaux et au bloc de paiement. Le texte reste noir."],
        ),
        (
            "payment",
            [f"Par virement à {company.name}", french_iban(iban) if iban else "Votre IBAN figurera ici"],
        ),
        ("signature", [company.name]),
    ]
    return {
        "lang": "fr",
        "title": "Exemple de lettre",
        "author": head.name,
        "letterhead": list(head.lines),
        "footer": head.footer,
        "logo": head.logo_sha256,
        "color": head.color,
        "qr_payload": "",
        "written_on": today.isoformat(),
        "words": {"pay": "Pour régler", "scan": "", "code": ""},
        "recipient": ["Client d'exemple", "3 quai Saint-Vincent", "69001 Lyon"],
        "parts": [
            {
                "place": place,
                "lines": [[{"text": line, "bold": False, "italic": False}] for line in lines],
                "sticky": False,
                "table": None,
            }
            for place, lines in words
        ],
    }
