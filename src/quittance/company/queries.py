"""Reading companies."""

import re
from collections.abc import Iterable

from django.db.models import F

from quittance.company.models import BankAccount, Company, Job, Member, Upload

# What banks write in place of digits. A French account number may hold one X of its own, never two in a row.
_HIDDEN = re.compile(r"[*•·#…]+|[Xx]{2,}|\.{2,}")
_SEEN_AT_LEAST = 4  # characters at the end of a number whose beginning is hidden; fewer name nothing


class NoSuchCompany(LookupError):
    """No company here has this short name."""


def company_by_slug(slug: str) -> Company:
    """Find a company by its short name. Refusal: `NoSuchCompany`, naming those that exist."""
    try:
        return Company.objects.get(slug=slug)
    except Company.DoesNotExist:
        known = ", ".join(Company.objects.order_by("slug").values_list("slug", flat=True)[:10])
        remedy = f"Sociétés connues : {known}." if known else "Créez-la avec « quittance company create »."
        raise NoSuchCompany(f"La société « {slug} » n'existe pas ici. {remedy}") from None


def all_companies() -> list[Company]:
    """Return every company of the installation, by short name."""
    return list(Company.objects.order_by("slug"))


def bank_accounts(company_id: int) -> list[BankAccount]:
    """Return the company's accounts, the one printed on its documents first: open, declared, then the oldest."""
    accounts = BankAccount.objects.filter(company_id=company_id)
    return list(accounts.order_by(F("closed_on").asc(nulls_first=True), "-declared", "pk"))


def accounts_elsewhere(company_id: int) -> list[BankAccount]:
    """Return the accounts of the other companies of the installation."""
    return list(BankAccount.objects.exclude(company_id=company_id))


def names_an_account(text: str) -> bool:
    """Whether a text says enough of a number to tell one account from another."""
    seen = _seen_of(text)
    return bool(seen[-1].strip("0")) and (len(seen) == 1 or len(seen[-1]) >= _SEEN_AT_LEAST)


def accounts_named(accounts: Iterable[BankAccount], text: str) -> list[BankAccount]:
    """Return the accounts that a text names.

    It is the IBAN, with or without its country; the account part of a French one; the number as the bank's files
    write it; or one of these of which only the end, and perhaps the beginning, is seen (`****1234`, `FR76 XXXX 1234`).
    """
    return [account for account in accounts if names_an_account(text) and _is_named(account, text)]


def _is_named(account: BankAccount, text: str) -> bool:
    if account.number and account.number == text[:60]:
        return True
    seen, numbers = _seen_of(text), _numbers_of(account)
    if len(seen) == 1:
        return seen[0].lstrip("0") in {number.lstrip("0") for number in numbers}
    return any(number.startswith(seen[0]) and number.endswith(seen[-1]) for number in numbers)


def _seen_of(text: str) -> list[str]:
    """Return the parts of a number between what is hidden, without spaces and signs."""
    return [
        "".join(character for character in part if character.isalnum()).upper()
        for part in _HIDDEN.split(text)
    ]


def _numbers_of(account: BankAccount) -> set[str]:
    """Return the ways in which a bank writes an account: in France bank, branch, number and key, or a part of it."""
    numbers = {account.iban, account.iban[4:]}
    if account.iban.startswith(("FR", "MC")):
        numbers |= {account.iban[first:last] for first in (4, 9, 14) for last in (25, 27)}
    if not _HIDDEN.search(account.number):
        numbers |= set(_seen_of(account.number))
    return numbers - {""}


def members(company_id: int) -> list[Member]:
    """Return the people of a company who have not left, the one who represents it first."""
    return list(Member.objects.filter(company_id=company_id, left_at__isnull=True).order_by("rank", "pk"))


def unfinished_job(job_id: int) -> Job | None:
    """Return long work that is not at its end, with its company and person."""
    return Job.objects.filter(pk=job_id, finished_at__isnull=True).select_related("company", "person").first()


def job_of(company_id: int, person_id: int, job_id: int) -> Job | None:
    """Return a person's own work in a company."""
    return Job.objects.filter(pk=job_id, company_id=company_id, person_id=person_id).first()


def upload_of(company_id: int, person_id: int, upload_id: int) -> Upload | None:
    """Return a file that this person brought in for this company."""
    return Upload.objects.filter(pk=upload_id, company_id=company_id, person_id=person_id).first()


def uploads_of(company_id: int, person_id: int, *, confirmed: bool) -> list[Upload]:
    """Return the newest files that a person brought in: those that wait, or those that were confirmed."""
    own = Upload.objects.filter(company_id=company_id, person_id=person_id)
    return list(own.filter(confirmed_at__isnull=not confirmed).order_by("-pk")[:20])
