"""The accounting file every French business can export (FEC, LPF A47 A-1): its lines, read and checked."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from quittance.domain.money import french_euros
from quittance.formats.errors import FecError

MAX_FEC_BYTES = 300 * 1024 * 1024
MAX_FEC_LINES = 2_000_000
MAX_PROBLEMS = 20
COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
_AMOUNT = re.compile(r"([+-]?)(\d{1,13})(?:[.,](\d{1,2}))?")
_DATE = re.compile(r"\d{8}")
_ACCOUNT = re.compile(r"\d{3}[0-9A-Za-z]*")
_FILE_NAME = re.compile(r"(\d{9})FEC(\d{8})(?:\D.*)?", re.IGNORECASE)
_SIGNS = {"D": 1, "+1": 1, "1": 1, "C": -1, "-1": -1}


@dataclass(frozen=True, slots=True)
class FecLine:
    """One line of an entry. Texts are stripped, inner runs of spaces are one space."""

    line: int  # 1-based in the file, the header is line 1
    journal: str
    journal_name: str
    entry: str  # EcritureNum: unique in its journal
    entry_on: date
    account: str
    account_name: str
    auxiliary: str
    auxiliary_name: str
    piece: str
    piece_on: date | None
    label: str
    amount_cents: int  # debit > 0, credit < 0
    letter: str


@dataclass(frozen=True, slots=True)
class Fec:
    """The lines of one file, in its order; SIREN and closing day where its name says them."""

    lines: tuple[FecLine, ...]
    siren: str = ""
    closed_on: date | None = None


def read_fec(data: bytes, *, file_name: str = "") -> Fec:
    """Read and check a FEC: UTF-8, Windows-1252 or ISO 8859-15, tab or `|`, Debit and Credit or Montant and
    Sens. Amounts have a decimal comma (a point is taken too: with two decimals it has one meaning) and no
    thousands separator; dates are AAAAMMJJ; each entry balances. Raises `FecError`, which lists up to 20
    problems.
    """
    if not data.strip():
        raise FecError("le fichier est vide. Exportez-le à nouveau depuis votre logiciel comptable")
    if len(data) > MAX_FEC_BYTES:
        raise FecError(
            f"le fichier dépasse {MAX_FEC_BYTES // 1024 // 1024} Mo. Exportez un exercice à la fois"
        )
    texts = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(texts) > MAX_FEC_LINES:
        raise FecError(f"plus de {MAX_FEC_LINES} lignes. Exportez un exercice à la fois")
    header = _Header(texts[0])
    lines: list[FecLine] = []
    problems: list[FecError] = []
    for number, text in enumerate(texts[1:], 2):
        if not text.strip(" \t|\x1a"):
            continue
        try:
            lines.append(header.read(number, text))
        except FecError as error:
            problems.append(error)
            if len(problems) == MAX_PROBLEMS:
                break
    if not lines and not problems:
        raise FecError("le fichier ne contient aucune écriture. Exportez-le à nouveau")
    problems = problems or list(_unbalanced(lines))
    if problems:
        first, *others = problems
        raise FecError(first.reason, first.line, first.column, tuple(others[: MAX_PROBLEMS - 1]))
    siren, closed_on = _named(file_name)
    return Fec(tuple(lines), siren, closed_on)


def _named(file_name: str) -> tuple[str, date | None]:
    """SIREN and closing day, from a name such as 732829320FEC20261231.txt."""
    found = _FILE_NAME.fullmatch(file_name.rpartition("/")[2])
    if not found:
        return "", None
    try:
        return found[1], _date(found[2])
    except ValueError:
        return found[1], None


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        windows = any(0x80 <= byte <= 0x9F for byte in set(data))  # printable in Windows-1252 only
        text = data.decode("cp1252" if windows else "iso8859-15", errors="replace")
    if "\x00" in text or "\ufffd" in text:
        raise FecError("les accents ne se lisent pas. Enregistrez le fichier en UTF-8 ou en ISO 8859-15")
    return text


class _Header:
    """Where each column stands, and how a line under it is read."""

    def __init__(self, text: str) -> None:
        self._separator = max("\t|", key=text.count)
        self._titles = [title.strip().strip('"') for title in text.split(self._separator)]
        places = {title.lower(): place for place, title in enumerate(self._titles)}
        self._signed = "montant" in places and "sens" in places
        replaced = {"Debit": "Montant", "Credit": "Sens"} if self._signed else {}
        wanted = [replaced.get(column, column) for column in COLUMNS]
        missing = [title for title in wanted if title.lower() not in places]
        if missing:
            raise FecError(
                f"la colonne « {missing[0]} » manque : ce n'est pas un FEC. "
                f"Colonnes trouvées : {', '.join(self._titles)[:300]}",
                1,
            )
        if len(places) != len(self._titles):
            raise FecError("deux colonnes portent le même titre", 1)
        self._places = [places[title.lower()] for title in wanted]
        self._wanted = wanted

    def read(self, number: int, text: str) -> FecLine:
        cells = text.split(self._separator)
        if len(cells) != len(self._titles):
            raise FecError(
                f"{len(cells)} colonnes au lieu de {len(self._titles)} : "
                "un libellé contient sans doute le séparateur",
                number,
            )
        (journal, journal_name, entry, entry_on, account, account_name, auxiliary, auxiliary_name, piece) = (
            _clean(cells[place]) for place in self._places[:9]
        )
        if not entry:
            raise FecError("le numéro d'écriture manque", number, "EcritureNum")
        if not _ACCOUNT.fullmatch(account):
            raise FecError(f"« {account} » n'est pas un numéro de compte", number, "CompteNum")
        written_on = self._date(cells, 3, entry_on, number)
        if written_on is None:
            raise FecError("la date de l'écriture manque", number, "EcritureDate")
        return FecLine(
            line=number,
            journal=journal,
            journal_name=journal_name,
            entry=entry,
            entry_on=written_on,
            account=account,
            account_name=account_name,
            auxiliary=auxiliary,
            auxiliary_name=auxiliary_name,
            piece=piece,
            piece_on=self._date(cells, 9, cells[self._places[9]].strip(), number),
            label=_clean(cells[self._places[10]]),
            amount_cents=self._amount(cells, number),
            letter=_clean(cells[self._places[13]]),
        )

    def _date(self, cells: list[str], rank: int, text: str, number: int) -> date | None:
        if not text:
            return None
        try:
            return _date(text)
        except ValueError as error:
            reason = f"« {text} » n'est pas une date. Écrivez-la ainsi : 20261231"
            raise FecError(reason, number, self._wanted[rank]) from error

    def _amount(self, cells: list[str], number: int) -> int:
        first, second = (cells[place].strip() for place in self._places[11:13])
        if self._signed:
            if second not in _SIGNS:
                raise FecError(f"« {second} » n'est pas un sens : D ou C", number, "Sens")
            return _SIGNS[second] * self._cents(first, 11, number)
        return self._cents(first, 11, number) - self._cents(second, 12, number)

    def _cents(self, text: str, rank: int, number: int) -> int:
        if not text:
            return 0
        found = _AMOUNT.fullmatch(text)
        if not found:
            reason = f"« {text} » n'est pas un montant. Écrivez-le ainsi : 1234,50, sans espace"
            raise FecError(reason, number, self._wanted[rank])
        sign, whole, decimals = found.groups(default="")
        cents = int(whole) * 100 + int((decimals + "00")[:2])
        return -cents if sign == "-" else cents


def _clean(text: str) -> str:
    text = text.strip()
    return " ".join(text.split()) if "  " in text else text


@lru_cache(maxsize=4096)
def _date(text: str) -> date:
    if not _DATE.fullmatch(text) or not text.isascii():
        raise ValueError(text)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _unbalanced(lines: list[FecLine]) -> Iterator[FecError]:
    """Name each entry whose debits and credits differ. Some software numbers again every month: the day is
    part of the entry.
    """
    sums: defaultdict[tuple[str, str, date], int] = defaultdict(int)
    first_lines: dict[tuple[str, str, date], int] = {}
    for line in lines:
        entry = (line.journal, line.entry, line.entry_on)
        sums[entry] += line.amount_cents
        first_lines.setdefault(entry, line.line)
    for entry, total in sums.items():
        if total:
            side = "débit" if total > 0 else "crédit"
            reason = (
                f"l'écriture {entry[1]} du journal {entry[0]} n'est pas équilibrée : "
                f"{french_euros(abs(total))} de trop au {side}"
            )
            yield FecError(reason, first_lines[entry], "EcritureNum")
