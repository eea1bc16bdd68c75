"""Letters as PDF: every sum and mention is in the text, the file is archival, tagged and reproducible."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from formats.letters_cast import (
    CONSUMER,
    NOTICE,
    PENALTIES,
    PENALTY_ROWS,
    STATEMENT,
    content,
    many_invoices,
)
from quittance.domain.texts.documents import render_document
from quittance.domain.texts.facts import MessageFacts
from quittance.domain.texts.render import MissingFact
from quittance.formats.letters.compose import LetterKind, compose_letter

EVERY: dict[LetterKind, MessageFacts] = {
    "formal_notice_b2b": NOTICE,
    "formal_notice_consumer": CONSUMER,
    "penalty_statement": PENALTIES,
    "account_statement": STATEMENT,
}


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """The text with every kind of space made plain."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(pdf).pages))


@pytest.mark.parametrize("kind", EVERY)
def test_letter_is_archival_tagged_and_always_the_same(kind: LetterKind) -> None:
    pdf = compose_letter(kind, content(EVERY[kind]))
    assert compose_letter(kind, content(EVERY[kind])) == pdf
    catalogue = read(pdf).trailer["/Root"]
    assert catalogue["/Lang"] == "fr-FR"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = catalogue["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<", metadata)
    assert re.search(r"pdfaid:conformance>A<", metadata)
    assert re.search(r"pdfuaid:part>1<", metadata)
    information = read(pdf).metadata
    assert information is not None
    assert information.author == "Atelier Morel"
    assert information.title
    assert str(information.creation_date) == "2026-07-15 12:00:00+00:00"


@pytest.mark.parametrize("kind", EVERY)
def test_only_the_shipped_fonts_are_used(kind: LetterKind) -> None:
    fonts = {
        font.get_object()["/BaseFont"].partition("+")[2].removesuffix("-Identity-H")
        for page in read(compose_letter(kind, content(EVERY[kind]))).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all(font.startswith("Inter-") for font in fonts)


def test_formal_notice_holds_what_a_notice_needs() -> None:
    """C. civ. 1344: who claims, from whom, what, in detail, the demand, its time limit, what may follow."""
    text = words(compose_letter("formal_notice_b2b", content(NOTICE)))
    for mention in (
        "Atelier Morel",
        "RCS Lyon 100 000 009",
        "Librairie des Quais 3 quai Saint-Vincent 69001 Lyon À l’attention d’Élodie Lefèvre",
        "Lettre recommandée avec avis de réception",
        "Lyon, le 15 juillet 2026",
        "Objet : mise en demeure de payer 1 252,11 €",
        "Nos références : MED-2026-003",
        "Le règlement prévu le 10 juillet 2026 n’est pas arrivé.",
        "F-2026-0041 16/05/2026 15/06/2026 1 200,00 €",
        "Nous vous mettons en demeure de nous payer, au plus tard le 27 juillet 2026, la somme de 1 252,11 €",
        "du 16 au 30 juin 2026 (1er semestre 2026) 15 1 200,00 € 12,15 % 5,99 €",
        "du 1er au 15 juillet 2026 (2e semestre 2026) 15 1 200,00 € 12,40 % 6,12 €",
        "Pénalités de retard au 15 juillet 2026 (détail ci-dessous) 12,11 €",
        "Indemnité forfaitaire pour frais de recouvrement (pour une facture) 40,00 €",
        "article L441-10, II du code de commerce",
        "ordonnance d’injonction de payer",
        "proposez-nous un échéancier",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "Référence à indiquer : RF18 5390 0754 7034",
        "Julien Morel, gérant",
        "page 1 / 2",
    ):
        assert mention in text
    assert "Arrondi" not in text


def test_formal_notice_to_a_consumer_asks_for_nothing_but_the_price_and_legal_interest() -> None:
    pdf = compose_letter("formal_notice_consumer", content(CONSUMER))
    text = words(pdf)
    assert "Nous vous mettons en demeure de nous payer 1 200,00 € au plus tard le 27 juillet 2026." in text
    assert "intérêt au taux légal, 2,75 % l’an pour le 2e semestre 2026" in text
    assert "médiateur de la consommation" in text
    assert "40,00" not in text
    assert "L441-10" not in text
    assert len(read(pdf).pages) == 1


def test_penalty_statement() -> None:
    text = words(compose_letter("penalty_statement", content(PENALTIES)))
    assert "Relevé de pénalités de retard P-2026-011" in text
    assert "F-2026-0041 15/06/2026 15/07/2026 du 16 au 30 juin 2026 (1er semestre 2026) 15" in text
    assert "À régler au plus tard le 27 juillet 2026 52,11 €" in text
    assert "Déjà réglé sur ce relevé 0,00 €" in text
    assert "non demandé" not in text


def test_penalty_statement_that_asks_for_nothing_yet_says_so() -> None:
    asked = {name: fact for name, fact in PENALTIES.more.items() if name != "statement.pay_by_on"}
    reserved = replace(PENALTIES, more={**asked, "statement.reserved_on": date(2026, 7, 15)})
    text = words(compose_letter("penalty_statement", content(reserved)))
    assert "Total au 15 juillet 2026, non demandé à ce stade 52,11 €" in text
    assert "À régler au plus tard" not in text


def test_account_statement() -> None:
    text = words(compose_letter("account_statement", content(STATEMENT)))
    assert "Relevé de compte au 30 juin 2026" in text
    assert "16/05/2026 Facture F-2026-0041 BC-7781 15/06/2026 1 200,00 € 800,00 €" in text
    assert "22/06/2026 Avoir A-2026-0006 60,00 € \u221260,00 €" in text
    assert "0,00 € 1 460,00 € 0,00 € 0,00 € 0,00 € \u221260,00 € 1 400,00 €" in text
    assert "Part contestée, en cours d’examen : 180,00 €" in text


def test_account_statement_keeps_the_name_without_a_customer_number() -> None:
    anonymous = replace(STATEMENT, customer=replace(STATEMENT.customer, reference=""))
    text = words(compose_letter("account_statement", content(anonymous)))
    assert "Compte de Librairie des Quais. Paiements pris en compte jusqu’au 29 juin 2026." in text
    assert "Numéro de client" not in text


def test_forty_invoices_repeat_the_head_of_the_table() -> None:
    pdf = compose_letter("formal_notice_b2b", content(many_invoices(40)))
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in read(pdf).pages]
    assert len(pages) == 4
    assert pages[0].count("Facture Date Échéance Montant TTC") == 1
    assert pages[1].count("Facture Date Échéance Montant TTC") == 1
    assert "Facture Période Jours" in pages[3]
    text = " ".join(pages)
    assert all(f"FA-2026-{rank:05d}" in text for rank in range(1, 41))
    assert "à déduire, avoir A-2026-0006 22/06/2026 \u221260,00 €" in text
    assert "Arrondi 0,01 €" in text
    assert "40 € × 40 factures" in text
    assert "page 4 / 4" in pages[3]
    assert "Julien Morel, gérant" in pages[3]


