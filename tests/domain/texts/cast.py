"""The people and figures of the golden messages: 1 200,00 EUR due on 15 June 2026 (oracle PI04)."""

from dataclasses import replace
from datetime import date

from quittance.domain.texts.facts import (
    ClaimFacts,
    CompanyFacts,
    ContactFacts,
    CreditFact,
    CustomerFacts,
    HistoryFacts,
    IndemnityFacts,
    InvoiceFact,
    LegalRateFacts,
    LetterFacts,
    MessageFacts,
    PaidFact,
    PayFacts,
    PenaltyFacts,
    PlanFact,
    PublicFacts,
    SenderFacts,
)

INVOICE = InvoiceFact(
    number="F-2026-0041",
    issued_on=date(2026, 5, 16),
    due_on=date(2026, 6, 15),
    open_cents=120_000,
    total_cents=120_000,
    order_reference="BC-7781",
)
PART_PAID = replace(
    INVOICE, open_cents=80_000, paid_cents=40_000, paid_on=date(2026, 6, 18), order_reference=""
)
SECOND_INVOICE = InvoiceFact(
    number="F-2026-0046",
    issued_on=date(2026, 5, 20),
    due_on=date(2026, 6, 19),
    open_cents=66_000,
    total_cents=66_000,
)
CREDIT = CreditFact(number="A-2026-0006", issued_on=date(2026, 6, 22), open_cents=6_000)
SETTLED = PaidFact(number="F-2026-0041", issued_on=date(2026, 5, 16), paid_cents=120_000)

BASE = MessageFacts(
    today=date(2026, 6, 25),
    sender=SenderFacts(name="Julien Morel", role="Gérant", email="julien@atelier-morel.example"),
    company=CompanyFacts(
        name="Atelier Morel",
        phone="04 78 00 00 00",
        legal_line="SARL au capital de 8 000 €, SIREN 100 000 009, RCS Lyon",
        mediator="Médiateur …, adresse, site",
    ),
    customer=CustomerFacts(name="Librairie des Quais", address="3 quai Saint-Vincent\n69001 Lyon"),
    contact=ContactFacts(civility="Madame", first_name="Claire", last_name="Lefèvre"),
    pay=PayFacts(
        iban="FR7630006000011234567890189",
        link="https://payer.atelier-morel.example/p/3f9c",
        reference="RF18539007547034",
    ),
    rows=(INVOICE,),
    bank_read_on=date(2026, 6, 24),
)
BROKEN_PROMISE = HistoryFacts(kind="promise_broken", on=date(2026, 7, 10))
INTEREST = PenaltyFacts(
    amount_cents=1_211,
    per_day_cents=41,
    rate_bp=1_240,
    rate_first_bp=1_215,
    basis_words="taux BCE majoré de 10 points",
)
ONE_INDEMNITY = IndemnityFacts(amount_cents=4_000, count=1)
REGISTERED = LetterFacts(
    channel="registered",
    date=date(2026, 7, 15),
    city="Lyon",
    channel_line="Lettre recommandée avec avis de réception n° 1A 000 000 0000 0",
    salutation="Madame",
    signatory="Julien Morel, gérant",
    enclosures="facture F-2026-0041, bon de livraison",
)
FORMAL = replace(
    BASE,
    today=date(2026, 7, 15),
    bank_read_on=date(2026, 7, 14),
    deadline_on=date(2026, 7, 27),
    history=BROKEN_PROMISE,
    claim=ClaimFacts(as_of=date(2026, 7, 15), ground="votre commande BC-7781 du 2 mai 2026"),
    penalty=INTEREST,
    indemnity=ONE_INDEMNITY,
    letter=REGISTERED,
    consequences=("payment_order", "agency", "costs"),
    more={"recovery.partner": "Cabinet Exemple Recouvrement"},
)

