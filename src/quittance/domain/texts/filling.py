"""Fill `{{ variables }}` with facts: the rules of absence, the units, the phrases and the blocks.

One `Filling` serves one text. A filled-in value stands as one private character until `finish`, so that the
typographic pass sees the sentence, never the inside of an IBAN or of a link.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache

from quittance.domain.texts import library, typography
from quittance.domain.texts.facts import (
    AddressForm,
    CreditFact,
    InvoiceFact,
    PaidFact,
    PlanFact,
    group_facts,
    net_open_cents,
    ordered_rows,
)
from quittance.domain.texts.library import VARIABLE, Unit
from quittance.domain.texts.typography import Language

# The end of a name whose value is copied, clicked or compared: no typographic change.
_VERBATIM = frozenset(
    ("link", "iban", "iban_end", "reference", "email", "number", "ics", "mandate", "hash", "order_reference")
)
_VALUES = frozenset(("value", "row"))
_MARK = re.compile(f"[{typography.VALUE_MARK}]")
_FIRST_MARK = 0xE000
_OWN_NAMES = frozenset(("contact.warm",))
_ENGLISH_FALLBACKS = {
    "oui": "yes",
    "non": "no",
    "néant": "none",
    "aucun": "none",
    "aucune": "none",
    "non précisé": "not stated",
    "motif non donné": "no reason given",
}


@dataclass(eq=False)
class TextRefused(ValueError):
    """The text is not written; nothing is sent with a hole in it. `str` is a French sentence."""

    text_id: str

    def __str__(self) -> str:
        return f"Le texte « {self.text_id} » ne peut pas être écrit."


@dataclass(eq=False)
class MissingFact(TextRefused):
    """The text cannot do without `variable`, and no fact gives it."""

    variable: str = ""

    def __str__(self) -> str:
        sentence = library.rests()["missing_variable"].fr.replace("{{ rest.variable }}", self.variable)
        return typography.typeset(sentence, "fr")


@dataclass(eq=False)
class NothingOwed(TextRefused):
    """Credits cover what is owed: a sum of zero or less is never asked for."""

    def __str__(self) -> str:
        return "Rien ne reste dû une fois les crédits déduits : aucun message n’est écrit."


class LineDropped(LookupError):
    """The line goes away whole: one of its variables is absent and may be."""


@dataclass
class Filling:
    """The state of one rendering: what is known, what was used, which values stand as marks."""

    text_id: str
    language: Language
    version: str
    facts: Mapping[str, object]
    tone: str = ""
    address_form: AddressForm = "vous"
    lead: str = ""
    required: frozenset[str] = frozenset()
    used: dict[str, str] = field(default_factory=dict)  # as filled in, not finished
    marks: list[str] = field(default_factory=list)
    rows: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [name for name in self.facts if name not in library.variables() and name not in _OWN_NAMES]
        if unknown:
            raise ValueError(f"no such variable: {', '.join(unknown)}")
        self.facts = _with_computed(self.facts)

    def lines(self, template: str, *, verbatim: bool = False) -> list[str]:
        """Fill a template line by line; lines whose optional variable is absent are gone."""
        kept = []
        for line in template.split("\n"):
            try:
                kept.append(self.line(line, verbatim=verbatim))
            except LineDropped:
                continue
        return kept

    def line(self, line: str, *, verbatim: bool = False) -> str:
        """Fill one line. Raises `LineDropped`, `MissingFact` or `NothingOwed`."""
        written = ""
        parts, end = _cut(line)
        for before, name, as_it_is in parts:
            value = self.value(name)
            if as_it_is is not None:
                if self.language == "fr":
                    before = typography.elide(before, value)  # noqa: PLW2901 - the same words, elided
                value = self._mark(
                    value if verbatim or as_it_is else typography.typeset(value, self.language)
                )
            written += before + value
        return written + end

    def finish(self, text: str) -> str:
        """Run the typographic pass, put the values back."""
        return typography.agree(self.unmark(typography.typeset(text, self.language)), self.language)

    def unmark(self, text: str) -> str:
        """Put the values back."""
        if text.isascii():
            return text
        return _MARK.sub(lambda found: self.marks[ord(found[0]) - _FIRST_MARK], text)

    def value(self, name: str) -> str:
        """Write a variable, phrase or block; marks are still inside the phrases."""
        variable = library.variables()[name]
        if variable.kind in ("phrase", "block"):
            text = self._phrase(name)
        else:
            fact = self.rows.get(name) if variable.kind == "row" else self.facts.get(name)
            text = "" if fact is None or fact == "" else write(variable, fact, self.language)
            if name == "net.open" and isinstance(fact, int) and fact <= 0:
                raise NothingOwed(self.text_id)
        if not text:
            text = self._absent(variable)
        if variable.kind != "row":
            self.used[name] = text
        return text

    def _absent(self, variable: library.Variable) -> str:
        rule = variable.absent
        if rule.startswith(("drop", "phrase off")) and variable.name not in self.required:
            raise LineDropped
        fallback = rule.removeprefix("fallback: ").strip("« »")
        described = "…" in fallback or " and " in fallback or fallback.startswith("greeting.")
        if not rule.startswith("fallback: ") or described:
            raise MissingFact(self.text_id, variable.name)
        if fallback in library.variables():
            return self.value(fallback)
        return _ENGLISH_FALLBACKS.get(fallback, fallback) if self.language == "en" else fallback

    def _phrase(self, name: str) -> str:
        blocks: dict[str, Callable[[], list[str]]] = {
            "greeting": self._greeting,
            "signature": self._signature,
            "lead": lambda: self.lines(self.lead),
            "pay.block": lambda: self.lines(self._sentence("pay.block").strip("\n"), verbatim=True),
            "invoices.list": self._invoices,
            "payment.list": lambda: [self._row(name, row) for row in self._tuple(name, PaidFact)],
            "plan.list": lambda: [self._row(name, row) for row in self._tuple(name, PlanFact)],
            "agreement.points": lambda: self._chosen_lines(name),
            "consequences.list": self.consequences,
        }
        if name in blocks:
            return "\n".join(blocks[name]())
        if name not in library.phrases():
            return ""
        variant = self._variant(name)
        optional = library.variables()[name].absent.startswith("drop") and name not in self.required
        if variant is None:
            return ""
        try:
            return self.line(self._sentence(name, variant))
        except MissingFact:
            if optional:
                return ""
            raise
        except LineDropped:
            return ""

    def _variant(self, name: str) -> str | None:
        """Choose the sentence: said by the caller, else computed, else the phrase's own default."""
        phrase = library.phrases()[name]
        chosen = self.facts.get(name)
        if isinstance(chosen, str) and chosen:
            return chosen
        if name == "penalty.rate_phrase":
            first, now = self.facts.get("penalty.rate_first"), self.facts.get("penalty.rate")
            return "one" if first is None or first == now else "several"
        if name == "indemnity.count_phrase":
            return "one" if self.facts.get("indemnity.count") == 1 else "many"
        if "" in phrase.variants(self.version):
            return ""
        return phrase.default or None

    def _sentence(self, key: str, variant: str = "") -> str:
        return library.phrases()[key].variants(self.version)[variant]

    def _greeting(self) -> list[str]:
        known = {
            name: bool(self.facts.get(f"contact.{name}"))
            for name in ("civility", "first_name", "last_name", "warm")
        }
        familiar = self.address_form == "tu" or (known["warm"] and self.tone != "formal")
        if familiar and known["first_name"]:
            variant = "named_first"
        elif known["civility"] and known["last_name"]:
            variant = "named_formal"
        else:
            variant = "unnamed"
        return [self.line(self._sentence("greeting", variant))]

    def _signature(self) -> list[str]:
        """Sign in full; without the legal line only with `tu`, and only where the caller asks for it."""
        template = self._sentence("signature").strip("\n")
        if self.facts.get("signature") == "short" and self.address_form == "tu":
            template = template.replace("\n{{ company.legal_line }}", "")
        return self.lines(template)

    def _invoices(self) -> list[str]:
        rows = self._tuple("invoices.list", object)
        written = [self._row("invoices.list", row) for row in ordered_rows(rows)]
        if len(rows) > 1:
            written.append(self.line(self._sentence("invoices.list", "total")))
        elif rows and net_open_cents(rows) <= 0:
            raise NothingOwed(self.text_id)
        return written

    def _row(self, key: str, row: object) -> str:
        if isinstance(row, InvoiceFact):
            variant = row.row
        elif isinstance(row, PaidFact):
            variant = "row_partly" if row.open_cents else "row"
        elif isinstance(row, PlanFact):
            variant = "row_paid" if row.paid else "row"
        else:
            variant = "credit" if isinstance(row, CreditFact) else "unallocated"
        self.rows = _row_facts(row)
        template = self._sentence(key, variant)
        if isinstance(row, InvoiceFact):
            template += "\n" + self._sentence(key, "order")
        written = "\n".join(self.lines(template))
        self.rows = {}
        return written

    def consequences(self) -> list[str]:
        """Write the announced steps: the last ends with a full stop, the others with a semicolon."""
        lines = self._chosen_lines("consequences.list")
        stripped = [line.rstrip(" ;.") for line in lines]
        semicolon = " ;" if self.language == "fr" else ";"
        ends = [semicolon] * (len(stripped) - 1) + ["."]
        return [line + end for line, end in zip(stripped, ends, strict=False)]

    def _chosen_lines(self, key: str) -> list[str]:
        kept: list[str] = []
        for variant in self._tuple(key, str):
            kept += self.lines(self._sentence(key, str(variant)))
        return kept

    def _tuple(self, name: str, item: type) -> tuple:  # type: ignore[type-arg]
        rows = self.facts.get(name) or ()
        if not isinstance(rows, tuple) or not all(isinstance(row, item) for row in rows):
            raise TypeError(f"{name} takes a tuple of {item.__name__}")
        return rows

    def _mark(self, value: str) -> str:
        self.marks.append(value)
        mark = chr(_FIRST_MARK + len(self.marks) - 1)
        assert _MARK.fullmatch(mark), "too many values in one text"
        return mark


