"""CAMT.053 (ISO 20022 bank to customer statement), versions 02 and later, read entry by entry.

The file is never held as a tree: each entry is read, then cleared, so that 100,000 entries cost the memory of
their lines. No entity, no DTD, no network.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import etree

from quittance.domain.money import NotAnAmount
from quittance.formats.bank.accounts import iban_or_empty
from quittance.formats.bank.amounts import check_balance, currency_code, minor_units
from quittance.formats.bank.dates import NotADate, iso_date
from quittance.formats.bank.iso20022 import Texts, elements, line_of, texts_of
from quittance.formats.bank.statement import Statement, StatementFile, StatementLine
from quittance.formats.bank.text import (
    join_texts,
    named,
    reference,
    unknown_format,
)
from quittance.formats.errors import StatementError

_NAMESPACE = re.compile(r"(\{urn:iso:std:iso:20022:tech:xsd:camt\.(05[234])\.001\.[0-9]{2}\})Document")
_OTHER_MESSAGES = {
    "052": "un état intermédiaire du jour (CAMT.052)",
    "054": "un avis d'opérations (CAMT.054)",
}
_NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
_OPENING = ("OPBD", "PRCD")  # some banks state only the closing balance of the day before
_CLOSING = ("CLBD",)
_TAGS = ("{*}Document", "{*}Stmt", "{*}Ntry")
_SIGNS = {"CRDT": 1, "DBIT": -1}
_TRUE = frozenset({"true", "1"})


def read(data: bytes, *, file_name: str = "") -> StatementFile:
    """Read all statements of a CAMT.053 file.

    Entries that are not booked (PDNG, INFO) are left out. A batch booking gives one line per transaction
    where their amounts are given and add up to the entry, else one line. Raises `StatementError` for another
    message (CAMT.052, CAMT.054), a DTD, broken XML, a missing or wrong field, a balance that is wrong.
    """
    statements: list[Statement] = []
    open_statement: _OpenStatement | None = None
    namespace = ""
    position = 0
    for event, element in elements(data, file_name, _TAGS):
        tag = str(element.tag).rpartition("}")[2]
        if event == "start":
            if tag == "Document":
                namespace = _namespace(str(element.tag), file_name)
            elif tag == "Stmt":
                if not namespace or open_statement is not None:
                    raise unknown_format(file_name)
                open_statement = _OpenStatement(element, len(namespace), position)
        elif open_statement is not None and tag == "Ntry":
            if element.getparent() is not open_statement.element:
                raise StatementError(
                    "opération (Ntry) en dehors d'un relevé (Stmt)", line_of(element), "Ntry"
                )
            open_statement.add_entry(element)
        elif open_statement is not None and tag == "Stmt":
            statements.append(open_statement.close())
            position += len(statements[-1].lines)
            open_statement = None
            element.clear()
    if not statements:
        raise StatementError(
            f"{named(file_name)} ne contient aucun relevé (Stmt). "
            "Exportez à nouveau le relevé depuis votre banque"
        )
    return StatementFile("camt053", tuple(statements))


def _namespace(tag: str, file_name: str) -> str:
    found = _NAMESPACE.fullmatch(tag)
    if found is None:
        raise unknown_format(file_name)
    namespace, message = found.groups()
    if message in _OTHER_MESSAGES:
        raise StatementError(
            f"{named(file_name)} est {_OTHER_MESSAGES[message]}, pas un relevé de compte. "
            "Exportez depuis votre banque le relevé CAMT.053"
        )
    return namespace


def _amount(texts: Texts, path: str = "Amt") -> tuple[int, str]:
    """An amount, never negative, and its currency."""
    currency, _, number = texts[path].rpartition(" ")
    currency_code(currency, 0, "Amt")
    try:
        amount = minor_units(number, currency)
    except NotAnAmount as error:
        raise StatementError(str(error).rstrip("."), column="Amt") from error
    if amount < 0:
        raise StatementError("montant négatif : le sens se lit dans CdtDbtInd", column="Amt")
    return amount, currency


def _sign(texts: Texts) -> int:
    indicator = texts["CdtDbtInd"]
    if indicator not in _SIGNS:
        raise StatementError(
            f"« {indicator} » ne dit pas si c'est un crédit (CRDT) ou un débit (DBIT)", column="CdtDbtInd"
        )
    return _SIGNS[indicator]


def _day(texts: Texts, name: str) -> date | None:
    """The day of a choice of date (Dt) and instant (DtTm), or nothing."""
    text = texts[f"{name}/Dt"] or texts[f"{name}/DtTm"]
    try:
        return iso_date(text) if text else None
    except NotADate as error:
        raise StatementError(str(error), column=name) from error


def _code(texts: Texts) -> str:
    domain = texts["BkTxCd/Domn/Cd"]
    if not domain:
        return texts["BkTxCd/Prtry/Cd"]
    return f"{domain}-{texts['BkTxCd/Domn/Fmly/Cd']}-{texts['BkTxCd/Domn/Fmly/SubFmlyCd']}"


@dataclass(slots=True)
class _Transaction:
    """What one transaction (TxDtls) of an entry says besides its amount."""

    texts: tuple[str, ...] = ()
    name: str = ""
    iban: str = ""
    bank_ref: str = ""
    end_to_end_id: str = ""
    structured_ref: str = ""
    code: str = ""
    return_reason: str = ""


@dataclass(slots=True)
class _Entry:
    """What an entry (Ntry) says for all its transactions."""

    source_line: int
    amount: int
    currency: str
    reversal: bool
    booked_on: date
    value_on: date | None
    bank_ref: str
    batch_ref: str
    code: str
    text: str


@dataclass(slots=True)
class _Balance:
    amount: int
    currency: str
    day: date | None
    line: int


def _entry(texts: Texts, line: int) -> _Entry | None:
    """Read an entry; nothing where it is not booked."""
    status = texts["Sts/Cd"] or texts["Sts"]
    if status in _NOT_BOOKED:
        return None
    if status != "BOOK":
        raise StatementError(f"statut d'opération inconnu « {status} »", column="Sts")
    amount, currency = _amount(texts)
    booked_on = _day(texts, "BookgDt")
    if booked_on is None:
        raise StatementError("la date de comptabilisation manque", column="BookgDt")
    bank_ref = reference(texts["AcctSvcrRef"]) or reference(texts["NtryRef"])
    batch_ref = bank_ref or reference(texts["NtryDtls/Btch/PmtInfId"] or texts["NtryDtls/Btch/MsgId"])
    return _Entry(
        source_line=line,
        amount=_sign(texts) * amount,
        currency=currency,
        reversal=texts["RvslInd"] in _TRUE,
        booked_on=booked_on,
        value_on=_day(texts, "ValDt"),
        bank_ref=bank_ref,
        batch_ref=batch_ref or f"{booked_on.isoformat()}/{line}",
        code=_code(texts),
        text=texts["AddtlNtryInf"],
    )


def _transaction_amounts(details: list[Texts], entry: _Entry) -> list[int] | None:
    """The signed amounts of a batch, where all are given in the account's currency and make the entry."""
    amounts = []
    for detail in details:
        paths = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
        path = next((path for path in paths if path in detail.first), None)
        if path is None:
            return None
        amount, currency = _amount(detail, path)
        if currency != entry.currency:
            return None
        sign = _sign(detail) if detail["CdtDbtInd"] else (1 if entry.amount > 0 else -1)
        amounts.append(sign * amount)
    return amounts if sum(amounts) == entry.amount else None


