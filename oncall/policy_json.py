"""Escalation policies as plain data: the snapshot that a running escalation keeps. Pure.

Reading is tolerant of fields that another version wrote, and of those it did not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from core.clock import WEEKDAYS
from oncall.escalation import Hours, Policy, Step, Target, TargetKind
from oncall.hours import restrictions_of
from oncall.shift_length import ScheduleError

SNAPSHOT_VERSION = 1
_KINDS: dict[str, TargetKind] = {kind: kind for kind in get_args(TargetKind)}


class PolicyError(ValueError):
    """A stored policy that cannot be read; the message says where."""


def to_json(policy: Policy) -> dict[str, object]:
    steps = [
        {
            "after_seconds": step.after_seconds,
            "targets": [{"kind": t.kind, "ref": t.ref, "label": t.label} for t in step.targets],
            "severities": list(step.severities),
            "hours": hours_to_json(step.hours),
            "round_robin": step.round_robin,
        }
        for step in policy.steps
    ]
    return {
        "version": SNAPSHOT_VERSION,
        "slug": policy.slug,
        "name": policy.name,
        "repeat": policy.repeat,
        "ack_timeout_seconds": policy.ack_timeout_seconds,
        "steps": steps,
    }


def hours_to_json(hours: Hours | None) -> dict[str, object] | None:
    """As a step keeps them, and as `restrictions` of a rotation are written."""
    if hours is None:
        return None
    windows = [
        {
            "weekdays": [WEEKDAYS[day] for day in sorted(window.weekdays)],
            "start": f"{window.start:%H:%M}",
            "end": f"{window.end:%H:%M}",
        }
        for window in hours.windows
    ]
    return {"time_zone": hours.time_zone, "windows": windows, "outside": hours.outside}


def hours_from_json(value: object) -> Hours | None:
    """Raises `ScheduleError` for hours that make no sense."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or not isinstance(value.get("windows"), list):
        raise ScheduleError("Hours have a time zone and windows.")
    return Hours(
        time_zone=str(value.get("time_zone") or "UTC"),
        windows=restrictions_of(value["windows"]),
        outside=bool(value.get("outside")),
    )


def from_json(value: object) -> Policy:
    """The policy that `to_json` wrote; raises PolicyError for anything of another shape."""
    policy = _mapping(value, "policy")
    steps = enumerate(_list(policy, "steps", "policy"))
    return Policy(
        slug=_text(policy, "slug", "policy"),
        name=_text(policy, "name", "policy"),
        steps=tuple(_step(step, f"steps[{n}]") for n, step in steps),
        repeat=_number(policy, "repeat", "policy"),
        ack_timeout_seconds=_number(
            {"ack_timeout_seconds": 0, **policy}, "ack_timeout_seconds", ""
        ),
    )


def _step(value: object, where: str) -> Step:
    step = _mapping(value, where)
    targets = enumerate(_list(step, "targets", where))
    return Step(
        after_seconds=_number(step, "after_seconds", where),
        targets=tuple(_target(target, f"{where}.targets[{n}]") for n, target in targets),
        severities=tuple(
            str(item) for item in _list({"severities": [], **step}, "severities", where)
        ),
        hours=_hours(step.get("hours"), where),
        round_robin=bool(step.get("round_robin")),
    )


def _hours(value: object, where: str) -> Hours | None:
    try:
        return hours_from_json(value)
    except ScheduleError as error:
        raise PolicyError(f"{where}: {error}") from error


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
