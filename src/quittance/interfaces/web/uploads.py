"""Files that people bring in: how large each kind may be, what it may hold, and where it waits.

What a file is called, and what a browser says that it is, counts for nothing: its bytes are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quittance.company.uploads import keep_upload
from quittance.flows.uploads import Aside
from quittance.formats.sniffing import Content, content_of
from quittance.gateways.files import FolderArchive

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from quittance.company.models import Upload
    from quittance.interfaces.web.walls import SeatedRequest

MEGABYTE = 1024 * 1024
LIMITS = {
    "customers": 20 * MEGABYTE,
    "invoices": 50 * MEGABYTE,
    "fec": 150 * MEGABYTE,
    "statement": 20 * MEGABYTE,
}
LONG_WORK_BYTES = MEGABYTE // 2  # some thousands of rows: a page does not wait for their import
LARGEST_REQUEST = max(LIMITS.values()) + MEGABYTE
MAY_HOLD = {
    "customers": {Content.TEXT, Content.WORKBOOK},
    "invoices": {Content.TEXT, Content.WORKBOOK, Content.PDF, Content.XML},
    "fec": {Content.TEXT},
    "statement": {Content.TEXT, Content.XML},
}
WHAT = {
    Content.EMPTY: gettext_lazy("un fichier vide"),
    Content.WORKBOOK: gettext_lazy("un classeur Excel ou une archive ZIP"),
    Content.OLD_WORKBOOK: gettext_lazy("un ancien classeur Excel (.xls), ou un classeur protégé"),
    Content.PDF: gettext_lazy("un PDF"),
    Content.HTML: gettext_lazy("une page web"),
    Content.XML: gettext_lazy("un fichier XML"),
    Content.IMAGE: gettext_lazy("une image"),
    Content.PROGRAM: gettext_lazy("un programme"),
    Content.OTHER: gettext_lazy("un fichier d'un autre format"),
}
REMEDIES = {
    "customers": gettext_lazy("Enregistrez votre tableau en .xlsx ou en .csv."),
    "invoices": gettext_lazy(
        "Enregistrez votre tableau en .xlsx ou en .csv, ou choisissez une facture électronique (PDF ou XML)."
    ),
    "fec": gettext_lazy("Exportez le FEC (fichier texte de 18 colonnes) de votre logiciel comptable."),
    "statement": gettext_lazy(
        "Téléchargez le relevé de votre banque en CAMT.053, CFONB 120, OFX, MT940 ou CSV."
    ),
}


class WithinReason(FileUploadHandler):
    """Stops a request that is larger than the largest file before anything of it is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The request is larger than the largest file that may be brought in.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class UploadForm(forms.Form):
    """One file of one kind."""

    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide. Exportez-le à nouveau."),
        },
    )
    road = forms.BooleanField(required=False)

    def __init__(self, kind: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large, or is of another nature than its kind."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LIMITS[self.kind]:
            raise ValidationError(
                _("Ce fichier dépasse %(limit)s Mo. Découpez-le, par exemple par mois.")
                % {"limit": LIMITS[self.kind] // MEGABYTE}
            )
        self.data_read = file.read()
        content = content_of(self.data_read)
        if content not in MAY_HOLD[self.kind]:
            raise ValidationError(f"{_('Ce fichier est')} {WHAT[content]}. {REMEDIES[self.kind]}")
        return file


def aside_archive() -> FolderArchive:
    """Return where files wait."""
    return FolderArchive(settings.UPLOADS_DIR)


def keep_aside(request: SeatedRequest, form: UploadForm) -> Upload:
    """Keep a file that was found good; nothing of it is in the books."""
    file = form.cleaned_data["file"]
    return keep_upload(
        company_id=request.seat.company.pk,
        person_id=request.person.pk,
        kind=form.kind,
        name=_file_name(file.name or ""),
        sha256=aside_archive().put(form.data_read),
        size=len(form.data_read),
        at=request.at,
        choices={"road": True} if form.cleaned_data["road"] else {},
    )


def opened(request: SeatedRequest, upload: Upload) -> Aside:
    """Return a file that waits, with its bytes. Refusal: `DocumentLost`."""
    return Aside(request.seat.company, upload, aside_archive().get(upload.sha256))


def _file_name(name: str) -> str:
    """Keep what can be shown of a name: no folder, no sign that is not written."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:200] or "fichier"
