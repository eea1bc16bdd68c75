"""How French banks write their CSV exports, as data. To add a bank: docs/reference/bank-formats.md.

A layout is recognised by its titles alone. Titles are compared without accents, capitals, punctuation or
currency (`column_key`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of a CSV file holds what, by title. Give `amount`, or `debit` and `credit`."""

    date: str
    label: str
    amount: str = ""  # received > 0, paid out < 0
    debit: str = ""  # paid out, with or without its minus sign
    credit: str = ""
    value_date: str = ""
    reference: str = ""  # the bank's reference of the movement
    counterparty: str = ""
    counterparty_iban: str = ""
    transaction_code: str = ""
    currency: str = ""  # without it: the euro
    account: str = ""  # number or IBAN of the account, where one file holds several
    balance: str = ""  # the balance after each movement: the file must then be complete
    further_texts: tuple[str, ...] = ()  # columns that complete the label
    delimiter: str = ""  # empty: the one that cuts the row of titles into these columns
    decimal: str = ""  # `,` or `.`; empty: either, but then no thousands separator other than spaces
    date_format: str = ""  # as strptime, such as `%d/%m/%Y`; empty: 31/12/2026, 31-12-2026 or 2026-12-31

    @property
    def titles(self) -> tuple[str, ...]:
        """All titles that this map names, each once."""
        named = (
            *(self.date, self.label, self.amount, self.debit, self.credit, self.value_date, self.reference),
            *(self.counterparty, self.counterparty_iban, self.transaction_code, self.currency, self.account),
            *(self.balance, *self.further_texts),
        )
        return tuple(dict.fromkeys(filter(None, named)))


@dataclass(frozen=True, slots=True)
class Layout:
    """One bank's export: its columns, and what stands above them.

    `preamble` patterns have groups among `account`, `closing`, `closing_on`, `from_on`, `to_on`, `count`.
    `account_balance` is a column that repeats the balance of the account, newest movement first.
    """

    name: str
    columns: ColumnMap
    preamble: tuple[re.Pattern[str], ...] = ()
    status: str = ""
    kept: frozenset[str] = field(default_factory=frozenset)  # statuses, lower case, of booked movements
    left_out: frozenset[str] = field(default_factory=frozenset)
    account_balance: str = ""
    utc: bool = False  # dates are instants in UTC: the civil day is that of Paris

    @property
    def titles(self) -> tuple[str, ...]:
        """All titles that must be there."""
        return (*self.columns.titles, *filter(None, (self.status, self.account_balance)))


_DAY = r"\d\d/\d\d/\d{4}"
_SUM = r"[-+\d][\d\s]*,\d\d"

