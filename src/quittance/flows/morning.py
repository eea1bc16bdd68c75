"""What Aujourd'hui shows of a company: its agenda, what the bank leaves to confirm, what came in, what gets stale.

Like the agenda it is kept while the journal stands where it stood, so that a page opened again costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quittance.collection.queries import reminders_sent_since
from quittance.company.roster import waiting_invitations
from quittance.correspondence.queries import messages_to_look_at
from quittance.domain.calendar import previous_working_day
from quittance.flows.agenda import MOST_ACTS, Agenda, agendas
from quittance.flows.kept import Head, Kept
from quittance.journal.queries import entries_since, heads
from quittance.payments.bank_lines import LineRow, Waiting, Wanted, lines_page, waiting
from quittance.payments.history import received_total
from quittance.payments.queries import money_received

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.company.seats import Seat

LINES_SHOWN = 8
DAYS_OF_EFFECT = 10  # what comes within these days of a reminder is told apart
MANDATE_ENDS_SOON = timedelta(days=30)
# Acts of which none of the facts tells.
UNSEEN = (
    "collection.dispute_", "collection.pause", "collection.plan", "collection.promise", "collection.text_",
    "collection.trial_", "correspondence.called", "correspondence.document", "customers.contact_", "customers.note_",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """What customers paid since the last working day. `after_reminder`: payments soon after a message to them."""

    since_on: date
    cents: int = 0
    payments: int = 0
    after_reminder: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read beside the agenda. `lines`: the newest of which something can be said."""

    today: date
    lines: tuple[LineRow, ...]
    waiting: Waiting
    money_in: MoneyIn
    messages: dict[str, int]
    invitations: int


@dataclass(frozen=True, slots=True)
class Morning:
    """A company's morning, as one person may see it."""

    seat: Seat
    agenda: Agenda
    facts: Facts

    @property
    def company(self) -> Company:
        """Whose morning it is."""
        return self.seat.company

    @property
    def lines(self) -> tuple[LineRow, ...]:
        """The bank lines to confirm that are shown, for those who see the bank."""
        return self.facts.lines if self.seat.may("bank") else ()

    @property
    def lines_count(self) -> int:
        """How many bank lines have something to confirm."""
        return self.facts.waiting.proposed if self.seat.may("bank") else 0

    @property
    def count(self) -> int:
        """How many things there are to do."""
        return self.lines_count + self.agenda.owed_count

    @property
    def mandate_ends_on(self) -> date | None:
        """The last day of this person's mandate, when it is near."""
        mandate = self.seat.mandate
        if self.seat.role != "assistant" or mandate is None:
            return None
        return mandate.until_on if mandate.until_on - self.facts.today <= MANDATE_ENDS_SOON else None

    @property
    def left_counts(self) -> dict[str, int]:
        """How many are left alone, by reason; those for whom no day has come are not counted."""
        counts: dict[str, int] = {}
        for one in self.agenda.left:
            if one.code != "nothing_owed":
                counts[one.code] = counts.get(one.code, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


_kept: Kept[Facts] = Kept()


def mornings(seats: Sequence[Seat], today: date) -> list[Morning]:
    """Return the mornings of the companies where a person has a seat, each within its walls."""
    companies = [seat.company for seat in seats]
    by_company = agendas(companies, today)
    known = _facts(companies, today)
    return [
        Morning(seat, by_company[seat.company.pk].of(seat.only_in_charge_id), known[seat.company.pk])
        for seat in seats
    ]


def _facts(companies: Sequence[Company], today: date) -> dict[int, Facts]:
    found = {}
    # The ends of the journals are read first: what comes meanwhile makes what is kept too old, never too new.
    for company_id, head in heads([company.pk for company in companies]).items():
        kept = _kept.get(company_id)
        if kept is None or kept[0] != head or kept[1].today != today:
            kept = (head, _read(company_id, today, kept))
            _kept.put(company_id, *kept)
        found[company_id] = kept[1]
    return found


def _read(company_id: int, today: date, kept: tuple[Head, Facts] | None) -> Facts:
    """Read again: all, or only what the acts since then may have changed."""
    written = None
    if kept is not None and kept[1].today == today:
        written = entries_since(company_id, kept[0], most=MOST_ACTS)
    if kept is None or written is None:
        return Facts(
            today,
            _lines(company_id),
            waiting(company_id),
            _money_in(company_id, today),
            messages_to_look_at(company_id),
            len(waiting_invitations(company_id)),
        )
    facts, about = kept[1], {kind.partition(".")[0] for kind, _ in written if not kind.startswith(UNSEEN)}
    if about & {"payments", "sales", "customers"}:
        facts = replace(facts, lines=_lines(company_id), waiting=waiting(company_id))
    if about & {"payments", "collection", "correspondence"}:
        facts = replace(facts, money_in=_money_in(company_id, today))
    if about & {"correspondence", "collection"}:
        facts = replace(facts, messages=messages_to_look_at(company_id))
    if "company" in about:
        facts = replace(facts, invitations=len(waiting_invitations(company_id)))
    return facts


def _lines(company_id: int) -> tuple[LineRow, ...]:
    lines, _ = lines_page(company_id, Wanted("proposed"), most=LINES_SHOWN)
    return tuple(lines)


def _money_in(company_id: int, today: date) -> MoneyIn:
    since_on = previous_working_day(today - timedelta(days=1))
    cents, payments = received_total(company_id, since_on, today)
    written_to = reminders_sent_since(company_id, since_on - timedelta(days=DAYS_OF_EFFECT))
    after = sum(
        any(day < on <= day + timedelta(days=DAYS_OF_EFFECT) for day in written_to[customer_id])
        for customer_id, on, _ in money_received(company_id, written_to.keys(), since=since_on)
    )
    return MoneyIn(since_on, cents, payments, after)
