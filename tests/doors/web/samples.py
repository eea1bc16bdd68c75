"""For each argument of an address, something that it names: of the customer of whom `sales` is in charge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cast import TARDIF
from doors.web.house import House
from quittance.company.membership import Place, invite
from quittance.company.models import Mandate
from quittance.customers.models import Customer
from quittance.sales.models import Invoice

Sample = Callable[[House], object]


def theirs(house: House) -> Customer:
    """The customer of whom `sales` is in charge, and `other_sales` is not."""
    return house.customer(TARDIF.reference)


def _invitation(house: House):
    return invite(
        company_id=house.company.pk, email="new@house.example", name="", place=Place("reader"),
        actor=house.owner.actor, at=datetime.now(UTC) + timedelta(0),
    )  # fmt: skip


SAMPLES: dict[str, Sample] = {
    "slug": lambda house: house.company.slug,
    "customer_id": lambda house: theirs(house).pk,
    "invoice_id": lambda house: Invoice.objects.get(company=house.company, number="F-101").pk,
    "member_id": lambda house: house.member("assistant").pk,
    "mandate_id": lambda house: Mandate.objects.get(member=house.member("assistant")).pk,
    "invitation_id": lambda house: _invitation(house)[0].pk,
    "token": lambda house: _invitation(house)[1],
    "key": lambda house: "abc",
    "person_id": lambda house: house.reader.pk,
}

# Arguments that name something of a customer: sales people who are not in charge must not find it.
OF_A_CUSTOMER = frozenset({"customer_id", "invoice_id"})
NAMED_OF_A_CUSTOMER: frozenset[str] = (
    frozenset()
)  # addresses of a customer whose argument is called otherwise

# Addresses that may have nothing to show to the owner of the house.
MAY_BE_ABSENT = frozenset(
    {
        "account_confirm_email",  # closed
        "account_confirm_login_code",
        "account_email_verification_sent",
        "demo",  # of the demonstration alone
        "demo-come-in",
        "my-mandate",  # of the assistant alone
    }
)


def arguments(house: House, name: str, parameters: tuple[str, ...]) -> dict[str, object]:
    """Return what an address needs. An argument that is not known fails the test, and says where it goes."""
    unknown = [one for one in parameters if f"{name} {one}" not in SAMPLES and one not in SAMPLES]
    if unknown:
        pytest.fail(
            f"« {name} » takes {unknown}: name something of the house for it in tests/doors/web/samples.py"
        )
    found = {}
    for one in parameters:
        sample = SAMPLES.get(f"{name} {one}") or SAMPLES[one]
        found[one] = sample(house)
    return found
