"""Who writes and where it is posted to, as pages and messages print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quittance.domain.identifiers import french_siren
from quittance.domain.money import french_euros
from quittance.formats.letters.compose import Letterhead

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.customers.models import Customer


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
    )


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
