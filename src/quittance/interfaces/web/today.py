"""Aujourd'hui: what is to be done this morning, in all companies or in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from quittance.domain.access import Right
from quittance.domain.matching import evidence_in_words, why_not_in_words
from quittance.domain.texts import library
from quittance.domain.texts.render import sentence
from quittance.domain.texts.typography import day as in_words
from quittance.domain.texts.typography import money as in_euros
from quittance.flows.agenda import Owed
from quittance.flows.morning import Morning, mornings
from quittance.flows.receive_payments import confirm_line, take_back_line
from quittance.interfaces.web.reminders.walk import places
from quittance.interfaces.web.reminders.words import (
    StepWords,
    language,
    rest_icon,
    rest_short,
    rest_words,
    step_words,
)
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, SignedInRequest, seated, signed_in
from quittance.payments.operations import NotAllocated, NothingToUndo

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.payments.bank_lines import LineRow

LINES_SHOWN, MESSAGES_SHOWN, CALLS_SHOWN = 4, 6, 4
SECONDS_EACH = {"line": 30, "message": 60, "call": 240}
ROUNDED_TO = 5  # minutes


@dataclass(frozen=True, slots=True)
class LineTask:
    """A bank line to confirm, in words."""

    company: Company
    line: LineRow
    what: str
    why: str
    can_confirm: bool
    may_match: bool
    address: str  # where to choose


@dataclass(frozen=True, slots=True)
class CustomerTask:
    """A customer to write to or to call, in words."""

    company: Company
    one: Owed
    step: StepWords
    why: str


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that gets stale: what, in which company, and where to mend it."""

    icon: str
    tone: str
    title: str
    words: str
    link: str
    address: str


@signed_in
def of_all(request: SignedInRequest) -> HttpResponse:
    """The morning of all companies; before there is any, the first steps."""
    if not request.seats:
        return redirect("start-company")
    seats = [seat for seat in request.seats if seat.rights]
    return _page(request, mornings(seats, request.today), "")


@seated(Right.READ)
def of_company(request: SeatedRequest) -> HttpResponse:
    """The morning of one company."""
    return _page(request, mornings([request.seat], request.today), request.seat.company.slug)


def _page(request: SignedInRequest, found: list[Morning], slug: str) -> HttpResponse:
    of_many = not slug and len(found) > 1
    query = "?of=all" if of_many else ""
    lines = [_line_task(morning, line) for morning in found for line in morning.lines]
    lines.sort(key=lambda task: (not task.can_confirm, -task.line.amount_cents))
    messages_count = sum(len(morning.agenda.messages) for morning in found)
    calls_count = sum(len(morning.agenda.calls) for morning in found)
    lines_count = sum(morning.lines_count for morning in found)
    first = next(places(found), None)
    return render(
        cast("HttpRequest", request),
        "today/morning.html",
        {
            "page": "today",
            "of_many": of_many,
            "first_name": request.person.name.partition(" ")[0],
            "slug": slug,
            "query": query,
            "found": found,
            "busy": [morning for morning in found if morning.count],
            "count": lines_count + messages_count + calls_count,
            "minutes": _minutes(lines_count, messages_count, calls_count),
            "lines": lines[:LINES_SHOWN],
            "lines_count": lines_count,
            "lines_left": lines_count - LINES_SHOWN,
            "reminders": _tasks(found, "messages", MESSAGES_SHOWN),
            "messages_count": messages_count,
            "messages_left": messages_count - MESSAGES_SHOWN,
            "messages_cents": sum(one.amount_cents for morning in found for one in morning.agenda.messages),
            "calls": _tasks(found, "calls", CALLS_SHOWN),
            "calls_count": calls_count,
            "first": reverse("reminder", args=first) + query if first else "",
            "one_company": found[0].company if len(found) == 1 else None,
            **_aside(found, request),
            **_nothing(found),
        },
    )


