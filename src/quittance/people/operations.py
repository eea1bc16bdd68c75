"""What is done to people's accounts. They are of no company: the journal speaks of them once they join one."""

from django.db import IntegrityError, transaction

from quittance.people.models import Person
from quittance.people.queries import anybody


class AddressTaken(Exception):
    """Somebody has an account with this address."""


class SomebodyIsHere(Exception):
    """The installation has an account: others join by an invitation."""


@transaction.atomic
def create_first_person(*, email: str, name: str, password: str, language: str = "fr") -> Person:
    """Make the account of the first visit. Refusal: `SomebodyIsHere`."""
    if anybody():
        raise SomebodyIsHere(
            "Cette installation a déjà un compte. Connectez-vous, ou demandez une invitation."
        )
    return create_person(email=email, name=name, password=password, language=language)


@transaction.atomic
def create_person(*, email: str, name: str, password: str, language: str = "fr") -> Person:
    """Make an account. The password was already found good enough. Refusal: `AddressTaken`."""
    person = Person(email=email.strip().lower(), name=name.strip(), language=language)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise AddressTaken(f"L'adresse {email} a déjà un compte. Connectez-vous.") from error
    return person
