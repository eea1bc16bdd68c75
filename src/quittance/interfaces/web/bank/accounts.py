"""An account of the company: from which day its statements are awaited, whether customers pay there, its end."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from quittance.company.operations import (
    AccountTaken,
    NoSuchAccount,
    NotYet,
    await_bank_account_since,
    close_bank_account,
    declare_bank_account,
)
from quittance.domain.access import Right
from quittance.domain.identifiers import check_iban
from quittance.domain.texts import typography
from quittance.interfaces.web.bank.shown import AccountShown, accounts_shown, language
from quittance.interfaces.web.forms import DayField
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated


class SinceForm(forms.Form):
    """The first day that counts."""

    since_on = DayField(
        label=gettext_lazy("Relevés attendus depuis le"),
        required=False,
        help_text=gettext_lazy(
            "Ce qui manque avant ce jour ne retient plus les relances. Laissez vide pour tout attendre."
        ),
    )


@seated(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def account(request: SeatedRequest, account_id: int) -> HttpResponse:
    """Show an account; say from which day on its statements are awaited."""
    one = _their_account(request, account_id)
    initial = {"since_on": one.account.since_on or _day_after_hole(one)}
    form = SinceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        since_on = form.cleaned_data["since_on"]
        try:
            await_bank_account_since(
                company_id=request.seat.company.pk,
                named=_name(one),
                since_on=since_on,
                today=request.today,
                actor=request.person.actor,
                at=request.at,
            )
        except (NoSuchAccount, NotYet) as refusal:
            form.add_error("since_on", str(refusal))
        else:
            words = (
                _("Les relevés du compte %(end)s sont attendus depuis le %(day)s.")
                % {"end": one.end, "day": typography.day(since_on, language())}
                if since_on
                else _("Tous les relevés du compte %(end)s sont attendus.") % {"end": one.end}
            )
            toast(request, words)
            return redirect("bank", request.seat.company.slug)
    context = {"page": "bank", "one": one, "form": form}
    return render(request, "bank/account.html", context, status=422 if form.errors else 200)


@seated(Right.SETTINGS)
@require_POST
def declare(request: SeatedRequest, account_id: int) -> HttpResponse:
    """Say that customers pay on an account that a file made known."""
    one = _their_account(request, account_id)
    checked = check_iban(one.account.iban or request.POST.get("iban", ""))
    if not checked.valid:
        toast(request, checked.reason, icon="circle-alert")
        return redirect("bank-account", request.seat.company.slug, account_id)
    try:
        declare_bank_account(
            company_id=request.seat.company.pk,
            iban=checked.value,
            bic="",
            actor=request.person.actor,
            at=request.at,
        )
    except AccountTaken as refusal:
        toast(request, str(refusal), icon="circle-alert")
    else:
        toast(
            request,
            _("Vos clients paient sur le compte %(end)s : ses relevés sont attendus.") % {"end": one.end},
        )
    return redirect("bank", request.seat.company.slug)


@seated(Right.SETTINGS)
@require_POST
def close(request: SeatedRequest, account_id: int) -> HttpResponse:
    """Close an account: its statements are no longer awaited."""
    one = _their_account(request, account_id)
    try:
        close_bank_account(
            company_id=request.seat.company.pk,
            named=_name(one),
            closed_on=request.today,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchAccount as refusal:
        toast(request, str(refusal), icon="circle-alert")
    else:
        toast(request, _("Compte %(end)s fermé : ses relevés ne sont plus attendus.") % {"end": one.end})
    return redirect("bank", request.seat.company.slug)


def _their_account(request: SeatedRequest, account_id: int) -> AccountShown:
    for one in accounts_shown(request.seat.company.pk):
        if one.account.pk == account_id:
            return one
    raise Http404


def _name(one: AccountShown) -> str:
    return one.account.iban or one.account.number


def _day_after_hole(one: AccountShown) -> object:
    """Offer the day after the hole: the first one that the next statement tells of."""
    gap = one.coverage.gap if one.coverage is not None else None
    return gap.next_on if gap is not None else None
