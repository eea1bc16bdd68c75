"""A customer in one place: figures, what is open, the thread, the contacts, the risk, the terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from quittance.correspondence.queries import refused_addresses
from quittance.customers.queries import contacts_of_one
from quittance.domain.access import Right
from quittance.domain.identifiers import french_iban
from quittance.domain.terms import parse_term
from quittance.flows.customer_list import customer_risk, standings
from quittance.flows.customer_thread import GROUPS, customer_thread
from quittance.interfaces.web.customers.changes import change_words
from quittance.interfaces.web.customers.entry_forms import DocumentForm, NoteForm, StatementForm
from quittance.interfaces.web.customers.words import (
    ADDRESS_FORMS,
    KINDS,
    LANGUAGES,
    ROLES,
    TONES,
    call_words,
    dispute_words,
    message_badge,
    method_words,
    month_words,
    promise_badge,
    risk_badge,
    risk_sentences,
    standing_badge,
)
from quittance.interfaces.web.walls import SeatedRequest, seated, their_customer
from quittance.payments.customer_account import open_invoices
from quittance.payments.customer_balances import credit_totals, lateness_of, owed_by
from quittance.sales.queries import first_invoiced_on

if TYPE_CHECKING:
    from datetime import date

    from quittance.customers.models import Contact, Customer
    from quittance.flows.customer_thread import Event

PAGE = "customers"
LAST_PAGE = 1_000  # of a thread; a customer of thirty thousand events is read by other means


@seated(Right.READ)
def customer(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Everything about a customer, in time order."""
    found = their_customer(request, customer_id)
    company, today = request.seat.company, request.today
    group = request.GET.get("show", "")
    group = group if group in GROUPS else ""
    page = request.GET.get("page", "1")
    number = min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    thread = customer_thread(customer=found, today=today, group=group, page=number)
    invoices = open_invoices(company.pk, found.pk)
    context = {
        "page": PAGE,
        "customer": found,
        **_figures(found, today),
        "invoices": [(row, max((today - row.due_on).days, 0)) for row in invoices],
        "thread": thread,
        "foreseen": [_shown(event, today) for event in thread.foreseen],
        "events": [_shown(event, today) for event in thread.events],
        "number": number,
        "groups": _groups(group),
        "contacts": _contacts(found),
        "facts": _facts(found, company.default_term),
        "note_form": NoteForm(),
        "document_form": DocumentForm(),
        "statement_form": StatementForm(today, initial={"what": "open"}),
    }
    return render(request, "customers/customer.html", context)


def _figures(customer: Customer, today: date) -> dict[str, Any]:
    company_id = customer.company_id
    owed = owed_by(company_id, customer.pk, today)
    days_late = (today - owed.oldest_due_on).days if owed.oldest_due_on else 0
    late = lateness_of(company_id, today, [customer.pk]).get(customer.pk)
    risk = customer_risk(company_id, customer.pk, today)
    standing = standings(company_id, today, [customer.pk], {customer.pk: owed.overdue_cents > 0})
    return {
        "owed": owed,
        "days_late": days_late,
        "not_due_cents": owed.open_cents - owed.overdue_cents,
        "not_due_count": owed.open_count - owed.overdue_count,
        "credit_cents": credit_totals(company_id, [customer.pk]).get(customer.pk, 0),
        "lateness_days": late.days if late else None,
        "since_on": first_invoiced_on(company_id, customer.pk),
        "risk": risk_badge(risk),
        "risk_facts": risk_sentences(risk, owed.open_cents, owed.overdue_cents),
        "badge": standing_badge(standing[customer.pk], today),
        "kind": dict(KINDS)[customer.kind],
    }


def _groups(chosen: str) -> list[dict[str, Any]]:
    words = {
        "money": _("Argent"),
        "exchanges": _("Échanges"),
        "documents": _("Documents"),
        "notes": _("Notes"),
        "changes": _("Fiche"),
    }
    return [
        {"name": name, "words": words.get(name) or _("Tout"), "current": name == chosen}
        for name in ("", *GROUPS)
    ]


def _contacts(customer: Customer) -> list[dict[str, Any]]:
    """The contacts in the order in which one writes to them, and what each receives."""
    contacts = [one for one in contacts_of_one(customer.pk) if _says_something(one)]
    with_address = [one for one in contacts if one.email]
    director = next((one for one in with_address if one.role == "manager"), None)
    first = next(iter(with_address), None)
    refused = refused_addresses(customer.company_id, [customer.pk]).get(customer.pk)
    shown = []
    for one in contacts:
        receives = []
        if one is first:
            receives.append(_("On lui écrit en premier"))
        if one is (director or first) and customer.kind != "public":
            receives.append(_("Reçoit la mise en demeure"))
        shown.append(
            {
                "contact": one,
                "role": dict(ROLES)[one.role],
                "receives": receives,
                "refused": refused[1] if refused and refused[0] == one.email else "",
            }
        )
    return shown


def _says_something(contact: Contact) -> bool:
    return bool(contact.email or contact.phone or contact.first_name or contact.last_name)


def _facts(customer: Customer, default_term: str) -> list[tuple[str, str]]:
    term = parse_term(customer.term or default_term).short_french()
    address = " ".join(part for part in (customer.street, customer.postcode, customer.city) if part)
    facts = [
        (_("Délai"), term if customer.term else _("%(term)s, comme la société") % {"term": term}),
        (
            _("Ton"),
            f"{dict(ADDRESS_FORMS)[customer.address_form]}, {str(dict(TONES)[customer.tone]).lower()}",
        ),
        (_("Langue"), str(dict(LANGUAGES)[customer.language])),
        (_("Suivi par"), customer.in_charge.name if customer.in_charge else _("Personne")),
        (_("Adresse"), address),
        (_("Numéro de TVA"), customer.vat_number),
        (_("IBAN d'où il paie"), french_iban(customer.iban)),
        (_("Paie aussi sous"), ", ".join(customer.payer_names)),
    ]
    return [(name, value) for name, value in facts if value]


def _shown(event: Event, today: date) -> dict[str, Any]:
    """An event with the words that its template cannot find by itself."""
    words: dict[str, Any] = {}
    if event.kind == "message":
        words = {"badge": message_badge(event.what.state)}
    elif event.kind == "call":
        words = {"outcome": call_words(event.what.outcome)}
    elif event.kind == "promise":
        words = {"badge": promise_badge(event.what.state)}
    elif event.kind in ("dispute", "dispute_settled"):
        words = {"category": dispute_words(event.what)}
    elif event.kind == "payment":
        words = {"method": method_words(event.what.payment.method)}
    elif event.kind == "change":
        words = {"change": change_words(event.what)}
    return {"event": event, "what": event.what, "month": month_words(event.on), **words}
