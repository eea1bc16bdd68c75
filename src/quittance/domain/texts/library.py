"""The shipped texts as frozen values, read once from the package data `quittance/texts`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from quittance.domain.texts.typography import ENGLISH_MONTHS, FRENCH_MONTHS

VARIABLE = re.compile(r"\{\{ ([a-z_0-9.]+) \}\}")
_DATE = re.compile(rf"(\w+ )?\d{{1,2}}(er)? ({'|'.join(FRENCH_MONTHS + ENGLISH_MONTHS)}) \d{{4}}")


class Unit(Enum):
    """What a caller passes for a variable; read from the variable's example in `variables.toml`."""

    TEXT = "text"
    MONEY = "cents"
    RATE = "basis points, always two decimals"
    SHARE = "basis points, decimals only where they are not zero"
    DATE = "date"
    WEEKDAY = "date, with the day of the week"
    TIME = "time of day"
    SEMESTER = "any date of the half-year"
    COUNT = "whole number"


@dataclass(frozen=True, slots=True)
class Variable:
    """One name a text may use. `absent` is the rule of `variables.toml`: refuse, drop line, fallback..."""

    name: str
    kind: str
    meaning: str
    example: str
    absent: str

    @property
    def unit(self) -> Unit:
        """Tell the unit by the example, so that the table and the code cannot disagree."""
        return _unit_of(self.example)


@cache
def _unit_of(example: str) -> Unit:
    if example.endswith("%"):
        return Unit.RATE if "," in example else Unit.SHARE
    found = _DATE.fullmatch(example)
    if found:
        return Unit.WEEKDAY if found[1] else Unit.DATE
    for pattern, unit in (
        (r"[\d ]+,\d\d €", Unit.MONEY),
        (r"\d+ h \d+", Unit.TIME),
        (r"\d(er|e) semestre \d{4}", Unit.SEMESTER),
        (r"\d+", Unit.COUNT),
    ):
        if re.fullmatch(pattern, example):
            return unit
    return Unit.TEXT


@dataclass(frozen=True, slots=True)
class MessageVersion:
    """One wording of a message: `fr`, `fr_tu` or `en`; `subject`, or `subject_one` with `subject_many`."""

    body: str
    subject: str = ""
    subject_one: str = ""
    subject_many: str = ""
    lead_one: str = ""
    lead_many: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(text for text in (self.subject, self.subject_one, self.subject_many) if text)

    @property
    def leads(self) -> tuple[str, ...]:
        return tuple(text for text in (self.lead_one, self.lead_many) if text)

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(VARIABLE.findall("\n".join((*self.subjects, *self.leads, self.body))))


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message with its wordings and the circumstances it is written for."""

    text_id: str
    step: str
    audience: tuple[str, ...]
    tone: str
    versions: Mapping[str, MessageVersion]
    family: str = ""
    attach: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    rule: str = ""
    why: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A prepared sentence. `wordings[version][variant]`; the variant of a phrase with only one is ''."""

    key: str
    wordings: Mapping[str, Mapping[str, str]]
    default: str = ""

    def variants(self, version: str) -> Mapping[str, str]:
        """Give the sentences of a version; `fr_tu` falls back on `fr` where the two are the same."""
        if version == "fr_tu":
            return {**self.wordings["fr"], **self.wordings.get("fr_tu", {})}
        return self.wordings[version]


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A letter or a deed, as written: front matter and one Markdown source per language."""

    document_id: str
    audience: tuple[str, ...]
    tone: str
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rest:
    """Why nothing is sent today, in a word or two and in a sentence, and what ends it."""

    code: str
    short_fr: str
    short_en: str
    fr: str
    en: str
    ends_fr: str
    ends_en: str


@dataclass(frozen=True, slots=True)
class LintRule:
    """One "a text is refused when". See `lint.py` for what each kind tests; `engine` is tested at sending."""

    rule_id: str
    kind: str
    severity: str
    say_fr: str
    fr: str = ""
    en: str = ""
    unless: str = ""
    when: str = ""
    needs: str = ""
    scope: str = ""
    on: str = "both"
    test: str = ""
    law: str = ""
    audience_only: str = ""
    case_sensitive: bool = False
    steps: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    not_texts: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()
    not_documents: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    bad_tu: tuple[str, ...] = ()
    good_tu: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Short words of the interface: `sections[section][key] == (fr, en, note)`; '' is the top of the file."""

    sections: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@cache
def variables() -> Mapping[str, Variable]:
    """Every variable by its name."""
    rows = _toml("variables.toml")["variables"]
    return MappingProxyType({row[0]: Variable(*row) for row in rows})


