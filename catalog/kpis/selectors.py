"""Reads of KPIs: values with what is usual around them, and what an incident did to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from catalog.kpis.band import WEEKS, Bands, Estimate, Value, estimate_impact, slot_of, usual_bands
from catalog.kpis.checks import zone_of
from catalog.kpis.models import Kpi
from catalog.models import System
from core import clock
from core.errors import NotFound

EDGE = timedelta(hours=1)
LATE_AFTER = 3
"""Steps without a value after which a feed is late."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that a KPI is looked at for."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A KPI in a window: its values, those of the same stretch in former weeks, and what is usual
    at each hour of the week."""

    kpi: Kpi
    window: Window
    values: tuple[Value, ...]
    before: tuple[Value, ...]
    bands: Bands

    @property
    def every(self) -> timedelta:
        return timedelta(seconds=self.kpi.every_seconds)

    @property
    def latest(self) -> Value | None:
        return self.values[-1] if self.values else None

    @property
    def is_late(self) -> bool:
        """Nothing came for several steps, at the end of a window that ends now."""
        last = self.values[-1][0] if self.values else self.window.start
        return clock.now() - last > (LATE_AFTER + 1) * self.every

    def usual_at(self, start: datetime) -> tuple[float, float, float] | None:
        usual = self.bands.get(slot_of(start, zone_of(self.kpi), self.every))
        return (usual.low, usual.middle, usual.high) if usual else None

    def estimate(self, start: datetime, end: datetime) -> Estimate | None:
        """What happened between two times, which lie in the window."""
        return estimate_impact(
            self.values,
            self.bands,
            self.before,
            start=start,
            end=end,
            zone=zone_of(self.kpi),
            every=self.every,
            more_is_better=self.kpi.direction == Kpi.Direction.UP,
            adds_up=self.kpi.aggregate == Kpi.Aggregate.SUM,
        )


Systems = Collection[System] | QuerySet[Any, Any]


def visible_kpis(user: User, systems: Systems) -> list[Kpi]:
    """KPIs of these systems that are in use. One query."""
    return kpis_of(systems) if user.is_active else []


def kpis_of(systems: Systems) -> list[Kpi]:
    """The same for programs; everybody who may sign in sees the catalog."""
    found = Kpi.objects.filter(system__in=systems, retired=False).select_related("system")
    return list(found.defer("system__search"))


def kpi_for(user: User, system: System, slug: str) -> Kpi:
    for kpi in visible_kpis(user, [system]):
        if kpi.slug == slug:
            return kpi
    raise NotFound(f"There is no KPI “{slug[:63]}” of {system.name}.")


def seen_in(kpis: Sequence[Kpi], window: Window) -> list[Seen]:
    """What is known of KPIs in one window. One query, none without a KPI."""
    return seen_each([(kpi, window) for kpi in kpis])


def seen_each(asked: Sequence[tuple[Kpi, Window]]) -> list[Seen]:
    """Each KPI in its window, in one query. Of the weeks before only the same stretch is read: an
    incident of an hour costs eight other hours, however long the history is."""
    if not asked:
        return []
    spans = [
        (number, kpi.pk, start, end)
        for number, (kpi, window) in enumerate(asked)
        for start, end in _stretches(kpi, window)
    ]
    values: dict[int, list[Value]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.number, v.start, v.value
              FROM unnest(%s::int[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
                   AS asked (number, kpi, since, until)
              JOIN catalog_kpivalue v
                ON v.kpi_id = asked.kpi AND v.start > asked.since AND v.start < asked.until
             ORDER BY asked.number, v.start
            """,
            [list(column) for column in zip(*spans, strict=True)],
        )
        for number, start, value in cursor.fetchall():
            values[number].append((start, value))
    return [_seen(kpi, window, values[number]) for number, (kpi, window) in enumerate(asked)]


def _stretches(kpi: Kpi, window: Window) -> list[tuple[datetime, datetime]]:
    """The window and the same stretch of each week before, without overlaps, the oldest first.
    An hour more at both ends is for the days on which clocks change."""
    every = timedelta(seconds=kpi.every_seconds)
    found: list[tuple[datetime, datetime]] = []
    for weeks in range(WEEKS, -1, -1):
        shift = timedelta(weeks=weeks)
        start, end = window.start - every - EDGE - shift, window.end + EDGE - shift
        if not weeks:
            end = window.end
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _seen(kpi: Kpi, window: Window, values: Sequence[Value]) -> Seen:
    every = timedelta(seconds=kpi.every_seconds)
    before = [one for one in values if one[0] + every <= window.start]
    return Seen(
        kpi,
        window,
        tuple(one for one in values if one[0] + every > window.start),
        tuple(before),
        usual_bands(before, zone=zone_of(kpi), every=every),
    )
