"""What a FEC says about customers: who owes, what was invoiced, what was paid, and what settles what.

Every line of the customer accounts (411) becomes an invoice or credit note, a payment, or an adjustment: a
movement whose nature the file does not say. Nothing is guessed; what needs a look is a finding.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b

from quittance.domain.money import french_euros
from quittance.formats.fec import Fec, FecLine

NUMBER_LENGTH = 60
_COLLECTIVE = frozenset({"411", "4111", "4112", "4117"})  # accounts of all customers together
_SALES = ("7", "4457", "418", "419", "487")  # income, VAT collected, to be invoiced, deposits, prepaid income
_MONEY = ("51", "53", "54", "58")  # bank, cash, and transfers between them
_OTHER_REASONS = (
    ("416", "transfert en client douteux"),
    ("654", "perte sur créance irrécouvrable"),
    ("413", "effet de commerce, payé plus tard"),
    ("419", "acompte ou avoir à établir"),
    ("411", "transfert d'un client à un autre"),
)
_METHODS = (  # first word found in account, journal or label
    ("direct_debit", (" prlv", " prelev", " sdd ")),
    ("cheque", (" chq", " cheque", " remise chq", " remises de cheques", " rch ")),
    ("card", (" cb ", " carte", " tpe ", " stripe", " sumup", " paypal")),
    ("bill", (" lcr", " traite", " effet", " billet a ordre")),
    ("transfer", (" vir ", " virement", " vrt ", " sepa", " sct")),
    ("cash", (" espece", " caisse ")),
)


@dataclass(frozen=True, slots=True)
class FecCustomer:
    """A customer account: its auxiliary number, or the number of its own 411 account."""

    reference: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class FecInvoice:
    """An invoice or credit note; amounts are positive. Net and VAT are None together where the entry does not
    tell them (several customers in one entry, balance carried forward).
    """

    key: str  # the same in every export of the same entry
    line: int
    customer_reference: str
    number: str
    issued_on: date
    total_cents: int
    net_cents: int | None
    vat_cents: int | None
    kind: str = "invoice"  # invoice or credit_note
    label: str = ""
    letter: str = ""
    carried_forward: bool = False  # of an earlier year: the day is that of the opening


@dataclass(frozen=True, slots=True)
class FecPayment:
    """Money received; `method` is transfer, cheque, card, direct_debit, bill, cash, or empty: not said."""

    key: str
    line: int
    customer_reference: str
    received_on: date
    amount_cents: int
    method: str = ""
    label: str = ""
    piece: str = ""
    letter: str = ""
    carried_forward: bool = False  # credit of an earlier year, of unknown nature


@dataclass(frozen=True, slots=True)
class FecAdjustment:
    """Another movement on the customer's account: debit > 0, credit < 0."""

    key: str
    line: int
    customer_reference: str
    booked_on: date
    amount_cents: int
    reason: str  # French
    label: str = ""
    letter: str = ""


@dataclass(frozen=True, slots=True)
class FecAllocation:
    """What the lettering says: a credit (payment, credit note, adjustment) settles a debit (invoice,
    adjustment) for an amount.
    """

    customer_reference: str
    letter: str
    settled_key: str
    settling_key: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class FecFinding:
    """Something to look at: French reason, the lines of the file, and the amount (debit > 0) it is about."""

    kind: str  # adjustment, no_customer, unbalanced_letter, repeated_piece
    lines: tuple[int, ...]
    customer_reference: str
    amount_cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class FecBook:
    """All that the 411 accounts of one FEC say."""

    customers: tuple[FecCustomer, ...]
    invoices: tuple[FecInvoice, ...]
    payments: tuple[FecPayment, ...]
    adjustments: tuple[FecAdjustment, ...]
    allocations: tuple[FecAllocation, ...]
    findings: tuple[FecFinding, ...]
    lettered_groups: int
    balance_cents: int  # debits - credits of the 411 accounts: what customers owe

    def open_cents(self) -> dict[str, int]:
        """What is left of each invoice, credit note, payment and adjustment once allocated, by key; credits
        are negative. With the lines of no customer, these add up to the balance.
        """
        left = {
            **{row.key: row.total_cents * (1 if row.kind == "invoice" else -1) for row in self.invoices},
            **{payment.key: -payment.amount_cents for payment in self.payments},
            **{adjustment.key: adjustment.amount_cents for adjustment in self.adjustments},
        }
        for allocation in self.allocations:
            left[allocation.settled_key] -= allocation.amount_cents
            left[allocation.settling_key] += allocation.amount_cents
        return left


