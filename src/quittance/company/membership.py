"""Who belongs to a company: invitations, roles, and the mandates of its assistants."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from quittance.company.models import ROLES, Invitation, Mandate, Member
from quittance.company.roster import members_inside, open_invitation, scope_from_json, scope_to_json, signers
from quittance.journal.operations import append, hold

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from quittance.domain.access import MandateScope

INVITATION_DAYS = 14
_AT_LEAST_ONE_OWNER = (
    "Une société a toujours un dirigeant. Donnez d'abord ce rôle à une autre personne, puis recommencez."
)


class MembershipRefused(Exception):
    """What was asked of a person's place cannot be; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place that is offered to somebody: a role, whether sales people send, an assistant's mandate."""

    role: str
    may_send: bool = False
    mandate: MandateScope | None = None


def token_hash(token: str) -> str:
    """What is kept of the link of an invitation."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *, company_id: int, email: str, name: str, place: Place, actor: str, at: datetime
) -> tuple[Invitation, str]:
    """Offer somebody a place; return the invitation and the token of its link, which is kept nowhere.

    An earlier invitation of the same address is withdrawn. Refusals: `MembershipRefused`.
    """
    hold(company_id=company_id)
    email = email.strip().lower()
    _check_place(company_id, place)
    if any(member.email.lower() == email for member in members_inside(company_id)):
        raise MembershipRefused(f"{email} est déjà dans la société. Changez son rôle dans la liste.")
    _standing_invitations(company_id).filter(email__iexact=email).update(withdrawn_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        company_id=company_id,
        email=email,
        name=name.strip(),
        role=place.role,
        may_send=place.may_send and place.role == "sales",
        mandate=scope_to_json(place.mandate) if place.mandate else {},
        token_sha256=token_hash(token),
        invited_by=actor,
        at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    append(
        company_id=company_id,
        kind="company.person_invited",
        data={"invitation": invitation.pk, "email": email, "role": place.role, "mandate": invitation.mandate},
        actor=actor,
        at=at,
    )
    return invitation, token


@transaction.atomic
def resend_invitation(
    *, company_id: int, invitation_id: int, actor: str, at: datetime
) -> tuple[Invitation, str]:
    """Make a new link for an invitation; the one before no longer opens. Refusal: `MembershipRefused`."""
    hold(company_id=company_id)
    invitation = _unanswered(company_id, invitation_id)
    token = secrets.token_urlsafe(32)
    invitation.token_sha256, invitation.expires_at = token_hash(token), at + timedelta(days=INVITATION_DAYS)
    invitation.save(update_fields=["token_sha256", "expires_at"])
    append(
        company_id=company_id,
        kind="company.invitation_resent",
        data={"invitation": invitation.pk, "email": invitation.email},
        actor=actor,
        at=at,
    )
    return invitation, token


@transaction.atomic
def withdraw_invitation(*, company_id: int, invitation_id: int, actor: str, at: datetime) -> Invitation:
    """Take an invitation back. Refusal: `MembershipRefused`, when it was accepted or withdrawn before."""
    hold(company_id=company_id)
    invitation = _unanswered(company_id, invitation_id)
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    append(
        company_id=company_id,
        kind="company.invitation_withdrawn",
        data={"invitation": invitation.pk, "email": invitation.email},
        actor=actor,
        at=at,
    )
    return invitation


@transaction.atomic
def accept_invitation(
    *, token: str, person_id: int, email: str, name: str, actor: str, at: datetime
) -> Member:
    """Take the place that was offered: a person with the address of the invitation joins the company.

    Refusal: `MembershipRefused`, when the link no longer opens, or is of another address.
    """
    found = open_invitation(token_hash(token), at)
    if found is None:
        raise MembershipRefused("Ce lien ne sert plus. Demandez une nouvelle invitation.")
    hold(company_id=found.company_id)
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise MembershipRefused("Ce lien ne sert plus. Demandez une nouvelle invitation.")
    if invitation.email.lower() != email.strip().lower():
        raise MembershipRefused(f"Cette invitation est pour {invitation.email}. Connectez-vous à ce compte.")
    member = _seated(invitation, person_id, name, at)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    append(
        company_id=invitation.company_id,
        kind="company.person_joined",
        data={"invitation": invitation.pk, "member": member.pk, "email": member.email, "role": member.role},
        actor=actor,
        at=at,
    )
    if invitation.role == "assistant" and invitation.mandate:
        grant_mandate(
            company_id=invitation.company_id,
            member_id=member.pk,
            scope=scope_from_json(invitation.mandate),
            signed_on=invitation.at.date(),
            actor=invitation.invited_by,
            at=at,
        )
    return member


def _seated(invitation: Invitation, person_id: int, name: str, at: datetime) -> Member:
    """The member's row: the one they had (a signer without an account, somebody who comes back), or a new one."""
    members = Member.objects.filter(company_id=invitation.company_id)
    if members.filter(person_id=person_id, left_at__isnull=True).exclude(role="").exists():
        raise MembershipRefused("Vous êtes déjà dans cette société.")
    member = members.filter(email__iexact=invitation.email).first()
    if member is None:
        member = Member(company_id=invitation.company_id, email=invitation.email, rank=members.count())
    member.name = member.name or name
    member.person_id, member.role, member.may_send = person_id, invitation.role, invitation.may_send
    member.joined_at, member.left_at = at, None
    member.save()
    return member


@transaction.atomic
def change_role(
    *, company_id: int, member_id: int, role: str, may_send: bool, actor: str, at: datetime
) -> Member:
    """Give a person another role. The mandate of who is an assistant no more ends; the invitations of who is an owner
    no more are withdrawn.

    Refusal: `MembershipRefused`, for the last owner.
    """
    hold(company_id=company_id)
    member = _inside(company_id, member_id)
    _check_place(company_id, Place(role), needs_mandate=False)
    if role != "owner":
        _keep_an_owner(company_id, member)
    before = member.role
    member.role, member.may_send = role, may_send and role == "sales"
    member.save(update_fields=["role", "may_send"])
    if role != "assistant":
        _standing_mandates(member).update(revoked_at=at, revoked_by=actor)
    withdrawn = _withdraw_invitations_of(member, at) if role != "owner" else {}
    append(
        company_id=company_id,
        kind="company.role_changed",
        data={"member": member.pk, "from": before, "to": role, "may_send": member.may_send, **withdrawn},
        actor=actor,
        at=at,
    )
    return member


@transaction.atomic
def remove_member(*, company_id: int, member_id: int, actor: str, at: datetime) -> Member:
    """Close the company to a person, at once. What they did stays under their name; whom they invited, and who has not
    come yet, is invited no more: nobody who was parted with lets themselves in again.

    Refusals: `MembershipRefused`, for the last owner and for who represents the company.
    """
    hold(company_id=company_id)
    member = _inside(company_id, member_id)
    _keep_an_owner(company_id, member)
    if member.rank == 0:
        raise MembershipRefused(
            f"{member.name} représente la société et signe ses mises en demeure. "
            "Changez d'abord le signataire dans Réglages, Société, ou donnez-lui un autre rôle."
        )
    member.left_at = at
    member.save(update_fields=["left_at"])
    _standing_mandates(member).update(revoked_at=at, revoked_by=actor)
    append(
        company_id=company_id,
        kind="company.person_left",
        data={
            "member": member.pk,
            "email": member.email,
            "role": member.role,
            **_withdraw_invitations_of(member, at),
        },
        actor=actor,
        at=at,
    )
    return member


def _withdraw_invitations_of(member: Member, at: datetime) -> dict[str, list[int]]:
    """Take back what a person offered to others; return, for the journal, which invitations these were."""
    person = member.person
    if person is None:
        return {}
    theirs = Q(invited_by=person.actor) | Q(invited_by=person.email)
    theirs |= Q(invited_by__endswith=f"<{person.email}>")  # under the name of that time
    found = list(_standing_invitations(member.company_id).filter(theirs).values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=found).update(withdrawn_at=at)
    return {"invitations": found} if found else {}


@transaction.atomic
def grant_mandate(
    *, company_id: int, member_id: int, scope: MandateScope, signed_on: date, actor: str, at: datetime
) -> Mandate:
    """Give an assistant a mandate, or renew it: the one that ran until then ends on the eve of the new one.

    Refusal: `MembershipRefused`, for who is no assistant, or when its days or its signer cannot be.
    """
    hold(company_id=company_id)
    member = _inside(company_id, member_id)
    if member.role != "assistant":
        raise MembershipRefused(f"{member.name} n'est pas assistant : le mandat ne lui sert à rien.")
    _check_scope(company_id, scope)
    eve = scope.from_on - timedelta(days=1)
    standing = _standing_mandates(member)
    standing.filter(from_on__gte=scope.from_on).update(revoked_at=at, revoked_by=actor)
    standing.filter(until_on__gt=eve).update(until_on=eve)
    mandate = Mandate.objects.create(
        company_id=company_id,
        member=member,
        from_on=scope.from_on,
        until_on=scope.until_on,
        up_to_days=scope.up_to_days,
        signs_as_id=scope.signs_as,
        max_invoice_cents=scope.max_invoice_cents,
        max_promise_days=scope.max_promise_days,
        may_match=scope.may_match,
        signed_on=signed_on,
        signed_by=actor,
        at=at,
    )
    append(
        company_id=company_id,
        kind="company.mandate_granted",
        data={"mandate": mandate.pk, "member": member.pk, **scope_to_json(scope)},
        actor=actor,
        at=at,
    )
    return mandate


@transaction.atomic
def revoke_mandate(*, company_id: int, mandate_id: int, actor: str, at: datetime) -> Mandate:
    """End a mandate at once. Refusal: `MembershipRefused`, when it has ended before."""
    hold(company_id=company_id)
    mandate = Mandate.objects.filter(company_id=company_id, pk=mandate_id, revoked_at__isnull=True).first()
    if mandate is None:
        raise MembershipRefused("Ce mandat a déjà pris fin.")
    mandate.revoked_at, mandate.revoked_by = at, actor
    mandate.save(update_fields=["revoked_at", "revoked_by"])
    append(
        company_id=company_id,
        kind="company.mandate_revoked",
        data={"mandate": mandate.pk, "member": mandate.member_id},
        actor=actor,
        at=at,
    )
    return mandate


def _standing_invitations(company_id: int) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        company_id=company_id, accepted_at__isnull=True, withdrawn_at__isnull=True
    )


