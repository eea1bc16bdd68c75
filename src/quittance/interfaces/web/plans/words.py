"""How plans, steps and texts are called, and what of them is drawn alike on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from quittance.domain.plans import KINDS, day_words, levels, plan_texts
from quittance.domain.reminders import CALL, CALL_AGAIN
from quittance.domain.texts import library

if TYPE_CHECKING:
    from quittance.collection.plan_queries import Standing
    from quittance.domain.reminders import Step

TONES = ("quiet", "quiet", "info", "warn", "late", "grave")  # by level
ICONS = {"mail": "mail", "call": "phone", "letter": "stamp"}


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it is drawn on the line: place is time, height is tone."""

    step: Step
    day: str
    words: str
    channel: str
    icon: str
    level: int
    tone: str
    standing: Standing | None = None
    is_due_date: bool = False  # no step: the due date itself


def word(section: str, key: str) -> str:
    """Say a word of the plans in the language of the page."""
    found = library.words("plans").sections[section].get(key, (key, key))
    return found[1 if (get_language() or "fr").startswith("en") else 0]


def meaning(variable: str) -> str:
    """Say what a variable means."""
    found = library.words("variables").sections[""].get(variable, (variable, variable))
    return found[1 if (get_language() or "fr").startswith("en") else 0]


def kinds(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """The kinds of customers with their words and how many there are."""
    return [(kind, word("plan", kind), counts.get(kind, 0)) for kind in KINDS]


def step_name(channel: str, text: str, code: str = "") -> str:
    """Name a step by what it sends; a call by what it is."""
    if code == CALL_AGAIN:
        return word("channel", CALL_AGAIN)
    return word("channel", CALL) if channel == CALL else word("text", text)


def line(steps: Iterable[Step], standing: Mapping[str, Standing] | None = None) -> list[StepView]:
    """Lay the steps on their line, the due date among them."""
    by_day = sorted(steps, key=lambda step: step.offset_days)
    drawn = [
        StepView(
            step,
            day_words(step.offset_days),
            step_name(step.channel, step.text),
            word("channel", step.channel),
            ICONS.get(step.channel, "mail"),
            level,
            TONES[level],
            (standing or {}).get(step.code),
        )
        for step, level in zip(by_day, levels(by_day), strict=True)
    ]
    before = sum(1 for view in drawn if view.step.offset_days <= 0)
    return [*drawn[:before], _due_date(by_day), *drawn[before:]] if drawn else []


def _due_date(by_day: Sequence[Step]) -> StepView:
    return StepView(by_day[0], day_words(0), "", "", "", 0, "quiet", is_due_date=True)


def tone_of_text(text_id: str) -> str:
    """The colour of a text, by how strong it is."""
    text = library.messages()[text_id]
    return TONES[plan_texts()[text.family or text_id].level]
