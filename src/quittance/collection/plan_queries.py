"""Reading plans as they are shown, who stands where in them, and the company's own texts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quittance.collection.models import OwnText, Plan, ReminderItem
from quittance.collection.queries import plan_value
from quittance.domain.reminders import Plan as PlanValue
from quittance.domain.texts.library import MessageVersion

# The versions of a text: language, form of address.
VERSIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"fr": ("fr", "vous"), "fr_tu": ("fr", "tu"), "en": ("en", "vous")}
)
_NAMES = {form: name for name, form in VERSIONS.items()}
OwnWordings = Mapping[str, Mapping[str, MessageVersion]]


@dataclass(frozen=True, slots=True)
class KindPlan:
    """A company's plan for one kind of customer."""

    kind: str
    name: str
    plan: PlanValue


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands at a step: it is the last one taken for these receivables, still open."""

    customers: int
    receivables: int


def plan_of(company_id: int, kind: str) -> KindPlan | None:
    """Return the company's plan for a kind of customer."""
    plan = Plan.objects.filter(company_id=company_id, customer_kind=kind).prefetch_related("steps").first()
    return None if plan is None else KindPlan(plan.customer_kind, plan.name, plan_value(plan.steps.all()))


def standing_by_step(company_id: int, kind: str, *, in_charge_id: int | None = None) -> dict[str, Standing]:
    """Return how many customers and receivables of a kind stand at each step, by its code."""
    items = ReminderItem.objects.filter(
        receivable__company_id=company_id,
        receivable__open_cents__gt=0,
        receivable__customer__kind=kind,
        cancelled_at__isnull=True,
        is_new=True,
    )
    if in_charge_id is not None:
        items = items.filter(receivable__customer__in_charge_id=in_charge_id)
    # The last one decided is the highest: the tone never falls.
    last: dict[int, tuple[str, int]] = {}
    for receivable_id, step, customer_id in items.order_by("pk").values_list(
        "receivable_id", "step", "receivable__customer_id"
    ):
        last[receivable_id] = (step, customer_id)
    customers: dict[str, set[int]] = defaultdict(set)
    receivables: dict[str, int] = defaultdict(int)
    for step, customer_id in last.values():
        customers[step].add(customer_id)
        receivables[step] += 1
    return {step: Standing(len(customers[step]), receivables[step]) for step in receivables}


def own_wordings(company_id: int) -> OwnWordings:
    """Return the company's own wordings that stand: by text, then by version. One query."""
    found: dict[str, dict[str, MessageVersion]] = {}
    for row in OwnText.objects.filter(company_id=company_id, replaced_at__isnull=True):
        found.setdefault(row.text, {})[_NAMES[row.language, row.address_form]] = wording_of(row)
    return found


def wording_of(row: OwnText) -> MessageVersion:
    """Read a company's own text as the library's are read."""
    if row.subject_many:
        return MessageVersion(
            row.body, "", row.subject, row.subject_many, lead_one=row.lead_one, lead_many=row.lead_many
        )
    return MessageVersion(row.body, row.subject, lead_one=row.lead_one, lead_many=row.lead_many)


def own_text_history(company_id: int, text_id: str, version: str) -> list[OwnText]:
    """Return the company's own versions of a text, the newest first."""
    language, address_form = VERSIONS[version]
    rows = OwnText.objects.filter(
        company_id=company_id, text=text_id, language=language, address_form=address_form
    )
    return list(rows.order_by("-pk"))
