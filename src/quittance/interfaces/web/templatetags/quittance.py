"""What every page writes alike: money, days, icons, monograms, fields. docs/internals/web.md shows each once."""

from __future__ import annotations

import zlib
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from quittance.domain.money import french_euros, plain_euros
from quittance.domain.texts import typography
from quittance.gateways.clock import PARIS, civil_day
from quittance.interfaces.web import assets

if TYPE_CHECKING:
    from django.forms import BoundField

    from quittance.domain.texts.typography import Language

register = template.Library()
ROLES = {
    "owner": _("Dirigeant"),
    "accountant": _("Comptable"),
    "sales": _("Commercial"),
    "assistant": _("Assistant de gestion"),
    "reader": _("Lecture seule"),
}


def _language() -> Language:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


@register.simple_tag
def icon(name: str, label: str = "", tone: str = "") -> SafeString:
    """An icon. With a `label` it says something by itself; without, the words beside it do."""
    return _drawn(name, str(label), str(tone))


@lru_cache(maxsize=2_000)
def _drawn(name: str, label: str, tone: str) -> SafeString:
    """A long list draws the same few icons hundreds of times."""
    assert name in assets.ICONS, f"« {name} » is not among the icons of assets.py"
    href = f"{reverse('icons')}?{assets.version()}#{name}"
    said = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    toned = format_html(' data-tone="{}"', tone) if tone else ""
    return format_html('<svg class="icon"{}{}><use href="{}"/></svg>', toned, said, href)


@register.simple_tag
def money(cents: int | None, size: str = "", tone: str = "") -> SafeString:
    """An amount: euros strong, cents quiet. Nothing where it is not known."""
    if cents is None:
        return SafeString("")
    words = french_euros(cents) if _language() == "fr" else typography.money(cents, "en")
    separator = "," if _language() == "fr" else "."
    euros, _, rest = words.rpartition(separator)
    more = format_html(' data-size="{}"', size) if size else ""
    toned = format_html(' data-tone="{}"', tone) if tone else ""
    return format_html(
        '<data class="money"{}{} value="{}">{}<span class="cents">{}{}</span></data>',
        more, toned, plain_euros(cents), euros, separator, rest,
    )  # fmt: skip


@register.filter
def amount(cents: int) -> str:
    """An amount inside a sentence or a text field's label: `1 234,56 €`."""
    return typography.money(cents, _language())


@register.filter
def role(code: str) -> str:
    """A role, in words."""
    return str(ROLES.get(code, code))


@register.filter(is_safe=True)
def typeset(words: str) -> str:
    """A sentence of a refusal, with its apostrophes and the spaces that do not break."""
    return typography.typeset(str(words), _language())


@register.filter
def rate(rate_bp: int) -> str:
    """A rate in basis points: `12,40 %`."""
    return typography.rate(rate_bp, _language())


@register.filter
def day(on: date | datetime | None) -> str:
    """A date in words: `20 novembre 2026`."""
    return "" if on is None else typography.day(_civil(on), _language())


@register.filter
def weekday(on: date | datetime) -> str:
    """A date in words with its weekday: `lundi 23 novembre 2026`."""
    return typography.day(_civil(on), _language(), weekday=True)


_SHORT_MONTHS: tuple[str, ...] = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."
)  # fmt: skip


@register.filter
def short_day(on: date | datetime | None) -> str:
    """A date where room is scarce: `20 nov. 2026`."""
    if on is None:
        return ""
    civil = _civil(on)
    if _language() == "fr":
        months, number = _SHORT_MONTHS, "1er" if civil.day == 1 else str(civil.day)
    else:
        months, number = tuple(month[:3] for month in typography.ENGLISH_MONTHS), str(civil.day)
    return f"{number}\u00a0{months[civil.month - 1]}\u00a0{civil.year}"


@register.simple_tag(takes_context=True)
def near(context: dict[str, Any], on: date | None) -> str:
    """A date where room is scarce, without its year where it is this one: `20 nov.`."""
    if on is None:
        return ""
    return short_day(on).removesuffix(f"\u00a0{context['request'].today.year}")


@register.filter
def moment(at: datetime) -> str:
    """An instant, in the time of France: `20 novembre 2026 à 9 h 12`."""
    local = at.astimezone(PARIS)
    link = " à " if _language() == "fr" else ", "
    return typography.day(local.date(), _language()) + link + typography.clock(local.time(), _language())


@register.filter
def hour(at: datetime) -> str:
    """The time of day of an instant, in France: `9 h 12`."""
    return typography.clock(at.astimezone(PARIS).time(), _language())


@register.filter
def whole(value: int) -> str:
    """A whole number, thousands apart."""
    return typography.number(value, _language())


@register.filter
def days(count: int) -> str:
    """A number of days, with its word."""
    return ngettext("%(count)s jour", "%(count)s jours", count) % {
        "count": typography.number(count, _language())
    }


@register.filter
def iban(text: str) -> str:
    """An IBAN in groups of four."""
    return typography.grouped(text).replace(" ", "\u00a0")


@register.filter
def actor(text: str) -> str:
    """Who did something, by the name alone: the journal writes the address behind it."""
    return text.partition(" <")[0]


def _civil(on: date | datetime) -> date:
    return civil_day(on) if isinstance(on, datetime) else on


@register.simple_tag
def monogram(name: str, size: str = "") -> SafeString:
    """Two letters of a name in its own hue, so that companies are told apart in a mixed list."""
    words = [word for word in name.replace("'", " ").replace("’", " ").split() if word[0].isalnum()] or ["?"]
    letters = (words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]).upper()
    hue = zlib.crc32(name.encode()) % 6 + 1
    more = format_html(' data-size="{}"', size) if size else ""
    return format_html(
        '<span class="monogram" data-hue="{}"{} aria-hidden="true">{}</span>', hue, more, letters
    )


@register.inclusion_tag("forms/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """A form's field: label above, help below, error in words. `wide`: over the whole grid."""
    described = [
        f"{bound.id_for_label}-{part}"
        for part, there in (("help", bound.help_text), ("error", bound.errors))
        if there
    ]
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "field": bound,
        "widget": bound.as_widget(attrs={**bound.field.widget.attrs, **attributes}),
        **options,
    }


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The address of this very page with some of its filters changed; an empty value takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = value
    text = query.urlencode()
    return f"?{text}" if text else context["request"].path
