"""An indicator, an objective and measurements, for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from catalog.models import System
from core import clock
from slos import services
from slos.definition import Definition, NoData, standard_definition
from slos.evaluation import evaluate
from slos.models import Sli, Slo, SloState
from slos.points import Point
from slos.recording import Recorded, record_points
from slos.rollups import refresh_stale
from tests.cast import TESTER

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def make_sli(slug: str = "grounded-answers", **more: Any) -> Sli:
    wanted = {"slug": slug, "name": slug.replace("-", " ").capitalize(), "actor": TESTER}
    return services.save_sli(**{**wanted, **more})


def make_slo(system: System, slug: str = "grounded", **more: Any) -> Slo:
    """98 % over 28 days with the standard rules, on an indicator of its own unless given."""
    wanted: dict[str, Any] = {
        "slug": slug,
        "name": slug.replace("-", " ").capitalize(),
        "system": system,
        "definition": standard_definition(0.98),
        "actor": TESTER,
    }
    if "sli" not in more:
        wanted["sli"] = make_sli(f"{slug}-sli", system=system)
    return services.save_slo(**{**wanted, **more})


def quiet(target: float = 0.98, **more: Any) -> Definition:
    """A definition without rules, alerts and obligations."""
    return Definition(target=target, **{"no_data": NoData(severity=""), **more})


def point(
    ago: timedelta, good: float, total: float, *, span: timedelta = MINUTE, **more: Any
) -> Point:
    """A measurement that ended `ago` before the present minute."""
    end = now_minute() - ago
    return Point(end - span, end, good, total, **more)


def now_minute() -> datetime:
    return clock.now().replace(second=0, microsecond=0)


def measure(slo: Slo, *points: Point) -> Recorded:
    return record_points(sli=slo.sli, points=points)


def flow(slo: Slo, minutes: Iterable[int], *, good: float, total: float) -> Recorded:
    """One measurement for each of these minutes ago."""
    return measure(slo, *(point(n * MINUTE, good, total) for n in minutes))


def judged(slo: Slo) -> SloState:
    """The objective after rolling up and evaluating everything."""
    refresh_stale()
    evaluate()
    return SloState.objects.get(slo=slo)
