"""OFX, as banks offer it for personal finance software: 1.x (SGML, elements without end) and 2.x (XML).

One scanner reads both: it knows which elements hold others, all the rest are values, closed or not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from quittance.domain.money import NotAnAmount
from quittance.formats.bank.accounts import account_number, french_account
from quittance.formats.bank.amounts import currency_code, minor_units
from quittance.formats.bank.dates import NotADate, compact_date
from quittance.formats.bank.statement import Statement, StatementFile, StatementLine
from quittance.formats.bank.text import decode, join_texts, named, reference, squeeze
from quittance.formats.errors import StatementError

# The elements that hold others, where the order of tags matters; what is not here holds a value.
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
_GROUPS = (
    _STATEMENTS
    | frozenset(
        ("STATUS", "BANKACCTFROM", "CCACCTFROM", "BANKTRANLIST", "STMTTRN", "PAYEE", "BANKACCTTO", "CCACCTTO")
    )
    | {"CURRENCY", "ORIGCURRENCY", "LEDGERBAL", "AVAILBAL"}
)
_TAG = re.compile(r"<(?:(!\[CDATA\[)|(!DOCTYPE)|(/?)([A-Za-z][A-Za-z0-9._]{0,31})\s*>)")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6});")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_INSTANT = re.compile(r"([0-9]{8})(?:[0-9]{2}(?:[0-9]{2}){0,2}(?:\.[0-9]{1,6})?)?(?:\s*\[[^\]]{1,20}\])?")
_CUT_NAME = 31  # NAME holds 32 characters: a longer one is cut, and whole in MEMO


@dataclass(slots=True)
class _Group:
    """An element that holds others: its values by name, and the groups inside."""

    name: str
    line: int
    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    groups: "list[_Group]" = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.values[name][0] if name in self.values else ""

    def line_of(self, name: str) -> int:
        return self.values[name][1] if name in self.values else self.line

    def group(self, *names: str) -> "_Group | None":
        return next((group for group in self.groups if group.name in names), None)


def read(data: bytes, *, file_name: str = "") -> StatementFile:
    """Read all accounts of an OFX file, bank or card.

    OFX gives the closing balance only, so that nothing can be checked against an opening one. Raises
    `StatementError`; where the bank answered with an error, its message.
    """
    text = decode(data, file_name)
    statements: list[Statement] = []
    position = 0
    for group in _statement_groups(text, file_name):
        statement = _statement(group, position)
        statements.append(statement)
        position += len(statement.lines)
    if not statements:
        raise StatementError(
            f"{named(file_name)} ne contient aucun relevé (STMTRS). "
            "Exportez à nouveau le relevé depuis votre banque"
        )
    return StatementFile("ofx", tuple(statements))


def _tokens(text: str, file_name: str) -> Iterator[tuple[str, bool, str, int]]:
    """The tags with what follows them: name, whether it closes, text up to the next tag, line."""
    found = _TAG.search(text)
    line = 1
    counted = 0
    while found is not None:
        line += text.count("\n", counted, found.start())
        counted = found.start()
        if found.group(2):
            raise StatementError(
                f"{named(file_name)} contient une déclaration interdite. "
                "Demandez un fichier d'origine à votre banque",
                line,
            )
        pieces = []
        tag, at = found, found.end()
        if found.group(1):
            raise StatementError("texte (CDATA) en dehors d'un élément", line)
        found = _TAG.search(text, at)
        while found is not None and found.group(1):
            end = text.find("]]>", found.end())
            if end < 0:
                raise StatementError(
                    "un texte (CDATA) n'est pas fermé : le fichier est coupé. "
                    "Téléchargez à nouveau le relevé",
                    line + text.count("\n", counted, found.start()),
                )
            pieces += [_unescaped(text[at : found.start()]), text[found.end() : end]]
            at = end + len("]]>")
            found = _TAG.search(text, at)
        pieces.append(_unescaped(text[at : found.start() if found is not None else len(text)]))
        yield tag.group(4).upper(), bool(tag.group(3)), squeeze("".join(pieces)), line


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _character(found.group(1)), text) if "&" in text else text


def _character(name: str) -> str:
    if name in _ENTITIES:
        return _ENTITIES[name]
    code = int(name[1:])
    return chr(code) if code >= 32 and not 0xD800 <= code < 0xE000 else " "


def _statement_groups(text: str, file_name: str) -> Iterator[_Group]:
    """The statements of the file, each with all it holds."""
    stack: list[_Group] = []
    for name, closes, value, line in _tokens(text, file_name):
        if name not in _GROUPS:
            if not closes and stack and value:
                stack[-1].values.setdefault(name, (value, line))
            continue
        if not closes:
            group = _Group(name, line)
            if stack:
                stack[-1].groups.append(group)
            stack.append(group)
            continue
        if not stack or stack[-1].name != name:
            expected = f" : </{stack[-1].name}> attendu" if stack else ""
            raise StatementError(f"</{name}> n'est pas à sa place{expected}", line, name)
        closed = stack.pop()
        if name == "STATUS":
            _check_status(closed)
        elif name in _STATEMENTS:
            yield closed
    if stack:
        raise StatementError(
            f"<{stack[-1].name}> n'est pas fermé : le fichier est coupé. Téléchargez à nouveau le relevé",
            stack[-1].line,
            stack[-1].name,
        )


def _check_status(status: _Group) -> None:
    if status.text("SEVERITY").upper() != "ERROR":
        return
    message = status.text("MESSAGE") or "sans explication"
    raise StatementError(
        f"la banque a répondu par une erreur au lieu du relevé : « {message} » (code {status.text('CODE')}). "
        "Exportez-le à nouveau",
        status.line,
    )


def _statement(group: _Group, position: int) -> Statement:
    movements = group.group("BANKTRANLIST") or _Group("BANKTRANLIST", group.line)
    transactions = [entry for entry in movements.groups if entry.name == "STMTTRN"]
    currency = _currency(group, transactions)
    lines = tuple(_line(entry, position + rank, currency) for rank, entry in enumerate(transactions, 1))
    balance = group.group("LEDGERBAL")
    closing = balance_on = None
    if balance is not None and balance.text("BALAMT"):
        closing = _amount(balance, "BALAMT", currency)
        balance_on = _date(balance, "DTASOF")
    iban, label = _account(group)
    booked = [line.booked_on for line in lines]
    return Statement(
        currency=currency,
        lines=lines,
        account_iban=iban,
        account_label=label,
        closing_cents=closing,
        from_on=_date(movements, "DTSTART") or min(booked, default=balance_on),
        to_on=_date(movements, "DTEND") or balance_on or max(booked, default=None),
    )


def _currency(statement: _Group, transactions: list[_Group]) -> str:
    """The account's currency; where it is left empty, the one that all transactions name."""
    currency = statement.text("CURDEF")
    for transaction in transactions:
        named_currency = transaction.group("CURRENCY")
        own = named_currency.text("CURSYM") if named_currency is not None else ""
        currency = currency or own
        if own and own != currency:
            raise StatementError(
                f"devise {own} dans un compte tenu en {currency}. Exportez un relevé par devise",
                transaction.line,
                "CURSYM",
            )
    if not currency:
        raise StatementError("la devise du compte manque", statement.line, "CURDEF")
    return currency_code(currency, statement.line_of("CURDEF"), "CURDEF")


