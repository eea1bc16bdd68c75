"""The company's own mailbox: through which server its messages leave, and where answers come; each can be tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from quittance.company.mailboxes import change_mailbox, mailbox_of
from quittance.domain.access import Right
from quittance.flows.mailboxes import NoMailbox, TrialFailed, try_receiving, try_sending
from quittance.interfaces.post_office import local_network
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from quittance.company.models import Mailbox

SECURITY = (
    ("starttls", _("STARTTLS")),
    ("tls", _("TLS dès la connexion")),
    ("none", _("Aucun (réseau local)")),
)
_HIDDEN = {"autocomplete": "new-password"}


class ServerForm(forms.Form):
    """How one of the two servers is reached. A password left empty stays as it is, as long as its server does."""

    host = forms.CharField(label=_("Serveur"), max_length=200, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=_("Chiffrement"), choices=SECURITY)
    username = forms.CharField(label=_("Identifiant"), max_length=200, required=False)
    password = forms.CharField(
        label=_("Mot de passe"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(_HIDDEN),
        strip=False,
    )

    def __init__(self, data: QueryDict | None, *, way: str, mailbox: Mailbox | None) -> None:
        self.way = way
        self.known = {name: getattr(mailbox, f"{way}_{name}") for name in _PARTS} if mailbox else {}
        initial = {**_USUAL[way], **{name: value for name, value in self.known.items() if name != "password"}}
        super().__init__(data, prefix=way, initial=initial)
        for name in ("host", "username"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        if self.known.get("password"):
            self.fields["password"].help_text = _("Enregistré, scellé. Laissez vide pour le garder.")

    def clean(self) -> dict[str, Any]:
        """A password goes to no other server than the one it was typed for."""
        given = super().clean() or self.cleaned_data
        moved = self.known.get("password") and given.get("host") not in ("", self.known["host"])
        if moved and given.get("username") and not given.get("password"):
            self.add_error("password", _("Le serveur change : saisissez de nouveau le mot de passe."))
        return given

    def details(self) -> dict[str, object]:
        """Return the columns to write: a password only where one was typed, or where it has no server any more."""
        given = dict(self.cleaned_data)
        if not (given["host"] and given["username"]):
            given["password"] = ""
        elif not given["password"]:
            del given["password"]
        return {f"{self.way}_{name}": value for name, value in given.items()}


@seated(Right.SETTINGS)
def mailbox(request: SeatedRequest) -> HttpResponse:
    """The two servers of the mailbox, and what the last trial gave."""
    company = request.seat.company
    known = mailbox_of(company.pk)
    posted = request.POST.get("way") if request.method == "POST" else None
    forms_of = {
        way: ServerForm(request.POST if way == posted else None, way=way, mailbox=known) for way in _USUAL
    }
    saved = forms_of.get(posted or "")
    if saved is not None and saved.is_valid():
        change_mailbox(
            company_id=company.pk,
            secret_key=settings.SECRET_KEY,
            actor=request.person.actor,
            at=request.at,
            **saved.details(),
        )
        toast(request, _now("Enregistré. Faites un essai."))
        return redirect("settings-mailbox", slug=company.slug)
    context = {**forms_of, "mailbox": known, "by_installation": bool(settings.SMTP_URL)}
    return show(request, "settings-mailbox", context, status=422 if saved is not None else 200)


_PARTS = ("host", "port", "security", "username", "password")
_USUAL: dict[str, dict[str, object]] = {
    "smtp": {"port": 587, "security": "starttls"},
    "imap": {"port": 993, "security": "tls"},
}


@seated(Right.SETTINGS)
@require_POST
def send_a_trial(request: SeatedRequest) -> HttpResponse:
    """Send a mail to oneself through the company's server."""
    company = request.seat.company
    try:
        try_sending(
            company=company,
            to=request.person.email,
            subject=_now("Essai de la messagerie de %(company)s") % {"company": company.name},
            body=_now(
                "Bonjour,\n\nSi vous lisez ces mots, les messages de %(company)s partent par ce serveur.\n\nQuittance\n"
            )
            % {"company": company.name},
            secret_key=settings.SECRET_KEY,
            local_network=local_network(),
            actor=request.person.actor,
            at=request.at,
        )
    except (NoMailbox, TrialFailed) as failed:
        toast(request, str(failed), icon="circle-alert")
    else:
        toast(
            request,
            _now("Essai envoyé à %(address)s. Vérifiez qu'il arrive.") % {"address": request.person.email},
            icon="mail-check",
        )
    return redirect("settings-mailbox", slug=company.slug)


@seated(Right.SETTINGS)
@require_POST
def look_into_the_inbox(request: SeatedRequest) -> HttpResponse:
    """Open the company's inbox and count."""
    company = request.seat.company
    try:
        count = try_receiving(
            company=company,
            secret_key=settings.SECRET_KEY,
            local_network=local_network(),
            actor=request.person.actor,
            at=request.at,
        )
    except (NoMailbox, TrialFailed) as failed:
        toast(request, str(failed), icon="circle-alert")
    else:
        words = ngettext(
            "La boîte de réception s'ouvre : %(count)s message.",
            "La boîte de réception s'ouvre : %(count)s messages.",
            count,
        )
        toast(request, words % {"count": count}, icon="mail-check")
    return redirect("settings-mailbox", slug=company.slug)
