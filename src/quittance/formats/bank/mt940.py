"""MT940, the SWIFT account statement: fields `:61:` (movement) each explained by one `:86:`.

What `:86:` holds is each bank's own: `/CODE/value/` pairs, the German `?20` to `?63`, or free text. All three
are read; what is in none of the known codes stays in the label.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from quittance.domain.money import NotAnAmount
from quittance.formats.bank.accounts import account_number, creditor_reference_or_empty, iban_or_empty
from quittance.formats.bank.amounts import check_balance, currency_code, minor_units, shown
from quittance.formats.bank.dates import NotADate, civil_date
from quittance.formats.bank.statement import Statement, StatementFile, StatementLine
from quittance.formats.bank.text import decode, join_texts, named, reference, squeeze
from quittance.formats.errors import StatementError

_FIELD = re.compile(r":([0-9]{2}[A-Z]?):(.*)")
_BLOCK = re.compile(r"\{[1235]:|\{4:$|-\}")
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,15},[0-9]{0,3})")
_MOVEMENT = re.compile(
    r"([0-9]{6})([0-9]{4})?(R?[CD])[A-Z]?([0-9]{1,15},[0-9]{0,3})([A-Z][A-Z0-9]{3})([^\n]*)(?:\n(.*))?",
    re.DOTALL,
)
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1}  # a reversal of a credit takes money out
_WRAP_CHARACTERS = 65
_GERMAN_CHARACTERS = 27
_BANK_REF_CHARACTERS = 16
_GERMAN = re.compile(r"\?([0-9]{2})")
_GERMAN_KEYS = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP)\+")
_CODES = frozenset(
    (
        *("EREF", "PREF", "IREF", "KREF", "MARF", "CSID", "RTRN", "CNTP", "ORDP", "BENM", "REMI", "ULTD"),
        *("ULTC", "ULTB", "PURP", "TRTP", "IBAN", "BIC", "NAME", "ADDR", "EXCH", "CHGS", "OCMT", "TRCD"),
    )
)


class _Field(NamedTuple):
    tag: str
    text: str  # its lines joined by line feeds
    line: int


class _Details(NamedTuple):
    """What a `:86:` says."""

    texts: tuple[str, ...] = ()
    name: str = ""
    iban: str = ""
    end_to_end_id: str = ""
    structured_ref: str = ""
    return_reason: str = ""


class _Balance(NamedTuple):
    amount: int
    currency: str
    day: date
    is_page: bool  # an intermediate balance, of a page of the statement


@dataclass(slots=True)
class _OpenStatement:
    line: int
    account: str = ""
    number: str = ""
    opening: _Balance | None = None
    closing: _Balance | None = None
    closing_line: int = 0
    movements: list[tuple[_Field, str]] = field(default_factory=list)  # each :61: with its :86:
    explains: bool = False  # whether a :86: here belongs to the last movement


def read(data: bytes, *, file_name: str = "") -> StatementFile:
    """Read all statements of an MT940 file, with or without its SWIFT blocks; raises `StatementError`.

    Each message must add up; a page must begin with the balance the page before it ended with.
    """
    statements: list[Statement] = []
    position = 0
    last_page: _Balance | None = None
    for opened in _messages(_fields(decode(data, file_name))):
        if opened.opening is None or opened.closing is None:
            missing = "d'ouverture (:60F:)" if opened.opening is None else "de clôture (:62F:)"
            raise StatementError(f"le solde {missing} manque", opened.line)
        if opened.opening.is_page and last_page is not None and last_page.amount != opened.opening.amount:
            raise StatementError(
                f"la page précédente finit à {shown(last_page.amount, last_page.currency)}, celle-ci "
                f"commence à {shown(opened.opening.amount, opened.opening.currency)} : il en manque une. "
                "Téléchargez à nouveau le relevé complet",
                opened.line,
            )
        last_page = opened.closing if opened.closing.is_page else None
        statement = _statement(opened, opened.opening, opened.closing, position)
        statements.append(statement)
        position += len(statement.lines)
    if not statements:
        raise StatementError(f"{named(file_name)} ne contient aucun relevé (:20:)")
    return StatementFile("mt940", tuple(statements))


def _fields(text: str) -> Iterator[_Field]:
    """The fields with their lines; blocks around the messages and ends of message are passed over."""
    lines = text.split("\n")
    tag, content, start = "", list[str](), 0
    for number, line in enumerate(lines, 1):
        found = _FIELD.match(line)
        ends = found is not None or _BLOCK.match(line) is not None or _is_end(lines, number)
        if not ends:
            if tag:
                content.append(line)
            elif line.strip() and start:
                raise StatementError(f"« {line[:40]} » n'est dans aucun champ", number)
            continue
        if tag:
            yield _Field(tag, "\n".join(content), start)
        tag, content = "", []
        if found is not None:
            tag, content, start = found.group(1), [found.group(2)], number
    if tag:
        yield _Field(tag, "\n".join(content), start)


def _is_end(lines: list[str], number: int) -> bool:
    """Whether a line `-` ends its message: another message, or nothing, follows. Else it is wrapped text."""
    if lines[number - 1].strip() != "-":
        return False
    following = lines[number].lstrip() if number < len(lines) else ""
    return not following or following.startswith((":20:", "{", "-"))


def _messages(fields: Iterator[_Field]) -> Iterator[_OpenStatement]:
    opened: _OpenStatement | None = None
    for item in fields:
        if item.tag == "20":
            if opened is not None:
                yield opened
            opened = _OpenStatement(item.line)
        elif opened is None:
            raise StatementError(f"le champ :{item.tag}: vient avant le début du relevé (:20:)", item.line)
        elif item.tag == "86":
            if opened.explains:  # after the closing balance, it is about the whole statement
                movement, details = opened.movements[-1]
                opened.movements[-1] = (movement, f"{details}\n{item.text}" if details else item.text)
        else:
            _add_field(opened, item)
            opened.explains = item.tag == "61"
    if opened is not None:
        yield opened


def _add_field(opened: _OpenStatement, item: _Field) -> None:
    text = squeeze(item.text.replace("\n", ""))
    if item.tag == "25":
        opened.account = text
    elif item.tag in ("28", "28C"):
        opened.number = text
    elif item.tag in ("60F", "60M"):
        if opened.opening is not None:
            raise StatementError("deux soldes d'ouverture dans un relevé", item.line, f":{item.tag}:")
        opened.opening = _balance(item, text)
    elif item.tag == "61":
        opened.movements.append((item, ""))
    elif item.tag in ("62F", "62M"):
        if opened.closing is not None:
            raise StatementError("deux soldes de clôture dans un relevé", item.line, f":{item.tag}:")
        opened.closing = _balance(item, text)
        opened.closing_line = item.line


def _balance(item: _Field, text: str) -> _Balance:
    found = _BALANCE.fullmatch(text)
    if found is None:
        raise StatementError(f"« {text[:40]} » n'est pas un solde", item.line, f":{item.tag}:")
    sign, day, currency, number = found.groups()
    amount = _amount(number, currency_code(currency, item.line, f":{item.tag}:"), item)
    return _Balance(_SIGNS[sign] * amount, currency, _day(day, item), item.tag.endswith("M"))


def _amount(text: str, currency: str, item: _Field) -> int:
    try:
        return minor_units(text, currency)
    except NotAnAmount as error:
        raise StatementError(str(error), item.line, f":{item.tag}:") from error


def _day(text: str, item: _Field) -> date:
    try:
        return civil_date(text[:2], text[2:4], text[4:6])
    except NotADate as error:
        raise StatementError(str(error), item.line, f":{item.tag}:") from error


def _statement(opened: _OpenStatement, opening: _Balance, closing: _Balance, position: int) -> Statement:
    if closing.currency != opening.currency:
        raise StatementError(
            f"le solde de clôture est en {closing.currency}, celui d'ouverture en {opening.currency}",
            opened.closing_line,
        )
    lines = tuple(
        _line(item, details, position + rank, opening.currency)
        for rank, (item, details) in enumerate(opened.movements, 1)
    )
    check_balance(opening.amount, closing.amount, lines, opening.currency, opened.closing_line)
    iban, label = account_number(opened.account.removesuffix(opening.currency))
    return Statement(
        currency=opening.currency,
        lines=lines,
        account_iban=iban,
        account_label=label,
        reference=reference(opened.number),
        opening_cents=opening.amount,
        closing_cents=closing.amount,
        from_on=opening.day,
        to_on=closing.day,
    )


def _line(item: _Field, explanation: str, position: int, currency: str) -> StatementLine:
    found = _MOVEMENT.fullmatch(item.text)
    if found is None:
        raise StatementError(f"« {squeeze(item.text)[:60]} » n'est pas un mouvement", item.line, ":61:")
    value, entry, sign, number, code, references, supplement = found.groups(default="")
    value_on = _day(value, item)
    own_ref, _, bank_ref = references.partition("//")
    supplement = supplement.replace("\n", "")
    rest, coded, _ = supplement.partition("/TRCD/")
    if coded and len(bank_ref + rest) <= _BANK_REF_CHARACTERS:  # the reference was wrapped before that code
        bank_ref, supplement = bank_ref + rest, ""
    details = _details(explanation)
    return StatementLine(
        position=position,
        booked_on=_entry_day(value_on, entry, item) if entry else value_on,
        amount_cents=_SIGNS[sign] * _amount(number, currency, item),
        label=join_texts(*details.texts, supplement, reference(own_ref)) or details.name or code,
        value_on=value_on,
        bank_ref=reference(bank_ref),
        end_to_end_id=details.end_to_end_id,
        counterparty_name=details.name,
        counterparty_iban=details.iban,
        structured_ref=details.structured_ref or creditor_reference_or_empty(own_ref),
        transaction_code=code,
        return_reason=details.return_reason,
        source_line=item.line,
    )


def _entry_day(value_on: date, month_day: str, item: _Field) -> date:
    """The booking day, given without its year: the one nearest to the value date."""
    days = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            days.append(civil_date(f"{year:04d}", month_day[:2], month_day[2:]))
        except NotADate:  # 29 February exists in one year of four
            continue
    if not days:
        raise StatementError(f"le {month_day[2:]}/{month_day[:2]} n'existe pas", item.line, ":61:")
    return min(days, key=lambda day: abs((day - value_on).days))


# --- What :86: says


def _details(text: str) -> _Details:
    joined = text.replace("\n", "")
    if re.match(r"[0-9]{3}\?[0-9]{2}|\?[0-9]{2}", joined):
        return _german(joined)
    if joined.startswith("/") and joined[1:].partition("/")[0] in _CODES:
        return _coded(joined)
    return _Details((_unwrapped(text),))


def _unwrapped(text: str) -> str:
    """Join the lines of a free text: with a space, except after a full line, which may cut a word."""
    return squeeze(
        "".join(line if len(line) >= _WRAP_CHARACTERS else f"{line} " for line in text.split("\n"))
    )


def _coded(text: str) -> _Details:
    """Read `/EREF/.../CNTP/account/bank/name/city/REMI/USTD//text/`."""
    values: dict[str, list[str]] = {}
    current: list[str] = []
    for piece in text.split("/"):
        if piece in _CODES and piece not in values:
            current = values.setdefault(piece, [])
        else:
            current.append(piece)
    party = [*values.get("CNTP", []), "", "", ""]
    remittance, structured_ref = _remittance(values.get("REMI", []))

    def first(*codes: str) -> str:
        return next((squeeze("/".join(values[code]).strip("/")) for code in codes if code in values), "")

    ultimate = first("ULTD", "ULTC", "ULTB")
    name = squeeze(party[2]) or first("NAME") or first("ORDP", "BENM") or ultimate
    return _Details(
        texts=(remittance, first("TRTP"), first("OCMT"), ultimate if ultimate != name else ""),
        name=name,
        iban=iban_or_empty(party[0]) or iban_or_empty(first("IBAN")),
        end_to_end_id=reference(first("EREF")),
        structured_ref=structured_ref,
        return_reason=first("RTRN"),
    )


def _remittance(pieces: list[str]) -> tuple[str, str]:
    """The text of `USTD//text`, `STRD/kind/reference` or the whole field, and the creditor reference."""
    if pieces[:1] == ["STRD"]:
        text = squeeze("/".join(pieces[2:]).strip("/"))
        return text, text.replace(" ", "")
    if pieces[:1] == ["USTD"]:
        pieces = pieces[1:]
    text = squeeze("/".join(pieces).strip("/"))
    return text, creditor_reference_or_empty(text)


def _german(text: str) -> _Details:
    """Read `166?00GUTSCHRIFT?20EREF+...?21SVWZ+...?31account?32name`."""
    pieces = _GERMAN.split(text)
    values: dict[str, str] = {}
    for code, value in zip(pieces[1::2], pieces[2::2], strict=True):
        values[code] = values.get(code, "") + value
    purpose = "".join(
        value if len(value) >= _GERMAN_CHARACTERS else f"{value} "  # a full one may cut a word
        for code, value in values.items()
        if code[0] in "26" and code < "64"
    )
    keyed = _GERMAN_KEYS.split(purpose)
    by_key = dict(zip(keyed[1::2], map(squeeze, keyed[2::2]), strict=True))
    remittance = by_key.get("SVWZ", "") or squeeze(keyed[0])
    name = squeeze(values.get("32", "") + values.get("33", ""))
    ultimate = by_key.get("ABWA", "") or by_key.get("ABWE", "")
    return _Details(
        texts=(remittance, squeeze(keyed[0]), values.get("00", ""), ultimate),
        name=name,
        iban=iban_or_empty(values.get("31", "")) or iban_or_empty(by_key.get("IBAN", "")),
        end_to_end_id=reference(by_key.get("EREF", "")),
        structured_ref=creditor_reference_or_empty(remittance),
        return_reason=squeeze(values.get("34", "")),
    )
