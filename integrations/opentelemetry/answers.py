"""Which model answered: `gen_ai.response.model` of spans and log records, counted by what was
asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from alerts.answers import Answered
from alerts.reading import Notes
from integrations.opentelemetry.dialects import Dialects, dialects
from integrations.opentelemetry.facts import moment
from integrations.opentelemetry.records import Log, Point, Record, Span

REQUESTED = "gen_ai.request.model"
MOST = 100
"""Different answers of one export. A sender with more has put something else into the attribute."""


def answers_in(
    records: Iterable[Record], notes: Notes, *, received_at: datetime
) -> tuple[Answered, ...]:
    """Only what names the answering model outright: other names of the attribute, which the
    dialects also use for the one that was asked for, would tell of changes that are none. Calls
    that failed were answered by nobody."""
    known = dialects()
    found: dict[tuple[tuple[str, ...], str, str], tuple[datetime, int]] = {}
    for record in records:
        if isinstance(record, Point) or (isinstance(record, Span) and record.failed):
            continue
        key = _key(record, known)
        if key is None:
            continue
        if key not in found and len(found) >= MOST:
            notes.add(f"Only the first {MOST} different models that answered are looked at.")
            break
        at, count = found.get(key, (None, 0))
        time = record.end if isinstance(record, Span) else record.time
        here = moment(time) if time else received_at
        found[key] = (here if at is None else max(at, here), count + 1)
    return tuple(
        Answered(about, requested, served, at, count)
        for (about, requested, served), (at, count) in found.items()
    )


def _key(record: Span | Log, known: Dialects) -> tuple[tuple[str, ...], str, str] | None:
    """(about, requested, served)"""
    served = _text(record.attributes, known.served)
    if not served:
        return None
    own = known.normal(record.attributes)
    about = known.systems(own, record.origin.attributes)
    return about, own.get(REQUESTED, "").strip(), served


def _text(attributes: Mapping[str, str], names: Iterable[str]) -> str:
    return next((attributes[name].strip() for name in names if name in attributes), "")
