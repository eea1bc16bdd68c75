"""What a bank line is taken to pay: one row, one situation. The book of the cast is below, in euros."""

import re
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from quittance.domain.matching import (
    AGAINST,
    Evidence,
    IncomingLine,
    LineMatch,
    OpenReceivable,
    Payer,
    SettledInvoice,
    evidence_in_words,
    match_lines,
    why_not_in_words,
)
from quittance.domain.money import parse_cents
from quittance.domain.texts.library import words

PAYERS = (
    Payer(
        1, "Menuiserie Castagné & Filles, S.A.R.L.", "CLI00001", frozenset({"FR7610000000000000000000101"})
    ),
    Payer(2, "Optique du Vercors SAS", "CLI00002"),
    Payer(3, "Reliure Imbert SAS", "CLI00003"),
    Payer(4, "Reliure Imbert SARL", "CLI00004"),
    Payer(5, "Mme Zoé Kermadec", "CLI00005", aliases=frozenset({"Tutelle Argonne"})),
    Payer(6, "Scierie Forez", "CLI00006"),
    Payer(7, "Verrerie Bresse International EURL", "CLI00007"),
)
# number, customer, issued, due, euros, payment reference, order
INVOICES = """
    FA2026-000118  1  2026-03-02  2026-04-01   1200,00  -               -
    FA2026-000119  2  2026-03-02  2026-04-01    480,00  -               -
    FA2026-000123  1  2026-03-05  2026-04-04    733,20  -               -
    FA2026-000124  1  2026-03-09  2026-04-08    250,55  -               -
    FA2026-000132  3  2026-03-15  2026-04-14     96,00  -               -
    FA2026-000140  4  2026-03-20  2026-04-19    512,40  -               -
    FA2026-000141  3  2026-03-20  2026-04-19    512,40  -               -
    FA2026-000150  5  2026-04-01  2026-05-01    240,00  RF18000000150   -
    FA2026-000151  5  2026-05-01  2026-05-31    240,00  -               -
    FA2026-000160  6  2026-04-10  2026-05-10   3000,00  -               BC-77120
    FA2026-000170  7  2026-04-12  2026-05-12    611,11  -               -
    FA2026-000171  7  2026-04-13  2026-05-13    322,22  -               -
    FA2026-000175  7  2026-04-20  2026-05-20    144,44  -               -
    FA2026-000190  2  2026-09-01  2026-10-01    815,00  -               -
"""
SETTLED = (SettledInvoice("FA2026-000099", 2, 48_000), SettledInvoice("FA2026-000098", 7, 99_000))


def receivables() -> list[OpenReceivable]:
    rows = [line.split() for line in INVOICES.strip().splitlines()]
    return [
        OpenReceivable(
            id=int(number[-3:]),
            customer_id=int(customer),
            invoice_number=number,
            issued_on=date.fromisoformat(issued),
            due_on=date.fromisoformat(due),
            open_cents=parse_cents(euros),
            total_cents=parse_cents(euros),
            payment_reference=reference.strip("-"),
            order_reference=order.removeprefix("-") if order == "-" else order,
        )
        for number, customer, issued, due, euros, reference, order in rows
    ]


@dataclass(frozen=True)
class Received:
    """One line on its own, with the rest of the cast's book open."""

    label: str
    euros: str
    name: str = ""
    iban: str = ""
    on: date = date(2026, 6, 1)
    structured_ref: str = ""

    def match(self, more: tuple[OpenReceivable, ...] = ()) -> LineMatch:
        line = IncomingLine(
            1, self.on, parse_cents(self.euros), self.label, self.name, self.iban, self.structured_ref
        )
        [match] = match_lines([line], [*receivables(), *more], PAYERS, SETTLED)
        return match


MENUISERIE = "MENUISERIE CASTAGNE ET FILLES SARL"
VERRERIE = "VERRERIE BRESSE INTERNATIONAL"

