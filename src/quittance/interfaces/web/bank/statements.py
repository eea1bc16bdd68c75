"""Statements brought in, one or several: read, shown as they would be recorded, then recorded and matched."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quittance.company.queries import bank_accounts, upload_of
from quittance.company.uploads import AlreadyConfirmed, choose_for_upload
from quittance.domain.access import Right
from quittance.domain.texts import typography
from quittance.flows.bank_files import Brought, Look, bring_files, look_at_files
from quittance.flows.errors import ImportRefused
from quittance.flows.uploads import Aside
from quittance.flows.uploads import discard as forget
from quittance.formats.errors import FormatError
from quittance.gateways.files import DocumentLost, FolderArchive
from quittance.interfaces.web.bank.shown import days_in_words, screen
from quittance.interfaces.web.forms import ids_in
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.uploads import LIMITS, MEGABYTE, UploadForm, aside_archive, keep_aside, opened
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from quittance.payments.coverage import Gap

MOST_FILES = 24  # two years of months


@seated(Right.IMPORT)
@require_http_methods(["GET", "POST"])
def statements(request: SeatedRequest) -> HttpResponse:
    """Take files in: what cannot be one is refused at once, the others wait aside and are looked at."""
    refused: list[tuple[str, str]] = []
    kept: list[int] = []
    files = request.FILES.getlist("file")
    if len(files) > MOST_FILES:
        too_many = _("Déposez au plus %(most)s relevés à la fois.") % {"most": MOST_FILES}
        refused, files = [("", too_many)], []
    elif request.method == "POST" and not files:
        refused = [("", _("Choisissez un relevé."))]
    for file in files:
        form = UploadForm("statement", {}, {"file": file})
        if form.is_valid():
            kept.append(keep_aside(request, form).pk)
        else:
            refused.append((file.name or "", " ".join(map(str, form.errors["file"]))))
    if kept:
        if refused:
            toast(request, " ".join(f"{name} : {why}" for name, why in refused), icon="circle-alert")
        return redirect(_check_address(request, kept))
    context = {"page": "bank", "refused": refused, "limit": LIMITS["statement"] // MEGABYTE}
    return render(request, "bank/import.html", context, status=422 if refused else 200)


@seated(Right.IMPORT)
@require_GET
def check(request: SeatedRequest) -> HttpResponse:
    """Show what the files would bring, as if they were recorded one after the other."""
    asides = _asides(request)
    if not asides:
        return redirect("bank-import", request.seat.company.slug)
    looks, coverage = look_at_files(asides, actor=request.person.actor, at=request.at)
    good = [look for look in looks if look.would is not None]
    new = sum(look.would.new for look in good if look.would)
    accounts = [one for one in bank_accounts(request.seat.company.pk) if one.closed_on is None]
    own = accounts[0].iban or accounts[0].number if len(accounts) == 1 else ""
    context = {
        "page": "bank",
        "looks": [_told(look, own) for look in looks],
        "good": good,
        "new": new,
        "query": urlencode({"u": [look.aside.upload.pk for look in looks]}, doseq=True),
        "coverage": coverage,
        "hole": _hole(coverage.gap),
        "new_accounts": sorted({name for look in good if look.would for name in look.would.new_accounts}),
        "may_declare": request.seat.may(Right.SETTINGS),
        "accounts": accounts,
        "only_wrong": not good,
        "limit": LIMITS["statement"] // MEGABYTE,
    }
    return render(request, "bank/import_check.html", context)


@seated(Right.IMPORT)
@require_POST
def confirm(request: SeatedRequest) -> HttpResponse:
    """Record the files that can be read, match their movements, and tell what became of them."""
    asides = _asides(request)
    if not asides:
        return redirect("bank-import", request.seat.company.slug)
    looks, _after = look_at_files(asides, actor=request.person.actor, at=request.at)
    good = [look.aside for look in looks if look.would is not None]
    if not good:
        return redirect(_check_address(request, [one.upload.pk for one in asides]))
    brought = bring_files(
        good,
        declared=request.POST.getlist("declare") if request.seat.may(Right.SETTINGS) else [],
        archive=FolderArchive(settings.ARCHIVE_DIR),
        actor=request.person.actor,
        at=request.at,
    )
    toast(request, _in_words(brought), icon="circle-alert" if brought.refused else "check")
    return redirect("bank", request.seat.company.slug)


@seated(Right.IMPORT)
@require_POST
def choose_account(request: SeatedRequest, upload_id: int) -> HttpResponse:
    """Note of which account a file is that does not tell it; then look again."""
    named = request.POST.get("account", "")
    own = {one.iban or one.number for one in bank_accounts(request.seat.company.pk)}
    if upload_of(request.seat.company.pk, request.person.pk, upload_id) is not None and named in own:
        choose_for_upload(company_id=request.seat.company.pk, upload_id=upload_id, account=named)
    return redirect(_check_address(request, _ids(request) or [upload_id]))


@seated(Right.IMPORT)
@require_POST
def discard(request: SeatedRequest, upload_id: int) -> HttpResponse:
    """Forget a file that waits."""
    upload = upload_of(request.seat.company.pk, request.person.pk, upload_id)
    if upload is not None:
        try:
            forget(upload, uploads=aside_archive())
        except AlreadyConfirmed as refusal:
            toast(request, str(refusal), icon="info")
        else:
            toast(request, _("« %(name)s » est oublié. Rien n'en a été enregistré.") % {"name": upload.name})
    rest = [one for one in _ids(request) if one != upload_id]
    return redirect(_check_address(request, rest)) if rest else redirect("bank", request.seat.company.slug)


def _told(look: Look, own: str) -> dict[str, object]:
    """Put a file's outcome into what its card shows. `own`: the account of a file that names none."""
    told: dict[str, object] = {
        "upload": look.aside.upload,
        "would": look.would,
        "account": look.aside.account,
    }
    refusal = look.refusal
    if isinstance(refusal, FormatError):
        told["problems"] = refusal.problems
    elif isinstance(refusal, ImportRefused):
        told["account_is"] = refusal.account
        told["sentence"] = str(refusal)
    elif look.would is not None:
        named = look.aside.account or own
        told["periods"] = [
            (
                one,
                typography.grouped(one.account or named),
                days_in_words(one.from_on, one.to_on) if one.from_on and one.to_on else "",
            )
            for one in look.would.statements
        ]
    return told