def test_a_value_is_never_markup() -> None:
    odd = replace(NOTICE, customer=replace(NOTICE.customer, name="*A|B* #panic {{ x }} $1$ \\ <b>"))
    assert "*A|B* #panic {{ x }} $1$ \\ <b>" in words(compose_letter("formal_notice_b2b", content(odd)))


def test_courtesy_translation_and_letter_without_code() -> None:
    pdf = compose_letter("formal_notice_b2b", content(NOTICE, language="en", qr_payload=""))
    text = words(pdf)
    assert read(pdf).trailer["/Root"]["/Lang"] == "en-GB"
    assert "Courtesy translation; the French letter is the notice." in text
    assert "16 to 30 June 2026 (first half of 2026) 15 €1,200.00 12.15% €5.99" in text
    assert "– – " not in text


def test_another_date_makes_another_file() -> None:
    later = replace(content(NOTICE), written_on=date(2026, 7, 16))
    assert compose_letter("formal_notice_b2b", later) != compose_letter("formal_notice_b2b", content(NOTICE))


@pytest.mark.parametrize(
    ("missing", "variable"),
    [
        ({"penalty.table": ()}, "penalty.table"),
        ({"claim.ground": ""}, "claim.ground"),
        ({"deadline.on": None}, "deadline.on"),
        ({"customer.address": ""}, "customer.address"),
        ({"consequences.list": ()}, "consequences.list"),
    ],
)
def test_a_notice_with_a_hole_is_refused(missing: dict[str, object], variable: str) -> None:
    facts = {**NOTICE.facts(), **missing}
    with pytest.raises(MissingFact) as refused:
        compose_letter("formal_notice_b2b", replace(content(NOTICE), facts=facts))
    assert refused.value.variable == variable


def test_a_row_of_another_kind_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        render_document("penalty_statement", "fr", {**PENALTIES.facts(), "penalty.table": ("12,11 €",)})


def test_the_rounding_row_shows_the_cent_between_the_rows_and_the_total() -> None:
    short = replace(PENALTY_ROWS[1], amount_cents=611)
    facts = {**NOTICE.facts(), "penalty.table": (PENALTY_ROWS[0], short)}
    assert "Arrondi 0,01 €" in words(
        compose_letter("formal_notice_b2b", replace(content(NOTICE), facts=facts))
    )