@cache
def messages() -> Mapping[str, MessageText]:
    """Every message by its name, in the order of the sale."""
    found: dict[str, MessageText] = {}
    for path in sorted((_root() / "messages").iterdir(), key=lambda entry: entry.name):
        for text_id, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found[text_id] = message_text(text_id, entry)
    return MappingProxyType(found)


def message_text(text_id: str, entry: Mapping[str, object]) -> MessageText:
    """Build a message from its table; companies' own wordings come through here as well."""
    plain: dict[str, Any] = {
        key: _frozen(value) for key, value in entry.items() if not isinstance(value, Mapping)
    }
    versions = {key: MessageVersion(**value) for key, value in entry.items() if isinstance(value, Mapping)}
    return MessageText(text_id=text_id, versions=MappingProxyType(versions), **plain)


def with_wordings(text: MessageText, own: Mapping[str, MessageVersion]) -> MessageText:
    """Return a text in which a company's own wordings stand in place of the shipped ones, version by version."""
    return replace(text, versions=MappingProxyType({**text.versions, **own})) if own else text


@cache
def phrases() -> Mapping[str, Phrase]:
    """Every prepared sentence by the variable that calls it."""
    found = {}
    for name, entry in _toml("phrases.toml").items():
        wordings = {
            version: MappingProxyType({"": text} if isinstance(text, str) else dict(text))
            for version in ("fr", "fr_tu", "en")
            if (text := entry.get(version)) is not None
        }
        key = entry.get("key", name)
        found[key] = Phrase(key, MappingProxyType(wordings), entry.get("default", ""))
    return MappingProxyType(found)


@cache
def documents() -> Mapping[str, DocumentText]:
    """Every letter and deed by its name."""
    found = {}
    for path in sorted((_root() / "documents").iterdir(), key=lambda entry: entry.name):
        _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
        head = tomllib.loads(front)
        parts = re.split(r"^## (\w+)(?: .*)?$", text, flags=re.MULTILINE)
        sources = {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}
        found[head["id"]] = DocumentText(
            head["id"], tuple(head["audience"]), head["tone"], {key: sources[key] for key in ("fr", "en")}
        )
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class CallMove:
    """One of the five moves of a call: its name, what is said, and (in French) what to take care of."""

    name_fr: str
    name_en: str
    fr: str
    en: str
    care: str


@dataclass(frozen=True, slots=True)
class CallScript:
    """The call sheet: what to look at before, the moves, and answers to what one hears. Pairs are (fr, en)."""

    before: tuple[tuple[str, str], ...]
    moves: tuple[CallMove, ...]
    answers: Mapping[str, tuple[str, str]]


@cache
def call_script() -> CallScript:
    """The call sheet as it is written in `words/call.toml`."""
    sheet = _toml("words/call.toml")
    return CallScript(
        tuple(zip(sheet["before_fr"], sheet["before_en"], strict=True)),
        tuple(
            CallMove(row["name"][0], row["name"][1], row["fr"], row["en"], row["care"])
            for row in sheet["move"]
        ),
        MappingProxyType({key: (row["fr"], row["en"]) for key, row in sheet["answers"].items()}),
    )


@cache
def rests() -> Mapping[str, Rest]:
    """Every reason for not sending, by its code."""
    rows = _toml("words/rests.toml").items()
    return MappingProxyType(
        {
            code: Rest(code, *(row[key] for key in ("short", "short_en", "fr", "en", "ends", "ends_en")))
            for code, row in rows
        }
    )


@cache
def lint_rules() -> tuple[LintRule, ...]:
    """Every rule of `lint.toml`, the `engine` ones too: those are the caller's to test."""
    found = []
    for row in _toml("lint.toml")["rule"]:
        plain: dict[str, Any] = {key: _frozen(value) for key, value in row.items() if key != "id"}
        found.append(LintRule(rule_id=row["id"], **plain))
    return tuple(found)


@cache
def words(name: str) -> Words:
    """Short words by file: `evidence`, `errors`, `states`, `screens`."""
    sections: dict[str, dict[str, tuple[str, ...]]] = {}
    for key, value in _toml(f"words/{name}.toml").items():
        if isinstance(value, Mapping):
            sections[key] = {inner: tuple(texts) for inner, texts in value.items()}
        else:
            sections.setdefault("", {})[key] = tuple(value)
    return Words(MappingProxyType({key: MappingProxyType(rows) for key, rows in sections.items()}))


def _root() -> Traversable:
    return resources.files("quittance") / "texts"


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_root() / name).read_text(encoding="utf-8"))


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
