"""A small company's book and bank statement with the truth of what pays what, drawn from a seed.

It is written from how French customers pay, not from any one bank or numbering: each book draws its own
series of numbers, many amounts are round and repeated every month, names are cut and mistyped, some money
pays nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from quittance.domain.matching import IncomingLine, OpenReceivable, Payer

FIRST_DAY = date(2026, 1, 5)
TRADES = (
    *("Menuiserie", "Toitures", "Jardins", "Serrurerie", "Carrosserie", "Fromagerie", "Reliure", "Verrerie"),
    *("Optique", "Couverture", "Ramonage", "Tapisserie", "Cartonnage", "Horlogerie", "Scierie", "Miroiterie"),
)
PLACES = (
    "Nord",
    "Loire",
    "Vercors",
    "Camargue",
    "Léman",
    "Argonne",
    "Bresse",
    "Cévennes",
    "Thiérache",
    "Forez",
)
PEOPLE = (
    "Abadie",
    "Bréchet",
    "Castagné",
    "Delmotte",
    "Esnault",
    "Faucher",
    "Imbert",
    "Kermadec",
    "Lhéritier",
)
FORMS = ("SARL", "SAS", "S.A.S.", "EURL", "SA", "SCI", "")
SERIES: tuple[Callable[[int, date], str], ...] = (
    lambda rank, day: f"F-{day.year}-{rank:04d}",
    lambda rank, day: f"{day.year}/{day.month:02d}/{rank:03d}",
    lambda rank, day: f"FAC{day.year % 100}-{rank:05d}",
    lambda rank, day: f"INV{rank:06d}",
    lambda rank, day: f"{20000 + rank}",
    lambda rank, day: f"VT{day.year}{day.month:02d}{rank:04d}",
)


@dataclass
class Book:
    """What `match_lines` is given, and what it ought to find: receivable id -> cents, by line id."""

    lines: list[IncomingLine] = field(default_factory=list)
    receivables: list[OpenReceivable] = field(default_factory=list)
    payers: list[Payer] = field(default_factory=list)
    truth: dict[int, dict[int, int]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)


class Writer:
    """Draws one book."""

    def __init__(self, seed: int, customers: int) -> None:
        self.random = Random(seed)
        self.book = Book()
        self.series = self.random.choice(SERIES)
        self.own_iban = 0
        for customer_id in range(1, customers + 1):
            self.book.payers.append(self.customer(customer_id))
        self.bill(customers * 8)
        self.unpaid = {one.id: one for one in self.book.receivables}
        self.of_customer: dict[int, list[OpenReceivable]] = {}
        for one in self.book.receivables:
            self.of_customer.setdefault(one.customer_id, []).append(one)

    def customer(self, customer_id: int) -> Payer:
        draw = self.random
        words = [
            draw.choice(TRADES),
            draw.choice((*PEOPLE, *PLACES)),
            draw.choice(("", *PLACES, "et Filles", "& Cie")),
        ]
        if draw.random() < 0.15:
            words = [
                draw.choice(("Mme", "M.")),
                draw.choice(("Zoé", "Aristide", "Maëlle")),
                draw.choice(PEOPLE),
            ]
        else:
            words.append(draw.choice(FORMS))
        name = " ".join(word for word in words if word)
        return Payer(customer_id, name, f"CLI{customer_id:05d}", frozenset({f"FR76{customer_id:023d}"}))

    def bill(self, count: int) -> None:
        draw = self.random
        days = sorted(FIRST_DAY + timedelta(days=draw.randrange(200)) for _ in range(count))
        monthly = {
            payer.customer_id: draw.choice((6_000, 12_000, 24_000, 49_900)) for payer in self.book.payers
        }
        for rank, issued_on in enumerate(days, start=1):
            payer = draw.choice(self.book.payers)
            cents = draw.choice(
                (monthly[payer.customer_id], draw.randrange(20, 300) * 1_200, draw.randrange(4_000, 400_000))
            )
            order = f"BC{draw.randrange(10_000, 99_999)}" if draw.random() < 0.2 else ""
            reference = f"RF{draw.randrange(10, 99)}{rank:08d}" if draw.random() < 0.3 else ""
            due_on = issued_on + timedelta(days=draw.choice((0, 30, 45, 60)))
            self.book.receivables.append(
                OpenReceivable(
                    rank,
                    payer.customer_id,
                    self.series(rank, issued_on),
                    issued_on,
                    due_on,
                    cents,
                    cents,
                    reference,
                    order,
                )
            )

    def take(self, count: int = 1) -> list[OpenReceivable]:
        """Take unpaid invoices of one customer, in their order."""
        while True:
            owner = self.random.choice(self.book.payers).customer_id
            own = [one for one in self.of_customer.get(owner, ()) if one.id in self.unpaid]
            if len(own) >= count:
                taken = sorted(self.random.sample(own, count), key=lambda one: one.id)
                for one in taken:
                    del self.unpaid[one.id]
                return taken

    def name(self, customer_id: int) -> str:
        """The customer's name as the bank may carry it."""
        name = self.book.payers[customer_id - 1].name
        letters = list(name)
        at = self.random.randrange(3, len(letters) - 3)
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
        return self.random.choice(
            (
                name,
                name,
                name.upper(),
                name.upper(),
                " ".join(reversed(name.split())),
                name[:24],
                "".join(letters),
            )
        )

    def receive(
        self, kind: str, cents: int, said: str, paid: dict[int, int], owner: int | None, day: date
    ) -> None:
        """Write the line; the payer is shown by name, by IBAN, in the label, or (owner None) not at all."""
        shown = self.random.random()
        name = self.name(owner) if owner else ""
        iban = f"FR76{owner:023d}" if owner and shown < 0.3 else ""
        label = self.random.choice(
            ("VIR {name} {said}", "{said} {name}", "VIREMENT RECU {name} MOTIF: {said} NOTPROVIDED")
        )
        self.book.lines.append(
            IncomingLine(
                id=len(self.book.lines) + 1,
                booked_on=day,
                amount_cents=cents,
                label=" ".join(label.format(name=name, said=said).split()),
                counterparty_name=name if shown < 0.85 else "",
                counterparty_iban=iban,
            )
        )
        self.book.truth[len(self.book.lines)] = paid
        self.book.kinds[len(self.book.lines)] = kind

    def day_after(self, invoices: list[OpenReceivable]) -> date:
        return max(
            max(one.due_on for one in invoices) + timedelta(days=self.random.randrange(-5, 40)),
            invoices[-1].issued_on,
        )

    def reformatted(self, number: str) -> str:
        draw = self.random
        return draw.choice(
            (
                number.replace("-", "").replace("/", ""),
                number.replace("-", " ").replace("/", " "),
                number.replace("-", "/").lower(),
                f"n° {number}",
                f"facture{number}" if number[0].isdigit() else f"FACT. {number}",
            )
        )

    def mistyped(self, number: str) -> str:
        at = self.random.randrange(len(number) - 4, len(number) - 1)
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        return self.random.choice((swapped, number[:at] + number[at + 1 :], number.replace("0", "O")))

    def one_paid(self, kind: str) -> None:
        """One invoice, named in some way or not at all, in full, in part, with too much or too little."""
        draw = self.random
        [one] = self.take()
        cents, owner = one.open_cents, one.customer_id
        said = {
            "named": one.invoice_number,
            "reformatted": self.reformatted(one.invoice_number),
            "mistyped": self.mistyped(one.invoice_number),
            "order": f"CDE {one.order_reference}" if one.order_reference else one.invoice_number,
            "reference": one.payment_reference or one.invoice_number,
            "unnamed": draw.choice(
                ("", "MERCI", "VOTRE FACTURE", "REGLEMENT", f"DU {one.issued_on:%d/%m/%Y}")
            ),
            "mute": draw.choice(("", f"FACTURE DU {one.issued_on:%d/%m/%y}")),
        }.get(kind, one.invoice_number)
        paid = cents
        if kind == "part":
            cents = paid = cents * draw.randrange(10, 95) // 100
        elif kind == "fee":
            cents = paid = cents - draw.choice((150, 800, 1_500, cents // 50))
        elif kind == "over":
            cents += draw.choice((1, 90, 1_000, 4_000))
        shown = None if kind in ("third", "mute") else owner
        self.receive(kind, cents, said, {one.id: paid}, shown, self.day_after([one]))

    def several_paid(self, kind: str) -> None:
        """Two to five invoices in one transfer."""
        many = self.take(self.random.choice((2, 2, 3, 3, 4, 5)))
        first, last = many[0].invoice_number, many[-1].invoice_number
        width = 3
        listed = " ".join((first, *(one.invoice_number[-width:] for one in many[1:])))
        said = {
            "list": self.random.choice((" ", " + ", ", ", " et ")).join(one.invoice_number for one in many),
            "short list": listed,
            "range": f"{first} à {last}",
            "following": f"{first} et suivantes",
            "more": f"{first} + {len(many) - 1}",
            "balance": self.random.choice(("solde de tout compte", "relevé du mois", "factures")),
        }[kind]
        paid = {one.id: one.open_cents for one in many}
        self.receive(kind, sum(paid.values()), said, paid, many[0].customer_id, self.day_after(many))

    def nothing_paid(self, kind: str) -> None:
        """Money that pays no open invoice: a grant, an advance, a second payment, a parent of a customer."""
        draw = self.random
        day = FIRST_DAY + timedelta(days=draw.randrange(30, 260))
        cents = draw.choice((draw.randrange(1, 90) * 10_000, draw.randrange(1_000, 300_000)))
        if kind == "grant":
            said = draw.choice(("CAF ALLOCATION", "REMISE CHQ", "REMBT TROP VERSE", "VIR INTERNE", "CPAM IJ"))
            self.receive(kind, cents, f"{said} {draw.randrange(10**7):07d}", {}, None, day)
        elif kind == "advance":
            owner = draw.choice(self.book.payers).customer_id
            self.receive(
                kind, cents, draw.choice(("acompte commande", "acompte devis 2026-4")), {}, owner, day
            )
        else:
            again = draw.choice(
                [line for line in self.book.lines if self.book.kinds[line.id] in PAID_AS_NAMED]
            )
            line_id = len(self.book.lines) + 1
            later = again.booked_on + timedelta(days=draw.randrange(1, 25))
            self.book.lines.append(replace(again, id=line_id, booked_on=later))
            self.book.truth[line_id] = {}
            self.book.kinds[line_id] = kind


PAID_AS_NAMED = ("named", "reformatted", "reference", "list")
SITUATIONS: tuple[tuple[str, int, Callable[[Writer, str], None]], ...] = (
    ("named", 30, Writer.one_paid),
    ("reformatted", 10, Writer.one_paid),
    ("mistyped", 5, Writer.one_paid),
    ("order", 3, Writer.one_paid),
    ("reference", 5, Writer.one_paid),
    ("unnamed", 12, Writer.one_paid),
    ("mute", 2, Writer.one_paid),
    ("third", 5, Writer.one_paid),
    ("part", 6, Writer.one_paid),
    ("fee", 5, Writer.one_paid),
    ("over", 2, Writer.one_paid),
    ("list", 6, Writer.several_paid),
    ("short list", 2, Writer.several_paid),
    ("range", 2, Writer.several_paid),
    ("following", 2, Writer.several_paid),
    ("more", 1, Writer.several_paid),
    ("balance", 3, Writer.several_paid),
    ("grant", 8, Writer.nothing_paid),
    ("advance", 3, Writer.nothing_paid),
    ("second", 3, Writer.nothing_paid),
)


def write_book(seed: int, customers: int = 30) -> Book:
    """Draw a book of about eight invoices a customer, most of them paid by some line."""
    writer = Writer(seed, customers)
    drawn = [situation for situation in SITUATIONS for _ in range(situation[1] * customers // 25)]
    several = [situation for situation in drawn if situation[2] is Writer.several_paid]
    others = [situation for situation in drawn if situation[2] is Writer.one_paid]
    last = [situation for situation in drawn if situation[2] is Writer.nothing_paid]
    for kind, _, write in [*several, *others, *last]:
        write(writer, kind)
    return writer.book
