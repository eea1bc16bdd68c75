"""Bytes to text, and the texts of one movement to one label: what every bank format needs."""

import re

from quittance.formats.errors import StatementError

NO_REFERENCE = frozenset(
    {"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NON REF", "NONE", "N/A", "EREF", "PREF"}
)
_INSEPARABLE = re.compile(r"[\w/.\-]")
_MANY_TEXTS = 40
_ENVELOPES = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")


def named(file_name: str) -> str:
    """Name the file at the beginning of a sentence."""
    return f"« {file_name} »" if file_name else "Ce fichier"


def unknown_format(file_name: str) -> StatementError:
    """Refuse what is in none of the formats."""
    return StatementError(
        f"{named(file_name)} n'est pas d'un format connu. Formats lus : CAMT.053, CFONB120, OFX, MT940, CSV. "
        "Choisissez le format ou décrivez les colonnes"
    )


def unreadable_accents(file_name: str, line: int = 0) -> StatementError:
    """Refuse a text whose encoding is not one of ours."""
    whose = f"« {file_name} »" if file_name else "ce fichier"
    return StatementError(
        f"Les accents de {whose} ne se lisent pas. Enregistrez le fichier en UTF-8 ou en Windows-1252", line
    )


def decode(data: bytes, file_name: str) -> str:
    """Decode UTF-8 (with or without its mark), else Windows-1252; every line end becomes a line feed.

    Raises `StatementError` for NUL bytes (UTF-16, or not a text) and for what neither encoding knows.
    """
    refuse_nul(data, file_name)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            last = error
    raise unreadable_accents(file_name, data.count(b"\n", 0, last.start) + 1) from last


def refuse_nul(data: bytes, file_name: str) -> None:
    """Refuse a binary file: no bank format holds a NUL byte."""
    if data.startswith(_ENVELOPES):
        raise unknown_format(file_name)
    if b"\x00" in data:
        raise unreadable_accents(file_name)


def squeeze(text: str) -> str:
    """Strip, and write each inner run of spaces and line ends as one space."""
    return " ".join(text.split())


def reference(text: str) -> str:
    """Squeeze a reference; the ways banks write that there is none (`NOTPROVIDED`, zeros) become empty."""
    squeezed = squeeze(text)
    return "" if squeezed.upper() in NO_REFERENCE or not squeezed.strip("0 .-") else squeezed


def join_texts(*texts: str) -> str:
    """Join the texts of one movement into its label, each once, in the order given.

    A text that another one holds whole, between separators, is left out: `VIR SEPA` before `VIR SEPA DUPONT`,
    but not `FA-1` before `FA-12`, which is another invoice.
    """
    distinct = list(dict.fromkeys(filter(None, map(squeeze, texts))))
    if len(distinct) == 1 or len(distinct) > _MANY_TEXTS:  # many: comparing all pairs would take too long
        return " ".join(distinct)
    return " ".join(
        text
        for text in distinct
        if not any(len(other) > len(text) and _holds(other, text) for other in distinct)
    )


def _holds(whole: str, part: str) -> bool:
    start = whole.find(part)
    if start < 0:
        return False
    end = start + len(part)
    before = start > 0 and _INSEPARABLE.match(whole[start - 1])
    after = end < len(whole) and _INSEPARABLE.match(whole[end])
    return not before and not after
