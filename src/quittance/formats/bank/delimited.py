"""CSV statements: the exports of French banks (`layouts`), plain files, or columns described by hand."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from quittance.domain.money import NotAnAmount
from quittance.formats.bank.accounts import account_number, creditor_reference_or_empty, iban_or_empty
from quittance.formats.bank.amounts import check_balance, currency_code, minor_units, shown
from quittance.formats.bank.dates import NotADate, paris_date, spreadsheet_date
from quittance.formats.bank.layouts import LAYOUTS, PLAIN_TITLES, ColumnMap, Layout
from quittance.formats.bank.statement import Statement, StatementFile, StatementLine
from quittance.formats.bank.text import decode, join_texts, reference, squeeze, unknown_format
from quittance.formats.columns import column_key
from quittance.formats.errors import StatementError

_DELIMITERS = (";", "\t", ",", "|")
_HEADER_SEARCH_LINES = 60
_HEADER_SEARCH_CHARACTERS = 20_000
_MAX_COLUMNS = 300
_EXCEL_TEXT = re.compile(r'="(.*)"')
_GROUPED = {
    ",": re.compile(r"[+\-\u2212]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?"),
    ".": re.compile(r"[+\-\u2212]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?"),
}
_TWO_WAYS = re.compile(r"[+\-\u2212]?[0-9]{1,3}[.,][0-9]{3}")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int  # where it begins
    next_line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """The row of titles, how the file is cut, what stands above."""

    layout: Layout
    delimiter: str
    row: _Row
    above: dict[str, str]
    places: dict[str, int]  # rank of each column, by the key of its title


@dataclass(slots=True)
class _Account:
    """The movements of one account in one currency, as they come."""

    number: str
    currency: str
    lines: list[StatementLine] = field(default_factory=list)
    balances: list[int | None] = field(default_factory=list)  # that each movement's row gives


def read(data: bytes, *, file_name: str = "", columns: ColumnMap | None = None) -> StatementFile:
    """Read a CSV statement: by `columns` where given, else a known bank's export, else usual titles.

    The statement adds up where the file gives enough to tell. Raises `StatementError`, also for a file whose
    row of titles is not recognised.
    """
    text = decode(data, file_name)
    lines = text.split("\n")
    header = _described(lines, columns) if columns is not None else _recognised(lines, file_name)
    accounts: dict[tuple[str, str], _Account] = {}
    position = 0
    for row in _movement_rows(lines, header):
        if not _is_booked(row, header):
            continue
        position += 1
        title = header.layout.columns.currency
        currency = currency_code(_cell(row, header, title) or "EUR", row.line, title)
        number = _cell(row, header, header.layout.columns.account)
        account = accounts.setdefault((number, currency), _Account(number, currency))
        account.lines.append(_line(row, header, position, currency))
        account.balances.append(_row_balance(row, header, currency))
    if not accounts:
        accounts["", "EUR"] = _Account("", "EUR")
    above = header.above if len(accounts) == 1 else {}
    statements = tuple(_statement(account, header, above) for account in accounts.values())
    return StatementFile(f"csv:{header.layout.name}", statements)


# --- The row of titles


def _rows(text: str, delimiter: str, first_line: int, *, strict: bool) -> Iterator[_Row]:
    """The rows that say something; cells are stripped, `="0123"` is `0123`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    line = first_line
    try:
        for cells in reader:
            stripped = tuple([_EXCEL_TEXT.sub(r"\1", cell.strip()) for cell in cells])
            next_line = first_line + reader.line_num
            if any(stripped):
                yield _Row(line, next_line, stripped)
            line = next_line
    except csv.Error as error:
        if strict:
            raise StatementError(
                "des guillemets ne sont pas refermés, ou une cellule est trop longue", line
            ) from error


