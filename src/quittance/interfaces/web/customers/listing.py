"""The list of customers, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.domain.access import Right
from quittance.domain.texts.library import words
from quittance.flows.customer_list import customer_list
from quittance.formats.table_files import CONTENT_TYPES, Column, FileFormat, write_table
from quittance.interfaces.web.customers.filters import Asked, asked
from quittance.interfaces.web.customers.words import (
    KINDS,
    heaviest,
    risk_badge,
    said_of_promises,
    standing_badge,
)
from quittance.interfaces.web.invoices.words import in_english
from quittance.interfaces.web.templatetags.quittance import days
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import Promise

    from quittance.flows.customer_list import CustomerRow

PAGE = "customers"
ROWS_A_PAGE = 50
# Each column: how it is set, and its heads: what sorts it, its words, whether the largest comes first at a first click.
COLUMNS = (
    ("", (("name", gettext_lazy("Client"), False), ("reference", gettext_lazy("référence"), False))),
    ("roomy", (("in_charge", gettext_lazy("Suivi par"), False),)),
    ("", (("oldest", gettext_lazy("Retard"), True), ("lateness", gettext_lazy("moyen"), True))),
    ("ample", (("risk", gettext_lazy("Risque"), True),)),
    ("", (("", gettext_lazy("Où on en est"), False),)),
    ("num", (("overdue", gettext_lazy("En retard"), True),)),
    ("num", (("open", gettext_lazy("Reste dû"), True),)),
)


@seated(Right.READ)
def customers(request: SeatedRequest) -> HttpResponse:
    """The list: a filter, an order, a page."""
    wish = asked(request.seat, request.GET)
    first = (wish.page - 1) * ROWS_A_PAGE
    address = reverse("customers", args=[request.seat.company.slug])
    shown = customer_list(
        company=request.seat.company,
        today=request.today,
        wanted=wish.wanted,
        sort=wish.sort,
        descending=wish.descending,
        first=first,
        most=ROWS_A_PAGE,
    )
    context = {
        "page": PAGE,
        "wish": wish,
        "shown": shown,
        "rows": [_in_words(row, request.today, address) for row in shown.rows],
        "views": _views(request, wish),
        "columns": _columns(wish),
        "first": first + 1,
        "last": first + len(shown.rows),
        "page_count": -(-shown.count // ROWS_A_PAGE),
        "query": _query(request),
        "empty_words": words("screens").sections["empty"]["customers"][in_english()] if wish.is_plain else "",
    }
    return render(request, "customers/list.html", context)


def _in_words(row: CustomerRow, today: date, address: str) -> dict[str, Any]:
    """A row with its words and its address, made here: a template takes longer over each of fifty rows."""
    late = row.lateness_days
    return {
        "row": row,
        "url": f"{address}{row.customer.pk}/",
        "average": "" if late is None else _("%(days)s en moyenne") % {"days": days(late)},
        "badge": standing_badge(row.standing, today),
        "risk": risk_badge(row.risk),
        "promises": said_of_promises(row.risk),
    }


def _views(request: SeatedRequest, wish: Asked) -> list[dict[str, Any]]:
    address = reverse("customers", args=[request.seat.company.slug])
    views = [
        ("", _("Tous")),
        ("late", _("En retard")),
        ("mine", _("Mes clients")),
        ("no_address", _("Sans adresse")),
    ]
    return [
        {"words": said, "url": f"{address}?view={view}" if view else address, "current": wish.view == view}
        for view, said in views
        if view != "mine" or request.seat.only_in_charge_id is None
    ]


def _columns(wish: Asked) -> list[dict[str, Any]]:
    """The columns: which one the list is sorted by, and what a click on each head asks for."""
    columns = []
    for kind, named in COLUMNS:
        heads = [_head(wish, sort, words, largest_first) for sort, words, largest_first in named]
        is_sorted = next((head["sorted"] for head in heads if head["sorted"]), "")
        columns.append({"kind": kind, "heads": heads, "sorted": is_sorted})
    return columns


def _head(wish: Asked, sort: str, said: str | Promise, largest_first: bool) -> dict[str, Any]:
    is_sorted = bool(sort) and sort == wish.sort
    upwards_next = wish.descending if is_sorted else not largest_first
    return {
        "sort": sort,
        "words": said,
        "sorted": ("descending" if wish.descending else "ascending") if is_sorted else "",
        "desc": "" if upwards_next else "1",
    }


def _query(request: SeatedRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@seated(Right.EXPORT)
def export(request: SeatedRequest, file_format: FileFormat) -> HttpResponse:
    """All the customers of the filter, as a spreadsheet."""
    wish = asked(request.seat, request.GET)
    listed = customer_list(
        company=request.seat.company,
        today=request.today,
        wanted=wish.wanted,
        sort=wish.sort,
        descending=wish.descending,
    )
    columns = (
        Column(_("Référence")),
        Column(_("Client")),
        Column(_("Genre")),
        Column(_("SIREN")),
        Column(_("Suivi par")),
        Column(_("Reste dû"), "cents"),
        Column(_("En retard"), "cents"),
        Column(_("Jours de retard"), "int"),
        Column(_("Retard moyen, en jours"), "int"),
        Column(_("Risque")),
        Column(_("Pourquoi")),
        Column(_("Où on en est")),
    )
    rows = (_cells(row, request.today) for row in listed.rows)
    data = write_table(file_format, title=_("Clients"), columns=columns, rows=rows)
    response = HttpResponse(data, content_type=CONTENT_TYPES[file_format])
    name = f"clients-{request.seat.company.slug}-{request.today:%Y-%m-%d}.{file_format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cells(row: CustomerRow, today: date) -> list[Any]:
    customer = row.customer
    return [
        customer.reference,
        customer.name,
        str(dict(KINDS)[customer.kind]),
        customer.siren,
        customer.in_charge.name if customer.in_charge else "",
        row.open_cents,
        row.overdue_cents,
        row.oldest_days_late or None,
        row.lateness_days,
        risk_badge(row.risk).words,
        heaviest(row.risk),
        standing_badge(row.standing, today).words,
    ]
