"""What is done to a company, its accounts, people and numbers."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from quittance.company.models import BankAccount, Company, Member
from quittance.journal.operations import append, hold, start_chain


class SlugTaken(Exception):
    """Another company already has this short name."""


class NoSuchAccount(LookupError):
    """The company has no open account with this IBAN."""


class MemberKnown(Exception):
    """A person of the company already has this address."""


class AccountTaken(Exception):
    """This bank account already belongs to a company of the installation."""


@transaction.atomic
def create_company(
    *, slug: str, name: str, siren: str, iban: str, bic: str, actor: str, at: datetime, **details: object
) -> Company:
    """Create a company with its first bank account and the person who signs for it.

    `details`: other columns of `Company`, and `signatory_name`, `signatory_title`. Identifiers are already checked
    and in their compact form. Refusals: `SlugTaken`, `AccountTaken`.
    """
    signatory_name = str(details.pop("signatory_name", "") or name)
    signatory_title = str(details.pop("signatory_title", "") or "")
    try:
        with transaction.atomic():
            company = Company.objects.create(slug=slug, name=name, siren=siren, created_at=at, **details)
    except IntegrityError as error:
        raise SlugTaken(f"La société « {slug} » existe déjà. Choisissez un autre nom court.") from error
    start_chain(company_id=company.pk)
    append(
        company_id=company.pk,
        kind="company.created",
        data={"slug": slug, "name": name, "siren": siren},
        actor=actor,
        at=at,
    )
    add_bank_account(company_id=company.pk, iban=iban, number="", bic=bic, currency="EUR", actor=actor, at=at)
    add_member(
        company_id=company.pk,
        name=signatory_name,
        title=signatory_title,
        email=company.email or f"{slug}@localhost",
        phone=company.phone,
        actor=actor,
        at=at,
    )
    return company


@transaction.atomic
def change_company(*, company_id: int, actor: str, at: datetime, **details: object) -> Company:
    """Change what a company says of itself: address, telephone, e-mail, legal form, usual term, settings.

    The person who represents it follows `email`, `phone`, `signatory_name` and `signatory_title`.
    """
    hold(company_id=company_id)
    company = Company.objects.get(pk=company_id)
    signer = {
        column: details.pop(name)
        for name, column in (("signatory_name", "name"), ("signatory_title", "title"))
        if name in details
    }
    signer |= {column: details[column] for column in ("email", "phone") if column in details}
    for column, value in details.items():
        setattr(company, column, value)
    company.save(update_fields=list(details))
    Member.objects.filter(company_id=company_id, rank=0).update(**signer)
    append(
        company_id=company_id, kind="company.changed", data={**details, "signer": signer}, actor=actor, at=at
    )
    return company


@transaction.atomic
def add_bank_account(
    *, company_id: int, iban: str, number: str, bic: str, currency: str, actor: str, at: datetime
) -> BankAccount:
    """Add an account to a company. Refusal: `AccountTaken`, when any company here already has that IBAN."""
    try:
        with transaction.atomic():
            account = BankAccount.objects.create(
                company_id=company_id, iban=iban, number=number, bic=bic, currency=currency
            )
    except IntegrityError as error:
        raise AccountTaken(
            f"Le compte …{(iban or number)[-4:]} appartient déjà à une société de cette installation. Vérifiez l'IBAN."
        ) from error
    append(
        company_id=company_id,
        kind="company.bank_account_added",
        data={"bank_account": account.pk, "iban": iban, "number": number, "currency": currency},
        actor=actor,
        at=at,
    )
    return account


@transaction.atomic
def close_bank_account(*, company_id: int, iban: str, closed_on: date, actor: str, at: datetime) -> None:
    """Close an account: its statements are no longer awaited before reminders. Refusal: `NoSuchAccount`."""
    closed = BankAccount.objects.filter(company_id=company_id, iban=iban, closed_on__isnull=True)
    if not closed.update(closed_on=closed_on):
        raise NoSuchAccount(f"Le compte …{iban[-4:]} n'est pas un compte ouvert de cette société.")
    append(
        company_id=company_id,
        kind="company.bank_account_closed",
        data={"iban": iban, "closed_on": closed_on.isoformat()},
        actor=actor,
        at=at,
    )


@transaction.atomic
def add_member(
    *, company_id: int, name: str, title: str, email: str, phone: str, actor: str, at: datetime
) -> Member:
    """Add a person who signs messages; the first one represents the company. Refusal: `MemberKnown`."""
    hold(company_id=company_id)
    people = Member.objects.filter(company_id=company_id)
    if people.filter(email=email).exists():
        raise MemberKnown(f"Une personne de la société a déjà l'adresse {email}. Donnez à chacun la sienne.")
    member = Member.objects.create(
        company_id=company_id, name=name, title=title, email=email, phone=phone, rank=people.count()
    )
    append(
        company_id=company_id,
        kind="company.member_added",
        data={"member": member.pk, "name": name, "email": email},
        actor=actor,
        at=at,
    )
    return member
