"""One bank line: what it may pay, and the invoices and amounts that a person chooses for it.

What is chosen stands in the address of the page, so that it is kept by a search, by the way back, and without script.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import replace_url

from quittance.customers.finding import Scope, customers_found
from quittance.domain.access import Right
from quittance.domain.money import NotAnAmount, parse_cents, plain_euros
from quittance.domain.texts import typography
from quittance.interfaces.web.bank.acts import tell_allocated, their_line, to_next
from quittance.interfaces.web.bank.shown import accounts_shown, facts_for, language, shown
from quittance.interfaces.web.forms import ids_in
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.payments.bank_lines import Candidate, LineRow
from quittance.payments.open_invoices import OpenInvoice, open_invoices
from quittance.payments.operations import NotAllocated, allocate_line, keep_line_as_credit

if TYPE_CHECKING:
    from django.http import QueryDict

    from quittance.customers.models import Customer

MOST_PICKED = 100
MOST_CUSTOMERS = 5


@dataclass(slots=True)
class Choice:
    """What is ticked, in order: cents by invoice number, `None` where they are for us to say; and what is searched.

    `unreadable`: what was typed for an amount and is none, with why.
    """

    picked: dict[str, int | None] = field(default_factory=dict)
    unreadable: dict[str, tuple[str, str]] = field(default_factory=dict)
    words: str = ""

    @property
    def query(self) -> str:
        """The choice as it stands in an address."""
        parts = [("pick", f"{number}:{self.typed(number)}") for number in self.picked]
        return urlencode([("q", self.words), *parts] if self.words else (parts or [("pick", "")]))

    def typed(self, number: str) -> str:
        """Return the amount of an invoice as it is written; empty where it is for us to say."""
        typed, _why = self.unreadable.get(number, ("", ""))
        return typed or _written(self.picked[number])


@dataclass(frozen=True, slots=True)
class Pick:
    """An open invoice of the table, and what of the line goes on it. `wrong`: why that cannot be."""

    invoice: OpenInvoice
    is_picked: bool
    cents: int | None
    wrong: str
    typed: str  # where it is no amount

    @property
    def written(self) -> str:
        """The amount as it stands in its field."""
        return self.typed or _written(self.cents).replace(".", ",")


@dataclass(frozen=True, slots=True)
class Sum:
    """Received less chosen, and what of this choice is in the way."""

    received_cents: int
    chosen_cents: int
    wrong: str

    @property
    def left_cents(self) -> int:
        """What is left to share out; below zero it is too much."""
        return self.received_cents - self.chosen_cents

    @property
    def fits(self) -> bool:
        """Whether it can be confirmed: the rest, if any, is kept as credit."""
        return self.chosen_cents > 0 and self.left_cents >= 0 and not self.wrong


@seated(Right.BANK)
@require_GET
def line(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Show a line, what it may pay, and what is chosen so far."""
    row = their_line(request, line_id)
    choice = _from_address(request.GET, row)
    return render(request, "bank/line.html", _page(request, row) | _table(request, row, choice))


