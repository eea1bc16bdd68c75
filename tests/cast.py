"""The cast of the stories: named companies and customers, and a desk where a day's work is done with the real verbs.

A desk stands in for the command line inside one process: what it is given are the bytes of files, days and words,
never rows of the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from quittance.collection.operations import lift_pause, pause
from quittance.customers.queries import customer_by_reference
from quittance.domain.money import plain_euros
from quittance.domain.reminders import Action, Rest
from quittance.flows.chase import Day, Decision, day
from quittance.flows.deliver import Delivered, PostOffice, send
from quittance.flows.doctor import examine
from quittance.flows.onboard import (
    ImportedCustomers,
    ImportedInvoices,
    import_customers,
    import_invoices,
    open_company,
)
from quittance.flows.receive_payments import (
    Matched,
    confirm_line,
    import_statement,
    match,
    take_back_line,
)
from quittance.gateways.files import MemoryArchive
from quittance.gateways.mailer import MemoryMailer
from quittance.payments.operations import (
    ImportedStatement,
    set_aside_line,
    take_back_credit,
    use_credit,
)
from quittance.payments.queries import MatchRow, match_rows

if TYPE_CHECKING:
    from quittance.company.models import Company

ACTOR = "test:camille"

# Two companies, so that there is always somebody else's data that must not be touched.
MOREL_IBAN = "FR7630006000011234567890189"
DUPONT_IBAN = "FR7630004001000000015784334"
STRANGER_IBAN = "FR7612345001000000015784197"


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of the stories, and how the bank shows their transfers."""

    reference: str
    name: str
    bank_name: str
    iban: str
    email: str
    kind: str = "Entreprise"
    tone: str = ""