# situation, what the bank shows, allocations (last three digits: euros), evidence
ALLOCATED = [
    ("number, amount and name", Received("VIR FA2026-000118", "1200,00", MENUISERIE), "118:1200,00",
     "amount_exact number_exact payer_name_exact date_near"),
    ("the IBAN alone shows the payer", Received("VIR", "733,20", "", "FR76 1000 0000 0000 0000 0000 101"),
     "123:733,20", "amount_exact only_candidate payer_iban date_near"),
    ("number written apart", Received("fact FA 2026 / 000118", "1200,00", MENUISERIE), "118:1200,00",
     "amount_exact number_exact payer_name_exact date_near"),
    ("number cut by the bank's line width", Received("VIR FACTURE FA2026-0 00118", "1200,00"), "118:1200,00",
     "amount_exact number_exact date_near"),
    ("number without letters", Received("REGLT 2026-000118", "1200,00"), "118:1200,00",
     "amount_exact number_noisy date_near"),
    ("number without zeros", Received("F2026-118", "1200,00", MENUISERIE), "118:1200,00",
     "amount_exact number_noisy payer_name_exact date_near"),
    ("only the end of the number", Received("FACTURE N° 118", "1200,00", MENUISERIE), "118:1200,00",
     "amount_exact number_noisy payer_name_exact date_near"),
    ("letters typed for digits", Received("FA2O26-OOO118", "1200,00", MENUISERIE), "118:1200,00",
     "amount_exact number_noisy payer_name_exact date_near"),
    ("digits swapped, which is another customer's number", Received("FA2026-000132", "733,20", MENUISERIE),
     "123:733,20", "amount_exact number_noisy payer_name_exact date_near"),
    ("one digit missing", Received("FA2026-00118", "1200,00", MENUISERIE), "118:1200,00",
     "amount_exact number_noisy payer_name_exact date_near"),
    ("an unknown third pays exactly the number", Received("FA2026-000160", "3000,00", "HOLDING DELMOTTE"),
     "160:3000,00", "amount_exact number_exact date_near"),
    ("an unknown third names the customer", Received("POUR SCIERIE FOREZ", "3000,00", "HOLDING DELMOTTE"),
     "160:3000,00", "amount_exact only_candidate name_in_label date_near"),
    ("the customer's order", Received("VOTRE LIVRAISON BC 77120", "3000,00"), "160:3000,00",
     "amount_exact order_number date_near"),
    ("payment reference", Received("VIR", "240,00", structured_ref="RF18000000150"), "150:240,00",
     "amount_exact reference_rf date_near"),
    ("a payer seen before for this customer", Received("FACTURE FA2026-000151", "240,00", "TUTELLE ARGONNE"),
     "151:240,00", "amount_exact number_exact payer_third date_near"),
    ("words in another order", Received("", "3000,00", "FOREZ SCIERIE"), "160:3000,00",
     "amount_exact only_candidate payer_name_exact date_near"),
    ("the space slipped in the name", Received("", "3000,00", "SCIERI EFOREZ"), "160:3000,00",
     "amount_exact only_candidate payer_name_close date_near"),
    ("twins, the label gives the date", Received("FACTURE DU 01/05/2026", "240,00", "KERMADEC ZOE"),
     "151:240,00", "amount_exact issue_date payer_name_exact date_near"),
    ("legal forms tell two customers apart", Received("", "512,40", "RELIURE IMBERT SARL"), "140:512,40",
     "amount_exact only_candidate payer_name_exact date_near"),
    ("part of the amount", Received("FA2026-000118 1ER VERSEMENT", "400,00", MENUISERIE), "118:400,00",
     "amount_short number_exact payer_name_exact date_near"),
    ("bank fees taken off", Received("FA2026-000118", "1185,00", MENUISERIE), "118:1185,00",
     "amount_fee number_exact payer_name_exact date_near"),
    ("too much", Received("FA2026-000118", "1210,00", MENUISERIE), "118:1200,00",
     "amount_over number_exact payer_name_exact date_near"),
    ("two numbers", Received("FA2026-000118 ET FA2026-000124", "1450,55", MENUISERIE),
     "118:1200,00 124:250,55", "amount_exact_sum number_several payer_name_exact"),
    ("two customers at once", Received("FA2026-000118 + FA2026-000119", "1680,00", "HOLDING DELMOTTE"),
     "118:1200,00 119:480,00", "amount_exact_sum number_several"),
    ("a shortened list", Received("FA2026-000118, 123 ET 124", "2183,75", MENUISERIE),
     "118:1200,00 123:733,20 124:250,55", "amount_exact_sum number_several payer_name_exact"),
    ("a range, of one customer", Received("FA2026-000118 à FA2026-000124", "2183,75", MENUISERIE),
     "118:1200,00 124:250,55 123:733,20", "amount_exact_sum several_said number_several payer_name_exact"),
    ("and the following ones", Received("FA2026-000170 ET SUIVANTES", "1077,77", VERRERIE),
     "170:611,11 171:322,22 175:144,44", "amount_exact_sum several_said number_exact payer_name_exact"),
    ("and one more, not the next", Received("FA2026-000170 + 1", "755,55", VERRERIE), "170:611,11 175:144,44",
     "amount_exact_sum several_said number_exact payer_name_exact"),
    ("the balance of all", Received("SOLDE", "1077,77", VERRERIE), "170:611,11 171:322,22 175:144,44",
     "amount_exact_sum several_said payer_name_exact"),
    ("the only two that add up", Received("VOS FACTURES", "933,33", VERRERIE), "170:611,11 171:322,22",
     "amount_exact_sum several_said payer_name_exact"),
]  # fmt: skip

