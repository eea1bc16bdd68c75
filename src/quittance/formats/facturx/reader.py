"""Electronic invoices, recognised by their content: Factur-X PDF, CII or UBL."""

from quittance.formats.errors import InvoiceFileError
from quittance.formats.facturx import cii, ubl
from quittance.formats.facturx.einvoice import EInvoice
from quittance.formats.facturx.node import Node, line_of, parse_xml
from quittance.formats.facturx.pdf import attached_xml

_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"  # byte order marks, spaces, and the zeros of UTF-16


def is_einvoice(data: bytes) -> bool:
    """Whether the bytes are a PDF or XML: then `read_einvoice` says what they hold, no spreadsheet reader."""
    return is_pdf(data) or data[:1024].lstrip(_BEFORE_XML).startswith(b"<")


def is_pdf(data: bytes) -> bool:
    """Tell whether a file is a PDF, by its first bytes."""
    return b"%PDF-" in data[:1024]


def read_einvoice(data: bytes, *, file_name: str = "") -> EInvoice:
    """Read one invoice or credit note and check its totals. Raises `InvoiceFileError` for anything else."""
    named = f"« {file_name} » " if file_name else ""
    if not data.strip():
        raise InvoiceFileError(f"le fichier {named}est vide. Téléchargez-le à nouveau")
    if not is_einvoice(data):
        raise InvoiceFileError(f"le fichier {named}n'est ni un PDF Factur-X, ni une facture CII ou UBL")
    root = parse_xml(attached_xml(data) if is_pdf(data) else data)
    if root.tag == cii.ROOT:
        invoice = cii.read_cii(Node(root, cii.NAMESPACES))
    elif root.tag in (ubl.INVOICE_ROOT, ubl.CREDIT_NOTE_ROOT):
        invoice = ubl.read_ubl(Node(root, ubl.NAMESPACES), credit_note=root.tag == ubl.CREDIT_NOTE_ROOT)
    else:
        tag = str(root.tag).rpartition("}")[2][:60]
        raise InvoiceFileError(
            f"le fichier {named}n'est pas une facture CII ou UBL : il commence par « {tag} »",
            line_of(root),
        )
    invoice.check_totals()
    return invoice
