"""Tableau de bord: who owes since when, how fast one is paid, what should come in, what reminders bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language, gettext, ngettext

from quittance.domain.access import Right
from quittance.domain.dso import french_days
from quittance.domain.forecast import Expected
from quittance.domain.texts import typography
from quittance.flows.insights import Effect, Insights
from quittance.flows.insights import insights as compute
from quittance.interfaces.web import charts
from quittance.interfaces.web.templatetags.quittance import amount, short_day
from quittance.interfaces.web.walls import SeatedRequest, seated
from quittance.journal.queries import position
from quittance.payments.coverage import bank_read_on

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from quittance.company.models import Company

KEPT_SECONDS = 12 * 3600
FEWEST_CASES = 30  # below this, a share tells little


@seated(Right.INSIGHTS)
def insights(request: SeatedRequest) -> HttpResponse:
    """The dashboard of one company; computed again as soon as anything was written in it, or on a new day."""
    company = request.seat.company
    figures = _of(company, request.today)
    return render(
        request,
        "insights/dashboard.html",
        {
            "page": "insights",
            "today": request.today,
            "read_on": bank_read_on(company.pk),
            "figures": figures,
            "dso_words": french_days(figures.count_back.tenths_of_days)
            if figures.count_back.tenths_of_days is not None
            else "",
            "month": _in_30_days(figures),
            "ages": _ages(figures),
            "aged": _aged_chart(figures),
            "trend": _trend_chart(figures),
            "receding": _is_receding(figures),
            "curve": _curve(figures),
            "effects": [_Effect.of(one) for one in figures.effects],
            "effect": _effect_chart(figures),
        },
    )


def _of(company: Company, today: date) -> Insights:
    key = f"insights:{company.pk}:{today}:{position(company.pk)}"
    found: Insights | None = cache.get(key)
    if found is None:
        found = compute(company=company, today=today)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _in_30_days(figures: Insights) -> Expected | None:
    """What is expected after four weeks: the nearest week to a month."""
    return figures.expected[3] if len(figures.expected) > 3 else None


def _ages(figures: Insights) -> list[tuple[str, int, str]]:
    total = figures.balance.total
    return [
        (gettext("À échoir"), total.not_due_cents, "age-0"),
        (gettext("1 à 30 jours"), total.late_1_30_cents, "age-1"),
        (gettext("31 à 60 jours"), total.late_31_60_cents, "age-2"),
        (gettext("61 à 90 jours"), total.late_61_90_cents, "age-3"),
        (gettext("Plus de 90 jours"), total.late_over_90_cents, "age-4"),
    ]


def _aged_chart(figures: Insights) -> SafeString:
    bars = [charts.Bar(label, cents, amount(cents), look) for label, cents, look in _ages(figures)]
    told = " ; ".join(f"{bar.label} {bar.said}" for bar in bars)
    return charts.lying_bars("aged", gettext("Balance âgée"), told, bars)


def _thousands(cents: int) -> str:
    """A sum where room is scarce: `27,4` thousands of euros."""
    tenths = (cents + 5_000) // 10_000
    english = (get_language() or "").startswith("en")
    whole = typography.number(tenths // 10, "en" if english else "fr")
    return f"{whole}{'.' if english else ','}{tenths % 10}"


def _scale(cents: int) -> str:
    """A value of the scale: `12,5 k€`, `900 €`."""
    if cents >= 1_000_00:
        words = _thousands(cents).removesuffix(",0").removesuffix(".0")
        return f"{words}\u00a0k€"
    return f"{cents // 100}\u00a0€"


def _trend_chart(figures: Insights) -> SafeString:
    last = len(figures.trend) - 1
    bars = [
        charts.Bar(_month(on), cents, _thousands(cents), "fill-accent" if rank == last else "fill-soft")
        for rank, (on, cents) in enumerate(figures.trend)
    ]
    told = " ; ".join(f"{short_day(on)} {amount(cents)}" for on, cents in figures.trend)
    return charts.standing_bars("trend", gettext("En retard par mois"), told, bars)


def _month(on: date) -> str:
    return short_day(on).split("\u00a0")[1]


def _is_receding(figures: Insights) -> int:
    """-1 where the overdue sum is smaller than a month ago, 1 where it is larger."""
    now, before = figures.trend[-1][1], figures.trend[-2][1]
    return (now > before) - (now < before)


def _curve(figures: Insights) -> SafeString | None:
    if not figures.expected:
        return None
    start = figures.trend[-1][0]
    points = [charts.Point(_day_and_month(start), 0, (0, 0), (0, 0))]
    points += [
        charts.Point(
            _day_and_month(one.by_on),
            one.likely_cents,
            (one.low_50_cents, one.high_50_cents),
            (one.low_80_cents, one.high_80_cents),
        )
        for one in figures.expected
    ]
    last = figures.expected[-1]
    told = gettext("%(likely)s le %(day)s ; quatre fois sur cinq entre %(low)s et %(high)s.") % {
        "likely": amount(last.likely_cents),
        "day": short_day(last.by_on),
        "low": amount(last.low_80_cents),
        "high": amount(last.high_80_cents),
    }
    title = gettext("Encaissements attendus, cumulés sur huit semaines")
    return charts.curve("expected", title, told, points, gettext("Aujourd'hui"), _scale)


def _day_and_month(on: date) -> str:
    return " ".join(short_day(on).split("\u00a0")[:2])


@dataclass(frozen=True, slots=True)
class _Effect:
    """A step, as the page tells it."""

    label: str
    cases: int
    percent: int
    low: int
    high: int
    received_cents: int
    is_thin: bool

    @classmethod
    def of(cls, effect: Effect) -> _Effect:
        """Round the shares to whole percents."""
        share = effect.share
        low, high = share.band_permille
        return cls(
            effect.step,
            share.cases,
            round(share.permille / 10),
            round(low / 10),
            round(high / 10),
            effect.received_cents,
            share.cases < FEWEST_CASES,
        )


def _effect_chart(figures: Insights) -> SafeString | None:
    if not figures.effects:
        return None
    seen = [
        charts.Seen(
            ngettext("%(step)s, %(count)s fois", "%(step)s, %(count)s fois", one.share.cases)
            % {"step": one.step, "count": one.share.cases},
            one.share.permille,
            one.share.band_permille,
        )
        for one in figures.effects
    ]
    told = " ; ".join(f"{one.label} {one.permille // 10}\u00a0%" for one in seen)
    return charts.dots("effect", gettext("Payé dans les dix jours après une relance"), told, seen)


urlpatterns = [path("", insights, name="insights")]
