"""The pages of a file brought in: choose it, look at it, confirm it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from quittance.company.queries import bank_accounts, upload_of, uploads_of
from quittance.company.uploads import AlreadyConfirmed, choose_for_upload
from quittance.domain.access import Right
from quittance.flows import uploads as flow
from quittance.flows.preview_import import CustomersFound, InvoicesFound
from quittance.formats.sifting import rows_to_correct
from quittance.formats.table_files import CONTENT_TYPES
from quittance.gateways.files import DocumentLost, FolderArchive
from quittance.interfaces import jobs
from quittance.interfaces.web.imports.looks import FIELDS, described
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.uploads import (
    LIMITS,
    LONG_WORK_BYTES,
    MEGABYTE,
    UploadForm,
    aside_archive,
    keep_aside,
    opened,
)
from quittance.interfaces.web.walls import SeatedRequest, seated

KINDS = {
    "invoices": gettext_lazy("Factures"),
    "customers": gettext_lazy("Clients"),
    "fec": gettext_lazy("Fichier comptable (FEC)"),
    "statement": gettext_lazy("Relevé de banque"),
}
PAGE_OF = {"customers": "customers", "statement": "bank"}  # the entry of the side; else the invoices


@seated(Right.IMPORT)
def imports(request: SeatedRequest) -> HttpResponse:
    """Choose a file of a kind; see those that wait."""
    kind = request.GET.get("kind", "invoices")
    if kind not in KINDS:
        raise Http404
    if kind == "statement" and request.method == "GET":  # the bank's own page takes several at once
        return redirect("bank-import", request.seat.company.slug)
    form = UploadForm(kind, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = keep_aside(request, form)
        return redirect("import-check", request.seat.company.slug, upload.pk)
    company_id, person_id = request.seat.company.pk, request.person.pk
    context = {
        "page": PAGE_OF.get(kind, "invoices"),
        "kind": kind,
        "kinds": KINDS.items(),
        "form": form,
        "limit": LIMITS[kind] // MEGABYTE,
        "waiting": [(one, KINDS[one.kind]) for one in uploads_of(company_id, person_id, confirmed=False)],
        "done": [(one, KINDS[one.kind]) for one in uploads_of(company_id, person_id, confirmed=True)[:5]],
    }
    return render(request, "imports/choose.html", context, status=400 if form.errors else 200)


@seated(Right.IMPORT)
@require_GET
def check(request: SeatedRequest, upload_id: int) -> HttpResponse:
    """Show what a file would bring; or, once confirmed, what it brought."""
    aside = _aside(request, upload_id)
    upload = aside.upload
    context: dict[str, Any] = {
        "page": PAGE_OF.get(upload.kind, "invoices"),
        "upload": upload,
        "kind_words": KINDS[upload.kind],
        "is_table": aside.is_table,
        "road": bool(upload.choices.get("road")),
        "road_step": 4 if upload.kind == "statement" else 3,
        "next": _next(request, aside),
    }
    if upload.confirmed_at is not None:
        return render(request, "imports/done.html", context | {"brought": upload.result})
    if upload.kind == "statement":
        context["accounts"] = [one for one in bank_accounts(request.seat.company.pk) if one.closed_on is None]
        context["account"] = aside.account
    try:
        look = flow.look_at(aside, archive=_archive(), actor=request.person.actor, at=request.at)
    except flow.REFUSALS as refusal:
        context["refusals"] = flow.in_sentences(refusal)
        context["which_account"] = getattr(refusal, "account", "") == "untold"
        return render(request, "imports/check.html", context)
    return render(request, "imports/check.html", context | described(look))


@seated(Right.IMPORT)
@require_POST
def choose(request: SeatedRequest, upload_id: int) -> HttpResponse:
    """Note what the columns of a file are, or which account a statement is of; then look again."""
    aside = _aside(request, upload_id)
    _note_choices(request, aside)
    return redirect("import-check", request.seat.company.slug, upload_id)


@seated(Right.IMPORT)
@require_POST
def confirm(request: SeatedRequest, upload_id: int) -> HttpResponse:
    """Record what is right in a file; a large one is left to the worker.

    Where its columns were changed in the same breath, they are read first.
    """
    aside = _aside(request, upload_id)
    if _note_choices(request, aside):
        toast(request, _("Vos colonnes ont changé : vérifiez, puis importez."), icon="refresh-cw")
        return redirect("import-check", request.seat.company.slug, upload_id)
    if aside.upload.size > LONG_WORK_BYTES and aside.upload.confirmed_at is None:
        here = reverse("import-check", args=[request.seat.company.slug, upload_id])
        job = jobs.start(
            kind="import",
            company=request.seat.company,
            person=request.person,
            facts={"upload": upload_id, "next": here},
        )
        return redirect("job", request.seat.company.slug, job.pk)
    try:
        flow.confirm(aside, archive=_archive(), actor=request.person.actor, at=request.at)
    except AlreadyConfirmed as refusal:
        toast(request, str(refusal), icon="info")
    except flow.REFUSALS as refusal:
        toast(request, flow.in_sentences(refusal)[0], icon="circle-alert")
    return redirect("import-check", request.seat.company.slug, upload_id)


@seated(Right.IMPORT)
@require_POST
def discard(request: SeatedRequest, upload_id: int) -> HttpResponse:
    """Forget a file that waits."""
    upload = upload_of(request.seat.company.pk, request.person.pk, upload_id)
    if upload is None:
        raise Http404
    try:
        flow.discard(upload, uploads=aside_archive())
    except AlreadyConfirmed as refusal:
        toast(request, str(refusal), icon="info")
    else:
        toast(request, _("« %(name)s » est oublié. Rien n'en avait été enregistré.") % {"name": upload.name})
    return redirect(reverse("imports", args=[request.seat.company.slug]) + f"?kind={upload.kind}")


@seated(Right.IMPORT)
@require_GET
def left_out(request: SeatedRequest, upload_id: int) -> HttpResponse:
    """Give the rows to correct alone, with what is wrong with each, as a workbook to fill in and bring again."""
    aside = _aside(request, upload_id)
    if not aside.is_table:
        raise Http404
    try:
        look = flow.look_at(aside, archive=_archive(), actor=request.person.actor, at=request.at)
    except flow.REFUSALS as refusal:
        raise Http404 from refusal
    assert isinstance(look, CustomersFound | InvoicesFound)
    reasons: dict[int, list[str]] = {line: [] for line in look.wrong_lines}
    for problem in look.problems:
        reasons[problem.line].append(
            f"{problem.column} : {problem.reason}" if problem.column else problem.reason
        )
    response = HttpResponse(
        rows_to_correct(look.file.columns, look.file.table, reasons), content_type=CONTENT_TYPES["xlsx"]
    )
    response.headers["Content-Disposition"] = 'attachment; filename="lignes-a-corriger.xlsx"'
    return response


def _aside(request: SeatedRequest, upload_id: int) -> flow.Aside:
    """Return a file that this person brought in here, or say that there is none (404)."""
    upload = upload_of(request.seat.company.pk, request.person.pk, upload_id)
    if upload is None:
        raise Http404
    try:
        return opened(request, upload)
    except DocumentLost as lost:
        raise Http404 from lost


def _archive() -> FolderArchive:
    return FolderArchive(settings.ARCHIVE_DIR)


def _note_choices(request: SeatedRequest, aside: flow.Aside) -> bool:
    """Note the columns and the account that were chosen, where they are others than those shown."""
    company_id, upload = request.seat.company.pk, aside.upload
    if aside.is_table:
        known = FIELDS[upload.kind]
        chosen = {
            name.removeprefix("column-"): str(field)
            for name, field in request.POST.items()
            if name.startswith("column-") and name.removeprefix("column-").isascii()
            and name.removeprefix("column-").isdigit() and len(name) <= len("column-") + 3
        }  # fmt: skip
        shown = {place: request.POST.get(f"shown-{place}", "") for place in chosen}
        if chosen == shown:
            return False
        columns = {place: field for place, field in chosen.items() if field in known}
        choose_for_upload(company_id=company_id, upload_id=upload.pk, columns=columns)
        return True
    account = request.POST.get("account", "")
    if upload.kind == "statement" and account != aside.account:
        choose_for_upload(company_id=company_id, upload_id=upload.pk, account=account[:60])
        return True
    return False


def _next(request: SeatedRequest, aside: flow.Aside) -> str:
    """Return where the road goes on after this file."""
    slug = request.seat.company.slug
    if aside.upload.choices.get("road") and aside.upload.kind != "statement":
        return reverse("start-bank", args=[slug])
    if aside.upload.kind == "statement":
        return reverse("bank", args=[slug])
    return reverse("customers" if aside.upload.kind == "customers" else "invoices", args=[slug])
