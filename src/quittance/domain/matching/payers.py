"""Who pays: by IBAN, by name whatever its accents, legal form and word order, by a name close to it."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from quittance.domain.matching.texts import one_slip, plain, runs_of, words_of
from quittance.domain.matching.values import Evidence, IncomingLine, Payer

_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
_WORD = re.compile(r"[A-Z0-9]+")
_LEGAL_FORMS = words_of(
    "SARL SAS SASU EURL SA SCI SNC SELARL SELAS SCP SCOP SCM EI EIRL"
    " EARL GAEC GIE ASSO ASSOCIATION LTD GMBH BV INC"
)
_SILENT = words_of(
    "DE DU DES D LA LE LES L ET AND A AU AUX EN THE OU M MR MME MLLE MONSIEUR MADAME STE SOC SOCIETE ETS ETB"
    " ETABLISSEMENTS ETABLISSEMENT CIE COMPAGNIE"
)
_ONE_SPELLING = {"ST": "SAINT", "FRS": "FRERES", "INTL": "INTERNATIONAL", "BAT": "BATIMENT"}
_SURE_CUT = 16
_SHORTEST_CUT = 10  # letters; a shorter beginning of a name fits too many
_MOST_NEIGHBOURS = 200
_MOST_CLOSE = 5
_MOST_NAMESAKES = 20  # a name that more customers bear tells nothing
_LONGEST_NAME = 7

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """The customers a line shows. Several in `certain`: they cannot be told apart."""

    certain: tuple[int, ...] = ()
    close: tuple[int, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def agrees_with(self, customer_id: int) -> bool:
        """Say whether the line may well come from this customer."""
        return customer_id in self.certain or customer_id in self.close


NOBODY = Recognised()


def name_words(name: str) -> Words:
    """Cut a name into comparable words; legal forms stay, words that carry nothing go.

    >>> name_words("Sté des Établissements Lefèvre & Fils, S.A.R.L.")
    ('LEFEVRE', 'FILS', 'SARL')
    """
    text = _DOTTED.sub(lambda found: found.group().replace(".", "") + " ", plain(name))
    words = _WORD.findall(text)
    kept = tuple(_ONE_SPELLING.get(word, word) for word in words if word not in _SILENT)
    return kept if any(word not in _LEGAL_FORMS for word in kept) else tuple(words)


def core_of(words: Words) -> Words:
    """Leave the legal form out, and the order of the words."""
    return tuple(sorted(word for word in words if word not in _LEGAL_FORMS)) or tuple(sorted(words))


class PayerIndex:
    """All customers under their IBANs, names and parts of names. Look-ups do not depend on their count."""

    def __init__(self, payers: Iterable[Payer]) -> None:
        self._by_iban: dict[str, list[int]] = {}
        self._by_reference: dict[str, list[int]] = {}
        self._by_spelling: dict[Words, list[int]] = {}
        self._by_letters: dict[str, list[int]] = {}  # « Zo éAbadie »: the space slipped
        self._by_words: dict[Words, list[int]] = {}
        self._by_core: dict[Words, list[int]] = {}
        self._by_alias: dict[Words, list[int]] = {}
        self._without_one: dict[Words, list[tuple[str, int]]] = {}
        self._vocabulary: set[str] = set()
        self._known: dict[str, Recognised] = {}
        self._words_of: dict[int, Words] = {}
        beginnings: list[tuple[str, int]] = []
        for payer in sorted(payers, key=lambda payer: payer.customer_id):
            self._add(payer)
            beginnings.append((" ".join(name_words(payer.name)), payer.customer_id))
        self._beginnings = sorted(beginnings)

    def _add(self, payer: Payer) -> None:
        customer_id = payer.customer_id
        for iban in payer.ibans:
            _file(self._by_iban, _compact(iban), customer_id)
        reference = _compact(payer.reference)
        if len(reference) >= 4 and any(character.isdigit() for character in reference):
            _file(self._by_reference, reference, customer_id)
        words = name_words(payer.name)
        core = core_of(words)
        if words:
            self._vocabulary.update(words)
            self._words_of[customer_id] = words
            _file(self._by_spelling, words, customer_id)
            _file(self._by_letters, "".join(words), customer_id)
            _file(self._by_words, tuple(sorted(words)), customer_id)
            _file(self._by_core, core, customer_id)
            for rank in range(len(core) if len(core) > 1 else 0):
                self._without_one.setdefault(core[:rank] + core[rank + 1 :], []).append(
                    (core[rank], customer_id)
                )
        for alias in sorted(payer.aliases):
            _file(self._by_alias, core_of(name_words(alias)), customer_id)

    def recognise(self, line: IncomingLine, label: str) -> Recognised:
        """Say who the line comes from: the IBAN first, then the name given by the bank, then the label."""
        named = self._named(line.counterparty_name)
        by_iban = self._by_iban.get(_compact(line.counterparty_iban), []) if line.counterparty_iban else []
        if by_iban:
            shared = [customer_id for customer_id in by_iban if customer_id in named.certain]
            certain = shared or list(dict.fromkeys([*by_iban, *named.certain]))
            return Recognised(tuple(certain), (), (Evidence.of("payer_iban"),))
        if named.certain:
            return named
        return self._in_label(label) or named

    def _named(self, name: str) -> Recognised:
        known = self._known.get(name)
        if known is None:
            known = self._recognise_name(name)
            if len(known.certain) > _MOST_NAMESAKES:
                known = NOBODY
            self._known[name] = known
        return known

    def _recognise_name(self, name: str) -> Recognised:
        words = name_words(name)
        if not words:
            return NOBODY
        core = core_of(words)
        for index, key in (
            (self._by_spelling, words),
            (self._by_words, tuple(sorted(words))),
            (self._by_core, core),
        ):
            if key in index:
                return Recognised(tuple(index[key]), (), (Evidence.of("payer_name_exact"),))
        if core in self._by_alias:
            return Recognised(tuple(self._by_alias[core]), (), (Evidence.of("payer_third"),))
        if "".join(words) in self._by_letters:
            return Recognised(tuple(self._by_letters["".join(words)]), (), (_close(name),))
        for found, mistyped_only in (self._cut_short(words), self._one_word_off(core)):
            if len(found) == 1 and mistyped_only:
                return Recognised(tuple(found), (), (_close(name),))
            if 0 < len(found) <= _MOST_CLOSE:
                return Recognised((), tuple(found), (_close(name),))
        return NOBODY

    def _cut_short(self, words: Words) -> tuple[list[int], bool]:
        """Find the names that begin so, as the bank cuts long ones, and whether it cut inside a word."""
        beginning = " ".join(words)
        found: list[int] = []
        inside_word = True
        at = bisect_left(self._beginnings, (beginning, 0)) if len(beginning) >= _SHORTEST_CUT else 0
        while len(beginning) >= _SHORTEST_CUT and at < len(self._beginnings) and len(found) <= _MOST_CLOSE:
            name, customer_id = self._beginnings[at]
            if not name.startswith(beginning):
                break
            found.append(customer_id)
            inside_word &= name[len(beginning) :][:1] != " "
            at += 1
        return found, inside_word and len(beginning) >= _SURE_CUT

    def _one_word_off(self, core: Words) -> tuple[list[int], bool]:
        """Find the names with one word more, less, cut or mistyped, and whether all are only mistyped."""
        mistyped: dict[int, None] = {}
        found = {customer_id: None for _, customer_id in self._without_one.get(core, ())[:_MOST_NEIGHBOURS]}
        for rank, word in enumerate(core if len(core) > 1 else ()):
            others = core[:rank] + core[rank + 1 :]
            if len(others) > 1 or len(others[0]) >= 6:
                found.update(dict.fromkeys(self._by_core.get(others, ())))
            for missing, customer_id in self._without_one.get(others, ())[:_MOST_NEIGHBOURS]:
                if len(missing) >= 4 and one_slip(word, missing):
                    mistyped[customer_id] = None
                elif _cut(word, missing):
                    found[customer_id] = None
        found.update(mistyped)
        return list(found), len(found) == len(mistyped)

    def resembles(self, customer_id: int, text: str) -> bool:
        """Say whether a text shows the customer's name, all but one word of it, or with slipped spaces.

        Only for a customer whose invoice the line names: among all customers many would fit.
        """
        core = core_of(self._words_of.get(customer_id, ()))
        words = name_words(text)
        if len("".join(core)) >= 6 and "".join(self._words_of.get(customer_id, ())) in "".join(words):
            return True
        seen = sum(
            any(word == one or _cut(word, one) or one_slip(word, one) for word in words) for one in core
        )
        whole = any(len(word) >= 4 and word in words for word in core)
        return whole and seen >= max(2, len(core) - 1)

    def _in_label(self, label: str) -> Recognised | None:
        """Find a customer's reference, or the longest run of words that is a customer's whole name."""
        for run in _WORD.findall(label) if self._by_reference else ():
            if run in self._by_reference:
                return Recognised(tuple(self._by_reference[run]), (), (Evidence.of("payer_reference"),))
        segment: list[str] = []
        found: dict[int, None] = {}
        longest = 0
        for word in [*name_words(label), ""]:
            if word in self._vocabulary or word in _LEGAL_FORMS:
                segment.append(word)
                continue
            if segment:
                length, customers = self._longest_name(segment)
                if length > longest:
                    longest, found = length, {}
                if length and length == longest:
                    found.update(dict.fromkeys(customers))
            segment = []
        if not 0 < len(found) <= _MOST_NAMESAKES:
            return None
        return Recognised(tuple(found), (), (Evidence.of("name_in_label"),))

    def _longest_name(self, segment: list[str]) -> tuple[int, list[int]]:
        """Look for names of two words or more; a single word of a label may be anything."""
        for size in range(min(_LONGEST_NAME, len(segment)), 1, -1):
            for at in range(len(segment) - size + 1):
                words = tuple(segment[at : at + size])
                for index, key in ((self._by_words, tuple(sorted(words))), (self._by_core, core_of(words))):
                    customers = index.get(key)
                    if customers and len(core_of(words)) > 1:
                        return size, customers
        return 0, []


def _close(name: str) -> Evidence:
    return Evidence.of("payer_name_close", seen=name)


def _cut(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one))


def _file(index: dict, key: object, customer_id: int) -> None:  # type: ignore[type-arg]
    customers = index.setdefault(key, [])
    if customer_id not in customers[-1:]:
        customers.append(customer_id)


def _compact(text: str) -> str:
    return "".join(run.text for run in runs_of(plain(text)))
