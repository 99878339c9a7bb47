"""The rules for repeated and out-of-order signals. Pure: no database.

Identity is (source, dedup key, episode). An episode is named by the sender's start time (`t:…`)
or, when it has none, by AIRE's count (`n:…`). Whatever the order in which the signals of several
episodes arrive, the same alerts end in the same state. Source of the table: reliability
reference, chapter 2.3b, carried into docs/alerts.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from alerts import severity as severities
from alerts.signals import Action, Signal

CLOCK_TOLERANCE = timedelta(minutes=5)


class Effect(StrEnum):
    """What a signal did to an alert."""

    OPENED = "opened"
    OPENED_RESOLVED = "opened_resolved"
    REPEATED = "repeated"
    RAISED = "raised"
    LATE_REPEAT = "late_repeat"
    SUPERSEDED = "superseded"
    RESOLVED = "resolved"
    RESOLVED_AGAIN = "resolved_again"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    NOTED = "noted"


@dataclass(slots=True)
class Episode:
    """One alert as the rules see it. `started_at` of a counted episode is its arrival."""

    name: str
    status: str
    severity: str
    started_at: datetime
    last_event_at: datetime
    resolved_at: datetime | None = None
    acknowledged_at: datetime | None = None
    count: int = 1

    @property
    def firing(self) -> bool:
        return self.status == "firing"


@dataclass(slots=True)
class Known:
    """All that is known of one (source, dedup key): its episodes and early resolves."""

    episodes: dict[str, Episode] = field(default_factory=dict)
    tombstones: dict[str, datetime] = field(default_factory=dict)
    last_count: int = 0

    def firing(self) -> list[Episode]:
        return [episode for episode in self.episodes.values() if episode.firing]


@dataclass(frozen=True, slots=True)
class Step:
    """An effect on one episode; `tombstone` is set when a resolve found nothing to resolve."""

    effect: Effect
    episode: Episode


@dataclass(frozen=True, slots=True)
class Result:
    steps: tuple[Step, ...] = ()
    tombstone: tuple[str, datetime] | None = None
    nothing: str = ""


def episode_name(starts_at: datetime) -> str:
    """`t:` and the start in UTC to the microsecond."""
    return f"t:{starts_at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f')}"


def apply(known: Known, signal: Signal, *, received_at: datetime, severity: str) -> Result:
    """Change `known` as the signal says. `severity` is the signal's own after routing."""
    at = event_time(signal, received_at)
    if signal.action is Action.RESOLVE:
        return _resolve(known, signal, at=at)
    if signal.action is Action.ACKNOWLEDGE:
        return _acknowledge(known, at=at)
    if signal.action in (Action.NOTE, Action.UNACKNOWLEDGE):
        return _note(known, signal)
    return _fire(known, signal, at=at, severity=severity, received_at=received_at)


def event_time(signal: Signal, received_at: datetime) -> datetime:
    """The sender's time of the event, or the arrival when the sender's clock is off by more than
    five minutes ahead."""
    at = signal.occurred_at or (
        signal.ends_at if signal.action is Action.RESOLVE else signal.starts_at
    )
    if at is None or at > received_at + CLOCK_TOLERANCE:
        return received_at
    return at


def _fire(
    known: Known, signal: Signal, *, at: datetime, severity: str, received_at: datetime
) -> Result:
    if signal.starts_at is None:
        firing = known.firing()
        if firing:
            return Result((_repeat(firing[-1], at=at, severity=severity),))
        known.last_count += 1
        return _open(known, f"n:{known.last_count}", received_at, at=at, severity=severity)
    name = episode_name(signal.starts_at)
    episode = known.episodes.get(name)
    if episode is None:
        return _open(known, name, signal.starts_at, at=at, severity=severity)
    if episode.firing:
        return Result((_repeat(episode, at=at, severity=severity),))
    episode.count += 1
    return Result((Step(Effect.LATE_REPEAT, episode),))


def _repeat(episode: Episode, *, at: datetime, severity: str) -> Step:
    episode.count += 1
    episode.last_event_at = max(episode.last_event_at, at)
    if severities.worst(severity, episode.severity) != episode.severity:
        episode.severity = severity
        return Step(Effect.RAISED, episode)
    return Step(Effect.REPEATED, episode)


def _open(known: Known, name: str, started_at: datetime, *, at: datetime, severity: str) -> Result:
    episode = Episode(name, "firing", severity, started_at, at)
    ended = known.tombstones.get(name)
    newer = any(
        other.started_at > started_at
        for other in known.episodes.values()
        if other.name.startswith("t:")
    )
    steps: list[Step] = []
    if ended is not None or (newer and name.startswith("t:")):
        # Its resolve came first, or the sender has gone on to a later episode: it is over.
        episode.status, episode.resolved_at = "resolved", ended
        steps.append(Step(Effect.OPENED_RESOLVED, episode))
        for other in known.firing():
            # Over as well: the sender had gone on to this episode, whose end was heard first.
            if other.name.startswith("t:") and other.started_at < episode.started_at:
                other.status = "resolved"
                steps.append(Step(Effect.SUPERSEDED, other))
    else:
        for other in known.firing():
            other.status = "resolved"
            steps.append(Step(Effect.SUPERSEDED, other))
        steps.append(Step(Effect.OPENED, episode))
    known.episodes[name] = episode
    return Result(tuple(steps))


def _resolve(known: Known, signal: Signal, *, at: datetime) -> Result:
    name = episode_name(signal.starts_at) if signal.starts_at else None
    steps: list[Step] = []
    for episode in known.episodes.values():
        exact = episode.name == name
        if episode.firing and (exact or name is None or episode.started_at <= at):
            # "Not firing now" ends whatever began before it was said: Alertmanager moves the
            # start of an alert back when it merges two Prometheus servers.
            episode.status, episode.resolved_at = "resolved", at
            episode.last_event_at = max(episode.last_event_at, at)
            steps.append(Step(Effect.RESOLVED, episode))
        elif exact:
            # The exact end replaces an inferred one; the same resolve again changes nothing.
            first_known = episode.resolved_at is None
            episode.resolved_at = at if first_known else min(episode.resolved_at or at, at)
            steps.append(Step(Effect.RESOLVED_AGAIN, episode))
    if name is not None and name not in known.episodes:
        known.tombstones.setdefault(name, at)
        return Result(tuple(steps), tombstone=(name, known.tombstones[name]))
    if not steps:
        # Without a name of the episode a later trigger must page: nothing is remembered.
        return Result(nothing="Resolved something that was not firing.")
    return Result(tuple(steps))


def _acknowledge(known: Known, *, at: datetime) -> Result:
    firing = known.firing()
    if not firing:
        return Result(nothing="Acknowledged something that was not firing.")
    for episode in firing:
        episode.acknowledged_at = episode.acknowledged_at or at
    return Result(tuple(Step(Effect.ACKNOWLEDGED, episode) for episode in firing))


def _note(known: Known, signal: Signal) -> Result:
    firing = known.firing()
    if not firing:
        return Result(nothing="Said something of what was not firing.")
    steps: list[Step] = []
    for episode in firing:
        if signal.action is Action.UNACKNOWLEDGE:
            episode.acknowledged_at = None
            steps.append(Step(Effect.UNACKNOWLEDGED, episode))
        elif signal.severity and severities.worst(signal.severity, episode.severity) != (
            episode.severity
        ):
            episode.severity = signal.severity
            steps.append(Step(Effect.RAISED, episode))
        else:
            steps.append(Step(Effect.NOTED, episode))
    return Result(tuple(steps))
