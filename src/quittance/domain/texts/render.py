"""From a text of the copy deck and the facts of the day to the words that leave."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from quittance.domain.texts import library
from quittance.domain.texts.facts import AddressForm
from quittance.domain.texts.filling import Filling, LineDropped, MissingFact, NothingOwed, TextRefused
from quittance.domain.texts.library import VARIABLE, MessageText
from quittance.domain.texts.typography import Language

__all__ = [
    "AddressForm",
    "Language",
    "MissingFact",
    "NothingOwed",
    "RenderedMessage",
    "RestSentence",
    "TextRefused",
    "render_message",
    "render_text",
    "rest_sentence",
    "sentence",
]


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """What leaves. `variables_used` tells, for the preview, what was filled in: name -> as written."""

    subject: str
    body: str
    text_id: str
    variables_used: Mapping[str, str]
    attach: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RestSentence:
    """Why nothing is sent, and what ends it ('' where nothing has to be done)."""

    sentence: str
    ends: str


def render_message(
    text_id: str, language: Language, address_form: AddressForm, facts: Mapping[str, object]
) -> RenderedMessage:
    """Write a shipped message.

    `facts` are typed values by variable name (see `facts.MessageFacts.facts`). `tu` is used where the text
    has a wording with `tu`; the others, formal ones first, stay with `vous`.

    Raises `MissingFact` where a fact that the text cannot do without is absent, `NothingOwed` where credits
    cover the sum, `KeyError` for an unknown text, `TypeError` for a fact of the wrong kind.
    """
    return render_text(library.messages()[text_id], language, address_form, facts)


def render_text(
    text: MessageText, language: Language, address_form: AddressForm, facts: Mapping[str, object]
) -> RenderedMessage:
    """Write a message from its text: shipped, or a company's own wording. Raises as `render_message`."""
    assert language in get_args(Language)
    familiar = language == "fr" and address_form == "tu" and "fr_tu" in text.versions
    version = text.versions["fr_tu" if familiar else language]
    filling = Filling(
        text_id=text.text_id,
        language=language,
        version="fr_tu" if familiar else language,
        facts=facts,
        tone=text.tone,
        address_form="tu" if familiar else "vous",
        required=frozenset(text.require) | _subject_variables(text),
    )
    many = filling.facts.get("invoices.count", 1) != 1
    filling.lead = version.lead_many if many else version.lead_one
    subject = version.subject or (version.subject_many if many else version.subject_one)
    body = filling.finish("\n".join(filling.lines(version.body.strip("\n"))))
    return RenderedMessage(
        subject=filling.finish(filling.line(subject)),
        body=re.sub(r"\n{3,}", "\n\n", body).strip("\n"),
        text_id=text.text_id,
        variables_used={name: filling.finish(used) for name, used in filling.used.items()},
        attach=text.attach,
    )


def rest_sentence(reason_code: str, facts: Mapping[str, object], language: Language) -> RestSentence:
    """Say why nothing is sent today and what ends it. A clause whose fact may be absent goes away with it.

    Raises `KeyError` for an unknown reason and `MissingFact` for a fact that the sentence cannot do without.
    """
    rest = library.rests()[reason_code]
    if language == "fr":
        return RestSentence(sentence(rest.fr, facts, "fr"), sentence(rest.ends_fr, facts, "fr"))
    return RestSentence(sentence(rest.en, facts, "en"), sentence(rest.ends_en, facts, "en"))


def sentence(template: str, facts: Mapping[str, object], language: Language) -> str:
    """Fill a short text of the interface (rest, evidence, error): clause by clause, same rules of absence."""
    named = set(VARIABLE.findall(template))
    filling = Filling(
        "", language, language, {name: fact for name, fact in facts.items() if not _is_row(name)}
    )
    filling.rows = {name: fact for name, fact in facts.items() if _is_row(name)}
    assert named <= set(library.variables()), f"unknown variable in {template!r}"
    kept = []
    for clause in re.split(r"(?<=[.;!?]) ", template):
        try:
            kept.append(filling.line(clause))
        except LineDropped:
            continue
    return filling.finish(" ".join(kept).rstrip(" ;"))


def capitalised(text: str) -> str:
    """Begin with a capital, leave the rest as it is."""
    return text[:1].upper() + text[1:]


def _is_row(name: str) -> bool:
    return name.startswith("row.")


def _subject_variables(text: MessageText) -> frozenset[str]:
    subjects = "\n".join(subject for version in text.versions.values() for subject in version.subjects)
    return frozenset(VARIABLE.findall(subjects))