def _transaction(texts: Texts, entry: _Entry, own_iban: str) -> _Transaction:
    name, iban, ultimate = _counterparty(texts, entry, own_iban)
    creditor_refs = texts.all("RmtInf/Strd/CdtrRefInf/Ref")
    return _Transaction(
        texts=(
            *texts.all("RmtInf/Ustrd"),
            *creditor_refs,
            *texts.all("RmtInf/Strd/RfrdDocInf/Nb"),
            *texts.all("RmtInf/Strd/AddtlRmtInf"),
            *texts.all("RtrInf/AddtlInf"),
            texts["AddtlTxInf"],
            texts["Refs/ChqNb"],
            ultimate if ultimate != name else "",
        ),
        name=name,
        iban=iban,
        bank_ref=reference(texts["Refs/AcctSvcrRef"]),
        end_to_end_id=reference(texts["Refs/EndToEndId"]),
        structured_ref=creditor_refs[0].replace(" ", "") if creditor_refs else "",
        code=_code(texts),
        return_reason=texts["RtrInf/Rsn/Cd"] or texts["RtrInf/Rsn/Prtry"],
    )


def _counterparty(texts: Texts, entry: _Entry, own_iban: str) -> tuple[str, str, str]:
    """The other party's name, its IBAN, and the party on whose behalf it acts.

    Whoever pays (Dbtr) is the other one when money comes in. A reversal, and most returns, name the parties
    of the original transaction: there the account's own IBAN tells which side is ours.
    """

    def party_name(role: str) -> str:
        return texts[f"RltdPties/{role}/Pty/Nm"] or texts[f"RltdPties/{role}/Nm"]

    def party_iban(role: str) -> str:
        return texts[f"RltdPties/{role}Acct/Id/IBAN"].replace(" ", "")

    other, own = ("Dbtr", "Cdtr") if (entry.amount > 0) != entry.reversal else ("Cdtr", "Dbtr")
    if own_iban and party_iban(other) == own_iban:
        other = own
    ultimate = party_name(f"Ultmt{other}")
    return party_name(other) or ultimate, party_iban(other), ultimate


