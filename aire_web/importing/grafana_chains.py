"""Escalation chains of Grafana OnCall: their steps are lines of a small program, ours wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aire_web.importing.converted import Converted, Export, number, text

REPEATS = 5
"""So often OnCall repeats at most."""
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@dataclass(slots=True)
class _Steps:
    """What has been read of a chain so far."""

    shown: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    wait: int = 0
    hours: dict[str, Any] | None = None
    repeat: int = 0

    def page(self, targets: list[dict[str, str]], *, in_turn: bool = False) -> None:
        if not targets:
            return
        last = self.steps[-1] if self.steps else None
        together = last is not None and not self.wait and last.get("hours") == self.hours
        if together and last is not None and not in_turn and "roundRobin" not in last:
            last["targets"] += [target for target in targets if target not in last["targets"]]
            return
        step: dict[str, Any] = {"after": self.wait, "targets": targets}
        if self.hours:
            step["hours"] = self.hours
        if in_turn:
            step["roundRobin"] = True
        self.steps.append(step)
        self.wait = 0


def convert_chains(
    made: Converted,
    export: Export,
    *,
    people: Mapping[str, str],
    teams: Mapping[str, str],
    schedules: Mapping[str, str],
) -> dict[str, str]:
    """Names of policies by the chain's id."""
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for policy in export.get("escalation_policies", []):
        lines[text(policy.get("escalation_chain_id"))].append(policy)
    found = {}
    for chain in export.get("escalation_chains", []):
        shown = text(chain.get("name")) or "Chain"
        read = _Steps(shown)
        own = lines[text(chain.get("id"))]
        for line in sorted(own, key=lambda line: number(line.get("position"))):
            _line(made, read, line, people, teams, schedules)
        if not read.steps:
            made.leave("escalation chain", shown, "None of its steps pages anybody who is left.")
            continue
        name = made.name_for("EscalationPolicy", shown)
        made.add("EscalationPolicy", name, shown, {"steps": read.steps, "repeat": read.repeat})
        found[text(chain.get("id"))] = name
    return found


def _line(
    made: Converted,
    read: _Steps,
    line: dict[str, Any],
    people: Mapping[str, str],
    teams: Mapping[str, str],
    schedules: Mapping[str, str],
) -> None:
    kind = text(line.get("type"))
    if kind == "wait":
        read.wait += number(line.get("duration"))
    elif kind == "repeat_escalation":
        read.repeat = REPEATS
    elif kind == "notify_persons":
        read.page(_each(made, read, line.get("persons_to_notify"), people, "user"))
    elif kind == "notify_person_next_each_time":
        listed = line.get("persons_to_notify_next_each_time")
        read.page(_each(made, read, listed, people, "user"), in_turn=True)
    elif kind == "notify_on_call_from_schedule":
        named = [line.get("notify_on_call_from_schedule")]
        read.page(_each(made, read, named, schedules, "schedule"))
    elif kind in ("notify_team_members", "notify_team"):
        named = [line.get("notify_to_team_members") or line.get("notify_team_members")]
        read.page(_each(made, read, named, teams, "team"))
    elif kind == "notify_if_time_from_to":
        _hours(made, read, line)
    else:
        made.leave("step of a chain", read.shown, f"AIRE has nothing like {kind[:60] or 'it'}.")


def _each(
    made: Converted, read: _Steps, listed: object, known: Mapping[str, str], kind: str
) -> list[dict[str, str]]:
    found = []
    for key in listed if isinstance(listed, list) else []:
        if text(key) in known:
            found.append({kind: known[text(key)]})
        else:
            reason = (
                f"The {kind} {text(key)[:40] or '(none)'} is not in the export or was left out."
            )
            made.leave("target", read.shown, reason)
    return found


def _hours(made: Converted, read: _Steps, line: dict[str, Any]) -> None:
    """Those after it are for these hours (UTC there) only."""
    start = text(line.get("notify_if_time_from")).rstrip("Z")[:5]
    end = text(line.get("notify_if_time_to")).rstrip("Z")[:5]
    if len(start) != 5 or len(end) != 5:
        made.leave("step of a chain", read.shown, "Its hours cannot be read.")
        return
    window = {"weekdays": list(_DAYS), "start": start, "end": end}
    read.hours = {"timeZone": "UTC", "windows": [window]}
