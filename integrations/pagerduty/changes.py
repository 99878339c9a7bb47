"""Reads a change event of PagerDuty's Events API v2."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerts.changes import KINDS, ChangeSeen, change_seen
from alerts.reading import Notes, inner, objects, one_line, read_time, word_of

_FROM = ("from", "previous", "previous_version", "old")
_TO = ("to", "version", "new_version", "new")


def is_change(event: Mapping[str, object]) -> bool:
    """A change event has no action; that is all that tells it from an alert."""
    return "event_action" not in event and bool(inner(event, "payload").get("summary"))


def read_change(event: Mapping[str, object], notes: Notes, now: datetime) -> ChangeSeen:
    """What changed where is in the sender's own details, by the names that are customary."""
    payload = inner(event, "payload")
    details = inner(payload, "custom_details")
    said = word_of(details.get("kind") or details.get("type"))
    kind = said if said in KINDS else next((name for name in KINDS if name in details), "code")
    links = objects(event.get("links"))
    return change_seen(
        kind,
        one_line(payload.get("summary")),
        details.get("system"),
        details.get("service"),
        details.get(kind),
        payload.get("source"),
        version=_first(details, _TO),
        previous_version=_first(details, _FROM),
        url=links[0].get("href") if links else None,
        author=details.get("author") or details.get("user") or payload.get("source"),
        occurred_at=read_time(payload.get("timestamp"), notes, name="timestamp", now=now),
    )


def _first(details: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((details[name] for name in names if details.get(name) is not None), None)
