"""What a converter makes of an export: documents of config as code, rules of people, and a list of
what cannot be carried, each with its reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from oncall.schedule_parts import zone_named
from oncall.shift_length import ScheduleError

Export = Mapping[str, list[dict[str, Any]]]
"""What was read, by the name that the product gives each list in its API."""

_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """`what` is a kind in plain words ("schedule"), `name` as the other tool has it."""

    what: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody: an AIRE channel, and the address where the channel needs one."""

    channel: str
    address: str = ""
    after_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was changed over there, as the catalog records it. Known already is what has
    the same `version` and a summary that begins with `subject`. Where the time is not known, `at`
    is the earliest that it can have been, and `bound` is set; with `first` it is told only where
    nothing of the subject is known, because what follows is seen otherwise."""

    system: str
    kind: str
    part: str
    version: str
    subject: str
    summary: str
    at: datetime
    previous: str = ""
    author: str = ""
    url: str = ""
    bound: bool = False
    first: bool = False


@dataclass(slots=True)
class Converted:
    """`past` becomes changes. `rules` are by mail address and urgency (`high`, `low`); `secrets`
    by the name under which a document asks for one."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    rules: dict[tuple[str, str], list[Way]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)
    _taken: set[tuple[str, str]] = field(default_factory=set)

    def leave(self, what: str, name: object, reason: str) -> None:
        item = LeftOut(what, text(name)[:120] or "(no name)", reason)
        if item not in self.left_out:
            self.left_out.append(item)

    def name_for(self, kind: str, shown: str) -> str:
        """A DNS label of its own; the same export gives the same ones again."""
        base = _NOT_A_NAME.sub("-", shown.lower()).strip("-")[:50].strip("-") or kind.lower()
        name, number = base, 2
        while (kind, name) in self._taken or name == "new":
            name, number = f"{base}-{number}", number + 1
        self._taken.add((kind, name))
        return name

    def add(self, kind: str, name: str, shown: str, spec: Mapping[str, Any]) -> None:
        metadata = {"name": name, "displayName": shown[:120] or name}
        self.documents.append(
            {"apiVersion": "aire/v1", "kind": kind, "metadata": metadata, "spec": dict(spec)}
        )


def text(value: object) -> str:
    """One line without control characters, whatever the export has there."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    shown = "".join(c if c.isprintable() else " " for c in str(value))
    return " ".join(shown.split())


def texts(value: object) -> list[str]:
    """The texts of a list; anything else is not there."""
    found = (text(item) for item in value) if isinstance(value, list) else ()
    return [item for item in found if item]


def rows(value: object) -> list[dict[str, Any]]:
    """The objects of a list; anything else is not there."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def row(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def number(value: object, default: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        return int(float(value))
    except (ValueError, OverflowError):
        return default


def moment(value: object, zone: ZoneInfo | None = None) -> datetime | None:
    """A time with its zone; a naive one is in `zone`."""
    try:
        found = datetime.fromisoformat(text(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    if found.tzinfo is None:
        if zone is None:
            return None
        found = found.replace(tzinfo=zone)
    return found if 1970 < found.year < 2190 else None


def zone(value: object) -> ZoneInfo | None:
    name = text(value)
    try:
        return zone_named(name) if name else None
    except ScheduleError:
        return None


def add_user(
    made: Converted, *, email: object, name: object, role: str, time_zone: object
) -> str | None:
    """The address (lower case) when this is a person that can be carried."""
    address = text(email).lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or len(address) > 254:
        made.leave("person", name or email, "There is no mail address.")
        return None
    if zone(time_zone) is None and text(time_zone):
        made.leave("person", name, f"The zone {text(time_zone)[:60]} is not known; UTC is taken.")
    known = zone(time_zone)
    made.add(
        "User",
        made.name_for("User", address.partition("@")[0]),
        "",
        {
            "email": address,
            "name": text(name)[:120],
            "role": role,
            "timeZone": known.key if known else "UTC",
        },
    )
    made.documents[-1]["metadata"].pop("displayName")
    return address


def windows(first_day: int | None, start_minute: int, minutes: int) -> list[dict[str, Any]]:
    """A stretch of the week as restrictions of at most a day each. No day: every day."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    if first_day is None:
        if minutes >= 1440:
            return []
        return [{"start": clock(start_minute), "end": clock(start_minute + minutes)}]
    if minutes >= 7 * 1440:
        return []
    found = []
    day, left = first_day, minutes
    while left > 0:
        part = min(left, 1440)
        found.append(
            {
                "weekdays": [days[day % 7]],
                "start": clock(start_minute),
                "end": clock(start_minute + part),
            }
        )
        day, left = day + 1, left - part
    return found


def clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def shift_length(seconds: int) -> str | None:
    """Whole hours, days or weeks; None for anything else."""
    if seconds <= 0 or seconds % 3600:
        return None
    hours = seconds // 3600
    if hours % 168 == 0:
        return f"{hours // 168}w"
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"


def iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


Converter = Callable[[Export], Converted]


def by_id(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {text(item.get("id")): item for item in items if text(item.get("id"))}
