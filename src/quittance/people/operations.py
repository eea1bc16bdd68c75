"""What is done to people's accounts. They are of no company: the journal speaks of them once they join one."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction

from quittance.people.models import LANGUAGES, THEMES, Person
from quittance.people.queries import anybody

_FIRST_VISIT = 6_118_902  # the number of a lock, of this program's own


class AddressTaken(Exception):
    """Somebody has an account with this address."""


class SomebodyIsHere(Exception):
    """The installation has an account: others join by an invitation."""


@transaction.atomic
def create_first_person(*, email: str, name: str, password: str, language: str = "fr") -> Person:
    """Make the account of the first visit; of two at once, one. Refusal: `SomebodyIsHere`."""
    if (
        connection.vendor == "postgresql"
    ):  # SQLite lets one write at a time, from the start of the transaction
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_VISIT])
    if anybody():
        raise SomebodyIsHere(
            "Cette installation a déjà un compte. Connectez-vous, ou demandez une invitation."
        )
    return create_person(email=email, name=name, password=password, language=language)


@transaction.atomic
def create_person(*, email: str, name: str, password: str | None, language: str = "fr") -> Person:
    """Make an account. The password was already found good enough; without one, nobody signs in with one.

    Refusal: `AddressTaken`.
    """
    person = Person(email=email.strip().lower(), name=name.strip(), language=language)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise AddressTaken(f"L'adresse {email} a déjà un compte. Connectez-vous.") from error
    return person


@transaction.atomic
def change_person(*, person_id: int, name: str, language: str, theme: str) -> Person:
    """Change how somebody is named, spoken to and shown the pages. The journal keeps the name of each time."""
    assert language in LANGUAGES
    assert theme in THEMES
    person = Person.objects.select_for_update().get(pk=person_id)
    person.name, person.language, person.theme = name.strip(), language, theme
    person.save(update_fields=["name", "language", "theme"])
    return person


@transaction.atomic
def sign_out_elsewhere(*, person_id: int, here: str, at: datetime) -> int:
    """End every session of a person but the one they are in (`here`); return how many."""
    ended = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=at).exclude(session_key=here)
        if session.get_decoded().get(SESSION_KEY) == str(person_id)
    ]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)
