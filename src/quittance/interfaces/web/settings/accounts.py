"""The company's bank accounts: where customers pay, and whose statements are awaited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from quittance.company.operations import (
    AccountTaken,
    NoSuchAccount,
    close_bank_account,
    declare_bank_account,
)
from quittance.company.queries import bank_accounts
from quittance.domain.access import Right
from quittance.domain.identifiers import french_iban
from quittance.interfaces.web.forms import IbanField
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from quittance.company.models import BankAccount

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


class AccountForm(forms.Form):
    """An account where customers pay."""

    iban = IbanField(label=_("IBAN"))
    bic = forms.CharField(
        label=_("BIC"),
        required=False,
        max_length=20,
        help_text=_("Pour les clients étrangers qui le demandent."),
    )

    def clean_bic(self) -> str:
        """8 or 11 letters and digits, with or without spaces."""
        bic = "".join(str(self.cleaned_data["bic"]).split()).upper()
        if bic and not _BIC.fullmatch(bic):
            raise forms.ValidationError(_("Un BIC compte 8 ou 11 lettres et chiffres."))
        return bic


@seated(Right.SETTINGS)
def accounts(request: SeatedRequest) -> HttpResponse:
    """The accounts, and a form that declares one more."""
    company = request.seat.company
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            declare_bank_account(
                company_id=company.pk, actor=request.person.actor, at=request.at, **form.cleaned_data
            )
        except AccountTaken as taken:
            form.add_error("iban", str(taken))
        else:
            toast(request, _now("Compte ajouté : ses relevés sont attendus avant de relancer."))
            return redirect("settings-accounts", slug=company.slug)
    rows = bank_accounts(company.pk)
    context = {
        "form": form,
        "open_accounts": [(row, _in_words(row)) for row in rows if row.closed_on is None],
        "closed_accounts": [(row, _in_words(row)) for row in rows if row.closed_on is not None],
    }
    return show(request, "settings-accounts", context, status=422 if form.errors else 200)


def _in_words(account: BankAccount) -> str:
    """The IBAN in groups that a phone may lay on two lines, or the number that the bank's files give."""
    return french_iban(account.iban) or account.number


@seated(Right.SETTINGS)
@require_POST
def close(request: SeatedRequest, account_id: int) -> HttpResponse:
    """Close an account; declared again, it is open again."""
    company = request.seat.company
    account = next((row for row in bank_accounts(company.pk) if row.pk == account_id), None)
    if account is None:
        raise Http404
    try:
        close_bank_account(
            company_id=company.pk,
            named=account.iban or account.number,
            closed_on=request.today,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchAccount as refused:
        toast(request, str(refused), icon="circle-alert")
    else:
        toast(request, _now("Compte fermé. Pour le rouvrir, ajoutez-le de nouveau."))
    return redirect("settings-accounts", slug=company.slug)
