"""Reading people's accounts."""

from quittance.people.models import Person


def anybody() -> bool:
    """Tell whether this installation has an account: before, the first visit makes one."""
    return Person.objects.exists()


def person_by_email(email: str) -> Person | None:
    """Return the account of an address, whatever its capitals."""
    return Person.objects.filter(email__iexact=email.strip()).first()


def person_by_id(person_id: int) -> Person | None:
    """Return an account by its number."""
    return Person.objects.filter(pk=person_id, is_active=True).first()
