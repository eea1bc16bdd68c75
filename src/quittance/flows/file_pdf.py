"""Filing the PDF of an invoice that came without it: looked at first, then kept byte for byte."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from quittance.correspondence.operations import file_invoice
from quittance.domain.finding import compact
from quittance.formats.errors import InvoiceFileError
from quittance.formats.facturx.pdf import page_count
from quittance.formats.facturx.reader import is_pdf, read_einvoice

if TYPE_CHECKING:
    from quittance.gateways.files import Archive
    from quittance.sales.models import Invoice


class DocumentRefused(Exception):
    """The file is not the PDF of this invoice: nothing was filed."""


def file_invoice_pdf(
    *, invoice: Invoice, data: bytes, file_name: str, archive: Archive, actor: str, at: datetime
) -> None:
    """Keep a PDF as the document of an invoice. Refusal: `DocumentRefused`.

    An electronic invoice inside it must bear the same number; a PDF without one is taken at the person's word.
    """
    if not is_pdf(data):
        raise DocumentRefused("Ce fichier n'est pas un PDF. Enregistrez la facture en PDF, puis déposez-la.")
    try:
        page_count(data)
    except InvoiceFileError as unreadable:
        raise DocumentRefused(f"Ce fichier ne s'ouvre pas : {unreadable}.") from unreadable
    number = _number_inside(data)
    if number and compact(number) != invoice.number_key:
        raise DocumentRefused(
            f"Ce PDF est celui de la facture {number}, pas de {invoice.number}. Rien n'a été déposé."
        )
    file_invoice(
        company_id=invoice.company_id,
        customer_id=invoice.customer_id,
        number=invoice.number,
        name=file_name,
        sha256=archive.put(data),
        actor=actor,
        at=at,
    )


def _number_inside(data: bytes) -> str:
    try:
        return read_einvoice(data).number
    except InvoiceFileError:
        return ""
