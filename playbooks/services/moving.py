"""What every verb of a run does around its own change: lock, move, say it on the timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.audit import record
from core import clock
from core.actor import Actor
from core.errors import NotFound
from core.hints import hint_on_commit
from core.live import tick
from incidents.models import IncidentEvent
from incidents.timeline import add_event
from playbooks.lifecycle import RUN, WORKED
from playbooks.models import Playbook, PlaybookRun, RunStep

HINT = "playbooks"


def lock_playbook_of(run_id: int) -> None:
    """Runs of one playbook begin one after the other. It is locked before the run, as in
    `start_run`: never one waiting for the other."""
    rows = Playbook.objects.select_for_update(of=("self",)).filter(runs=run_id)
    if rows.first() is None:
        raise NotFound("There is no such run.")


def lock_run(run_id: int) -> PlaybookRun:
    """The row with its playbook and incident, locked until the transaction ends."""
    run = (
        PlaybookRun.objects.select_for_update(of=("self",))
        .select_related("playbook", "incident")
        .filter(pk=run_id)
        .first()
    )
    if run is None:
        raise NotFound("There is no such run.")
    return run


def move(
    run: PlaybookRun,
    to: str,
    *,
    said: str = "",
    due_at: datetime | None = None,
    **changes: Any,
) -> None:
    """Apply a move of the lifecycle to a locked run. What the engine works on is due at `due_at`,
    by default now. Raises `Conflict`."""
    step = RUN.check(run, state=run.status, to=to)
    now = clock.now()
    run.status, run.said = to, said
    for stamp in step.stamps:
        setattr(run, stamp, now)
    for name, value in changes.items():
        setattr(run, name, value)
    if to in WORKED:
        make_due(run, due_at or now)
    else:
        rest(run)
    run.save()
    tick(run.incident.subject_key)


def make_due(run: PlaybookRun, at: datetime) -> None:
    run.state, run.due_at, run.attempts = PlaybookRun.State.DUE, at, 0
    run.lease_token = run.lease_until = None
    hint_on_commit(HINT)


def rest(run: PlaybookRun) -> None:
    """Nothing is to do until somebody says something."""
    run.state = PlaybookRun.State.IDLE
    run.lease_token = run.lease_until = None


def tell(
    run: PlaybookRun,
    text: str,
    actor: Actor,
    *,
    outcome: str = "",
    action: str = "",
    once: str | None = None,
) -> None:
    """A line on the incident's timeline; with `action` in the audit trail as well. `outcome` is
    `begun`, `done`, `good` or `bad`; a line without only says that something is looked at."""
    came: dict[str, Any] = {"outcome": outcome} if outcome else {}
    add_event(
        incident=run.incident,
        kind=IncidentEvent.Kind.MITIGATION,
        text=f"{run.playbook.name} ({run.ref}): {text}",
        actor=actor,
        once=once,
        playbook_run=run.ref,
        **came,
    )
    if action:
        record(
            actor=actor,
            action=f"playbook_run.{action}",
            target_kind="incident",
            target_ref=run.incident.ref,
            run=run.ref,
            playbook=run.playbook.slug,
            said=text[:1_000],
        )


def step_of(run: PlaybookRun, step_id: Any) -> RunStep:
    step = run.steps.select_for_update().filter(pk=step_id).first()
    if step is None:
        raise NotFound("There is no such step of this run.")
    return step


def settle(step: RunStep, status: str, answer: str, actor: Actor) -> None:
    step.status, step.answer = status, answer[:2_000]
    step.settled_at, step.settled_label = clock.now(), actor.label[:200]
    step.save(update_fields=["status", "answer", "settled_at", "settled_label"])
