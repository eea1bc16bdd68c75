"""CFONB 120: the French account statement in records of 120 characters (CFONB brochure, July 2004).

A statement is one record 01 (opening balance), movements 04 each followed by its details 05, one record 07
(closing balance). A file holds several accounts and days one after the other. Positions below are 0-based.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from quittance.domain.money import NotAnAmount
from quittance.formats.bank.accounts import creditor_reference_or_empty, french_account
from quittance.formats.bank.amounts import check_balance, currency_code, scaled, shown
from quittance.formats.bank.dates import NotADate, civil_date
from quittance.formats.bank.statement import Statement, StatementFile, StatementLine
from quittance.formats.bank.text import decode, join_texts, reference, squeeze
from quittance.formats.errors import StatementError

RECORD_CHARACTERS = 120
_LABEL_CHARACTERS = 31
_CREDIT_DIGITS = "{ABCDEFGHI"
_DEBIT_DIGITS = "}JKLMNOPQR"
_AMOUNT = re.compile(r"[0-9]{13}[{}A-R]")
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")
# What a detail (05) says, by its qualifier: the remittance text, other texts, the names of the parties.
_REMITTANCE = ("LCC", "LC2", "LCS")
_OTHER_TEXTS = ("LIB", "REF")
_PAYER = ("NPY", "NPO")  # the debtor, or on whose behalf it pays
_PAYEE = ("NBE", "NBU")


@dataclass(slots=True)
class _Movement:
    """A record 04 and the texts of its records 05, by qualifier."""

    record: str
    line: int
    details: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _OpenStatement:
    """A statement between its records 01 and 07."""

    account: str
    currency: str
    opening: int
    opened_on: date
    head: str
    line: int
    movements: list[_Movement] = field(default_factory=list)


def read(data: bytes, *, file_name: str = "") -> StatementFile:
    """Read all statements of a CFONB 120 file; raises `StatementError`.

    A record is completed with spaces where its trailing ones were cut. Each statement must add up, and begin
    with the balance that the one before ended with, where both are of the same account and day.
    """
    statements: list[Statement] = []
    last_of_account: dict[str, Statement] = {}
    open_statement: _OpenStatement | None = None
    position = 0
    line = 0
    for line, record in _records(decode(data, file_name)):
        code = record[:2]
        if code == "01":
            if open_statement is not None:
                raise StatementError(_unfinished(open_statement), line)
            open_statement = _opened(record, line)
            _check_continues(open_statement, last_of_account.get(open_statement.account))
        elif open_statement is None:
            raise StatementError(f"un enregistrement {code} vient avant l'ancien solde (01)", line)
        elif _account(record) != open_statement.account:
            raise StatementError(
                f"enregistrement {code} d'un autre compte que le relevé ouvert ligne {open_statement.line}",
                line,
                "compte",
            )
        elif code == "04":
            open_statement.movements.append(_Movement(record, line))
        elif code == "05":
            _add_detail(open_statement, record, line)
        else:
            statement = _closed(open_statement, record, line, position)
            statements.append(statement)
            last_of_account[open_statement.account] = statement
            position += len(statement.lines)
            open_statement = None
    if open_statement is not None:
        raise StatementError(_unfinished(open_statement), line)
    return StatementFile("cfonb120", tuple(statements))


def _records(text: str) -> "list[tuple[int, str]]":
    """The records with their line numbers; a file without line ends is cut every 120 characters."""
    lines = text.split("\n")
    if len(lines) == 1:
        starts = range(0, len(text), RECORD_CHARACTERS)
        lines = [text[start : start + RECORD_CHARACTERS] for start in starts]
    records = []
    for line, content in enumerate(lines, 1):
        record = content.rstrip().ljust(RECORD_CHARACTERS)
        if record.isspace():
            continue
        if record[:2] not in ("01", "04", "05", "07"):
            raise StatementError(
                f"« {record[:2]} » ne commence pas un enregistrement : 01, 04, 05 ou 07 attendu", line
            )
        if len(record) > RECORD_CHARACTERS:
            raise StatementError(f"l'enregistrement a {len(record)} caractères au lieu de 120", line)
        records.append((line, record))
    if not records:
        raise StatementError("le fichier ne contient aucun enregistrement")
    return records


def _unfinished(statement: _OpenStatement) -> str:
    return f"le relevé ouvert ligne {statement.line} n'est pas terminé : le nouveau solde (07) manque"


def _account(record: str) -> str:
    """Branch, currency and account: on a movement, the bank code may be that of another bank."""
    return record[11:19] + record[21:32]


def signed_number(text: str) -> int:
    """Read a number of 14 characters whose last one gives its digit and its sign, in the unit of the file.

    >>> signed_number("0000000000322J"), signed_number("0000000001234{")
    (-3221, 12340)
    """
    if not _AMOUNT.fullmatch(text):
        raise NotAnAmount(f"« {text} » n'est pas un montant CFONB")
    last = text[-1]
    if last in _CREDIT_DIGITS:
        return int(text[:-1]) * 10 + _CREDIT_DIGITS.index(last)
    return -(int(text[:-1]) * 10 + _DEBIT_DIGITS.index(last))


def _amount(record: str, currency: str, line: int) -> int:
    decimals = record[19]
    if not ("0" <= decimals <= "9"):
        raise StatementError(f"« {decimals} » n'est pas un nombre de décimales", line, "décimales")
    try:
        return scaled(signed_number(record[90:104]), int(decimals), currency)
    except NotAnAmount as error:
        raise StatementError(str(error), line, "montant") from error


def _date(text: str, line: int, column: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise StatementError(f"« {text} » n'est pas une date JJMMAA", line, column)
    day, month, year = found.groups()
    try:
        return civil_date(year, month, day)
    except NotADate as error:
        raise StatementError(str(error), line, column) from error


def _opened(record: str, line: int) -> _OpenStatement:
    currency = currency_code(record[16:19], line, "devise")
    return _OpenStatement(
        account=_account(record),
        currency=currency,
        opening=_amount(record, currency, line),
        opened_on=_date(record[34:40], line, "date de l'ancien solde"),
        head=record,
        line=line,
    )


def _check_continues(opened: _OpenStatement, previous: Statement | None) -> None:
    """Refuse a statement that does not begin with the balance its account had that day."""
    if previous is None or previous.to_on != opened.opened_on:
        return
    assert previous.closing_cents is not None
    if previous.closing_cents != opened.opening:
        raise StatementError(
            f"le relevé précédent de ce compte finit à {shown(previous.closing_cents, previous.currency)}, "
            f"celui-ci commence le même jour à {shown(opened.opening, opened.currency)} : il en manque un. "
            "Téléchargez à nouveau le relevé complet",
            opened.line,
            "ancien solde",
        )


def _add_detail(statement: _OpenStatement, record: str, line: int) -> None:
    if not statement.movements:
        raise StatementError("un complément (05) vient avant tout mouvement (04)", line)
    statement.movements[-1].details.setdefault(record[45:48], []).append(record[48:118])


def _closed(opened: _OpenStatement, record: str, line: int, position: int) -> Statement:
    closing = _amount(record, opened.currency, line)
    to_on = _date(record[34:40], line, "date du nouveau solde")
    lines = tuple(
        _statement_line(movement, position + rank, opened.currency)
        for rank, movement in enumerate(opened.movements, 1)
    )
    check_balance(opened.opening, closing, lines, opened.currency, line)
    iban, label = french_account(opened.head[2:7], opened.head[11:16], opened.head[21:32])
    return Statement(
        currency=opened.currency,
        lines=lines,
        account_iban=iban,
        account_label=label,
        opening_cents=opened.opening,
        closing_cents=closing,
        from_on=opened.opened_on,
        to_on=to_on,
    )


def _statement_line(movement: _Movement, position: int, currency: str) -> StatementLine:
    record, line, details = movement.record, movement.line, movement.details
    amount = _amount(record, currency, line)
    zone = reference(record[104:120])
    structured_ref = creditor_reference_or_empty(zone)
    client_refs = details.get("RCN", [])
    roles = (_PAYER, _PAYEE) if amount > 0 else (_PAYEE, _PAYER)  # a returned debit names its payer
    names = _names(details, roles[0]) or _names(details, roles[1])
    return StatementLine(
        position=position,
        booked_on=_date(record[34:40], line, "date de comptabilisation"),
        amount_cents=amount,
        label=_label(movement, zone, names[1:]),
        value_on=_date(record[42:48], line, "date de valeur") if record[42:48].strip("0 ") else None,
        bank_ref=("" if structured_ref else zone) or reference(record[81:88]),
        end_to_end_id=reference(client_refs[0][:35]) if client_refs else "",
        counterparty_name=names[0] if names else "",
        structured_ref=structured_ref,
        transaction_code=record[32:34].strip(),
        return_reason=reference(record[40:42]),
        source_line=line,
    )


def _names(details: dict[str, list[str]], role: tuple[str, ...]) -> list[str]:
    return [squeeze(text) for code in role for text in details.get(code, ()) if text.strip()]


def _label(movement: _Movement, zone: str, other_names: list[str]) -> str:
    """The remittance text, then what else is said. LC2 goes on where LCC ends, in the middle of a word."""
    details = movement.details
    remittance = squeeze("".join(text for code in _REMITTANCE for text in details.get(code, ())))
    others = [squeeze("".join(details.get(code, ()))) for code in _OTHER_TEXTS]
    purposes = [text[35:] for text in details.get("RCN", ())]
    short = movement.record[48 : 48 + _LABEL_CHARACTERS]
    if remittance.startswith(short):  # the same text, cut at 31 characters
        short = ""
    return join_texts(remittance, short, *others, *purposes, *other_names, zone)
