"""The company's look on its documents: its logo, its colour, and a letter to judge them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from quittance.company.operations import change_company
from quittance.company.queries import bank_accounts
from quittance.domain.access import Right
from quittance.flows.letterhead import logo_of, sample_letter
from quittance.formats.letters.brand import OUR_BLUE, readable_on_paper
from quittance.formats.letters.compose import CannotBeTypeset, picture
from quittance.formats.logo import MAX_LOGO_BYTES, LogoRefused, read_logo
from quittance.gateways.files import DocumentLost, FolderArchive
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from quittance.company.models import Company


class BrandForm(forms.Form):
    """A logo and a colour."""

    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG ou WebP, 2 Mo au plus. Un fond transparent convient le mieux."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    without_logo = forms.BooleanField(label=_("Retirer le logo"), required=False)
    brand_color = forms.RegexField(
        label=_("Couleur"),
        regex=r"^#[0-9a-fA-F]{6}$",
        help_text=_("Titres, tableaux et bloc de paiement. Trop claire pour être lue, elle est foncée."),
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": _("Écrivez une couleur ainsi : #294890.")},
    )

    def clean_logo(self) -> bytes:
        """Draw the picture again, so that nothing else stays in the file."""
        given = self.cleaned_data["logo"]
        if not isinstance(given, UploadedFile):
            return b""
        try:
            return read_logo(given.read(MAX_LOGO_BYTES + 1))
        except LogoRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_brand_color(self) -> str:
        """Our own blue is no choice: it is kept as none."""
        color = str(self.cleaned_data["brand_color"]).lower()
        return "" if color == OUR_BLUE else color


@seated(Right.SETTINGS)
def brand(request: SeatedRequest) -> HttpResponse:
    """Choose the logo and the colour of documents."""
    company = request.seat.company
    initial = {"brand_color": company.brand_color or OUR_BLUE}
    form = BrandForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = _changes(form, company)
        if changes:
            change_company(company_id=company.pk, actor=request.person.actor, at=request.at, **changes)
        toast(request, _now("Enregistré. Les documents déjà faits ne changent pas."))
        return redirect("settings-brand", slug=company.slug)
    darker = readable_on_paper(company.brand_color) if company.brand_color else ""
    context = {
        "form": form,
        "darkened": darker if darker != company.brand_color else "",
        "version": f"{company.logo_sha256[:12]}-{company.brand_color[1:]}",
    }
    return show(request, "settings-brand", context, status=422 if form.errors else 200)


def _changes(form: BrandForm, company: Company) -> dict[str, object]:
    wanted: dict[str, object] = {"brand_color": form.cleaned_data["brand_color"]}
    if form.cleaned_data["logo"]:
        wanted["logo_sha256"] = FolderArchive(settings.ARCHIVE_DIR).put(form.cleaned_data["logo"])
    elif form.cleaned_data["without_logo"]:
        wanted["logo_sha256"] = ""
    return {name: value for name, value in wanted.items() if value != getattr(company, name)}


@seated(Right.SETTINGS)
def preview(request: SeatedRequest) -> HttpResponse:
    """A letter as the company's letters look, drawn."""
    company = request.seat.company
    accounts = bank_accounts(company.pk)
    page = sample_letter(company, iban=accounts[0].iban if accounts else "", today=request.today)
    try:
        drawn = picture(page, logo_of(page, FolderArchive(settings.ARCHIVE_DIR)))
    except (CannotBeTypeset, DocumentLost) as error:
        raise Http404(str(error)) from error
    return HttpResponse(drawn, content_type="image/png")


@seated(Right.SETTINGS)
def logo(request: SeatedRequest) -> HttpResponse:
    """The logo as it is kept."""
    try:
        kept = FolderArchive(settings.ARCHIVE_DIR).get(request.seat.company.logo_sha256)
    except (DocumentLost, IsADirectoryError) as lost:
        raise Http404(str(lost)) from lost
    return HttpResponse(kept, content_type="image/png")
