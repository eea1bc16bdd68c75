"""The letters of the main thread (oracle PI04): 1 252,11 EUR on 15 July 2026, and forty invoices."""

from dataclasses import replace
from datetime import date, timedelta

from domain.texts.cast import FORMAL, GOLDEN, INVOICE, SECOND_INVOICE
from quittance.domain.texts.facts import (
    AgingFact,
    ContactFacts,
    CreditFact,
    CustomerFacts,
    IndemnityFacts,
    InvoiceFact,
    MessageFacts,
    PenaltyRow,
    StatementRow,
)
from quittance.formats.epc_qr import transfer_payload
from quittance.formats.letters.compose import LetterContent, Letterhead

LETTERHEAD = Letterhead(
    name="Atelier Morel",
    lines=(
        "12 rue des Capucins, 69001 Lyon",
        "SARL au capital de 8\u202f000\u202f€ · RCS Lyon 100\u202f000\u202f009",
        "04 78 00 00 00 · julien@atelier-morel.example",
    ),
    footer="Atelier Morel, SARL au capital de 8\u202f000\u202f€, 12 rue des Capucins, 69001 Lyon, "
    "RCS Lyon 100\u202f000\u202f009, TVA FR32100000009",
)
QR_PAYLOAD = transfer_payload(
    name="Atelier Morel", iban="FR7630006000011234567890189", amount_cents=125_211, text="F-2026-0041"
)


def penalty_row(number: str, start: date, end: date, rate_bp: int, cents: int) -> PenaltyRow:
    return PenaltyRow(
        invoice_number=number,
        due_on=INVOICE.due_on,
        from_on=start,
        to_on=end,
        days=(end - start).days + 1,
        base_cents=120_000,
        rate_bp=rate_bp,
        amount_cents=cents,
    )


PENALTY_ROWS = (
    penalty_row("F-2026-0041", date(2026, 6, 16), date(2026, 6, 30), 1_215, 599),
    penalty_row("F-2026-0041", date(2026, 7, 1), date(2026, 7, 15), 1_240, 612),
)
NOTICE: MessageFacts = replace(
    FORMAL,
    contact=ContactFacts(
        civility="Madame", first_name="Élodie", last_name="Lefèvre", full_name="Élodie Lefèvre"
    ),
    claim=replace(FORMAL.claim, reference="MED-2026-003", order_references="BC-7781"),
    more={**FORMAL.more, "penalty.table": PENALTY_ROWS},
)
CONSUMER: MessageFacts = replace(
    GOLDEN["consumer_formal_notice.fr"],
    claim=replace(FORMAL.claim, ground="votre commande du 2 mai 2026", reference="MED-2026-004"),
    letter=replace(FORMAL.letter, salutation="Monsieur"),
)
PENALTIES: MessageFacts = replace(
    NOTICE,
    claim=replace(FORMAL.claim, penalties_paid_cents=0),
    more={
        "statement.number": "P-2026-011",
        "statement.pay_by_on": date(2026, 7, 27),
        "penalty.split_words": "celui de chaque semestre pour ses jours",
        "penalty.law_words": "articles L441-10, II et D441-5 du code de commerce",
        "penalty.table": tuple(replace(row, paid_on=date(2026, 7, 15)) for row in PENALTY_ROWS),
    },
)
STATEMENT: MessageFacts = replace(
    NOTICE,
    bank_read_on=date(2026, 6, 29),
    customer=replace(FORMAL.customer, reference="C-0117"),
    more={
        "statement.on": date(2026, 6, 30),
        "statement.disputed": 18_000,
        "statement.table": (
            StatementRow(
                on=INVOICE.issued_on,
                label="Facture F-2026-0041",
                reference="BC-7781",
                due_on=INVOICE.due_on,
                debit_cents=120_000,
                open_cents=80_000,
            ),
            StatementRow(on=date(2026, 6, 18), label="Virement", credit_cents=40_000),
            StatementRow(
                on=SECOND_INVOICE.issued_on,
                label="Facture F-2026-0046",
                due_on=SECOND_INVOICE.due_on,
                debit_cents=66_000,
                open_cents=66_000,
            ),
            StatementRow(
                on=date(2026, 6, 22), label="Avoir A-2026-0006", credit_cents=6_000, open_cents=-6_000
            ),
        ),
        "statement.aging_row": AgingFact(
            not_due_cents=0,
            days_1_30_cents=146_000,
            days_31_60_cents=0,
            days_61_90_cents=0,
            days_over_90_cents=0,
            credits_cents=6_000,
            balance_cents=140_000,
        ),
    },
)


def many_invoices(count: int) -> MessageFacts:
    """A long debt: `count` invoices of a customer with a long name, one credit note, two rates each."""
    invoices = tuple(
        InvoiceFact(
            number=f"FA-2026-{rank:05d}",
            issued_on=date(2026, 3, 1) + timedelta(days=rank),
            due_on=date(2026, 4, 1) + timedelta(days=rank),
            open_cents=1_234_567 + 1_111 * rank,
            total_cents=1_500_000 + 1_111 * rank,
        )
        for rank in range(1, count + 1)
    )
    rows = tuple(
        replace(
            penalty_row(invoice.number, start, end, rate_bp, 4_000 + rank),
            due_on=invoice.due_on,
            base_cents=invoice.open_cents,
        )
        for rank, invoice in enumerate(invoices)
        for start, end, rate_bp in (
            (invoice.due_on + timedelta(days=1), date(2026, 6, 30), 1_215),
            (date(2026, 7, 1), date(2026, 7, 15), 1_240),
        )
    )
    credit = CreditFact(number="A-2026-0006", issued_on=date(2026, 6, 22), open_cents=6_000)
    return replace(
        NOTICE,
        customer=CustomerFacts(
            name="Société coopérative d’intérêt collectif des artisans menuisiers du Grand-Est lyonnais",
            address="Zone artisanale des Trois-Fontaines\nBâtiment B, 3e étage\n"
            "147 boulevard de la Résistance\n69120 Vaulx-en-Velin",
        ),
        rows=(*invoices, credit),
        penalty=replace(NOTICE.penalty, amount_cents=sum(row.amount_cents for row in rows) + 1),
        indemnity=IndemnityFacts(amount_cents=4_000 * count, count=count),
        consequences=("payment_order", "small_claims", "agency", "suspend", "costs"),
        more={**FORMAL.more, "agreement.suspension_clause": "11", "penalty.table": rows},
    )


def content(facts: MessageFacts, **parts: object) -> LetterContent:
    return LetterContent(
        facts=facts.facts(),
        letterhead=LETTERHEAD,
        written_on=date(2026, 7, 15),
        **{"qr_payload": QR_PAYLOAD, **parts},  # type: ignore[arg-type]
    )
