"""The bank page: what is left to explain first, then what is explained, set aside, paid out, and the files read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.template.context_processors import csrf
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from quittance.domain.access import Right
from quittance.interfaces.web.bank.shown import AccountShown, accounts_shown, read_through, screen, shown
from quittance.interfaces.web.forms import CentsField, DayField, ids_in
from quittance.interfaces.web.templatetags.quittance import icon
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.payments.bank_lines import Place, Wanted, files_page, lines_page, waiting
from quittance.payments.queries import newest_line_not_looked_at

PER_PAGE = 50
VIEWS = {
    "waiting": _("À classer"),
    "matched": _("Classées"),
    "aside": _("Laissées de côté"),
    "others": _("Débits"),
    "files": _("Relevés"),
}
STATES = {"waiting": _("Toutes"), "proposed": _("À confirmer"), "unknown": _("À identifier")}


class FilterForm(forms.Form):
    """What a list of lines is narrowed to."""

    q = forms.CharField(
        label=_("Libellé ou payeur"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    amount = CentsField(label=_("Montant"), required=False)
    account = forms.TypedChoiceField(label=_("Compte"), required=False, coerce=int, empty_value=None)
    since = DayField(label=_("Du"), required=False)
    until = DayField(label=_("Au"), required=False)

    def __init__(self, accounts: list[AccountShown], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(one.account.pk, one.name) for one in accounts]
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Tous")), *choices]


@seated(Right.BANK)
@require_GET
def bank(request: SeatedRequest) -> HttpResponse:
    """Show the lines of a view, fifty a page, and what is known of each account."""
    company_id = request.seat.company.pk
    view = request.GET.get("view", "waiting")
    view = view if view in {*VIEWS, *STATES} else "waiting"
    accounts = accounts_shown(company_id)
    context = {
        "page": "bank",
        "views": VIEWS,
        "view": view,
        "tab": "waiting" if view in STATES else view,
        "states": STATES,
        "accounts": [one for one in accounts if one.account.closed_on is None],
        "holes": [one for one in accounts if one.hole],
        "read_on": read_through(accounts),
        "was_read": any(one.coverage for one in accounts),
        "waiting": waiting(company_id),
        "not_looked_at": bool(newest_line_not_looked_at(company_id)),
        "may_match": request.seat.may(Right.MATCH),
        "here": request.get_full_path(),
        "today": request.today,
    }
    listed = _files(request, accounts) if view == "files" else _lines(request, view, accounts)
    return render(request, "bank/list.html", context | listed)


def _lines(request: SeatedRequest, view: str, accounts: list[AccountShown]) -> dict[str, Any]:
    form = FilterForm(accounts, request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(
        view=view,  # type: ignore[arg-type]
        account_id=chosen.get("account"),
        from_on=chosen.get("since"),
        to_on=chosen.get("until"),
        cents=chosen.get("amount"),
        words=chosen.get("q", ""),
    )
    lines, following = lines_page(
        request.seat.company.pk, wanted, before=_place(request.GET.get("before", "")), most=PER_PAGE
    )
    is_narrowed = wanted != Wanted(view=wanted.view)
    return {
        "form": form,
        "token": _token(request),
        "say": _row_words(),
        "is_narrowed": is_narrowed or bool(form.errors),
        "lines": [shown(line) for line in lines],
        "clear_count": sum(line.is_clear for line in lines),
        "following": "" if following is None else f"{following[0]}.{following[1]}",
        "is_later_page": bool(request.GET.get("before")),
        "nothing": screen("empty", "bank_done"),
        "no_statement": screen("empty", "bank"),
    }


def _token(request: SeatedRequest) -> SafeString:
    """Return the hidden field of the page's forms: the same in all of them."""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', csrf(request)["csrf_token"]
    )


def _row_words() -> dict[str, str]:
    """Return the words and icons of every row, put together once for the page."""
    return {
        "confirm": gettext("Confirmer"),
        "choose": gettext("Choisir"),
        "undo": gettext("Défaire"),
        "again": gettext("Reprendre"),
        "aside": gettext("Laisser de côté"),
        "nobody": gettext("Ce n'est le règlement d'aucun client"),
        "reason": gettext("Apport, remboursement, autre compte…"),
        "confirm_icon": icon("check"),
        "undo_icon": icon("undo-2"),
        "more_icon": icon("ellipsis"),
        "aside_icon": icon("archive"),
    }


def _files(request: SeatedRequest, accounts: list[AccountShown]) -> dict[str, Any]:
    text = request.GET.get("p", "1")
    number = int(text) if text.isdecimal() and len(text) < 6 and int(text) else 1
    rows = files_page(request.seat.company.pk, first=(number - 1) * PER_PAGE, most=PER_PAGE + 1)
    ends = {one.account.pk: one.end for one in accounts}
    return {
        "files": [
            (row, " ".join(ends[account_id] for account_id in row.account_ids if account_id in ends))
            for row in rows[:PER_PAGE]
        ],
        "next_files": number + 1 if len(rows) > PER_PAGE else None,
        "previous_files": number - 1 if number > 1 else None,
        "no_statement": screen("empty", "bank"),
    }


def _place(text: str) -> Place | None:
    """Read where a page begins; whatever cannot be read begins at the newest line."""
    day, _point, line_id = text.partition(".")
    try:
        return date.fromisoformat(day), ids_in([line_id], most=1)[0]
    except (ValueError, IndexError):
        return None
