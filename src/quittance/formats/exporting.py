"""Tables of an export: rows of the books under French titles, values written as spreadsheets and programs read them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from quittance.domain.money import plain_euros
from quittance.formats.table_files import neutral

ROWS_AT_A_TIME = 2_000
_SCALES = {"_bp": 2, "_e4": 4, "_e6": 6}  # decimals of the whole numbers in columns that end so


class Rows(Protocol):
    """Rows that can be asked for some of their columns: a queryset."""

    def values_list(self, *columns: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an export: its file's name, and its columns: (title, column of the rows)."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Rows

    def lines(self) -> Iterator[bytes]:
        """Write it as CSV, piece by piece: `;`, decimal comma, ISO days, UTF-8 with a byte order mark."""
        titles, columns = zip(*self.columns, strict=True)
        yield b"\xef\xbb\xbf" + _written([titles])
        batch: list[list[str]] = []
        for row in self.rows.values_list(*columns).iterator(ROWS_AT_A_TIME):
            batch.append([_cell(name, value) for name, value in zip(columns, row, strict=True)])
            if len(batch) == ROWS_AT_A_TIME:
                yield _written(batch)
                batch = []
        yield _written(batch)


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cell(column: str, value: object) -> str:
    """Write a value; a text that a spreadsheet would compute gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return _number(column, value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return neutral(json.dumps(value, ensure_ascii=False, sort_keys=True)) if value else ""
    return neutral(str(value))


def _number(column: str, value: int) -> str:
    if column.endswith("_cents"):
        return plain_euros(value).replace(".", ",")
    decimals = _SCALES.get(column[-3:], 0)
    if not decimals:
        return str(value)
    whole, rest = divmod(abs(value), 10**decimals)
    return f"{'-' if value < 0 else ''}{whole},{rest:0{decimals}}"
