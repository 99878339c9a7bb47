"""A system over time: changes, incidents, objectives and business figures on one axis. Reads and
draws; lanes of higher rooms come through `catalog.panels`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from catalog.kpis.models import Kpi
from catalog.kpis.selectors import Seen, Window, seen_in, visible_kpis
from catalog.kpis.words import number
from catalog.models import System
from catalog.panels import Curve, Lane, Moment, Stretch, timeline_lanes
from catalog.selectors import visible_changes
from core import clock
from core.charts import Band, Line, Scale, Tick, line_chart, nice_ticks, strip

DAYS = (1, 7, 28)
MOST_CHANGES = 500
LISTED = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A lane as it is drawn."""

    lane: Lane
    svg: SafeString
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the list that says the same as the drawing."""

    at: datetime
    what: str
    label: str
    url: str = ""
    detail: str = ""
    until: datetime | None = None
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    start: datetime
    end: datetime
    rows: tuple[Row, ...]
    happened: tuple[Happened, ...]
    has_kpis: bool


def timeline(user: User, system: System, *, days: int) -> Timeline:
    """The last days. A query for changes, two for KPIs, and what the higher rooms' lanes cost."""
    end = clock.now()
    start = end - timedelta(days=days)
    kpis = seen_in(visible_kpis(user, [system]), Window(start, end))
    found = [
        _changes(user, system, start, end),
        *(lane for of_room in timeline_lanes for lane in of_room(system, user, start, end)),
        *(_kpi(seen) for seen in kpis),
    ]
    behind = [one for lane in found if lane.backdrop for one in lane.stretches]
    x = _time_scale(start, end)
    rows = tuple(_row(lane, behind, x, end) for lane in found)
    return Timeline(start, end, rows, tuple(_told(found)), bool(kpis))


def _changes(user: User, system: System, start: datetime, end: datetime) -> Lane:
    rows = visible_changes(user).filter(system=system, occurred_at__gte=start, occurred_at__lte=end)
    moments = [
        Moment(
            change.occurred_at,
            f"{change.get_kind_display()}: {change.summary}",
            change.url,
            " → ".join(filter(None, (change.previous_version, change.version))),
        )
        for change in rows[:MOST_CHANGES]
    ]
    url = reverse("catalog:change-list", args=[system.slug])
    note = f"{len(moments)}" if moments else "None in this time"
    return Lane("Changes", url, moments=moments, note=note)


def _kpi(seen: Seen) -> Lane:
    kpi = seen.kpi
    edges: dict[str, list[tuple[datetime, float | None]]] = {"low": [], "high": []}
    for start, _ in seen.values:
        usual = seen.usual_at(start)
        edges["low"].append((start, usual[0] if usual else None))
        edges["high"].append((start, usual[2] if usual else None))
    curves = [Curve(kpi.name, list(_gapped(seen)))]
    if seen.bands:
        curves += [Curve("Usual at this hour of the week", points, True)
                   for points in edges.values()]  # fmt: skip
    url = reverse("catalog:kpi-edit", args=[kpi.system.slug, kpi.slug])
    return Lane(kpi.name, url, curves=curves, unit=kpi.unit, note=_standing(seen))


def _gapped(seen: Seen) -> Iterator[tuple[datetime, float | None]]:
    """A step that nothing was told of is a gap and no straight line."""
    last: datetime | None = None
    for start, value in seen.values:
        if last is not None and start - last > seen.every * 1.5:
            yield last + seen.every, None
        yield start, value
        last = start


def _standing(seen: Seen) -> str:
    kpi = seen.kpi
    if seen.latest is None:
        return f"No data in this time. It comes from {kpi.feed}." if kpi.feed else "No data"
    start, value = seen.latest
    told = f"{number(value)} {kpi.unit}".strip()
    if seen.is_late:
        return f"No data since {timezone.localtime(start):%-d %b %H:%M}; {told} then"
    usual = seen.usual_at(start)
    if usual is None:
        return f"{told}; too little history to say what is usual"
    low, _, high = usual
    if low <= value <= high:
        return f"{told}, as usual"
    is_better = (value > high) == (kpi.direction == Kpi.Direction.UP)
    side, word = "above" if value > high else "below", "better" if is_better else "worse"
    return f"{told}, {side} what is usual ({number(low)} to {number(high)}): {word}"


def _row(lane: Lane, behind: Sequence[Stretch], x: Scale, now: datetime) -> Row:
    bands = [_band(one, now) for one in lane.stretches]
    if not lane.curves:
        marks = [Tick(one.at.timestamp(), one.label) for one in lane.moments]
        return Row(lane, strip(bands, marks=marks, x=x, title=f"{lane.title}: {lane.note}"))
    if not lane.backdrop:
        bands += [_band(one, now) for one in behind]
    values = [y for curve in lane.curves for _, y in curve.points if y is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low == high:
        low, high = min(low, 0.0), max(high, low + 1.0)
    ticks = [Tick(tick, _shown(tick, lane.unit)) for tick in nice_ticks(low, high, most=4)]
    svg = line_chart(
        [_line(curve) for curve in lane.curves],
        x=x,
        y=Scale(low, high, ticks),
        title=f"{lane.title}: {lane.note}",
        bands=bands,
    )
    dashed = dict.fromkeys(curve.label for curve in lane.curves if curve.dashed)
    key = [f"Dotted: {label.lower()}" for label in dashed]
    if behind and not lane.backdrop:
        key.append("Shaded: an incident")
    return Row(lane, svg, tuple(key))


def _line(curve: Curve) -> Line:
    points = [(at.timestamp(), value) for at, value in curve.points]
    return Line(curve.label, points, tone="muted" if curve.dashed else "accent",
                dashed=curve.dashed)  # fmt: skip


def _band(one: Stretch, now: datetime) -> Band:
    return Band(one.start.timestamp(), (one.end or now).timestamp(), one.label, one.tone)


def _shown(value: float, unit: str) -> str:
    if unit == "%":
        return f"{100 * value:.5g}%"
    size = abs(value)
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= limit:
            factor = 1e3 if letter == "k" else limit
            return f"{value / factor:.4g}{letter}"
    return f"{value:.4g}"


def _told(found: Sequence[Lane]) -> list[Happened]:
    """What the strips show, as a list with links, the newest first."""
    lines = [
        Happened(one.at, lane.title, one.label, one.url, one.detail)
        for lane in found
        for one in lane.moments
    ]
    lines += [
        Happened(one.start, lane.title, one.label, one.url, until=one.end, lasts=one.end is None)
        for lane in found
        for one in lane.stretches
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:LISTED]


def _time_scale(start: datetime, end: datetime) -> Scale:
    """Midnights of the reader, or hours where it is a day; at most five."""
    day = timedelta(days=1)
    step = (
        timedelta(hours=6) if end - start <= day else day * max(1, round((end - start) / day / 7))
    )
    pattern = "%H:%M" if step < day else "%-d %b"
    at = timezone.localtime(start).replace(hour=0, minute=0, second=0, microsecond=0)
    ticks = []
    while at <= end:
        if at >= start:
            ticks.append(Tick(at.timestamp(), f"{timezone.localtime(at):{pattern}}"))
        at += step
    return Scale(start.timestamp(), end.timestamp(), ticks)