LAYOUTS = (
    Layout(
        "bnp_paribas",
        ColumnMap(
            date="Date operation",
            label="Libelle operation",
            amount="Montant operation en euro",
            transaction_code="Type operation",
            further_texts=("Libelle court",),
            delimiter=";",
            decimal=",",
        ),
        preamble=(
            re.compile(
                rf"^[^;\n]*;[^;\n]*;(?P<account>[^;\n]*);(?P<closing_on>{_DAY});[^;\n]*;(?P<closing>{_SUM})",
                re.M,
            ),
        ),
    ),
    Layout(
        "boursobank",
        ColumnMap(
            date="dateOp",
            value_date="dateVal",
            label="label",
            amount="amount",
            counterparty="supplierFound",
            account="accountNum",
            further_texts=("comment",),
            delimiter=";",
            decimal=",",
        ),
        account_balance="accountbalance",
    ),
    Layout(
        "bpce",
        ColumnMap(
            date="Date de comptabilisation",
            value_date="Date de valeur",
            label="Libelle operation",
            debit="Debit",
            credit="Credit",
            counterparty="Libelle simplifie",
            reference="Reference",
            transaction_code="Type operation",
            further_texts=("Informations complementaires",),
            delimiter=";",
            decimal=",",
        ),
    ),
    Layout(
        "qonto",
        ColumnMap(
            date="Settlement date (UTC)",
            label="Reference",
            amount="Total amount (incl. VAT)",
            counterparty="Counterparty name",
            reference="Transaction ID",
            transaction_code="Payment method",
            currency="Currency",
            account="IBAN",
            further_texts=("Note",),
            delimiter=",",
            decimal=".",
            date_format="%d-%m-%Y %H:%M:%S",
        ),
        status="Status",
        kept=frozenset({"settled", "completed"}),
        left_out=frozenset({"declined", "pending", "canceled", "cancelled", "reversed"}),
        utc=True,
    ),
    Layout(
        "societe_generale",
        ColumnMap(
            date="Date de l'opération",
            label="Détail de l'écriture",
            amount="Montant de l'opération",
            currency="Devise",
            further_texts=("Libellé",),
            delimiter=";",
            decimal=",",
        ),
        preamble=(
            re.compile(
                rf'^="?(?P<account>\w+)"?;(?P<from_on>{_DAY});(?P<to_on>{_DAY});(?P<count>\d{{1,9}});'
                rf"(?P<closing_on>{_DAY});(?P<closing>{_SUM})",
                re.M,
            ),
        ),
    ),
    Layout(
        "credit_agricole",
        ColumnMap(
            date="Date",
            label="Libellé",
            debit="Débit euros",
            credit="Crédit euros",
            delimiter=";",
            decimal=",",
        ),
        preamble=(
            re.compile(r"^Compte[^\n]* n° ?(?P<account>\w+)", re.M),
            re.compile(rf"^Solde au (?P<closing_on>{_DAY}) (?P<closing>{_SUM})", re.M),
            re.compile(rf"entre le (?P<from_on>{_DAY}) et le (?P<to_on>{_DAY})"),
        ),
    ),
    Layout(
        "la_banque_postale",
        ColumnMap(date="Date", label="Libellé", amount="Montant(EUROS)", delimiter=";", decimal=","),
        preamble=(
            re.compile(r"^Numéro Compte\s*:;(?P<account>\w+)", re.M),
            re.compile(rf"^Date\s*:;(?P<closing_on>{_DAY})", re.M),
            re.compile(rf"^Solde \(EUROS\)\s*:;(?P<closing>{_SUM})", re.M),
        ),
    ),
    Layout(
        "credit_mutuel_cic",
        ColumnMap(
            date="Date",
            value_date="Date de valeur",
            label="Libellé",
            debit="Débit",
            credit="Crédit",
            balance="Solde",
            delimiter=";",
            decimal=",",
        ),
    ),
)

# Titles of plain files, in French or English, by what they hold; the first one found wins.
PLAIN_TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": (
            *("date operation", "date comptable", "date de comptabilisation", "date d operation"),
            *("booking date", "transaction date", "date"),
        ),
        "label": (
            *("libelle", "libelle operation", "intitule", "description", "designation", "label"),
            *("details", "detail", "operation", "nature de l operation", "nature"),
            *("remittance information", "motif", "objet"),
        ),
        "amount": ("montant", "montant operation", "somme", "amount", "value"),
        "debit": ("debit", "montant debit", "sortie", "sorties", "paid out", "withdrawal"),
        "credit": ("credit", "montant credit", "entree", "entrees", "paid in", "deposit"),
        "value_date": ("date valeur", "date de valeur", "value date"),
        "reference": (
            *("reference", "ref", "reference operation", "numero operation", "transaction id"),
            *("bank reference",),
        ),
        "counterparty": (
            *("contrepartie", "tiers", "nom", "emetteur", "payeur", "beneficiaire", "counterparty"),
            *("counterparty name", "payer", "payee", "name"),
        ),
        "counterparty_iban": ("iban contrepartie", "iban tiers", "counterparty iban"),
        "currency": ("devise", "monnaie", "currency"),
        "account": ("compte", "numero de compte", "iban", "account", "account number"),
        "balance": ("solde", "balance"),
    }
)
