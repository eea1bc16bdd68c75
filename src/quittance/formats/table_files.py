"""Tables written for spreadsheets: XLSX, and CSV as French spreadsheets open it (`;`, decimal comma, UTF-8 with BOM).

A text that a spreadsheet would take for a formula is neutralised: what a customer calls itself is never computed.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

import xlsxwriter

from quittance.domain.money import plain_euros

Cell = str | int | date | None
ColumnKind = Literal["text", "cents", "day", "int"]
FileFormat = Literal["xlsx", "csv"]

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {"text": 28, "cents": 14, "day": 12, "int": 10}
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
# A workbook bears the date of its making; ours bears none of its own, so that the same rows are the same bytes.
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and what its cells hold (`cents` are written in euros)."""

    title: str
    kind: ColumnKind = "text"


def write_table(
    file_format: FileFormat, *, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
) -> bytes:
    """Write rows under their titles, one cell a column, in the asked format."""
    return _xlsx(title, columns, rows) if file_format == "xlsx" else _csv(columns, rows)


def neutral(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would compute.

    >>> neutral("=1+1"), neutral("Atelier")
    ("'=1+1", 'Atelier')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _csv(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(column.title) for column in columns])
    for row in rows:
        writer.writerow([_in_csv(column.kind, cell) for column, cell in zip(columns, row, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def _in_csv(kind: ColumnKind, cell: Cell) -> str:
    if cell is None:
        return ""
    if kind == "cents":
        assert isinstance(cell, int)
        return plain_euros(cell).replace(".", ",")
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return neutral(cell) if isinstance(cell, str) else str(cell)


def _xlsx(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bytes:
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(file, options)
    workbook.set_properties({"title": title, "created": _MADE_AT})
    sheet = workbook.add_worksheet(title.translate(_NOT_IN_SHEET_NAMES).strip()[:_LONGEST_SHEET_NAME])
    formats = {
        "cents": workbook.add_format({"num_format": "#,##0.00"}),
        "day": workbook.add_format({"num_format": "dd/mm/yyyy"}),
        "int": workbook.add_format({"num_format": "0"}),
    }
    bold = workbook.add_format({"bold": True})
    for rank, column in enumerate(columns):
        sheet.set_column(rank, rank, _WIDTHS[column.kind])
        sheet.write_string(0, rank, neutral(column.title), bold)
    sheet.freeze_panes(1, 0)
    line = 0
    for line, row in enumerate(rows, start=1):
        for rank, (column, cell) in enumerate(zip(columns, row, strict=True)):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                sheet.write_string(line, rank, neutral(cell))
            elif isinstance(cell, date):
                sheet.write_datetime(line, rank, cell, formats["day"])
            else:
                number = cell / 100 if column.kind == "cents" else cell
                sheet.write_number(line, rank, number, formats.get(column.kind))
    sheet.autofilter(0, 0, line, max(len(columns) - 1, 0))
    workbook.close()
    return file.getvalue()
