"""Coming in: what we change in django-allauth, and the pause after too many failures.

The pages are allauth's, in our words (templates/account, templates/mfa); what it offers and we do not is closed here.
"""

from __future__ import annotations

import logging
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quittance.gateways.mailer import InDoubt, Postponed, Refused, Rejected
from quittance.gateways.sealing import SealBroken, seal, unseal
from quittance.interfaces.web.walls import SignedInRequest, open_to_all, signed_in

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

log = logging.getLogger(__name__)


class Adapter(DefaultAccountAdapter):
    """Nobody makes an account alone: the first visit does, then invitations."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("Adresse ou mot de passe inexact."),
        "incorrect_password": gettext_lazy("Ce mot de passe est inexact."),
        "enter_current_password": gettext_lazy("Ce mot de passe est inexact."),
        "too_many_login_attempts": gettext_lazy("Trop d'essais. Recommencez dans quinze minutes."),
        "rate_limited": gettext_lazy("Trop d'essais. Recommencez dans quinze minutes."),
        "incorrect_code": gettext_lazy("Ce code est inexact. Il change toutes les 30 secondes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never by allauth's own page."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing here: django-axes counts wrong passwords. allauth's own count is left to wrong codes."""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Say after a wrong password how many tries are left, whether the address has an account or not."""
        error: ValidationError = super().validation_error(code, *args)
        if code in ("email_password_mismatch", "incorrect_password"):
            left = _tries_left(self.request)
            if 0 < left < settings.AXES_FAILURE_LIMIT:
                rest = ngettext(
                    "Il reste %(left)s essai avant une pause de 15 minutes.",
                    "Il reste %(left)s essais avant une pause de 15 minutes.",
                    left,
                )
                return ValidationError(f"{error.message} {rest % {'left': left}}", code=code)
        return error

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Ask for the password again. A wrong one counts as at the door."""
        email = user.get_username()
        found = self.authenticate(self.request, email=email, password=password)
        return found is not None and found.pk == user.pk

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail of the installation. One that cannot leave is told to who runs it, not to who asked:
        the answer must be the same for an address that has no account."""
        try:
            super().send_mail(template_prefix, email, context)
        except (Refused, Rejected, Postponed, InDoubt, OSError):
            log.exception("The mail %s could not be sent", template_prefix)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell people at the one address of their account that their password or second factor changed."""
        super().send_notification_mail(template_prefix, user, context, email or user.get_username())

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Write the link with the address of the installation, not with the one that the request claims."""
        there: str = super().get_reset_password_from_key_url(key)
        return settings.URL + urlsplit(there).path

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from, as django-axes is told."""
        return address_of(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to my account."""
        return reverse("me")


class SecondFactor(DefaultMFAAdapter):
    """The codes of a telephone, and passkeys."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("Ce code est inexact. Il change toutes les 30 secondes."),
    }

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code with the library that draws those of invoices."""
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=3, light="white", xmldecl=False)
        return drawn.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Seal the secret of a telephone and of the recovery codes."""
        return seal(text, secret_key=settings.SECRET_KEY, of="second factors")

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again. Refusal, in the form: the installation's key has changed."""
        try:
            return unseal(encrypted_text, secret_key=settings.SECRET_KEY, of="second factors")
        except SealBroken as broken:
            raise ValidationError(
                _(
                    "La clé de l'installation a changé : ce second facteur ne se lit plus. Voyez qui l'a installée."
                )
            ) from broken

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """How the device names the account: by its address, which is what people recognise."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": str(user)}

    def _get_site_name(self) -> str:
        return "Quittance"


def _tries_left(request: HttpRequest) -> int:
    counted = AxesProxyHandler.get_failures(request, {"email": _tried(request)})
    return int(settings.AXES_FAILURE_LIMIT) - int(counted)


def _tried(request: HttpRequest) -> str:
    """The address of who signs in, or of who is asked for the password again."""
    if request.user.is_authenticated:
        return str(request.user.get_username())
    return request.POST.get("login", "").strip()


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address with which somebody tries to come in, for the count of failures."""
    given = credentials or {}
    return str(given.get("email") or given.get("username") or _tried(request)).casefold()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind our own proxy, what the proxy says."""
    if settings.BEHIND_PROXY:
        told: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
        return told.rpartition(",")[2].strip() or str(request.META["REMOTE_ADDR"])
    return str(request.META.get("REMOTE_ADDR", ""))


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Too many failures: a pause of a quarter of an hour."""
    return render(request, "people/locked_out.html", status=429)


@open_to_all
def no_signup(request: HttpRequest) -> HttpResponse:
    """Accounts are made by the first visit and by invitations."""
    return redirect("account_login")


@signed_in
def no_addresses(request: SignedInRequest) -> HttpResponse:
    """An account has one address."""
    return redirect("me")


@open_to_all
def not_offered(request: HttpRequest, **_: str) -> HttpResponse:
    """What allauth offers and we do not."""
    raise Http404


# Before allauth's own addresses: the names stay known to it, the pages are closed.
closed = [
    path("signup/", no_signup, name="account_signup"),
    path("email/", no_addresses, name="account_email"),
    path("confirm-email/", not_offered, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", not_offered, name="account_confirm_email"),
    path("login/code/confirm/", not_offered, name="account_confirm_login_code"),
]
