"""UN/CEFACT Cross Industry Invoice (CII), the syntax of Factur-X: where each term of EN 16931 stands."""

from datetime import date
from fractions import Fraction

from quittance.formats.facturx.einvoice import EInvoice, ELine, EParty, EVat
from quittance.formats.facturx.node import Node, rounded, siren_of

ROOT = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}


def read_cii(root: Node) -> EInvoice:
    """Read a CII invoice of any profile, MINIMUM included (no lines). Raises `InvoiceFileError`."""
    document = root.first("rsm:ExchangedDocument")
    trade = root.first("rsm:SupplyChainTradeTransaction")
    agreement = trade.first("ram:ApplicableHeaderTradeAgreement")
    settlement = trade.first("ram:ApplicableHeaderTradeSettlement")
    totals = settlement.first("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    currency = settlement.required("ram:InvoiceCurrencyCode", "la devise")
    total_cents = totals.required_cents("ram:GrandTotalAmount", "le total avec TVA")
    due_cents = totals.cents("ram:DuePayableAmount")
    notes = document.all("ram:IncludedNote")
    context = root.first("rsm:ExchangedDocumentContext")
    return EInvoice(
        profile=context.text("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        number=document.required("ram:ID", "le numéro de facture"),
        type_code=document.required("ram:TypeCode", "le type de facture"),
        issued_on=document.required_day("ram:IssueDateTime/udt:DateTimeString", "la date de facture"),
        currency=currency,
        seller=_party(agreement.first("ram:SellerTradeParty"), "le vendeur"),
        buyer=_party(agreement.first("ram:BuyerTradeParty"), "le client"),
        net_cents=totals.required_cents("ram:TaxBasisTotalAmount", "le total hors taxes"),
        vat_cents=_vat_cents(totals, currency),
        total_cents=total_cents,
        due_cents=total_cents if due_cents is None else due_cents,
        prepaid_cents=totals.cents("ram:TotalPrepaidAmount"),
        rounding_cents=totals.cents("ram:RoundingAmount") or 0,
        due_on=_due_on(settlement),
        terms=settlement.text("ram:SpecifiedTradePaymentTerms/ram:Description"),
        order_reference=agreement.text("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        buyer_reference=agreement.text("ram:BuyerReference"),
        preceding_invoice=settlement.text("ram:InvoiceReferencedDocument/ram:IssuerAssignedID"),
        iban=_iban(settlement),
        payment_reference=settlement.text("ram:PaymentReference"),
        notes=tuple(note.text("ram:Content") for note in notes),
        audience=next(
            (note.text("ram:Content") for note in notes if note.text("ram:SubjectCode") == "BAR"), ""
        ),
        vat=tuple(_vat(row) for row in settlement.all("ram:ApplicableTradeTax")),
        lines=tuple(_line(line) for line in trade.all("ram:IncludedSupplyChainTradeLineItem")),
        document_charges=tuple(_charge(row) for row in settlement.all("ram:SpecifiedTradeAllowanceCharge")),
    )


def _due_on(settlement: Node) -> date | None:
    """The last of the due dates: an invoice in instalments repeats its terms."""
    path = "ram:DueDateDateTime/udt:DateTimeString"
    days = [terms.day(path) for terms in settlement.all("ram:SpecifiedTradePaymentTerms")]
    return max((day for day in days if day), default=None)


def _iban(settlement: Node) -> str:
    path = "ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount/ram:IBANID"
    return settlement.text(path).replace(" ", "")


def _vat_cents(totals: Node, currency: str) -> int:
    """BT-110: the total in the currency of the invoice, not the one in the currency of the accounts."""
    for row in totals.all("ram:TaxTotalAmount"):
        if row.attribute("currencyID") in ("", currency):
            return row.cents(".") or 0
    return 0


def _party(party: Node, who: str) -> EParty:
    legal_id = party.first("ram:SpecifiedLegalOrganization/ram:ID")
    taxes = party.all("ram:SpecifiedTaxRegistration/ram:ID")
    contact = party.first("ram:DefinedTradeContact")
    address = party.first("ram:PostalTradeAddress")
    electronic = party.first("ram:URIUniversalCommunication/ram:URIID")
    email = contact.text("ram:EmailURIUniversalCommunication/ram:URIID")
    return EParty(
        name=party.required("ram:Name", f"le nom désignant {who}"),
        siren=siren_of(legal_id, address.text("ram:CountryID")),
        vat_number=next((tax.text() for tax in taxes if tax.attribute("schemeID") == "VA"), ""),
        reference=party.text("ram:ID"),
        street=address.text("ram:LineOne"),
        postcode=address.text("ram:PostcodeCode"),
        city=address.text("ram:CityName"),
        country=address.text("ram:CountryID"),
        email=email or (electronic.text() if electronic.attribute("schemeID") == "EM" else ""),
        phone=contact.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        contact_name=contact.text("ram:PersonName"),
    )


def _vat(row: Node) -> EVat:
    return EVat(
        category=row.text("ram:CategoryCode"),
        rate_bp=row.scaled("ram:RateApplicablePercent", 2, 0),
        base_cents=row.required_cents("ram:BasisAmount", "la base de TVA"),
        vat_cents=row.required_cents("ram:CalculatedAmount", "le montant de TVA"),
    )


def _line(line: Node) -> ELine:
    price = line.first("ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice")
    settlement = line.first("ram:SpecifiedLineTradeSettlement")
    product = line.first("ram:SpecifiedTradeProduct")
    per = price.number("ram:BasisQuantity") or Fraction(1)
    summation = settlement.first("ram:SpecifiedTradeSettlementLineMonetarySummation")
    return ELine(
        description=product.text("ram:Name") or product.text("ram:Description"),
        quantity_e4=line.scaled("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", 4, 10_000),
        unit_price_e6=rounded((price.number("ram:ChargeAmount") or Fraction(0)) / per, 6),
        vat_rate_bp=settlement.scaled("ram:ApplicableTradeTax/ram:RateApplicablePercent", 2, 0),
        net_cents=summation.required_cents("ram:LineTotalAmount", "le montant de la ligne"),
    )


def _charge(row: Node) -> ELine:
    """An allowance or a charge of the whole document, as a line: allowances are negative."""
    charge = row.text("ram:ChargeIndicator/udt:Indicator") in ("true", "1")
    cents = row.required_cents("ram:ActualAmount", "le montant de la remise ou des frais")
    net_cents = cents if charge else -cents
    return ELine(
        description=row.text("ram:Reason") or ("Frais" if charge else "Remise"),
        quantity_e4=10_000,
        unit_price_e6=net_cents * 10_000,
        vat_rate_bp=row.scaled("ram:CategoryTradeTax/ram:RateApplicablePercent", 2, 0),
        net_cents=net_cents,
    )
