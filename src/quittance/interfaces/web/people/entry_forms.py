"""The forms of coming in: allauth's, with our labels, and without words inside the fields."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as keys
from django.utils.translation import gettext_lazy as _

_LABELS = {
    "login": _("Adresse électronique"),
    "email": _("Adresse électronique"),
    "password": _("Mot de passe"),
    "oldpassword": _("Mot de passe actuel"),
    "password1": _("Nouveau mot de passe"),
    "password2": _("Le même, une seconde fois"),
    "code": _("Code"),
    "name": _("Nom de la clé"),
    "passwordless": _("Se connecter avec cette clé seule, sans mot de passe"),
}
_HELP = {
    "login": "",
    "password": "",
    "password1": _("Douze caractères au moins. Trois ou quatre mots sans rapport font un bon mot de passe."),
    "name": _("Pour la reconnaître : « Téléphone de Claire », « Clé du bureau »."),
    "passwordless": _("L'appareil demande alors votre empreinte, votre visage ou son code."),
}


class InOurWords:
    """Labels and help of our own; a field's example words are no label."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HELP.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class SignIn(InOurWords, account.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class Forgotten(InOurWords, account.ResetPasswordForm):
    """The address to which the link is sent."""


class NewPassword(InOurWords, account.ResetPasswordKeyForm):
    """After the link."""


class ChangedPassword(InOurWords, account.ChangePasswordForm):
    """From my account."""


class FirstPassword(InOurWords, account.SetPasswordForm):
    """For an account that has none."""


class PasswordAgain(InOurWords, account.ReauthenticateForm):
    """Before something that protects the account is changed."""


class Code(InOurWords, codes.AuthenticateForm):
    """The code of the telephone, or one of the recovery codes."""


class CodeAgain(InOurWords, codes.ReauthenticateForm):
    """The same, before something that protects the account is changed."""


class FirstCode(InOurWords, totp.ActivateTOTPForm):
    """The first code proves that the telephone has the secret."""


class NewKey(InOurWords, keys.AddWebAuthnForm):
    """A passkey, or a security key beside the password."""


class KeyName(InOurWords, keys.EditWebAuthnForm):
    """The name of a key."""
