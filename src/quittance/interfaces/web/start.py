"""The first visit: an account, a company, the invoices, the bank."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from quittance.company.operations import AccountTaken, SlugTaken
from quittance.company.queries import all_companies
from quittance.domain.access import Right
from quittance.domain.banks import bic_of, compact_bic
from quittance.domain.identifiers import Checked, check_iban, check_siren
from quittance.flows.onboard import open_company
from quittance.formats.logo import MAX_LOGO_BYTES, LogoRefused, read_logo
from quittance.gateways.files import FolderArchive
from quittance.interfaces.web.forms import CentsField
from quittance.interfaces.web.uploads import LIMITS, MEGABYTE, UploadForm, keep_aside
from quittance.interfaces.web.walls import SeatedRequest, SignedInRequest, open_to_all, seated, signed_in
from quittance.people.operations import AddressTaken, SomebodyIsHere, create_first_person
from quittance.people.queries import anybody

SIGN_IN = "allauth.account.auth_backends.AuthenticationBackend"
VAT_REGIMES = (
    ("collected", _("Sur les encaissements (services)")),
    ("debits", _("Sur les débits (biens, ou option)")),
    ("franchise", _("Franchise en base, sans TVA")),
)
LEGAL_FORMS = ("EI", "EURL", "SARL", "SASU", "SAS", "SA", "SNC", "SCOP", "SELARL", "SCP", "Association")
NO_COLOR = "#1f4fa3"  # what the field shows before one is chosen: it is not kept
_COLOR = re.compile(r"#[0-9a-f]{6}")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 50


class AccountForm(forms.Form):
    """The first person: the one who installed this."""

    name = forms.CharField(
        label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Adresse électronique"), max_length=254, help_text=_("Vous vous connectez avec elle."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Mot de passe"), max_length=1000, strip=False,
        help_text=_("Douze caractères au moins. Trois ou quatre mots sans rapport font un bon mot de passe."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask of the password what Django's validators ask."""
        given = self.cleaned_data
        if "password" in given:
            somebody = get_user_model()(email=given.get("email", ""), name=given.get("name", ""))
            try:
                validate_password(given["password"], somebody)
            except ValidationError as weak:
                self.add_error("password", weak)
        return given


def _checked(checked: Checked) -> str:
    if not checked.valid:
        raise ValidationError(checked.reason)
    return checked.value


