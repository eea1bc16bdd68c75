"""The last look before a message leaves: is what it says still true, and is this the day to say it?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from quittance.domain.calendar import is_working_day, working_days_between
from quittance.domain.money import french_euros
from quittance.flows.receive_payments import credits_that_may_be_theirs
from quittance.gateways.clock import civil_day
from quittance.payments.queries import customer_credit_cents, signs_of_new_credits

if TYPE_CHECKING:
    from quittance.collection.queries import QueuedReminder

# A reminder leaves on the day it was decided, or the next working day; after that it is decided again.
LATEST_WORKING_DAYS = 1


class Watch:
    """The bank credits that may be customers' own, looked at again whenever money or matches came meanwhile."""

    def __init__(self, company_id: int) -> None:
        self.company_id = company_id
        self._seen: tuple[int | None, ...] = ()
        self._theirs: dict[int, tuple[int, date]] = {}

    def refresh(self) -> None:
        """Look again where something came; done before the company's turn is taken, since it may be long."""
        signs = signs_of_new_credits()
        if signs != self._seen:
            self._seen, self._theirs = signs, credits_that_may_be_theirs(self.company_id)

    def is_current(self) -> bool:
        """Tell whether nothing came since the last look."""
        return signs_of_new_credits() == self._seen

    def may_be_theirs(self, customer_id: int) -> tuple[int, date] | None:
        """Return the credit that may be a customer's, if there was one at the last look."""
        return self._theirs.get(customer_id)


def must_wait(reminder: QueuedReminder | None, today: date) -> bool:
    """Tell whether a reminder decided on another day waits for a working day."""
    return reminder is not None and civil_day(reminder.decided_at) != today and not is_working_day(today)


def why_no_longer_right(reminder: QueuedReminder | None, watch: Watch, today: date) -> str:
    """Say why a queued reminder must not leave any more (French clause); empty while it is right.

    It is right while it is fresh and the customer's latest, each invoice it speaks of is open by the same amount and
    due the same day and undisputed, the customer's credit is the one that it deducts, no unexplained credit may be
    theirs, they are under no pause and have promised nothing since.
    """
    if reminder is None:
        return ""
    decided_on = civil_day(reminder.decided_at)
    if working_days_between(decided_on, today) > LATEST_WORKING_DAYS:
        return f"décidé le {decided_on:%d/%m/%Y}, il est trop ancien"
    if reminder.superseded:
        return "une relance plus récente le remplace"
    if reminder.moved:
        return f"reçu ou modifié depuis : {', '.join(reminder.moved[:5])}"
    if reminder.paused:
        return "client mis en pause depuis"
    if reminder.promised:
        return "le client a promis un règlement depuis"
    if reminder.disputed:
        return f"litige ouvert depuis : {', '.join(reminder.disputed[:5])}"
    if customer_credit_cents(watch.company_id, reminder.customer_id) != reminder.credit_cents:
        return "le crédit du client a changé depuis"
    if credit := watch.may_be_theirs(reminder.customer_id):
        cents, booked_on = credit
        return f"un encaissement de {french_euros(cents)} reçu le {booked_on:%d/%m/%Y} vient peut-être de ce client"
    return ""