@lru_cache(maxsize=4096)
def _cut(line: str) -> tuple[tuple[tuple[str, str, bool | None], ...], str]:
    """Cut a line of a template: (words before, variable, whether its value is left as it is), and what ends it.

    None instead of the third: a phrase or a block, which holds values of its own.
    """
    parts: list[tuple[str, str, bool | None]] = []
    position = 0
    for found in VARIABLE.finditer(line):
        name = found[1]
        is_value = library.variables()[name].kind in _VALUES
        as_it_is = name.rpartition(".")[2] in _VERBATIM if is_value else None
        parts.append((line[position : found.start()], name, as_it_is))
        position = found.end()
    return tuple(parts), line[position:]


def write(variable: library.Variable, fact: object, language: Language) -> str:
    """Write a fact as its variable's unit asks. Raises `TypeError` for a fact of another kind."""
    unit = variable.unit
    last = variable.name.rpartition(".")[2]
    if isinstance(fact, str) and unit in (Unit.TEXT, Unit.COUNT):
        coded = last == "iban" or (last == "reference" and re.fullmatch(r"RF\d\d[\dA-Z]+", fact))
        return typography.grouped(fact) if coded else fact
    if isinstance(fact, date) and unit in (Unit.DATE, Unit.WEEKDAY):
        return typography.day(fact, language, weekday=unit is Unit.WEEKDAY)
    if isinstance(fact, date) and unit is Unit.SEMESTER:
        return typography.semester(fact, language)
    if isinstance(fact, time) and unit is Unit.TIME:
        return typography.clock(fact, language)
    if isinstance(fact, int) and unit is Unit.MONEY:
        return typography.money(fact, language)
    if isinstance(fact, int) and unit in (Unit.RATE, Unit.SHARE):
        return typography.rate(fact, language, short=unit is Unit.SHARE)
    if isinstance(fact, int) and unit is Unit.COUNT:
        return typography.number(fact, language)
    raise TypeError(f"{variable.name} takes {unit.value}, not {fact!r}")


