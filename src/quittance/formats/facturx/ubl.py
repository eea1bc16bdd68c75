"""UBL 2.1 Invoice and CreditNote: where each term of EN 16931 stands."""

from datetime import date
from fractions import Fraction

from quittance.formats.facturx.einvoice import EInvoice, ELine, EParty, EVat
from quittance.formats.facturx.node import Node, rounded, siren_of

INVOICE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def read_ubl(root: Node, *, credit_note: bool) -> EInvoice:
    """Read a UBL invoice or credit note. Raises `InvoiceFileError`."""
    word = "CreditNote" if credit_note else "Invoice"
    totals = root.first("cac:LegalMonetaryTotal")
    currency = root.required("cbc:DocumentCurrencyCode", "la devise")
    total_cents = totals.required_cents("cbc:TaxInclusiveAmount", "le total avec TVA")
    due_cents = totals.cents("cbc:PayableAmount")
    means = root.first("cac:PaymentMeans")
    notes = tuple(note.text() for note in root.all("cbc:Note"))
    return EInvoice(
        profile=root.text("cbc:CustomizationID"),
        number=root.required("cbc:ID", "le numéro de facture"),
        type_code=root.text(f"cbc:{word}TypeCode") or ("381" if credit_note else "380"),
        issued_on=root.required_day("cbc:IssueDate", "la date de facture"),
        currency=currency,
        seller=_party(root.first("cac:AccountingSupplierParty/cac:Party"), "le vendeur"),
        buyer=_party(root.first("cac:AccountingCustomerParty/cac:Party"), "le client"),
        net_cents=totals.required_cents("cbc:TaxExclusiveAmount", "le total hors taxes"),
        vat_cents=_vat_cents(root, currency),
        total_cents=total_cents,
        due_cents=total_cents if due_cents is None else due_cents,
        prepaid_cents=totals.cents("cbc:PrepaidAmount"),
        rounding_cents=totals.cents("cbc:PayableRoundingAmount") or 0,
        due_on=_due_on(root),
        terms=root.text("cac:PaymentTerms/cbc:Note"),
        order_reference=root.text("cac:OrderReference/cbc:ID"),
        buyer_reference=root.text("cbc:BuyerReference"),
        preceding_invoice=root.text("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"),
        iban=means.text("cac:PayeeFinancialAccount/cbc:ID").replace(" ", ""),
        payment_reference=means.text("cbc:PaymentID"),
        notes=notes,
        audience=next((note.removeprefix("#BAR#") for note in notes if note.startswith("#BAR#")), ""),
        vat=tuple(_vat(row) for total in _vat_totals(root, currency) for row in total.all("cac:TaxSubtotal")),
        lines=tuple(_line(line, credit_note=credit_note) for line in root.all(f"cac:{word}Line")),
        document_charges=tuple(_charge(row) for row in root.all("cac:AllowanceCharge")),
    )


def _due_on(root: Node) -> date | None:
    return root.day("cbc:DueDate") or root.day("cac:PaymentMeans/cbc:PaymentDueDate")


def _vat_totals(root: Node, currency: str) -> list[Node]:
    """The VAT totals in the currency of the invoice, not those in the currency of the accounts."""
    totals = root.all("cac:TaxTotal")
    return [row for row in totals if row.first("cbc:TaxAmount").attribute("currencyID") in ("", currency)]


def _vat_cents(root: Node, currency: str) -> int:
    return sum(total.cents("cbc:TaxAmount") or 0 for total in _vat_totals(root, currency))


def _party(party: Node, who: str) -> EParty:
    legal = party.first("cac:PartyLegalEntity")
    taxes = party.all("cac:PartyTaxScheme")
    address = party.first("cac:PostalAddress")
    contact = party.first("cac:Contact")
    country = address.text("cac:Country/cbc:IdentificationCode")
    endpoint = party.first("cbc:EndpointID")
    electronic = endpoint.text() if endpoint.attribute("schemeID") == "EM" else ""
    name = legal.text("cbc:RegistrationName") or party.text("cac:PartyName/cbc:Name")
    return EParty(
        name=name or legal.required("cbc:RegistrationName", f"le nom désignant {who}"),
        siren=siren_of(legal.first("cbc:CompanyID"), country),
        vat_number=next(
            (tax.text("cbc:CompanyID") for tax in taxes if tax.text("cac:TaxScheme/cbc:ID") == "VAT"), ""
        ),
        reference=_reference(party),
        street=address.text("cbc:StreetName"),
        postcode=address.text("cbc:PostalZone"),
        city=address.text("cbc:CityName"),
        country=country,
        email=contact.text("cbc:ElectronicMail") or electronic,
        phone=contact.text("cbc:Telephone"),
        contact_name=contact.text("cbc:Name"),
    )


def _reference(party: Node) -> str:
    """The identifier without a scheme is the number that the other party gave; SIRET and others have one."""
    identifiers = party.all("cac:PartyIdentification/cbc:ID")
    return next((row.text() for row in identifiers if not row.attribute("schemeID")), "")


def _vat(row: Node) -> EVat:
    return EVat(
        category=row.text("cac:TaxCategory/cbc:ID"),
        rate_bp=row.scaled("cac:TaxCategory/cbc:Percent", 2, 0),
        base_cents=row.required_cents("cbc:TaxableAmount", "la base de TVA"),
        vat_cents=row.required_cents("cbc:TaxAmount", "le montant de TVA"),
    )


def _line(line: Node, *, credit_note: bool) -> ELine:
    quantity = "cbc:CreditedQuantity" if credit_note else "cbc:InvoicedQuantity"
    per = line.number("cac:Price/cbc:BaseQuantity") or Fraction(1)
    item = line.first("cac:Item")
    return ELine(
        description=item.text("cbc:Name") or item.text("cbc:Description"),
        quantity_e4=line.scaled(quantity, 4, 10_000),
        unit_price_e6=rounded((line.number("cac:Price/cbc:PriceAmount") or Fraction(0)) / per, 6),
        vat_rate_bp=item.scaled("cac:ClassifiedTaxCategory/cbc:Percent", 2, 0),
        net_cents=line.required_cents("cbc:LineExtensionAmount", "le montant de la ligne"),
    )


def _charge(row: Node) -> ELine:
    """An allowance or a charge of the whole document, as a line: allowances are negative."""
    charge = row.text("cbc:ChargeIndicator") in ("true", "1")
    cents = row.required_cents("cbc:Amount", "le montant de la remise ou des frais")
    net_cents = cents if charge else -cents
    return ELine(
        description=row.text("cbc:AllowanceChargeReason") or ("Frais" if charge else "Remise"),
        quantity_e4=10_000,
        unit_price_e6=net_cents * 10_000,
        vat_rate_bp=row.scaled("cac:TaxCategory/cbc:Percent", 2, 0),
        net_cents=net_cents,
    )
