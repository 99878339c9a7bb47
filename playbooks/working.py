"""What the engine does with runs that are due: plan, send, ask the SLI, take back.

Whoever claims a run calls out with no transaction open, at most once for each step: that a step is
being sent is committed before it is sent, and a step that is found so later, because the process
died or the answer was lost, is uncertain and never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from core import clock
from core.actor import Actor, program
from core.crashpoints import crash_point
from core.errors import Conflict
from core.leases import claim_due, finish
from core.logs import get_logger
from core.retry import next_attempt_at
from playbooks.lifecycle import WORKED
from playbooks.models import PlaybookRun, RunStep
from playbooks.outside import found_out, planned, send, taken_back
from playbooks.remedies import NothingToDo, RemedyError, Uncertain
from playbooks.services.moving import (
    lock_playbook_of,
    lock_run,
    make_due,
    move,
    rest,
    settle,
    step_of,
    tell,
)
from playbooks.services.playbooks import spec_of
from playbooks.services.runs import begin, begin_undo, expire, leave_out_undo
from playbooks.verifying import CHECKED_BACK, judge, slo_named

log = get_logger(__name__)
BATCH = 3
LEASE_SECONDS = 180
STILL_OUT = timedelta(seconds=LEASE_SECONDS)
"""So long a step may be on its way, by a worker that does not know yet that the run is undone."""
LOOK_AGAIN = timedelta(seconds=5)
LOST = "AIRE was stopped while it was sent. It may have been carried out or not: look there."
PROGRAM = program()
Status = RunStep.Status

OVERDUE_SQL = """
    SELECT 'playbook run', id::text, due_at, status::text, attempts::int
      FROM playbooks_playbookrun
     WHERE state = 'due' AND due_at < now() - interval '5 minutes'
       AND (lease_until IS NULL OR lease_until < now())"""


def run_due(*, limit: int = BATCH) -> int:
    """Work off the runs that are due, one thing of each; answers how many were claimed."""
    claim = claim_due(
        PlaybookRun, pending=PlaybookRun.State.DUE, limit=limit, lease_seconds=LEASE_SECONDS
    )
    for row in claim.rows:
        try:
            _WORK.get(row.status, _nothing)(row.pk, claim.token)
        except Exception:
            log.exception("playbook_run_failed", run=row.pk)
            again = next_attempt_at(row.attempts, clock.now())
            finish(PlaybookRun, pk=row.pk, token=claim.token, due_at=again or Now())
    return len(claim.rows)


def _ours(run_id: int, token: UUID, status: str) -> PlaybookRun | None:
    """The locked run, if the lease is still ours and nobody has moved it meanwhile."""
    run = lock_run(run_id)
    return run if run.lease_token == token and run.status == status else None


def _nothing(run_id: int, token: UUID) -> None:
    finish(PlaybookRun, pk=run_id, token=token, state=PlaybookRun.State.IDLE)


def _plan(run_id: int, token: UUID) -> None:
    """Read what stands there and write down exactly what would be sent."""
    steps = list(RunStep.objects.filter(run=run_id).select_related("connection", "run__incident"))
    refused = ""
    for step in steps:
        if step.is_check:
            continue
        try:
            step.before, plan = planned(step)
        except NothingToDo as error:
            step.status, step.answer = Status.SKIPPED, error.message
        except RemedyError as error:
            step.status, step.answer = Status.FAILED, error.message[:2_000]
            refused = refused or f"“{step.name}”: {error.message}"
        else:
            step.says, step.undo_says = plan.says, plan.undo_says
            step.sending = plan.sending.to_json()
    acts = [step for step in steps if not step.is_check]
    if not refused and all(step.status == Status.SKIPPED for step in acts) and acts:
        refused = f"Nothing to do: {acts[0].answer}"
    with transaction.atomic():
        lock_playbook_of(run_id)
        run = _ours(run_id, token, "planning")
        if run is None:
            return
        for step in steps:
            step.save()
        _planned(run, refused)


def _planned(run: PlaybookRun, refused: str) -> None:
    if refused:
        move(run, "stopped", said=refused)
        tell(run, f"cannot be run. {refused}", PROGRAM, outcome="bad")
        return
    if not run.starts_when_planned:
        move(run, "ready")
        tell(run, "is planned; nothing is sent before somebody runs it.", PROGRAM)
        return
    try:
        begin(run, _starter(run))
    except Conflict as error:
        move(run, "stopped", said=error.message)
        tell(run, f"was not run. {error.message}", PROGRAM, outcome="bad")


def _wait(run_id: int, token: UUID) -> None:
    """Its time to be approved is over."""
    with transaction.atomic():
        run = _ours(run_id, token, "waiting")
        if run is not None:
            expire(run)


def _run(run_id: int, token: UUID) -> None:
    """The next step that is not done yet."""
    with transaction.atomic():
        run = _ours(run_id, token, "running")
        step = _next(run_id, forward=True) if run else None
        if run is None:
            return
        if step is None:
            _after_last(run)
            return
        if step.is_check:
            _check(run, step)
            return
    _act(run_id, token, step, "running")


def _undo(run_id: int, token: UUID) -> None:
    with transaction.atomic():
        run = _ours(run_id, token, "undoing")
        step = _next(run_id, forward=False) if run else None
        if run is None:
            return
        if step is None:
            left = [one for one in run.undoable if not one.is_check]
            kept = [f"“{one.name}”" for one in left if one.status == Status.DONE or one.is_lost]
            but = f", but for {', '.join(kept)}: take that back by hand" if kept else ""
            move(run, "undone", said=f"{run.said} Undone{but}.".strip() if kept else run.said)
            tell(run, f"is undone{but}.", PROGRAM, outcome="done")
            return
    _act(run_id, token, step, "undoing")


def _next(run_id: int, *, forward: bool) -> RunStep | None:
    steps = RunStep.objects.filter(run=run_id, undoes__isnull=forward)
    left = steps.exclude(status__in=(Status.DONE, Status.SKIPPED))
    return left.select_related("connection", "run__incident", "undoes").first()


def _act(run_id: int, token: UUID, step: RunStep, status: str) -> None:
    """Send one step, once."""
    if step.status == Status.SENDING:
        _settle_lost(run_id, token, step, status, LOST)
        return
    if step.status == Status.UNCERTAIN:
        _settle_lost(run_id, token, step, status, step.answer)
        return
    if step.undoes is not None and step.undoes.is_lost:
        _look_before_undo(run_id, token, step.undoes)
        return
    if step.run.rehearsal:
        _write(run_id, token, step, status, Status.DONE, "Rehearsal: nothing was sent.")
        return
    try:
        step.before, plan = taken_back(step) if step.undoes else planned(step)
        if step.sending is not None and not plan.sending.same_as(step.sending):
            raise RemedyError(
                "What stands there is not what it was when this was planned: it would be sent "
                "something else than was shown. Nothing was sent. Plan it anew."
            )
    except NothingToDo as error:
        # What was never sent was done by somebody else, and is not ours to take back.
        left_out = Status.SKIPPED if step.sent_at is None else Status.DONE
        _write(run_id, token, step, status, left_out, error.message)
        return
    except RemedyError as error:
        _write(run_id, token, step, status, Status.FAILED, error.message)
        return
    with transaction.atomic():
        run = _ours(run_id, token, status)
        if run is None:
            return
        step.status, step.sent_at, step.says = Status.SENDING, clock.now(), plan.says
        step.sending = plan.sending.to_json()
        step.save(update_fields=["status", "sent_at", "says", "sending", "before"])
    crash_point("playbooks:before_send")
    try:
        answer = send(step, plan)
    except Uncertain as error:
        _settle_lost(run_id, token, step, status, error.message)
        return
    except RemedyError as error:
        _write(run_id, token, step, status, Status.FAILED, error.message)
        return
    crash_point("playbooks:after_send")
    _write(run_id, token, step, status, Status.DONE, answer)


def _look_before_undo(run_id: int, token: UUID, forward: RunStep) -> None:
    """Whether a step that is to be taken back was carried out at all. Where that cannot be told
    nothing is sent before a person has looked: taking back what never was could do harm."""
    begun = forward.sent_at or clock.now()
    still_out = forward.status == Status.SENDING and clock.now() < begun + STILL_OUT
    done = None if still_out else found_out(forward)
    with transaction.atomic():
        run = _ours(run_id, token, "undoing")
        if run is None:
            return
        step = step_of(run, forward.pk)
        if still_out or not step.is_lost:
            make_due(run, clock.now() + (LOOK_AGAIN if step.is_lost else timedelta(0)))
            run.save()
        elif done is None:
            settle(step, Status.UNCERTAIN, step.answer or LOST, PROGRAM)
            ask = f"Look whether “{step.name}” was carried out, and say so: the undo goes on then."
            move(run, "held", said=ask)
            tell(run, f"the undo waits. {ask}", PROGRAM, outcome="bad", action="step")
        else:
            said = f"What stands there now says that it was {'' if done else 'not '}carried out."
            settle(step, Status.DONE if done else Status.FAILED, said, PROGRAM)
            leave_out_undo(step, done, PROGRAM)
            tell(run, f"“{step.name}”: {said}", PROGRAM, outcome="done" if done else "bad")
            make_due(run, clock.now())
            run.save()


def _settle_lost(run_id: int, token: UUID, step: RunStep, status: str, why: str) -> None:
    """Look whether it was carried out; where that cannot be told, somebody has to."""
    done = found_out(step)
    if done is None:
        _write(run_id, token, step, status, Status.UNCERTAIN, why)
    elif done:
        said = "The answer was lost; what stands there now says that it was carried out."
        _write(run_id, token, step, status, Status.DONE, said)
    else:
        said = "The answer was lost; what stands there now says that it was not carried out."
        _write(run_id, token, step, status, Status.FAILED, said)


def _write(run_id: int, token: UUID, step: RunStep, status: str, outcome: str, answer: str) -> None:
    """What became of a step, whatever has become of the run meanwhile: it was sent."""
    with transaction.atomic():
        run = lock_run(run_id)
        if run.lease_token != token and step.sent_at is None:
            return
        settle(step, outcome, answer, PROGRAM)
        word = str(Status(outcome).label).lower()
        came = "done" if outcome in (Status.DONE, Status.SKIPPED) else "bad"
        tell(
            run, f"“{step.name}” {_IS[outcome]}{word}. {answer}", PROGRAM,
            outcome=came, action="step",
        )  # fmt: skip
        if run.status != status:
            run.save()
        elif outcome in (Status.DONE, Status.SKIPPED):
            make_due(run, clock.now())
            run.save()
        else:
            move(run, "held", said=f"“{step.name}”: {answer}")


_IS: Mapping[str, str] = {
    Status.DONE: "is ",
    Status.FAILED: "has ",
    Status.UNCERTAIN: "is ",
    Status.SKIPPED: "is ",
}


def _check(run: PlaybookRun, step: RunStep) -> None:
    """Ask the objective, or wait for a person."""
    slug = step.definition.get("slo")
    if not slug:
        rest(run)
        run.said = f"Somebody has to look: {step.name}"
        run.save()
        tell(run, f"asks: {step.name}", PROGRAM, once=f"playbook-check:{step.pk}")
        return
    now = clock.now()
    verdict = judge(slo_named(str(slug)), now - CHECKED_BACK, now)
    if verdict.good is False:
        settle(step, Status.DONE, f"It is below its target. {verdict.said}", PROGRAM)
        make_due(run, now)
        run.save()
        return
    why = "There is nothing to mend" if verdict.good else "Nobody knows"
    settle(step, Status.FAILED, f"{why}: {verdict.said}", PROGRAM)
    move(run, "held", said=f"{why}: {verdict.said}")
    tell(run, f"“{step.name}”: {why.lower()}. {verdict.said}", PROGRAM, outcome="bad")


def _after_last(run: PlaybookRun) -> None:
    verify = spec_of(run.definition).verify
    if verify is None or run.rehearsal:
        move(run, "succeeded", said="All steps are done.")
        tell(run, "all steps are done.", PROGRAM, outcome="done")
        return
    at = clock.now() + timedelta(seconds=verify.after)
    move(run, "verifying", verify_at=at, due_at=at)
    tell(run, f"all steps are done; {verify.slo} is asked at {at:%H:%M} UTC.", PROGRAM)


def _verify(run_id: int, token: UUID) -> None:
    """What the objective counted since: it helped, or it did not and is taken back."""
    with transaction.atomic():
        run = _ours(run_id, token, "verifying")
        if run is None:
            return
        verify = spec_of(run.definition).verify
        assert verify is not None
        assert run.verify_at is not None
        now = clock.now()
        since = run.verify_at - timedelta(seconds=verify.after)
        verdict = judge(slo_named(verify.slo), since, now, verify.target)
        if verdict.good:
            move(run, "succeeded", said=f"It helped. {verdict.said}")
            tell(run, f"helped. {verdict.said}", PROGRAM, outcome="good", action="verified")
        elif verdict.good is False and verify.undo and run.can_undo:
            begin_undo(run, PROGRAM, f"It did not help. {verdict.said}")
        else:
            said = (
                "It did not help." if verdict.good is False else "Nobody knows whether it helped."
            )
            move(run, "held", said=f"{said} {verdict.said}")
            tell(run, f"{said} {verdict.said}", PROGRAM, outcome="bad", action="verified")


def _starter(run: PlaybookRun) -> Actor:
    return Actor(label=run.started_label, via=PROGRAM.via, user_id=run.started_by_id)


_WORK: Mapping[str, Callable[[int, UUID], None]] = {
    "planning": _plan,
    "waiting": _wait,
    "running": _run,
    "verifying": _verify,
    "undoing": _undo,
}
assert set(_WORK) == set(WORKED)
