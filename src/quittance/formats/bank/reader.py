"""The one way in for a bank's file: the format is found in its content, never in its name."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from quittance.formats.bank import camt053, cfonb120, delimited, mt940, ofx
from quittance.formats.bank.layouts import ColumnMap
from quittance.formats.bank.statement import MAX_STATEMENT_BYTES, StatementFile
from quittance.formats.bank.text import named, refuse_nul, unknown_format
from quittance.formats.errors import StatementError

_HEAD_BYTES = 4096
_CFONB120 = re.compile(rb"0[147][0-9]{5}.{4}[0-9]{5}[A-Z ]{3}[0-9 ]")
_MT940 = re.compile(rb"(?:^|\n)(?:\{1:[^\n]*|:20:)")


class _Reader(Protocol):
    def __call__(self, data: bytes, *, file_name: str = "") -> StatementFile: ...


_READERS: Mapping[str, _Reader] = MappingProxyType(
    {
        "camt053": camt053.read,
        "cfonb120": cfonb120.read,
        "ofx": ofx.read,
        "mt940": mt940.read,
        "csv": delimited.read,
    }
)
FORMATS = tuple(_READERS)


def read_statements(
    data: bytes,
    *,
    file_name: str = "",
    format: str | None = None,  # noqa: A002
    columns: ColumnMap | None = None,
) -> StatementFile:
    """Read a bank's file, whole or not at all.

    `format` forces one of `FORMATS`; `columns` describes a CSV file and makes it one. `file_name` only serves
    the messages. Raises `StatementError`: an empty file, one above `MAX_STATEMENT_BYTES`, an unknown format,
    and whatever the reader of the format refuses, with its line, its column and the reason in French.
    """
    assert format is None or format in FORMATS
    assert columns is None or format in (None, "csv")
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        whose = f"Le fichier « {file_name} »" if file_name else "Le fichier"
        raise StatementError(f"{whose} est vide. Exportez-le à nouveau depuis votre banque ou votre logiciel")
    if len(data) > MAX_STATEMENT_BYTES:
        limit = f"{MAX_STATEMENT_BYTES // 1024 // 1024} Mo"
        raise StatementError(f"{named(file_name)} dépasse {limit}. Découpez-le par mois")
    if columns is not None:
        return delimited.read(data, file_name=file_name, columns=columns)
    return _READERS[format or _format_of(data, file_name)](data, file_name=file_name)


def _format_of(data: bytes, file_name: str) -> str:
    """Find the format by what the file begins with."""
    refuse_nul(data, file_name)
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"OFXHEADER" in head or re.search(rb"<OFX\s*>", head, re.IGNORECASE):
        return "ofx"
    if head.startswith(b"<"):
        if re.search(rb"[:<]Document\b|camt\.05[234]", head):
            return "camt053"
        raise unknown_format(file_name)
    if _CFONB120.match(head):
        return "cfonb120"
    if _MT940.search(head.replace(b"\r", b"\n")):
        return "mt940"
    return "csv"
