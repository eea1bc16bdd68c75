"""A text is refused when...: the rules of `quittance/texts/lint.toml`, run when a text is saved and once more
when a message is written.

`pattern`: words that must not stand in it. `requires`: a variable it must call. `structure`: its length, its
forms of address, its versions against one another. `engine` rules need the state of the customer's account:
they are listed by `library.lint_rules()` and tested by whoever sends.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from quittance.domain.texts import library
from quittance.domain.texts.library import (
    VARIABLE,
    DocumentText,
    LintRule,
    MessageText,
    MessageVersion,
    Variable,
)
from quittance.domain.texts.render import RenderedMessage
from quittance.domain.texts.typography import Language

# CGI 272-1, BOI-TVA-DED-40-10-20: word for word, in French whatever the language.
VAT_SENTENCE = (
    "« Facture demeurée impayée pour la somme de {{ bad_debt.net }} (prix net) et pour la somme de "
    "{{ bad_debt.vat }} (taxe sur la valeur ajoutée correspondante) qui ne peut faire l'objet d'une "
    "déduction (article 272 du CGI). »"
)
# A person's or a firm's own name may be written in capitals or hold any word: it is not the author's wording.
_NAMING_GROUPS = (
    "company.",
    "customer.",
    "contact.",
    "sender.",
    "pay.",
    "agency.",
    "recovery.",
    "court.",
    "greeting",
    "signature",
)
_SUBJECT_LIMIT = 110
_WORD_LIMIT, _FORMAL_WORD_LIMIT = 150, 190
_VOUS = re.compile(r"(?<!chez )\b(vous|votre|vos)\b", re.IGNORECASE)
_TU = re.compile(r"\b(tu|ton|ta|tes)\b", re.IGNORECASE)
_SWITCHED_LINE = re.compile(r"^- \*\[interest = (?!consumer_none).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule holds against a text. `severity`: `refuse` or `warn`; `excerpt` is where it was seen.

    `place`: the part of the wording that it is about (a field of `MessageVersion`), where that is known.
    """

    rule: str
    severity: str
    say_fr: str
    excerpt: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a text is for. `kind`: message, document, phrase or agreement."""

    language: Language = "fr"
    text_id: str = ""
    step: str = ""
    audience: tuple[str, ...] = ()
    kind: str = "message"
    rendered: bool = False


def lint_text(body: str, circumstances: Circumstances, *, subject: str = "", lead: str = "") -> list[Finding]:
    """Test one wording against the rules of kinds `pattern` and `requires`, in the order of the file."""
    findings = []
    for rule in library.lint_rules():
        if not _concerns(rule, circumstances):
            continue
        excerpt = ""
        if rule.kind == "pattern":
            excerpt = _forbidden(rule, body, subject, lead, circumstances)
        if excerpt or (rule.kind == "requires" and not _kept(rule, body, subject, lead)):
            findings.append(Finding(rule.rule_id, rule.severity, rule.say_fr, excerpt))
    return findings


def lint_message(text: MessageText) -> list[Finding]:
    """Test a message with all its wordings, before it is saved."""
    findings = []
    for name, version in text.versions.items():
        circumstances = Circumstances(
            language="en" if name == "en" else "fr",
            text_id=text.text_id,
            step=text.step,
            audience=text.audience,
        )
        findings += lint_text(
            version.body, circumstances, subject="\n".join(version.subjects), lead="\n".join(version.leads)
        )
        findings += _address(name, version, text.tone)
        findings += _length(version, text.tone)
    return findings + _versions(text)


def lint_wording(
    text: MessageText, name: str, wording: MessageVersion, known: Collection[str]
) -> list[Finding]:
    """Test a company's own wording of one version (`name`: fr, fr_tu or en) of a text, before it is saved.

    `known`: the variables that can be known when it leaves. What it says differently from the other versions is told,
    and not refused: a company that writes only in French has no use for the English one.
    """
    circumstances = Circumstances(
        language="en" if name == "en" else "fr", text_id=text.text_id, step=text.step, audience=text.audience
    )
    findings = [*_braces(wording), *_variables(wording, known), *_leads(wording)]
    findings += lint_text(
        wording.body, circumstances, subject="\n".join(wording.subjects), lead="\n".join(wording.leads)
    )
    findings += _address(name, wording, text.tone)
    findings += _length(wording, text.tone)
    if text.text_id == "bad_debt_vat" and VAT_SENTENCE not in wording.body:
        findings.append(_finding("vat_wording_changed", excerpt=name))
    shipped = text.versions[name].variables
    findings += [
        replace(_finding("variable_left_out", value=missing), place="body")
        for missing in sorted(shipped - wording.variables)
        if missing not in ("lead", "history")
    ]
    return [_placed(finding, wording) for finding in findings]


def _braces(wording: MessageVersion) -> Iterator[Finding]:
    """A brace that is no variable would leave as it is."""
    for place, part in _parts(wording):
        found = re.search(r"\S*[{}]+\S*", VARIABLE.sub("", part))
        if found:
            yield replace(_finding("braces_left", excerpt=found[0]), place=place)


def _variables(wording: MessageVersion, known: Collection[str]) -> Iterator[Finding]:
    for place, part in _parts(wording):
        for name in dict.fromkeys(VARIABLE.findall(part)):
            variable = library.variables().get(name)
            if variable is None:
                close = get_close_matches(name, known, n=1)
                remedy = f" Vouliez-vous « {close[0]} » ?" if close else ""
                finding = _finding("unknown_variable", value=name)
                yield replace(finding, say_fr=finding.say_fr + remedy, place=place)
            elif _is_misplaced(variable, place):
                yield replace(_finding("misplaced_variable", value=name), place=place)
            elif name not in known:
                dropped = variable.absent.startswith("drop")
                yield replace(
                    _finding("line_dropped" if dropped else "not_known_here", value=name), place=place
                )


def _is_misplaced(variable: Variable, place: str) -> bool:
    """A subject is one line that is always whole; an introduction does not call itself."""
    if place.startswith("lead"):
        return variable.name == "lead"
    return place != "body" and (variable.kind != "value" or variable.absent.startswith("drop"))


def _leads(wording: MessageVersion) -> Iterator[Finding]:
    """An introduction that the text calls, and that says nothing, would hold back every message."""
    if "lead" in VARIABLE.findall(wording.body):
        for place in ("lead_one", "lead_many"):
            if not getattr(wording, place).strip():
                yield replace(_finding("lead_missing"), place=place)


def _parts(wording: MessageVersion) -> Iterator[tuple[str, str]]:
    for place in ("subject", "subject_one", "subject_many", "lead_one", "lead_many", "body"):
        yield place, getattr(wording, place)


def _placed(finding: Finding, wording: MessageVersion) -> Finding:
    """Name the part in which the words found stand; what is required is missing from the body."""
    if finding.place:
        return finding
    words = re.compile(rf"(?<!\w){re.escape(finding.excerpt)}(?!\w)") if finding.excerpt else None
    for place, part in _parts(wording):
        if words is not None and words.search(_plain(part)):
            return replace(finding, place=place)
    return replace(finding, place="body")


def lint_document(document: DocumentText) -> list[Finding]:
    """Test a letter or a deed in its two languages."""
    findings = []
    for language in ("fr", "en"):
        circumstances = Circumstances(
            language="fr" if language == "fr" else "en",
            text_id=document.document_id,
            audience=document.audience,
            kind="document",
        )
        source = document.sources[language]
        findings += lint_text(source, circumstances)
        findings += _unknown(VARIABLE.findall(source))
    return findings


def lint_rendered(message: RenderedMessage, text: MessageText, language: Language) -> list[Finding]:
    """Test a written message once more: a fact may have brought in what the text did not say.

    Names of people and firms are left out of the test; the words of a dispute, a pause or a decision are not.
    """
    subject, body = message.subject, message.body
    for name, written in message.variables_used.items():
        if name.startswith(_NAMING_GROUPS):
            subject, body = subject.replace(written, "…"), body.replace(written, "…")
    circumstances = Circumstances(
        language=language, text_id=text.text_id, step=text.step, audience=text.audience, rendered=True
    )
    return lint_text(body, circumstances, subject=subject)


def _concerns(rule: LintRule, circumstances: Circumstances) -> bool:
    if rule.kind not in ("pattern", "requires"):
        return False
    if circumstances.rendered and (rule.kind == "requires" or rule.on == "template"):
        return False
    if rule.steps and circumstances.step not in rule.steps:
        return False
    if rule.audience and not set(rule.audience) & set(circumstances.audience):
        return False
    if rule.audience_only and circumstances.audience != (rule.audience_only,):
        return False
    named = circumstances.text_id in (*rule.not_texts, *rule.not_documents)
    return not named and circumstances.kind not in rule.not_kinds


def _forbidden(rule: LintRule, body: str, subject: str, lead: str, circumstances: Circumstances) -> str:
    text = subject if rule.scope == "subject" else "\n".join((subject, lead, body))
    if "consumer" in rule.audience:
        text = _SWITCHED_LINE.sub("", text)
    flags = re.NOFLAG if rule.case_sensitive else re.IGNORECASE
    text = _plain(text)
    if rule.unless:
        text = re.sub(rule.unless, " ", text, flags=flags)
    found = re.search(rule.fr if circumstances.language == "fr" else rule.en, text, flags)
    return found[0].strip() if found else ""


def _kept(rule: LintRule, body: str, subject: str, lead: str) -> bool:
    def kept(text: str) -> bool:
        called_for = not rule.when or re.search(rule.when, text, re.IGNORECASE)
        return not called_for or re.search(rule.needs, text) is not None

    if rule.scope == "subject and body each":
        return all(kept(part) for part in (*subject.split("\n"), body))
    return kept(body if rule.scope == "body" else "\n".join((subject, lead, body)))


def _address(name: str, version: MessageVersion, tone: str) -> list[Finding]:
    if name == "en":
        return []
    text = VARIABLE.sub("", "\n".join((*version.subjects, *version.leads, version.body)))
    if name == "fr_tu" and tone == "formal":
        return [_finding("address_mixed", excerpt="fr_tu")]
    found = (_VOUS if name == "fr_tu" else _TU).search(text)
    return [_finding("address_mixed", excerpt=found[0])] if found else []


def _length(version: MessageVersion, tone: str) -> list[Finding]:
    words = len(VARIABLE.sub("variable", version.body).split())
    limit = _FORMAL_WORD_LIMIT if tone == "formal" else _WORD_LIMIT
    findings = [_finding("too_long", excerpt=text) for text in version.subjects if len(text) > _SUBJECT_LIMIT]
    return findings + ([_finding("too_long", excerpt=f"{words} mots")] if words > limit else [])


def _versions(text: MessageText) -> list[Finding]:
    used = {name: version.variables for name, version in text.versions.items()}
    everywhere = frozenset.intersection(*used.values())
    somewhere = frozenset.union(*used.values())
    findings = [_finding("languages_differ", value=name) for name in sorted(somewhere - everywhere)]
    findings += _unknown(sorted(somewhere))
    if text.text_id == "bad_debt_vat":
        findings += [
            _finding("vat_wording_changed", excerpt=name)
            for name, version in text.versions.items()
            if VAT_SENTENCE not in version.body
        ]
    return findings


def _unknown(names: list[str]) -> list[Finding]:
    return [_finding("unknown_variable", value=name) for name in names if name not in library.variables()]


def _finding(rule_id: str, *, excerpt: str = "", value: str = "") -> Finding:
    rule = next(rule for rule in library.lint_rules() if rule.rule_id == rule_id)
    return Finding(rule_id, rule.severity, rule.say_fr.replace("{{ form.value }}", value), excerpt or value)


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