def _row_facts(row: object) -> dict[str, object]:
    """Name a row's fields as variables of the row; a part that is zero is absent."""
    return {name: None if value == 0 else value for name, value in group_facts("row", row).items()}


def _with_computed(facts: Mapping[str, object]) -> dict[str, object]:
    """Add what follows from the facts: the totals, the single (or oldest) invoice, the end of the IBAN."""
    computed: dict[str, object] = {}
    rows = facts.get("invoices.list")
    if isinstance(rows, tuple) and rows:
        invoices = [row for row in ordered_rows(rows) if isinstance(row, InvoiceFact)]
        computed["net.open"] = net_open_cents(rows)
        computed["invoices.count"] = len(invoices)
        computed["credit.total"] = sum(row.open_cents for row in rows if isinstance(row, CreditFact)) or None
        if invoices:
            first = group_facts("invoice", invoices[0])
            computed |= {name: value for name, value in first.items() if name in library.variables()}
    paid_rows = facts.get("payment.list")
    if not rows and isinstance(paid_rows, tuple) and paid_rows:
        computed["invoices.count"] = len(paid_rows)
        computed["invoice.number"] = paid_rows[0].number
    net, interest, indemnity = (
        facts.get("net.open", computed.get("net.open")),
        facts.get("penalty.amount"),
        facts.get("indemnity.amount"),
    )
    if isinstance(interest, int) and isinstance(indemnity, int):
        paid = facts.get("claim.penalties_paid")
        computed["claim.penalties_total"] = interest + indemnity - (paid if isinstance(paid, int) else 0)
        if isinstance(net, int):
            computed["claim.total"] = net + interest + indemnity
    iban = facts.get("pay.iban")
    if isinstance(iban, str):
        computed["pay.iban_end"] = "".join(iban.split())[-4:]
    return {**computed, **{name: fact for name, fact in facts.items() if fact is not None}}
