"""What would leave in the next thirty days if nothing changes: a month on a desk, a list on a phone, and each day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from quittance.customers.queries import count_by_kind
from quittance.domain.access import Right
from quittance.domain.calendar import holiday_name, is_working_day, working_days_between
from quittance.domain.plans import day_words, plan_texts
from quittance.domain.reminders import CALL, CALL_AGAIN
from quittance.flows.foresee import outlook_kept
from quittance.interfaces.web.plans.words import ICONS, kinds, step_name, tone_of_text
from quittance.interfaces.web.walls import SeatedRequest, seated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quittance.flows.foresee import Departure, Outlook

ROWS = 50


class Cell(NamedTuple):
    """A day of the calendar."""

    on: date
    is_within: bool
    is_worked: bool
    holiday: str
    mails: int
    calls: int
    letters: int
    customers: int
    amount_cents: int

    @property
    def leaving(self) -> int:
        """How much leaves."""
        return self.mails + self.calls + self.letters


class Row(NamedTuple):
    """What a customer would receive, in words."""

    departure: Departure
    words: str
    icon: str
    day: str
    tone: str


@seated(Right.READ)
def calendar(request: SeatedRequest) -> HttpResponse:
    """The month to come."""
    ahead = _outlook(request)
    cells = {on: _cell(on, departures) for on, departures in ahead.by_day().items()}
    stale_days = _stale_days(request, ahead)
    return render(
        request,
        "plans/calendar.html",
        {
            "page": "plans",
            "tab": "calendar",
            "kinds": kinds(
                count_by_kind(request.seat.company.pk, in_charge_id=request.seat.only_in_charge_id)
            ),
            "ahead": ahead,
            "cells": _weeks(cells, request.today),
            "busy": [cell for cell in cells.values() if cell.leaving],
            "total": _total(list(cells.values())),
            "bank_read_on": ahead.bank_read_on,
            "stale_days": stale_days,
        },
    )


@seated(Right.READ)
def day(request: SeatedRequest, on: str) -> HttpResponse:
    """Who would receive what on a day, and why."""
    ahead = _outlook(request)
    try:
        asked = date.fromisoformat(on)
    except ValueError:
        raise Http404 from None
    if not ahead.from_on <= asked <= ahead.until_on:
        raise Http404
    departures = ahead.on(asked)
    listed = Paginator(departures, ROWS).get_page(request.GET.get("page"))
    busy = sorted({one.on for one in ahead.departures})
    return render(
        request,
        "plans/day.html",
        {
            "page": "plans",
            "tab": "calendar",
            "on": asked,
            "cell": _cell(asked, departures),
            "listed": listed,
            "rows": [_row(one) for one in listed],
            "before": max((one for one in busy if one < asked), default=None),
            "after": min((one for one in busy if one > asked), default=None),
        },
    )


def _outlook(request: SeatedRequest) -> Outlook:
    seat = request.seat
    return outlook_kept(company=seat.company, today=request.today, in_charge_id=seat.only_in_charge_id)


def _stale_days(request: SeatedRequest, ahead: Outlook) -> int:
    """For how many working days the bank has not been read, where that alone holds everything back today."""
    if ahead.bank_read_on is None:
        return 0
    days = working_days_between(ahead.bank_read_on, request.today)
    return days if days > request.seat.company.bank_stale_after_working_days else 0


def _cell(on: date, departures: Sequence[Departure], *, is_within: bool = True) -> Cell:
    calls = sum(1 for one in departures if one.channel == CALL)
    letters = sum(1 for one in departures if one.channel == "letter")
    return Cell(
        on,
        is_within,
        is_working_day(on),
        holiday_name(on),
        len(departures) - calls - letters,
        calls,
        letters,
        len({one.customer_id for one in departures}),
        sum(one.amount_cents for one in departures),
    )


def _weeks(cells: dict[date, Cell], today: date) -> list[Cell]:
    """Whole weeks, from the Monday of this one: days that are not foreseen stand in it, empty."""
    monday = today - timedelta(days=today.weekday())
    last = max(cells)
    sunday = last + timedelta(days=6 - last.weekday())
    days = [monday + timedelta(days=rank) for rank in range((sunday - monday).days + 1)]
    return [cells.get(on) or _cell(on, (), is_within=False) for on in days]


def _total(cells: Sequence[Cell]) -> dict[str, int]:
    return {
        "mails": sum(cell.mails for cell in cells),
        "calls": sum(cell.calls for cell in cells),
        "letters": sum(cell.letters for cell in cells),
    }


def _row(departure: Departure) -> Row:
    tone = "late" if departure.channel == CALL else tone_of_text(_any_text(departure.text))
    where = "" if departure.step == CALL_AGAIN else day_words(departure.offset_days)
    name = step_name(departure.channel, departure.text, departure.step)
    return Row(departure, name, ICONS.get(departure.channel, "mail"), where, tone)


def _any_text(name: str) -> str:
    return plan_texts()[name].text_ids[0]
