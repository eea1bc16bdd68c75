"""The journal: what was done, by whom, when; and whether anybody has touched it since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from quittance.company.exports import newest_job
from quittance.company.queries import members
from quittance.customers.queries import customers_of
from quittance.domain.access import Right
from quittance.gateways.clock import PARIS
from quittance.interfaces.jobs import start
from quittance.interfaces.web.forms import DayField
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.settings.sentences import SENTENCES, told
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.journal.queries import entries, position, walk_chain

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from quittance.journal.models import Entry

A_PAGE = 50
CHECKED_AT_ONCE = 5_000  # entries; a longer chain is walked by the worker

_NOUNS = (
    ("company", _("Société")),
    ("customers", _("Clients")),
    ("sales", _("Factures")),
    ("payments", _("Paiements")),
    ("correspondence", _("Messages")),
    ("collection", _("Relances")),
)


class Filter(forms.Form):
    """Which entries: of a kind or of all of a noun, by whom, between two days."""

    kind = forms.ChoiceField(label=_("Acte"), required=False)
    actor = forms.CharField(
        label=_("Par"), max_length=120, required=False, widget=forms.TextInput(attrs={"list": "people"})
    )
    since = DayField(label=_("Depuis le"), required=False)
    until = DayField(label=_("Jusqu'au"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [
            ("", _("Tous les actes")),
            *((words, [(noun, _("Tout")), *_choices_of(noun)]) for noun, words in _NOUNS),
        ]


def _choices_of(noun: str) -> list[tuple[str, str]]:
    found = [(kind, str(words)) for kind, (words, _facts) in SENTENCES.items() if kind.startswith(f"{noun}.")]
    return sorted(found, key=lambda pair: pair[1].casefold())


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words, with its data for who wants to see it."""

    entry: Entry
    done: str
    facts: str

    @property
    def data(self) -> str:
        """The data as it was written."""
        return json.dumps(self.entry.data, ensure_ascii=False, indent=1, sort_keys=True)


@seated(Right.JOURNAL)
def journal(request: SeatedRequest) -> HttpResponse:
    """The entries, newest first."""
    return _page(request)


@seated(Right.JOURNAL)
@require_POST
def check(request: SeatedRequest) -> HttpResponse:
    """Walk the chain, and say in words whether it is whole."""
    company = request.seat.company
    if position(company.pk) > CHECKED_AT_ONCE:
        start(kind="check_journal", company=company, person=request.person, facts={})
        return redirect("settings-journal", slug=company.slug)
    return _page(request, report=walk_chain(company.pk))


def _page(request: SeatedRequest, **more: Any) -> HttpResponse:
    company_id = request.seat.company.pk
    form = Filter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    kind = asked.get("kind", "")
    found = entries(
        company_id,
        kinds=[one for one in SENTENCES if one == kind or one.startswith(f"{kind}.")] if kind else (),
        actor=asked.get("actor", ""),
        since=_start_of(asked.get("since")),
        before=_start_of(asked["until"] + timedelta(days=1)) if asked.get("until") else None,
    )
    paginator = Paginator(found, A_PAGE)
    if not any(asked.values()):
        paginator.count = position(
            company_id
        )  # entries are numbered without a hole: nothing has to be counted
    page = paginator.get_page(request.GET.get("p"))
    context = {
        "form": form,
        "paging": page,
        "lines": _lines(company_id, page.object_list),
        "people": [f"{member.name} <{member.email}>" for member in members(company_id)],
        "filtered": any(asked.values()),
        "job": newest_job(company_id, "check_journal"),
        **more,
    }
    return show(request, "settings-journal", context)


def _lines(company_id: int, rows: Iterable[Entry]) -> list[Line]:
    rows = list(rows)
    ids = {row.data["customer"] for row in rows if isinstance(row.data.get("customer"), int)}
    names = {pk: customer.name for pk, customer in customers_of(company_id, ids).items()} if ids else {}
    return [Line(row, *told(row.kind, row.data, names)) for row in rows]


def _start_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, PARIS)