def _candidates(lines: list[str], delimiter: str) -> Iterator[_Row]:
    """The rows that may be the titles: the first ones, up to where they can be cut into cells."""
    head = "\n".join(lines[:_HEADER_SEARCH_LINES])[:_HEADER_SEARCH_CHARACTERS]
    return _rows(head, delimiter, 1, strict=False)


def _recognised(lines: list[str], file_name: str) -> _Header:
    """Find the row of titles of a bank's export, else of a plain file."""
    partial: tuple[int, str, _Row] | None = None
    plain: _Header | None = None
    for delimiter in _DELIMITERS:
        for row in _candidates(lines, delimiter):
            keys = tuple(column_key(cell) for cell in row.cells[:_MAX_COLUMNS])
            header = _of_a_bank(keys, row, delimiter, lines)
            if header is not None:
                return header
            found = _usual_titles(keys, row)
            missing = _missing_field(found)
            if not missing and plain is None:
                columns = ColumnMap(**found)  # type: ignore[arg-type]  # only fields that are one title
                plain = _header(Layout("plain", columns), delimiter, row, {})
            elif missing and len(found) > (partial[0] if partial else 1):
                partial = (len(found), missing, row)
    if plain is not None:
        return plain
    if partial is not None:
        raise _missing_column(partial[1], partial[2])
    raise unknown_format(file_name)


def _of_a_bank(keys: tuple[str, ...], row: _Row, delimiter: str, lines: list[str]) -> _Header | None:
    for layout in LAYOUTS:
        if delimiter == layout.columns.delimiter and all(
            column_key(title) in keys for title in layout.titles
        ):
            above = _above(layout, "\n".join(lines[: row.line - 1]))
            if above is not None:
                return _header(layout, delimiter, row, above)
    return None


def _usual_titles(keys: tuple[str, ...], row: _Row) -> dict[str, str]:
    """Which column holds what, by the titles that plain files use."""
    found = {}
    for field_name, names in PLAIN_TITLES.items():
        key = next((name for name in names if name in keys), None)
        if key is not None:
            found[field_name] = row.cells[keys.index(key)]
    return found


def _missing_field(found: dict[str, str]) -> str:
    """The French name of the first column that is missing, or nothing."""
    for field_name, name in (("date", "date"), ("label", "libellé")):
        if field_name not in found:
            return name
    if "amount" in found or ("debit" in found and "credit" in found):
        return ""
    if "debit" in found:
        return "crédit"
    return "débit" if "credit" in found else "montant"


def _described(lines: list[str], columns: ColumnMap) -> _Header:
    """Find the row of titles that a person described."""
    if not columns.amount and not (columns.debit and columns.credit):
        raise StatementError("Indiquez la colonne du montant, ou celles du débit et du crédit")
    best: tuple[int, str, _Row] | None = None
    for delimiter in (columns.delimiter,) if columns.delimiter else _DELIMITERS:
        for row in _candidates(lines, delimiter):
            keys = {column_key(cell) for cell in row.cells[:_MAX_COLUMNS]}
            found = sum(column_key(title) in keys for title in columns.titles)
            if found > (best[0] if best else -1):
                best = (found, delimiter, row)
    if best is None:
        raise StatementError("le fichier n'a pas de ligne de titres")
    _, delimiter, row = best
    keys = {column_key(cell) for cell in row.cells}
    for title in columns.titles:
        if column_key(title) not in keys:
            raise _missing_column(title, row)
    return _header(Layout("described", columns), delimiter, row, {})


def _missing_column(title: str, row: _Row) -> StatementError:
    found = ", ".join(cell for cell in row.cells if cell)
    return StatementError(f"La colonne « {title} » manque. Colonnes trouvées : {found}", row.line)


def _above(layout: Layout, text: str) -> dict[str, str] | None:
    """What stands above the titles; None where it is not what this bank writes there."""
    above: dict[str, str] = {}
    for pattern in layout.preamble:
        found = pattern.search(text)
        if found is None:
            return None
        above.update(found.groupdict())
    return above