def _unanswered(company_id: int, invitation_id: int) -> Invitation:
    invitation = _standing_invitations(company_id).filter(pk=invitation_id).first()
    if invitation is None:
        raise MembershipRefused("Cette invitation a été acceptée ou retirée entre-temps.")
    return invitation


def _inside(company_id: int, member_id: int) -> Member:
    member = Member.objects.filter(company_id=company_id, pk=member_id, left_at__isnull=True).first()
    if member is None or not member.role:
        raise MembershipRefused("Cette personne n'est plus dans la société.")
    return member


def _standing_mandates(member: Member) -> QuerySet[Mandate]:
    return Mandate.objects.filter(member=member, revoked_at__isnull=True)


def _keep_an_owner(company_id: int, member: Member) -> None:
    owners = Member.objects.filter(
        company_id=company_id, role="owner", left_at__isnull=True, person__isnull=False
    )
    if member.role == "owner" and not owners.exclude(pk=member.pk).exists():
        raise MembershipRefused(_AT_LEAST_ONE_OWNER)


def _check_place(company_id: int, place: Place, *, needs_mandate: bool = True) -> None:
    if place.role not in ROLES:
        raise MembershipRefused("Choisissez un rôle.")
    if place.role == "assistant" and needs_mandate:
        if place.mandate is None:
            raise MembershipRefused("Un assistant travaille dans un mandat daté : donnez-en les limites.")
        _check_scope(company_id, place.mandate)


def _check_scope(company_id: int, scope: MandateScope) -> None:
    if scope.until_on < scope.from_on:
        raise MembershipRefused("Le mandat finirait avant de commencer. Vérifiez les deux jours.")
    if scope.signs_as is not None and all(one.pk != scope.signs_as for one in signers(company_id)):
        raise MembershipRefused("Cette personne ne signe pas pour la société. Choisissez-en une autre.")
