"""Reading who belongs to a company: its people with their roles, their mandates, the invitations that wait."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from quittance.company.models import Invitation, Mandate, Member
from quittance.domain.access import NEVER_SIGN, MandateScope

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the company, with every mandate that was not revoked, the oldest first."""

    member: Member
    mandates: tuple[Mandate, ...]
    today: date

    @property
    def mandate(self) -> Mandate | None:
        """The mandate that runs today, else the newest."""
        running = [one for one in self.mandates if one.from_on <= self.today <= one.until_on]
        standing = running or list(self.mandates)
        return standing[-1] if standing else None

    @property
    def runs(self) -> bool:
        """Whether a mandate is in force today."""
        return self.mandate is not None and self.mandate.from_on <= self.today <= self.mandate.until_on


def colleagues(company_id: int, today: date) -> list[Colleague]:
    """Return the people of a company with their accounts: who represents it first, then by arrival."""
    members = (
        Member.objects.filter(company_id=company_id, left_at__isnull=True)
        .select_related("person")
        .order_by("rank", "pk")
    )
    mandates = Mandate.objects.filter(
        company_id=company_id, revoked_at__isnull=True, member__left_at__isnull=True
    ).order_by("pk")
    of: dict[int, list[Mandate]] = {}
    for mandate in mandates.select_related("signs_as"):
        of.setdefault(mandate.member_id, []).append(mandate)
    return [Colleague(member, tuple(of.get(member.pk, ())), today) for member in members]


def colleague(company_id: int, member_id: int, today: date) -> Colleague | None:
    """Return one person of a company who signs in there."""
    member = (
        Member.objects.filter(company_id=company_id, pk=member_id, left_at__isnull=True)
        .exclude(role="")
        .select_related("person")
        .first()
    )
    if member is None:
        return None
    mandates = Mandate.objects.filter(member=member, revoked_at__isnull=True).order_by("pk")
    return Colleague(member, tuple(mandates.select_related("signs_as")), today)


def members_inside(company_id: int) -> list[Member]:
    """Return the people who sign in at the company."""
    return list(Member.objects.filter(company_id=company_id, left_at__isnull=True).exclude(role=""))


def signers(company_id: int) -> list[Member]:
    """Return the people in whose name messages may leave: all who have not left, but assistants and readers."""
    return list(
        Member.objects.filter(company_id=company_id, left_at__isnull=True)
        .exclude(role__in=NEVER_SIGN)
        .order_by("rank", "pk")
    )


def waiting_invitations(company_id: int) -> list[Invitation]:
    """Return the invitations that nobody answered or withdrew, the newest first."""
    return list(
        Invitation.objects.filter(
            company_id=company_id, accepted_at__isnull=True, withdrawn_at__isnull=True
        ).order_by("-at")
    )


def open_invitation(token_sha256: str, at: datetime) -> Invitation | None:
    """Return the invitation that a link still opens."""
    return (
        Invitation.objects.filter(
            token_sha256=token_sha256, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
        )
        .select_related("company")
        .first()
    )


def mandate_of(
    mandate_id: int, *, company_id: int | None = None, person_id: int | None = None
) -> Mandate | None:
    """Return a mandate of a company, or of a person who still is in theirs."""
    mandates = Mandate.objects.filter(pk=mandate_id).select_related("company", "member", "signs_as")
    if company_id is not None:
        mandates = mandates.filter(company_id=company_id)
    if person_id is not None:
        mandates = mandates.filter(member__person_id=person_id, member__left_at__isnull=True)
    assert company_id is not None or person_id is not None
    return mandates.first()


def standing_mandates_of(person_id: int, today: date) -> dict[int, Mandate]:
    """Return by company the mandate of a person that runs today, else the newest; none that was revoked."""
    rows = Mandate.objects.filter(
        member__person_id=person_id, member__left_at__isnull=True, revoked_at__isnull=True
    ).order_by("pk")
    standing: dict[int, Mandate] = {}
    for row in rows:
        known = standing.get(row.company_id)
        runs = row.from_on <= today <= row.until_on
        if known is None or runs or not known.from_on <= today <= known.until_on:
            standing[row.company_id] = row
    return standing


def scope_to_json(scope: MandateScope) -> dict[str, object]:
    """Write the limits of a mandate as they wait in an invitation."""
    return asdict(scope) | {"from_on": scope.from_on.isoformat(), "until_on": scope.until_on.isoformat()}


def scope_from_json(facts: Mapping[str, Any]) -> MandateScope:
    """Read them again."""
    days = {name: date.fromisoformat(facts[name]) for name in ("from_on", "until_on")}
    return MandateScope(**{**facts, **days})


def memberships() -> list[Member]:
    """Return every seat of the installation with its person and company, people by name: for the demonstration."""
    return list(
        Member.objects.filter(left_at__isnull=True, person__isnull=False)
        .exclude(role="")
        .select_related("person", "company")
        .order_by("person__name", "person_id", "company__name")
    )
