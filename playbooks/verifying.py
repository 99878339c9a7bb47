"""Whether it helped: what an objective counted since. No data is never a good answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from slos.counting import count
from slos.models import Series, Slo

CHECKED_BACK = timedelta(minutes=15)
"""A check asks what was measured in so long a time before it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`good` is None where nothing was measured."""

    good: bool | None
    said: str


def judge(slo: Slo | None, since: datetime, at: datetime, target: float | None = None) -> Verdict:
    """The share of good events in (since, at] against the target, by default the objective's."""
    if slo is None:
        return Verdict(None, "The objective is not there any more.")
    sliced = slo.series.method != Series.Method.OCCURRENCES
    good, total = count([slo.series_id], [since], at=at, sliced=sliced).of(slo.series_id, since)
    if not total:
        return Verdict(None, f"{slo.name} measured nothing since {since:%H:%M} UTC.")
    wanted, ratio = target or slo.target, good / total
    word = "at least" if ratio >= wanted else "less than"
    return Verdict(
        ratio >= wanted,
        f"{slo.name}: {ratio:.2%} of {total:,.0f} good since {since:%H:%M} UTC, {word} the "
        f"{wanted:.2%} wanted.",
    )


def slo_named(slug: str) -> Slo | None:
    return Slo.objects.select_related("series").filter(slug=slug).first()
