"""Customers and invoices from CSV or XLSX, with French or English titles (`columns.py` lists them).

A file is read whole or refused whole: `InvoiceFileError` names line, column and reason of the first problem,
its `also` the next ones.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from quittance.domain.money import french_euros, half_up
from quittance.formats.cells import (
    Sheet,
    parse_amount,
    parse_count,
    parse_date,
    parse_email,
    parse_iban,
    parse_paid,
    parse_quantity,
    parse_rate,
    parse_siren,
    parse_unit_price,
    parse_vat_number,
)
from quittance.formats.columns import CUSTOMER_COLUMNS, INVOICE_COLUMNS, LINE_COLUMNS, Header
from quittance.formats.errors import InvoiceFileError
from quittance.formats.invoice_rows import CustomerFile, CustomerRow, InvoiceFile, InvoiceLineRow, InvoiceRow
from quittance.formats.tables import read_table

_COUNTRY_CODE = re.compile(r"[A-Za-z]{2}")
_DAYS = re.compile(r"\d{1,3}")
# Under the title « Règlement » a file may say how one pays, and nothing of when.
_MEANS = re.compile(
    r"(?i)(par )?(virement( bancaire| sepa)?|ch[eè]que|pr[eé]l[eè]vement|carte( bancaire)?|cb|lcr|traite|esp[eè]ces)"
)


def read_customers(data: bytes, *, file_name: str = "") -> CustomerFile:
    """Read customers, one a row. Only the name is required; a reference, where given, is used once."""
    sheet = Sheet(read_table(data, file_name=file_name), CUSTOMER_COLUMNS)
    require_customer_columns(sheet.header)
    customers = customer_rows(sheet)
    sheet.raise_problems()
    return CustomerFile(tuple(customers), sheet.header.ignored)


def require_customer_columns(header: Header) -> None:
    """Refuse a file of customers without their names."""
    for fields in lacking_customer_columns(header.places):
        header.require(CUSTOMER_COLUMNS, *fields)


def lacking_customer_columns(fields: Collection[str]) -> list[tuple[str, ...]]:
    """Return what a file of customers with these columns still needs; of several fields, one is enough."""
    return [] if "name" in fields else [("name",)]


def customer_rows(sheet: Sheet) -> list[CustomerRow]:
    """Read every row as a customer; the sheet notes what is wrong."""
    customers: list[CustomerRow] = []
    lines: dict[str, int] = {}
    for line in sheet.lines():
        customer = _customer(sheet)
        identity = customer.reference or customer.name
        first_line = lines.setdefault(identity, line)
        if identity and first_line != line:
            field = "reference" if customer.reference else "name"
            sheet.refuse(field, f"« {identity} » est déjà à la ligne {first_line}")
        customers.append(customer)
    return customers


def _customer(sheet: Sheet) -> CustomerRow:
    country = _country(sheet)
    aliases = re.split(r"[;|]", sheet.text("payer_aliases"))
    term = sheet.text("term")
    if _MEANS.fullmatch(term):
        term = ""
    return CustomerRow(
        line=sheet.line,
        name=sheet.required("name"),
        reference=sheet.text("reference"),
        kind=sheet.choice("kind", "customer kind", ""),
        siren=sheet.read("siren", parse_siren, ""),
        vat_number=sheet.read("vat_number", parse_vat_number, ""),
        street=sheet.text("street"),
        postcode=_postcode(sheet.text("postcode"), country),
        city=sheet.text("city"),
        country=country,
        email=sheet.read("email", parse_email, ""),
        phone=sheet.text("phone"),
        iban=sheet.read("iban", parse_iban, ""),
        term=f"{term} jours" if _DAYS.fullmatch(term) else term,
        payer_aliases=tuple(alias.strip() for alias in aliases if alias.strip()),
        contact_civility=sheet.text("contact_civility"),
        contact_first_name=sheet.text("contact_first_name"),
        contact_last_name=sheet.text("contact_last_name"),
        language=sheet.choice("language", "language", ""),
        address_form=sheet.choice("address_form", "address_form", ""),
        tone=sheet.choice("tone", "tone", ""),
        in_charge_email=sheet.read("in_charge_email", parse_email, ""),
    )


def _country(sheet: Sheet) -> str:
    text = sheet.text("country")
    if _COUNTRY_CODE.fullmatch(text):
        return text.upper()
    return sheet.choice("country", "country", "")


def _postcode(text: str, country: str) -> str:
    """Give back the leading zero that a spreadsheet takes from `01000`."""
    return text.zfill(5) if country in ("", "FR") and len(text) == 4 and text.isdigit() else text


def read_invoices(data: bytes, lines: bytes | None = None, *, file_name: str = "") -> InvoiceFile:
    """Read invoices and credit notes, one a row, with their lines from a second file where it is given.

    A number is used once; net + VAT = total; lines add up to the net; a negative total is a credit note, kept
    as positive amounts. Euros only.
    """
    sheet = Sheet(read_table(data, file_name=file_name), INVOICE_COLUMNS)
    require_invoice_columns(sheet.header)
    lines_of = {} if lines is None else _read_lines(lines)
    invoices = invoice_rows(sheet, lines_of)
    sheet.raise_problems()
    return InvoiceFile(tuple(invoices), sheet.header.ignored)


def require_invoice_columns(header: Header) -> None:
    """Refuse a file of invoices without number, day, customer or total; or with VAT in several columns."""
    for fields in lacking_invoice_columns(header.places):
        header.require(INVOICE_COLUMNS, *fields)
    header.require_one_vat_column()


def lacking_invoice_columns(fields: Collection[str]) -> list[tuple[str, ...]]:
    """Return what a file of invoices with these columns still needs; of several fields, one is enough."""
    total = () if {"net_cents", "vat_cents"} <= set(fields) else (("total_cents",),)
    needs = (("number",), ("issued_on",), ("customer_reference", "customer_name"), *total)
    return [need for need in needs if not set(need) & set(fields)]


def invoice_rows(sheet: Sheet, lines_of: "dict[str, dict[int, _Line]]") -> list[InvoiceRow]:
    """Read every row as an invoice, with its lines; the sheet notes what is wrong."""
    invoices: list[InvoiceRow] = []
    numbers: dict[str, int] = {}
    for line in sheet.lines():
        invoice = _invoice(sheet, lines_of)
        first_line = numbers.setdefault(invoice.number, line)
        if invoice.number and first_line != line:
            sheet.refuse("number", f"la facture « {invoice.number} » est déjà à la ligne {first_line}")
        invoices.append(invoice)
    for number, rows in lines_of.items():
        if number not in numbers:
            reason = f"{_LINES_FILE} : la facture « {number} » n'est pas dans le fichier des factures"
            sheet.refuse("number", reason, next(iter(rows.values())).line)
    return invoices


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the second file, with its place there."""

    line: int
    row: InvoiceLineRow


