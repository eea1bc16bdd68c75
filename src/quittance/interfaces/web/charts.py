"""Charts, drawn here as SVG: each in two widths, so that its words keep their size on a phone; colours are in
chart.css. A drawing is called by its title and told in a sentence; the page puts the table behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDE, FULL, NARROW = 470, 940, 340
_SMALLEST_BAR = 3.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its words, its value in cents (or any unit), how the value is written, and its look."""

    label: str
    value: int
    said: str
    look: str = "fill-accent"


def _both(
    name: str, title: str, told: str, draw: Callable[[int], tuple[int, SafeString]], wide: int = WIDE
) -> SafeString:
    """Draw twice, for a desk and for a phone."""
    drawings = []
    for kind, width in (("wide", wide), ("narrow", NARROW)):
        height, inside = draw(width)
        drawings.append(
            format_html(
                '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-{}-t {}-{}-d">'
                '<title id="{}-{}-t">{}</title><desc id="{}-{}-d">{}</desc>{}</svg>',
                kind,
                width,
                height,
                name,
                kind,
                name,
                kind,
                name,
                kind,
                title,
                name,
                kind,
                told,
                inside,
            )
        )
    return mark_safe("".join(drawings))  # noqa: S308 - each part was escaped above


def _text(x: float, y: float, words: str, look: str = "") -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', look, f"{x:.1f}", f"{y:.1f}", words)


def _rect(x: float, y: float, width: float, height: float, look: str) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>',
        look, f"{x:.1f}", f"{y:.1f}", f"{max(width, 0):.1f}", f"{max(height, 0):.1f}",
    )  # fmt: skip


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        look, f"{x1:.1f}", f"{y1:.1f}", f"{x2:.1f}", f"{y2:.1f}",
    )  # fmt: skip


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _length(width: int, value: int, most: int) -> float:
    """A bar that is not nothing can be seen."""
    return max(width * value / most, _SMALLEST_BAR) if value else 0.0


def lying_bars(name: str, title: str, told: str, bars: Sequence[Bar]) -> SafeString:
    """Bars that lie under one another, each with its value written: the aged balance."""
    most = max((bar.value for bar in bars), default=0) or 1

    def draw(width: int) -> tuple[int, SafeString]:
        parts: list[SafeString] = []
        for rank, bar in enumerate(bars):
            if width == NARROW:
                y = rank * 44
                length = _length(width, bar.value, most)
                parts += [
                    _text(0, y + 13, bar.label),
                    _text(width, y + 13, bar.said, "strong end"),
                    _rect(0, y + 20, length, 12, bar.look),
                ]
            else:
                y = rank * 44
                length = _length(width - 232, bar.value, most)
                parts += [
                    _text(0, y + 17, bar.label),
                    _rect(120, y, length, 26, bar.look),
                    _text(130 + length, y + 17, bar.said, "strong"),
                ]
        return len(bars) * 44 - (10 if width == NARROW else 16), _joined(parts)

    return _both(name, title, told, draw)


def strip(name: str, title: str, told: str, bars: Sequence[Bar]) -> SafeString:
    """Pieces laid end to end: how one sum is used up by months. Words stand where there is room for them."""
    whole = sum(bar.value for bar in bars) or 1
    looks = ("fill-accent", "fill-accent second", "fill-accent third")

    def draw(width: int) -> tuple[int, SafeString]:
        parts: list[SafeString] = []
        x, free = 0.0, width - 3.0 * max(len(bars) - 1, 0)
        for rank, bar in enumerate(bars):
            length = free * bar.value / whole
            parts.append(_rect(x, 22, length, 28, looks[min(rank, 2)]))
            if length > 7.2 * len(bar.label):
                parts.append(_text(x, 14, bar.label, "strong"))
            if length > 7.2 * len(bar.said):
                parts.append(_text(x, 68, bar.said))
            x += length + 3
        return 74, _joined(parts)

    return _both(name, title, told, draw)


