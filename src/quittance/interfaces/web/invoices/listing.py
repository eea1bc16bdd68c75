"""The list of invoices, its views, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from quittance.company.saved_views import (
    NoSuchView,
    ViewRefused,
    delete_view,
    rename_view,
    save_view,
    saved_views,
)
from quittance.customers.queries import customer_of, names_by_id
from quittance.domain.access import Right
from quittance.domain.texts.library import words
from quittance.flows.invoice_list import chosen_rows, every_row, invoice_page, with_standing
from quittance.formats.table_files import CONTENT_TYPES, Column, write_table
from quittance.interfaces.web.forms import ids_in
from quittance.interfaces.web.invoices.filters import Asked, asked, kept_query
from quittance.interfaces.web.invoices.words import badge, in_english
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.payments.lists import with_money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quittance.flows.invoice_list import InvoiceRow

PAGE = "invoices"
COLUMNS = (
    ("number", gettext_lazy("Numéro"), ""),
    ("customer", gettext_lazy("Client"), ""),
    ("issued", gettext_lazy("Émise"), "roomy"),
    ("due", gettext_lazy("Échéance"), ""),
    ("late", gettext_lazy("Retard"), "roomy"),
    ("", gettext_lazy("Où on en est"), ""),
    ("total", gettext_lazy("Facturé"), "num ample"),
    ("left", gettext_lazy("Reste dû"), "num"),
)
_EMPTY = {"late": "overdue", "disputed": "disputes"}


class NameForm(forms.Form):
    """The name of a view."""

    name = forms.CharField(
        label=gettext_lazy("Nom de la vue"),
        max_length=60,
        error_messages={"required": gettext_lazy("Donnez un nom à la vue.")},
    )


@seated(Right.READ)
def invoices(request: SeatedRequest) -> HttpResponse:
    """The list: a filter, an order, a page."""
    wish = asked(request.seat, request.GET, request.today)
    company = request.seat.company
    shown = invoice_page(
        company_id=company.pk,
        wanted=wish.wanted,
        sort=wish.sort,
        descending=wish.descending,
        number=wish.page,
    )
    query = kept_query(request.GET)
    context = {
        "page": PAGE,
        "wish": wish,
        "shown": shown,
        "rows": [(row, badge(row.standing, request.today)) for row in shown.rows],
        "views": _views(request, shown.overview.late.count, shown.overview.due.count),
        "own_views": _own_views(request, query),
        "columns": _columns(wish),
        "chips": _chips(request, wish),
        "query": query,
        "empty_words": _empty_words(wish),
        "name_form": NameForm(),
    }
    return render(request, "invoices/list.html", context)


def _empty_words(wish: Asked) -> str:
    """What to say where there is nothing; empty where it is the filters that let nothing through."""
    if not wish.is_plain or wish.wanted.state not in ("", *_EMPTY):
        return ""
    section = words("screens").sections["empty"]
    return section[_EMPTY.get(wish.wanted.state, "invoices")][in_english()]


def _views(request: SeatedRequest, late: int, due: int) -> list[dict[str, Any]]:
    own = kept_query(request.GET)
    address = reverse("invoices", args=[request.seat.company.slug])
    built_in = (
        ("", _("Toutes"), None),
        ("late", _("En retard"), late),
        ("soon", _("Échéance proche"), None),
        ("due", _("À échoir"), due),
        ("disputed", _("En litige"), None),
        ("paid", _("Réglées"), None),
        ("credit_notes", _("Avoirs"), None),
    )
    chosen = request.GET.get("state", "")
    is_own = any(view.query == own for view in _own(request)) and bool(own)
    return [
        {
            "words": name,
            "count": count,
            "url": f"{address}?state={state}" if state else address,
            "current": not is_own and chosen == state,
        }
        for state, name, count in built_in
    ]


def _own(request: SeatedRequest) -> list[Any]:
    kept = getattr(request, "own_views", None)
    if kept is None:
        kept = saved_views(company_id=request.seat.company.pk, person_id=request.person.pk, page=PAGE)
        request.own_views = kept  # type: ignore[attr-defined]
    return list(kept)


def _own_views(request: SeatedRequest, query: str) -> list[dict[str, Any]]:
    return [
        {
            "pk": view.pk,
            "name": view.name,
            "query": view.query,
            "current": bool(query) and view.query == query,
        }
        for view in _own(request)
    ]


def _columns(wish: Asked) -> list[dict[str, Any]]:
    """The heads of the columns: which one the list is sorted by, and what a click asks for."""
    heads = []
    for name, title, kind in COLUMNS:
        # The later an invoice, the earlier it was due: the two columns sort by the same day.
        key, turned = ("due", True) if name == "late" else (name, False)
        is_sorted = key == wish.sort and bool(key) and name != "late"
        downwards = wish.descending if is_sorted else False
        heads.append(
            {
                "sort": key,
                "words": title,
                "kind": kind,
                "sorted": ("descending" if downwards else "ascending") if is_sorted else "",
                "desc": ""
                if (turned or (is_sorted and downwards))
                else ("1" if is_sorted or kind == "num" else ""),
            }
        )
    return heads


def _chips(request: SeatedRequest, wish: Asked) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    wanted, found = wish.wanted, []

    def chip(said: str, *names: str) -> None:
        left = request.GET.copy()
        for name in (*names, "page"):
            left.pop(name, None)
        found.append({"words": said, "url": f"?{left.urlencode()}"})

    bound = wish.form
    if wanted.words:
        chip(f"« {wanted.words} »", "q")
    if wanted.customer_id is not None:
        customer = customer_of(
            request.seat.company.pk, wanted.customer_id, in_charge_id=request.seat.only_in_charge_id
        )
        chip(_("Client : %(name)s") % {"name": customer.name if customer else "?"}, "customer")
    for name in ("age", "who"):
        value = bound.cleaned_data.get(name)
        if value:
            chip(dict(bound.fields[name].choices)[value], name)  # type: ignore[attr-defined]
    if wanted.issued_from_on or wanted.issued_to_on:
        chip(_("Émises : période choisie"), "issued_from", "issued_to")
    if wanted.from_cents or wanted.to_cents:
        chip(_("Montant choisi"), "min", "max")
    return found


@seated(Right.EXPORT)
def export(request: SeatedRequest) -> HttpResponse:
    """The rows of the filter, or those ticked, as a spreadsheet."""
    ticked = ids_in(request.POST.getlist("ids"), most=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    whole = request.method != "POST" or "whole" in request.POST or not ticked
    query = request.GET if request.method != "POST" else QueryDict(request.POST.get("query", ""))
    wish = asked(request.seat, query, request.today)
    company_id = request.seat.company.pk
    rows: Iterable[InvoiceRow]
    if whole:
        rows = every_row(
            company_id=company_id, wanted=wish.wanted, sort=wish.sort, descending=wish.descending
        )
    else:
        chosen = chosen_rows(company_id=company_id, wanted=wish.wanted, ticked=ticked)
        rows = with_standing(company_id, with_money(chosen), request.today)
    file_format = "csv" if (request.GET or request.POST).get("format") == "csv" else "xlsx"
    references = {pk: reference for pk, (reference, _name) in names_by_id(company_id).items()}
    columns = (
        Column(_("Numéro")),
        Column(_("Référence client")),
        Column(_("Client")),
        Column(_("Émise le"), "day"),
        Column(_("Échéance"), "day"),
        Column(_("Jours de retard"), "int"),
        Column(_("Facturé"), "cents"),
        Column(_("Reste dû"), "cents"),
        Column(_("Où on en est")),
    )
    data = write_table(
        "csv" if file_format == "csv" else "xlsx",
        title=_("Factures"),
        columns=columns,
        rows=(_cells(row, references, request) for row in rows),
    )
    response = HttpResponse(data, content_type=CONTENT_TYPES[file_format])
    name = f"factures-{request.seat.company.slug}-{request.today:%Y-%m-%d}.{file_format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cells(row: InvoiceRow, references: dict[int, str], request: SeatedRequest) -> list[Any]:
    listed = row.listed
    return [
        listed.number,
        references.get(listed.customer_id, ""),
        listed.customer_name,
        listed.issued_on,
        listed.due_on,
        row.days_late or None,
        listed.due_cents,
        listed.open_cents,
        badge(row.standing, request.today).words,
    ]


@seated(Right.READ)
@require_POST
def save(request: SeatedRequest) -> HttpResponse:
    """Keep the filters under a name."""
    query = kept_query(QueryDict(request.POST.get("query", "")))
    form = NameForm(request.POST)
    if not form.is_valid():
        toast(request, str(form.errors["name"][0]), icon="circle-alert")
    else:
        try:
            save_view(
                company_id=request.seat.company.pk,
                person_id=request.person.pk,
                page=PAGE,
                name=form.cleaned_data["name"],
                query=query,
            )
            toast(request, _("Vue « %(name)s » enregistrée.") % form.cleaned_data, icon="bookmark")
        except ViewRefused as refused:
            toast(request, str(refused), icon="circle-alert")
    return _back(request, query)


@seated(Right.READ)
@require_POST
def change_view(request: SeatedRequest, view_id: int) -> HttpResponse:
    """Give one's view another name, or forget it."""
    of_person = {
        "company_id": request.seat.company.pk,
        "person_id": request.person.pk,
        "view_id": view_id,
    }
    form = NameForm(request.POST)
    try:
        if "delete" in request.POST:
            view = delete_view(**of_person)
            toast(request, _("Vue « %(name)s » supprimée.") % {"name": view.name}, icon="trash-2")
            return _back(request, "")
        if not form.is_valid():
            toast(request, str(form.errors["name"][0]), icon="circle-alert")
            return _back(request, kept_query(QueryDict(request.POST.get("query", ""))))
        view = rename_view(**of_person, name=form.cleaned_data["name"])
        toast(request, _("La vue s'appelle « %(name)s ».") % {"name": view.name}, icon="bookmark")
        return _back(request, view.query)
    except NoSuchView:
        raise Http404 from None
    except ViewRefused as refused:
        toast(request, str(refused), icon="circle-alert")
        return _back(request, kept_query(QueryDict(request.POST.get("query", ""))))


def _back(request: SeatedRequest, query: str) -> HttpResponse:
    address = reverse("invoices", args=[request.seat.company.slug])
    return redirect(f"{address}?{query}" if query else address)
