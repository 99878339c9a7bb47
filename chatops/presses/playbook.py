"""The buttons of playbooks. The value is "RUN-7", of `plan` "INC-42 <playbook>", of what is about
a step "RUN-7 <its id>"."""

from __future__ import annotations

from uuid import UUID

from chatops.calling import Call, Press
from chatops.choosing import incident_named
from chatops.runs import plan_now, told
from chatops.surface import Reply
from core.errors import NotFound
from playbooks import services
from playbooks.models import PlaybookRun
from playbooks.selectors import run_for


def plan(call: Call, value: str) -> Reply:
    ref, _, slug = value.partition(" ")
    return plan_now(incident_named(ref, call.asker), slug, call.asker, call.actor)


def begin(call: Call, value: str) -> Reply:
    run = run_for(call.asker, value)
    return told(services.begin_run(run_id=run.pk, actor=call.actor), call.asker)


def approve(call: Call, value: str) -> Reply:
    return _answered(call, value, agrees=True)


def refuse(call: Call, value: str) -> Reply:
    return _answered(call, value, agrees=False)


def undo(call: Call, value: str) -> Reply:
    run = run_for(call.asker, value)
    return told(services.undo_run(run_id=run.pk, actor=call.actor), call.asker)


def fine(call: Call, value: str) -> Reply:
    return _looked(call, value, fine=True)


def not_fine(call: Call, value: str) -> Reply:
    return _looked(call, value, fine=False)


def happened(call: Call, value: str) -> Reply:
    return _settled(call, value, happened=True)


def not_happened(call: Call, value: str) -> Reply:
    return _settled(call, value, happened=False)


def helped(call: Call, value: str) -> Reply:
    run = run_for(call.asker, value)
    return told(services.confirm_helped(run_id=run.pk, actor=call.actor), call.asker)


def _looked(call: Call, value: str, *, fine: bool) -> Reply:
    run, step = _step_of(call, value)
    answered = services.answer_check(run_id=run.pk, step_id=step, fine=fine, actor=call.actor)
    return told(answered, call.asker)


def _settled(call: Call, value: str, *, happened: bool) -> Reply:
    run, step = _step_of(call, value)
    settled = services.settle_step(run_id=run.pk, step_id=step, happened=happened, actor=call.actor)
    return told(settled, call.asker)


def _step_of(call: Call, value: str) -> tuple[PlaybookRun, UUID]:
    ref, _, step = value.partition(" ")
    run = run_for(call.asker, ref)
    try:
        return run, UUID(step)
    except ValueError as error:
        raise NotFound("There is no such step of this run.") from error


def _answered(call: Call, value: str, *, agrees: bool) -> Reply:
    run = run_for(call.asker, value)
    answered = services.answer_approval(
        run_id=run.pk, user=call.asker, agrees=agrees, actor=call.actor
    )
    return told(answered, call.asker)


PRESSES = (
    Press("playbook-plan", plan),
    Press("playbook-begin", begin),
    Press("playbook-approve", approve),
    Press("playbook-refuse", refuse),
    Press("playbook-undo", undo),
    Press("playbook-fine", fine),
    Press("playbook-not-fine", not_fine),
    Press("playbook-happened", happened),
    Press("playbook-not-happened", not_happened),
    Press("playbook-helped", helped),
)