@seated(Right.MATCH)
@require_POST
def choose(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Confirm what is chosen, keep it all as credit, or count and search anew."""
    row = their_line(request, line_id)
    choice = _from_form(request.POST)
    if "credit" in request.POST:
        return _keep_as_credit(request, row)
    table = _table(request, row, choice)
    total, picks = cast("Sum", table["sum"]), cast("list[Pick]", table["picks"])
    if request.POST.get("act") == "confirm" and total.fits:
        try:
            cents = allocate_line(
                company_id=request.seat.company.pk,
                bank_line_id=line_id,
                chosen=[(pick.invoice.number, pick.cents or 0) for pick in picks if pick.is_picked],
                actor=request.person.actor,
                at=request.at,
            )
        except NotAllocated as refusal:
            toast(request, str(refusal), icon="circle-alert")
            return redirect(_address(request, line_id, choice))
        tell_allocated(request, line_id, cents)
        return to_next(request, line_id)
    if request.htmx:
        fragment = render(request, "bank/choice.html", table | {"may_match": True, "line": row})
        return replace_url(fragment, _address(request, line_id, choice))
    return redirect(_address(request, line_id, choice))


def _keep_as_credit(request: SeatedRequest, row: LineRow) -> HttpResponse:
    text = request.POST["credit"]
    try:
        cents = keep_line_as_credit(
            company_id=request.seat.company.pk,
            bank_line_id=row.id,
            customer_id=next(iter(ids_in([text], most=1)), 0),
            actor=request.person.actor,
            at=request.at,
        )
    except NotAllocated as refusal:
        toast(request, str(refusal), icon="circle-alert")
        return redirect("bank-line", request.seat.company.slug, row.id)
    words = _("%(amount)s gardés au crédit du client.") % {"amount": typography.money(cents, language())}
    toast(request, words, undo=reverse("bank-undo", args=[request.seat.company.slug, row.id]))
    return to_next(request, row.id)


def _page(request: SeatedRequest, row: LineRow) -> dict[str, object]:
    names = {one.account.pk: one.name for one in accounts_shown(request.seat.company.pk)}
    return {
        "page": "bank",
        "line": row,
        "shown": shown(row, whole=True),
        "facts": facts_for(row),
        "account": names.get(row.account_id, ""),
        "may_match": request.seat.may(Right.MATCH),
        "waits": row.state in ("proposed", "unknown"),
    }


def _table(request: SeatedRequest, row: LineRow, choice: Choice) -> dict[str, object]:
    """Everything that changes with the choice: the invoices, the amounts, the difference, the customers found."""
    company_id = request.seat.company.pk
    best = row.candidates[0] if row.candidates else None
    customer_id = best.customer_id if best else None
    found = open_invoices(
        company_id,
        today=request.today,
        numbers=[*choice.picked, *(part.number for one in row.candidates for part in one.parts)],
        customer_id=customer_id,
        words=choice.words,
    )
    picks = _picks(found, choice, row.amount_cents)
    chosen = [pick for pick in picks if pick.is_picked]
    total = Sum(row.amount_cents, sum(pick.cents or 0 for pick in chosen), _wrong(chosen))
    customers: list[Customer] = (
        customers_found([Scope(company_id)], choice.words, most=MOST_CUSTOMERS) if choice.words else []
    )
    return {
        "picks": picks,
        "sum": total,
        "choice": choice,
        "several_customers": len({pick.invoice.customer_id for pick in picks}) > 1,
        "candidates": [(one, _address_of(request, row.id, one)) for one in row.candidates if one.parts],
        "credit_customers": _credit_customers(best, customers, chosen),
    }


def _picks(found: list[OpenInvoice], choice: Choice, received_cents: int) -> list[Pick]:
    """Tick the invoices that are chosen; where no amount is said, what is open or what is left of the line."""
    left = received_cents - sum(cents or 0 for cents in choice.picked.values())
    picks = []
    for invoice in found:
        cents = choice.picked.get(invoice.number)
        is_picked = invoice.number in choice.picked
        typed, wrong = choice.unreadable.get(invoice.number, ("", ""))
        if is_picked and cents is None and not wrong:
            cents = min(invoice.open_cents, max(left, 0))
            left -= cents
        if cents is not None and is_picked and not wrong:
            if cents > invoice.open_cents:
                wrong = _("C'est plus que ce qui reste dû.")
            elif cents <= 0:
                wrong = _("Il ne reste rien de cette ligne pour elle.")
        picks.append(Pick(invoice, is_picked, cents if is_picked else None, wrong, typed))
    return picks


def _wrong(chosen: list[Pick]) -> str:
    if any(pick.wrong for pick in chosen):
        return _("Corrigez les montants signalés.")
    if len({pick.invoice.customer_id for pick in chosen}) > 1:
        return _(
            "Un règlement est d'un seul client : gardez les factures de l'un d'eux. Si ce virement en paie deux, "
            "affectez la part du premier ; le reste est gardé à son crédit."
        )
    return ""


def _credit_customers(
    best: Candidate | None, found: list[Customer], chosen: list[Pick]
) -> list[tuple[int, str]]:
    """Return whose credit the whole line may be kept as, once each."""
    people = {pick.invoice.customer_id: pick.invoice.customer_name for pick in chosen}
    if best is not None and best.customer_id is not None:
        people[best.customer_id] = best.customer_name
    people |= {customer.pk: customer.name for customer in found}
    return list(people.items())


def _from_address(query: QueryDict, row: LineRow) -> Choice:
    """Read the choice of an address; without one, the best proposal is chosen."""
    choice = Choice(words=query.get("q", "")[:100].strip())
    if "pick" not in query and not choice.words:
        best = row.candidates[0] if row.candidates else None
        for part in best.parts if best else ():
            choice.picked[part.number] = min(part.cents, part.open_cents)
        return choice
    for text in query.getlist("pick")[:MOST_PICKED]:
        number, _colon, amount = text.rpartition(":")
        if number:
            _note(choice, number, amount)
    return choice


def _from_form(form: QueryDict) -> Choice:
    choice = Choice(words=form.get("q", "")[:100].strip())
    for number in form.getlist("pick")[:MOST_PICKED]:
        _note(choice, number, form.get(f"amount-{number}", ""))
    return choice


def _note(choice: Choice, number: str, amount: str) -> None:
    choice.picked[number] = None
    if amount.strip():
        try:
            choice.picked[number] = parse_cents(amount)
        except NotAnAmount as unreadable:
            choice.unreadable[number] = (amount.strip()[:40], str(unreadable))


def _address_of(request: SeatedRequest, line_id: int, candidate: Candidate) -> str:
    picked: dict[str, int | None] = {part.number: part.cents for part in candidate.parts}
    return _address(request, line_id, Choice(picked))


def _address(request: SeatedRequest, line_id: int, choice: Choice) -> str:
    return f"{reverse('bank-line', args=[request.seat.company.slug, line_id])}?{choice.query}"


def _written(cents: int | None) -> str:
    return "" if cents is None else plain_euros(cents)
