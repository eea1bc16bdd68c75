"""What a reminder plan may be: a table of plans and what is said of each, then what holds for any plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.collection.plans import DEFAULT_PLANS
from quittance.domain.plans import (
    FORMAL,
    MOST_STEPS,
    day_words,
    levels,
    new_code,
    plan_texts,
    problems,
    texts_for,
)
from quittance.domain.reminders import Step

GOOD = "10 mail reminder_1 / 20 mail reminder_2 / 25 call / 30 letter formal_notice"
REFUSED = """
b2b       |    | au moins une étape
b2b       | 10 mail reminder_1 / 10 mail reminder_2    | le même jour, J+10
b2b       | 10 mail reminder_1 / 10 call    | le même jour, J+10
b2b       | 10 mail reminder_2 / 20 mail reminder_1    | ne redescend jamais : à J+20
b2b       | 10 mail before_formal_notice / 15 call / 20 mail reminder_2    | ne redescend jamais : à J+20
b2b       | 20 letter formal_notice / 30 mail reminder_2    | la dernière étape
b2b       | 20 letter formal_notice / 30 call    | la dernière étape
b2b       | 20 letter formal_notice / 40 letter formal_notice    | qu'une fois
b2b       | 10 mail formal_notice    | part par lettre
b2b       | 10 letter reminder_1    | Seule une mise en demeure part par lettre
b2b       | 0 mail reminder_1    | J+1 au plus tôt
b2b       | -3 mail reminder_1    | J+1 au plus tôt
b2b       | 3 mail before_due    | avant l'échéance
b2b       | 0 mail before_due    | avant l'échéance
b2b       | -90 mail before_due    | entre J−60 et J+365
b2b       | 400 mail reminder_1    | entre J−60 et J+365
b2b       | -3 call    | J+1 au plus tôt
b2b       | 10 call reminder_1    | n'envoie aucun texte
b2b       | 10 mail    | Choisissez le texte
b2b       | 10 mail threats    | Choisissez le texte
b2b       | 10 pigeon reminder_1    | un courriel, un appel ou une lettre
b2b       | 10 mail consumer_reminder_1    | n'est pas écrit pour une entreprise
b2b       | 10 mail public_reminder    | n'est pas écrit pour une entreprise
consumer  | 10 mail reminder_1    | entre professionnels
consumer  | 10 mail consumer_reminder_1 / 20 mail reminder_2    | entre professionnels
consumer  | 10 mail consumer_reminder_2 / 20 mail consumer_reminder_1    | ne redescend jamais
public    | 10 mail public_reminder / 40 letter formal_notice    | sans mise en demeure
public    | 10 mail reminder_1    | n'est pas écrit pour un acheteur public
public    | 10 mail public_interest / 20 mail public_reminder    | ne redescend jamais
"""
ACCEPTED = """
b2b       | 10 mail reminder_1 / 20 mail reminder_2 / 25 call / 30 letter formal_notice
b2b       | 5 mail reminder_1 / 12 mail reminder_1 / 20 mail reminder_2
b2b       | 3 call / 10 mail reminder_1
b2b       | -14 mail before_due / -2 mail before_due / 8 mail reminder_1
b2b       | 30 letter formal_notice
b2b       | 30 letter formal_notice / 10 mail reminder_1
b2b       | 10 mail reminder_1 / 20 mail reminder_2 / 28 mail before_formal_notice / 40 letter formal_notice
consumer  | -7 mail before_due / 10 mail consumer_reminder_1 / 45 letter consumer_formal_notice
public    | 5 mail public_reminder / 12 call / 20 mail public_interest / 50 mail public_interest
"""


def steps_of(text: str) -> list[Step]:
    """`10 mail reminder_1 / 20 call` as steps."""
    found = []
    for rank, words in enumerate(part.split() for part in text.split("/") if part.strip()):
        found.append(Step(f"S{rank}", int(words[0]), words[1], words[2] if len(words) > 2 else ""))
    return found


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("kind", "steps", "said"), rows(REFUSED))
def test_what_is_no_plan_is_refused_with_its_remedy(kind: str, steps: str, said: str) -> None:
    found = problems(kind, steps_of(steps))
    assert len(found) == 1
    assert said in found[0].sentence
    assert found[0].sentence.endswith(".")


@pytest.mark.parametrize(("kind", "steps"), rows(ACCEPTED))
def test_what_is_a_plan_is_accepted(kind: str, steps: str) -> None:
    assert problems(kind, steps_of(steps)) == []


@pytest.mark.parametrize("kind", DEFAULT_PLANS)
def test_the_plans_one_starts_with_are_plans(kind: str) -> None:
    assert problems(kind, DEFAULT_PLANS[kind][1].steps) == []


def test_the_place_told_is_the_one_given_whatever_the_order_of_days() -> None:
    found = problems("b2b", steps_of("30 letter formal_notice / 40 mail reminder_2 / 10 mail reminder_1"))
    assert [problem.place for problem in found] == [0]
    found = problems("b2b", steps_of("20 mail reminder_1 / 10 mail reminder_2"))
    assert [problem.place for problem in found] == [0]


def test_too_many_steps() -> None:
    many = [Step(str(day), day, "mail", "reminder_1") for day in range(1, MOST_STEPS + 3)]
    assert "Retirez-en 2" in problems("b2b", many)[0].sentence


def test_every_text_of_a_step_is_of_one_strength_and_kind() -> None:
    assert {text.name for text in texts_for("consumer")} == {
        "before_due",
        "consumer_reminder_1",
        "consumer_reminder_2",
        "consumer_formal_notice",
    }
    assert plan_texts()["reminder_1"].text_ids == ("reminder_1_warm", "reminder_1_neutral", "reminder_1_firm")
    assert [text.name for text in plan_texts().values() if text.is_formal] == [
        "formal_notice",
        "consumer_formal_notice",
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (GOOD, [2, 3, 4, 5]),
        ("3 call / 10 mail reminder_1", [2, 2]),
        ("10 mail reminder_1 / 15 call / 20 mail reminder_2", [2, 3, 3]),
        ("10 mail reminder_1 / 15 call / 18 call / 40 call", [2, 3, 4, 4]),
    ],
)
def test_how_strong_each_step_is(steps: str, expected: list[int]) -> None:
    assert levels(steps_of(steps)) == expected


step_of_b2b = st.one_of(
    st.builds(lambda day: (day, "mail", "before_due"), st.integers(-60, -1)),
    st.builds(
        lambda day, text: (day, "mail", text),
        st.integers(1, 100),
        st.sampled_from(["reminder_1", "reminder_2", "before_formal_notice"]),
    ),
    st.builds(lambda day: (day, "call", ""), st.integers(1, 100)),
    st.builds(lambda day: (day, "letter", "formal_notice"), st.integers(1, 100)),
)


@given(st.lists(step_of_b2b, min_size=1, max_size=8))
def test_height_never_falls_in_what_is_accepted(found: list[tuple[int, str, str]]) -> None:
    steps = [Step(str(rank), day, channel, text) for rank, (day, channel, text) in enumerate(found)]
    if problems("b2b", steps):
        return
    by_day = sorted(steps, key=lambda step: step.offset_days)
    heights = levels(by_day)
    assert heights == sorted(heights)
    assert heights.count(FORMAL) <= 1
    assert len({step.offset_days for step in steps}) == len(steps)


def test_days_and_codes_in_words() -> None:
    assert [day_words(day) for day in (-7, 0, 10)] == ["J−7", "J", "J+10"]
    assert new_code(15, frozenset()) == "J+15"
    assert new_code(-7, frozenset({"J-7"})) == "J-7b"