def standing_bars(name: str, title: str, told: str, bars: Sequence[Bar]) -> SafeString:
    """Bars side by side, one a month; on a phone every other month is named."""
    most = max((bar.value for bar in bars), default=0) or 1

    def draw(width: int) -> tuple[int, SafeString]:
        height, foot = (190, 166) if width != NARROW else (170, 146)
        slot = width / max(len(bars), 1)
        parts = [_line(0, foot, width, foot, "axis")]
        for rank, bar in enumerate(bars):
            tall = (foot - 26) * bar.value / most
            middle = slot * (rank + 0.5)
            last = rank == len(bars) - 1
            parts.append(_rect(middle - slot * 0.34, foot - tall, slot * 0.68, tall, bar.look))
            if width != NARROW or (len(bars) - 1 - rank) % 2 == 0:
                parts.append(_text(middle, foot + 18, bar.label, "mid"))
            if bar.value and (width != NARROW or last):
                parts.append(_text(middle, foot - tall - 6, bar.said, "mid strong" if last else "mid"))
        return height, _joined(parts)

    return _both(name, title, told, draw)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve with its bands, in cents."""

    label: str
    likely: int
    band_50: tuple[int, int]
    band_80: tuple[int, int]


def curve(
    name: str, title: str, told: str, points: Sequence[Point], now: str, say: Callable[[int], str]
) -> SafeString:
    """A curve that grows from today, inside its bands. `say` writes a value of the scale."""
    step = _round_step(max(point.band_80[1] for point in points))
    top = step * -(-max(point.band_80[1] for point in points) // step) or step

    def draw(width: int) -> tuple[int, SafeString]:
        height, foot, left, right = (
            (290, 260, 54, width - 70) if width != NARROW else (250, 220, 48, width - 14)
        )

        def x(rank: int) -> float:
            return left + (right - left) * rank / max(len(points) - 1, 1)

        def y(value: int) -> float:
            return foot - (foot - 16) * value / top

        parts = []
        for value in range(0, top + 1, step):
            parts += [
                _line(left, y(value), right, y(value), "grid"),
                _text(left - 8, y(value) + 4, say(value), "end"),
            ]
        for look, band in (
            ("band-80", [point.band_80 for point in points]),
            ("band-50", [point.band_50 for point in points]),
        ):
            upper = [(x(rank), y(high)) for rank, (_, high) in enumerate(band)]
            lower = [(x(rank), y(low)) for rank, (low, _) in enumerate(band)]
            parts.append(
                format_html('<polygon class="{}" points="{}"/>', look, _points([*upper, *reversed(lower)]))
            )
        middle = [(x(rank), y(point.likely)) for rank, point in enumerate(points)]
        parts.append(format_html('<polyline class="line" points="{}"/>', _points(middle)))
        parts += [_line(left, 16, left, foot, "now"), _text(left + 6, 24, now, "strong")]
        end_x, end_y = middle[-1]
        parts.append(
            format_html('<circle class="dot" cx="{}" cy="{}" r="4"/>', f"{end_x:.1f}", f"{end_y:.1f}")
        )
        if width != NARROW:
            parts.append(_text(end_x + 9, end_y + 4, say(points[-1].likely), "strong"))
        parts.append(_line(left, foot, right, foot, "axis"))
        every = 1 if width != NARROW else 4
        parts += [
            _text(x(rank), foot + 20, point.label, "mid")
            for rank, point in enumerate(points)
            if rank % every == 0
        ]
        return height, _joined(parts)

    return _both(name, title, told, draw, FULL)


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def _round_step(most: int) -> int:
    """A step of the scale that is easy to read, about five of them to the top."""
    rough, power = max(most // 5, 1), 1
    while power * 10 <= rough:
        power *= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


@dataclass(frozen=True, slots=True)
class Seen:
    """A share seen, in thousandths, and the band in which the true one may well lie."""

    label: str
    permille: int
    band: tuple[int, int]


def dots(name: str, title: str, told: str, shares: Sequence[Seen]) -> SafeString:
    """Shares as points on one scale from 0 to 100 %, each in its band."""

    def draw(width: int) -> tuple[int, SafeString]:
        left, right = (165.0, width - 10.0) if width != NARROW else (0.0, width - 10.0)
        row = 40 if width != NARROW else 54
        height = 26 + row * len(shares)

        def x(permille: int) -> float:
            return left + (right - left) * permille / 1000

        parts = []
        for percent in (0, 25, 50, 75, 100):
            look = "" if percent == 0 else "end" if percent == 100 else "mid"
            parts += [
                _line(x(percent * 10), 20, x(percent * 10), height - 6, "grid"),
                _text(x(percent * 10), 12, f"{percent}\u00a0%", look),
            ]
        for rank, share in enumerate(shares):
            y = 44 + row * rank + (14 if width == NARROW else 0)
            parts.append(_text(0, y - (20 if width == NARROW else -4), share.label))
            parts.append(_rect(x(share.band[0]), y - 6, x(share.band[1]) - x(share.band[0]), 12, "band-50"))
            parts.append(
                format_html(
                    '<circle class="fill-accent" cx="{}" cy="{}" r="5.5"/>', f"{x(share.permille):.1f}", y
                )
            )
        return height, _joined(parts)

    return _both(name, title, told, draw, FULL)
