"""The filters of the list of customers, as they stand in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.company.queries import members
from quittance.customers.queries import CustomerFilter
from quittance.flows.customer_list import SORTS, ListFilter
from quittance.interfaces.web.customers.words import KINDS, RISKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quittance.company.seats import Seat

VIEWS = ("", "late", "mine", "no_address")


class FilterForm(forms.Form):
    """What may be asked of the list. What cannot be read is not applied."""

    q = forms.CharField(required=False, max_length=80)
    view = forms.ChoiceField(required=False, choices=[(view, view) for view in VIEWS])
    who = forms.ChoiceField(label=gettext_lazy("Suivi par"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Genre"), required=False)
    risk = forms.ChoiceField(label=gettext_lazy("Risque"), required=False)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])
    desc = forms.BooleanField(required=False)

    def __init__(self, seat: Seat, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [(str(one.pk), one.name) for one in members(seat.company.pk) if one.left_at is None]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "who": [("", _("Suivi par tous")), ("0", _("Suivi par personne")), *people],
            "kind": [("", _("Tous les genres")), *KINDS],
            "risk": [("", _("Tous les risques")), *RISKS],
        }
        for name, rows in choices.items():
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = rows
            chosen.widget.attrs.update(
                {"form": "filter", "class": "fit", "data-submit": "", "data-size": "s"}
            )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the filter, the order, the page."""

    form: FilterForm
    wanted: ListFilter
    view: str
    sort: str
    descending: bool
    page: int

    @property
    def is_plain(self) -> bool:
        """Whether all customers are asked for."""
        return self.view == "" and self.wanted == ListFilter(
            CustomerFilter(only_in_charge_id=self.wanted.who.only_in_charge_id)
        )


def asked(seat: Seat, query: Mapping[str, Any]) -> Asked:
    """Read the filters of an address; sales people are shown their own customers only, whatever it says."""
    form = FilterForm(seat, query)
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    view = said.get("view") or ""
    followed_by = int(said["who"]) if said.get("who") else None
    wanted = ListFilter(
        CustomerFilter(
            words=said.get("q") or "",
            kind=said.get("kind") or "",
            in_charge_id=seat.member.pk if view == "mine" else followed_by,
            without_address=view == "no_address",
            only_in_charge_id=seat.only_in_charge_id,
        ),
        late=view == "late",
        risk=said.get("risk") or "",
    )
    sort, descending = "overdue", True
    if said.get("sort"):
        sort, descending = said["sort"], bool(said.get("desc"))
    page = str(query.get("page", ""))
    number = int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 9 else 1
    return Asked(form, wanted, view, sort, descending, max(1, number))