# situation, what the bank shows, customer, first proposal, evidence, why it waits
PROPOSED = [
    ("two invoices of the same amount", Received("MERCI", "240,00", "ZOE KERMADEC"), 5, "150:240,00",
     "amount_exact several_candidates payer_name_exact", "several_sets"),
    ("two customers bear the name", Received("", "512,40", "RELIURE IMBERT"), None, "140:512,40",
     "amount_exact several_candidates", "two_customers"),
    ("nothing but the amount", Received("VIR", "3000,00", "HOLDING DELMOTTE"), 6, "160:3000,00",
     "amount_exact only_candidate", "coincidence"),
    ("a number, another amount, an unknown payer", Received("FA2026-000118", "500,00", "HOLDING DELMOTTE"), 1,
     "118:500,00", "amount_short number_exact", "payer_unknown"),
    ("the number says one invoice, the amount another", Received("FA2026-000118", "250,55", MENUISERIE), 1,
     "118:250,55", "amount_short number_exact payer_name_exact", "other_invoice"),
    ("far too much for the invoice named", Received("FA2026-000119", "900,00", "OPTIQUE VERCORS"), 2,
     "119:480,00", "amount_over number_exact payer_name_exact", "amount_differs"),
    ("paid a second time", Received("FA2026-000099", "480,00", "OPTIQUE VERCORS"), 2, "",
     "already_settled number_exact payer_name_exact", "already_settled"),
    ("paid a second time, by amount only", Received("MERCI", "990,00", VERRERIE), 7, "",
     "already_settled payer_name_exact", "already_settled"),
    ("before the invoice was issued", Received("FA2026-000190", "815,00", "OPTIQUE VERCORS"), 2, "190:815,00",
     "before_issue number_exact payer_name_exact", "before_issue"),
    ("no indication: the oldest first", Received("VIREMENT", "1500,00", MENUISERIE), 1,
     "118:1200,00 123:300,00", "oldest_first payer_name_exact", "amount_differs"),
    ("an advance is the sum of nothing", Received("ACOMPTE", "70,00", "SCIERIE FOREZ"), 6, "160:70,00",
     "oldest_first payer_name_exact", "amount_differs"),
]  # fmt: skip


def in_euros(match: LineMatch) -> dict[int, int]:
    return {allocation.receivable_id: allocation.cents for allocation in match.allocations}


def expected(allocations: str) -> dict[int, int]:
    pairs = [pair.split(":") for pair in allocations.split()]
    return {int(number): parse_cents(euros) for number, euros in pairs}


def codes(match: LineMatch) -> list[str]:
    return [fact.code for fact in match.evidence]


@pytest.mark.parametrize(("situation", "received", "allocations", "evidence"), ALLOCATED)
def test_allocated_alone(situation: str, received: Received, allocations: str, evidence: str) -> None:
    match = received.match()
    assert match.state == "allocated", (situation, match)
    assert in_euros(match) == expected(allocations)
    assert codes(match) == evidence.split()
    assert match.left_cents == parse_cents(received.euros) - sum(in_euros(match).values())
    assert evidence_in_words(match.evidence)
    assert match.why_not == ""


@pytest.mark.parametrize(("situation", "received", "customer", "first", "evidence", "why_not"), PROPOSED)
def test_left_to_a_person(
    situation: str, received: Received, customer: int | None, first: str, evidence: str, why_not: str
) -> None:
    match = received.match()
    assert match.state == "proposed", (situation, match)
    assert match.customer_id == customer
    assert in_euros(match) == expected(first)
    assert codes(match) == evidence.split()
    assert match.why_not == why_not
    assert why_not_in_words(why_not).endswith((".", "?"))


@pytest.mark.parametrize(
    "received",
    [
        Received("PRLV FA2026-000118", "-1200,00", MENUISERIE),
        Received("REMISE CHQ 0000118", "87,30"),
        Received("CPAM 118", "1234,56", "CPAM"),
        Received("BC2026-000118", "77,00"),
    ],
)
def test_nothing_points_to_a_customer(received: Received) -> None:
    assert received.match().state == "none"


