"""The objectives of a system as lanes of its timeline: the indicator, and where the budget was at
risk or spent. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from django.db.models import F
from django.urls import reverse

from accounts.models import User
from catalog.models import System
from catalog.panels import Curve, Lane, Stretch
from slos.models import BudgetDay, Slo
from slos.selectors.lists import slo_rows
from slos.selectors.page import sentence
from slos.selectors.past import steps

MOST = 6
POINTS = 120
_DAY = timedelta(days=1)


def slo_lanes(system: System, user: User, start: datetime, end: datetime) -> Sequence[Lane]:
    """The six with the least budget left; two queries and one for each of them."""
    found = list(slo_rows(user).filter(system=system)[:MOST])
    days: dict[int, list[tuple[date, float]]] = defaultdict(list)
    rows = BudgetDay.objects.filter(
        slo__in=found, day__gte=start.date(), fraction_left__lt=F("slo__at_risk_below")
    ).order_by("day")
    for pk, day, left in rows.values_list("slo_id", "day", "fraction_left") if found else ():
        days[pk].append((day, left or 0.0))
    return [_lane(slo, days[slo.pk], start, end) for slo in found]


def _lane(slo: Slo, days: Sequence[tuple[date, float]], start: datetime, end: datetime) -> Lane:
    measured = list(_shares(slo, start, end))
    target = [(start, slo.target), (end, slo.target)] if measured else []
    curves = [Curve("Good", measured), Curve("Target", target, dashed=True)]
    return Lane(
        slo.name,
        reverse("slos:detail", args=[slo.slug]),
        list(_stretches(slo, days, start, end)),
        curves=curves if measured else (),
        unit="%",
        note=sentence(slo, getattr(slo, "budget", None)),
    )


def _shares(slo: Slo, start: datetime, end: datetime) -> list[tuple[datetime, float | None]]:
    """The share of good ones in about `POINTS` stretches; one without events is a gap."""
    wide = (end - start) / POINTS
    counts: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for step in steps(slo, start=start, end=end):
        place = counts[min(POINTS - 1, int((step.end - start) / wide))]
        place[0] += step.good
        place[1] += step.total
    if not counts:
        return []
    points: list[tuple[datetime, float | None]] = []
    for number in range(POINTS):
        good, total = counts.get(number, (0.0, 0.0))
        points.append((start + wide * (number + 0.5), good / total if total else None))
    return points


def _stretches(
    slo: Slo, days: Sequence[tuple[date, float]], start: datetime, end: datetime
) -> Iterator[Stretch]:
    """Days in a row of one state are one stretch."""
    url = reverse("slos:detail", args=[slo.slug])
    for (spent, _), group in groupby(
        enumerate(days), key=lambda one: (one[1][1] <= 0, one[1][0].toordinal() - one[0])
    ):
        among = [day for _, (day, _) in group]
        yield Stretch(
            max(datetime.combine(among[0], time(), UTC), start),
            min(datetime.combine(among[-1], time(), UTC) + _DAY, end),
            f"{slo.name}: {'budget spent' if spent else 'budget at risk'}",
            url,
            "danger" if spent else "warn",
        )
