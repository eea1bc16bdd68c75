"""The forms of what is agreed with a customer: what is asked, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quittance.interfaces.web.forms import CentsField, DayField
from quittance.interfaces.web.reminders.words import CATEGORIES, OUTCOMES, SETTLED
from quittance.payments.customer_account import OpenInvoice

LONGEST_REST = timedelta(days=365)


class LaterForm(forms.Form):
    """When to come back to this reminder."""

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["again_on"] = DayField(
            label=_("Y revenir le"), first=today + timedelta(days=1), last=today + LONGEST_REST
        )


class PauseForm(forms.Form):
    """Until when no message leaves, and why."""

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["until_on"] = DayField(label=_("Jusqu'au"), first=today, last=today + LONGEST_REST)
        self.fields["reason"] = forms.CharField(
            label=_("Pourquoi"),
            max_length=200,
            widget=forms.TextInput(attrs={"placeholder": _("Attend le règlement du chantier")}),
        )


class PromiseForm(forms.Form):
    """So much, by that day, said by whom."""

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["amount_cents"] = CentsField(label=_("Montant promis"))
        self.fields["promised_on"] = DayField(label=_("Pour le"), first=today, last=today + LONGEST_REST)
        self.fields["said_by"] = forms.CharField(label=_("Qui l'a dit"), max_length=200, required=False)
        self.fields["channel"] = forms.ChoiceField(
            label=_("Comment"),
            choices=[
                ("call", _("Au téléphone")),
                ("mail", _("Par courriel")),
                ("letter", _("Par lettre")),
                ("meeting", _("De vive voix")),
            ],
        )


class DisputeForm(forms.Form):
    """Which invoices the customer does not agree with, and what they say."""

    def __init__(self, *args: Any, invoices: Sequence[OpenInvoice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["receivables"] = _invoices_field(_("Factures contestées"), invoices)
        self.fields["category"] = forms.ChoiceField(
            label=_("Ce qui ne va pas"), choices=list(CATEGORIES.items())
        )
        self.fields["text"] = forms.CharField(
            label=_("Dans ses mots"),
            widget=forms.Textarea(attrs={"rows": 3}),
            required=False,
            max_length=2000,
        )


class SettleForm(forms.Form):
    """How a dispute ended."""

    outcome = forms.ChoiceField(label=_("Comment il se règle"), choices=list(SETTLED.items()))
    text = forms.CharField(
        label=_("Ce qui est convenu"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )


class CallForm(forms.Form):
    """What came of a call. Which of the facts is asked for depends on the outcome."""

    NEEDS_DAY = ("promise", "awaiting_approval")

    def __init__(self, *args: Any, invoices: Sequence[OpenInvoice], today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["outcome"] = forms.ChoiceField(
            label=_("Ce que l'appel a donné"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect
        )
        self.fields["contact_name"] = forms.CharField(label=_("Avec qui"), max_length=200, required=False)
        self.fields["amount_cents"] = CentsField(label=_("Montant promis"), required=False)
        self.fields["on"] = DayField(
            label=_("Jour promis, à rappeler ou à attendre"),
            first=today,
            last=today + LONGEST_REST,
            required=False,
        )
        self.fields["receivables"] = _invoices_field(
            _("Factures contestées ou à renvoyer"), invoices, required=False
        )
        self.fields["category"] = forms.ChoiceField(
            label=_("Ce qui ne va pas"), choices=list(CATEGORIES.items()), required=False, initial="other"
        )
        self.fields["text"] = forms.CharField(
            label=_("Ses mots"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=2000
        )

    def clean(self) -> dict[str, Any]:
        """Ask for what the outcome needs."""
        told: dict[str, Any] = super().clean() or {}
        outcome = told.get("outcome")
        if outcome in self.NEEDS_DAY and not told.get("on") and "on" not in self.errors:
            self.add_error("on", _("Notez le jour : « bientôt » n'est pas une date."))
        if outcome == "promise" and not told.get("amount_cents") and "amount_cents" not in self.errors:
            self.add_error("amount_cents", _("Notez le montant promis."))
        if outcome == "dispute" and not told.get("receivables"):
            self.add_error("receivables", _("Cochez les factures contestées."))
        return told


def _invoices_field(
    label: Any, invoices: Sequence[OpenInvoice], *, required: bool = True
) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=[(row.receivable_id, row.number) for row in invoices],
        coerce=int,
        required=required,
        widget=forms.CheckboxSelectMultiple,
    )
