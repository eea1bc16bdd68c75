"""The place of a person in a company: what they may see and do there today."""

from dataclasses import dataclass
from datetime import date

from quittance.company.models import Company, Mandate, Member
from quittance.domain.access import MandateScope, Right, rights_of


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in one company. `mandate`: of an assistant, the one that runs today, else the newest; none revoked."""

    company: Company
    member: Member
    mandate: MandateScope | None
    rights: frozenset[Right]

    @property
    def role(self) -> str:
        """Owner, accountant, sales, assistant or reader."""
        return self.member.role

    @property
    def only_in_charge_id(self) -> int | None:
        """The member whose customers alone may be seen, for sales people; `None`: all customers."""
        return self.member.pk if self.role == "sales" else None

    def may(self, right: Right | str) -> bool:
        """Tell whether this person has a right here."""
        return right in self.rights


def seats_of(person_id: int, today: date) -> list[Seat]:
    """Return the companies of a person, by name. One whose mandate has ended stays in the list, without any right."""
    members = (
        Member.objects.filter(person_id=person_id, left_at__isnull=True)
        .exclude(role="")
        .select_related("company")
        .order_by("company__name", "company_id")
    )
    assistants = [member.pk for member in members if member.role == "assistant"]
    mandates = _mandates(assistants, today) if assistants else {}
    return [_seat(member, mandates.get(member.pk), today) for member in members]


def _seat(member: Member, mandate: MandateScope | None, today: date) -> Seat:
    rights = rights_of(member.role, may_send=member.may_send, mandate=mandate, today=today)
    return Seat(member.company, member, mandate, rights)


def _mandates(member_ids: list[int], today: date) -> dict[int, MandateScope]:
    """The mandate of each assistant: one that is renewed ahead of time does not end the one that runs."""
    rows = Mandate.objects.filter(member_id__in=member_ids, revoked_at__isnull=True).order_by("pk")
    scopes: dict[int, MandateScope] = {}
    for row in rows:
        scope = scope_of(row)
        known = scopes.get(row.member_id)
        if known is None or scope.runs_on(today) or not known.runs_on(today):
            scopes[row.member_id] = scope
    return scopes


def scope_of(mandate: Mandate) -> MandateScope:
    """Return what a mandate lets its assistant do."""
    return MandateScope(
        mandate.from_on,
        mandate.until_on,
        mandate.up_to_days,
        mandate.signs_as_id,
        mandate.max_invoice_cents,
        mandate.max_promise_days,
        mandate.may_match,
    )
