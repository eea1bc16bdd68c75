"""What the company says of itself, and how it lets be paid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from quittance.company.operations import change_company
from quittance.company.queries import members
from quittance.domain.access import Right
from quittance.domain.identifiers import french_siren
from quittance.domain.law import RateMissing, clause_floor_bp, semester_of
from quittance.domain.terms import cap_warnings, due_on, parse_term
from quittance.interfaces.web.forms import CentsField, RateField, TermField
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from django.http import HttpResponse

    from quittance.company.models import Company

# Only printed mail addresses that every server takes; the accents of others are refused when they are written to.
_ASCII_ADDRESS = re.compile(r"[!-~]+")
VAT_REGIMES = (
    ("collected", _("À l'encaissement")),
    ("debits", _("Sur les débits")),
    ("franchise", _("Franchise en base (art. 293 B du CGI)")),
)


class CompanyForm(forms.Form):
    """What a company says of itself. Its SIREN is not among it: another SIREN is another company."""

    name = forms.CharField(
        label=_("Nom"), max_length=140, help_text=_("Tel que la banque connaît le titulaire du compte.")
    )
    legal_form = forms.CharField(label=_("Forme juridique"), max_length=60, required=False)
    capital_cents = CentsField(label=_("Capital, en euros"), min_cents=0, required=False)
    registry_city = forms.CharField(label=_("Ville du RCS"), max_length=80, required=False)
    street = forms.CharField(label=_("Rue"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Code postal"), max_length=12, required=False)
    city = forms.CharField(label=_("Ville"), max_length=100, required=False)
    signatory_name = forms.CharField(label=_("Qui représente la société"), max_length=120)
    signatory_title = forms.CharField(
        label=_("Sa qualité"), max_length=80, required=False, help_text=_("Gérante, président…")
    )
    email = forms.EmailField(
        label=_("Adresse électronique"), max_length=254, help_text=_("D'où partent les messages.")
    )
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)
    mediator = forms.CharField(
        label=_("Médiateur de la consommation"),
        max_length=250,
        required=False,
        help_text=_(
            "Nom, adresse et site : à dire aux clients particuliers (art. L616-1 du code de la consommation)."
        ),
    )
    vat_regime = forms.ChoiceField(label=_("TVA exigible"), choices=VAT_REGIMES)
    default_term = TermField(
        label=_("Délai de paiement habituel"), max_length=200, help_text=_("Par exemple « 30 jours ».")
    )
    clause_rate_bp = RateField(
        label=_("Taux de pénalités de vos conditions, en % l'an"),
        required=False,
        help_text=_("Vide : celui de la loi, taux de la BCE plus dix points."),
    )
    minimum_gap_days = forms.IntegerField(
        label=_("Jours entre deux messages à un même client"), min_value=0, max_value=365
    )
    reminder_threshold_cents = CentsField(
        label=_("Plus petite somme relancée, en euros"), min_cents=0, max_cents=1_000_000
    )
    undo_minutes = forms.IntegerField(
        label=_("Minutes pour annuler un envoi"),
        min_value=0,
        max_value=120,
        help_text=_("Entre le clic sur « Envoyer » et le départ."),
    )
    bank_stale_after_working_days = forms.IntegerField(
        label=_("Jours ouvrés au bout desquels la banque est à relire"),
        min_value=0,
        max_value=30,
        help_text=_("Au-delà, aucune relance ne part."),
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        self.company = company
        super().__init__(*args, **options)
        for name in ("name", "street", "city", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_email(self) -> str:
        """Refuse what no mail can leave from, and the address of somebody else of the company."""
        address = str(self.cleaned_data["email"])
        if not _ASCII_ADDRESS.fullmatch(address):
            raise ValidationError(_("Une adresse d'expéditeur s'écrit sans accent."))
        if any(person.email == address for person in members(self.company.pk)[1:]):
            raise ValidationError(_("C'est l'adresse d'une autre personne de la société."))
        return address

    def changes(self) -> dict[str, object]:
        """Return what is not as it was."""
        return {name: value for name, value in self.cleaned_data.items() if value != self.initial[name]}


@seated(Right.SETTINGS)
def settings(request: SeatedRequest) -> HttpResponse:
    """The company: identity, address, who signs, VAT, terms, rhythm of reminders."""
    company = request.seat.company
    form = CompanyForm(request.POST or None, initial=_as_it_stands(company), company=company)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        if changes:
            change_company(company_id=company.pk, actor=request.person.actor, at=request.at, **changes)
        toast(request, _now("Enregistré.") if changes else _now("Rien n'a changé."))
        return redirect("settings", slug=company.slug)
    context = {
        "form": form,
        "siren": french_siren(company.siren),
        "warnings": [] if form.errors else _warnings(request, company),
    }
    return show(request, "settings", context, status=422 if form.errors else 200)


def _as_it_stands(company: Company) -> dict[str, object]:
    signer = members(company.pk)[0]
    own = {name: getattr(company, name, None) for name in CompanyForm.base_fields}
    return own | {"signatory_name": signer.name, "signatory_title": signer.title}


def _warnings(request: SeatedRequest, company: Company) -> list[str]:
    """What the law says against the term or the rate that are set."""
    term = parse_term(company.default_term)
    found = [warning.sentence for warning in cap_warnings(term, request.today, due_on(term, request.today))]
    if company.clause_rate_bp is not None:
        try:
            floor = clause_floor_bp(semester_of(request.today))
        except RateMissing:
            return found
        if company.clause_rate_bp < floor:
            found.append(
                _now(
                    "Votre taux de pénalités est sous le minimum légal de ce semestre, trois fois l'intérêt légal "
                    "(art. L441-10 II du code de commerce)."
                )
            )
    return found