def _invoice(sheet: Sheet, lines_of: dict[str, dict[int, _Line]]) -> InvoiceRow:
    number = sheet.required("number")
    reference, name = sheet.text("customer_reference"), sheet.text("customer_name")
    if not (reference or name):
        field = "customer_reference" if "customer_reference" in sheet.header.places else "customer_name"
        sheet.refuse_empty(field)
    issued_on = sheet.read_required("issued_on", parse_date, None)
    due_on = sheet.read("due_on", parse_date, None)
    if issued_on and due_on and due_on < issued_on:
        sheet.refuse("due_on", f"l'échéance précède la date de la facture ({issued_on:%d/%m/%Y})")
    if (currency := sheet.text("currency")).upper() not in _EURO:
        sheet.refuse("currency", f"devise {currency}. Seul l'euro est pris en charge")
    amounts = _amounts(sheet, [entry.row for entry in lines_of.get(number, {}).values()])
    return InvoiceRow(
        line=sheet.line,
        number=number,
        customer_reference=reference,
        customer_name=name,
        issued_on=issued_on or date.min,
        due_on=due_on,
        net_cents=amounts.net_cents,
        vat_cents=amounts.vat_cents,
        total_cents=amounts.total_cents,
        kind=amounts.kind,
        order_reference=sheet.text("order_reference"),
        subject=sheet.text("subject"),
        paid_cents=_paid(sheet, amounts.total_cents),
        lines=amounts.lines,
    )


@dataclass(frozen=True, slots=True)
class _Amounts:
    kind: str
    net_cents: int | None
    vat_cents: int | None
    total_cents: int
    lines: tuple[InvoiceLineRow, ...] = ()


