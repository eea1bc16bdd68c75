"""A text is refused when...: the rules' own sentences, the shipped texts, the written examples."""

from dataclasses import replace

import pytest

from domain.texts.cast import GOLDEN
from quittance.domain.texts import library
from quittance.domain.texts.library import LintRule
from quittance.domain.texts.lint import (
    Circumstances,
    Finding,
    lint_document,
    lint_message,
    lint_rendered,
    lint_text,
)
from quittance.domain.texts.render import render_message

SENTENCE_RULES = [rule for rule in library.lint_rules() if rule.kind in ("pattern", "requires")]


def circumstances_of(rule: LintRule) -> Circumstances:
    audience = (rule.audience_only,) if rule.audience_only else rule.audience or ("b2b",)
    return Circumstances(step=rule.steps[0] if rule.steps else "", audience=audience)


def findings_of(rule: LintRule, sentence: str) -> list[str]:
    subject = sentence if rule.scope == "subject" else ""
    return [finding.rule for finding in lint_text(sentence, circumstances_of(rule), subject=subject)]


@pytest.mark.parametrize(("rule", "sentence"), [(r, s) for r in SENTENCE_RULES for s in r.bad], ids=str)
def test_bad_sentence_is_refused(rule: LintRule, sentence: str) -> None:
    assert rule.rule_id in findings_of(rule, sentence)


@pytest.mark.parametrize(("rule", "sentence"), [(r, s) for r in SENTENCE_RULES for s in r.good], ids=str)
def test_good_sentence_passes(rule: LintRule, sentence: str) -> None:
    assert rule.rule_id not in findings_of(rule, sentence)


def test_every_rule_that_is_not_left_to_sending_has_its_sentences_or_its_structure() -> None:
    assert {rule.kind for rule in library.lint_rules()} == {"pattern", "requires", "structure", "engine"}
    assert all(rule.bad and rule.good for rule in SENTENCE_RULES)
    assert [rule.rule_id for rule in library.lint_rules() if rule.kind == "engine"] == [
        "third_party_recipient",
        "untrue_consequence",
        "at_rest",
        "tone_drops_back",
    ]


@pytest.mark.parametrize("text_id", sorted(library.messages()))
def test_shipped_message_passes(text_id: str) -> None:
    assert lint_message(library.messages()[text_id]) == []


@pytest.mark.parametrize("document_id", sorted(library.documents()))
def test_shipped_document_passes(document_id: str) -> None:
    assert lint_document(library.documents()[document_id]) == []


@pytest.mark.parametrize("key", sorted(library.phrases()))
def test_shipped_phrase_passes(key: str) -> None:
    for version in ("fr", "fr_tu", "en"):
        language = "en" if version == "en" else "fr"
        for sentence in library.phrases()[key].variants(version).values():
            assert lint_text(sentence, Circumstances(language=language, kind="phrase")) == []


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_written_example_passes(name: str) -> None:
    text_id, version = name.split(".")
    message = render_message(text_id, "fr", "tu" if version == "fr_tu" else "vous", GOLDEN[name].facts())
    assert lint_rendered(message, library.messages()[text_id], "fr") == []


def test_an_act_of_court_is_told_from_the_consumer_mediator() -> None:
    assert lint_text("le médiateur de la consommation {{ signature }}", Circumstances()) == []


def test_what_a_fact_brings_in_is_tested_but_not_a_name() -> None:
    facts = GOLDEN["promise_noted.fr"]
    shouting = replace(facts, company=replace(facts.company, name="LIBRAIRIE DU TRIBUNAL"))
    text = library.messages()["promise_noted"]
    assert lint_rendered(render_message("promise_noted", "fr", "vous", shouting.facts()), text, "fr") == []
    dispute = {
        "invoice.number": "F-1",
        "dispute.answer_by_on": facts.today,
        "dispute.opened_on": facts.today,
        "dispute.subject": "votre silence est inadmissible",
        "dispute.owner": "Sophie Brun",
        "dispute.amount": 18_000,
    }
    message = render_message("dispute_received", "fr", "vous", {**facts.facts(), **dispute})
    assert [
        finding.rule for finding in lint_rendered(message, library.messages()["dispute_received"], "fr")
    ] == ["blame"]


def changed(text_id: str, version: str, **parts: str) -> list[Finding]:
    text = library.messages()[text_id]
    versions = {**text.versions, version: replace(text.versions[version], **parts)}
    return lint_message(replace(text, versions=versions))


def test_structure_rules() -> None:
    tu = next(rule for rule in library.lint_rules() if rule.rule_id == "address_mixed")
    warm = library.messages()["who_pays"].versions["fr_tu"]
    assert [f.rule for f in changed("who_pays", "fr_tu", body=f"{warm.body}\n{tu.bad_tu[0]}")] == [
        "address_mixed"
    ]
    assert changed("who_pays", "fr_tu", body=f"{warm.body}\n{tu.good_tu[0]}") == []
    assert [f.rule for f in changed("who_pays", "fr", subject="Tu suis nos factures ?")] == ["address_mixed"]
    assert [(f.rule, f.severity) for f in changed("who_pays", "en", subject="Who " * 40)] == [
        ("too_long", "warn")
    ]
    long_body = warm.body + "mot " * 150
    assert [f.rule for f in changed("who_pays", "fr_tu", body=long_body)] == ["too_long"]
    unknown = changed("who_pays", "en", subject="{{ invoice.colour }}")
    assert [f.rule for f in unknown] == ["languages_differ", "unknown_variable"]
    assert "invoice.colour" in unknown[1].say_fr
    vat = library.messages()["bad_debt_vat"].versions["en"]
    assert [f.rule for f in changed("bad_debt_vat", "en", body=vat.body.replace("(prix net)", "HT"))] == [
        "vat_wording_changed"
    ]


def test_formal_text_has_no_tu() -> None:
    text = library.messages()["final_notice"]
    familiar = {**text.versions, "fr_tu": text.versions["fr"]}
    assert "address_mixed" in [finding.rule for finding in lint_message(replace(text, versions=familiar))]