def _hole(gap: Gap | None) -> str:
    return "" if gap is None else days_in_words(gap.from_on, gap.to_on)


def _in_words(brought: Brought) -> str:
    told = brought.told
    if brought.new:
        words = screen(
            "done",
            "imported",
            file__new=brought.new,
            file__matched=told.matched,
            file__proposed=told.proposed,
            file__unknown=told.unknown,
        )
    else:
        words = _("Rien de nouveau : ces mouvements étaient déjà là.")
    for name, why in brought.refused:
        words += f" {name} : {why}"
    return words


def _asides(request: SeatedRequest) -> list[Aside]:
    """Return the files of the address that wait, this person's own."""
    found = []
    for upload_id in _ids(request):
        upload = upload_of(request.seat.company.pk, request.person.pk, upload_id)
        if upload is None or upload.kind != "statement" or upload.confirmed_at is not None:
            continue
        try:
            found.append(opened(request, upload))
        except DocumentLost:
            lost = _("« %(name)s » n'est plus là. Déposez-le de nouveau.")
            toast(request, lost % {"name": upload.name}, icon="circle-alert")
    return found


def _ids(request: SeatedRequest) -> list[int]:
    return ids_in(request.GET.getlist("u"), most=MOST_FILES)


def _check_address(request: SeatedRequest, upload_ids: list[int]) -> str:
    address = reverse("bank-import-check", args=[request.seat.company.slug])
    return f"{address}?{urlencode({'u': upload_ids}, doseq=True)}"
