"""What a policy would do if something fired at a time: who is paged when, with their names. Reads
only; takes nobody's turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from oncall.escalation import (
    Circumstances,
    Due,
    Policy,
    Step,
    duration_words,
    hours_words,
    plan,
)
from oncall.paging import step_words
from oncall.snapshot import fallback_snapshot
from oncall.targets import resolve
from oncall.turns import next_in_turn

MAX_SHOWN = 30


class PreviewPerson(NamedTuple):
    name: str
    because: str


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """`due_at` is None for a step that is passed by; then `why_not` says why."""

    label: str
    due_at: datetime | None
    wait: str
    people: list[PreviewPerson]
    missing: list[str]
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    severity: str
    at: datetime
    steps: list[PreviewStep]
    later: list[str]
    exhausted_at: datetime | None
    pages_fallback: bool


def policy_preview(policy: Policy, *, severity: str, at: datetime) -> PolicyPreview:
    """The first round step by step, those that are passed by among them; the others in a line."""
    dues = list(plan(policy, at, severity))
    if not dues:
        fallback = fallback_snapshot()
        steps = _first_round(fallback, list(plan(fallback, at, severity)), severity, at)
        return PolicyPreview(severity, at, steps, [], None, pages_fallback=True)
    return PolicyPreview(
        severity,
        at,
        _first_round(policy, dues, severity, at),
        _later_rounds(dues, at),
        dues[-1].due_at,
        pages_fallback=False,
    )


def _first_round(policy: Policy, dues: list[Due], severity: str, at: datetime) -> list[PreviewStep]:
    due_of = {due.step: due.due_at for due in dues if due.round == 0}
    steps, before = [], at
    for number, step in enumerate(policy.steps[:MAX_SHOWN]):
        label = step_words(policy, 0, number).capitalize()
        due = due_of.get(number)
        if due is None:
            would_be = before + timedelta(seconds=step.after_seconds)
            now = Circumstances(severity, would_be)
            steps.append(PreviewStep(label, None, "", [], [], _why_not(step, now)))
            continue
        wait = duration_words(round((due - before).total_seconds()))
        steps.append(_taken(policy, number, label, due, wait))
        before = due
    return steps


def _taken(policy: Policy, number: int, label: str, due: datetime, wait: str) -> PreviewStep:
    step = policy.steps[number]
    found = resolve(step.targets, policy=policy, step_label=label.lower(), at=due)
    people = list(found.found.values())
    if step.round_robin:
        people = next_in_turn(policy.slug, number, people)
    shown = [PreviewPerson(item.label, item.because) for item in people]
    return PreviewStep(label, due, wait, shown, found.missing)


def _why_not(step: Step, now: Circumstances) -> str:
    if step.severities and now.severity not in step.severities:
        return f"only for {', '.join(step.severities)}"
    return hours_words(step.hours) if step.hours else "not reached"


def _later_rounds(dues: list[Due], at: datetime) -> list[str]:
    """A sentence for each repeat: after how long its first step comes."""
    firsts = [due for due in dues if due.round > 0 and not _follows(dues, due)]
    return [
        f"Round {due.round + 1} begins {duration_words(round((due.due_at - at).total_seconds()))} "
        "after the start"
        for due in firsts
    ]


def _follows(dues: list[Due], due: Due) -> bool:
    return any(other.round == due.round and other.step < due.step for other in dues)
