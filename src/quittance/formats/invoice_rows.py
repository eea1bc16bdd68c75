"""Customers and invoices as any file gives them: from a spreadsheet or from an electronic invoice."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer. Empty text means that the file says nothing."""

    line: int  # 1-based in the file
    name: str
    reference: str = ""  # the company's own number for this customer
    kind: str = ""  # b2b, public or consumer; a missing SIREN proves nothing
    siren: str = ""
    vat_number: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    iban: str = ""
    term: str = ""  # payment terms in words, such as « 45 jours fin de mois »
    payer_aliases: tuple[str, ...] = ()  # other names that pay for this customer
    contact_civility: str = ""
    contact_first_name: str = ""
    contact_last_name: str = ""
    language: str = ""  # fr or en
    address_form: str = ""  # vous or tu
    tone: str = ""  # warm, neutral or firm
    in_charge_email: str = ""  # the sales person in charge


@dataclass(frozen=True, slots=True)
class InvoiceLineRow:
    """What was sold. Quantity in ten-thousandths, price in millionths of a euro, before tax."""

    position: int
    description: str
    quantity_e4: int
    unit_price_e6: int
    vat_rate_bp: int
    net_cents: int  # negative for a discount


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice or credit note. Amounts are positive in both; `kind` says which way they count.

    Net and VAT are None together where the file only knows the total.
    """

    line: int  # 1-based in the file
    number: str
    customer_reference: str
    customer_name: str
    issued_on: date
    due_on: date | None
    net_cents: int | None
    vat_cents: int | None
    total_cents: int
    kind: str = "invoice"  # invoice or credit_note
    currency: str = "EUR"
    order_reference: str = ""
    subject: str = ""
    paid_cents: int = 0  # what the file says was already paid
    lines: tuple[InvoiceLineRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """The customers of one file, in its order, and the columns that were not understood."""

    customers: tuple[CustomerRow, ...]
    ignored_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """The invoices of one file, in its order, and the columns that were not understood."""

    invoices: tuple[InvoiceRow, ...]
    ignored_columns: tuple[str, ...] = ()
