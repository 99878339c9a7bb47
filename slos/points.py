"""Measurements as they arrive: shape, limits, and what is wrong with each. Pure: no database."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FUTURE = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours."""
LONGEST = timedelta(days=31)
MOST_EVENTS = 1e15
"""Above this a float no longer holds whole numbers exactly."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement of one SLI over [start, end): `good` of `total` unit events.

    `evaluator` is name@version of the judge ("" when nothing was judged), `sample_rate` the share
    of all events that was looked at, `cohort` a version or group to compare ("" = all events).
    The same (start, end, evaluator, cohort) again replaces: late truth corrects.
    """

    start: datetime
    end: datetime
    good: float
    total: float
    evaluator: str = ""
    sample_rate: float = 1.0
    cohort: str = ""


@dataclass(frozen=True, order=True, slots=True)
class PointError:
    """Why the item at `index` was refused."""

    index: int
    field: str
    message: str


class _Refused(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def check_points(
    rows: Sequence[Mapping[str, object]], *, now: datetime
) -> tuple[list[tuple[int, Point]], list[PointError]]:
    """The good points with their index in `rows`, and one error for each of the others.

    Neighbours of a bad item are kept. An item that is there twice (same bounds, evaluator and
    cohort) counts as its last form; one that overlaps an earlier item with other bounds is refused.
    """
    points: list[tuple[int, Point]] = []
    errors: list[PointError] = []
    for index, row in enumerate(rows):
        try:
            points.append((index, _point(row, now=now)))
        except _Refused as refused:
            errors.append(PointError(index, refused.field, refused.message))
    kept, overlapping = _without_overlaps(points)
    return kept, sorted([*errors, *overlapping])


def _point(row: object, *, now: datetime) -> Point:
    if not isinstance(row, Mapping):
        raise _Refused("", "A measurement is an object with start, end, good and total.")
    start, end = _moment(row, "start"), _moment(row, "end")
    if end <= start:
        raise _Refused("end", "The end must lie after the start.")
    if end - start > LONGEST:
        raise _Refused("end", "A measurement may span at most 31 days.")
    if end > now + FUTURE:
        raise _Refused("end", "The measurement ends in the future.")
    good, total = _count(row, "good"), _count(row, "total")
    if good > total:
        raise _Refused("good", f"There are more good events ({good:g}) than events ({total:g}).")
    rate = _number(row, "sample_rate", default=1.0)
    if not 0 < rate <= 1:
        raise _Refused("sample_rate", "The sample rate must be above 0 and at most 1.")
    return Point(start, end, good, total, _name(row, "evaluator"), rate, _name(row, "cohort"))


def _moment(row: Mapping[str, object], field: str) -> datetime:
    value = row.get(field)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise _Refused(field, "Give an ISO 8601 time with zone.") from None
    if not isinstance(value, datetime):
        raise _Refused(field, "Give an ISO 8601 time with zone.")
    if value.tzinfo is None:
        raise _Refused(field, "The time has no zone; add Z or an offset.")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise _Refused(field, "The time is out of range.") from None


def _number(row: Mapping[str, object], field: str, *, default: float | None = None) -> float:
    value = row.get(field)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused(field, "Give a number.")
    try:
        number = float(value)
    except OverflowError:
        raise _Refused(field, "The number is too large.") from None
    if not math.isfinite(number):
        raise _Refused(field, "The number must be finite.")
    return number


def _count(row: Mapping[str, object], field: str) -> float:
    number = _number(row, field)
    if number < 0:
        raise _Refused(field, "The number of events may not be negative.")
    if number > MOST_EVENTS:
        raise _Refused(field, "The number is too large.")
    return number


def _name(row: Mapping[str, object], field: str) -> str:
    value = row.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Refused(field, "Give a text.")
    if len(value) > LONGEST_NAME:
        raise _Refused(field, f"At most {LONGEST_NAME} characters.")
    if not value.isprintable():
        raise _Refused(field, "Only printable characters.")
    return value.strip()


def _without_overlaps(
    points: list[tuple[int, Point]],
) -> tuple[list[tuple[int, Point]], list[PointError]]:
    """Sorts each evaluator's and cohort's points by time; of two that overlap, the later item
    in the list is refused."""
    last: dict[tuple[str, str, datetime, datetime], tuple[int, Point]] = {}
    for index, point in points:
        last[point.evaluator, point.cohort, point.start, point.end] = (index, point)
    lanes: dict[tuple[str, str], list[tuple[int, Point]]] = {}
    for index, point in last.values():
        lanes.setdefault((point.evaluator, point.cohort), []).append((index, point))
    kept: list[tuple[int, Point]] = []
    errors: list[PointError] = []
    for lane in lanes.values():
        lane.sort(key=lambda item: (item[1].start, item[1].end))
        held: list[tuple[int, Point]] = []
        for index, point in lane:
            refuse = -1
            while held and point.start < held[-1][1].end:
                if held[-1][0] < index:
                    refuse = held[-1][0]
                    break
                other, _ = held.pop()
                errors.append(_overlap(other, index))
            if refuse >= 0:
                errors.append(_overlap(index, refuse))
            else:
                held.append((index, point))
        kept += held
    return sorted(kept, key=lambda item: item[0]), errors


def _overlap(index: int, other: int) -> PointError:
    return PointError(index, "start", f"It overlaps measurement {other} with other bounds.")
