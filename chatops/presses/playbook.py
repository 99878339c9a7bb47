"""The buttons of playbooks. The value is "RUN-7", of `plan` "INC-42 <playbook>"."""

from __future__ import annotations

from chatops.calling import Call, Press
from chatops.choosing import incident_named
from chatops.runs import plan_now, told
from chatops.surface import Reply
from playbooks import services
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
)