def _header(layout: Layout, delimiter: str, row: _Row, above: dict[str, str]) -> _Header:
    keys = [column_key(cell) for cell in row.cells]
    places = {}
    for title in layout.titles:
        key = column_key(title)
        if keys.count(key) > 1:
            raise StatementError(f"deux colonnes portent le titre « {title} »", row.line, title)
        places[title] = keys.index(key)
    return _Header(layout, delimiter, row, above, places)


# --- The movements


def _movement_rows(lines: list[str], header: _Header) -> Iterator[_Row]:
    below = header.row.next_line
    width = len(header.row.cells)
    for row in _rows("\n".join(lines[below - 1 :]), header.delimiter, below, strict=True):
        if any(row.cells[width:]):
            raise StatementError(
                f"{len(row.cells)} cellules pour {width} colonnes : un texte ou un montant contient "
                f"« {header.delimiter} » sans guillemets",
                row.line,
            )
        yield row


def _cell(row: _Row, header: _Header, title: str) -> str:
    """The text of a column; empty where the map names none, or the row stops before it."""
    place = header.places[title] if title else len(row.cells)
    return row.cells[place] if place < len(row.cells) else ""


def _is_booked(row: _Row, header: _Header) -> bool:
    layout = header.layout
    if not layout.status:
        return True
    status = _cell(row, header, layout.status).lower()
    if status not in layout.kept | layout.left_out:
        raise StatementError(f"statut inconnu « {status} »", row.line, layout.status)
    return status in layout.kept


def _line(row: _Row, header: _Header, position: int, currency: str) -> StatementLine:
    columns = header.layout.columns

    def text(title: str) -> str:
        return squeeze(_cell(row, header, title))

    counterparty = text(columns.counterparty)
    label = join_texts(text(columns.label), *[text(title) for title in columns.further_texts])
    booked_on = _date(row, header, columns.date)
    if booked_on is None:
        raise StatementError("la date manque", row.line, columns.date)
    return StatementLine(
        position=position,
        booked_on=booked_on,
        amount_cents=_amount(row, header, currency),
        label=label or counterparty,
        value_on=_date(row, header, columns.value_date),
        bank_ref=reference(text(columns.reference)),
        counterparty_name=counterparty,
        counterparty_iban=iban_or_empty(text(columns.counterparty_iban)),
        structured_ref=creditor_reference_or_empty(text(columns.label)),
        transaction_code=text(columns.transaction_code),
        source_line=row.line,
    )


def _date(row: _Row, header: _Header, title: str) -> date | None:
    text = _cell(row, header, title)
    if not text:
        return None
    try:
        return _day(text, header.layout)
    except NotADate as error:
        raise StatementError(str(error), row.line, title) from error


def _day(text: str, layout: Layout) -> date:
    date_format = layout.columns.date_format
    if not date_format:
        return spreadsheet_date(text)
    try:
        instant = datetime.strptime(text, date_format).replace(tzinfo=UTC)
    except ValueError as error:
        raise NotADate(f"« {text[:40]} » n'est pas une date de la forme attendue") from error
    return paris_date(instant) if layout.utc else instant.date()


def _amount(row: _Row, header: _Header, currency: str) -> int:
    columns = header.layout.columns
    if columns.amount:
        return _number(row, header, columns.amount, columns.decimal, currency)
    debit, credit = _cell(row, header, columns.debit), _cell(row, header, columns.credit)
    paid_out = abs(_number(row, header, columns.debit, columns.decimal, currency)) if debit else 0
    received = _number(row, header, columns.credit, columns.decimal, currency) if credit else 0
    if not debit and not credit:
        raise StatementError("ni débit ni crédit", row.line, columns.debit)
    if paid_out and received:
        raise StatementError("à la fois un débit et un crédit", row.line, columns.credit)
    if received < 0:
        raise StatementError("un crédit négatif se lit de deux façons", row.line, columns.credit)
    return received - paid_out


