"""What to know and what to say in a call: the sheet of the words, filled with the customer's facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from quittance.domain.calendar import add_working_days
from quittance.domain.texts.library import VARIABLE, call_script
from quittance.domain.texts.render import sentence
from quittance.flows.agreements import DAYS_TO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quittance.company.seats import Seat
    from quittance.domain.texts.typography import Language
    from quittance.flows.reminder_card import Card

UNKNOWN = "…"  # what the call itself will tell


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the call: what it is, what is said, what to take care of."""

    name: str
    said: str
    care: str


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What to look at before, the moves, and answers to what one may hear."""

    before: tuple[str, ...]
    moves: tuple[Move, ...]
    answers: tuple[str, ...]


def call_sheet(*, seat: Seat, card: Card, today: date, language: Language) -> CallSheet:
    """Fill the call sheet for one customer. What is not known yet shows as an ellipsis."""
    facts, script = _facts(seat, card, today), call_script()
    column = 0 if language == "fr" else 1
    return CallSheet(
        tuple(
            said for pair in script.before if UNKNOWN not in (said := _filled(pair[column], facts, language))
        ),
        tuple(
            Move(
                move.name_fr if language == "fr" else move.name_en,
                _filled(move.fr if language == "fr" else move.en, facts, language),
                _filled(move.care, facts, "fr") if language == "fr" else "",
            )
            for move in script.moves
        ),
        tuple(_filled(pair[column], facts, language) for pair in script.answers.values()),
    )


def _facts(seat: Seat, card: Card, today: date) -> dict[str, object]:
    oldest, contact = next(iter(card.due), None), next(iter(card.contacts), None)
    facts: dict[str, object] = {
        "sender.name": seat.member.name,
        "sender.phone": seat.member.phone or seat.company.phone,
        "company.name": seat.company.name,
        "contact.full_name": " ".join(
            part for part in (contact.civility, contact.first_name, contact.last_name) if part
        )
        if contact and contact.last_name
        else "",
        "dispute.answer_by_on": add_working_days(today, DAYS_TO_ANSWER),
        "mandate.max_promise_days": seat.mandate.max_promise_days if seat.mandate else None,
    }
    if oldest is not None:
        facts |= {
            "invoice.number": oldest.number,
            "invoice.open": oldest.open_cents,
            "invoice.due_on": oldest.due_on,
        }
    return {name: value for name, value in facts.items() if value}


def _filled(template: str, facts: Mapping[str, object], language: Language) -> str:
    known = VARIABLE.sub(lambda found: found[0] if found[1] in facts else UNKNOWN, template)
    return sentence(known, facts, language).replace(f"{UNKNOWN}.", UNKNOWN)
