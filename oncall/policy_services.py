"""Writing escalation policies, and which one pages for a system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import Team, User
from catalog.models import System
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.in_use import refuse_while_used
from core.manifest import parse_seconds
from core.payload import clean_text
from notifications.models import ContactMethod
from oncall.escalation import (
    MAX_ACK_TIMEOUT_SECONDS,
    MAX_REPEAT,
    MAX_STEPS,
    MAX_TARGETS,
    MAX_WAIT_SECONDS,
    MIN_ACK_TIMEOUT_SECONDS,
    SEVERITIES,
)
from oncall.models import EscalationPolicy, PolicyStep, PolicyTarget, Schedule, SystemPolicy
from oncall.policy_json import hours_from_json, hours_to_json
from oncall.schedule_parts import zone_named
from oncall.shift_length import ScheduleError

RESERVED = frozenset({"new"})
TARGET_KINDS = ("user", "schedule", "team", "slack_channel", "contact")


@transaction.atomic
def save_policy(
    *,
    slug: str,
    name: str,
    steps: Sequence[Mapping[str, Any]],
    repeat: int = 0,
    is_fallback: bool = False,
    ack_timeout_seconds: int | str = 0,
    actor: Actor,
) -> EscalationPolicy:
    """Create the policy with this slug, or bring it to exactly this state.

    A step is `{after_seconds: 300 or "5m", targets: [{user: address} | {schedule: slug} |
    {team: slug} | {slack_channel: "#name"} | {contact: slug}], severities: ["sev1", …], hours:
    {time_zone, windows: [{weekdays, start, end}], outside}, round_robin: false}`. The
    policy that becomes the fallback takes that over from the one that was. Escalations that run
    keep what they started with.
    """
    found = Findings()
    slug = found.slug("slug", slug, reserved=RESERVED)
    name = found.line("name", name or slug, limit=120, required=True)
    if not steps:
        found.add("steps", "A policy needs at least one step.")
    if len(steps) > MAX_STEPS:
        found.add("steps", f"A policy has at most {MAX_STEPS} steps.")
    if isinstance(repeat, bool) or not isinstance(repeat, int) or not 0 <= repeat <= MAX_REPEAT:
        found.add("repeat", f"A policy repeats between 0 and {MAX_REPEAT} times.")
    checked = [_step(found, f"steps.{n}", step) for n, step in enumerate(steps[:MAX_STEPS])]
    timeout = _ack_timeout(found, ack_timeout_seconds)
    found.raise_any()
    if is_fallback:
        EscalationPolicy.objects.filter(is_fallback=True).exclude(slug=slug).update(
            is_fallback=False
        )
    policy, _ = EscalationPolicy.objects.update_or_create(
        slug=slug,
        defaults={
            "name": name,
            "repeat": repeat,
            "is_fallback": is_fallback,
            "ack_timeout_seconds": timeout,
        },
    )
    policy.steps.all().delete()
    for position, (fields, targets) in enumerate(checked):
        step = PolicyStep.objects.create(policy=policy, position=position, **fields)
        PolicyTarget.objects.bulk_create(PolicyTarget(step=step, **target) for target in targets)
    record(actor=actor, action="policy.save", target_kind="policy", target_ref=slug)
    return policy


@transaction.atomic
def delete_policy(*, slug: str, actor: Actor, fallback_too: bool = False) -> None:
    """Refused while a system or a route pages by it. Escalations that run keep what they started
    with. The fallback, which pages when nothing else says whom, goes only where whoever deletes it
    has seen what is left without it (`apply --prune` after its plan); the admins stand in then."""
    policy = EscalationPolicy.objects.select_for_update().filter(slug=slug).first()
    if policy is None:
        raise NotFound(f"There is no escalation policy “{clean_text(slug, 63)}”.")
    refuse_while_used(policy, name=policy.name, mend="Give each another policy first.")
    if policy.is_fallback and not fallback_too:
        raise Conflict(
            f"“{policy.name}” is the fallback, which pages when nothing else says whom. Make "
            "another policy the fallback first."
        )
    policy.delete()
    record(actor=actor, action="policy.delete", target_kind="policy", target_ref=slug)


@transaction.atomic
def set_system_policy(*, system: System, policy: EscalationPolicy | None, actor: Actor) -> None:
    """Which policy pages for this system when no route says otherwise; None: the fallback."""
    if policy is None:
        SystemPolicy.objects.filter(system=system).delete()
    else:
        SystemPolicy.objects.update_or_create(system=system, defaults={"policy": policy})
    record(
        actor=actor,
        action="system.set_policy",
        target_kind="system",
        target_ref=system.slug,
        policy=policy.slug if policy else None,
    )


def _ack_timeout(found: Findings, value: object) -> int:
    try:
        seconds = parse_seconds(value)
    except ValueError:
        seconds = None
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        found.add("ack_timeout_seconds", "Give the time-out in seconds, or as 30m, 2h.")
        return 0
    if seconds and not MIN_ACK_TIMEOUT_SECONDS <= seconds <= MAX_ACK_TIMEOUT_SECONDS:
        found.add("ack_timeout_seconds", "The time-out is between 5 minutes and 7 days, or 0.")
    return seconds


def _step(
    found: Findings, place: str, step: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    targets = step.get("targets") or []
    if not targets:
        found.add(f"{place}.targets", "This step has nobody to page.")
    if len(targets) > MAX_TARGETS:
        found.add(f"{place}.targets", f"A step has at most {MAX_TARGETS} targets.")
    checked = []
    for number, target in enumerate(targets[:MAX_TARGETS]):
        field = f"{place}.targets.{number}"
        item = _target(found, field, target)
        if item is None:
            continue
        if item in checked:
            found.add(field, "This target is named twice in the step.")
        checked.append(item)
    fields = {
        "after_seconds": _after(found, f"{place}.after_seconds", step.get("after_seconds", 0)),
        "severities": _severities(found, f"{place}.severities", step.get("severities") or []),
        "hours": _hours(found, f"{place}.hours", step.get("hours")),
        "round_robin": bool(step.get("round_robin")),
    }
    return fields, checked


def _severities(found: Findings, field: str, value: Sequence[object]) -> list[str]:
    if isinstance(value, str) or not all(item in SEVERITIES for item in value):
        found.add(field, f"Severities are {', '.join(SEVERITIES)}.")
        return []
    return [severity for severity in SEVERITIES if severity in value]


def _hours(found: Findings, field: str, value: object) -> dict[str, object] | None:
    try:
        read = hours_from_json(value)
        if read is not None:
            zone_named(read.time_zone)
    except ScheduleError as error:
        found.add(field, str(error))
        return None
    if read is not None and not read.windows:
        found.add(field, "Name at least one stretch of hours.")
    return hours_to_json(read)


def _after(found: Findings, field: str, value: object) -> int:
    try:
        seconds = parse_seconds(value)
    except ValueError:
        seconds = None
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        found.add(field, "Give the wait in seconds, or as 90s, 5m, 1h.")
        return 0
    if not 0 <= seconds <= MAX_WAIT_SECONDS:
        found.add(field, "The wait is between 0 and 24 hours.")
        return 0
    return seconds


def _target(found: Findings, field: str, target: Mapping[str, Any]) -> dict[str, Any] | None:
    named = {kind: target[kind] for kind in TARGET_KINDS if target.get(kind)}
    if len(named) != 1 or set(target) - set(TARGET_KINDS):
        found.add(field, f"A target names exactly one of {', '.join(TARGET_KINDS)}.")
        return None
    ((kind, value),) = named.items()
    ref = clean_text(str(value), 320).strip()
    if kind == "slack_channel":
        ref = found.line(field, ref, limit=80, required=True)
        return {"slack_channel": ref if ref.startswith(("#", "C", "G")) else f"#{ref}"}
    tables: dict[str, QuerySet[Any]] = {
        "user": User.objects.filter(email__iexact=ref),
        "schedule": Schedule.objects.filter(slug=ref),
        "team": Team.objects.filter(slug=ref),
        "contact": ContactMethod.objects.filter(slug=ref),
    }
    row: Model | None = tables[kind].first()
    if row is None:
        found.add(field, f"There is no {kind} “{ref[:120]}”.")
        return None
    return {kind: row}