def _account(statement: _Group) -> tuple[str, str]:
    """The account's IBAN, or nothing, and else its number as the file writes it."""
    account = statement.group("BANKACCTFROM", "CCACCTFROM", "BANKACCTTO")
    return _account_number(account) if account is not None else ("", "")


def _account_number(account: _Group) -> tuple[str, str]:
    number = account.text("ACCTID")
    iban, _ = account_number(number)
    return (iban, "") if iban else french_account(account.text("BANKID"), account.text("BRANCHID"), number)


def _line(transaction: _Group, position: int, currency: str) -> StatementLine:
    booked_on = _date(transaction, "DTPOSTED")
    if booked_on is None:
        raise StatementError("la date de l'opération manque", transaction.line, "DTPOSTED")
    payee = transaction.group("PAYEE")
    other_account = transaction.group("BANKACCTTO", "CCACCTTO")
    name, memo = transaction.text("NAME"), transaction.text("MEMO")
    if len(name) >= _CUT_NAME and memo.startswith(name):
        name = ""
    cheque = reference(transaction.text("CHECKNUM"))
    return StatementLine(
        position=position,
        booked_on=booked_on,
        amount_cents=_amount(transaction, "TRNAMT", currency),
        label=join_texts(name, memo, cheque, reference(transaction.text("REFNUM"))),
        value_on=_date(transaction, "DTAVAIL"),
        bank_ref=reference(transaction.text("FITID")),
        counterparty_name=payee.text("NAME") if payee is not None else "",
        counterparty_iban=_account_number(other_account)[0] if other_account is not None else "",
        transaction_code=transaction.text("TRNTYPE").upper(),
        source_line=transaction.line,
    )


def _amount(group: _Group, name: str, currency: str) -> int:
    text = group.text(name)
    if not text:
        raise StatementError("le montant manque", group.line, name)
    try:
        return minor_units(text, currency)
    except NotAnAmount as error:
        raise StatementError(str(error), group.line_of(name), name) from error


def _date(group: _Group, name: str) -> date | None:
    """The day of an instant such as `20260401122017.000[-5:EST]`, as written; nothing where empty."""
    text = group.text(name)
    if not text:
        return None
    found = _INSTANT.fullmatch(text)
    try:
        return compact_date(found.group(1) if found is not None else text)
    except NotADate as error:
        raise StatementError(str(error), group.line_of(name), name) from error
