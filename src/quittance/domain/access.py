"""What each role may do in a company, and the guard of an assistant's mandate.

Collecting for others is regulated (CPCE L124-1, R124-1 to R124-7): an assistant writes in the creditor's name, within
a dated mandate, up to a step, and never signs a formal notice. docs/rules/mandates.md.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quittance.domain.money import french_euros


class Right(StrEnum):
    """One thing that a person may do; each page and each act asks for one."""

    READ = "read"  # customers, invoices, messages
    BANK = "bank"  # statements and what pays what
    INSIGHTS = "insights"
    NOTE = "note"  # notes, calls, pauses, promises, disputes
    REMIND = "remind"
    MATCH = "match"
    IMPORT = "import"
    CHANGE = "change"  # customers and contacts
    PLANS = "plans"  # steps and texts of reminders
    EXPORT = "export"
    JOURNAL = "journal"
    SETTINGS = "settings"
    PEOPLE = "people"


_LOOK = frozenset({Right.READ, Right.BANK, Right.INSIGHTS})
RIGHTS: dict[str, frozenset[Right]] = {
    "owner": frozenset(Right),
    "accountant": _LOOK | {Right.MATCH, Right.IMPORT, Right.EXPORT, Right.JOURNAL},
    "sales": frozenset(
        {Right.READ, Right.NOTE}
    ),  # of their own customers; REMIND where the company lets them
    "assistant": _LOOK | {Right.NOTE, Right.REMIND, Right.MATCH, Right.IMPORT, Right.CHANGE},
    "reader": _LOOK,
}
# They act in the company's name, or do not act: no message leaves in theirs.
NEVER_SIGN = ("assistant", "reader", "accountant")


@dataclass(frozen=True, slots=True)
class MandateScope:
    """What an assistant may do in a company's name. Days after the due date; cents."""

    from_on: date
    until_on: date
    up_to_days: int
    signs_as: int | None = None  # the member in whose name alone they write; None: anyone who signs
    max_invoice_cents: int | None = None
    max_promise_days: int = 15
    may_match: bool = True

    def runs_on(self, today: date) -> bool:
        """Tell whether the mandate is in force on a day."""
        return self.from_on <= today <= self.until_on


@dataclass(frozen=True, slots=True)
class Sending:
    """A reminder about to be sent: its step, the largest invoice it speaks of, and who signs it."""

    offset_days: int
    channel: str
    largest_invoice_cents: int
    signed_by: int


def rights_of(role: str, *, may_send: bool, mandate: MandateScope | None, today: date) -> frozenset[Right]:
    """Return the rights of a role on a day. An assistant outside the mandate has none."""
    rights = RIGHTS.get(role, frozenset())
    if role == "sales" and may_send:
        return rights | {Right.REMIND}
    if role == "assistant":
        if mandate is None or not mandate.runs_on(today):
            return frozenset()
        return rights if mandate.may_match else rights - {Right.MATCH, Right.IMPORT}
    return rights


def why_not_sent(role: str, mandate: MandateScope | None, sending: Sending, today: date) -> str:
    """Say in French why this person may not send this reminder; empty when they may.

    Formal notices are signed by the company; an assistant prepares them and leaves them to it.
    """
    if sending.channel == "letter" and role != "owner":
        return "Une mise en demeure est signée par l'entreprise : laissez-la à son dirigeant, elle est prête."
    if role != "assistant":
        return ""
    if mandate is None or not mandate.runs_on(today):
        return "Votre mandat n'est pas en cours. Demandez à l'entreprise de le renouveler."
    if sending.offset_days > mandate.up_to_days:
        return (
            f"Votre mandat va jusqu'à l'étape J+{mandate.up_to_days} ; celle-ci est à J+{sending.offset_days}. "
            "Demandez l'accord de l'entreprise."
        )
    if mandate.max_invoice_cents is not None and sending.largest_invoice_cents > mandate.max_invoice_cents:
        return (
            f"Votre mandat s'arrête aux factures de {french_euros(mandate.max_invoice_cents)}. "
            "Demandez l'accord de l'entreprise."
        )
    if mandate.signs_as is not None and sending.signed_by != mandate.signs_as:
        return (
            "Votre mandat ne permet pas d'écrire au nom de cette personne. Demandez l'accord de l'entreprise."
        )
    return ""


def why_not_promised(role: str, mandate: MandateScope | None, promised_on: date, today: date) -> str:
    """Say in French why this person may not grant a delay until that day; empty when they may."""
    if role != "assistant" or mandate is None:
        return ""
    days = (promised_on - today).days
    if days <= mandate.max_promise_days:
        return ""
    return (
        f"Votre mandat permet d'accorder {mandate.max_promise_days} jours ; ce jour est dans {days} jours. "
        "Demandez l'accord de l'entreprise."
    )
