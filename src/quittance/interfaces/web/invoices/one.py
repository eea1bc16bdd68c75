"""One invoice: what it asks, what came, its document, and what its lateness costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from quittance.domain.access import Right
from quittance.domain.texts import typography
from quittance.flows.file_pdf import DocumentRefused, file_invoice_pdf
from quittance.flows.invoice_file import invoice_file
from quittance.gateways.files import DocumentLost, FolderArchive
from quittance.interfaces.web.forms import CentsField, DayField, moment_in
from quittance.interfaces.web.invoices.acts import METHODS
from quittance.interfaces.web.invoices.story import told
from quittance.interfaces.web.invoices.words import badge, in_english
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.uploads import MEGABYTE
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.payments.operations import (
    NotAllocated,
    NothingToUndo,
    PaymentRefused,
    note_payment,
    take_back_credit,
    take_back_noted,
    undo_line,
    use_credit,
)

if TYPE_CHECKING:
    from quittance.flows.invoice_file import InvoiceFile
    from quittance.sales.models import InvoiceLine

LARGEST_PDF = 20 * MEGABYTE
# A browser's own reader draws the page of a PDF; nothing else of it may run or load.
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class PaymentForm(forms.Form):
    """Money that came otherwise than through the bank, or that the bank has not shown yet."""

    method = forms.ChoiceField(label=gettext_lazy("Moyen"), choices=METHODS)

    def __init__(self, request: SeatedRequest, open_cents: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount_cents"] = CentsField(label=gettext_lazy("Montant reçu"), initial=open_cents)
        self.fields["received_on"] = DayField(
            label=gettext_lazy("Reçu le"), last=request.today, initial=request.today
        )
        self.order_fields(["amount_cents", "method", "received_on"])


def _file(request: SeatedRequest, invoice_id: int) -> InvoiceFile:
    found = invoice_file(
        company=request.seat.company,
        invoice_id=invoice_id,
        in_charge_id=request.seat.only_in_charge_id,
        today=request.today,
        language="en" if in_english() else "fr",
    )
    if found is None:
        raise Http404
    return found


@seated(Right.READ)
def invoice(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """The invoice, whole."""
    file = _file(request, invoice_id)
    context = {
        "page": "invoices",
        "file": file,
        "invoice": file.invoice,
        "parts": [(part, badge(part.standing, request.today)) for part in file.parts],
        "lines": [_line(line) for line in sorted(file.invoice.lines.all(), key=lambda line: line.position)],
        "story": [told(event, request.today) for event in file.events],
        "methods": dict(METHODS),
    }
    return render(request, "invoices/invoice.html", context)


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "quantity": _decimal(line.quantity_e4, 4, at_least=0),
        "price": _decimal(line.unit_price_e6, 6, at_least=2),
        "vat_rate_bp": line.vat_rate_bp,
        "net_cents": line.net_cents,
    }


def _decimal(value: int, digits: int, *, at_least: int) -> str:
    """Write a whole number of ten-thousandths (or millionths) as a person does."""
    sign = "\u2212" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**digits)
    decimals = f"{rest:0{digits}d}".rstrip("0").ljust(at_least, "0")
    language: typography.Language = "en" if in_english() else "fr"
    point = "." if language == "en" else ","
    return f"{sign}{typography.number(whole, language)}{point + decimals if decimals else ''}"


@seated(Right.READ)
def document(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """The PDF that was filed, byte for byte."""
    file = _file(request, invoice_id)
    if file.document is None:
        raise Http404
    try:
        data = FolderArchive(settings.ARCHIVE_DIR).get(file.document.sha256)
    except DocumentLost:
        raise Http404 from None
    response = HttpResponse(data, content_type="application/pdf")
    kind = "attachment" if "download" in request.GET else "inline"
    name = "".join(one for one in file.invoice.number if one.isascii() and (one.isalnum() or one in "-_."))
    response.headers["Content-Disposition"] = f'{kind}; filename="{name or "facture"}.pdf"'
    response.headers["Content-Security-Policy"] = _PDF_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@seated(Right.IMPORT)
@require_POST
def attach(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """File the PDF of an invoice that came without it."""
    file = _file(request, invoice_id)
    brought = request.FILES.get("file")
    if brought is None or not brought.size:
        toast(request, _("Choisissez le PDF de la facture."), icon="circle-alert")
    elif brought.size > LARGEST_PDF:
        words = _("Ce PDF dépasse %(limit)s Mo. Enregistrez-le en plus léger.")
        toast(request, words % {"limit": LARGEST_PDF // MEGABYTE}, icon="circle-alert")
    else:
        try:
            file_invoice_pdf(
                invoice=file.invoice,
                data=brought.read(),
                file_name=f"{file.invoice.number}.pdf".replace("/", "-")[:120],
                archive=FolderArchive(settings.ARCHIVE_DIR),
                actor=request.person.actor,
                at=request.at,
            )
        except DocumentRefused as refused:
            toast(request, str(refused), icon="circle-alert")
        else:
            toast(request, _("PDF déposé. Il accompagnera les relances."), icon="file-check")
    return _to(request, invoice_id)


@seated(Right.MATCH)
def pay(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """Note a payment by hand: a cheque, cash, a card, a transfer."""
    file = _file(request, invoice_id)
    if file.is_credit_note:
        raise Http404
    form = PaymentForm(request, file.open_cents, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            noted = note_payment(
                company_id=request.seat.company.pk,
                number=file.invoice.number,
                today=request.today,
                actor=request.person.actor,
                at=request.at,
                **form.cleaned_data,
            )
        except PaymentRefused as refused:
            form.add_error(None, str(refused))
        else:
            undo = _undo_of_now(request, "invoice-pay-undo", invoice_id)
            left = typography.money(noted.open_cents, "en" if in_english() else "fr")
            words = _("Règlement noté. Reste dû : %(left)s.") if noted.open_cents else _("Facture réglée.")
            toast(request, words % {"left": left} if noted.open_cents else words, undo=undo, icon="banknote")
            return _to(request, invoice_id)
    return render(
        request,
        "invoices/pay.html",
        {"page": "invoices", "file": file, "invoice": file.invoice, "form": form},
    )


@seated(Right.MATCH)
@require_POST
def pay_undo(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """Take back the latest payment that was noted on the invoice."""
    file = _file(request, invoice_id)
    try:
        taken = take_back_noted(
            company_id=request.seat.company.pk,
            number=file.invoice.number,
            noted_at=moment_in(request.GET.get("at", "")),
            actor=request.person.actor,
            at=request.at,
        )
    except NothingToUndo as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        cents = typography.money(taken.cents, "en" if in_english() else "fr")
        toast(request, _("Règlement de %(amount)s retiré.") % {"amount": cents}, icon="undo-2")
    return _to(request, invoice_id)


@seated(Right.MATCH)
@require_POST
def line_undo(request: SeatedRequest, invoice_id: int, line_id: int) -> HttpResponse:
    """Take back everything that a bank line paid; it waits again on the page of the bank."""
    file = _file(request, invoice_id)
    if all(one.bank_line_id != line_id for one in file.settled):
        raise Http404
    try:
        cents = undo_line(
            company_id=request.seat.company.pk,
            bank_line_id=line_id,
            actor=request.person.actor,
            at=request.at,
        )
    except NothingToUndo as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        amount = typography.money(cents, "en" if in_english() else "fr")
        words = _("Rapprochement défait : %(amount)s sont de nouveau dus. La ligne attend à la banque.")
        toast(request, words % {"amount": amount}, icon="undo-2")
    return _to(request, invoice_id)


@seated(Right.MATCH)
@require_POST
def credit(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """Put the customer's credit on what they owe, the oldest first."""
    file = _file(request, invoice_id)
    try:
        parts = use_credit(
            company_id=request.seat.company.pk,
            customer_id=file.invoice.customer_id,
            today=request.today,
            actor=request.person.actor,
            at=request.at,
        )
    except NotAllocated as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        undo = _undo_of_now(request, "invoice-credit-undo", invoice_id)
        numbers = ", ".join(number for number, _cents in parts)
        toast(request, _("Crédit mis sur %(numbers)s.") % {"numbers": numbers}, undo=undo, icon="piggy-bank")
    return _to(request, invoice_id)


@seated(Right.MATCH)
@require_POST
def credit_undo(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """Take back the last use of the customer's credit."""
    file = _file(request, invoice_id)
    try:
        cents = take_back_credit(
            company_id=request.seat.company.pk,
            customer_id=file.invoice.customer_id,
            used_at=moment_in(request.GET.get("at", "")),
            actor=request.person.actor,
            at=request.at,
        )
    except NothingToUndo as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        amount = typography.money(cents, "en" if in_english() else "fr")
        toast(
            request, _("%(amount)s sont de nouveau le crédit du client.") % {"amount": amount}, icon="undo-2"
        )
    return _to(request, invoice_id)


def _undo_of_now(request: SeatedRequest, name: str, invoice_id: int) -> str:
    """The address that takes back what this request did, and nothing earlier."""
    address = reverse(name, args=[request.seat.company.slug, invoice_id])
    return f"{address}?{urlencode({'at': request.at.isoformat()})}"


def _to(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    return redirect("invoice", request.seat.company.slug, invoice_id)
