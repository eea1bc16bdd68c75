"""An invented book to measure with: customers, invoices of three lines, a bank statement, and what it really pays.

The same size always gives the same files. Run as a program in a process of its own, so that what it needs of memory
is not counted with the work that is measured: `python -m quittance.interfaces.cli.bench_book FOLDER SIZE`.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from quittance.domain.identifiers import iban_from_rib
from quittance.domain.money import half_up, plain_euros

LAST_DAY = date(2026, 11, 20)  # the bank is read to here: a Friday
OUR_IBAN = iban_from_rib("30002", "00550", "00000157845")
VAT_BP = 2_000
OPENING_CENTS = 1_500_000

_TRADES = ("Ébénisterie", "Serrurerie", "Brasserie", "Cabinet", "Carrières", "Couverture", "Fromagerie", "Papeterie",
           "Scierie", "Tannerie", "Tuilerie", "Verrerie")  # fmt: skip
_PLACES = ("des Alouettes", "du Beffroi", "de la Combe", "des Deux Rives", "de l'Estran", "du Grand Pré", "de la Halle",
           "des Îles", "du Lavoir", "de la Meulière", "du Pont Neuf", "de la Source")  # fmt: skip
_FORMS = ("SARL", "SAS", "EURL", "SA")
_GOODS = (
    "Dépose",
    "Fournitures",
    "Heures d'atelier",
    "Livraison",
    "Main-d'œuvre",
    "Pose",
    "Réglage",
    "Tracé",
)
_OUTGOING = (
    "PRLV FOURNISSEUR ENERGIE",
    "ECHEANCE LEASING VEHICULE",
    "FRAIS DE GESTION COMPTE",
    "VIR PAIE SALARIE",
)
_STRANGERS = ("REMISE TPE", "VIR CAISSE DES CONGES", "REGUL COTISATIONS", "VIR COMPTE LIVRET")

# Of a hundred bank lines: how many there are of each kind. The first seven kinds pay invoices: 80 lines.
SHARES = (
    ("number", 40),  # the invoice number as printed
    ("retyped", 11),  # the number as people retype it
    ("several", 9),  # one transfer for two or three invoices
    ("part", 6),  # a part of an invoice
    ("amount", 8),  # no number: the name and the exact sum
    ("fee", 3),  # the bank kept something back
    ("more", 3),  # a little too much
    ("outgoing", 13),
    ("stranger", 7),
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer of the book."""

    code: str
    name: str
    siren: str
    iban: str
    term_days: int


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice of the book; `lines`: (words, quantity, price in cents)."""

    number: str
    buyer: Buyer
    issued_on: date
    due_on: date
    lines: tuple[tuple[str, int, int], ...]
    net_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A bank line and, for whoever checks the matching, what it pays."""

    booked_on: date
    cents: int
    label: str
    kind: str
    payer: str = ""
    iban: str = ""
    pays: tuple[tuple[str, int], ...] = field(default=())


