"""Whom to write to today, all of them; and whom not, with why."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quittance.domain.access import Right
from quittance.flows.morning import mornings
from quittance.interfaces.web.reminders.words import rest_icon, rest_short, rest_words, step_words
from quittance.interfaces.web.walls import SeatedRequest, seated

ROWS = 50


@seated(Right.READ)
def ready(request: SeatedRequest) -> HttpResponse:
    """The reminders of the day, to tick and to read together."""
    [morning] = mornings([request.seat], request.today)
    owed = (*morning.agenda.messages, *morning.agenda.calls)
    page = Paginator(owed, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": "today",
        "rows": [(one, step_words(one.step, one.channel, one.text)) for one in page],
        "paged": page,
        "messages_count": len(morning.agenda.messages),
        "calls_count": len(morning.agenda.calls),
        "cents": sum(one.amount_cents for one in morning.agenda.messages),
    }
    return render(cast("HttpRequest", request), "reminders/ready.html", context)


@seated(Right.READ)
def left_alone(request: SeatedRequest) -> HttpResponse:
    """Who is left alone today, why, and what ends it."""
    [morning] = mornings([request.seat], request.today)
    counts = morning.left_counts
    why = request.GET.get("why", "")
    left = [one for one in morning.agenda.left if one.code != "nothing_owed" and why in ("", one.code)]
    page = Paginator(left, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": "today",
        "rows": [
            (one, rest_icon(one.code), rest_short(one.code), *rest_words(one.code, one.facts)) for one in page
        ],
        "paged": page,
        "why": why,
        "reasons": [(code, rest_short(code), count) for code, count in counts.items()],
        "count": sum(counts.values()),
    }
    return render(cast("HttpRequest", request), "reminders/left.html", context)