BONPAYEUR = Person(
    "BON",
    "Menuiserie Bonpayeur",
    "MENUISERIE BONPAYEUR",
    "FR7620041001000000015784267",
    "compta@bonpayeur.example",
)
TARDIF = Person(
    "TAR", "Tardif & Fils", "TARDIF ET FILS", "FR7610278001000000015784151", "compta@tardif.example"
)
LITIGE = Person(
    "LIT", "Zoé Litige Décoration", "ZOE LITIGE DECO", "FR7630002001000000015784318", "zoe@litige.example"
)
FAILLITE = Person(
    "FAI", "Garage Faillite", "GARAGE FAILLITE", "FR7614406001000000015784195", "garage@faillite.example"
)
MAIRIE = Person(
    "MAI", "Mairie de Saint-Aubin", "MAIRIE ST AUBIN", "", "compta@saint-aubin.example", kind="Public"
)
PARTICULIER = Person(
    "PAR", "Odile Marchand", "MME ODILE MARCHAND", "", "odile@marchand.example", kind="Particulier"
)
MUET = Person("MUE", "Chantier Muet", "CHANTIER MUET", "", "")
CAST = (BONPAYEUR, TARDIF, LITIGE, FAILLITE, MAIRIE, PARTICULIER, MUET)


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice (or, with `credit_note`, an avoir) of the stories."""

    number: str
    customer: Person
    issued_on: date
    due_on: date
    total_cents: int
    credit_note: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """A movement on the bank account: received > 0, paid out < 0."""

    on: date
    cents: int
    words: str
    payer: str = ""
    payer_iban: str = ""
    ref: str = ""


def paid_by(customer: Person, on: date, cents: int, words: str, *, ref: str = "") -> Transfer:
    """A transfer of a customer, as their bank shows it."""
    return Transfer(on, cents, words, customer.bank_name, customer.iban, ref)


def at_noon(on: date) -> datetime:
    """The instant of the stories: noon, far from any change of day."""
    return datetime.combine(on, time(11), UTC)


def customers_csv(people: Sequence[Person]) -> bytes:
    """A file of customers, as a French program exports it."""
    rows = ["Code client;Raison sociale;Type de client;E-mail;IBAN;Délai de paiement;Ton;Adresse;CP;Ville"]
    rows += [
        f"{one.reference};{one.name};{one.kind};{one.email};{one.iban};30 jours;{one.tone};1 rue du Port;69002;Lyon"
        for one in people
    ]
    return ("\n".join(rows) + "\n").encode()


def invoices_csv(bills: Sequence[Bill]) -> bytes:
    """A file of invoices and credit notes."""
    rows = ["Type;Numéro;Date;Code client;Date d'échéance;Montant TTC"]
    rows += [
        f"{'Avoir' if one.credit_note else 'Facture'};{one.number};{one.issued_on};{one.customer.reference};"
        f"{one.due_on};{plain_euros(one.total_cents)}"
        for one in bills
    ]
    return ("\n".join(rows) + "\n").encode()


def statement_xml(
    transfers: Sequence[Transfer], *, through: date, since: date | None = None, iban: str = MOREL_IBAN
) -> bytes:
    """A CAMT.053 statement that covers the days up to `through`; it adds up from an opening of 1,000 euros."""
    first = since or min([through, *(one.on for one in transfers)])
    closing = 100_000 + sum(one.cents for one in transfers)
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{plain_euros(abs(cents))}</Amt>'
        f"<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
        for code, cents, on in (("OPBD", 100_000, first), ("CLBD", closing, through))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-01T06:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id>"
        f"<CreDtTm>{through}T23:00:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{through}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}"
        + "".join(_entry(one) for one in transfers)
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _entry(one: Transfer) -> str:
    side, mark = ("Dbtr", "CRDT") if one.cents > 0 else ("Cdtr", "DBIT")
    party = f"<{side}><Nm>{escape(one.payer)}</Nm></{side}>" if one.payer else ""
    account = f"<{side}Acct><Id><IBAN>{one.payer_iban}</IBAN></Id></{side}Acct>" if one.payer_iban else ""
    reference = f"<AcctSvcrRef>{one.ref}</AcctSvcrRef>" if one.ref else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{plain_euros(abs(one.cents))}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{one.on}</Dt></BookgDt>{reference}"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><RltdPties>{party}{account}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(one.words)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


@dataclass(slots=True)
class Desk:
    """One company's desk: files come in, days go by, mails leave into memory."""

    company: Company
    iban: str
    letters: Path  # where the letters to post are laid
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    read_on: date | None = None  # last day of the statement before

    def customers(self, *people: Person, on: date = date(2026, 1, 5)) -> ImportedCustomers:
        return import_customers(
            company=self.company,
            data=customers_csv(people or CAST),
            file_name="clients.csv",
            actor=ACTOR,
            at=at_noon(on),
        )

    def invoices(self, *bills: Bill, dry_run: bool = False) -> ImportedInvoices:
        return import_invoices(
            company=self.company,
            data=invoices_csv(bills),
            lines=None,
            file_name="factures.csv",
            archive=self.archive,
            actor=ACTOR,
            at=at_noon(max(bill.issued_on for bill in bills)),
            dry_run=dry_run,
        )

    def statement(
        self, *transfers: Transfer, through: date, since: date | None = None, dry_run: bool = False
    ) -> ImportedStatement:
        """Bring in a statement, without matching it; unless said otherwise it goes on from the one before."""
        days = [through, *(one.on for one in transfers)]
        if self.read_on is not None:
            days.append(self.read_on + timedelta(days=1))
        if not dry_run:
            self.read_on = through
        return import_statement(
            company=self.company,
            data=statement_xml(transfers, through=through, since=since or min(days), iban=self.iban),
            file_name=f"releve-{through}.xml",
            actor=ACTOR,
            at=at_noon(through),
            dry_run=dry_run,
        )

    def match(self, on: date) -> Matched:
        return match(company=self.company, actor=ACTOR, at=at_noon(on))

    def bank(self, *transfers: Transfer, through: date) -> Matched:
        """Bring in a statement and match it, as every morning."""
        self.statement(*transfers, through=through)
        return self.match(through)

    def day(self, on: date, *, dry_run: bool = False) -> Day:
        return day(company=self.company, today=on, actor=ACTOR, at=at_noon(on), dry_run=dry_run)

    def send(self, on: date) -> Delivered:
        office = PostOffice(
            mailer_of=lambda _: self.mailer,
            archive=self.archive,
            letters=self.letters,
            worker="test:1:1",
            is_dead=lambda _: True,
            clock=lambda: at_noon(on),
            actor=ACTOR,
        )
        return send(company_ids=[self.company.pk], office=office, today=on)

    def morning(self, on: date, *transfers: Transfer) -> Day:
        """A whole morning: yesterday's bank statement, the day's decisions, the mails."""
        self.bank(*transfers, through=on - timedelta(days=1))
        decided = self.day(on)
        self.send(on)
        return decided

    def pause(self, customer: Person, *, on: date, until: date, reason: str) -> None:
        found = customer_by_reference(self.company.pk, customer.reference)
        pause(
            company_id=self.company.pk,
            customer_id=found.pk,
            from_on=on,
            until_on=until,
            reason=reason,
            actor=ACTOR,
            at=at_noon(on),
        )

    def lift_pause(self, customer: Person, *, on: date) -> None:
        found = customer_by_reference(self.company.pk, customer.reference)
        lift_pause(company_id=self.company.pk, customer_id=found.pk, today=on, actor=ACTOR, at=at_noon(on))

    def confirm(self, line_id: int, *chosen: str, on: date) -> int:
        return confirm_line(
            company=self.company, bank_line_id=line_id, chosen=chosen, actor=ACTOR, at=at_noon(on)
        )

    def undo(self, line_id: int, *, on: date) -> int:
        return take_back_line(company=self.company, bank_line_id=line_id, actor=ACTOR, at=at_noon(on))

    def nobodys(self, line_id: int, reason: str, *, on: date) -> int:
        return set_aside_line(
            company_id=self.company.pk, bank_line_id=line_id, reason=reason, actor=ACTOR, at=at_noon(on)
        )

    def use_credit(self, customer: Person, *, on: date) -> list[tuple[str, int]]:
        found = customer_by_reference(self.company.pk, customer.reference)
        return use_credit(
            company_id=self.company.pk, customer_id=found.pk, today=on, actor=ACTOR, at=at_noon(on)
        )

    def take_back_credit(self, customer: Person, *, on: date, used_at: datetime | None = None) -> int:
        found = customer_by_reference(self.company.pk, customer.reference)
        return take_back_credit(
            company_id=self.company.pk, customer_id=found.pk, actor=ACTOR, at=at_noon(on), used_at=used_at
        )

    def lines(self) -> list[MatchRow]:
        return list(match_rows(self.company.pk))

    def broken(self, on: date) -> list[str]:
        """Every invariant that does not hold, in words; the right answer is an empty list."""
        found = examine(company_id=self.company.pk, archive=self.archive, today=on)
        return [f"{one.invariant}: {one.where}: {one.reason}" for one in found]

    @property
    def mails(self) -> list[EmailMessage]:
        return self.mailer.delivered


