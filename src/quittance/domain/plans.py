"""What a reminder plan may be: its texts, how strong each is, and the rules that a change must keep.

Days are counted from the due date. The tone rises from step to step and never falls; a formal notice ends the plan.
docs/rules/reminders.md tells the rules with their reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from quittance.domain.reminders import CALL, Step
from quittance.domain.texts import library

MAIL, LETTER = "mail", "letter"
CHANNELS = (MAIL, CALL, LETTER)
KINDS = ("b2b", "public", "consumer")
FIRST_DAY, LAST_DAY = -60, 365
MOST_STEPS = 12
LONGEST_TERM = 120
# How strong a text is, by the step it is written for in the library: 1 reminds, 5 gives formal notice.
_LEVELS = {"J-7": 1, "J+5": 2, "J+10": 2, "J+20": 3, "J+25": 4, "J+30": 5}
FORMAL = 5
_WHOM = {"b2b": "une entreprise", "public": "un acheteur public", "consumer": "un particulier"}


@dataclass(frozen=True, slots=True)
class PlanText:
    """A text that a step may send; a family of texts, where the customer's tone chooses among several."""

    name: str
    level: int
    audience: tuple[str, ...]
    text_ids: tuple[str, ...]

    @property
    def is_formal(self) -> bool:
        """Whether it gives formal notice, by letter."""
        return self.level == FORMAL

    @property
    def is_before_due(self) -> bool:
        """Whether it is for what is not due yet."""
        return self.level == 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a plan cannot be so: which step (its place in the list; none: the plan as a whole), and the sentence."""

    place: int | None
    sentence: str


@cache
def plan_texts() -> Mapping[str, PlanText]:
    """Return the texts that steps may send, by name, the mildest first."""
    members: dict[str, list[str]] = {}
    for text in library.messages().values():
        if text.step in _LEVELS:
            members.setdefault(text.family or text.text_id, []).append(text.text_id)
    found = []
    for name, text_ids in members.items():
        text = library.messages()[text_ids[0]]
        found.append(PlanText(name, _LEVELS[text.step], text.audience, tuple(text_ids)))
    return MappingProxyType({text.name: text for text in sorted(found, key=lambda text: text.level)})


def texts_for(kind: str) -> list[PlanText]:
    """Return the texts written for a kind of customer, the mildest first."""
    return [text for text in plan_texts().values() if kind in text.audience]


def levels(steps: Sequence[Step]) -> list[int]:
    """Return how strong each step is. A call is a little stronger than the message before it."""
    found: list[int] = []
    for place, step in enumerate(steps):
        if step.channel != CALL:
            text = plan_texts().get(step.text)
            found.append(text.level if text else 2)
            continue
        before = found[-1] if found else 1
        after = next((_level(later) for later in steps[place + 1 :] if later.channel != CALL), FORMAL - 1)
        found.append(max(before, min(before + 1, after, FORMAL - 1)))
    return found


def _level(step: Step) -> int:
    text = plan_texts().get(step.text)
    return text.level if text else 2


def problems(kind: str, steps: Sequence[Step]) -> list[Problem]:
    """Return what keeps these steps from being a plan for this kind of customer; nothing when they are one.

    `place` counts the steps as they are given; their order of days is found here.
    """
    if not steps:
        return [Problem(None, "Un plan sans étape ne relance personne. Gardez au moins une étape.")]
    if len(steps) > MOST_STEPS:
        return [
            Problem(None, f"Un plan a {MOST_STEPS} étapes au plus. Retirez-en {len(steps) - MOST_STEPS}.")
        ]
    found = [
        Problem(place, sentence)
        for place, step in enumerate(steps)
        if (sentence := _problem_of_step(kind, step))
    ]
    if found:
        return found
    by_day = sorted(enumerate(steps), key=lambda item: item[1].offset_days)
    return [*_same_days(by_day), *_falling_tones(by_day), *_misplaced_notices(by_day)]


def day_words(offset_days: int) -> str:
    """Write a day as counted from the due date: `J+10`, `J−7`, `J`."""
    if offset_days == 0:
        return "J"
    return f"J+{offset_days}" if offset_days > 0 else f"J−{-offset_days}"


def new_code(offset_days: int, taken: frozenset[str]) -> str:
    """Name a new step after its day: `J+15`; `J+15b` where another step has had that name."""
    plain = f"J{offset_days:+d}"
    return next(
        code
        for code in (plain, *(f"{plain}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"))
        if code not in taken
    )


def _problem_of_step(kind: str, step: Step) -> str:
    if step.channel not in CHANNELS:
        return "Choisissez un courriel, un appel ou une lettre."
    if not FIRST_DAY <= step.offset_days <= LAST_DAY:
        return f"Choisissez un jour entre {day_words(FIRST_DAY)} et {day_words(LAST_DAY)}."
    if not 0 <= step.minimum_term_days <= LONGEST_TERM:
        return f"Le délai de paiement le plus court va de 0 à {LONGEST_TERM} jours."
    if step.channel == CALL:
        return _problem_of_call(step)
    text = plan_texts().get(step.text)
    if text is None:
        return "Choisissez le texte de cette étape."
    if kind not in text.audience:
        return _not_for(kind, text)
    if text.is_before_due and step.offset_days >= 0:
        return "Ce texte parle d'une facture à venir : placez-le avant l'échéance, par exemple à J−7."
    if not text.is_before_due and step.offset_days <= 0:
        return "Rien n'est en retard avant l'échéance ni le jour même : placez cette étape à J+1 au plus tôt."
    if text.is_formal and step.channel != LETTER:
        return "Une mise en demeure part par lettre, avec son courriel : choisissez « Lettre »."
    if step.channel == LETTER and not text.is_formal:
        return "Seule une mise en demeure part par lettre : choisissez « Courriel » pour ce texte."
    return ""


def _problem_of_call(step: Step) -> str:
    if step.text:
        return "Un appel n'envoie aucun texte : laissez le texte vide."
    if step.offset_days <= 0:
        return "On appelle pour ce qui est en retard : placez l'appel à J+1 au plus tôt."
    return ""


def _not_for(kind: str, text: PlanText) -> str:
    if kind == "public" and text.is_formal:
        return (
            "Un acheteur public doit les intérêts sans mise en demeure, et l'on n'y renonce pas : "
            "gardez les textes écrits pour lui."
        )
    if kind == "consumer":
        return (
            "Ce texte vaut entre professionnels ; un particulier ne doit ni pénalités ni 40 € : "
            "gardez les textes écrits pour lui."
        )
    return f"Ce texte n'est pas écrit pour {_WHOM[kind]}. Choisissez-en un autre."


def _same_days(by_day: list[tuple[int, Step]]) -> list[Problem]:
    return [
        Problem(
            place,
            f"Deux étapes tombent le même jour, {day_words(step.offset_days)} : écartez-les d'un jour au moins.",
        )
        for (_, before), (place, step) in pairwise(by_day)
        if before.offset_days == step.offset_days
    ]


def _falling_tones(by_day: list[tuple[int, Step]]) -> list[Problem]:
    found = []
    highest: Step | None = None
    for place, step in by_day:
        if step.channel == CALL or plan_texts()[step.text].is_formal:
            continue
        if highest is not None and _level(step) < _level(highest):
            sentence = (
                f"Le ton ne redescend jamais : à {day_words(step.offset_days)}, ce texte est plus doux que celui de "
                f"{day_words(highest.offset_days)}. Échangez-les, ou avancez celui-ci."
            )
            found.append(Problem(place, sentence))
        elif highest is None or _level(step) > _level(highest):
            highest = step
    return found


def _misplaced_notices(by_day: list[tuple[int, Step]]) -> list[Problem]:
    notices = [
        (rank, place)
        for rank, (place, step) in enumerate(by_day)
        if step.channel != CALL and plan_texts()[step.text].is_formal
    ]
    found = [
        Problem(place, "On ne met en demeure qu'une fois : retirez l'une des deux mises en demeure.")
        for _, place in notices[1:]
    ]
    if len(notices) == 1 and notices[0][0] != len(by_day) - 1:
        found.append(
            Problem(
                notices[0][1],
                "La mise en demeure est la dernière étape : placez-la après les autres, ou retirez ce qui la suit.",
            )
        )
    return found
