"""What a cell says: a date, an amount, a rate, a choice; or a problem that names line and column."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import TypeVar

from quittance.domain.calendar import MONTHS
from quittance.domain.identifiers import Checked, check_iban, check_siren, check_siret, check_vat
from quittance.domain.money import NotAnAmount, parse_cents, plain_euros
from quittance.formats.columns import CHOICES, Column, Header, column_key, find_header
from quittance.formats.errors import InvoiceFileError
from quittance.formats.tables import ERROR_CELLS, Row

MAX_PROBLEMS = 20
MAX_KEPT_PROBLEMS = (
    2_000  # of a file read to its end: the rows are counted beyond, their problems are not told
)
MAX_AMOUNT_CENTS = 10**13  # a hundred billion euros: beyond, a column was taken for another
FIRST_YEAR, LAST_YEAR = 1990, 2099
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
_ISO_DATE = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_TIME}")
_FRENCH_DATE = re.compile(rf"(\d{{1,2}})[/.\-](\d{{1,2}})[/.\-](\d{{4}}|\d{{2}}){_TIME}")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DECIMAL = re.compile(r"[+\-\u2212]?\d+(?:[.,]\d+)?")
_FLOAT_NOISE = re.compile(r"(-?\d{1,15})\.(\d{2})(\d{3,})")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_VAT_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9]{2,13}")
_TOTAL_ROW = re.compile(r"(sous )?(total|totaux)( general| generaux)?( ttc| ht)?")
# What mail servers take without extensions (RFC 5321, 4.1.2): one that cannot be written to is refused here.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+"
)

# Excel shows 20 % and stores 0.2: only the French rates are read so, anything else must be written in full.
_STORED_PERCENT = {"0.2": 2000, "0.1": 1000, "0.055": 550, "0.085": 850, "0.021": 210}
Value = TypeVar("Value")


class NotReadable(ValueError):
    """The cell does not hold what its column promises; the message is French, without a final full stop."""


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date:
    """Read `31/12/2026`, `31.12.26`, `2026-12-31` or `20261231`, with or without a time behind."""
    if found := _ISO_DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _FRENCH_DATE.fullmatch(text):
        day, month, year = map(int, found.groups())
        year += 2000 if year < 100 else 0
    else:
        raise NotReadable(f"« {text} » n'est pas une date. Écrivez-la ainsi : 31/12/2026")
    try:
        read = date(year, month, day)
    except ValueError as error:
        raise NotReadable(f"« {text} » n'est pas une date{_why_no_day(year, month, day)}") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotReadable(f"l'année de « {text} » n'est pas entre {FIRST_YEAR} et {LAST_YEAR}")
    return read


def _why_no_day(year: int, month: int, day: int) -> str:
    """Say how long a month is where a day is beyond it; else how a date is written."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 29 <= day <= 31):
        return ". Écrivez-la ainsi : 31/12/2026"
    return f" : {MONTHS[month - 1]} {year} a {monthrange(year, month)[1]} jours"


def parse_amount(text: str) -> int:
    """Read an amount in euros as cents. The noise behind a computed cell (`372.00000001`) is dropped where it is
    less than a hundredth of a cent.
    """
    try:
        cents = parse_cents(_FLOAT_NOISE.sub(_to_the_cent, text))
    except NotAnAmount as error:
        raise NotReadable(str(error).rstrip(".")) from error
    if abs(cents) > MAX_AMOUNT_CENTS:
        raise NotReadable(f"« {text} » est trop grand pour un montant")
    return cents


def _to_the_cent(computed: re.Match[str]) -> str:
    whole, decimals, noise = computed.groups()
    cents = int(whole.lstrip("-") + decimals)
    if noise.startswith("00"):
        near = cents
    elif noise.startswith("99"):
        near = cents + 1
    else:
        return computed[0]
    return f"{'-' if whole.startswith('-') else ''}{plain_euros(near)}"


def parse_paid(text: str, total_cents: int) -> int:
    """Read what was paid: an amount, or `oui` for the whole total, `non` for nothing."""
    whole = {"oui": total_cents, "non": 0}
    return whole[text.casefold()] if text.casefold() in whole else parse_amount(text)


def parse_scaled(text: str, decimals: int) -> int:
    """Read a decimal number as a whole number of its last decimal: `1,5` with 4 decimals is 15000."""
    compact = _SPACES.sub("", text).removesuffix("€")
    if not _DECIMAL.fullmatch(compact) or len(compact) > 20:
        raise NotReadable(f"« {text} » n'est pas un nombre. Écrivez-le ainsi : 1 234,56")
    whole, _, fraction = compact.lstrip("+-\u2212").replace(",", ".").partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise NotReadable(f"« {text} » a plus de {decimals} décimales")
    scaled: int = int(whole) * 10**decimals + int(fraction.ljust(decimals, "0") or "0")
    return -scaled if compact[0] in "-\u2212" else scaled


def parse_quantity(text: str) -> int:
    """Read a quantity in ten-thousandths."""
    return parse_scaled(text, 4)


def parse_unit_price(text: str) -> int:
    """Read a price in millionths of a euro."""
    return parse_scaled(text, 6)


@lru_cache(maxsize=256)
def parse_rate(text: str) -> int:
    """Read a rate in basis points: `20`, `5,5 %`, or a percentage as Excel stores it."""
    if text in _STORED_PERCENT:
        return _STORED_PERCENT[text]
    rate_bp = parse_scaled(text.removesuffix("%"), 2)
    if not 0 <= rate_bp <= 10_000:
        raise NotReadable(f"« {text} » n'est pas un taux de TVA. Écrivez-le ainsi : 20 %")
    return rate_bp


