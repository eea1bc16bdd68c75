"""Money that no bank line shows yet: a cheque, cash, a card, noted in seconds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from quittance.domain.access import Right
from quittance.domain.texts import typography
from quittance.interfaces.web.bank.shown import language
from quittance.interfaces.web.forms import CentsField, DayField, moment_in
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.payments.open_invoices import OpenInvoice, open_invoices
from quittance.payments.operations import NothingToUndo, PaymentRefused, note_payment, take_back_noted

METHODS = {
    "cheque": gettext_lazy("Chèque"),
    "cash": gettext_lazy("Espèces"),
    "card": gettext_lazy("Carte"),
    "transfer": gettext_lazy("Virement"),
    "other": gettext_lazy("Autre"),
}


class NoteForm(forms.Form):
    """So much, received on a day, in some way, for an invoice."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=60)
    amount = CentsField(label=gettext_lazy("Montant reçu"))
    received_on = DayField(label=gettext_lazy("Reçu le"))
    method = forms.ChoiceField(label=gettext_lazy("Moyen"), choices=METHODS.items())

    def __init__(self, *args: Any, today: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["received_on"] = DayField(label=gettext_lazy("Reçu le"), last=today)


@seated(Right.MATCH)
@require_http_methods(["GET", "POST"])
def note(request: SeatedRequest) -> HttpResponse:
    """Find the invoice, say how much came, when and how."""
    company_id, today = request.seat.company.pk, request.today
    words = request.GET.get("q", "")[:100].strip()
    number = request.POST.get("number") or request.GET.get("invoice", "")
    found = open_invoices(company_id, today=today, numbers=[number]) if number else []
    invoice = found[0] if found else None
    form = NoteForm(request.POST or None, today=today, initial=_initial(invoice, request))
    if request.method == "POST" and form.is_valid() and _noted(request, form):
        return redirect("bank", request.seat.company.slug)
    context = {
        "page": "bank",
        "q": words,
        "invoice": invoice,
        "form": form,
        "found": open_invoices(company_id, today=today, words=words, most=15) if words else [],
    }
    template = "bank/note_found.html" if request.htmx else "bank/note.html"
    return render(request, template, context, status=422 if form.errors else 200)


@seated(Right.MATCH)
@require_POST
def undo(request: SeatedRequest) -> HttpResponse:
    """Take back the latest payment noted on an invoice."""
    number = request.GET.get("invoice", "")
    try:
        taken = take_back_noted(
            company_id=request.seat.company.pk,
            number=number,
            noted_at=moment_in(request.GET.get("at", "")),
            actor=request.person.actor,
            at=request.at,
        )
    except NothingToUndo as refusal:
        toast(request, str(refusal), icon="info")
    else:
        words = _("Règlement de %(amount)s sur %(number)s repris.")
        toast(
            request,
            words % {"amount": typography.money(taken.cents, language()), "number": number},
            icon="undo-2",
        )
    return redirect("bank", request.seat.company.slug)


def _initial(invoice: OpenInvoice | None, request: SeatedRequest) -> dict[str, object]:
    if invoice is None:
        return {}
    return {
        "number": invoice.number,
        "amount": invoice.open_cents,
        "received_on": request.today,
        "method": "cheque",
    }


def _noted(request: SeatedRequest, form: NoteForm) -> bool:
    chosen = form.cleaned_data
    try:
        noted = note_payment(
            company_id=request.seat.company.pk,
            number=chosen["number"],
            amount_cents=chosen["amount"],
            method=chosen["method"],
            received_on=chosen["received_on"],
            today=request.today,
            actor=request.person.actor,
            at=request.at,
        )
    except PaymentRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    undo_at = reverse("bank-note-undo", args=[request.seat.company.slug])
    words = _("%(amount)s notés sur %(number)s ; il reste %(left)s.") % {
        "amount": typography.money(noted.cents, language()),
        "number": chosen["number"],
        "left": typography.money(noted.open_cents, language()),
    }
    toast(
        request,
        words,
        undo=f"{undo_at}?{urlencode({'invoice': chosen['number'], 'at': request.at.isoformat()})}",
    )
    return True