def _amounts(sheet: Sheet, lines: list[InvoiceLineRow]) -> _Amounts:
    """Complete net, VAT and total from one another and from the lines, check them, and turn a credit note's
    amounts positive.
    """
    net, vat, total = (
        sheet.read(field, parse_amount, None) for field in ("net_cents", "vat_cents", "total_cents")
    )
    total_field = "total_cents" if "total_cents" in sheet.header.places else "net_cents"
    kind = sheet.choice("kind", "invoice kind", "invoice")
    refused = _Amounts(kind, 0, 0, 0)
    if total is None and net is not None and vat is not None:
        total = net + vat
    if total is None:
        if not sheet.text(total_field):
            sheet.required(total_field)
        return refused
    if total == 0:
        sheet.refuse(total_field, "le total est nul : une facture ou un avoir a un montant")
        return refused
    sign = -1 if total < 0 else 1
    total *= sign
    net, vat = (None if cents is None else cents * sign for cents in (net, vat))
    if lines:
        lines = _signed_as_total(lines, kind, sign)
        line_sum = sum(line.net_cents for line in lines)
        if net is not None and line_sum != net:
            reason = (
                f"les lignes font {french_euros(line_sum)}, la facture annonce {french_euros(net)} hors taxes"
            )
            sheet.refuse("net_cents", reason)
            return refused
        net = line_sum
    if net is None and vat is not None:
        net = total - vat
    elif vat is None and net is not None:
        vat = total - net
    if net is not None and vat is not None and (net + vat != total or net < 0 or vat < 0):
        reason = (
            f"{french_euros(net)} hors taxes et {french_euros(vat)} de TVA ne font pas {french_euros(total)}"
        )
        sheet.refuse(total_field, reason)
        return refused
    return _Amounts("credit_note" if sign < 0 else kind, net, vat, total, tuple(lines))


def _signed_as_total(lines: list[InvoiceLineRow], kind: str, sign: int) -> list[InvoiceLineRow]:
    """Turn the lines of a credit note over when they are written as negative amounts."""
    written_negative = sum(line.net_cents for line in lines) < 0
    if not (written_negative and (sign < 0 or kind == "credit_note")):
        return lines
    turned = [replace(line, net_cents=-line.net_cents) for line in lines]
    return [
        replace(line, quantity_e4=-line.quantity_e4)
        if line.quantity_e4 * line.unit_price_e6 * line.net_cents < 0
        else line
        for line in turned
    ]


def _paid(sheet: Sheet, total_cents: int) -> int:
    """Read what is already paid, said as such or as what is left."""
    paid = sheet.read("paid_cents", lambda text: parse_paid(text, total_cents), None)
    left = sheet.read("open_cents", parse_amount, None)
    field = "open_cents" if paid is None else "paid_cents"
    if paid is not None and left is not None and total_cents and abs(paid) + abs(left) != total_cents:
        sheet.refuse("open_cents", "le montant réglé et le reste ne font pas le total")
    if paid is None:
        paid = 0 if left is None else total_cents - abs(left)
    paid = abs(paid) if field == "paid_cents" else paid
    if total_cents and not 0 <= paid <= total_cents:
        sheet.refuse(field, f"le montant dépasse le total de {french_euros(total_cents)}")
    return paid


_LINES_FILE = "fichier des lignes"
_EURO = ("", "EUR", "€", "EURO", "EUROS")


def _read_lines(data: bytes) -> dict[str, dict[int, _Line]]:
    """Read the second file: lines by invoice number."""
    try:
        sheet = Sheet(read_table(data), LINE_COLUMNS, _LINES_FILE)
        for field in ("number", "description", "vat_rate_bp"):
            sheet.header.require(LINE_COLUMNS, field)
        sheet.header.require(LINE_COLUMNS, "net_cents", "unit_price_e6")
    except InvoiceFileError as error:
        raise InvoiceFileError(f"{_LINES_FILE} : {error.reason}", error.line, error.column) from error
    lines_of: dict[str, dict[int, _Line]] = {}
    for line in sheet.lines():
        number = sheet.required("number")
        rows = lines_of.setdefault(number, {})
        row = _invoice_line(sheet, len(rows) + 1)
        if row.position in rows:
            sheet.refuse("position", f"la facture « {number} » a deux lignes {row.position}")
        rows[row.position] = _Line(line, row)
    sheet.raise_problems()
    return lines_of


def _invoice_line(sheet: Sheet, position: int) -> InvoiceLineRow:
    """Read one line; the net or the unit price is computed where it is not given."""
    quantity_e4 = sheet.read("quantity_e4", parse_quantity, 10_000)
    price_e6 = sheet.read("unit_price_e6", parse_unit_price, None)
    net_cents = sheet.read("net_cents", parse_amount, None)
    rate_bp = sheet.read_required("vat_rate_bp", parse_rate, 0)
    if net_cents is None and price_e6 is None:
        sheet.required("net_cents" if "net_cents" in sheet.header.places else "unit_price_e6")
    if net_cents is None:
        net_cents = half_up(quantity_e4 * (price_e6 or 0), 10**8)
    if price_e6 is None:
        price_e6 = half_up(net_cents * 10**8 * (1 if quantity_e4 > 0 else -1), abs(quantity_e4) or 1)
    return InvoiceLineRow(
        position=sheet.read("position", parse_count, position),
        description=sheet.required("description"),
        quantity_e4=quantity_e4,
        unit_price_e6=price_e6,
        vat_rate_bp=rate_bp,
        net_cents=net_cents,
    )
