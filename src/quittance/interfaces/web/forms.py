"""Forms: how they are rendered, and the fields that read what people type (amounts, days) as we store it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from quittance.domain.identifiers import check_iban, french_iban
from quittance.domain.money import NotAnAmount, parse_cents, plain_euros
from quittance.domain.terms import TermUnreadable, parse_term
from quittance.formats.cells import MAX_AMOUNT_CENTS

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_LONGEST_ID = 18  # digits: within the 64 bits of a database


def ids_in(texts: Iterable[str], *, most: int) -> list[int]:
    """Read the numbers of rows that an address or a form names, each once; what is no number is left out."""
    numbers = (int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) <= _LONGEST_ID)
    return list(dict.fromkeys(numbers))[:most]


def moment_in(text: str) -> datetime | None:
    """Read the moment that an address names; `None` where it names none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


class Renderer(TemplatesSetting):
    """Fields are written by our own template, widgets by Django's."""

    form_template_name = "forms/form.html"


class CentsField(forms.CharField):
    """An amount in euros, as people write it; its value is in cents."""

    default_error_messages: ClassVar = {"range": _("Ce montant est hors limites.")}

    def __init__(self, *, min_cents: int = 1, max_cents: int = MAX_AMOUNT_CENTS, **options: Any) -> None:
        self.min_cents, self.max_cents = min_cents, max_cents
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "class": "amount short", "autocomplete": "off"}
        )
        super().__init__(widget=options.pop("widget", widget), **options)

    def prepare_value(self, value: Any) -> Any:
        """Show cents as euros."""
        return plain_euros(value).replace(".", ",") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Read euros as cents. Refusal: what cannot be read, with an example."""
        text = super().clean(value)
        if not text:
            return None
        try:
            cents = parse_cents(text)
        except NotAnAmount as unreadable:
            raise ValidationError(str(unreadable)) from unreadable
        if not self.min_cents <= cents <= self.max_cents:
            raise ValidationError(self.error_messages["range"], code="range")
        return cents


class DayField(forms.DateField):
    """A day, with the browser's own calendar. `first` and `last` bound it."""

    default_error_messages: ClassVar = {
        "first": _("Choisissez un jour à partir du %(day)s."),
        "last": _("Choisissez un jour jusqu'au %(day)s."),
        "year": _("Vérifiez l'année."),
    }

    def __init__(self, *, first: date | None = None, last: date | None = None, **options: Any) -> None:
        self.first, self.last = first, last
        bounds = {
            name: day.isoformat() for name, day in (("min", first), ("max", last)) if isinstance(day, date)
        }
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short", **bounds})
        super().__init__(
            widget=options.pop("widget", widget), input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options
        )

    def validate(self, value: date | None) -> None:
        """Refuse a day out of bounds; of no calendar of ours are those from which no day can be counted."""
        super().validate(value)
        if value is None:
            return
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            raise ValidationError(self.error_messages["year"])
        if self.first is not None and value < self.first:
            raise ValidationError(self.error_messages["first"], params={"day": f"{self.first:%d/%m/%Y}"})
        if self.last is not None and value > self.last:
            raise ValidationError(self.error_messages["last"], params={"day": f"{self.last:%d/%m/%Y}"})


class IbanField(forms.CharField):
    """An IBAN, whatever its spaces; its value is compact."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}), **options
        )

    def prepare_value(self, value: Any) -> Any:
        """Show it in groups of four."""
        return french_iban(value) if isinstance(value, str) and value.isalnum() else value

    def clean(self, value: Any) -> str:
        """Refusal: why it is none."""
        text = super().clean(value)
        if not text:
            return ""
        checked = check_iban(text)
        if not checked.valid:
            raise ValidationError(checked.reason)
        return checked.value


class TermField(forms.CharField):
    """A payment term, as people say it (« 45 jours fin de mois »); its value is its code."""

    def prepare_value(self, value: Any) -> Any:
        """Show the code in words."""
        try:
            return parse_term(value).short_french() if value else value
        except TermUnreadable:
            return value

    def clean(self, value: Any) -> str:
        """Refusal: what cannot be read, with what was perhaps meant."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_term(text).code
        except TermUnreadable as unreadable:
            raise ValidationError(str(unreadable)) from unreadable


class RateField(forms.CharField):
    """A rate in percent a year; its value is in basis points."""

    default_error_messages: ClassVar = {"range": _("Écrivez un taux entre 0 et 100 %, par exemple 12,40.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "class": "amount short", "autocomplete": "off"}
        )
        super().__init__(widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show basis points as a percentage."""
        return plain_euros(value).replace(".", ",") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Read a percentage with at most two decimals."""
        text = super().clean(value)
        if not text:
            return None
        try:
            rate_bp = parse_cents(text.replace("%", ""))
        except NotAnAmount:
            rate_bp = -1
        if not 0 <= rate_bp <= 10_000:
            raise ValidationError(self.error_messages["range"], code="range")
        return rate_bp