class CompanyForm(forms.Form):
    """A company: enough to write, to be paid, and to sign."""

    siren = forms.CharField(label=_("SIREN"), max_length=20)
    name = forms.CharField(
        label=_("Nom"), max_length=140, help_text=_("Tel que votre banque connaît le titulaire du compte.")
    )
    street = forms.CharField(label=_("Rue"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Code postal"), max_length=12, required=False)
    city = forms.CharField(label=_("Ville"), max_length=100, required=False)
    iban = forms.CharField(
        label=_("IBAN où vous êtes payé"), max_length=60, help_text=_("Imprimé dans chaque relance, avec un QR code.")
    )  # fmt: skip
    bic = forms.CharField(
        label=_("BIC"), max_length=20, required=False,
        help_text=_("Trouvé seul pour les grandes banques ; utile aux clients étrangers."),
    )  # fmt: skip
    vat_regime = forms.ChoiceField(label=_("TVA"), choices=VAT_REGIMES)
    legal_form = forms.ChoiceField(
        label=_("Forme juridique"), required=False,
        choices=[("", _("À préciser plus tard")), *((form, form) for form in LEGAL_FORMS)],
    )  # fmt: skip
    capital_cents = CentsField(label=_("Capital, en euros"), required=False)
    registry_city = forms.CharField(label=_("Ville du RCS"), max_length=80, required=False)
    signatory_name = forms.CharField(label=_("Qui signe"), max_length=120)
    signatory_title = forms.CharField(
        label=_("Qualité"), max_length=80, required=False, help_text=_("Gérante, président, entrepreneur…")
    )
    email = forms.EmailField(
        label=_("Adresse d'où partent vos messages"), max_length=254,
        help_text=_("Vos clients y répondent. La boîte se règle plus tard."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)
    brand_color = forms.CharField(
        label=_("Couleur de vos documents"), required=False, max_length=7,
        widget=forms.TextInput(attrs={"type": "color", "class": "short"}),
    )  # fmt: skip
    logo = forms.FileField(
        label=_("Logo"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG ou WebP, 2 Mo au plus."),
    )  # fmt: skip

    def clean_siren(self) -> str:
        """Check the key."""
        return _checked(check_siren(self.cleaned_data["siren"]))

    def clean_iban(self) -> str:
        """Check the key."""
        return _checked(check_iban(self.cleaned_data["iban"]))

    def clean_bic(self) -> str:
        """Check the shape."""
        text = self.cleaned_data["bic"]
        bic = compact_bic(text) if text.strip() else ""
        if bic is None:
            raise ValidationError(_("Un BIC compte 8 ou 11 lettres et chiffres."))
        return bic

    def clean_brand_color(self) -> str:
        """Keep a colour that was chosen."""
        color = str(self.cleaned_data["brand_color"]).lower()
        if color and not _COLOR.fullmatch(color):
            raise ValidationError(_("Une couleur s'écrit #rrvvbb, par exemple #1f4fa3."))
        return "" if color == NO_COLOR else color

    def clean_logo(self) -> bytes:
        """Draw the picture again, so that nothing but the picture is kept."""
        file = self.cleaned_data["logo"]
        if not file:
            return b""
        try:
            return read_logo(file.read(MAX_LOGO_BYTES + 1))
        except LogoRefused as refusal:
            raise ValidationError(str(refusal)) from refusal


@open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """The account of whoever comes first; afterwards this page leads to where one signs in."""
    if anybody():
        return redirect("today")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        try:
            with transaction.atomic():
                person = create_first_person(
                    email=given["email"], name=given["name"], password=given["password"], language=language
                )
                EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        except (SomebodyIsHere, AddressTaken):
            return redirect("today")
        login(request, person, backend=SIGN_IN)
        return redirect("start-company")
    return render(request, "start/account.html", {"form": form}, status=400 if form.errors else 200)


@signed_in
def company(request: SignedInRequest) -> HttpResponse:
    """A company, the first one or another; whoever makes it is its owner."""
    first = {"signatory_name": request.person.name, "email": request.person.email, "brand_color": NO_COLOR}
    form = CompanyForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        slug = _open(request, form)
        if slug:
            return redirect("start-invoices", slug)
    context = {
        "form": form,
        "siren": _siren_said(form["siren"].value()),
        "iban": _iban_said(form["iban"].value()),
    }
    return render(
        cast("HttpRequest", request), "start/company.html", context, status=400 if form.errors else 200
    )


def _open(request: SignedInRequest, form: CompanyForm) -> str:
    """Create the company of a form; return its short name, or nothing where it was refused."""
    given = dict(form.cleaned_data)
    logo, iban = given.pop("logo"), given.pop("iban")
    slug = _slug_of(given["name"])
    try:
        return open_company(
            slug=slug,
            iban=iban,
            bic=given.pop("bic") or bic_of(iban),
            actor=request.person.actor,
            at=request.at,
            owner_id=request.person.pk,
            logo_sha256=FolderArchive(settings.ARCHIVE_DIR).put(logo) if logo else "",
            **given,
        ).slug
    except AccountTaken as refusal:
        form.add_error("iban", str(refusal))
    except SlugTaken as refusal:
        form.add_error("name", str(refusal))
    return ""


def _slug_of(name: str) -> str:
    """Return a short name that no company of the installation has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = _NOT_IN_SLUGS.sub("-", plain).strip("-")[:_LONGEST_SLUG].strip("-") or "societe"
    taken = {one.slug for one in all_companies()}
    slug, rank = base, 2
    while slug in taken:
        slug, rank = f"{base}-{rank}", rank + 1
    return slug


@signed_in
@require_GET
def siren(request: SignedInRequest) -> HttpResponse:
    """Say whether a SIREN that is being typed is well copied, and the VAT number that follows from it."""
    context = {"siren": _siren_said(request.GET.get("siren"))}
    return render(cast("HttpRequest", request), "start/siren.html", context)


@signed_in
@require_GET
def iban(request: SignedInRequest) -> HttpResponse:
    """Say whether an IBAN that is being typed is well copied, and the BIC of its bank where it is known."""
    context = {"iban": _iban_said(request.GET.get("iban"))}
    return render(cast("HttpRequest", request), "start/iban.html", context)


def _siren_said(text: object) -> Checked | None:
    said = str(text or "")[:40]
    return check_siren(said) if said.strip() else None


def _iban_said(text: object) -> dict[str, object] | None:
    said = str(text or "")[:60]
    if not said.strip():
        return None
    checked = check_iban(said)
    return {"checked": checked, "bic": bic_of(checked.value) if checked.valid else ""}


@seated(Right.IMPORT)
def invoices(request: SeatedRequest) -> HttpResponse:
    """Bring your invoices, or go on."""
    kind = "fec" if request.POST.get("kind") == "fec" else "invoices"
    return _step(request, "start/invoices.html", kind)


@seated(Right.IMPORT)
def bank(request: SeatedRequest) -> HttpResponse:
    """Bring your bank statement, or go on."""
    return _step(request, "start/bank.html", "statement")


def _step(request: SeatedRequest, template: str, kind: str) -> HttpResponse:
    form = UploadForm(kind, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect("import-check", request.seat.company.slug, keep_aside(request, form).pk)
    context = {"form": form, "kind": kind, "limit": LIMITS[kind] // MEGABYTE}
    return render(request, template, context, status=400 if form.errors else 200)


urlpatterns = [
    path("", start, name="start"),
    path("company/", company, name="start-company"),
    path("siren/", siren, name="start-siren"),
    path("iban/", iban, name="start-iban"),
    path("<slug:slug>/invoices/", invoices, name="start-invoices"),
    path("<slug:slug>/bank/", bank, name="start-bank"),
]
