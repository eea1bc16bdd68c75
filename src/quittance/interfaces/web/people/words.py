"""Roles and mandates in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from quittance.company.models import Member

ROLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "owner": (
        gettext_lazy("Dirigeant"),
        gettext_lazy("Fait tout, signe les mises en demeure, invite les autres."),
    ),
    "accountant": (
        gettext_lazy("Comptable"),
        gettext_lazy("Voit tout, rapproche la banque, importe et exporte. N'écrit pas aux clients."),
    ),
    "sales": (
        gettext_lazy("Commercial"),
        gettext_lazy("Voit ses propres clients, note ses appels ; relance si vous le permettez."),
    ),
    "assistant": (
        gettext_lazy("Assistant"),
        gettext_lazy("Relance en votre nom, dans un mandat daté. Ne signe jamais de mise en demeure."),
    ),
    "reader": (gettext_lazy("Lecteur"), gettext_lazy("Voit tout, ne change rien.")),
}


def role_words(role: str) -> str:
    """The name of a role."""
    return str(ROLES[role][0]) if role in ROLES else _("Signe, sans compte")


def place_words(member: Member) -> str:
    """The role of a member, and what sales people may send."""
    if member.role != "sales":
        return role_words(member.role)
    return _("Commercial, relance ses clients") if member.may_send else _("Commercial, ne relance pas")


def step_words(up_to_days: int) -> str:
    """The last step of a mandate, in days from the due date."""
    if up_to_days < 0:
        return _("l'avis avant l'échéance (J-%(days)s)") % {"days": -up_to_days}
    return _("l'étape J+%(days)s") % {"days": up_to_days}
