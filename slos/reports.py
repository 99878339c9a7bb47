"""What evaluation reports leave out and their sender adds: the system, its version, the time.

A report is posted as it is, or wrapped: `{"system": …, "version": …, "start": …, "end": …,
"report": …}`. The headers `X-AIRE-System`, `X-AIRE-Version`, `X-AIRE-Start` and `X-AIRE-End` say
the same beside a bare report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.reading import Notes, one_line, read_time
from slos.intake import SLICE, minute_of
from slos.points import FUTURE, LONGEST

_INNER = ("report", "result", "results", "data", "csv")
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about. `span` is None when the times given make no sense: its findings may
    still alert, but nothing is measured."""

    body: object
    system: str = ""
    version: str = ""
    span: tuple[datetime, datetime] | None = None
    kind: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        return (self.system,) if self.system else ()


def read_subject(
    document: object, headers: Mapping[str, str], notes: Notes, *, received_at: datetime
) -> Subject:
    """The report, and what its sender says around it."""
    wrap = document if isinstance(document, dict) else {}
    inner = next((name for name in _INNER if name in wrap), None)
    said = wrap if inner else {}

    def word(name: str) -> str:
        return one_line(said.get(name) or headers.get(f"x-aire-{name}"), _MAX_NAME)

    def moment(name: str) -> datetime | None:
        given = said.get(name) or headers.get(f"x-aire-{name}")
        return read_time(given, notes, name=name, now=received_at)

    return Subject(
        body=wrap[inner] if inner else document,
        system=word("system"),
        version=word("version") or one_line(said.get("model_version"), _MAX_NAME),
        span=_span(moment("start"), moment("end") or moment("timestamp"), notes, received_at),
        kind=word("kind"),
    )


def _span(
    start: datetime | None, end: datetime | None, notes: Notes, received_at: datetime
) -> tuple[datetime, datetime] | None:
    if start is None and end is None:
        notes.add("It says no time; it counts for the minute in which it came.")
        arrival = minute_of(received_at)
        return arrival, arrival + SLICE
    if end is None:
        end = received_at
    if start is None:
        start = end - SLICE
    if not timedelta() < end - start <= LONGEST or end > received_at + FUTURE:
        notes.add(
            "Its start and end make no window of at most 31 days in the past; nothing is measured."
        )
        return None
    return start, end
