"""Which account of the company each statement of a bank file is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quittance.company.operations import add_bank_account
from quittance.company.queries import accounts_elsewhere, accounts_named, bank_accounts, names_an_account
from quittance.flows.errors import ImportRefused

if TYPE_CHECKING:
    from datetime import datetime

    from quittance.company.models import BankAccount, Company
    from quittance.formats.bank.statement import Statement, StatementFile

_DIGITS_OF_A_NUMBER = 4  # with fewer it is a word such as « Compte courant », which many companies have


def accounts_of(
    company: Company, file: StatementFile, *, named: str, actor: str, at: datetime
) -> tuple[list[int], tuple[str, ...]]:
    """Return the id of the account of each statement, and the accounts that the file made known.

    `named`: what a person says of the account, by its IBAN or number; empty leaves it to the file. Refusal:
    `ImportRefused`, for an account of another company, or where the file does not tell one of several.
    """
    before = {account.pk for account in bank_accounts(company.pk)}
    chosen = _chosen(company, named) if named else None
    found = [_account(company, statement, chosen, actor=actor, at=at) for statement in file.statements]
    added = {account.pk: account for account in found if account.pk not in before}
    return [account.pk for account in found], tuple(sorted(_told(account) for account in added.values()))


def _told(account: BankAccount) -> str:
    name = account.iban or account.number
    return name if account.currency == "EUR" else f"{name} ({account.currency})"


def _chosen(company: Company, named: str) -> BankAccount:
    own = bank_accounts(company.pk)
    found = accounts_named(own, named)
    if len({(account.iban, account.number) for account in found}) != 1:
        told = "désigne plusieurs comptes" if found else "n'est pas un compte"
        raise ImportRefused(
            f"« {named} » {told} de cette société. Comptes connus : {_listed(own)}. Rien n'a été importé."
        )
    return found[0]


def _account(
    company: Company, statement: Statement, chosen: BankAccount | None, *, actor: str, at: datetime
) -> BankAccount:
    """Find the account of a statement, in its currency; one that nobody here has is added."""
    iban, number = statement.account_iban, statement.account_label
    if chosen is not None:
        if iban and chosen.iban and iban != chosen.iban:
            raise ImportRefused(
                f"Ce relevé est celui du compte …{iban[-4:]}, pas du compte …{chosen.iban[-4:]}. "
                "Rien n'a été importé."
            )
        iban, number = chosen.iban, chosen.number
    own = [account for account in bank_accounts(company.pk) if account.currency == statement.currency]
    if iban:
        found = [account for account in own if account.iban == iban]
    elif names_an_account(number):
        found = accounts_named(own, number)
    else:
        return _only_one(company, [account for account in own if account.closed_on is None])
    if len(found) > 1:
        return _only_one(company, found)
    if found:
        return found[0]
    _refuse_elsewhere(company, iban, number)
    return add_bank_account(
        company_id=company.pk,
        iban=iban,
        number="" if iban else number[:60],
        bic="",
        currency=statement.currency,
        actor=actor,
        at=at,
    )


def _only_one(company: Company, accounts: list[BankAccount]) -> BankAccount:
    """A file that does not say which account it is of is of the only one that it may be of."""
    if len(accounts) == 1:
        return accounts[0]
    whose = (
        f"{company.name} en a plusieurs" if accounts else f"{company.name} n'en a pas d'ouvert dans sa devise"
    )
    raise ImportRefused(
        f"Ce fichier ne dit pas de quel compte il est, et {whose}. Dites lequel par son IBAN ou son numéro, "
        f"avec --account : {_listed(accounts or bank_accounts(company.pk))}. Rien n'a été importé.",
        account="untold",
    )


def _refuse_elsewhere(company: Company, iban: str, number: str) -> None:
    """Refuse an account of another company: by its IBAN in any currency, or by what the file says of its number."""
    others = accounts_elsewhere(company.pk)
    theirs = [other for other in others if other.iban == iban] if iban else []
    if not iban and sum(character.isdigit() for character in number) >= _DIGITS_OF_A_NUMBER:
        theirs = accounts_named(others, number)
    if theirs:
        raise ImportRefused(
            f"Ce relevé est celui du compte …{(iban or number)[-4:]}, qui appartient à une autre société que "
            f"{company.name}. Changez de société ; s'il est bien à {company.name}, ajoutez-le avec "
            "« quittance company account », puis donnez-le avec --account. Rien n'a été importé.",
            account="elsewhere",
        )


def _listed(accounts: list[BankAccount]) -> str:
    return ", ".join(dict.fromkeys(account.iban or account.number for account in accounts)) or "aucun"
