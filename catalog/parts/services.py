"""The writers of parts: what somebody says a system is made of, what changes tell, what answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from accounts.checks import Findings
from catalog.parts.checks import part_key
from catalog.parts.keeping import part_answering, part_begun, part_moved
from catalog.parts.models import SystemPart
from core import clock

if TYPE_CHECKING:
    from catalog.models import Change, System

TOLD_AGAIN_AFTER = timedelta(hours=1)
"""The same answer of a provider is written down again only so often."""
HEARD_AGAIN_AFTER, HEARD_WITHIN, MOST_HEARD = timedelta(hours=1), timedelta(days=1), 4
"""How often telemetry moves what a part is served by: see `catalog.services.hear_served`."""


def part_state(part: SystemPart) -> dict[str, Any]:
    """As somebody would have to name it to leave it as it is."""
    return {
        "kind": part.kind,
        "name": part.name,
        "version": part.version,
        "url": part.url,
        "settings": part.settings,
    }


def write_parts(system: System, wanted: Sequence[dict[str, Any]]) -> list[tuple[SystemPart, str]]:
    """Bring the parts to this state; the caller holds the system's lock. Answers those whose
    version moved from one to another, each with the former one."""
    there = {(part.kind, part.name): part for part in SystemPart.objects.filter(system=system)}
    moved = []
    for state in wanted:
        part = there.pop(part_key(state), None)
        was = part.version if part else ""
        if part is None:
            part = SystemPart(system=system, kind=state["kind"], name=state["name"])
        part.version = was if state["version"] is None else state["version"]
        part.url, part.settings = state["url"], state["settings"]
        if part.version != was:
            part.since = clock.now()
            if was and part.version:
                moved.append((part, was))
        part.save()
    SystemPart.objects.filter(pk__in=[part.pk for part in there.values()]).delete()
    return moved


def follow_change(change: Change) -> SystemPart | None:
    """Move the part that a change is about to its version; answers it. A change that is older
    than what the part knows, or that nobody's part is about, moves nothing. The caller holds the
    system's lock."""
    if not change.version:
        return None
    parts = list(SystemPart.objects.filter(system=change.system_id))
    part = part_moved(change.kind, change.part, change.previous_version, parts)
    if part is None:
        kind = part_begun(change.kind, change.part, parts)
        if not kind:
            return None
        name = change.part or SystemPart.Kind(kind).label
        part = SystemPart(system_id=change.system_id, kind=kind, name=name)
    if part.since is not None and part.since > change.occurred_at:
        return None
    part.version, part.since = change.version, change.occurred_at
    part.save()
    return part


def note_served(system: System, *, served: str, name: str) -> tuple[SystemPart, str]:
    """Write down what answered; answers the part and what had answered before, "" when that was
    the same or is not known. The caller holds the system's lock. Raises `Invalid`."""
    findings = Findings()
    version = findings.line("served", served, limit=200, required=True)
    part = _answering(system, findings.line("part", name, limit=120), findings)
    findings.raise_any()
    assert part is not None
    before, now = part.served, clock.now()
    told = part.served_at is not None and now - part.served_at < TOLD_AGAIN_AFTER
    if before != version or not told:
        part.served, part.served_at = version, now
        part.save()
    return part, before if before != version else ""


def worth_hearing(parts: Sequence[SystemPart], *, requested: str, served: str) -> SystemPart | None:
    """The part that this answer is about, when there is something to write: another version than
    before, or the same after an hour. No query, as it is asked of every delivery."""
    part = part_answering(requested, parts) if served else None
    if part is None:
        return None
    fresh = part.served_at is not None and clock.now() - part.served_at < TOLD_AGAIN_AFTER
    return None if fresh and part.served == served else part


def _answering(system: System, name: str, findings: Findings) -> SystemPart | None:
    kinds = [SystemPart.Kind.MODEL, SystemPart.Kind.PROVIDER]
    parts = list(SystemPart.objects.filter(system=system, kind__in=kinds))
    if name:
        named = [part for part in parts if part.name == name]
        if named:
            return named[0]
        findings.add("part", f"This system has no model or provider “{name[:80]}”.")
        return None
    models = [part for part in parts if part.kind == SystemPart.Kind.MODEL]
    if len(models) > 1:
        findings.add("part", "This system has several models: name one of them as `part`.")
        return None
    return models[0] if models else SystemPart(system=system, kind="model", name="Model")
