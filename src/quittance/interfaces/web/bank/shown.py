"""How lines, accounts and holes are said on the pages of the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quittance.company.queries import bank_accounts
from quittance.domain.matching import AGAINST, Evidence, evidence_in_words, why_not_in_words
from quittance.domain.money import plain_euros
from quittance.domain.texts import library, typography
from quittance.domain.texts.render import sentence
from quittance.payments.coverage import AccountCoverage, coverage_by_account

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quittance.company.models import BankAccount
    from quittance.domain.texts.typography import Language
    from quittance.payments.bank_lines import LineRow

SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


def language() -> Language:
    """Return the language of the page."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def screen(section: str, key: str, **facts: object) -> str:
    """Return a prepared sentence of the interface, with its facts by name (`file__new` is `file.new`)."""
    texts = library.words("screens").sections[section][key]
    named = {name.replace("__", "."): fact for name, fact in facts.items()}
    return sentence(texts[0 if language() == "fr" else 1], named, language())


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with its evidence in words: one sentence for, one for each thing that speaks against."""

    line: LineRow
    speaks_for: str
    speaks_against: tuple[str, ...]

    @property
    def set_aside_by(self) -> str:
        """Who said that it is no customer's."""
        return name_of(self.line.aside[1]) if self.line.aside else ""

    @property
    def iso(self) -> str:
        """The day for machines."""
        return self.line.booked_on.isoformat()

    @property
    def month(self) -> str:
        """The month of the day mark, cut short."""
        month = self.line.booked_on.month
        return SHORT_MONTHS[month - 1] if language() == "fr" else typography.ENGLISH_MONTHS[month - 1][:3]

    @property
    def foreign(self) -> str:
        """The amount of a line in another currency; empty for euros."""
        line = self.line
        if line.currency == "EUR":
            return ""
        return f"{plain_euros(line.amount_cents).replace('.', ',')}\u00a0{line.currency}"


def shown(line: LineRow, *, whole: bool = False) -> Shown:
    """Put a line's evidence into words. `whole`: with the remedy too where a fact has said what is wrong."""
    tongue = language()
    codes = {fact.code for fact in line.evidence}
    pro = _in_favour(line)
    if line.paid is not None and line.paid.known_before:
        pro.append(Evidence.of(f"same_as_{line.paid.known_before}"))
    contra = [evidence_in_words([fact], tongue) for fact in line.evidence if fact.code in AGAINST]
    if line.state == "proposed" and line.why_not and (whole or line.why_not not in codes):
        contra.append(why_not_in_words(line.why_not, tongue))
    return Shown(line, evidence_in_words(pro, tongue), tuple(contra))


def facts_for(line: LineRow) -> list[str]:
    """Return what speaks for a line, fact by fact."""
    return [evidence_in_words([fact], language()) for fact in _in_favour(line)]


def name_of(actor: str) -> str:
    """Return who did something, without their address."""
    return actor.partition(" <")[0]


def _in_favour(line: LineRow) -> list[Evidence]:
    """The facts that speak for a match. What a person chose and then undid speaks for nothing."""
    facts = [fact for fact in line.evidence if fact.code not in AGAINST]
    if line.state == "proposed":
        return [fact for fact in facts if fact.code != "chosen"]
    return [
        Evidence.of("chosen", seen=name_of(str(fact.facts["seen"]))) if fact.code == "chosen" else fact
        for fact in facts
    ]


@dataclass(frozen=True, slots=True)
class AccountShown:
    """An account, and up to when it is known."""

    account: BankAccount
    coverage: AccountCoverage | None

    @property
    def name(self) -> str:
        """Its IBAN in groups of four, or its number."""
        account = self.account
        text = typography.grouped(account.iban) if account.iban else account.number
        return text if account.currency == "EUR" else f"{text} ({account.currency})"

    @property
    def end(self) -> str:
        """The last four characters of its name."""
        return f"…{(self.account.iban or self.account.number)[-4:]}"

    @property
    def is_awaited(self) -> bool:
        """Whether reminders wait for its statements."""
        return self.coverage is not None and self.coverage.awaited

    @property
    def hole(self) -> str:
        """The days of which no statement tells, in words; empty where there are none that count."""
        gap = self.coverage.gap if self.coverage is not None and self.coverage.awaited else None
        return days_in_words(gap.from_on, gap.to_on) if gap is not None else ""


def days_in_words(from_on: date, to_on: date) -> str:
    """Write a period: `le 3 mars 2026`, `du 9 septembre 2026 au 15 septembre 2026`."""
    first, last = typography.day(from_on, language()), typography.day(to_on, language())
    if from_on == to_on:
        return _("le %(day)s") % {"day": first}
    return _("du %(first)s au %(last)s") % {"first": first, "last": last}


def accounts_shown(company_id: int) -> list[AccountShown]:
    """Return the accounts of the company, the open ones first, with what is known of each."""
    known: Mapping[int, AccountCoverage] = coverage_by_account(company_id)
    return [AccountShown(account, known.get(account.pk)) for account in bank_accounts(company_id)]


def read_through(accounts: Iterable[AccountShown]) -> date | None:
    """Return the day up to which every account that is awaited is known."""
    days = [
        one.coverage.read_on
        for one in accounts
        if one.is_awaited and one.coverage is not None and one.coverage.read_on is not None
    ]
    return min(days, default=None)
