"""When an indicator began to be worse than promised, with bounds. Pure; no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slos.binomial import at_least
from slos.simulate.replay import STEP, Bucket

RARE = 0.01
"""A step counts as bad when so many bad events would be rarer than this at the promised rate."""
BRIDGED = timedelta(minutes=30)
"""Good steps of up to this length in between do not end it: a few events say little."""


@dataclass(frozen=True, slots=True)
class Onset:
    earliest: datetime
    likeliest: datetime
    latest: datetime


def onset_of(buckets: Sequence[Bucket], *, target: float, detected: datetime) -> Onset | None:
    """The beginning of the last bad stretch that reaches the detection (or comes within
    `BRIDGED` of it). `earliest` is the end of the last step that was good, `latest` the end of the
    first that was bad. None where nothing was bad, or all that was measured is."""
    bad = [bucket for bucket in buckets if bucket.end <= detected and _is_bad(bucket, target)]
    if not bad or detected - bad[-1].end > BRIDGED:
        return None
    first = bad[-1]
    for bucket in reversed(bad[:-1]):
        if first.end - STEP - bucket.end > BRIDGED:
            break
        first = bucket
    began = first.end - STEP
    good = [bucket.end for bucket in buckets if bucket.end <= began and not _is_bad(bucket, target)]
    if not good:
        return None
    return Onset(earliest=good[-1], likeliest=began, latest=first.end)


def _is_bad(bucket: Bucket, target: float) -> bool:
    wrong = bucket.total - bucket.good
    if wrong <= 0 or wrong / bucket.total <= 1 - target:
        return False
    return at_least(wrong, bucket.total, 1 - target) < RARE
