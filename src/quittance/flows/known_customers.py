"""Which customer of the company a file means."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from quittance.customers.queries import customers_of

if TYPE_CHECKING:
    from quittance.company.models import Company


class KnownCustomers:
    """The company's customers by reference, by SIREN and by name; a name that two bear finds nobody."""

    def __init__(self, company: Company) -> None:
        customers = list(customers_of(company.pk).values())
        self.customers = {customer.pk: customer for customer in customers}
        self._bearers = {customer.name.casefold(): customer.reference for customer in customers}
        self._by_reference = {customer.reference: customer.pk for customer in customers}
        self._by_siren = {customer.siren: customer.pk for customer in customers if customer.siren}
        names = Counter(customer.name.casefold() for customer in customers)
        self._by_name = {
            customer.name.casefold(): customer.pk
            for customer in customers
            if names[customer.name.casefold()] == 1
        }

    def find(self, reference: str, name: str, siren: str = "") -> int | None:
        """Return the id of the customer meant, if there is one."""
        if reference:  # an electronic invoice may name its buyer by SIREN alone
            return self._by_reference.get(reference, self._by_siren.get(reference))
        if siren and siren in self._by_siren:
            return self._by_siren[siren]
        return self._by_name.get(name.casefold())

    def bearer_of(self, name: str) -> str:
        """Return the reference of a customer of this name, if any; of several, one."""
        return self._bearers.get(name.casefold(), "")
