"""What ran when it was last good, against what runs now: the bundle of a system. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from catalog.models import Change, System, SystemPart
from catalog.parts.keeping import MOVES, Served
from catalog.selectors import visible_changes
from incidents.models import Incident
from incidents.selectors.changes import began_at

DAY = timedelta(days=1)
"""How long before the onset counts as good: it is rarely noticed at once."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A part of a system with its version a day before the onset and now; `then` is "" where
    nothing tells of it. `served` is what answered last."""

    system: str
    kind: str
    then: str
    now: str
    part: str = ""
    served: str = ""
    served_differs: bool = False

    @property
    def differs(self) -> bool:
        """What is not known of then is no difference."""
        return bool(self.then) and self.then != self.now


Key = tuple[int, str, str]
"""System, kind of change, name of the part."""


def versions_of(user: User, incident: Incident, systems: Sequence[System]) -> list[VersionLine]:
    """Of all parts, and of what only changes tell of; what differs first. Three queries."""
    ids = [system.pk for system in systems]
    good = began_at(incident) - DAY
    known = visible_changes(user).filter(system__in=ids).exclude(version="")
    by_part = ("system__name", "kind", "part")
    newest = known.order_by(*by_part, "-occurred_at", "-id").distinct(*by_part)
    now = {_key(change): change for change in newest}
    then = {_key(change): change.version for change in newest.filter(occurred_at__lte=good)}
    parts = list(SystemPart.objects.filter(system__in=ids).select_related("system"))
    counts = Counter((part.system_id, part.kind) for part in parts)
    lines = []
    for part in parts:
        alone = counts[part.system_id, part.kind] == 1
        told = [now.pop(key) for key in _keys(part, alone=alone) if key in now]
        lines.append(_of_part(part, told, then, good))
    lines += [_of_change(change, then, good) for change in now.values()]
    shown = [line for line in lines if line.now or line.then]
    return sorted(
        shown, key=lambda line: (not line.differs, not line.served_differs, line.system, line.kind)
    )


def _key(change: Change) -> Key:
    return change.system_id, change.kind, change.part


def _keys(part: SystemPart, *, alone: bool) -> Iterator[Key]:
    """Under which changes tell of it: by its name, or without one when it is the only one."""
    for kind, moves in MOVES.items():
        if part.kind in moves:
            yield part.system_id, kind, part.name
            if alone and moves[0] == part.kind:
                yield part.system_id, kind, ""


def _of_part(
    part: SystemPart, told: Sequence[Change], then: dict[Key, str], good: datetime
) -> VersionLine:
    latest = max(told, key=lambda change: change.occurred_at, default=None)
    if latest is not None:
        before = _before(latest, then, good)
    else:
        before = part.version if part.since is not None and part.since <= good else ""
    return VersionLine(
        part.system.name,
        part.get_kind_display(),
        before,
        part.version or (latest.version if latest else ""),
        part.name,
        part.served,
        part.served_state == Served.DIFFERS,
    )


def _of_change(change: Change, then: dict[Key, str], good: datetime) -> VersionLine:
    kind = change.get_kind_display()
    return VersionLine(
        change.system.name, kind, _before(change, then, good), change.version, change.part
    )


def _before(change: Change, then: dict[Key, str], good: datetime) -> str:
    before = then.get(_key(change), "")
    if not before and change.occurred_at > good:
        return change.previous_version
    return before
