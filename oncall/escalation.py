"""What an escalation policy does next: pure rules on a snapshot. No Django, no clock, no sending.

A step waits `after_seconds` from the moment the step before it began, the first one from the
start of the escalation. A policy that repeats goes through its steps again; rounds and steps
count from 0. The steps that follow the last one begin after `round_wait`, never at once, so
that the people paged last have time to answer and a policy of one step does not page in bursts.

A running escalation keeps the snapshot it began with. Reading one is tolerant of fields that a
newer version wrote; waits and repeats outside their bounds are brought inside, so that a policy
that slipped past `problems` still pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, get_args

TargetKind = Literal["user", "schedule", "team", "slack_channel"]
Position = tuple[int, int, int]

MAX_REPEAT = 9
MAX_STEPS = 50
MAX_TARGETS = 50
MAX_WAIT_SECONDS = 24 * 3600
MIN_ROUND_WAIT_SECONDS = 5 * 60
SNAPSHOT_VERSION = 1

_KINDS: dict[str, TargetKind] = {kind: kind for kind in get_args(TargetKind)}
_SUFFIX: dict[TargetKind, str] = {
    "user": "",
    "schedule": " (schedule)",
    "team": " (team)",
    "slack_channel": " (Slack channel)",
}


class PolicyError(ValueError):
    """A stored policy that cannot be read; the message says where."""


@dataclass(frozen=True)
class Target:
    """`ref` is what finds it again, `label` what a person reads (the ref where it is empty)."""

    kind: TargetKind
    ref: str
    label: str = ""


@dataclass(frozen=True)
class Step:
    after_seconds: int
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Policy:
    slug: str
    name: str
    steps: tuple[Step, ...]
    repeat: int = 0


class Due(NamedTuple):
    round: int
    step: int
    due_at: datetime


def first_due(policy: Policy, started_at: datetime) -> datetime | None:
    """When the first step is due; None for a policy without steps, which can page nobody."""
    if not policy.steps:
        return None
    # In UTC: adding to a time in a zone with clock changes would move the wall clock instead.
    return started_at.astimezone(UTC) + timedelta(seconds=_wait(policy.steps[0]))


def next_after(policy: Policy, round_number: int, step: int) -> Position | None:
    """(round, step, seconds to wait from the beginning of the given one), or None at the end."""
    if round_number < 0 or step < 0:
        raise ValueError("Rounds and steps count from 0.")
    if step + 1 < len(policy.steps):
        return round_number, step + 1, _wait(policy.steps[step + 1])
    if policy.steps and round_number < _repeat(policy):
        return round_number + 1, 0, round_wait(policy)
    return None


def plan(policy: Policy, started_at: datetime) -> Iterator[Due]:
    """Every step in order with its time if nobody acknowledges; at most steps × rounds of them."""
    due_at = first_due(policy, started_at)
    if due_at is None:
        return
    at: Position | None = (0, 0, 0)
    while at is not None:
        round_number, step, wait = at
        due_at += timedelta(seconds=wait)
        yield Due(round_number, step, due_at)
        at = next_after(policy, round_number, step)


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
        when = f"After {_duration(since_start)}" if since_start else "At once"
        who = ", ".join(_shown(target) for target in step.targets) or "nobody"
        lines.append(f"{when}: {who}")
    repeat = _repeat(policy)
    if repeat:
        times = "once" if repeat == 1 else f"{repeat} times, each time"
        lines.append(f"Repeats {times} {_duration(round_wait(policy))} after the last step")
    return lines


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


def to_json(policy: Policy) -> dict[str, object]:
    steps = [
        {
            "after_seconds": step.after_seconds,
            "targets": [{"kind": t.kind, "ref": t.ref, "label": t.label} for t in step.targets],
        }
        for step in policy.steps
    ]
    return {
        "version": SNAPSHOT_VERSION,
        "slug": policy.slug,
        "name": policy.name,
        "repeat": policy.repeat,
        "steps": steps,
    }


def from_json(value: object) -> Policy:
    """The policy that `to_json` wrote; raises PolicyError for anything of another shape."""
    policy = _mapping(value, "policy")
    steps = enumerate(_list(policy, "steps", "policy"))
    return Policy(
        slug=_text(policy, "slug", "policy"),
        name=_text(policy, "name", "policy"),
        steps=tuple(_step(step, f"steps[{n}]") for n, step in steps),
        repeat=_number(policy, "repeat", "policy"),
    )


def _wait(step: Step) -> int:
    return min(max(step.after_seconds, 0), MAX_WAIT_SECONDS)


def _repeat(policy: Policy) -> int:
    return min(max(policy.repeat, 0), MAX_REPEAT)


def _shown(target: Target) -> str:
    return (target.label or target.ref) + _SUFFIX[target.kind]


def _duration(seconds: int) -> str:
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
    if len({(target.kind, target.ref) for target in step.targets}) < len(step.targets):
        found.append("the same target is named twice.")
    return found


def _step(value: object, where: str) -> Step:
    step = _mapping(value, where)
    targets = enumerate(_list(step, "targets", where))
    return Step(
        after_seconds=_number(step, "after_seconds", where),
        targets=tuple(_target(target, f"{where}.targets[{n}]") for n, target in targets),
    )


def _target(value: object, where: str) -> Target:
    target = _mapping(value, where)
    kind = _KINDS.get(_text(target, "kind", where))
    if kind is None:
        raise PolicyError(f"{where}: the kind must be one of {', '.join(_KINDS)}.")
    return Target(kind, _text(target, "ref", where), _text(target, "label", where))


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise PolicyError(f"{where}: expected an object.")
    return value


def _list(value: Mapping[str, object], key: str, where: str) -> list[object]:
    items = value.get(key)
    if not isinstance(items, list):
        raise PolicyError(f"{where}: {key} must be a list.")
    return items


def _text(value: Mapping[str, object], key: str, where: str) -> str:
    text = value.get(key)
    if not isinstance(text, str):
        raise PolicyError(f"{where}: {key} must be text.")
    return text


def _number(value: Mapping[str, object], key: str, where: str) -> int:
    number = value.get(key)
    if not isinstance(number, int) or isinstance(number, bool):
        raise PolicyError(f"{where}: {key} must be a whole number.")
    return number
