"""What was changed in the other tool before, as changes of the systems that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aire_web.importing.converted import Past
from catalog.models import Change, System
from catalog.services import record_change
from core import clock
from core.actor import Actor

MOST = 1_000
"""At once, the newest; importing again brings none of the older ones."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Changes of one part that are not known here yet; `since` is the time of the first."""

    system: str
    part: str
    count: int
    since: datetime

    def __str__(self) -> str:
        word = "change" if self.count == 1 else "changes"
        return f"create     {self.count} {word} of {self.system}, {self.part} since {self.since:%F}"


def record_past(past: Sequence[Past], *, actor: Actor) -> list[HistoryLine]:
    """Write what is not known of the systems that are here; answers what that was. Nothing of it
    moves a version: the parts have the ones that count."""
    rows = sorted(past, key=lambda one: one.at)[-MOST:]
    systems = System.objects.in_bulk({one.system for one in rows}, field_name="slug")
    told = _told(rows, systems)
    written: dict[tuple[str, str], list[Past]] = defaultdict(list)
    for one in rows:
        system = systems.get(one.system)
        if system is None:
            continue
        known = told[system.pk, one.subject]
        if one.version in (known[-1:] if one.bound else known) or (known and one.first):
            continue
        record_change(
            system=system,
            kind=one.kind,
            part=one.part,
            summary=one.summary,
            version=one.version,
            previous_version=known[-1] if one.bound and known else one.previous,
            url=one.url,
            # It points elsewhere than when it was last seen: when, nobody has written down.
            occurred_at=clock.now() if one.bound and known else one.at,
            author_label=one.author,
            took_effect=False,
            actor=actor,
        )
        written[one.system, one.part].append(one)
    return [
        HistoryLine(slug, part, len(found), found[0].at)
        for (slug, part), found in sorted(written.items())
    ]


def _told(rows: Sequence[Past], systems: dict[str, System]) -> dict[tuple[int, str], list[str]]:
    """The versions that are known of each subject of a system, the newest last. A query a kind."""
    subjects: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in rows:
        if one.system in systems:
            subjects[systems[one.system].pk, one.kind].add(one.subject)
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for (system, kind), wanted in subjects.items():
        changes = Change.objects.filter(system=system, kind=kind).order_by("occurred_at", "id")
        for summary, version in changes.values_list("summary", "version"):
            for subject in wanted:
                if summary.startswith(subject):
                    found[system, subject].append(version)
    return found
