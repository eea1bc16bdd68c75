"""A spreadsheet read to its end: the rows that can be kept, and all that is wrong with the others.

`spreadsheet.py` refuses a file whole; here a person looks at it first, says what each column is, and leaves rows out.
What a cell means is the same.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import xlsxwriter

from quittance.formats.cells import Sheet
from quittance.formats.columns import (
    CUSTOMER_COLUMNS,
    INVOICE_COLUMNS,
    Column,
    Header,
    chosen_header,
    proposed_header,
)
from quittance.formats.errors import InvoiceFileError
from quittance.formats.invoice_rows import CustomerRow, InvoiceRow
from quittance.formats.spreadsheet import (
    customer_rows,
    invoice_rows,
    lacking_customer_columns,
    lacking_invoice_columns,
    require_customer_columns,
    require_invoice_columns,
)
from quittance.formats.tables import Row, read_table

_EXAMPLE_ROWS = 50  # where the example of a column is looked for
_LONGEST_EXAMPLE = 60
_WIDTH = 18
TO_CORRECT = "À corriger"

RowT = TypeVar("RowT", CustomerRow, InvoiceRow)


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of a file: where it stands (0-based), its title, what it holds, and the field it becomes (or none)."""

    place: int
    title: str
    example: str
    field: str


@dataclass(frozen=True, slots=True)
class Sifted(Generic[RowT]):
    """A file after reading. `missing` says in French which columns must still be chosen; then there are no rows.

    `lacking`: the fields that no column gives yet; of several together, one is enough.
    """

    columns: tuple[ColumnSeen, ...]
    table: tuple[Row, ...]  # the rows under the titles, as they are written
    rows: tuple[RowT, ...]
    problems: tuple[InvoiceFileError, ...]  # the first ones, by line
    wrong_lines: frozenset[int]
    missing: str = ""
    lacking: tuple[tuple[str, ...], ...] = ()


def sift_customers(
    data: bytes, *, file_name: str = "", chosen: Mapping[int, str] | None = None
) -> Sifted[CustomerRow]:
    """Read customers row by row. `chosen`: the field of each column, by its place; else its title says it.

    Refusal: `InvoiceFileError`, for what is no table at all.
    """
    table = read_table(data, file_name=file_name)
    found = _sift(table, CUSTOMER_COLUMNS, chosen, require_customer_columns, customer_rows)
    return replace(found, lacking=tuple(lacking_customer_columns(_fields(found.columns))))


def sift_invoices(
    data: bytes, *, file_name: str = "", chosen: Mapping[int, str] | None = None
) -> Sifted[InvoiceRow]:
    """Read invoices row by row, without a file of lines. As `sift_customers`."""
    table = read_table(data, file_name=file_name)
    found = _sift(
        table, INVOICE_COLUMNS, chosen, require_invoice_columns, lambda sheet: invoice_rows(sheet, {})
    )
    return replace(found, lacking=tuple(lacking_invoice_columns(_fields(found.columns))))


def _fields(columns: Iterable[ColumnSeen]) -> list[str]:
    return [column.field for column in columns if column.field]


def _sift(
    table: tuple[Row, ...],
    columns: tuple[Column, ...],
    chosen: Mapping[int, str] | None,
    require: Callable[[Header], None],
    read: Callable[[Sheet], list[RowT]],
) -> Sifted[RowT]:
    header = proposed_header(table, columns)
    under = table[header.row + 1 :]
    try:
        if chosen is not None:
            header = chosen_header(table, columns, chosen)
        require(header)
    except InvoiceFileError as missing:
        fields = chosen if chosen is not None else _by_place(header)
        seen = _columns_seen(table[header.row], under, fields)
        return Sifted(seen, under, (), (), frozenset(), missing.reason)
    sheet = Sheet(table, columns, header=header)
    rows = read(sheet)
    return Sifted(
        columns=_columns_seen(table[header.row], under, _by_place(header)),
        table=under,
        rows=tuple(row for row in rows if row.line not in sheet.wrong_lines),
        problems=tuple(sorted(sheet.problems, key=lambda problem: problem.line)),
        wrong_lines=frozenset(sheet.wrong_lines),
    )


def _by_place(header: Header) -> dict[int, str]:
    return {place: field for field, place in header.places.items()}


def _columns_seen(titles: Row, under: Sequence[Row], fields: Mapping[int, str]) -> tuple[ColumnSeen, ...]:
    """Describe each column that has a title or holds something."""
    sample = under[:_EXAMPLE_ROWS]
    width = max((len(row.cells) for row in (titles, *sample)), default=0)
    seen = []
    for place in range(width):
        title = titles.cells[place] if place < len(titles.cells) else ""
        example = next(
            (row.cells[place] for row in sample if place < len(row.cells) and row.cells[place]), ""
        )
        if title or example:
            seen.append(ColumnSeen(place, title, example[:_LONGEST_EXAMPLE], fields.get(place, "")))
    return tuple(seen)


def rows_to_correct(
    columns: Sequence[ColumnSeen], table: Iterable[Row], reasons: Mapping[int, Sequence[str]]
) -> bytes:
    """Write the rows left out as an XLSX with the titles of the file, and why in a last column; text stays text."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = workbook.add_worksheet(TO_CORRECT)
    bold, warned = workbook.add_format({"bold": True}), workbook.add_format({"font_color": "#b42318"})
    places = [column.place for column in columns]
    for rank, column in enumerate(columns):
        sheet.write_string(0, rank, column.title, bold)
    sheet.write_string(0, len(places), TO_CORRECT, bold)
    sheet.set_column(0, len(places) - 1, _WIDTH)
    sheet.set_column(len(places), len(places), 4 * _WIDTH)
    left = (row for row in table if row.line in reasons)
    for line, row in enumerate(left, 1):
        for rank, place in enumerate(places):
            if place < len(row.cells) and row.cells[place]:
                sheet.write_string(line, rank, row.cells[place])
        sheet.write_string(line, len(places), " ; ".join(reasons[row.line]), warned)
    sheet.freeze_panes(1, 0)
    workbook.close()
    return file.getvalue()