def write_book(folder: Path, size: int) -> None:
    """Write a book of `size` invoices and as many bank lines into a folder."""
    random = Random(size)  # noqa: S311 - the same book each time is the point
    buyers = [_buyer(random, rank) for rank in range(1, max(2, size // 10) + 1)]
    bills = _bills(random, buyers, size)
    movements = sorted(_movements(random, bills, size), key=lambda movement: movement.booked_on)
    _write_csv(
        folder / "customers.csv",
        ("Code client", "Raison sociale", "SIREN", "E-mail", "Ville", "IBAN", "Délai de paiement"),
        (
            (
                one.code,
                one.name,
                one.siren,
                f"{one.code.lower()}@client.example",
                "Dijon",
                one.iban,
                one.term_days,
            )
            for one in buyers
        ),
    )
    _write_csv(
        folder / "invoices.csv",
        ("Numéro", "Code client", "Date", "Date d'échéance", "Total HT", "TVA", "Montant TTC"),
        map(_bill_row, bills),
    )
    _write_csv(
        folder / "lines.csv",
        ("Numéro", "Ligne", "Désignation", "Quantité", "Prix unitaire HT", "Taux de TVA", "Montant HT"),
        (
            (bill.number, rank, words, quantity, plain_euros(cents), "20", plain_euros(quantity * cents))
            for bill in bills
            for rank, (words, quantity, cents) in enumerate(bill.lines, start=1)
        ),
    )
    _write_csv(
        folder / "truth.csv",
        ("line_no", "kind", "amount", "allocations"),
        (
            (
                rank,
                one.kind,
                plain_euros(one.cents),
                "|".join(f"{bill}:{plain_euros(part)}" for bill, part in one.pays),
            )
            for rank, one in enumerate(movements, start=1)
        ),
    )
    _write_statement(folder / "bank.camt053.xml", movements)


def _bill_row(bill: Bill) -> Sequence[object]:
    vat_cents = bill.total_cents - bill.net_cents
    amounts = (plain_euros(cents) for cents in (bill.net_cents, vat_cents, bill.total_cents))
    return bill.number, bill.buyer.code, bill.issued_on, bill.due_on, *amounts


def _buyer(random: Random, rank: int) -> Buyer:
    name = f"{random.choice(_TRADES)} {random.choice(_PLACES)} {_syllables(rank)} {random.choice(_FORMS)}"
    return Buyer(
        code=f"CL{rank:05d}",
        name=name,
        siren=_with_luhn_key(f"{random.randrange(10_000_000, 99_999_999)}"),
        iban=iban_from_rib("30003", f"{rank % 90_000 + 1:05d}", f"{random.randrange(10**11):011d}"),
        term_days=random.choice((30, 30, 45, 60)),
    )


def _syllables(rank: int) -> str:
    """Write a number as a word, so that no two names are the same: 17 is « Bedo »."""
    word = ""
    while rank:
        rank, digit = divmod(rank, 40)
        word += "bdfglmpr"[digit % 8] + "aeiou"[digit // 8]
    return word.capitalize()


def _with_luhn_key(digits: str) -> str:
    doubled = [int(digit) * (2 - rank % 2) for rank, digit in enumerate(reversed(digits))]
    return f"{digits}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def _bills(random: Random, buyers: Sequence[Buyer], size: int) -> list[Bill]:
    terms = sorted(
        ((LAST_DAY - timedelta(days=random.randint(-30, 90)), random.choice(buyers)) for _ in range(size)),
        key=lambda term: (term[0] - timedelta(days=term[1].term_days), term[1].code),
    )
    bills = []
    for rank, (due_on, buyer) in enumerate(terms, start=1):
        lines = tuple(
            (random.choice(_GOODS), random.choice((1, 1, 2, 4, 8)), random.randint(900, 45_000))
            for _ in range(3)
        )
        net_cents = sum(quantity * cents for _, quantity, cents in lines)
        total_cents = net_cents + half_up(net_cents * VAT_BP, 10_000)
        issued_on = due_on - timedelta(days=buyer.term_days)
        bills.append(Bill(f"QB-26-{rank:06d}", buyer, issued_on, due_on, lines, net_cents, total_cents))
    return bills


def _movements(random: Random, bills: Sequence[Bill], size: int) -> list[Movement]:
    """Pay invoices in a shuffled order, each at most once; what is left of the size is no payment of ours."""
    movements: list[Movement] = []
    unpaid = random.sample(bills, len(bills))
    of_buyer: dict[str, list[Bill]] = {}
    for bill in unpaid:
        of_buyer.setdefault(bill.buyer.code, []).append(bill)
    taken: set[str] = set()
    for kind, share in SHARES:
        count = half_up(size * share, 100) if kind != "stranger" else size - len(movements)
        for _ in range(count):
            if kind in ("outgoing", "stranger") or len(taken) == len(bills):
                movements.append(_foreign(random, kind))
                continue
            first = next(bill for bill in iter(unpaid.pop, None) if bill.number not in taken)
            together = [first]
            if kind == "several":
                others = [bill for bill in of_buyer[first.buyer.code] if bill.number not in taken]
                together += [bill for bill in others if bill is not first][: random.randint(1, 2)]
            taken.update(bill.number for bill in together)
            movements.append(_payment(random, kind, together))
    return movements


def _payment(random: Random, kind: str, together: Sequence[Bill]) -> Movement:
    first = together[0]
    total = sum(bill.total_cents for bill in together)
    changed: dict[str, Callable[[], int]] = {
        "part": lambda: half_up(total * random.randint(2, 8), 10),
        "fee": lambda: total - random.randint(150, 1_900),
        "more": lambda: total + random.randint(1, 900),
    }
    cents = changed[kind]() if kind in changed else total
    numbers = " ".join(bill.number for bill in together)
    words = {
        "retyped": _retyped(random, first.number),
        "amount": random.choice(("", "REGLEMENT", "SOLDE")),
    }.get(kind, numbers)
    bare = first.buyer.name.upper().replace("'", " ")
    form = random.choice(
        ("VIR RECU DE {who} {what}", "VIREMENT SEPA {who} MOTIF {what}", "{who} / {what}", "VIR {who} {what}")
    )
    paid_on = max(bill.due_on for bill in together) + timedelta(days=random.randint(-6, 24))
    earliest_on = max(bill.issued_on for bill in together) + timedelta(days=1)
    return Movement(
        booked_on=min(max(paid_on, earliest_on), LAST_DAY),
        cents=cents,
        label=form.format(who=bare, what=words).strip(" /"),
        kind=kind,
        payer=bare,
        iban=first.buyer.iban if random.random() < 0.5 else "",
        pays=tuple((bill.number, cents if kind == "part" else bill.total_cents) for bill in together),
    )


def _retyped(random: Random, number: str) -> str:
    _, year, sequence = number.split("-")
    return random.choice((
        f"QB{year}{sequence}", f"qb {year} {sequence}", f"FACT {number.replace('-', '/')}", f"N° {year}-{sequence}",
        f"QB {year} - {sequence}", f"facture {int(sequence)}", number.replace("0", "O"),
    ))  # fmt: skip


def _foreign(random: Random, kind: str) -> Movement:
    words = _OUTGOING if kind == "outgoing" else _STRANGERS
    cents = random.randint(500, 480_000)
    return Movement(
        booked_on=LAST_DAY - timedelta(days=random.randint(0, 100)),
        cents=-cents if kind == "outgoing" else cents,
        label=f"{random.choice(words)} {random.randint(0, 9_999):04d}",
        kind=kind,
    )


def _write_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        writer.writerows(rows)


def _write_statement(path: Path, movements: Sequence[Movement]) -> None:
    """Write the movements as one CAMT.053.001.08 statement whose balances agree."""
    closing_cents = OPENING_CENTS + sum(movement.cents for movement in movements)
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
            f"<GrpHdr><MsgId>BENCH</MsgId><CreDtTm>{LAST_DAY}T20:00:00</CreDtTm></GrpHdr>"
            f"<Stmt><Id>BENCH-{len(movements)}</Id><Acct><Id><IBAN>{OUR_IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        )
        for code, cents, on in (
            ("OPBD", OPENING_CENTS, movements[0].booked_on),
            ("CLBD", closing_cents, LAST_DAY),
        ):
            file.write(
                f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}<Dt><Dt>{on}</Dt></Dt></Bal>"
            )
        for rank, movement in enumerate(movements, start=1):
            file.write(_entry(rank, movement))
        file.write("</Stmt></BkToCstmrStmt></Document>\n")


def _amount(cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    return f'<Amt Ccy="EUR">{plain_euros(abs(cents))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _entry(rank: int, movement: Movement) -> str:
    account = f"<DbtrAcct><Id><IBAN>{movement.iban}</IBAN></Id></DbtrAcct>" if movement.iban else ""
    payer = f"<Dbtr><Pty><Nm>{escape(movement.payer)}</Nm></Pty></Dbtr>{account}" if movement.payer else ""
    parties = f"<RltdPties>{payer}</RltdPties>" if payer else ""
    return (
        f"<Ntry>{_amount(movement.cents)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{movement.booked_on}</Dt></BookgDt>"
        f"<ValDt><Dt>{movement.booked_on}</Dt></ValDt><AcctSvcrRef>MV{rank:08d}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls>{parties}<RmtInf><Ustrd>{escape(movement.label)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


if __name__ == "__main__":
    write_book(Path(sys.argv[1]), int(sys.argv[2]))
