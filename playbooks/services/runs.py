"""The verbs of a run: plan it, begin it, approve it, answer its questions, stop it, take it back.

Nothing here calls out; the engine does (`playbooks.working`), with no transaction open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.actor import Actor, program
from core.durations import exact_words
from core.errors import Conflict, Forbidden
from incidents.lifecycle import INCIDENT
from incidents.models import Incident
from incidents.services.rows import lock_incident
from playbooks import rules
from playbooks.asking import ask_approvers
from playbooks.definition import PlaybookSpec
from playbooks.facts import dependents_behind, last_acted_at
from playbooks.lifecycle import RUN, UNDER_WAY
from playbooks.models import Approval, Connection, Playbook, PlaybookRun, RunStep
from playbooks.services.moving import (
    lock_playbook_of,
    lock_run,
    make_due,
    move,
    settle,
    step_of,
    tell,
)
from playbooks.services.playbooks import spec_of

PROGRAM = program()
ENDED = ("closed", "cancelled")
Status = RunStep.Status


def start_run(
    *,
    playbook_id: int,
    incident_id: int,
    actor: Actor,
    at_once: bool = False,
    automatic: bool = False,
) -> PlaybookRun:
    """Have a playbook planned for an incident: the engine reads what stands there and writes down
    exactly what would be sent. With `at_once` it goes on from there by itself, else it waits for
    `begin_run`. Raises `Conflict` while another run of it is under way there."""
    with transaction.atomic():
        playbook = Playbook.objects.select_for_update().get(pk=playbook_id)
        incident = lock_incident(incident_id)
        _check_can_start(playbook, incident)
        spec = spec_of(playbook.definition)
        run = PlaybookRun.objects.create(
            playbook=playbook,
            version=playbook.version,
            definition=playbook.definition,
            incident=incident,
            starts_when_planned=at_once,
            automatic=automatic,
            rehearsal=incident.drill,
            started_by_id=actor.user_id,
            started_label=actor.label[:200],
            via=actor.via,
        )
        _write_steps(run, spec)
        make_due(run, clock.now())
        run.save()
        what = "is being planned and started" if at_once else "is being planned"
        tell(run, f"{what}, nothing is sent before it is shown here.", actor, action="start")
    return run


def begin_run(*, run_id: int, actor: Actor) -> PlaybookRun:
    """Have a planned run act: at once, or as soon as enough people have agreed."""
    with transaction.atomic():
        lock_playbook_of(run_id)
        run = lock_run(run_id)
        if run.status != "ready":
            RUN.check(run, state=run.status, to="waiting")
            if run.starts_when_planned:
                raise Conflict("It begins by itself as soon as it is planned.")
            raise Conflict("It is still being planned. Look at what would be sent, then run it.")
        begin(run, actor)
    return run


def begin(run: PlaybookRun, actor: Actor) -> None:
    """Of a locked run whose plan is there; its playbook is locked as well. Raises `Conflict` while
    it has to cool down."""
    spec = spec_of(run.definition)
    now = clock.now()
    systems = list(run.incident.systems.values_list("pk", flat=True))
    _check_cooled(run, spec, systems)
    dependents = dependents_behind(systems)
    demand = rules.demand_of(
        spec,
        dependents=dependents,
        rehearsal=run.rehearsal,
        allowed=_allowed(run, spec, dependents),
    )
    if not demand.any:
        move(run, "running", demand=demand.to_json(), acted_at=now)
        tell(run, f"runs. {demand.because}".strip(), actor, outcome="begun")
        return
    until = now + timedelta(seconds=spec.approval.expires)
    move(run, "waiting", demand=demand.to_json(), approve_until=until, due_at=until)
    said = f"waits for {demand.who} to agree. {demand.because}".strip()
    tell(run, said, actor, outcome="begun")
    ask_approvers(run, demand)


def answer_approval(
    *, run_id: int, user: User, agrees: bool, actor: Actor, note: str = ""
) -> PlaybookRun:
    """Agree or refuse, once a person. Raises `Forbidden` without the right, `Conflict` when it does
    not wait any more, when its time is over, when this person has said it already, or while another
    run of the playbook makes this one cool down."""
    late = False
    with transaction.atomic():
        lock_playbook_of(run_id)
        run = lock_run(run_id)
        RUN.check(run, state=run.status, to="running" if agrees else "refused")
        if run.status != "waiting":
            raise Conflict(f"{run.ref} does not wait for approval: it is {_label(run)}.")
        late = run.approve_until is not None and run.approve_until <= clock.now()
        if late:
            expire(run)
        else:
            _take_answer(run, user, agrees, actor, note)
    if late:
        assert run.approve_until is not None
        raise Conflict(f"The time to approve {run.ref} ended {exact_words(run.approve_until)}.")
    return run


def expire(run: PlaybookRun) -> None:
    move(run, "expired", said="Nobody agreed in time. Nothing was sent.")
    tell(
        run, "was not approved in time. Nothing was sent.", PROGRAM, outcome="bad", action="expire"
    )


def answer_check(
    *, run_id: int, step_id: Any, fine: bool, actor: Actor, note: str = ""
) -> PlaybookRun:
    """Say what a check found: go on, or hold the run."""
    with transaction.atomic():
        run = lock_run(run_id)
        step = step_of(run, step_id)
        if run.status != "running" or not step.is_check or step.status != Status.PENDING:
            raise Conflict("This question is not open any more.")
        said = note.strip()[:500]
        settle(step, Status.DONE if fine else Status.FAILED, said or _YES[fine], actor)
        tell(run, f"“{step.name}”: {said or _YES[fine]}", actor, action="check")
        if fine:
            make_due(run, clock.now())
            run.said = ""
            run.save()
        else:
            move(run, "held", said=f"“{step.name}”: {said or _YES[fine]}")
    return run


def settle_step(*, run_id: int, step_id: Any, happened: bool, actor: Actor) -> PlaybookRun:
    """Say what became of a step of which AIRE does not know it, after somebody has looked there."""
    with transaction.atomic():
        run = lock_run(run_id)
        step = step_of(run, step_id)
        if run.status not in ("held", "stopped") or step.status != Status.UNCERTAIN:
            raise Conflict("This step is not uncertain any more.")
        said = "it was carried out." if happened else "it was not carried out."
        settle(step, Status.DONE if happened else Status.FAILED, f"Somebody looked: {said}", actor)
        outcome = "done" if happened else "bad"
        tell(
            run, f"“{step.name}”: {actor.label} has looked, {said}", actor,
            outcome=outcome, action="settle",
        )  # fmt: skip
        if run.status == "stopped":
            run.save()
        elif run.undoing_since and not step.undoes_id:
            leave_out_undo(step, happened, actor)
            move(run, "undoing")
        elif happened:
            move(run, "undoing" if run.undoing_since else "running")
        else:
            run.said = f"“{step.name}”: {said}"
            run.save()
    return run


def go_on(*, run_id: int, actor: Actor) -> PlaybookRun:
    """Try the step again that failed, and go on from there. An uncertain one is never sent again:
    it has to be settled first."""
    with transaction.atomic():
        run = lock_run(run_id)
        steps = list(run.steps.select_for_update())
        if any(step.status == Status.UNCERTAIN for step in steps):
            raise Conflict("Look first whether the uncertain step was carried out, and say so.")
        for step in steps:
            if step.status == Status.FAILED and bool(step.undoes_id) == bool(run.undoing_since):
                step.status, step.answer = Status.PENDING, ""
                step.save(update_fields=["status", "answer"])
        move(run, "undoing" if run.undoing_since else "running")
        tell(run, "goes on.", actor, action="go_on")
    return run


def confirm_helped(*, run_id: int, actor: Actor, note: str = "") -> PlaybookRun:
    """Say that it helped, where the objective could not or says otherwise and all steps are
    done."""
    with transaction.atomic():
        run = lock_run(run_id)
        more = f" “{note.strip()[:500]}”" if note.strip() else ""
        move(run, "succeeded", said=f"{actor.label} says that it helped.{more}")
        tell(run, f"helped, says {actor.label}.{more}", actor, outcome="good", action="verified")
    return run


def stop_run(*, run_id: int, actor: Actor, note: str = "") -> PlaybookRun:
    """Send nothing more. What was sent stays as it is until it is undone."""
    with transaction.atomic():
        run = lock_run(run_id)
        said = note.strip()[:500] or f"Stopped by {actor.label}."
        if not run.steps.filter(sent_at__isnull=False).exists():
            run.acted_at = None  # nothing went out, so nothing has to cool down
        move(run, "stopped", said=said)
        tell(
            run, f"is stopped. {note.strip()[:500]}".strip(), actor,
            outcome="bad" if run.acted_at else "", action="stop",
        )  # fmt: skip
    return run


def undo_run(*, run_id: int, actor: Actor, because: str = "") -> PlaybookRun:
    """Take back what was done, the last step first, where AIRE knows how. Of a step whose outcome
    nobody knows it is looked first whether there is anything to take back; where that cannot be
    told, a person is asked and nothing is sent."""
    with transaction.atomic():
        run = lock_run(run_id)
        begin_undo(run, actor, because)
    return run


def begin_undo(run: PlaybookRun, actor: Actor, because: str = "") -> None:
    """Of a locked run."""
    found = [step for step in run.undoable if step.can_be_undone]
    move(run, "undoing", said=because)
    place = run.steps.count()
    for step in found:
        RunStep.objects.create(
            run=run,
            position=place,
            name=f"Undo: {step.name}"[:200],
            definition=step.definition,
            connection=step.connection,
            says=step.undo_says,
            undoes=step,
        )
        place += 1
    said = f"is being undone. {because}".strip()
    tell(run, said, actor, outcome="begun", action="undo")


def leave_out_undo(step: RunStep, happened: bool, actor: Actor) -> None:
    """What was not carried out has nothing to be taken back."""
    undo = RunStep.objects.filter(undoes=step).first()
    if undo is not None and not happened:
        settle(undo, Status.SKIPPED, "Nothing to take back: it was not carried out.", actor)


def _check_can_start(playbook: Playbook, incident: Incident) -> None:
    if not playbook.enabled:
        raise Conflict(f"{playbook.name} is switched off.")
    if incident.status in ENDED or incident.merged_into_id:
        label = "merged" if incident.merged_into_id else INCIDENT.label(incident.status).lower()
        raise Conflict(f"{incident.ref} is {label}: nothing is run for it.")
    runs = playbook.runs.filter(incident=incident)
    if other := runs.filter(status__in=UNDER_WAY).first():
        raise Conflict(f"{other.ref} of {playbook.name} is under way: {_label(other)}.")
    for old in runs.filter(status="ready").select_for_update():
        move(old, "stopped", said="A newer plan took its place.")


def _write_steps(run: PlaybookRun, spec: PlaybookSpec) -> None:
    named = {step.connection for step in spec.steps if step.connection}
    connections = {row.slug: row for row in Connection.objects.filter(slug__in=named)}
    RunStep.objects.bulk_create(
        RunStep(
            run=run,
            position=place,
            name=step.name,
            definition=step.plain(),
            connection=connections.get(step.connection or ""),
        )
        for place, step in enumerate(spec.steps)
    )


def _take_answer(run: PlaybookRun, user: User, agrees: bool, actor: Actor, note: str) -> None:
    demand = rules.Demand(**run.demand)
    if not user.has_role(demand.role):
        raise Forbidden(f"This needs {demand.who}; your role is {user.get_role_display()}.")
    if demand.another and user.pk == run.started_by_id:
        raise Forbidden("Whoever started it cannot approve it: somebody else has to look.")
    said = run.approvals.filter(user=user).first()
    if said is not None:
        word = "agreed" if said.agrees else "refused"
        raise Conflict(f"You have {word} already.")
    Approval.objects.create(
        run=run,
        user=user,
        label=str(user),
        role=user.role,
        agrees=agrees,
        note=note.strip()[:1000],
        via=actor.via,
        at=clock.now(),
    )
    more = f" “{note.strip()[:300]}”" if note.strip() else ""
    if not agrees:
        move(run, "refused", said=f"{user} refused.{more}")
        tell(run, f"is refused.{more}", actor, outcome="bad", action="refuse")
        return
    agreed = run.approvals.filter(agrees=True).count()
    tell(run, f"is approved, {agreed} of {demand.count}.{more}", actor, action="approve")
    if rules.enough(demand, agreed):
        # Another run may have been approved while this one waited.
        systems = list(run.incident.systems.values_list("pk", flat=True))
        _check_cooled(run, spec_of(run.definition), systems)
        move(run, "running", acted_at=clock.now())
    else:
        run.save()


def _check_cooled(run: PlaybookRun, spec: PlaybookSpec, systems: Sequence[int]) -> None:
    if run.rehearsal:
        return
    until = rules.cooling_until(spec, last_acted_at(run, systems), clock.now())
    if until is not None:
        raise Conflict(
            f"{run.playbook.name} has acted on these systems and cools down until "
            f"{exact_words(until)}."
        )


def _allowed(run: PlaybookRun, spec: PlaybookSpec, dependents: int) -> str:
    """By which it needs no approval: the word of its owner, about what it was then."""
    playbook = run.playbook
    if not run.automatic or not playbook.automatic or playbook.version != run.version:
        return ""
    if dependents > spec.limits.dependents:
        return ""
    return f"{run.playbook.automatic_by} lets it start by itself for this kind of failure."


def _label(run: PlaybookRun) -> str:
    return RUN.label(run.status).lower()


_YES = {True: "Looked, go on.", False: "Looked, do not go on."}
