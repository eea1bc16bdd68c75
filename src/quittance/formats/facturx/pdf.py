"""The XML that a Factur-X, ZUGFeRD or XRechnung PDF carries."""

import io

from quittance.formats.errors import InvoiceFileError

MAX_PDF_BYTES = 50 * 1024 * 1024
ATTACHMENTS = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")


def attached_xml(data: bytes) -> bytes:
    """Take the invoice out of its PDF. Raises `InvoiceFileError` where there is none, or the PDF is
    protected, broken or too large.
    """
    if len(data) > MAX_PDF_BYTES:
        raise InvoiceFileError(f"le PDF dépasse {MAX_PDF_BYTES // 1024 // 1024} Mo")
    from pypdf import PdfReader  # noqa: PLC0415 - dear to load, and most files are no PDF

    try:
        reader = PdfReader(io.BytesIO(data))
        protected = reader.is_encrypted
        names = {} if protected else {name.lower(): name for name in reader.attachments}
        found = next((names[name] for name in ATTACHMENTS if name in names), None)
        content = reader.attachments[found][0] if found else None
    except Exception as error:  # pypdf raises what the broken object happens to cause, of any type
        raise InvoiceFileError("le PDF est abîmé. Téléchargez-le à nouveau") from error
    if protected:
        raise InvoiceFileError("le PDF est protégé par un mot de passe. Enregistrez-le sans")
    if content is None:
        raise InvoiceFileError(
            "ce PDF ne porte pas de facture électronique (factur-x.xml). Demandez-la en Factur-X"
        )
    return content


def page_count(data: bytes) -> int:
    """Count the pages of a PDF that anybody can open. Raises `InvoiceFileError` where it is protected or broken."""
    if len(data) > MAX_PDF_BYTES:
        raise InvoiceFileError(f"le PDF dépasse {MAX_PDF_BYTES // 1024 // 1024} Mo")
    from pypdf import PdfReader  # noqa: PLC0415 - dear to load, and most files are no PDF

    try:
        reader = PdfReader(io.BytesIO(data))
        pages = 0 if reader.is_encrypted else len(reader.pages)
    except Exception as error:  # pypdf raises what the broken object happens to cause, of any type
        raise InvoiceFileError("le PDF est abîmé. Téléchargez-le à nouveau") from error
    if not pages:
        raise InvoiceFileError("le PDF est vide ou protégé par un mot de passe. Enregistrez-le sans")
    return pages
