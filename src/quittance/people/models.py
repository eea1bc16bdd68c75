"""Who signs in. What a person may do is said by `company.Member`, company by company; nobody rules over all."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

LANGUAGES = ("fr", "en")
THEMES = ("", "light", "dark")
_LONGEST_ACTOR = 120


class People(BaseUserManager["Person"]):
    """Finds people by their address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person who has this address."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody with an account, known by an e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="fr")
    theme = models.CharField(max_length=5, blank=True)  # empty: what the device says
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def actor(self) -> str:
        """How the journal names this person: nobody else has the address, and no name hides it or looks like one."""
        room = _LONGEST_ACTOR - len(f" <{self.email}>")
        name = " ".join(self.name.replace("<", " ").replace(">", " ").split())[: max(room, 0)].rstrip()
        return f"{name} <{self.email}>" if name else self.email[:_LONGEST_ACTOR]
