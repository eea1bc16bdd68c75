"""The people of a company: who they are, what each may do, invitations, roles, and who leaves."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.company.membership import (
    MembershipRefused,
    Place,
    change_role,
    invite,
    resend_invitation,
    withdraw_invitation,
)
from quittance.company.roster import colleague, colleagues, waiting_invitations
from quittance.domain.access import Right
from quittance.flows.join_company import part
from quittance.formats.mail import one_line
from quittance.gateways.mailer import InDoubt, Postponed, Refused, Rejected
from quittance.interfaces.web.people import mandates
from quittance.interfaces.web.people.forms import InviteForm, MandateForm, MaySendForm, RoleForm
from quittance.interfaces.web.people.words import ROLES, place_words, role_words
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from quittance.company.models import Invitation
    from quittance.company.roster import Colleague

log = logging.getLogger(__name__)
_LINK = "invitation_link"  # in the session, until it is shown once


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """The link of an invitation, shown once: nothing can find it again."""

    email: str
    address: str
    has_left: bool


@seated(Right.PEOPLE)
def members(request: SeatedRequest) -> HttpResponse:
    """Everybody, with their role, since when, and when they last came."""
    company = request.seat.company
    link = request.session.pop(_LINK, None)
    context = {
        "colleagues": [(one, place_words(one.member)) for one in colleagues(company.pk, request.today)],
        "invitations": [
            (one, role_words(one.role), one.expires_at <= request.at)
            for one in waiting_invitations(company.pk)
        ],
        "link": InvitationLink(*link) if link else None,
    }
    return show(request, "members", context)


@seated(Right.PEOPLE)
def invite_somebody(request: SeatedRequest) -> HttpResponse:
    """Offer a place: the role first, then what it needs."""
    role = request.GET.get("role", "assistant")
    if role not in ROLES:
        raise Http404
    asked = request.POST or None
    form = InviteForm(asked)
    sends = MaySendForm(asked) if role == "sales" else None
    limits = mandates.mandate_form(request, None) if role == "assistant" else None
    parts: list[InviteForm | MaySendForm | MandateForm] = [one for one in (form, sends, limits) if one]
    valid = [one.is_valid() for one in parts]  # of each, so that all their errors are shown
    if request.method == "POST" and all(valid):
        place = Place(
            role,
            may_send=bool(sends and sends.cleaned_data["may_send"]),
            mandate=limits.scope() if limits else None,
        )
        try:
            invitation, token = invite(
                company_id=request.seat.company.pk,
                **form.cleaned_data,
                place=place,
                actor=request.person.actor,
                at=request.at,
            )
        except MembershipRefused as refused:
            form.add_error(None, str(refused))
        else:
            _hand_over(request, invitation, token)
            return redirect("members", slug=request.seat.company.slug)
    context: dict[str, Any] = {"form": form, "sends": sends, "limits": limits, "role": role, "roles": ROLES}
    failed = any(one.errors for one in parts)
    return show(request, "members", context, template="invite", status=422 if failed else 200)


def _hand_over(request: SeatedRequest, invitation: Invitation, token: str) -> None:
    """Send the link, and keep it in the session until it is shown once."""
    address = settings.URL + reverse("invitation", args=[token])
    has_left = _sent(request, invitation, address) and bool(settings.SMTP_URL)
    request.session[_LINK] = [invitation.email, address, has_left]


def _sent(request: SeatedRequest, invitation: Invitation, address: str) -> bool:
    company = request.seat.company
    context = {
        "invitation": invitation,
        "company": company,
        "role": role_words(invitation.role),
        "address": address,
        "by": request.person,
    }
    mail = EmailMessage(
        subject=one_line(_("%(company)s vous invite dans Quittance") % {"company": company.name}),
        body=render_to_string("people/invitation_mail.txt", context),
        to=[invitation.email],
        reply_to=[request.person.email],
    )
    try:
        mail.send()
    except (Refused, Rejected, Postponed, InDoubt, OSError):
        log.exception("The invitation of %s could not be sent", invitation.email)
        return False
    return True


@seated(Right.PEOPLE)
@require_POST
def resend(request: SeatedRequest, invitation_id: int) -> HttpResponse:
    """Send a new link; the one before no longer opens."""
    company = request.seat.company
    try:
        invitation, token = resend_invitation(
            company_id=company.pk, invitation_id=invitation_id, actor=request.person.actor, at=request.at
        )
    except MembershipRefused as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        _hand_over(request, invitation, token)
    return redirect("members", slug=company.slug)


@seated(Right.PEOPLE)
@require_POST
def withdraw(request: SeatedRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    company = request.seat.company
    try:
        invitation = withdraw_invitation(
            company_id=company.pk, invitation_id=invitation_id, actor=request.person.actor, at=request.at
        )
    except MembershipRefused as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        toast(request, _("Invitation de %(email)s retirée.") % {"email": invitation.email}, icon="mail-x")
    return redirect("members", slug=company.slug)


@seated(Right.PEOPLE)
def member(request: SeatedRequest, member_id: int) -> HttpResponse:
    """One person: their role, their mandates, and the way out."""
    known = their_colleague(request, member_id)
    start = {"role": known.member.role, "may_send": known.member.may_send}
    form = RoleForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_role(
                company_id=request.seat.company.pk,
                member_id=member_id,
                **form.cleaned_data,
                actor=request.person.actor,
                at=request.at,
            )
        except MembershipRefused as refused:
            form.add_error(None, str(refused))
        else:
            words = _("%(name)s : %(role)s.") % {"name": changed.name, "role": place_words(changed)}
            toast(request, words, icon="user-check")
            if changed.role == "assistant" and known.mandate is None:
                return redirect("mandate-grant", slug=request.seat.company.slug, member_id=member_id)
            return redirect("members", slug=request.seat.company.slug)
    context = {
        "known": known,
        "words": place_words(known.member),
        "form": form,
        "limits": [(one, mandates.limits_in_words(one)) for one in reversed(known.mandates)],
        "roles": ROLES,
    }
    return show(request, "members", context, template="member", status=422 if form.errors else 200)


def their_colleague(request: SeatedRequest, member_id: int) -> Colleague:
    """Return a person who signs in at this company, or say that there is none (404)."""
    known = colleague(request.seat.company.pk, member_id, request.today)
    if known is None:
        raise Http404
    return known


@seated(Right.PEOPLE)
@require_POST
def remove(request: SeatedRequest, member_id: int) -> HttpResponse:
    """Close the company to somebody, at once."""
    company = request.seat.company
    their_colleague(request, member_id)
    try:
        gone = part(company_id=company.pk, member_id=member_id, actor=request.person.actor, at=request.at)
    except MembershipRefused as refused:
        toast(request, str(refused), icon="circle-alert")
        return redirect("member", slug=company.slug, member_id=member_id)
    toast(request, _("%(name)s n'a plus accès à la société.") % {"name": gone.name}, icon="user-x")
    return redirect(
        "today" if gone.person_id == request.person.pk else reverse("members", args=[company.slug])
    )


urlpatterns = [
    path("", members, name="members"),
    path("invite/", invite_somebody, name="member-invite"),
    path("invitations/<int:invitation_id>/resend/", resend, name="invitation-resend"),
    path("invitations/<int:invitation_id>/withdraw/", withdraw, name="invitation-withdraw"),
    path("<int:member_id>/", member, name="member"),
    path("<int:member_id>/remove/", remove, name="member-remove"),
    path("<int:member_id>/mandate/", mandates.grant, name="mandate-grant"),
    path("mandates/<int:mandate_id>/", mandates.paper, name="mandate"),
    path("mandates/<int:mandate_id>/revoke/", mandates.revoke, name="mandate-revoke"),
]
