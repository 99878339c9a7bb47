"""What an escalation policy does next: pure rules on a snapshot. No Django, no clock, no sending.

A step waits `after_seconds` from the moment the step before it began, the first one from the
start of the escalation. A policy that repeats goes through its steps again; rounds and steps
count from 0. The steps that follow the last one begin after `round_wait`, never at once, so
that the people paged last have time to answer and a policy of one step does not page in bursts.

A step may be for some severities only, and for some hours of the week in a zone: whoever fires at
another time passes it by without waiting for it. Hours are asked at the time the step is due; a
zone or a severity that nobody knows excludes nothing. Of a step that takes turns (`round_robin`)
one of its people is paged each time.

A running escalation keeps the snapshot it began with. Reading one is tolerant of fields that a
newer version wrote; waits and repeats outside their bounds are brought inside, so that a policy
that slipped past `problems` still pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from core.clock import WEEKDAYS
from oncall.schedule_parts import Restriction, zone_named
from oncall.shift_length import ScheduleError
from oncall.wallclock import WeeklyHours

TargetKind = Literal["user", "schedule", "team", "slack_channel", "contact"]
Position = tuple[int, int, int]

MAX_REPEAT = 9
MAX_STEPS = 50
MAX_TARGETS = 50
MAX_WAIT_SECONDS = 24 * 3600
MIN_ROUND_WAIT_SECONDS = 5 * 60
MIN_ACK_TIMEOUT_SECONDS = 5 * 60
MAX_ACK_TIMEOUT_SECONDS = 7 * 24 * 3600
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")

_SUFFIX: dict[TargetKind, str] = {
    "user": "",
    "schedule": " (schedule)",
    "team": " (team)",
    "slack_channel": " (Slack channel)",
    "contact": "",
}


@dataclass(frozen=True)
class Target:
    """`ref` is what finds it again, `label` what a person reads (the ref where it is empty)."""

    kind: TargetKind
    ref: str
    label: str = ""


@dataclass(frozen=True)
class Hours:
    """Hours of the week in a zone, or with `outside` all the others."""

    time_zone: str
    windows: tuple[Restriction, ...]
    outside: bool = False

    def cover(self, at: datetime) -> bool:
        try:
            zone = zone_named(self.time_zone)
        except ScheduleError:
            return True
        windows = [(day, w.start, w.end) for w in self.windows for day in w.weekdays]
        return WeeklyHours.of(zone, windows).span(at.astimezone(UTC)).covered != self.outside


@dataclass(frozen=True)
class Step:
    """`severities` and `hours` say when it is taken; empty and None: always."""

    after_seconds: int
    targets: tuple[Target, ...]
    severities: tuple[str, ...] = ()
    hours: Hours | None = None
    round_robin: bool = False

    def applies(self, severity: str, at: datetime) -> bool:
        if self.severities and severity in SEVERITIES and severity not in self.severities:
            return False
        return self.hours is None or self.hours.cover(at)


@dataclass(frozen=True)
class Policy:
    """`ack_timeout_seconds` after an acknowledgement it pages again; 0: never."""

    slug: str
    name: str
    steps: tuple[Step, ...]
    repeat: int = 0
    ack_timeout_seconds: int = 0


class Circumstances(NamedTuple):
    """What decides which steps are taken: the severity, and when the step before began."""

    severity: str
    at: datetime


class Due(NamedTuple):
    round: int
    step: int
    due_at: datetime


def first_due(policy: Policy, started_at: datetime, severity: str = "") -> datetime | None:
    """When the first step is due; None for a policy that has no step to take."""
    # In UTC: adding to a time in a zone with clock changes would move the wall clock instead.
    started_at = started_at.astimezone(UTC)
    found = first_step(policy, Circumstances(severity, started_at))
    return None if found is None else started_at + timedelta(seconds=found[2])


def first_step(policy: Policy, now: Circumstances | None = None) -> Position | None:
    """(round, step, seconds to wait from the start), or None when no step is to be taken."""
    return _next_in_round(policy, 0, 0, now)


def next_after(
    policy: Policy, round_number: int, step: int, now: Circumstances | None = None
) -> Position | None:
    """(round, step, seconds to wait from the beginning of the given one), or None at the end.

    Without circumstances every step is taken.
    """
    if round_number < 0 or step < 0:
        raise ValueError("Rounds and steps count from 0.")
    found = _next_in_round(policy, round_number, step + 1, now)
    if found is not None or not policy.steps or round_number >= _repeat(policy):
        return found
    wait = round_wait(policy)
    later = None if now is None else now._replace(at=now.at + timedelta(seconds=wait))
    again = _next_in_round(policy, round_number + 1, 0, later, waits=False)
    return None if again is None else (again[0], again[1], wait)


def next_at_once(
    policy: Policy, round_number: int, step: int, now: Circumstances
) -> Position | None:
    """The next step of the round that is for this moment, its wait left out: for when a step
    reached nobody."""
    return _next_in_round(policy, round_number, step + 1, now, waits=False)


def _next_in_round(
    policy: Policy, round_number: int, step: int, now: Circumstances | None, *, waits: bool = True
) -> Position | None:
    for number, candidate in enumerate(policy.steps[step:], start=step):
        wait = _wait(candidate) if waits else 0
        if now is None or candidate.applies(now.severity, now.at + timedelta(seconds=wait)):
            return round_number, number, wait
    return None


def plan(policy: Policy, started_at: datetime, severity: str = "") -> Iterator[Due]:
    """Every step in order with its time if nobody acknowledges; at most steps × rounds of them."""
    due_at = started_at.astimezone(UTC)
    at = first_step(policy, Circumstances(severity, due_at))
    while at is not None:
        round_number, step, wait = at
        due_at += timedelta(seconds=wait)
        yield Due(round_number, step, due_at)
        at = next_after(policy, round_number, step, Circumstances(severity, due_at))


def round_wait(policy: Policy) -> int:
    """Seconds from the last step of a round to the first of the next.

    The longer of the waits before the first and before the last step, at least five minutes:
    those paged last get as long as those before them had.
    """
    waits = [_wait(step) for step in (*policy.steps[:1], *policy.steps[-1:])]
    return max(MIN_ROUND_WAIT_SECONDS, *waits)


def describe(policy: Policy) -> list[str]:
    """One sentence for each step, with the time since the start, and one for the repeats."""
    if not policy.steps:
        return ["Nobody: this policy has no steps"]
    lines, since_start = [], 0
    for step in policy.steps:
        since_start += _wait(step)
        when = f"After {duration_words(since_start)}" if since_start else "At once"
        who = ", ".join(_shown(target) for target in step.targets) or "nobody"
        one = "one in turn of " if step.round_robin else ""
        lines.append(f"{when}: {one}{who}{_conditions(step)}")
    repeat = _repeat(policy)
    if repeat:
        times = "once" if repeat == 1 else f"{repeat} times, each time"
        lines.append(f"Repeats {times} {duration_words(round_wait(policy))} after the last step")
    if policy.ack_timeout_seconds:
        waited = duration_words(policy.ack_timeout_seconds)
        lines.append(f"Pages again {waited} after an acknowledgement, unless it is mitigated")
    return lines


def _conditions(step: Step) -> str:
    parts = []
    if step.severities:
        parts.append(f"only {', '.join(step.severities)}")
    if step.hours is not None:
        parts.append(hours_words(step.hours))
    return f" ({'; '.join(parts)})" if parts else ""


def hours_words(hours: Hours) -> str:
    windows = ", ".join(
        f"{_days(window.weekdays)} {window.start:%H:%M}-{window.end:%H:%M}"
        for window in hours.windows
    )
    return f"{'outside' if hours.outside else 'during'} {windows} {hours.time_zone}"


def _days(weekdays: frozenset[int]) -> str:
    return ",".join(WEEKDAYS[day] for day in sorted(weekdays))


def problems(policy: Policy) -> list[str]:
    """What its author must change before the policy may be used; empty when it is sound."""
    found = []
    if not policy.steps:
        found.append("A policy needs at least one step.")
    if len(policy.steps) > MAX_STEPS:
        found.append(f"A policy has at most {MAX_STEPS} steps.")
    if not 0 <= policy.repeat <= MAX_REPEAT:
        found.append(f"A policy repeats between 0 and {MAX_REPEAT} times.")
    for number, step in enumerate(policy.steps[:MAX_STEPS], start=1):
        found += [f"Step {number}: {problem}" for problem in _step_problems(step)]
    return found


def _wait(step: Step) -> int:
    return min(max(step.after_seconds, 0), MAX_WAIT_SECONDS)


def _repeat(policy: Policy) -> int:
    return min(max(policy.repeat, 0), MAX_REPEAT)


def _shown(target: Target) -> str:
    return (target.label or target.ref) + _SUFFIX[target.kind]


def duration_words(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def _step_problems(step: Step) -> list[str]:
    found = []
    if step.after_seconds < 0:
        found.append("the wait cannot be negative.")
    if step.after_seconds > MAX_WAIT_SECONDS:
        found.append("the wait is at most 24 hours.")
    if not step.targets:
        found.append("it has nobody to page.")
    if len(step.targets) > MAX_TARGETS:
        found.append(f"it has more than {MAX_TARGETS} targets.")
    if any(not target.ref.strip() for target in step.targets):
        found.append("a target names nobody.")
    if set(step.severities) - set(SEVERITIES):
        found.append(f"severities are {', '.join(SEVERITIES)}.")
    if step.hours is not None and not step.hours.windows:
        found.append("its hours name no hours.")
    if len({(target.kind, target.ref) for target in step.targets}) < len(step.targets):
        found.append("the same target is named twice.")
    return found
