"""What people keep on a customer's file: notes and documents; and the statement that leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.correspondence.operations import (
    NoSuchDocument,
    file_document,
    hide_document,
    show_document,
)
from quittance.correspondence.queries import document_of
from quittance.customers.operations import NoSuchNote, add_note, remove_note, restore_note
from quittance.domain.access import Right
from quittance.flows.account_statement import statement_of, statement_pdf
from quittance.flows.reminder_texts import FILE_NAMES
from quittance.formats.letters.compose import CannotBeTypeset
from quittance.gateways.files import DocumentLost, FolderArchive
from quittance.interfaces.web.customers.entry_forms import DocumentForm, NoteForm, StatementForm
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated, their_customer

if TYPE_CHECKING:
    from quittance.customers.models import Customer

_TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".xml": "application/xml"}


@seated(Right.NOTE)
@require_POST
def note_add(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Keep a note."""
    customer = their_customer(request, customer_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        company = request.seat.company
        note = add_note(
            company_id=company.pk,
            customer_id=customer.pk,
            text=form.cleaned_data["text"],
            actor=request.person.actor,
            at=request.at,
        )
        undo = reverse("customer-note-remove", args=[company.slug, customer.pk, note.pk])
        toast(request, _("Note gardée."), undo=undo, icon="sticky-note")
    else:
        toast(request, str(form.errors["text"][0]), icon="circle-alert")
    return _back(request, customer)


@seated(Right.NOTE)
@require_POST
def note_remove(request: SeatedRequest, customer_id: int, note_id: int) -> HttpResponse:
    """Take a note away, with a way back."""
    customer = their_customer(request, customer_id)
    company = request.seat.company
    try:
        remove_note(
            company_id=company.pk,
            customer_id=customer.pk,
            note_id=note_id,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchNote as refused:
        raise Http404(str(refused)) from refused
    undo = reverse("customer-note-restore", args=[company.slug, customer.pk, note_id])
    toast(request, _("Note retirée."), undo=undo, icon="trash-2")
    return _back(request, customer)


@seated(Right.NOTE)
@require_POST
def note_restore(request: SeatedRequest, customer_id: int, note_id: int) -> HttpResponse:
    """Put a note back."""
    customer = their_customer(request, customer_id)
    try:
        restore_note(
            company_id=request.seat.company.pk,
            customer_id=customer.pk,
            note_id=note_id,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchNote as refused:
        raise Http404(str(refused)) from refused
    toast(request, _("Note remise."), icon="undo-2")
    return _back(request, customer)


@seated(Right.NOTE)
@require_POST
def document_add(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Put a file on the customer's file: its bytes into the archive, its name here."""
    customer = their_customer(request, customer_id)
    company = request.seat.company
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        toast(
            request,
            " ".join(str(one) for errors in form.errors.values() for one in errors),
            icon="circle-alert",
        )
        return _back(request, customer)
    data, attachment = form.cleaned_data["file"]
    document = file_document(
        company_id=company.pk,
        customer_id=customer.pk,
        name=attachment.name,
        sha256=FolderArchive(settings.ARCHIVE_DIR).put(data),
        content={
            "label": form.cleaned_data["label"],
            "content_type": attachment.content_type,
            "size": len(data),
            "by": request.person.actor,
        },
        actor=request.person.actor,
        at=request.at,
    )
    undo = reverse("customer-document-hide", args=[company.slug, customer.pk, document.pk])
    toast(request, _("« %(name)s » est au dossier.") % {"name": document.name}, undo=undo, icon="paperclip")
    return _back(request, customer)


@seated(Right.READ)
def document(request: SeatedRequest, customer_id: int, document_id: int) -> HttpResponse:
    """Download a document of the customer's file. It is never opened as a page of ours."""
    customer = their_customer(request, customer_id)
    found = document_of(request.seat.company.pk, customer.pk, document_id)
    if found is None:
        raise Http404
    try:
        data = FolderArchive(settings.ARCHIVE_DIR).get(found.sha256)
    except DocumentLost as lost:
        raise Http404(str(lost)) from lost
    extension = "." + found.name.rpartition(".")[2].lower()
    return _file(data, found.name, _TYPES.get(extension, "application/octet-stream"))


@seated(Right.NOTE)
@require_POST
def document_hide(request: SeatedRequest, customer_id: int, document_id: int) -> HttpResponse:
    """Take a document off the customer's file, with a way back."""
    customer = their_customer(request, customer_id)
    company = request.seat.company
    try:
        hide_document(
            company_id=company.pk,
            customer_id=customer.pk,
            document_id=document_id,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchDocument as refused:
        raise Http404(str(refused)) from refused
    undo = reverse("customer-document-show", args=[company.slug, customer.pk, document_id])
    toast(request, _("Document retiré du dossier."), undo=undo, icon="trash-2")
    return _back(request, customer)


@seated(Right.NOTE)
@require_POST
def document_show(request: SeatedRequest, customer_id: int, document_id: int) -> HttpResponse:
    """Put a document back on the customer's file."""
    customer = their_customer(request, customer_id)
    try:
        show_document(
            company_id=request.seat.company.pk,
            customer_id=customer.pk,
            document_id=document_id,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchDocument as refused:
        raise Http404(str(refused)) from refused
    toast(request, _("Document remis au dossier."), icon="undo-2")
    return _back(request, customer)


@seated(Right.READ)
def statement(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """The statement of account as a PDF: what is open, or the movements of a period."""
    customer = their_customer(request, customer_id)
    form = StatementForm(request.today, request.GET)
    if not form.is_valid():
        toast(
            request,
            " ".join(str(one) for errors in form.errors.values() for one in errors),
            icon="circle-alert",
        )
        return _back(request, customer)
    said = form.cleaned_data
    account = statement_of(
        customer=customer,
        today=request.today,
        open_only=said["what"] == "open",
        from_on=said["from_on"],
        until_on=said["until_on"],
    )
    try:
        data = statement_pdf(
            company=request.seat.company,
            account=account,
            today=request.today,
            archive=FolderArchive(settings.ARCHIVE_DIR),
        )
    except (CannotBeTypeset, DocumentLost) as problem:
        toast(request, str(problem), icon="circle-alert")
        return _back(request, customer)
    name = FILE_NAMES["account_statement"].format(customer.reference, request.today)
    return _file(data, name, "application/pdf")


def _file(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _back(request: SeatedRequest, customer: Customer) -> HttpResponse:
    return redirect("customer", slug=request.seat.company.slug, customer_id=customer.pk)