GOLDEN: dict[str, MessageFacts] = {
    "invoice_sent.fr": replace(
        BASE,
        rows=(replace(INVOICE, order_reference=""),),
        more={"invoice.subject": "la rénovation du comptoir"},
    ),
    "before_due.fr": BASE,
    "reminder_1_warm.fr_tu": replace(
        BASE,
        sender=SenderFacts(name="Julien", email="julien@atelier-morel.example"),
        more={"signature": "short"},
    ),
    "reminder_1_neutral.fr": replace(BASE, rows=(CREDIT, SECOND_INVOICE, PART_PAID)),
    "reminder_2.fr": replace(
        BASE,
        today=date(2026, 7, 6),
        bank_read_on=date(2026, 7, 3),
        deadline_on=date(2026, 7, 13),
        history=HistoryFacts(kind="no_answer", on=date(2026, 6, 25)),
        claim=ClaimFacts(as_of=date(2026, 7, 6)),
        penalty=replace(INTEREST, amount_cents=844),
        indemnity=ONE_INDEMNITY,
    ),
    "promise_noted.fr": replace(BASE, more={"promise.amount": 120_000, "promise.on": date(2026, 7, 10)}),
    "before_formal_notice.fr": replace(
        BASE,
        today=date(2026, 7, 10),
        bank_read_on=date(2026, 7, 10),
        deadline_on=date(2026, 7, 15),
        history=BROKEN_PROMISE,
        claim=ClaimFacts(as_of=date(2026, 7, 10)),
        penalty=replace(INTEREST, amount_cents=1_007),
        indemnity=ONE_INDEMNITY,
    ),
    "formal_notice.fr": FORMAL,
    "claims_paid.fr": replace(
        BASE, bank_read_on=date(2026, 7, 3), more={"pause.until_on": date(2026, 7, 10)}
    ),
    "plan_proposed.fr": replace(
        BASE,
        claim=ClaimFacts(as_of=date(2026, 7, 15)),
        more={
            "plan.total": 120_000,
            "plan.list": (
                PlanFact(no=1, due_on=date(2026, 7, 31), amount_cents=40_000),
                PlanFact(no=2, due_on=date(2026, 8, 31), amount_cents=40_000),
                PlanFact(no=3, due_on=date(2026, 9, 30), amount_cents=40_000),
            ),
            "plan.interest_sentence": "waived",
            "waiver.amount": 5_211,
            "plan.grace_days": 8,
            "plan.offer_until_on": date(2026, 7, 24),
            "plan.link": "https://…/e/77d0",
        },
    ),
    "penalties_waived.fr": replace(
        BASE,
        claim=ClaimFacts(as_of=date(2026, 7, 15)),
        more={
            "payment.received_on": date(2026, 7, 15),
            "payment.list": (SETTLED,),
            "waiver.amount": 5_211,
        },
    ),
    "public_interest.fr": replace(
        BASE,
        today=date(2026, 8, 15),
        contact=None,
        rows=(
            InvoiceFact(
                number="F-2026-0039",
                issued_on=date(2026, 5, 16),
                due_on=date(2026, 6, 15),
                open_cents=1_000_000,
                total_cents=1_000_000,
            ),
        ),
        bank_read_on=date(2026, 8, 14),
        claim=ClaimFacts(as_of=date(2026, 8, 15)),
        penalty=PenaltyFacts(amount_cents=16_963, per_day_cents=278, rate_bp=1_015, rate_first_bp=1_015),
        indemnity=ONE_INDEMNITY,
        public=PublicFacts(limit_days=30, engagement="EJ-445512"),
    ),
    "consumer_formal_notice.fr": replace(
        FORMAL,
        contact=ContactFacts(civility="Monsieur", last_name="Petit"),
        customer=CustomerFacts(name="Paul Petit", address="8 rue des Lilas\n69003 Lyon"),
        rows=(replace(INVOICE, order_reference=""),),
        penalty=None,
        indemnity=None,
        legal_rate=LegalRateFacts(rate_bp=275, semester=date(2026, 7, 15)),
        consequences=(),
        more={},
    ),
    "overpayment.fr": replace(
        BASE,
        more={
            "payment.amount": 132_000,
            "payment.received_on": date(2026, 7, 8),
            "payment.list": (SETTLED,),
            "over.amount": 12_000,
            "over.link": "https://…/o/19be",
            "over.answer_by_on": date(2026, 7, 22),
        },
    ),
}
