"""An electronic invoice (EN 16931) as values, whatever its syntax, and the rows it becomes."""

from dataclasses import dataclass
from datetime import date

from quittance.domain.identifiers import check_vat
from quittance.domain.money import french_euros
from quittance.formats.errors import InvoiceFileError
from quittance.formats.invoice_rows import CustomerRow, InvoiceLineRow, InvoiceRow

MAX_NUMBER, MAX_NAME = 60, 200
CREDIT_NOTES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
)
_KINDS = {"B2C": "consumer", "B2B": "b2b", "B2BINT": "b2b"}  # as the note BAR says


@dataclass(frozen=True, slots=True)
class EParty:
    """Seller or buyer (BG-4, BG-7)."""

    name: str
    siren: str = ""
    vat_number: str = ""
    reference: str = ""  # BT-29, BT-46: its number at the other party's
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    contact_name: str = ""

    @property
    def known_siren(self) -> str:
        """The SIREN, given or inside a French VAT number; empty where neither says it."""
        return self.siren or check_vat(self.vat_number).derived.get("siren", "")


@dataclass(frozen=True, slots=True)
class ELine:
    """A line (BG-25), or an allowance (negative) or charge of the whole document (BG-20, BG-21)."""

    description: str
    quantity_e4: int
    unit_price_e6: int  # per unit, the base quantity already divided
    vat_rate_bp: int
    net_cents: int


@dataclass(frozen=True, slots=True)
class EVat:
    """VAT of one category and rate (BG-23)."""

    category: str
    rate_bp: int
    base_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class EInvoice:
    """An invoice or credit note as received. Amounts are as written, in hundredths of the currency."""

    profile: str  # BT-24
    number: str
    type_code: str
    issued_on: date
    currency: str
    seller: EParty
    buyer: EParty
    net_cents: int
    vat_cents: int
    total_cents: int
    due_cents: int  # BT-115, what is left to pay
    prepaid_cents: int | None = None  # BT-113, None where it is not written
    rounding_cents: int = 0  # BT-114
    due_on: date | None = None
    terms: str = ""
    order_reference: str = ""
    buyer_reference: str = ""
    preceding_invoice: str = ""
    iban: str = ""  # of the payee
    payment_reference: str = ""
    notes: tuple[str, ...] = ()
    audience: str = ""  # note BAR: B2B, B2C...
    vat: tuple[EVat, ...] = ()
    lines: tuple[ELine, ...] = ()
    document_charges: tuple[ELine, ...] = ()

    def check_totals(self) -> None:
        """Refuse an invoice that does not add up (BR-CO-10 to BR-CO-16; a cent an element in EXTENDED)."""
        tolerance = 1 if "extended" in self.profile else 0
        parts = (*self.lines, *self.document_charges)
        _compare(
            "le total avec TVA (BT-112)", self.net_cents + self.vat_cents, self.total_cents, 2 * tolerance
        )
        if self.lines:
            lines_cents = sum(part.net_cents for part in parts)
            _compare("le total hors taxes (BT-109)", lines_cents, self.net_cents, len(parts) * tolerance)
        if self.vat:
            vat_cents = sum(row.vat_cents for row in self.vat)
            _compare("le total de TVA (BT-110)", vat_cents, self.vat_cents, len(self.vat) * tolerance)
        if self.prepaid_cents is not None:
            due_cents = self.total_cents - self.prepaid_cents + self.rounding_cents
            _compare("le net à payer (BT-115)", due_cents, self.due_cents, 2 * tolerance)

    def as_rows(self) -> tuple[InvoiceRow, CustomerRow]:
        """The invoice and its buyer, to import as a sale. Amounts become positive; euros only; what is not
        left to pay is paid. Lines are given where they add up to the net, as they do in all but EXTENDED.
        """
        if self.currency != "EUR":
            raise InvoiceFileError(f"devise {self.currency}. Seul l'euro est pris en charge")
        if len(self.number) > MAX_NUMBER or len(self.buyer.name) > MAX_NAME:
            raise InvoiceFileError("le numéro de la facture ou le nom du client est trop long")
        if self.total_cents == 0:
            raise InvoiceFileError("le total est nul : une facture ou un avoir a un montant")
        sign = -1 if self.total_cents < 0 else 1
        total_cents = self.total_cents * sign
        net_cents, vat_cents = self.net_cents * sign, self.vat_cents * sign
        if net_cents < 0 or vat_cents < 0 or net_cents + vat_cents != total_cents:
            raise InvoiceFileError(
                f"{french_euros(net_cents)} hors taxes et {french_euros(vat_cents)} de TVA "
                f"ne font pas {french_euros(total_cents)}"
            )
        credit_note = sign < 0 or self.type_code in CREDIT_NOTES
        invoice = InvoiceRow(
            line=1,
            number=self.number,
            customer_reference=self._customer_reference(),
            customer_name=self.buyer.name,
            issued_on=self.issued_on,
            due_on=self.due_on if self.due_on and self.due_on >= self.issued_on else None,
            net_cents=net_cents,
            vat_cents=vat_cents,
            total_cents=total_cents,
            kind="credit_note" if credit_note else "invoice",
            order_reference=_fitting(self.order_reference, 80),
            paid_cents=min(max(total_cents - self.due_cents * sign, 0), total_cents),
            lines=self._line_rows(sign),
        )
        return invoice, self._customer_row()

    def _customer_reference(self) -> str:
        return self.buyer.reference if 0 < len(self.buyer.reference) <= MAX_NUMBER else self.buyer.siren

    def _line_rows(self, sign: int) -> tuple[InvoiceLineRow, ...]:
        parts = (*self.lines, *self.document_charges)
        if not self.lines or sum(part.net_cents for part in parts) != self.net_cents:
            return ()
        return tuple(
            InvoiceLineRow(
                position=position,
                description=_fitting(part.description, 500),
                quantity_e4=part.quantity_e4 * sign,
                unit_price_e6=part.unit_price_e6,
                vat_rate_bp=part.vat_rate_bp,
                net_cents=part.net_cents * sign,
            )
            for position, part in enumerate(parts, 1)
        )

    def _customer_row(self) -> CustomerRow:
        return CustomerRow(
            line=1,
            name=self.buyer.name,
            reference=self._customer_reference(),
            kind=_KINDS.get(self.audience, ""),
            siren=self.buyer.siren,
            vat_number=self.buyer.vat_number,
            street=_fitting(self.buyer.street, 200),
            postcode=_fitting(self.buyer.postcode, 12),
            city=_fitting(self.buyer.city, 100),
            country=self.buyer.country,
            email=self.buyer.email,
            phone=_fitting(self.buyer.phone, 30),
            contact_last_name=_fitting(self.buyer.contact_name, 80),
        )


def _fitting(text: str, longest: int) -> str:
    """Cut a text that is only shown to what the book keeps; the original stays in the file."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _compare(what: str, computed: int, written: int, tolerance: int) -> None:
    if abs(computed - written) > tolerance:
        raise InvoiceFileError(
            f"{what} ne tombe pas juste : le calcul donne {french_euros(computed)}, "
            f"la facture annonce {french_euros(written)}"
        )
