"""Turns facts into the lines of a first draft, by rules alone. Pure; no language model, no writes.

Each line stands for itself, so that it can be accepted or changed by itself. Text of people and
senders is brought onto one line and cannot start markup of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from catalog.models import Change
from core.durations import seconds_words
from incidents.models import IncidentCause, IncidentEvent
from postmortems.facts import Facts
from postmortems.template_body import TemplateBody

MAX_TEXT = 400
NEAREST = {
    "system-card": ("bundle-diff", "summary"),
    "bundle-diff": ("change-timeline", "lineage", "timeline"),
    "change-timeline": ("timeline", "bundle-diff"),
    "containment": ("timeline", "impact"),
    "detection": ("timeline", "impact"),
    "impact": ("summary",),
    "timeline": ("summary",),
    "lineage": (),
    "causes": ("summary",),
    "actions": ("lessons",),
}
"""Where the lines of a section go when the template does not have it: the first that it has."""
KEYS = ("summary", *NEAREST)
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
_BULLET = re.compile(r"^([0-9]*)([-+.)])(?=[\s-]|$)")
_SPACE = re.compile(r"\s+")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ue0a0\ue0a1\ud800-\udfff]")


def draft_lines(facts: Facts, body: TemplateBody) -> dict[str, list[str]]:
    """The lines of each section by its key; sections without any are not there."""
    has = {section.key for section in body.sections}
    found: dict[str, list[str]] = {}
    for key, write in _WRITERS.items():
        _put(found, has, key, write(facts))
    for added in facts.added:
        _put(found, has, added.section, [f"- {plain(added.text)}"])
    if "timeline" in found:
        # Lines begin with their time; what has none goes to the end.
        found["timeline"].sort(key=lambda line: line[:22] if line[2:4].isdigit() else "~")
    return found


def _put(found: dict[str, list[str]], has: set[str], key: str, lines: Iterable[str]) -> None:
    target = next((name for name in (key, *NEAREST.get(key, ())) if name in has), None)
    if target is not None and (written := list(lines)):
        found.setdefault(target, []).extend(written)


def plain(text: str) -> str:
    """One line of words in which nothing is markup any more."""
    words = _SPACE.sub(" ", _UNSHOWN.sub(" ", text)).strip()
    if len(words) > MAX_TEXT:
        words = words[: MAX_TEXT - 1].rstrip() + "…"
    words = _MARKUP.sub(r"\\\1", words)
    return _BULLET.sub(r"\1\\\2", words)


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(length: timedelta) -> str:
    return seconds_words(max(length.total_seconds(), 0))


# -- one writer a section --------------------------------------------------------------------


def _summary(facts: Facts) -> list[str]:
    incident = facts.incident
    names = ", ".join(plain(system.name) for system in facts.systems) or "No system was named"
    lines = [f"- {plain(incident.title)} ({incident.severity.upper()}, {incident.ref})."]
    if incident.summary.strip():
        lines.append(f"- {plain(incident.summary)}")
    lines.append(f"- Affected: {names}.")
    if incident.resolved_at:
        lines.append(
            f"- It lasted {span(incident.resolved_at - facts.began)}, from {moment(facts.began)} "
            f"to {moment(incident.resolved_at)}."
        )
    if last := _last_word(facts):
        lines.append(f"- How it ended: {last}")
    return lines


def _last_word(facts: Facts) -> str:
    """The note of the last step that has one."""
    notes = [
        str(line.detail.get("note", ""))
        for line in facts.lines
        if line.kind == IncidentEvent.Kind.STATUS
    ]
    return next((plain(note) for note in reversed(notes) if note.strip()), "")


def _impact(facts: Facts) -> list[str]:
    incident = facts.incident
    lines = []
    if incident.mitigated_at:
        lines.append(f"- People felt it for {span(incident.mitigated_at - facts.began)}.")
    if facts.alert_count:
        some = f"{facts.alert_count} alert" + ("s" if facts.alert_count > 1 else "")
        lines.append(f"- {some} belonged to it.")
    return lines


def _system_card(facts: Facts) -> list[str]:
    lines = []
    for system in facts.systems:
        owners = [
            f"{owner.get_discipline_display().lower()} {plain(str(owner.user))}"
            for owner in facts.owners
            if owner.system_id == system.pk
        ]
        owned = f"; owners: {', '.join(owners)}" if owners else "; no owner is named"
        lines.append(
            f"- {plain(system.name)}: {system.get_kind_display().lower()}, tier {system.tier}, "
            f"{system.get_stage_display().lower()}{owned}."
        )
    return lines


def _bundle(facts: Facts) -> list[str]:
    """Versions at the onset, what they replaced, and what was changed until the end."""
    lines = [
        f"- {plain(change.system.name)}, {change.get_kind_display().lower()}: "
        f"{_versions(change)} at the onset (since {moment(change.occurred_at)})."
        for change in facts.before
    ]
    lines += [
        f"- {plain(change.system.name)}, {change.get_kind_display().lower()}: "
        f"{_versions(change)} at {moment(change.occurred_at)}, during the incident."
        for change in facts.changes
        if change.occurred_at > facts.began and change.version
    ]
    return lines


def _versions(change: Change) -> str:
    if change.previous_version:
        return f"{plain(change.previous_version)} → {plain(change.version)}"
    return plain(change.version)


def _changes(facts: Facts) -> list[str]:
    """Suspects: what changed in the day before the onset and after it, with the distance."""
    lines = []
    for change in facts.changes:
        before = facts.began - change.occurred_at
        distance = f"{span(abs(before))} {'before' if before >= timedelta(0) else 'after'}"
        what = plain(change.summary) or change.get_kind_display()
        lines.append(
            f"- {moment(change.occurred_at)}: {plain(change.system.name)}, "
            f"{change.get_kind_display().lower()}: {what} ({distance} the onset)."
        )
    return lines


def _timeline(facts: Facts) -> list[str]:
    incident = facts.incident
    lines = []
    if incident.onset_at and incident.onset_at < incident.opened_at:
        lines.append(f"- {moment(incident.onset_at)}: onset, as far as it is known.")
    lines += [f"- {moment(line.occurred_at)}: {plain(line.text)}" for line in facts.lines]
    if facts.more_lines:
        lines.append(f"- {facts.more_lines} more lines are on the timeline of {incident.ref}.")
    return lines


def _detection(facts: Facts) -> list[str]:
    incident = facts.incident
    lines = []
    if facts.alerts:
        first = facts.alerts[0]
        lines.append(f"- Noticed by {plain(first.source.name)}: {plain(first.title)}.")
    else:
        # Roles serve later readers better than names; the timeline says who it was.
        lines.append("- Noticed by a person, who declared it.")
    noticed = incident.detected_at or incident.opened_at
    if incident.onset_at:
        lines.append(f"- From onset to detection: {span(noticed - incident.onset_at)}.")
    else:
        lines.append("- The onset is not known. Until it is, times count from detection.")
    if incident.acknowledged_at:
        until = span(incident.acknowledged_at - noticed)
        lines.append(f"- From detection to acknowledgement: {until}.")
    return lines


def _containment(facts: Facts) -> list[str]:
    incident = facts.incident
    lines = []
    for line in facts.lines:
        to = line.detail.get("to")
        if line.kind == "mitigation" and line.detail.get("outcome") in ("done", "good", "bad"):
            lines.append(f"- {span(line.occurred_at - facts.began)} in: {plain(line.text)}")
        if line.kind == "status" and to in ("mitigated", "resolved"):
            after = span(line.occurred_at - facts.began)
            note = plain(str(line.detail.get("note", "")))
            lines.append(f"- {str(to).capitalize()} after {after}" + (f": {note}" if note else "."))
    rollbacks = [change for change in facts.changes if change.occurred_at > incident.opened_at]
    lines += [
        f"- {plain(change.system.name)}: {plain(change.summary)} ({moment(change.occurred_at)})."
        for change in rollbacks
    ]
    return lines


def _lineage(facts: Facts) -> list[str]:
    return [
        f"- Depends on {plain(system.name)} ({system.get_kind_display().lower()})."
        for system in facts.upstream
    ]


def _causes(facts: Facts) -> list[str]:
    lines = [_cause(one) for one in facts.causes]
    if not lines and facts.hinted:
        lines.append(
            f"- Suspected by the route of the alert: {plain(facts.hinted.name)} "
            f"({plain(facts.hinted.slug)}). {plain(facts.hinted.definition)}"
        )
    return lines


def _cause(one: IncidentCause) -> str:
    explains = f" It explains: {plain(one.explains)}" if one.explains.strip() else ""
    return (
        f"- {plain(one.cause.name)} ({one.get_role_display().lower()}, "
        f"{one.get_confidence_display().lower()}).{explains}"
    )


def _actions(facts: Facts) -> list[str]:
    return [
        f"- {'Done' if task.done_at else 'Open'}: {plain(task.title)}"
        + (f" ({plain(str(task.owner))})." if task.owner else ".")
        for task in facts.tasks
    ]


_WRITERS: dict[str, Callable[[Facts], list[str]]] = {
    "summary": _summary,
    "impact": _impact,
    "system-card": _system_card,
    "bundle-diff": _bundle,
    "change-timeline": _changes,
    "timeline": _timeline,
    "detection": _detection,
    "containment": _containment,
    "lineage": _lineage,
    "causes": _causes,
    "actions": _actions,
}