def _nothing(found: list[Morning]) -> dict[str, object]:
    """Why there is nothing to do: nothing yet, the bank is awaited, or all is done."""
    empty = library.words("screens").sections["empty"]
    column = 0 if language() == "fr" else 1
    left = [one for morning in found for one in morning.agenda.left]
    read_on = min((m.agenda.bank_read_on for m in found if m.agenda.bank_read_on), default=None)
    late = [one for one in left if one.code in ("bank_stale", "bank_never")]
    key = "today" if read_on is not None else "today_new"
    silent = [
        (m, one)
        for m in found
        if m.seat.may(Right.CHANGE)
        for one in m.agenda.left
        if one.code == "no_contact"
    ]
    return {
        "nothing_yet": not left and read_on is None,
        "without_address": len(silent),
        "silent": silent[0] if silent else None,
        "bank_waits": bool(late),
        "bank_words": " ".join(rest_words(late[0].code, late[0].facts)) if late else "",
        "empty_words": sentence(empty[key][column], {"bank.read_on": read_on} if read_on else {}, language()),
    }


def _minutes(lines: int, messages: int, calls: int) -> int:
    seconds = lines * SECONDS_EACH["line"] + messages * SECONDS_EACH["message"] + calls * SECONDS_EACH["call"]
    return -(-seconds // 60 // ROUNDED_TO) * ROUNDED_TO or ROUNDED_TO


def _line_task(morning: Morning, line: LineRow) -> LineTask:
    single = line.candidates[0] if len(line.candidates) == 1 else None
    if single is not None and single.parts:
        numbers = ", ".join(part.number for part in single.parts[:3])
        what = ngettext("Facture %(numbers)s", "Factures %(numbers)s", len(single.parts)) % {
            "numbers": numbers
        }
    elif single is not None:
        what = gettext("%(name)s, facture à choisir") % {"name": single.customer_name}
    else:
        what = ngettext("%(count)s choix possible", "%(count)s choix possibles", len(line.candidates)) % {
            "count": len(line.candidates)
        }
    why = evidence_in_words(line.evidence, language()) or why_not_in_words(line.why_not, language())
    return LineTask(
        morning.company,
        line,
        what,
        why,
        can_confirm=single is not None and bool(single.parts),
        may_match=morning.seat.may(Right.MATCH),
        address=reverse("bank-line", args=[morning.company.slug, line.id]),
    )


def _tasks(found: list[Morning], part: str, most: int) -> list[CustomerTask]:
    """The first customers of all companies together, what is at stake first."""
    rows = [(morning.company, one) for morning in found for one in getattr(morning.agenda, part)[:most]]
    rows.sort(key=lambda row: row[1].stake)
    return [
        CustomerTask(company, one, step_words(one.step, one.channel, one.text), why_line(one))
        for company, one in rows[:most]
    ]


def why_line(one: Owed) -> str:
    """Say in a line why a customer is in the list: what they did not do, else how late they are."""
    if one.why[1]:
        return one.why[1]
    invoices = ngettext("%(count)s facture", "%(count)s factures", one.invoices) % {"count": one.invoices}
    if one.late_days <= 0:
        days = -one.late_days
        when = ngettext("à régler dans %(count)s jour", "à régler dans %(count)s jours", days) % {
            "count": days
        }
    else:
        when = ngettext("%(count)s jour de retard", "%(count)s jours de retard", one.late_days) % {
            "count": one.late_days
        }
    return f"{when}, {invoices}"


def _aside(found: list[Morning], request: SignedInRequest) -> dict[str, object]:
    """What came in, what gets stale, and who is left alone."""
    counts: dict[str, int] = {}
    for morning in found:
        for code, count in morning.left_counts.items():
            counts[code] = counts.get(code, 0) + count
    with_bank = [morning for morning in found if morning.seat.may(Right.BANK)]
    return {
        "since_on": found[0].facts.money_in.since_on if found else None,
        "since_day": _weekday(found[0].facts.money_in.since_on) if found else "",
        "sees_bank": bool(with_bank),
        "received_cents": sum(morning.facts.money_in.cents for morning in with_bank),
        "received_count": sum(morning.facts.money_in.payments for morning in with_bank),
        "received_after": sum(morning.facts.money_in.after_reminder for morning in with_bank),
        "todos": [todo for morning in found for todo in _todos(morning)],
        "left": [
            (code, rest_icon(code), rest_short(code), count)
            for code, count in sorted(counts.items(), key=lambda pair: -pair[1])
        ],
        "left_count": sum(counts.values()),
        "ended": [seat for seat in request.seats if not seat.rights],
    }


def _weekday(on: date) -> str:
    name = str(WEEKDAYS[on.weekday()])
    return name.lower() if language() == "fr" else name


def _todos(morning: Morning) -> list[Todo]:
    """What of a company gets stale or waits for a word."""
    seat, slug, name = morning.seat, morning.company.slug, morning.company.name
    counts, messages, todos = morning.left_counts, morning.facts.messages, []
    if seat.may(Right.BANK) and (counts.get("bank_stale") or counts.get("bank_never")):
        waiting = counts.get("bank_stale", 0) + counts.get("bank_never", 0)
        words = ngettext(
            "%(name)s : %(count)s relance attend.", "%(name)s : %(count)s relances attendent.", waiting
        )
        todos.append(
            Todo("landmark", "warn", gettext("Relevé en retard."), words % {"name": name, "count": waiting},
                 gettext("Déposer le relevé"), reverse("bank", args=[slug]))
        )  # fmt: skip
    if messages["in_doubt"]:
        words = ngettext(
            "%(name)s : %(count)s message.", "%(name)s : %(count)s messages.", messages["in_doubt"]
        )
        todos.append(
            Todo("circle-question-mark", "warn", gettext("Parti ou non ?"),
                 words % {"name": name, "count": messages["in_doubt"]}, gettext("Le dire"),
                 reverse("reminders-outbox", args=[slug]))
        )  # fmt: skip
    if messages["refused"]:
        words = ngettext(
            "%(name)s : %(count)s adresse.", "%(name)s : %(count)s adresses.", messages["refused"]
        )
        todos.append(
            Todo("mail-x", "late", gettext("Adresse qui refuse."), words % {"name": name, "count": messages["refused"]},
                 gettext("Voir"), reverse("reminders-outbox", args=[slug]))
        )  # fmt: skip
    if counts.get("no_contact"):
        words = ngettext(
            "%(name)s : %(count)s client.", "%(name)s : %(count)s clients.", counts["no_contact"]
        )
        todos.append(
            Todo("mail-plus", "warn", gettext("Sans adresse."), words % {"name": name, "count": counts["no_contact"]},
                 gettext("Les voir"), reverse("reminders-left", args=[slug]) + "?why=no_contact")
        )  # fmt: skip
    if morning.mandate_ends_on is not None:
        until = in_words(morning.mandate_ends_on, language())
        todos.append(
            Todo("file-check", "info", gettext("Mandat bientôt échu."),
                 gettext("%(name)s, le %(day)s.") % {"name": name, "day": until}, gettext("Voir mon mandat"),
                 reverse("me"))
        )  # fmt: skip
    if seat.may(Right.PEOPLE) and morning.facts.invitations:
        words = ngettext(
            "%(name)s : %(count)s attend.", "%(name)s : %(count)s attendent.", morning.facts.invitations
        )
        todos.append(
            Todo("user-plus", "info", gettext("Invitation sans réponse."),
                 words % {"name": name, "count": morning.facts.invitations}, gettext("Voir"),
                 reverse("members", args=[slug]))
        )  # fmt: skip
    return todos


def _back(request: SeatedRequest) -> HttpResponse:
    return (
        redirect("today")
        if request.POST.get("of") == "all"
        else redirect("company", request.seat.company.slug)
    )


@seated(Right.MATCH)
@require_POST
def confirm(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Put a bank line on what is proposed for it."""
    company = request.seat.company
    try:
        cents = confirm_line(
            company=company, bank_line_id=line_id, chosen=(), actor=request.person.actor, at=request.at
        )
    except NotAllocated as refusal:
        toast(cast("HttpRequest", request), str(refusal), icon="circle-alert")
        return _back(request)
    words = gettext("%(amount)s affectés.") % {"amount": in_euros(cents, language())}
    toast(cast("HttpRequest", request), words, undo=reverse("line-unconfirm", args=[company.slug, line_id]))
    return _back(request)


@seated(Right.MATCH)
@require_POST
def unconfirm(request: SeatedRequest, line_id: int) -> HttpResponse:
    """Take a confirmation back: the invoice is owed again, the line waits."""
    company = request.seat.company
    try:
        take_back_line(company=company, bank_line_id=line_id, actor=request.person.actor, at=request.at)
    except NothingToUndo as refusal:
        toast(cast("HttpRequest", request), str(refusal), icon="circle-alert")
    else:
        toast(cast("HttpRequest", request), gettext("Défait : la ligne attend de nouveau."), icon="undo-2")
    return _back(request)


urlpatterns = [
    path("lines/<int:line_id>/confirm/", confirm, name="line-confirm"),
    path("lines/<int:line_id>/unconfirm/", unconfirm, name="line-unconfirm"),
]
