"""What is typed about a customer: the customer, a contact, a note, a file, the period of a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from quittance.company.queries import members
from quittance.domain.identifiers import check_siren, check_vat, vat_number
from quittance.formats.attachments import MAX_BYTES, Attachment, AttachmentRefused, read_attachment
from quittance.interfaces.web.customers.words import ADDRESS_FORMS, KINDS, LANGUAGES, ROLES, TONES
from quittance.interfaces.web.forms import DayField, IbanField, TermField

if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

_FOREIGN_VAT = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}")
MOST_PAYER_NAMES = 20


class CustomerForm(forms.Form):
    """What is known of a customer."""

    name = forms.CharField(label=_("Nom ou raison sociale"), max_length=200)
    kind = forms.ChoiceField(label=_("Genre"), choices=KINDS)
    siren = forms.CharField(
        label=_("SIREN"), max_length=20, required=False,
        help_text=_("Neuf chiffres, leur clé est vérifiée. Un particulier n'en a pas."),
    )  # fmt: skip
    vat_number = forms.CharField(
        label=_("Numéro de TVA"), max_length=20, required=False,
        help_text=_("Vide : calculé à partir du SIREN."),
    )  # fmt: skip
    street = forms.CharField(label=_("Rue"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Code postal"), max_length=12, required=False)
    city = forms.CharField(label=_("Ville"), max_length=100, required=False)
    country = forms.RegexField(
        label=_("Pays"), regex=r"^[A-Za-z]{2}$", initial="FR",
        widget=forms.TextInput(attrs={"class": "short", "maxlength": 2}),
        error_messages={"invalid": _("Deux lettres : FR, BE, DE…")},
    )  # fmt: skip
    term = TermField(
        label=_("Délai de paiement"), max_length=200, required=False,
        help_text=_("Par exemple « 45 jours fin de mois ». Vide : celui de la société."),
    )  # fmt: skip
    tone = forms.ChoiceField(label=_("Ton des messages"), choices=TONES, initial="neutral")
    language = forms.ChoiceField(label=_("Langue"), choices=LANGUAGES, initial="fr")
    address_form = forms.ChoiceField(
        label=_("Tutoiement ou vouvoiement"), choices=ADDRESS_FORMS, initial="vous",
        help_text=_("Une mise en demeure vouvoie toujours."),
    )  # fmt: skip
    in_charge_id = forms.TypedChoiceField(
        label=_("Suivi par"), required=False, coerce=int, empty_value=None,
        help_text=_("Signe les messages à ce client."),
    )  # fmt: skip
    iban = IbanField(
        label=_("IBAN d'où il paie"),
        required=False,
        help_text=_("Reconnaît ses virements, ne sert à rien d'autre."),
    )
    payer_names = forms.CharField(
        label=_("Autres noms sous lesquels il paie"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Un par ligne, comme la banque les écrit."),
    )  # fmt: skip

    def __init__(self, company_id: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [(one.pk, one.name) for one in members(company_id) if one.left_at is None]
        in_charge = self.fields["in_charge_id"]
        assert isinstance(in_charge, forms.ChoiceField)
        in_charge.choices = [("", _now("Personne")), *people]

    def clean_siren(self) -> str:
        """Refusal: a key that is wrong, with what to look at."""
        text = self.cleaned_data["siren"]
        if not text:
            return ""
        checked = check_siren(text)
        if not checked.valid:
            raise ValidationError(checked.reason)
        return checked.value

    def clean_vat_number(self) -> str:
        """Compute it where it is not given; refuse one whose key is wrong."""
        text = re.sub(r"[\s.-]", "", self.cleaned_data["vat_number"]).upper()
        siren = self.cleaned_data.get("siren", "")
        if not text:
            return vat_number(siren) if siren and self.cleaned_data.get("kind") == "b2b" else ""
        if text.startswith("FR"):
            checked = check_vat(text)
            if not checked.valid:
                raise ValidationError(checked.reason)
            if siren and checked.derived.get("siren", siren) != siren:
                raise ValidationError(_("Ce numéro de TVA n'est pas celui de ce SIREN."))
            return checked.value
        if not _FOREIGN_VAT.fullmatch(text):
            raise ValidationError(
                _("Un numéro de TVA commence par deux lettres : FR44 732829320, BE0123456749.")
            )
        return text

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_payer_names(self) -> list[str]:
        """One a line, each once."""
        lines = (" ".join(line.split()) for line in self.cleaned_data["payer_names"].splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MOST_PAYER_NAMES or any(len(name) > 200 for name in names):
            raise ValidationError(_("Au plus 20 noms, de 200 caractères chacun."))
        return names


class ContactFields(forms.Form):
    """A person or a mailbox at the customer's."""

    civility = forms.CharField(label=_("Civilité"), max_length=20, required=False)
    first_name = forms.CharField(label=_("Prénom"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Nom"), max_length=80, required=False)
    email = forms.EmailField(label=_("Adresse électronique"), max_length=254, required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)


class NewCustomerForm(ContactFields, CustomerForm):
    """A customer, with the first contact."""

    reference = forms.CharField(
        label=_("Référence"), max_length=60,
        help_text=_("Celle de votre logiciel de facturation : elle les relie."),
    )  # fmt: skip


class ContactForm(ContactFields):
    """A contact, with what it receives."""

    role = forms.ChoiceField(
        label=_("Rôle"), choices=ROLES,
        help_text=_("On écrit d'abord à la facturation, puis aux règlements. La direction reçoit la mise en demeure."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refusal: nowhere to reach them."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("email") and not said.get("phone") and "email" not in self.errors:
            self.add_error("email", _("Donnez une adresse électronique ou un téléphone."))
        return said


class NoteForm(forms.Form):
    """What one wants to remember."""

    text = forms.CharField(
        label=_("Note"), max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Écrivez la note d'abord.")},
    )  # fmt: skip


class DocumentForm(forms.Form):
    """A file for the customer's file."""

    file = forms.FileField(
        label=_("Fichier"), max_length=255, help_text=_("PDF, PNG ou JPEG, 10 Mo au plus."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
        error_messages={"required": _("Choisissez un fichier d'abord.")},
    )  # fmt: skip
    label = forms.CharField(
        label=_("Ce que c'est"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Bon de livraison signé")}),
    )  # fmt: skip

    def clean_file(self) -> tuple[bytes, Attachment]:
        """Read the file and know it by its content. Refusal: what is no document."""
        given: UploadedFile[Any] = self.cleaned_data["file"]
        data = given.read(MAX_BYTES + 1)
        try:
            return data, read_attachment(data, given.name or "")
        except AttachmentRefused as refused:
            raise ValidationError(str(refused)) from refused


class StatementForm(forms.Form):
    """Which statement: what is open, or the movements of a period."""

    what = forms.ChoiceField(
        label=_("Relevé"), required=False,
        choices=[("open", _("Ce qui reste dû")), ("all", _("Tous les mouvements"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    from_on = DayField(label=_("Du"), required=False)
    until_on = DayField(label=_("Au"), required=False)

    def __init__(self, today: date, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until_on"] = DayField(label=_("Au"), required=False, last=today)

    def clean(self) -> dict[str, Any]:
        """Refusal: an end before the start."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("from_on") and said.get("until_on") and said["from_on"] > said["until_on"]:
            self.add_error("until_on", _("La fin est avant le début."))
        return said
