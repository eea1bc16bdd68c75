"""What happens when a fact is absent, how a wording is chosen, what a caller may pass."""

from dataclasses import replace
from datetime import date, time

import pytest

from domain.texts.cast import BASE, CREDIT, FORMAL, GOLDEN, INVOICE, SECOND_INVOICE, SETTLED
from quittance.domain.texts import library
from quittance.domain.texts.facts import (
    ContactFacts,
    CreditFact,
    HistoryFacts,
    InvoiceFact,
    MessageFacts,
    PaidFact,
    PlanFact,
    UnallocatedFact,
)
from quittance.domain.texts.library import Unit
from quittance.domain.texts.render import (
    MissingFact,
    NothingOwed,
    render_message,
    rest_sentence,
    sentence,
)

SAMPLES: dict[Unit, object] = {
    Unit.TEXT: "texte",
    Unit.MONEY: 120_000,
    Unit.RATE: 1_240,
    Unit.SHARE: 3_000,
    Unit.DATE: date(2026, 7, 1),
    Unit.WEEKDAY: date(2026, 7, 6),
    Unit.TIME: time(9, 0),
    Unit.SEMESTER: date(2026, 7, 1),
    Unit.COUNT: 3,
}
CHOICES: dict[str, object] = {
    "history": "called_promise",
    "letter.channel": "registered",
    "penalty.stance": "claim",
    "payment.imputation": "interest_first",
    "plan.interest_sentence": "waived",
    "handoff.payment_sentence": "creditor",
    "discount.vat_sentence": "credit_note",
    "agreement.points": ("due", "deposit", "no_discount", "penalties", "title", "dispute"),
    "consequences.list": ("payment_order", "small_claims", "summary", "agency", "suspend", "title", "costs"),
    "invoices.list": (INVOICE, SECOND_INVOICE, CREDIT),
    "payment.list": (SETTLED, replace(SETTLED, open_cents=5_000)),
    "plan.list": (PlanFact(no=1, due_on=date(2026, 7, 1), amount_cents=40_000, paid=True),),
}


def every_fact() -> dict[str, object]:
    values = {name: SAMPLES[item.unit] for name, item in library.variables().items() if item.kind == "value"}
    return values | CHOICES


def body(text_id: str, facts: MessageFacts, *, language: str = "fr", form: str = "vous") -> str:
    return render_message(text_id, language, form, facts.facts()).body  # type: ignore[arg-type]


@pytest.mark.parametrize("text_id", sorted(library.messages()))
def test_every_text_is_written_in_each_of_its_wordings(text_id: str) -> None:
    for language, form in (("fr", "vous"), ("fr", "tu"), ("en", "vous")):
        message = render_message(text_id, language, form, every_fact())  # type: ignore[arg-type]
        written = message.subject + message.body
        assert message.subject
        assert "{{" not in written
        assert not any("\ue000" <= character <= "\uf8ff" for character in written)
        assert "\n\n\n" not in message.body
        called = library.VARIABLE.findall(library.messages()[text_id].versions["fr"].body)
        assert set(called) <= set(message.variables_used)


def test_a_line_goes_away_with_its_optional_fact() -> None:
    assert "Référence à indiquer" in body("before_due", BASE)
    assert "Référence à indiquer" not in body(
        "before_due", replace(BASE, pay=replace(BASE.pay, reference=""))
    )
    silent = replace(FORMAL, history=None)
    assert body("formal_notice", silent).split("\n")[2].startswith("Nous mettons en demeure")


@pytest.mark.parametrize(
    ("text_id", "without", "variable"),
    [
        ("reminder_1_neutral", {"bank_read_on": None}, "bank.read_on"),
        ("reminder_1_neutral", {"rows": ()}, "invoices.list"),
        ("reminder_2", {}, "penalty.amount"),
        ("formal_notice", {}, "claim.total"),
        ("consumer_formal_notice", {"company": replace(BASE.company, mediator="")}, "mediator.sentence"),
    ],
)
def test_a_text_that_cannot_do_without_a_fact_is_refused(
    text_id: str, without: dict[str, object], variable: str
) -> None:
    facts = GOLDEN["consumer_formal_notice.fr"] if text_id.startswith("consumer") else GOLDEN["before_due.fr"]
    facts = replace(facts, deadline_on=facts.deadline_on or date(2026, 7, 13))
    facts = replace(facts, claim=facts.claim or FORMAL.claim)
    with pytest.raises(MissingFact) as refused:
        body(text_id, replace(facts, **without))  # type: ignore[arg-type]
    assert (refused.value.variable, refused.value.text_id) == (variable, text_id)
    assert str(refused.value) == f"Texte incomplet, il manque\u00a0: {variable}"