def _merged(transactions: list[_Transaction]) -> _Transaction:
    """What the transactions of an entry have in common, and all their texts, when it is kept as one line."""
    if len(transactions) == 1:
        return transactions[0]

    def common(field: str) -> str:
        values = {str(getattr(transaction, field)) for transaction in transactions}
        return values.pop() if len(values) == 1 else ""

    return _Transaction(
        texts=tuple(text for transaction in transactions for text in (*transaction.texts, transaction.name)),
        name=common("name"),
        iban=common("iban"),
        end_to_end_id=common("end_to_end_id"),
        structured_ref=common("structured_ref"),
        code=common("code"),
        return_reason=common("return_reason"),
    )


class _OpenStatement:
    """A statement (Stmt) while its entries come by."""

    def __init__(self, element: etree._Element, prefix: int, position: int) -> None:
        self.element = element
        self._prefix = prefix
        self._position = position
        self._lines: list[StatementLine] = []
        self._last_entry: etree._Element | None = None
        self._currency = ""
        self._iban = ""

    def add_entry(self, element: etree._Element) -> None:
        """Read an entry into lines, and give back the memory of the one before."""
        if self._last_entry is None:
            header = texts_of(self.element, self._prefix)
            self._iban = iban_or_empty(_account_number(header))
            self._currency = self._account_currency(header)
        else:
            self.element.remove(self._last_entry)
        line = line_of(element)
        try:
            texts = texts_of(element, self._prefix)
            entry = _entry(texts, line)
            if entry is not None:
                self._expect_currency(entry)
                self._add_lines(entry, texts.transactions)
        except StatementError as error:
            raise self._placed(error, element) from error
        element.clear()
        self._last_entry = element

    def _placed(self, error: StatementError, element: etree._Element) -> StatementError:
        """Say where in the file: at the child that the error names, or where the element begins."""
        child = next((child for child in element if str(child.tag)[self._prefix :] == error.column), element)
        return StatementError(error.reason, line_of(child), error.column)

    def _expect_currency(self, entry: _Entry) -> None:
        self._currency = self._currency or entry.currency
        if entry.currency != self._currency:
            raise StatementError(
                f"devise {entry.currency} dans un compte tenu en {self._currency}. "
                "Exportez un relevé par devise",
                column="Amt",
            )

    def _add_lines(self, entry: _Entry, details: list[Texts]) -> None:
        transactions = [_transaction(detail, entry, self._iban) for detail in details]
        amounts = _transaction_amounts(details, entry) if len(details) > 1 else None
        if amounts is None:
            merged = _merged(transactions) if transactions else _Transaction()
            self._add_line(entry, merged, entry.amount, entry.bank_ref or merged.bank_ref, "")
            return
        refs = [transaction.bank_ref for transaction in transactions]
        distinct = all(refs) and len(set(refs)) == len(refs)
        for rank, (transaction, amount) in enumerate(zip(transactions, amounts, strict=True), 1):
            bank_ref = transaction.bank_ref if distinct else f"{entry.batch_ref}/{rank}"
            self._add_line(entry, transaction, amount, bank_ref, entry.batch_ref)

    def _add_line(
        self, entry: _Entry, transaction: _Transaction, amount: int, bank_ref: str, batch_ref: str
    ) -> None:
        label = join_texts(*transaction.texts, entry.text)
        self._position += 1
        self._lines.append(
            StatementLine(
                position=self._position,
                booked_on=entry.booked_on,
                amount_cents=amount,
                label=label
                or transaction.name
                or transaction.end_to_end_id
                or transaction.code
                or entry.code,
                value_on=entry.value_on,
                bank_ref=bank_ref,
                end_to_end_id=transaction.end_to_end_id,
                counterparty_name=transaction.name,
                counterparty_iban=transaction.iban,
                structured_ref=transaction.structured_ref,
                transaction_code=transaction.code or entry.code,
                return_reason=transaction.return_reason,
                batch_ref=batch_ref,
                source_line=entry.source_line,
            )
        )

    def _account_currency(self, header: Texts) -> str:
        currency = header["Acct/Ccy"]
        if currency:
            return currency_code(currency, line_of(self.element), "Ccy")
        balances = self._balances(_OPENING) or self._balances(_CLOSING)
        return balances[0].currency if balances else ""

    def _balances(self, codes: tuple[str, ...]) -> list[_Balance]:
        """The balances of these types, in the order of `codes`."""
        found = []
        for element in self.element:
            if str(element.tag)[self._prefix :] != "Bal":
                continue
            texts = texts_of(element, self._prefix)
            code = texts["Tp/CdOrPrtry/Cd"]
            if code not in codes:
                continue
            try:
                amount, currency = _amount(texts)
                balance = _Balance(_sign(texts) * amount, currency, _day(texts, "Dt"), line_of(element))
            except StatementError as error:
                raise self._placed(error, element) from error
            found.append((codes.index(code), balance))
        return [balance for _, balance in sorted(found, key=lambda ranked: ranked[0])]

    def close(self) -> Statement:
        """Make the statement of its lines, its account and its balances.

        A balance in another currency than the account's is that of another pocket of the account: left out.
        """
        line = line_of(self.element)
        header = texts_of(self.element, self._prefix)
        currency = self._currency or self._account_currency(header)
        if not currency:
            raise StatementError("la devise du compte manque", line, "Ccy")
        opening = next((b for b in self._balances(_OPENING) if b.currency == currency), None)
        closing = next((b for b in self._balances(_CLOSING) if b.currency == currency), None)
        opening_amount = opening.amount if opening else None
        closing_amount = closing.amount if closing else None
        check_balance(
            opening_amount, closing_amount, self._lines, currency, closing.line if closing else line
        )
        number = _account_number(header)
        is_iban = bool(iban_or_empty(number)) or "Acct/Id/IBAN" in header.first
        booked = [movement.booked_on for movement in self._lines]
        from_on, to_on = self._period(header)
        return Statement(
            currency=currency,
            lines=tuple(self._lines),
            account_iban=number if is_iban else "",
            account_label="" if is_iban else number,
            reference=header["Id"],
            opening_cents=opening_amount,
            closing_cents=closing_amount,
            from_on=from_on or (opening.day if opening else None) or min(booked, default=None),
            to_on=to_on or (closing.day if closing else None) or max(booked, default=None),
        )

    def _period(self, header: Texts) -> tuple[date | None, date | None]:
        """The days the statement says it covers; one that ends at midnight ends the day before."""
        first = header["FrToDt/FrDtTm"] or header["FrToDt/FrDt"]
        last = header["FrToDt/ToDtTm"] or header["FrToDt/ToDt"]
        try:
            from_on, to_on = (iso_date(text) if text else None for text in (first, last))
        except NotADate as error:
            raise self._placed(StatementError(str(error), column="FrToDt"), self.element) from error
        if from_on and to_on and from_on < to_on and "T00:00:00" in last:
            to_on -= timedelta(days=1)
        return from_on, to_on


def _account_number(header: Texts) -> str:
    number = header["Acct/Id/IBAN"] or header["Acct/Id/Othr/Id"]
    return number.replace(" ", "")
