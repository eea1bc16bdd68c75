"""Joining and leaving a company: an invitation accepted by somebody new, the customers of somebody who goes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quittance.company.membership import accept_invitation, remove_member
from quittance.customers.operations import release_customers
from quittance.people.operations import create_person

if TYPE_CHECKING:
    from quittance.company.models import Invitation, Member
    from quittance.people.models import Person


@transaction.atomic
def join_with_new_account(
    *, invitation: Invitation, token: str, name: str, password: str, language: str, at: datetime
) -> Person:
    """Make the account of who was invited, and let them in: both or nothing.

    Refusals: `AddressTaken`, `MembershipRefused`.
    """
    person = create_person(email=invitation.email, name=name, password=password, language=language)
    join(token=token, person=person, at=at)
    return person


def join(*, token: str, person: Person, at: datetime) -> Member:
    """Let somebody with an account in. Refusal: `MembershipRefused`."""
    return accept_invitation(
        token=token, person_id=person.pk, email=person.email, name=person.name, actor=person.actor, at=at
    )


@transaction.atomic
def part(*, company_id: int, member_id: int, actor: str, at: datetime) -> Member:
    """Close the company to a person; reminders to their customers leave in the company's name from now on.

    Refusal: `MembershipRefused`.
    """
    member = remove_member(company_id=company_id, member_id=member_id, actor=actor, at=at)
    release_customers(company_id=company_id, member_id=member_id, actor=actor, at=at)
    return member