def _number(row: _Row, header: _Header, title: str, decimal: str, currency: str) -> int:
    text = _cell(row, header, title)
    try:
        return _parsed(text, decimal, currency)
    except NotAnAmount as error:
        raise StatementError(str(error), row.line, title) from error


def _parsed(text: str, decimal: str, currency: str) -> int:
    """Read an amount with spaces between its thousands, or the separator that `decimal` leaves for them."""
    compact = "".join(text.split()).removesuffix("€").removesuffix(currency)
    if decimal:
        other = "." if decimal == "," else ","
        if _GROUPED[decimal].fullmatch(compact):
            compact = compact.replace(other, "")
        if other in compact:
            raise NotAnAmount(f"« {text} » n'est pas un montant")
    elif _TWO_WAYS.fullmatch(compact):
        raise NotAnAmount(f"« {text} » se lit de deux façons")
    return minor_units(compact, currency)


# --- The statement


def _row_balance(row: _Row, header: _Header, currency: str) -> int | None:
    layout = header.layout
    title = layout.account_balance or layout.columns.balance
    decimal = "" if layout.account_balance else layout.columns.decimal
    return _number(row, header, title, decimal, currency) if title and _cell(row, header, title) else None


def _statement(account: _Account, header: _Header, above: dict[str, str]) -> Statement:
    lines, currency = account.lines, account.currency
    opening, closing = _balances(account, header)
    line = header.row.line
    closing_on = from_on = to_on = None
    try:
        if "closing" in above:
            closing = _parsed(above["closing"], ",", currency)
        days = [above.get(name) for name in ("closing_on", "from_on", "to_on")]
        closing_on, from_on, to_on = (spreadsheet_date(day) if day else None for day in days)
    except (NotAnAmount, NotADate) as error:
        raise StatementError(f"au-dessus des titres, {error}", line) from error
    if "count" in above and int(above["count"]) != len(lines):
        raise StatementError(
            f"le fichier annonce {above['count']} mouvements, il en contient {len(lines)}. "
            "Téléchargez-le à nouveau",
            line,
        )
    check_balance(opening, closing, lines, currency, line)
    iban, label = account_number(account.number or above.get("account", ""))
    booked = [movement.booked_on for movement in lines]
    last = max(booked, default=None)
    return Statement(
        currency=currency,
        lines=tuple(lines),
        account_iban=iban,
        account_label=label,
        opening_cents=opening,
        closing_cents=closing,
        from_on=from_on or min(booked, default=None),
        to_on=to_on or max(filter(None, (closing_on, last)), default=None),
    )


def _balances(account: _Account, header: _Header) -> tuple[int | None, int | None]:
    """The opening and closing balances that the rows themselves give.

    A balance after each movement must follow from the one before: a row that is missing is found out.
    """
    amounts = [movement.amount_cents for movement in account.lines]
    balances = [balance for balance in account.balances if balance is not None]
    if not balances or len(balances) < len(amounts):
        return None, None
    newest_first = account.lines[0].booked_on >= account.lines[-1].booked_on
    if header.layout.account_balance:
        return None, balances[0 if newest_first else -1]
    # Both orders are tried: within one day, only the balances tell which one it is.
    down = next((n for n in range(1, len(amounts)) if balances[n - 1] - amounts[n - 1] != balances[n]), 0)
    if not down:
        return balances[-1] - amounts[-1], balances[0]
    up = next((n for n in range(1, len(amounts)) if balances[n - 1] + amounts[n] != balances[n]), 0)
    if not up:
        return balances[0] - amounts[0], balances[-1]
    wrong = down if newest_first else up
    raise StatementError(
        f"le solde {shown(balances[wrong], account.currency)} ne suit pas celui de la ligne précédente : "
        "il manque des mouvements. Téléchargez à nouveau le relevé complet",
        account.lines[wrong].source_line,
        header.layout.columns.balance,
    )
