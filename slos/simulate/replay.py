"""What rules would have done on recorded counts: the same `judge` at every step of the past."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from slos.burn import BurnRule, Derived, WindowCount, derive, judge
from slos.guards import Sampling

STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was counted in the step that ends at `end`."""

    end: datetime
    good: float
    total: float


@dataclass(slots=True)
class Episode:
    """A stretch in which one rule fired; `end` is None while it still does."""

    rule: BurnRule
    start: datetime
    end: datetime | None
    peak_burn: float
    reason: str


@dataclass(slots=True)
class RuleReplay:
    """One rule over the past. `held_back` counts the times a guard began to keep it quiet."""

    rule: BurnRule
    derived: Derived
    episodes: list[Episode] = field(default_factory=list)
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class Replay:
    start: datetime
    end: datetime
    rules: Sequence[RuleReplay]
    since: datetime | None
    """Where what was measured begins; None when nothing was, which is not calm."""

    @property
    def episodes(self) -> list[Episode]:
        """Of all rules, the earliest first."""
        found = [episode for each in self.rules for episode in each.episodes]
        return sorted(found, key=lambda episode: episode.start)

    @property
    def pages(self) -> list[tuple[datetime, datetime]]:
        """When somebody would have been paged: overlapping rules fold into one incident."""
        spans: list[tuple[datetime, datetime]] = []
        for episode in self.episodes:
            if not episode.rule.pages:
                continue
            end = episode.end or self.end
            if spans and episode.start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            else:
                spans.append((episode.start, end))
        return spans


def replay(
    rules: Sequence[BurnRule],
    *,
    target: float,
    window: timedelta,
    buckets: Sequence[Bucket],
    start: datetime,
    end: datetime,
    sampled: Sampling | None = None,
) -> Replay:
    """Looks at every step in (start, end]. `buckets` are in order of time; those before `start`
    fill the windows of the first looks."""
    past = _Past(buckets)
    looks = _looks(start, end)
    found = []
    for rule in rules:
        limit = derive(rule, target=target, window=window)
        one = RuleReplay(rule, limit)
        _play(one, past, looks, target=target, window=window, sampled=sampled)
        found.append(one)
    counted = (bucket.end for bucket in buckets if bucket.total and bucket.end > start)
    return Replay(start, end, found, since=next(counted, None))


def _play(
    one: RuleReplay,
    past: _Past,
    looks: Sequence[datetime],
    *,
    target: float,
    window: timedelta,
    sampled: Sampling | None,
) -> None:
    open_episode: Episode | None = None
    was_held = False
    for at in looks:
        long = past.count(at, one.rule.long_window)
        # Most looks are calm: what cannot fire and does not fire needs no verdict.
        if open_episode is None and long.bad <= 0:
            was_held = False
            continue
        verdict = judge(
            one.rule,
            target=target,
            window=window,
            long=long,
            short=past.count(at, one.rule.short_window),
            sampled=sampled,
            was_firing=open_episode is not None,
        )
        held = verdict.held_back_by in ("sample", "confidence")
        one.held_back += held and not was_held
        was_held = held
        if open_episode is None and verdict.firing:
            open_episode = Episode(one.rule, at, None, verdict.burn_long, verdict.reason)
            one.episodes.append(open_episode)
        elif open_episode is not None:
            open_episode.peak_burn = max(open_episode.peak_burn, verdict.burn_long)
            if verdict.resolved:
                open_episode.end, open_episode = at, None


class _Past:
    """Running totals, so that any window costs two look-ups."""

    def __init__(self, buckets: Sequence[Bucket]) -> None:
        self._ends = [bucket.end for bucket in buckets]
        self._good = [0.0, *accumulate(bucket.good for bucket in buckets)]
        self._total = [0.0, *accumulate(bucket.total for bucket in buckets)]

    def count(self, at: datetime, length: timedelta) -> WindowCount:
        """What ended in (at - length, at]."""
        first, last = bisect_right(self._ends, at - length), bisect_right(self._ends, at)
        total = self._total[last] - self._total[first]
        # Differences of long sums leave dust behind; a window has no negative counts.
        good = min(total, max(0.0, self._good[last] - self._good[first]))
        return WindowCount(good, max(0.0, total), length)


def _looks(start: datetime, end: datetime) -> list[datetime]:
    count = int((end - start) / STEP)
    return [end - STEP * (count - number) for number in range(1, count + 1)]
