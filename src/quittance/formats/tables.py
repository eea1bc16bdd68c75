"""CSV and XLSX files as rows of text with their line numbers: the one way in for everything a spreadsheet
holds. Dates become `2026-12-31`, numbers plain digits with a point; what they mean is the caller's business.
"""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from quittance.formats.errors import InvoiceFileError

MAX_TABLE_BYTES = 50 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_MEMBERS = 1_000
MAX_ROWS = 500_000
MAX_COLUMNS = 300
MAX_CELL_CHARACTERS = 10_000
DELIMITERS = (";", "\t", ",", "|")
ERROR_CELLS = frozenset(
    {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel files, and the envelope of encrypted new ones
_CELL_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d{1,9})["']""")
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*)["']e["']""")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty. `line` is where it begins in the file, 1-based; cells are stripped."""

    line: int
    cells: tuple[str, ...]


def read_table(data: bytes, *, file_name: str = "") -> tuple[Row, ...]:
    """Read a CSV (UTF-8, UTF-16 or Windows-1252; `;`, tab, `,` or `|`, found by content) or an XLSX (its
    first visible sheet that is not empty). Raises `InvoiceFileError` for what is neither, broken, protected
    or too large.
    """
    if not data.strip():
        raise InvoiceFileError(
            f"le fichier {_quoted(file_name)}est vide. Exportez-le à nouveau depuis votre logiciel"
        )
    if len(data) > MAX_TABLE_BYTES:
        limit = f"{MAX_TABLE_BYTES // 1024 // 1024} Mo"
        raise InvoiceFileError(f"le fichier {_quoted(file_name)}dépasse {limit}. Découpez-le par mois")
    if data.startswith(_OLE2):
        raise _old_or_protected(data, file_name)
    rows = tuple(
        _xlsx_rows(data, file_name) if data.startswith(b"PK\x03\x04") else _csv_rows(data, file_name)
    )
    if not rows:
        raise InvoiceFileError(
            f"le fichier {_quoted(file_name)}ne contient aucune ligne. Exportez-le à nouveau"
        )
    return rows


def _quoted(file_name: str) -> str:
    return f"« {file_name} » " if file_name else ""


def _row(line: int, cells: list[str]) -> Row | None:
    """Keep a row that says something, within the limits."""
    stripped = tuple([cell.strip() for cell in cells])
    if not any(stripped):
        return None
    if len(stripped) > MAX_COLUMNS:
        raise InvoiceFileError(f"plus de {MAX_COLUMNS} colonnes", line)
    if sum(map(len, stripped)) > MAX_CELL_CHARACTERS and max(map(len, stripped)) > MAX_CELL_CHARACTERS:
        raise InvoiceFileError(f"une case dépasse {MAX_CELL_CHARACTERS} caractères", line)
    return Row(line, stripped)


def _limited(rows: Iterator[Row | None]) -> Iterator[Row]:
    """Drop empty rows, stop at too many."""
    count = 0
    for row in rows:
        if row is not None:
            count += 1
            if count > MAX_ROWS:
                raise InvoiceFileError(f"plus de {MAX_ROWS} lignes. Découpez le fichier par mois")
            yield row


# --- CSV


def _csv_rows(data: bytes, file_name: str) -> Iterator[Row]:
    text = decoded(data, file_name)
    return _limited(_csv_records(text, delimiter_of(text)))


def decoded(data: bytes, file_name: str = "") -> str:
    """Decode a text file: by its mark where it has one, else UTF-8, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvoiceFileError(
        f"les accents du fichier {_quoted(file_name)}ne se lisent pas, ou ce n'est pas un fichier texte. "
        "Enregistrez-le en UTF-8 ou en Windows-1252"
    )


def delimiter_of(text: str) -> str:
    """Find what separates the columns: the mark that cuts most of the first lines into the same, largest
    number of columns.
    """

    def regularity(delimiter: str) -> int:
        widths: Counter[int] = Counter()
        try:
            for _, cells in zip(range(20), _csv_cells(text[:200_000], delimiter), strict=False):
                widths[len(cells[1])] += 1
        except csv.Error:
            pass  # the sample may cut a quoted cell; what was counted before still tells
        width, count = max(
            widths.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]), default=(1, 0)
        )
        return count * (width - 1)

    return max(DELIMITERS, key=regularity)


def _csv_cells(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _csv_records(text: str, delimiter: str) -> Iterator[Row | None]:
    line = 0
    try:
        for line, cells in _csv_cells(text, delimiter):
            yield _row(line, cells)
    except csv.Error as error:
        raise InvoiceFileError(
            "des guillemets ouverts ne sont pas refermés, ou ce n'est pas du texte. Corrigez cette ligne",
            line + 1,
        ) from error


# --- XLSX


def _old_or_protected(data: bytes, file_name: str) -> InvoiceFileError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return InvoiceFileError(
            f"le fichier {_quoted(file_name)}est protégé par un mot de passe. Enregistrez-le sans"
        )
    return InvoiceFileError(
        f"le fichier {_quoted(file_name)}est un ancien format Excel. Enregistrez-le au format .xlsx ou .csv"
    )


def _xlsx_rows(data: bytes, file_name: str) -> Iterator[Row]:
    broken = InvoiceFileError(
        f"le fichier {_quoted(file_name)}est abîmé ou n'est pas un classeur .xlsx. Enregistrez-le à nouveau"
    )
    try:
        checked = _checked_workbook(data)
        if checked is None:
            raise broken
        workbook = CalamineWorkbook.from_filelike(checked)
        for sheet in workbook.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            grid = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            rows = list(
                _limited(
                    _row(line, [_cell_text(cell) for cell in cells]) for line, cells in enumerate(grid, 1)
                )
            )
            if rows:
                return iter(rows)
    except (CalamineError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise broken from error
    except RuntimeError as error:  # zipfile's way to say that a member is encrypted
        raise InvoiceFileError(
            f"le fichier {_quoted(file_name)}est protégé par un mot de passe. Enregistrez-le sans"
        ) from error
    return iter(())


def _checked_workbook(data: bytes) -> io.BytesIO | None:
    """Unpack the archive within limits and pack it again, plain: the reader then sees only checked bytes.

    A few bytes can declare gigabytes (zip bomb), or one cell in the last row and column, for which the reader
    would reserve the whole rectangle. Error cells become text, because the reader shows them as empty and a
    broken formula must not pass for nothing. None where it is not a workbook.
    """
    plain = io.BytesIO()
    left = MAX_UNPACKED_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(plain, "w") as copy:
        members = archive.infolist()
        names = {member.filename for member in members}
        if "xl/workbook.xml" not in names or len(names) != len(members) or len(members) > MAX_MEMBERS:
            return None
        if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
            return None
        for member in members:
            with archive.open(member) as stream:
                content = stream.read(left + 1)
            left -= len(content)
            if left < 0:
                limit = f"{MAX_UNPACKED_BYTES // 1024 // 1024} Mo"
                raise InvoiceFileError(
                    f"une fois décompressé, le classeur dépasse {limit}. Découpez-le par mois"
                )
            if member.filename.endswith((".xml", ".rels")):
                if b"\x00" in content or b"<!DOCTYPE" in content:
                    return None
                _check_extent(content)
                content = _ERROR_CELL.sub(rb'\1"str"', content)
            copy.writestr(zipfile.ZipInfo(member.filename), content)
    plain.seek(0)
    return plain


def _check_extent(xml: bytes) -> None:
    for found in _CELL_PLACE.finditer(xml):
        letters, row = found.groups()
        if int(row) > MAX_ROWS:
            raise InvoiceFileError(f"plus de {MAX_ROWS} lignes. Découpez le fichier par mois", int(row))
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        if column > MAX_COLUMNS:
            raise InvoiceFileError(f"plus de {MAX_COLUMNS} colonnes", int(row))


def _cell_text(cell: object) -> str:
    """Write a cell as text. Numbers with the 15 digits that Excel shows, not the noise behind them."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(f"{cell:.15g}"), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