def morel(letters: Path) -> Desk:
    """Atelier Morel, the company of the stories."""
    return _desk("atelier-morel", "Atelier Morel", "732829320", MOREL_IBAN, letters)


def dupont(letters: Path) -> Desk:
    """Dupont Peinture, the other company of the installation."""
    return _desk("dupont-peinture", "Dupont Peinture", "552100554", DUPONT_IBAN, letters)


def _desk(slug: str, name: str, siren: str, iban: str, letters: Path) -> Desk:
    company = open_company(
        slug=slug,
        name=name,
        siren=siren,
        iban=iban,
        bic="",
        actor=ACTOR,
        at=at_noon(date(2026, 1, 5)),
        email=f"compta@{slug}.example",
        phone="04 78 00 00 00",
        city="Lyon",
        signatory_name="Julien Morel",
        signatory_title="Gérant",
        default_term="NET_30",
    )
    return Desk(company, iban, letters)


def decision_for(decided: Day, customer: Person) -> Decision | None:
    """What a day decided about one customer; `None` when nothing of theirs is due or soon due."""
    decisions = (*decided.actions, *decided.rests)
    return next((one for one in decisions if one.customer.reference == customer.reference), None)


def in_words(decided: Day, customer: Person) -> str:
    """The decision in one word: a step (`J+10`), `rest: reason`, or `nothing`."""
    decision = decision_for(decided, customer)
    if decision is None:
        return "nothing"
    outcome = decision.outcome
    if isinstance(outcome, Action):
        return outcome.step.code
    assert isinstance(outcome, Rest)
    return f"rest: {outcome.code}"