def receivables_from_fec(fec: Fec) -> FecBook:
    """Read the customer accounts of a FEC. The same entry gives the same keys in every export."""
    reading = _Reading()
    for entry in _entries(fec.lines):
        for operation in _operations(entry):
            reading.read(operation)
    reading.settle()
    customers = reading.customers
    book = FecBook(
        customers=tuple(customers.values()),
        invoices=_numbered(reading),
        payments=tuple(reading.payments),
        adjustments=tuple(reading.adjustments),
        allocations=tuple(reading.allocations),
        findings=tuple(sorted(reading.all_findings(), key=lambda finding: finding.lines)),
        lettered_groups=len(reading.groups),
        balance_cents=sum(line.amount_cents for line in fec.lines if _is_customer_account(line)),
    )
    assert sum(book.open_cents().values()) + sum(reading.without_customer.values()) == book.balance_cents
    return book


def _is_customer_account(line: FecLine) -> bool:
    return line.account.startswith("411")


def _entries(lines: Iterable[FecLine]) -> list[list[FecLine]]:
    """The entries that touch a customer account."""
    entries: dict[tuple[str, str, date], list[FecLine]] = {}
    for line in lines:
        entries.setdefault((line.journal, line.entry, line.entry_on), []).append(line)
    return [entry for entry in entries.values() if any(map(_is_customer_account, entry))]