def test_nothing_is_asked_when_credits_cover_the_debt() -> None:
    covered = (INVOICE, CreditFact(number="A-1", issued_on=date(2026, 6, 1), open_cents=120_000))
    with pytest.raises(NothingOwed):
        body("before_due", replace(BASE, rows=covered))


@pytest.mark.parametrize(
    ("contact", "text_id", "form", "opening"),
    [
        (
            ContactFacts(civility="Madame", last_name="Lefèvre"),
            "before_due",
            "vous",
            "Bonjour Madame Lefèvre,",
        ),
        (ContactFacts(civility="Madame", last_name="Lefèvre"), "before_due", "tu", "Bonjour Madame Lefèvre,"),
        (ContactFacts(first_name="Claire"), "before_due", "tu", "Bonjour Claire,"),
        (ContactFacts(first_name="Claire"), "before_due", "vous", "Bonjour,"),
        (ContactFacts(first_name="Claire", warm=True), "before_due", "vous", "Bonjour Claire,"),
        (
            ContactFacts(civility="Madame", first_name="Claire", last_name="Lefèvre", warm=True),
            "formal_notice",
            "tu",
            "Bonjour Madame Lefèvre,",
        ),
        (None, "before_due", "vous", "Bonjour,"),
    ],
)
def test_greeting(contact: ContactFacts | None, text_id: str, form: str, opening: str) -> None:
    facts = replace(FORMAL, contact=contact)
    assert body(text_id, facts, form=form).split("\n")[0] == opening


@pytest.mark.parametrize(
    ("history", "said"),
    [
        (HistoryFacts(kind="written", on=date(2026, 6, 25)), "Je vous ai écrit le 25 juin 2026."),
        (
            HistoryFacts(kind="called_promise", on=date(2026, 7, 10), called_on=date(2026, 7, 2)),
            "Au téléphone, le 2 juillet 2026, vous m’indiquiez un règlement pour le 10 juillet 2026.",
        ),
        (
            HistoryFacts(kind="plan_missed", on=date(2026, 7, 8)),
            "L’échéancier du 8 juillet 2026 n’a pas été tenu.",
        ),
    ],
)
def test_history(history: HistoryFacts, said: str) -> None:
    assert body("formal_notice", replace(FORMAL, history=history)).split("\n")[2] == said


def test_a_history_without_its_date_is_left_out() -> None:
    half = HistoryFacts(kind="called_promise", on=date(2026, 7, 10))
    assert "Au téléphone" not in body("formal_notice", replace(FORMAL, history=half))


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (
            {"disputed_cents": 18_000, "open_cents": 102_000},
            "1\u202f020,00\u202f€ (180,00\u202f€ mis de côté pendant l’examen de votre réclamation)",
        ),
        (
            {"credit_note": "A-7", "open_cents": 100_000},
            "reste 1\u202f000,00\u202f€ sur 1\u202f200,00\u202f€ (avoir A-7 déduit)",
        ),
    ],
)
def test_rows_say_why_the_sum_is_not_the_total(change: dict[str, object], row: str) -> None:
    assert row in body("before_due", replace(BASE, rows=(replace(INVOICE, **change),)))  # type: ignore[arg-type]


def test_an_instalment_and_a_payment_to_deduct() -> None:
    instalment = replace(INVOICE, instalment_no=1, instalment_count=3, open_cents=40_000)
    paid = UnallocatedFact(received_on=date(2026, 6, 20), amount_cents=10_000)
    text = body("before_due", replace(BASE, rows=(paid, instalment)), form="tu")
    assert "échéance 1/3 du 15 juin 2026\u00a0: 400,00\u202f€\n  ta commande BC-7781" in text
    assert "–\u00a0à déduire, ton règlement du 20 juin 2026\u00a0: –100,00\u202f€" in text
    assert "Reste à régler\u00a0: 300,00\u202f€" in text


def test_fallbacks() -> None:
    direct = replace(BASE, sender=replace(BASE.sender, phone="06 12 34 56 78"))
    assert "Atelier Morel · 06 12 34 56 78" in body("before_due", direct)
    facts = BASE.facts() | {"debit.amount": 1, "debit.on": date(2026, 6, 15), "deadline.on": date(2026, 7, 1)}
    assert "(motif indiqué\u00a0: non précisé)" in render_message("debit_returned", "fr", "vous", facts).body
    assert "(reason given: not stated)" in render_message("debit_returned", "en", "vous", facts).body


def test_the_short_signature_is_for_tu_only() -> None:
    short = replace(BASE, more={"signature": "short"})
    assert "RCS Lyon" not in body("before_due", short, form="tu")
    assert "RCS Lyon" in body("before_due", short)
    assert "RCS Lyon" in body("before_due", BASE, form="tu")


