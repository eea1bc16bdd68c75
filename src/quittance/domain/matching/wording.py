"""The facts beside a match, and why one waits for a person, in the words of `texts/words/evidence.toml`."""

from collections.abc import Iterable
from functools import lru_cache

from quittance.domain.matching.values import Evidence
from quittance.domain.texts import library
from quittance.domain.texts.render import capitalised, sentence
from quittance.domain.texts.typography import Language

# Facts that speak against the match, or call for a second look; the others speak for it.
AGAINST = frozenset(
    ("amount_short", "amount_over", "amount_fee", "several_said", "several_candidates",
     "already_settled", "before_issue")
)  # fmt: skip
_AMOUNT = frozenset(("amount_exact", "amount_exact_sum"))
_SAYS_WHO = frozenset(
    ("number_exact", "number_noisy", "number_several", "reference_rf", "order_number", "payer_iban",
     "payer_name_exact", "payer_name_close", "payer_reference", "payer_third", "name_in_label")
)  # fmt: skip
_CLEAR_ALL_THE_SAME = frozenset(
    ("", "coincidence")
)  # what else keeps a match waiting is for a person to read
_NAMES = {
    "count": "row.count",
    "seen": "row.seen",
    "gap_cents": "row.gap",
    "days": "row.days",
    "invoice": "row.number",
}


def evidence_in_words(evidence: Iterable[Evidence], language: Language = "fr") -> str:
    """Write the facts as one sentence; empty for no fact.

    >>> evidence_in_words([Evidence.of("amount_exact"), Evidence.of("payer_iban")])
    'Montant exact, payeur reconnu par son IBAN.'
    """
    said = ", ".join(_clause(fact, language) for fact in evidence)
    return f"{capitalised(said)}." if said else ""


def is_clear(evidence: Iterable[Evidence], why_not: str) -> bool:
    """Whether the facts leave little doubt: the amount to the cent, something that says who or what, nothing against.

    >>> is_clear([Evidence.of("amount_exact"), Evidence.of("payer_name_close", seen="Tanguy")], "coincidence")
    True
    """
    codes = {fact.code for fact in evidence}
    return (
        why_not in _CLEAR_ALL_THE_SAME
        and bool(codes & _AMOUNT)
        and bool(codes & _SAYS_WHO)
        and not codes & AGAINST
    )


def why_not_in_words(code: str, language: Language = "fr") -> str:
    """Say why a line waits for a person; empty for a line that does not."""
    return _written("why_not_automatic", code, (), language) if code else ""


def _clause(fact: Evidence, language: Language) -> str:
    code, facts = fact.code, fact.facts
    if code == "date_near":
        days = facts["days"]
        assert isinstance(days, int)
        code = "date_due" if days == 0 else "date_near" if days > 0 else "date_before"
        facts = {"days": abs(days)}
    return _written("", code, tuple((_NAMES[name], value) for name, value in facts.items()), language)


@lru_cache(maxsize=4096)
def _written(section: str, code: str, facts: tuple[tuple[str, str | int], ...], language: Language) -> str:
    texts = library.words("evidence").sections[section][code]
    return sentence(texts[0 if language == "fr" else 1], dict(facts), language)
