"""The filters of the list of invoices, as they stand in the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.company.queries import members
from quittance.interfaces.web.forms import CentsField, DayField
from quittance.payments.lists import NOBODY, SORTS, Filter, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quittance.company.seats import Seat

# Days late: from, to.
AGES = {"1-30": (1, 30), "31-60": (31, 60), "61-90": (61, 90), "91-": (91, None)}
MINE = "me"
# What a view shows first: what is due for longest, or what fell due last.
_FIRST = {
    "": ("due", True),
    "paid": ("due", True),
    "credit_notes": ("issued", True),
}


class FilterForm(forms.Form):
    """What may be asked of the list. What cannot be read is said, and not applied."""

    q = forms.CharField(required=False, max_length=80)
    state = forms.ChoiceField(required=False, choices=[(state, state) for state in get_args(State)])
    age = forms.ChoiceField(label=gettext_lazy("Retard"), required=False)
    who = forms.ChoiceField(label=gettext_lazy("Suivi par"), required=False)
    issued_from = DayField(label=gettext_lazy("Émises à partir du"), required=False)
    issued_to = DayField(label=gettext_lazy("Émises jusqu'au"), required=False)
    min = CentsField(label=gettext_lazy("Montant, de"), required=False, min_cents=0)
    max = CentsField(label=gettext_lazy("Montant, à"), required=False, min_cents=0)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])
    desc = forms.BooleanField(required=False)

    def __init__(self, seat: Seat, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ages = [
            ("", _("Retard")),
            ("1-30", _("1 à 30 jours")),
            ("31-60", _("31 à 60 jours")),
            ("61-90", _("61 à 90 jours")),
            ("91-", _("Plus de 90 jours")),
        ]
        people = [(str(one.pk), one.name) for one in members(seat.company.pk) if one.left_at is None]
        self.choose("age", ages)
        self.choose("who", [("", _("Suivi par")), ("0", _("Suivi par personne")), *people])
        for name in ("q", "age", "who", "issued_from", "issued_to", "min", "max"):
            self.fields[name].widget.attrs.update({"form": "filter", "data-size": "s"})
        for name in ("age", "who"):
            self.fields[name].widget.attrs.update({"class": "fit", "data-submit": "", "data-size": "s"})

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Give a field what may be chosen."""
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = choices


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the filter, the order, the page, and the words of the filters in force."""

    form: FilterForm
    wanted: Filter
    sort: str
    descending: bool
    page: int
    chips: tuple[tuple[str, str], ...] = field(default=())  # what it says, and the names it is taken away by

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked beyond the view itself."""
        return not self.chips and not self.wanted.words


def asked(seat: Seat, query: Mapping[str, Any], today: date) -> Asked:
    """Read the filters of an address."""
    form = FilterForm(seat, query)
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    state: State = said.get("state") or ""
    late_from, late_to = AGES.get(said.get("age") or "", (None, None))
    wanted = Filter(
        today=today,
        state=state or ("late" if late_from else ""),
        in_charge_id=seat.only_in_charge_id,
        followed_by=int(said["who"]) if said.get("who") else None,
        late_from_days=late_from if late_from != 1 else None,
        late_to_days=late_to,
        issued_from_on=said.get("issued_from"),
        issued_to_on=said.get("issued_to"),
        from_cents=said.get("min") or None,
        to_cents=said.get("max") or None,
        customer_id=said.get("customer"),
        words=said.get("q") or "",
    )
    sort, descending = _FIRST.get(wanted.state, ("due", False))
    if said.get("sort"):
        sort, descending = said["sort"], bool(said.get("desc"))
    page = str(query.get("page", ""))
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
    return Asked(form, wanted, sort, descending, number)


def kept_query(query: QueryDict) -> str:
    """Return what is kept of an address under a name: its filters and its order, not its page."""
    kept = QueryDict(mutable=True)
    for name in FilterForm.base_fields:
        value = query.get(name, "").strip()
        if value:
            kept[name] = value
    return kept.urlencode()


__all__ = ["NOBODY", "Asked", "FilterForm", "asked", "kept_query"]
