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
    from django.http import HttpResponse

    from quittance.company.models import Mailbox

SECURITY = (
    ("starttls", _("STARTTLS")),
    ("tls", _("TLS dès la connexion")),
    ("none", _("Aucun (réseau local)")),
)
_HIDDEN = {"autocomplete": "new-password"}


class MailboxForm(forms.Form):
    """How the mailbox is reached. A password left empty stays as it is, as long as its server does."""

    smtp_host = forms.CharField(label=_("Serveur d'envoi (SMTP)"), max_length=200, required=False)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    smtp_security = forms.ChoiceField(label=_("Chiffrement"), choices=SECURITY, initial="starttls")
    smtp_username = forms.CharField(label=_("Identifiant"), max_length=200, required=False)
    smtp_password = forms.CharField(
        label=_("Mot de passe"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(_HIDDEN),
        strip=False,
    )
    imap_host = forms.CharField(label=_("Serveur de réception (IMAP)"), max_length=200, required=False)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    imap_security = forms.ChoiceField(label=_("Chiffrement"), choices=SECURITY, initial="tls")
    imap_username = forms.CharField(label=_("Identifiant"), max_length=200, required=False)
    imap_password = forms.CharField(
        label=_("Mot de passe"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(_HIDDEN),
        strip=False,
    )

    def __init__(self, *args: Any, mailbox: Mailbox | None, **options: Any) -> None:
        self.mailbox = mailbox
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if not name.endswith(("security", "port", "password")):
                field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
            if name.endswith("password") and mailbox is not None and getattr(mailbox, name):
                field.help_text = _("Enregistré, scellé. Laissez vide pour le garder.")

    def clean(self) -> dict[str, Any]:
        """A password goes to no other server than the one it was typed for."""
        given = super().clean() or self.cleaned_data
        for way in ("smtp", "imap"):
            moved = self._kept(way) and given.get(f"{way}_host") != getattr(self.mailbox, f"{way}_host")
            if moved and given.get(f"{way}_host") and not given.get(f"{way}_password"):
                self.add_error(
                    f"{way}_password", _("Le serveur change : saisissez de nouveau le mot de passe.")
                )
        return given

    def _kept(self, way: str) -> bool:
        return self.mailbox is not None and bool(getattr(self.mailbox, f"{way}_password"))

    def details(self) -> dict[str, object]:
        """Return the columns to write: a password only where one was typed, or where its server is gone."""
        given = dict(self.cleaned_data)
        for way in ("smtp", "imap"):
            if given[f"{way}_host"] and given[f"{way}_username"]:
                if not given[f"{way}_password"]:
                    del given[f"{way}_password"]
            else:
                given[f"{way}_password"] = ""
        return given


@seated(Right.SETTINGS)
def mailbox(request: SeatedRequest) -> HttpResponse:
    """The servers of the mailbox, and what the last trial gave."""
    company = request.seat.company
    known = mailbox_of(company.pk)
    initial = (
        {name: getattr(known, name) for name in MailboxForm.base_fields if "password" not in name}
        if known
        else {}
    )
    form = MailboxForm(request.POST or None, initial=initial, mailbox=known)
    if request.method == "POST" and form.is_valid():
        change_mailbox(
            company_id=company.pk,
            secret_key=settings.SECRET_KEY,
            actor=request.person.actor,
            at=request.at,
            **form.details(),
        )
        toast(request, _now("Enregistré. Faites un essai."))
        return redirect("settings-mailbox", slug=company.slug)
    context = {
        "form": form,
        "mailbox": known,
        "smtp_fields": [form[f"smtp_{part}"] for part in _PARTS],
        "imap_fields": [form[f"imap_{part}"] for part in _PARTS],
        "by_installation": bool(settings.SMTP_URL),
    }
    return show(request, "settings-mailbox", context, status=422 if form.errors else 200)


_PARTS = ("host", "port", "security", "username", "password")


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
