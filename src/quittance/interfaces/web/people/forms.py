"""What is asked about people: my account, an invitation, a role, a mandate."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quittance.domain.access import MandateScope
from quittance.interfaces.web.forms import CentsField, DayField
from quittance.interfaces.web.people.words import ROLES, step_words
from quittance.interfaces.web.start import AccountForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quittance.company.models import Mandate, Member

_A_YEAR = timedelta(days=365)
_LONGEST_PROMISE = 90  # days


class MyAccountForm(forms.Form):
    """How I am named, spoken to, and shown the pages."""

    name = forms.CharField(
        label=_("Nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Langue"), choices=[("fr", "Français"), ("en", "English")])
    theme = forms.ChoiceField(
        label=_("Apparence"),
        required=False,
        choices=[("", _("Comme l'appareil")), ("light", _("Claire")), ("dark", _("Sombre"))],
    )


class JoinForm(AccountForm):
    """The account of who was invited; the address is the invitation's."""

    email = None  # type: ignore[assignment]


class InviteForm(forms.Form):
    """Somebody, by their address."""

    email = forms.EmailField(label=_("Adresse électronique"), max_length=254)
    name = forms.CharField(label=_("Nom"), max_length=120, required=False)


class MaySendForm(forms.Form):
    """Of sales people: whether they send."""

    may_send = forms.BooleanField(label=_("Peut envoyer les relances de ses propres clients"), required=False)


class RoleForm(MaySendForm):
    """Another role."""

    role = forms.ChoiceField(label=_("Rôle"), choices=[(name, words[0]) for name, words in ROLES.items()])
    field_order = ("role", "may_send")


class MandateForm(forms.Form):
    """The limits within which an assistant writes in the company's name."""

    from_on = DayField(label=_("Du"))
    until_on = DayField(label=_("Au"), help_text=_("Jour compris. Le lendemain, l'accès se ferme seul."))
    up_to_days = forms.TypedChoiceField(
        label=_("Jusqu'à"),
        coerce=int,
        help_text=_("Au-delà, la relance vous attend. Une mise en demeure vous attend toujours."),
    )
    signs_as = forms.TypedChoiceField(
        label=_("Au nom de"), coerce=int, empty_value=None, required=False,
        help_text=_("La personne qui signe les messages que l'assistant envoie."),
    )  # fmt: skip
    max_invoice_cents = CentsField(
        label=_("Montant maximal par facture"), required=False, help_text=_("Vide : sans limite.")
    )
    max_promise_days = forms.IntegerField(
        label=_("Délai que l'assistant accepte seul, en jours"),
        min_value=0,
        max_value=_LONGEST_PROMISE,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    may_match = forms.BooleanField(
        label=_("Peut rapprocher la banque et importer des fichiers"), required=False
    )

    def __init__(self, *args: Any, steps: Iterable[int], signers: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["up_to_days"]
        chosen.choices = [(day, step_words(day)) for day in sorted(steps)]
        names: Any = self.fields["signs_as"]
        names.choices = [("", _("n'importe quel signataire")), *((one.pk, one.name) for one in signers)]

    def clean(self) -> dict[str, Any]:
        """A mandate ends after it starts."""
        given = self.cleaned_data
        if "from_on" in given and "until_on" in given and given["until_on"] < given["from_on"]:
            self.add_error("until_on", _("Le mandat finirait avant de commencer."))
        return given

    def scope(self) -> MandateScope:
        """The limits, as the guard of the mandate reads them."""
        return MandateScope(**{name: self.cleaned_data[name] for name in MandateScope.__slots__})


def mandate_start(today: date, *, signer: int, steps: Iterable[int], known: Mandate | None) -> dict[str, Any]:
    """What the form of a mandate shows at first: the one that runs, for one more year; else the usual one."""
    if known is None:
        usual = [day for day in steps if day <= 20]
        return {
            "from_on": today, "until_on": today + _A_YEAR, "up_to_days": max(usual, default=None),
            "signs_as": signer, "max_promise_days": 15, "may_match": True,
        }  # fmt: skip
    names = ("up_to_days", "max_invoice_cents", "max_promise_days", "may_match")
    first = max(today, known.until_on + timedelta(days=1)) if known.revoked_at is None else today
    return {name: getattr(known, name) for name in names} | {
        "from_on": first, "until_on": first + _A_YEAR, "signs_as": known.signs_as_id,
    }  # fmt: skip