def test_alternatives_are_the_other_candidates() -> None:
    match = Received("MERCI", "240,00", "ZOE KERMADEC").match()
    assert [[one.receivable_id for one in other] for other in match.alternatives] == [[151]]


def test_twin_amounts_make_following_invoices_ambiguous() -> None:
    twin = OpenReceivable(176, 7, "FA2026-000176", date(2026, 4, 21), date(2026, 5, 21), 32_222, 32_222)
    match = Received("FA2026-000170 ET SUIVANTES", "933,33", VERRERIE).match(more=(twin,))
    assert (match.state, match.customer_id) == ("proposed", 7)


def test_installments_of_one_invoice_are_paid_one_by_one() -> None:
    parts = [
        OpenReceivable(rank, 1, "F-2026-07", date(2026, 1, 1), date(2026, rank, 28), 10_000, 30_000)
        for rank in (1, 2, 3)
    ]
    lines = [
        IncomingLine(1, date(2026, 2, 1), 10_000, "F-2026-07", "MENUISERIE CASTAGNE ET FILLES"),
        IncomingLine(2, date(2026, 3, 1), 15_000, "F-2026-07", "MENUISERIE CASTAGNE ET FILLES"),
    ]
    first, second = match_lines(lines, parts, PAYERS)
    assert in_euros(first) == {1: 10_000}
    assert in_euros(second) == {2: 10_000, 3: 5_000}


def test_a_certain_line_frees_a_doubtful_one() -> None:
    lines = [
        IncomingLine(1, date(2026, 6, 1), 24_000, "MERCI", "ZOE KERMADEC"),
        IncomingLine(2, date(2026, 6, 9), 24_000, "FA2026-000150", "ZOE KERMADEC"),
    ]
    doubtful, certain = match_lines(lines, receivables(), PAYERS)
    assert in_euros(certain) == {150: 24_000}
    assert (doubtful.state, in_euros(doubtful)) == ("allocated", {151: 24_000})


def test_the_second_of_two_equal_payments_touches_no_other_invoice() -> None:
    lines = [
        IncomingLine(rank, date(2026, 6, rank), 24_000, "FA2026-000150", "ZOE KERMADEC") for rank in (1, 2)
    ]
    first, second = match_lines(lines, receivables(), PAYERS)
    assert in_euros(first) == {150: 24_000}
    assert (second.state, second.why_not, second.allocations) == ("proposed", "already_settled", ())


@pytest.mark.parametrize(
    ("received", "sentence"),
    [
        (
            Received("FA2026-000118", "1200,00", MENUISERIE, "FR7610000000000000000000101", date(2026, 4, 5)),
            "Montant exact, numéro de facture dans le libellé, payeur reconnu par son IBAN, "
            "4 jours après l’échéance.",
        ),
        (
            Received("FA2026-000118", "1185,00", MENUISERIE, on=date(2026, 4, 1)),
            "Écart de 15,00 €, frais bancaires possibles, numéro de facture dans le libellé, "
            "nom du payeur exact, le jour de l’échéance.",
        ),
        (
            Received("FA2026-000099", "480,00"),
            "La facture FA2026-000099 est déjà payée : second paiement possible, "
            "numéro de facture dans le libellé.",
        ),
    ],
)
def test_evidence_reads_as_a_sentence(received: Received, sentence: str) -> None:
    assert plain(evidence_in_words(received.match().evidence)) == sentence


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_evidence_is_said_in_english_too() -> None:
    evidence = [Evidence.of("amount_fee", gap_cents=1_500), Evidence.of("date_near", days=-1)]
    said = evidence_in_words(evidence, "en")
    assert said == "Gap of €15.00, possibly bank fees, 1 day before the due date."
    assert why_not_in_words("two_customers", "en") == "Two customers bear this name."


def test_every_fact_that_the_rules_state_has_words() -> None:
    """What is stored is shown years later: no code may be without words, in either language."""
    stated = set(re.findall(r'Evidence\.of\(\s*"(\w+)"', sources())) | {"amount_fee", "amount_short"}
    waits = set(re.findall(r'(?:why_not=|why = )"(\w+)"', sources()))
    texts = words("evidence").sections
    assert stated - {"date_near"} <= set(texts[""])
    assert waits <= set(texts["why_not_automatic"])
    assert set(texts[""]) >= AGAINST


def sources() -> str:
    root = Path(str(resources.files("quittance")))
    folders = (root / "domain" / "matching", root / "payments", root / "flows")
    return "\n".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))


def test_no_evidence_is_no_sentence() -> None:
    assert evidence_in_words(()) == ""
    assert why_not_in_words("") == ""
