"""A text shown as it would leave for a customer, with what was filled in marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quittance.flows.try_texts import Attempt, CannotBeTried, Trial, may_be_tried_on, try_text
from quittance.interfaces.web.plans.words import step_name, tone_of_text

if TYPE_CHECKING:
    from quittance.domain.texts.library import MessageVersion
    from quittance.interfaces.web.walls import SeatedRequest
    from quittance.payments.open_debts import Debtor

Piece = tuple[str, bool]  # words, and whether they were filled in


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown: the message, or why there is none; and on whom it can be tried."""

    text_id: str
    version: str
    name: str
    tone: str
    choices: list[Debtor]
    customer_id: int | None
    trial: Trial | None = None
    subject: tuple[Piece, ...] = ()
    paragraphs: tuple[tuple[tuple[Piece, ...], ...], ...] = ()  # of lines, of pieces
    why_not: str = ""


def preview_on(
    request: SeatedRequest,
    text_id: str,
    version: str,
    *,
    customer_id: int | None = None,
    wording: MessageVersion | None = None,
) -> Preview:
    """Write a text for a customer whom this person may see; for the one who owes most, unless one is chosen."""
    company, theirs = request.seat.company, request.seat.only_in_charge_id
    choices = may_be_tried_on(company=company, text_id=text_id, today=request.today, in_charge_id=theirs)
    if customer_id is None:
        customer_id = choices[0].customer_id if choices else None
    text = step_name("mail", text_id)
    shown = Preview(text_id, version, text, tone_of_text(text_id), choices, customer_id)
    if customer_id is None:
        return shown
    attempt = Attempt(text_id=text_id, version=version, customer_id=customer_id, wording=wording)
    try:
        trial = try_text(company=company, attempt=attempt, today=request.today, in_charge_id=theirs)
    except CannotBeTried as refused:
        return _with(shown, why_not=str(refused))
    subject = next(iter(_marked(trial.message.subject, trial.filled_in)), ())
    paragraphs = tuple(
        tuple(_marked(paragraph, trial.filled_in))
        for paragraph in re.split(r"\n{2,}", trial.message.body.strip())
    )
    return _with(shown, trial=trial, subject=subject, paragraphs=paragraphs)


def _with(shown: Preview, **more: object) -> Preview:
    fields = {name: getattr(shown, name) for name in Preview.__slots__}
    return Preview(**{**fields, **more})


def _marked(text: str, filled_in: Mapping[str, str]) -> Iterable[tuple[Piece, ...]]:
    """Cut a text in lines, and each line where a value was filled in; the longest values first."""
    values = sorted(
        {line.strip() for value in filled_in.values() for line in value.split("\n") if line.strip()},
        key=len,
        reverse=True,
    )
    if not values:
        yield from (((line, False),) for line in text.split("\n"))
        return
    pattern = re.compile("(" + "|".join(re.escape(value) for value in values) + ")")
    for line in text.split("\n"):
        pieces = pattern.split(line)
        yield tuple((piece, rank % 2 == 1) for rank, piece in enumerate(pieces) if piece)