def test_english() -> None:
    message = render_message("reminder_1_neutral", "en", "tu", GOLDEN["reminder_1_neutral.fr"].facts())
    assert message.subject == "2 invoices past due: €1,400.00"
    assert "– F-2026-0046 of 20 May 2026, due on 19 June 2026: €660.00" in message.body
    assert "– to deduct, credit note A-2026-0006 of 22 June 2026: –€60.00" in message.body


def test_consequences_end_with_a_full_stop_and_drop_with_their_clause() -> None:
    facts = replace(FORMAL, consequences=("title", "agency", "payment_order"))
    announced = [line for line in body("formal_notice", facts).split("\n") if line.startswith("–\u00a0")][1:]
    assert len(announced) == 2
    assert announced[0].endswith("à nos frais\u202f;")
    assert announced[1].endswith("du code de procédure civile).")


def test_the_preview_knows_what_was_filled_in() -> None:
    used = render_message("formal_notice", "fr", "vous", FORMAL.facts()).variables_used
    assert used["claim.total"] == "1\u202f252,11\u202f€"
    assert used["indemnity.count_phrase"] == "pour une facture"


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"claim.totall": 1}, ValueError),
        ({"promise.amount": "1 200,00 €", "promise.on": date(2026, 7, 1)}, TypeError),
        ({"promise.amount": 1, "promise.on": date(2026, 7, 1), "invoices.list": ["F-1"]}, TypeError),
    ],
)
def test_prepared_strings_and_unknown_names_are_mistakes(
    facts: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        render_message("promise_noted", "fr", "vous", BASE.facts() | facts)


def test_an_iban_and_a_link_are_never_touched() -> None:
    odd = replace(BASE.pay, link="https://payer.example/p?x=1 200 ;l'a")
    assert "https://payer.example/p?x=1 200 ;l'a" in body("before_due", replace(BASE, pay=odd))


def test_rests() -> None:
    facts: dict[str, object] = {"rest.days_since": 1, "rest.gap_days": 7, "rest.next_on": date(2026, 7, 6)}
    gap = rest_sentence("gap", facts, "fr")
    assert gap.sentence == "Dernier message il y a 1 jour\u00a0: on attend 7 jours entre deux"
    assert gap.ends == "Possible dès le lundi 6 juillet 2026."
    assert rest_sentence("gap", facts, "en").ends == "Possible from Monday 6 July 2026."
    assert rest_sentence("nothing_owed", {}, "fr").sentence == "Aucune étape due aujourd’hui"
    assert rest_sentence("bounced", {}, "en").sentence.endswith("(no reason given)")
    with pytest.raises(MissingFact):
        rest_sentence("promised", {}, "fr")


@pytest.mark.parametrize("code", sorted(library.rests()))
def test_every_rest_can_be_said(code: str) -> None:
    facts = every_fact() | {"row.amount": 1_000, "row.received_on": date(2026, 7, 1)}
    for language in ("fr", "en"):
        said = rest_sentence(code, facts, language)  # type: ignore[arg-type]
        assert said.sentence
        assert said.ends or code == "nothing_owed"


@pytest.mark.parametrize("name", ["errors", "evidence", "states", "screens"])
def test_every_short_word_can_be_written(name: str) -> None:
    rows = {
        f"row.{part}": SAMPLES[library.variables()[f"row.{part}"].unit]
        for part in ("count", "customers", "days", "gap", "seen", "number", "credit_note")
    }
    for texts in library.words(name).sections.values():
        for french, english, *_ in texts.values():
            assert "{{" not in sentence(french, every_fact() | rows, "fr")
            assert "{{" not in sentence(english, every_fact() | rows, "en")


@pytest.mark.parametrize(
    ("paid", "subject"),
    [
        ((SETTLED,), "Facture F-2026-0041\u00a0: bien reçu, merci"),
        ((SETTLED, replace(SETTLED, number="F-2")), "Vos 2 factures\u00a0: bien reçu, merci"),
    ],
)
def test_thanks_counts_what_was_paid(paid: tuple[PaidFact, ...], subject: str) -> None:
    more: dict[str, object] = {"payment.list": paid, "payment.amount": 1, "payment.received_on": BASE.today}
    facts = replace(BASE, rows=(), more=more)
    assert render_message("thanks", "fr", "vous", facts.facts()).subject == subject


def test_the_oldest_invoice_names_the_message() -> None:
    older = InvoiceFact(
        number="F-OLD", issued_on=date(2026, 1, 1), due_on=date(2026, 2, 1), open_cents=100, total_cents=100
    )
    facts = replace(GOLDEN["consumer_formal_notice.fr"], rows=(INVOICE, older))
    assert "F-OLD" in render_message("consumer_formal_notice", "fr", "vous", facts.facts()).subject