def _operations(entry: list[FecLine]) -> list[list[FecLine]]:
    """Cut an entry that books several pieces at once, where each piece balances by itself."""
    pieces: dict[str, list[FecLine]] = {}
    for line in entry:
        pieces.setdefault(line.piece, []).append(line)
    parts = list(pieces.values())
    if len(parts) == 1 or any(sum(line.amount_cents for line in part) for part in parts):
        return [entry]
    return [part for part in parts if any(map(_is_customer_account, part))]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the other accounts of an operation tell about its customer lines."""

    opening: bool
    has_money: bool
    has_sales: bool
    vat_cents: int | None  # None where several customers share it
    reason: str  # what it is, where it is neither a sale nor money

    @classmethod
    def of(cls, operation: list[FecLine], lines_of: dict[str, list[FecLine]]) -> "_Facts":
        """Look at one operation, its customer lines being already sorted by customer."""
        others = [line for line in operation if not _is_customer_account(line)]
        has_sales = any(line.account.startswith(_SALES) for line in others)
        vat_cents = -sum(line.amount_cents for line in others if line.account.startswith("4457"))
        return cls(
            opening=_is_opening(operation[0]),
            has_money=any(line.account.startswith(_MONEY) for line in others),
            has_sales=has_sales,
            vat_cents=vat_cents if has_sales and len(lines_of) == 1 else None,
            reason=_reason(others, lines_of),
        )


@dataclass(slots=True)
class _Item:
    """One lettered line: what it belongs to and what is left of it (always positive)."""

    key: str
    line: FecLine
    left_cents: int


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    customers: dict[str, FecCustomer] = field(default_factory=dict)
    invoices: list[FecInvoice] = field(default_factory=list)
    payments: list[FecPayment] = field(default_factory=list)
    adjustments: list[FecAdjustment] = field(default_factory=list)
    allocations: list[FecAllocation] = field(default_factory=list)
    findings: list[FecFinding] = field(default_factory=list)
    groups: dict[tuple[str, str], list[_Item]] = field(default_factory=dict)
    openings: defaultdict[str, list[_Item]] = field(default_factory=lambda: defaultdict(list))
    without_customer: dict[int, int] = field(default_factory=dict)  # cents by line
    ranks: defaultdict[tuple[str, ...], int] = field(default_factory=lambda: defaultdict(int))

    def read(self, operation: list[FecLine]) -> None:
        """Say what each customer line of one operation is."""
        lines_of: dict[str, list[FecLine]] = {}
        for line in filter(_is_customer_account, operation):
            reference = line.auxiliary or line.account
            if not line.auxiliary and line.account.rstrip("0") in _COLLECTIVE:
                self.without_customer[line.line] = line.amount_cents
                continue
            if line.amount_cents:
                name = line.auxiliary_name or line.account_name or reference
                self.customers.setdefault(reference, FecCustomer(reference, name, line.line))
                lines_of.setdefault(reference, []).append(line)
        facts = _Facts.of(operation, lines_of)
        for reference, lines in lines_of.items():
            if facts.opening:
                self._read_opening(reference, lines, operation)
            else:
                self._read_movements(reference, lines, operation, facts)

    def _read_opening(self, reference: str, lines: list[FecLine], operation: list[FecLine]) -> None:
        for line in lines:
            if line.amount_cents > 0:
                self._document(reference, [line], None, carried_forward=True)
            else:
                self._payment(reference, line, operation, carried_forward=True)

    def _read_movements(
        self, reference: str, lines: list[FecLine], operation: list[FecLine], facts: "_Facts"
    ) -> None:
        debits = [line for line in lines if line.amount_cents > 0]
        credits_ = [line for line in lines if line.amount_cents < 0]
        vat_cents = None if debits and credits_ else facts.vat_cents
        if debits and facts.has_sales and sum(line.amount_cents for line in lines) > 0:
            self._document(reference, debits, vat_cents)
        else:
            self._adjust(reference, debits, "remboursement ou impayé" if facts.has_money else facts.reason)
        if facts.has_money:
            for line in credits_:
                self._payment(reference, line, operation)
        elif credits_ and facts.has_sales and not debits:
            self._document(reference, credits_, vat_cents)
        else:
            self._adjust(reference, credits_, facts.reason)

    def _document(
        self, reference: str, lines: list[FecLine], vat_cents: int | None, *, carried_forward: bool = False
    ) -> None:
        total_cents = sum(line.amount_cents for line in lines)
        sign = 1 if total_cents > 0 else -1
        vat_cents = None if vat_cents is None else vat_cents * sign
        if vat_cents is not None and not 0 <= vat_cents < abs(total_cents):
            vat_cents = None
        first = lines[0]
        key = self._item(reference, lines)
        if carried_forward and not first.letter:
            self.openings[reference].append(_Item(key, first, total_cents))
        self.invoices.append(
            FecInvoice(
                key=key,
                line=first.line,
                customer_reference=reference,
                number=(first.piece or f"{first.journal} {first.entry}")[:NUMBER_LENGTH],
                issued_on=first.piece_on or first.entry_on,
                total_cents=abs(total_cents),
                net_cents=None if vat_cents is None else abs(total_cents) - vat_cents,
                vat_cents=vat_cents,
                kind="invoice" if sign > 0 else "credit_note",
                label=first.label,
                letter=first.letter,
                carried_forward=carried_forward,
            )
        )

    def _payment(
        self, reference: str, line: FecLine, operation: list[FecLine], *, carried_forward: bool = False
    ) -> None:
        self.payments.append(
            FecPayment(
                key=self._item(reference, [line]),
                line=line.line,
                customer_reference=reference,
                received_on=line.entry_on,
                amount_cents=-line.amount_cents,
                method="" if carried_forward else _method(line, operation),
                label=line.label,
                piece=line.piece,
                letter=line.letter,
                carried_forward=carried_forward,
            )
        )

    def _adjust(self, reference: str, lines: list[FecLine], reason: str) -> None:
        for line in lines:
            key = self._item(reference, [line])
            self.adjustments.append(
                FecAdjustment(
                    key,
                    line.line,
                    reference,
                    line.entry_on,
                    line.amount_cents,
                    reason,
                    line.label,
                    line.letter,
                )
            )
            self.findings.append(
                FecFinding(
                    "adjustment",
                    (line.line,),
                    reference,
                    line.amount_cents,
                    f"{reason} : ce mouvement n'est ni une facture, ni un avoir, ni un paiement reçu",
                )
            )

    def _item(self, reference: str, lines: list[FecLine]) -> str:
        """Give the record its key, and put its lettered lines in their groups."""
        first = lines[0]
        identity = (first.journal, first.entry, first.entry_on.isoformat(), first.account, first.auxiliary)
        self.ranks[identity] += 1
        text = "\t".join((*identity, str(self.ranks[identity])))
        key = blake2b(text.encode(), digest_size=16).hexdigest()
        for line in lines:
            if line.letter:
                group = self.groups.setdefault((reference, line.letter), [])
                group.append(_Item(key, line, abs(line.amount_cents)))
        return key

    def settle(self) -> None:
        """Follow the lettering: inside a group, the oldest debit is settled first by the oldest credit.

        Credits lettered with nothing of this year settled something of an earlier one: where a customer's
        add up to the opening balance exactly, they are what paid it.
        """
        unexplained: defaultdict[str, list[tuple[str, list[_Item]]]] = defaultdict(list)
        for (reference, letter), items in self.groups.items():
            debits = [item for item in items if item.line.amount_cents > 0]
            credits_ = [item for item in items if item.line.amount_cents < 0]
            self._allocate(reference, letter, debits, credits_)
            if any(item.left_cents for item in items):
                unexplained[reference].append((letter, items))
        for reference, groups in unexplained.items():
            surplus = [
                (letter, item)
                for letter, items in groups
                for item in items
                if item.left_cents and item.line.amount_cents < 0
            ]
            openings = self.openings[reference]
            if sum(item.left_cents for _, item in surplus) == sum(item.left_cents for item in openings):
                for letter, item in surplus:
                    self._allocate(reference, letter, openings, [item])
            for letter, items in groups:
                self._report(reference, letter, items)

    def _allocate(self, reference: str, letter: str, debits: list[_Item], credits_: list[_Item]) -> None:
        waiting = _oldest_first(debits)
        for credit in _oldest_first(credits_):
            for debit in waiting:
                cents = min(credit.left_cents, debit.left_cents)
                if cents:
                    credit.left_cents -= cents
                    debit.left_cents -= cents
                    self.allocations.append(FecAllocation(reference, letter, debit.key, credit.key, cents))
                if not credit.left_cents:
                    break
            waiting = [debit for debit in waiting if debit.left_cents]

    def _report(self, reference: str, letter: str, items: list[_Item]) -> None:
        left_cents = sum(item.left_cents * (1 if item.line.amount_cents > 0 else -1) for item in items)
        if not left_cents:
            return
        amount = french_euros(abs(left_cents))
        if left_cents > 0:
            reason = (
                f"lettrage {letter} : {amount} soldés par une écriture absente du fichier, sans doute après"
            )
        else:
            reason = f"lettrage {letter} : {amount} de paiements soldent une écriture absente du fichier"
        lines = tuple(item.line.line for item in items if item.left_cents)
        self.findings.append(FecFinding("unbalanced_letter", lines, reference, left_cents, reason))

    def all_findings(self) -> list[FecFinding]:
        """The findings, with the lines that belong to no customer as one."""
        if not self.without_customer:
            return self.findings
        reason = "compte collectif sans compte auxiliaire : le fichier ne dit pas de quel client il s'agit"
        lines = tuple(self.without_customer)
        amount_cents = sum(self.without_customer.values())
        return [*self.findings, FecFinding("no_customer", lines, "", amount_cents, reason)]


def _oldest_first(items: list[_Item]) -> list[_Item]:
    return sorted(items, key=lambda item: (item.line.piece_on or item.line.entry_on, item.line.line))


def _words(*texts: str) -> str:
    plain = unicodedata.normalize("NFKD", " ".join(("", *texts, "")).lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _is_opening(line: FecLine) -> bool:
    """Whether the entry opens the year: the journal says it."""
    return line.journal.upper() in ("AN", "ANO", "RAN", "AN0") or "nouveau" in _words(line.journal_name)


def _reason(others: list[FecLine], lines_of: dict[str, list[FecLine]]) -> str:
    for prefix, reason in _OTHER_REASONS:
        if any(line.account.startswith(prefix) for line in others):
            return reason
    return "transfert d'un client à un autre" if len(lines_of) > 1 else "opération diverse"


def _method(line: FecLine, operation: list[FecLine]) -> str:
    accounts = {other.account[:4] for other in operation}
    if "5112" in accounts:
        return "cheque"
    if "5113" in accounts:
        return "bill"
    if any(account.startswith("53") for account in accounts):
        return "cash"
    for words in (_words(line.label, line.piece), _words(line.journal_name, line.journal)):
        for method, signs in _METHODS:
            if any(sign in words for sign in signs):
                return method
    return ""


def _numbered(reading: _Reading) -> tuple[FecInvoice, ...]:
    """Give every document a number of its own: its piece, made longer where several share it."""
    sharing: defaultdict[str, list[FecInvoice]] = defaultdict(list)
    for invoice in reading.invoices:
        sharing[invoice.number].append(invoice)
    used = {number for number, invoices in sharing.items() if len(invoices) == 1}
    numbers: dict[str, str] = {}
    for number, invoices in sharing.items():
        if len(invoices) == 1:
            continue
        for invoice in invoices:
            start = f"AN {invoice.issued_on}" if invoice.carried_forward else number
            wanted = given = f"{start} {invoice.customer_reference}"[:NUMBER_LENGTH]
            rank = 1
            while given in used:
                rank += 1
                given = f"{wanted[: NUMBER_LENGTH - 7]} {rank}"
            used.add(given)
            numbers[invoice.key] = given
        year = [invoice for invoice in invoices if not invoice.carried_forward]
        if len(year) > 1:
            given_numbers = ", ".join(numbers[invoice.key] for invoice in year[:5])
            reason = f"la pièce {number} est celle de {len(year)} écritures, nommées ici {given_numbers}"
            lines = tuple(invoice.line for invoice in year)
            reading.findings.append(
                FecFinding("repeated_piece", lines, year[0].customer_reference, 0, reason)
            )
    return tuple(replace(row, number=numbers.get(row.key, row.number)) for row in reading.invoices)
