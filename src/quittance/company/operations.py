"""What is done to a company, its accounts, people and numbers."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from quittance.company.models import BankAccount, Company, Job, Member
from quittance.company.queries import accounts_named, bank_accounts
from quittance.journal.operations import append, hold, start_chain


class SlugTaken(Exception):
    """Another company already has this short name."""


class NoSuchAccount(LookupError):
    """The company has no open account with this IBAN or number."""


class NotYet(Exception):
    """The day is to come."""


class MemberKnown(Exception):
    """A person of the company already has this address."""


class SeatTaken(Exception):
    """Somebody else already has this place in the company."""


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
    declare_bank_account(company_id=company.pk, iban=iban, bic=bic, actor=actor, at=at)
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
def declare_bank_account(*, company_id: int, iban: str, bic: str, actor: str, at: datetime) -> BankAccount:
    """Add, by a person's word, an account in euros where customers pay: its statements are awaited from then on.

    An account that a file made known under this IBAN, or under its number, becomes this one; a closed one is open
    again. Refusal: `AccountTaken`, when it is declared already or another company here has that IBAN.
    """
    hold(company_id=company_id)
    this = BankAccount(iban=iban)
    own = BankAccount.objects.filter(company_id=company_id, currency="EUR").order_by("-iban")
    account = next((one for one in own if one.iban == iban or _is_only_a_number_of(this, one)), None)
    if account is None:
        return add_bank_account(
            company_id=company_id,
            iban=iban,
            number="",
            bic=bic,
            currency="EUR",
            declared=True,
            actor=actor,
            at=at,
        )
    if account.declared and account.closed_on is None:
        raise _taken(iban)
    _refuse_elsewhere(company_id, iban)
    account.iban, account.declared, account.closed_on = iban, True, None
    account.bic = bic or account.bic
    account.save(update_fields=["iban", "bic", "declared", "closed_on"])
    append(
        company_id=company_id,
        kind="company.bank_account_declared",
        data={"bank_account": account.pk, "iban": iban, "number": account.number},
        actor=actor,
        at=at,
    )
    return account


@transaction.atomic
def add_bank_account(
    *,
    company_id: int,
    iban: str,
    number: str,
    bic: str,
    currency: str,
    actor: str,
    at: datetime,
    declared: bool = False,
) -> BankAccount:
    """Add an account to a company. Refusal: `AccountTaken`, when it is known already.

    An IBAN belongs to one company of the installation, which may keep it in several currencies.
    """
    hold(company_id=company_id)
    _refuse_elsewhere(company_id, iban)
    try:
        with transaction.atomic():
            account = BankAccount.objects.create(
                company_id=company_id,
                iban=iban,
                number=number,
                bic=bic,
                currency=currency,
                declared=declared,
            )
    except IntegrityError as error:
        raise _taken(iban or number) from error
    append(
        company_id=company_id,
        kind="company.bank_account_added",
        data={
            "bank_account": account.pk,
            "iban": iban,
            "number": number,
            "currency": currency,
            "declared": declared,
        },
        actor=actor,
        at=at,
    )
    return account


def _is_only_a_number_of(this: BankAccount, known: BankAccount) -> bool:
    """Whether a file made this account known by a number, without its IBAN."""
    return not known.iban and bool(accounts_named([this], known.number))


def _refuse_elsewhere(company_id: int, iban: str) -> None:
    if iban and BankAccount.objects.filter(iban=iban).exclude(company_id=company_id).exists():
        raise _taken(iban)


def _taken(name: str) -> AccountTaken:
    return AccountTaken(
        f"Le compte …{name[-4:]} appartient déjà à une société de cette installation. Vérifiez l'IBAN."
    )


@transaction.atomic
def close_bank_account(
    *, company_id: int, named: str, closed_on: date, actor: str, at: datetime
) -> BankAccount:
    """Close an account, named by its IBAN or its number: its statements are no longer awaited before reminders.

    It is closed in all its currencies. Refusal: `NoSuchAccount`, when no open account or several have that name.
    """
    hold(company_id=company_id)
    named_so = _open_accounts_named(company_id, named)
    BankAccount.objects.filter(pk__in=[account.pk for account in named_so]).update(closed_on=closed_on)
    append(
        company_id=company_id,
        kind="company.bank_account_closed",
        data={
            "iban": named_so[0].iban,
            "number": named_so[0].number,
            "closed_on": closed_on.isoformat(),
        },
        actor=actor,
        at=at,
    )
    return named_so[0]


@transaction.atomic
def await_bank_account_since(
    *, company_id: int, named: str, since_on: date | None, today: date, actor: str, at: datetime
) -> BankAccount:
    """Say from which day on the statements of an account are awaited; `None` takes that back.

    What is missing before that day, and the bank no longer gives, holds no reminder. Refusals: `NoSuchAccount`, when
    no open account or several have that name; `NotYet`, for a day to come.
    """
    hold(company_id=company_id)
    named_so = _open_accounts_named(company_id, named)
    if since_on is not None and since_on > today:
        raise NotYet(
            f"Le {since_on:%d/%m/%Y} est à venir : les relevés d'ici là seraient ignorés. "
            "Donnez un jour passé, ou aujourd'hui."
        )
    BankAccount.objects.filter(pk__in=[account.pk for account in named_so]).update(since_on=since_on)
    append(
        company_id=company_id,
        kind="company.bank_account_awaited",
        data={
            "iban": named_so[0].iban,
            "number": named_so[0].number,
            "since_on": None if since_on is None else since_on.isoformat(),
        },
        actor=actor,
        at=at,
    )
    return named_so[0]


def _open_accounts_named(company_id: int, named: str) -> list[BankAccount]:
    own = [account for account in bank_accounts(company_id) if account.closed_on is None]
    named_so = accounts_named(own, named)
    if len({(account.iban, account.number) for account in named_so}) != 1:
        told = "désigne plusieurs comptes ouverts" if named_so else "n'est pas un compte ouvert"
        known = ", ".join(account.iban or account.number for account in own) or "aucun"
        raise NoSuchAccount(f"« {named} » {told} de cette société. Comptes ouverts : {known}.")
    return named_so


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


@transaction.atomic
def seat_owner(*, company_id: int, person_id: int, actor: str, at: datetime) -> Member:
    """Give the one who represents a new company their place in it: owner. Refusal: `SeatTaken`."""
    hold(company_id=company_id)
    member = Member.objects.get(company_id=company_id, rank=0)
    if member.person_id is not None:
        raise SeatTaken("Cette société a déjà un dirigeant. Demandez-lui une invitation.")
    member.person_id, member.role, member.joined_at = person_id, "owner", at
    member.save(update_fields=["person_id", "role", "joined_at"])
    append(
        company_id=company_id,
        kind="company.member_joined",
        data={"member": member.pk, "person": person_id, "role": "owner"},
        actor=actor,
        at=at,
    )
    return member


@transaction.atomic
def open_job(*, company_id: int, person_id: int, kind: str, facts: dict[str, object], at: datetime) -> Job:
    """Note long work to be done for a person. What it does is journalled by its own verbs."""
    return Job.objects.create(company_id=company_id, person_id=person_id, kind=kind, facts=facts, at=at)


def note_progress(*, job_id: int, done: int, total: int) -> None:
    """Note how far long work is."""
    Job.objects.filter(pk=job_id, finished_at__isnull=True).update(done=done, total=total)


def finish_job(
    *, job_id: int, at: datetime, result: dict[str, object] | None = None, error: str = ""
) -> None:
    """Note how long work ended: what it gave, or why it could not be done (a French sentence)."""
    Job.objects.filter(pk=job_id, finished_at__isnull=True).update(
        finished_at=at, result=result or {}, error=error
    )
