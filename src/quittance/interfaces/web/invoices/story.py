"""What happened to an invoice, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _

from quittance.domain.texts import typography
from quittance.interfaces.web.invoices.words import in_english, state_word

if TYPE_CHECKING:
    from quittance.collection.models import Dispute, Reminder
    from quittance.collection.queries import PromiseSeen
    from quittance.flows.invoice_file import Event
    from quittance.payments.on_invoice import Settled


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the story: its mark, what happened, when, and what was said. `foreseen`: it is to come."""

    tone: str
    icon: str
    words: str
    on: date
    said: str = ""
    foreseen: bool = False


def told(event: Event, today: date) -> Told:
    """Tell what happened."""
    tone, icon, words, said = _TELLERS[event.kind](event)
    return Told(tone, icon, words, event.on, said, foreseen=event.on > today)


def _amount(cents: int) -> str:
    return typography.money(cents, "en" if in_english() else "fr")


def _day(on: date) -> str:
    return typography.day(on, "en" if in_english() else "fr")


def _received(event: Event) -> tuple[str, str, str, str]:
    one = cast("Settled", event.what)
    if one.credit_note_id is not None:
        words = _("Avoir %(number)s déduit : %(amount)s")
        return "ok", "file-x", words % {"number": one.credit_note, "amount": _amount(one.cents)}, one.evidence
    return "ok", "banknote", _("Reçu %(amount)s") % {"amount": _amount(one.cents)}, one.evidence


def _reminder(event: Event) -> tuple[str, str, str, str]:
    reminder = cast("Reminder", event.what)
    said = {"amount": _amount(event.cents), "step": reminder.step}
    if reminder.channel == "call":
        return "late", "phone", _("Appel à faire, étape %(step)s") % said, ""
    message = reminder.message
    to = f"{message.subject}\u00a0— {message.recipient_email}" if message is not None else ""
    if reminder.channel == "letter":
        return "late", "stamp", _("Lettre, étape %(step)s, pour %(amount)s") % said, to
    left = message is not None and message.sent_at is not None
    words = _("Relance %(step)s partie, pour %(amount)s") if left else _("Relance %(step)s, pour %(amount)s")
    return "late", "mail", words % said, to


def _dispute(event: Event) -> tuple[str, str, str, str]:
    dispute = cast("Dispute", event.what)
    return "hold", "scale", _("Litige ouvert par %(who)s") % {"who": _who(dispute.opened_by)}, dispute.text


def _dispute_settled(event: Event) -> tuple[str, str, str, str]:
    dispute = cast("Dispute", event.what)
    return "ok", "scale", _("Litige clos"), dispute.outcome_text


def _promise(event: Event) -> tuple[str, str, str, str]:
    seen = cast("PromiseSeen", event.what)
    words = _("Promis %(amount)s pour le %(day)s") % {
        "amount": _amount(event.cents),
        "day": _day(seen.promise.promised_on),
    }
    state = state_word("promise", seen.state) if seen.state != "withdrawn" else _("Retirée")
    return "info", "handshake", words, state


def _who(actor: str) -> str:
    return actor.partition(" <")[0]


_TELLERS: dict[str, Any] = {
    "issued": lambda event: (
        "quiet",
        "file-text",
        _("Émise : %(amount)s") % {"amount": _amount(event.cents)},
        "",
    ),
    "due": lambda event: ("quiet", "calendar", _("Échéance"), ""),
    "fell_due": lambda event: ("late", "clock", _("Échue"), ""),
    "used": lambda event: (
        "ok",
        "check",
        _("%(amount)s mis sur %(number)s")
        % {"amount": _amount(event.cents), "number": cast("Settled", event.what).number},
        "",
    ),
    "received": _received,
    "reminder": _reminder,
    "dispute": _dispute,
    "dispute_settled": _dispute_settled,
    "promise": _promise,
}