def parse_count(text: str) -> int:
    """Read a whole number from 1 to a million."""
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) == 0:
        raise NotReadable(f"« {text} » n'est pas un numéro de ligne")
    return int(text)


def parse_siren(text: str) -> str:
    """Read a SIREN, or the SIREN of a SIRET; the key is checked."""
    digits = _SPACES.sub("", text).replace(".", "")
    checked = check_siret(digits) if len(digits) == 14 else check_siren(digits)
    return _valid(checked)[:9]


def parse_vat_number(text: str) -> str:
    """Read a VAT number, without spaces. The key of a French one is checked."""
    compact = _SPACES.sub("", text).upper()
    if compact.startswith("FR"):
        return _valid(check_vat(compact))
    if not _VAT_NUMBER.fullmatch(compact):
        raise NotReadable(f"« {text} » n'est pas un numéro de TVA : deux lettres, puis chiffres ou lettres")
    return compact


def parse_iban(text: str) -> str:
    """Read an IBAN, without spaces; the key is checked."""
    return _valid(check_iban(text))


def _valid(checked: Checked) -> str:
    if not checked.valid:
        raise NotReadable(checked.reason.rstrip("."))
    return checked.value


def parse_email(text: str) -> str:
    """Read one e-mail address."""
    if not _EMAIL.fullmatch(text):
        raise NotReadable(f"cette adresse n'est pas complète ou a des lettres accentuées : {text}")
    return text


class Sheet:
    """The rows under a header, read cell by cell. Problems add up, at most `MAX_PROBLEMS`, and are raised
    together: the file is then refused whole. With a `header` given, the file is read to its end instead:
    `problems` says what is wrong, `wrong_lines` where.
    """

    def __init__(
        self,
        rows: tuple[Row, ...],
        columns: tuple[Column, ...],
        file_label: str = "",
        header: Header | None = None,
    ) -> None:
        self.header: Header = header or find_header(rows, columns)
        self.line = 0
        self._rows = rows[self.header.row + 1 :]
        self.problems: list[InvoiceFileError] = []
        self.wrong_lines: set[int] = set()
        self._to_the_end = header is not None
        self._labels = {column.field: column.label for column in columns} | self.header.titles
        self._longest = {column.field: column.longest for column in columns}
        self._places = self.header.places
        self._cells: tuple[str, ...] = ()
        self._file_label = file_label
        self._total_line = 0  # a row that was told to be a total: its other problems say nothing more

    def lines(self) -> Iterator[int]:
        """Go through the rows; the readings below are those of the row reached."""
        for row in self._rows:
            self.line, self._cells = row.line, row.cells
            yield row.line

    def refuse(self, field: str, reason: str, line: int = 0) -> None:
        """Note a problem of the present row (or of `line`)."""
        if self._total_line and (line or self.line) == self._total_line:
            return
        self.wrong_lines.add(line or self.line)
        if self._to_the_end and len(self.problems) == MAX_KEPT_PROBLEMS:
            return
        prefix = f"{self._file_label} : " if self._file_label else ""
        self.problems.append(
            InvoiceFileError(
                prefix + reason,
                line or self.line,
                self._labels[field] if field else "",
                written="" if line else self._written(field),
            )
        )
        if not self._to_the_end and len(self.problems) == MAX_PROBLEMS:
            self.raise_problems()

    def _written(self, field: str) -> str:
        place = self._places.get(field, len(self._cells))
        return self._cells[place] if place < len(self._cells) else ""

    def refuse_empty(self, field: str) -> None:
        """Note that a cell which must say something is empty; a row of totals is told as such."""
        if any(_TOTAL_ROW.fullmatch(column_key(cell)) for cell in self._cells):
            self.refuse("", "ligne de total ? Supprimez-la du fichier")
            self._total_line = self.line
        else:
            self.refuse(field, "la case est vide, cette information est nécessaire")

    def raise_problems(self) -> None:
        """Refuse the file if anything was noted."""
        if self.problems:
            first, *others = self.problems
            raise InvoiceFileError(
                first.reason, first.line, first.column, tuple(others), first.written
            ) from None

    def text(self, field: str) -> str:
        """The cell, empty where the column or the cell is not there."""
        text = self._written(field)
        if text[:1] == "#" and text.upper() in ERROR_CELLS:
            self.refuse(field, f"la formule de cette case est en erreur ({text})")
            return ""
        if len(text) > self._longest[field]:
            self.refuse(field, f"le texte dépasse {self._longest[field]} caractères")
            return ""
        return " ".join(text.split()) if "\n" in text or "  " in text else text

    def required(self, field: str) -> str:
        """The cell, which must say something."""
        text = self.text(field)
        if not text and not self._written(field):
            self.refuse_empty(field)
        return text

    def read(self, field: str, parse: Callable[[str], Value], absent: Value) -> Value:
        """The meaning of the cell; `absent` where it is empty or refused."""
        text = self.text(field)
        if not text:
            return absent
        try:
            return parse(text)
        except NotReadable as error:
            self.refuse(field, str(error))
            return absent

    def read_required(self, field: str, parse: Callable[[str], Value], absent: Value) -> Value:
        """The meaning of a cell which must say something; `absent` where it is refused."""
        return self.read(field, parse, absent) if self.required(field) else absent

    def choice(self, field: str, choices: str, absent: str) -> str:
        """The known value that the cell names."""
        text = self.text(field)
        if not text:
            return absent
        known = CHOICES[choices]
        chosen = known.get(column_key(text))
        if chosen is None:
            names = {value: name for name, value in reversed(known.items())}
            accepted = ", ".join(reversed(names.values()))
            self.refuse(field, f"« {text} » n'est pas connu. Valeurs acceptées : {accepted}")
            return absent
        return chosen
