"""Electronic invoices, recognised by their content: Factur-X PDF, CII or UBL."""

from quittance.formats.errors import InvoiceFileError
from quittance.formats.facturx import cii, ubl
from quittance.formats.facturx.einvoice import EInvoice
from quittance.formats.facturx.node import Node, line_of, parse_xml
from quittance.formats.facturx.pdf import attached_xml


def is_einvoice(data: bytes) -> bool:
    """Tell whether a file looks like an electronic invoice rather than a table: a PDF or an XML document."""
    return b"%PDF-" in data[:1024] or data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")


def read_einvoice(data: bytes, *, file_name: str = "") -> EInvoice:
    """Read one invoice or credit note and check its totals. Raises `InvoiceFileError` for anything else."""
    named = f"« {file_name} » " if file_name else ""
    if not data.strip():
        raise InvoiceFileError(f"le fichier {named}est vide. Téléchargez-le à nouveau")
    if b"%PDF-" in data[:1024]:
        data = attached_xml(data)
    elif not data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        raise InvoiceFileError(f"le fichier {named}n'est ni un PDF Factur-X, ni une facture CII ou UBL")
    root = parse_xml(data)
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
