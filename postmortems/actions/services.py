"""The verbs of a follow-up action: the only writers of actions, their history and their nudges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import Team, User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.live import tick
from incidents.models import Incident
from incidents.services import add_member, lock_incident
from incidents.timeline import add_event
from postmortems.actions.lifecycle import ACTION
from postmortems.actions.reading import MAX_TEXT, checked_fields, default_team, own_postmortem
from postmortems.actions.rules import OPEN, default_due, first_nudge_at
from postmortems.models import Action, ActionEvent, ActionNudge, TrackerLink

CHANGEABLE = (
    "title",
    "detail",
    "type",
    "owner",
    "team",
    "due_on",
    "priority",
    "done_criterion",
    "required",
    "cause",
    "proof_kind",
    "proof",
    "external_url",
)
_MOVED = ("status", "proof_kind", "proof", "reason", "done_at", "closed_at")
_LABELS = {
    "due_on": "due date",
    "done_criterion": "done-criterion",
    "proof_kind": "proof",
    "external_url": "link",
}


def create_action(
    *,
    incident: Incident,
    title: str,
    type: str,  # noqa: A002 - the field's word, in the contract
    actor: Actor,
    owner: User | None = None,
    team: Team | None = None,
    due_on: date | None = None,
    proposal: str = "",
    **more: Any,
) -> Action:
    """Promise a follow-up of an incident. Without a date it gets the one of the severity, without
    a team the one that the first system belongs to. The same `proposal` again is the same action.
    """
    fields = checked_fields(title=title, type=type, owner=owner, due_on=due_on, **more)
    fields["due_on"] = due_on or default_due(incident.severity, clock.now().date())
    with transaction.atomic():
        lock_incident(incident.pk)
        if proposal:
            present = Action.objects.filter(incident=incident, proposal=proposal).first()
            if present is not None:
                return present
        action = Action.objects.create(
            incident=incident,
            postmortem=own_postmortem(incident),
            team=team or default_team(incident),
            proposal=proposal,
            created_by_id=actor.user_id,
            created_at=clock.now(),
            **fields,
        )
        _nudge_later(action)
        _let_in(action)
        whose = f" for {action.owner}" if action.owner else ""
        _tell(action, actor, "created", f"{actor.label} promised it{whose}.")
        _tell_incident(action, actor, f"promised{whose}")
    return action


def change_action(
    *, action_id: int, actor: Actor, expected_version: int | None = None, **changes: Any
) -> Action:
    """Change what an action says; what is not given stays. `Conflict` when `expected_version` is
    given and no longer true."""
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise Invalid("Not fields of an action.", errors={name: ["Unknown."] for name in unknown})
    with transaction.atomic():
        action = lock_action(action_id)
        _check_version(action, expected_version)
        wanted = checked_fields(**{**_state(action), **changes}, given_now=changes.keys())
        changed = [name for name in CHANGEABLE if getattr(action, name) != wanted[name]]
        if not changed:
            return action
        if not action.is_open and set(changed) - {"proof_kind", "proof", "external_url"}:
            raise Conflict(f"{action.ref} is {_label(action)}. Reopen it to change it.")
        for name in changed:
            setattr(action, name, wanted[name])
        _save(action, *changed)
        _let_in(action)
        _tell(action, actor, "changed", _changed_text(action, actor, changed))
    return action


def transition_action(
    *,
    action_id: int,
    to: str,
    actor: Actor,
    reason: str = "",
    proof_kind: str = "",
    proof: str = "",
    expected_version: int | None = None,
    from_tracker: bool = False,
) -> Action:
    """Move an action along its lifecycle. `Conflict` names what is missing or allowed; "won't do"
    and reopening need a reason. A proof may come along with "done"."""
    if len(reason) > MAX_TEXT or "\x00" in reason:
        raise Invalid("The reason cannot be kept.", errors={"reason": ["Write less."]})
    with transaction.atomic():
        action = lock_action(action_id)
        _check_version(action, expected_version)
        if proof_kind or proof:
            shown = {"proof_kind": proof_kind, "proof": proof}
            given = checked_fields(**{**_state(action), **shown}, given_now=shown.keys())
            action.proof_kind, action.proof = given["proof_kind"], given["proof"]
        was = action.status
        if was == to:
            raise Conflict(f"{action.ref} is {_label(action)} already.", allowed=allowed(action))
        inputs = ("reason",) if reason.strip() else ()
        move = ACTION.check(action, state=was, to=to, given=inputs)
        _apply(action, to, reason.strip())
        _save(action, *_MOVED, tell=not from_tracker)
        if was not in OPEN:
            _nudge_later(action)
        done = "reopened it" if move.label == "Reopen" else f"set it to {ACTION.label(to).lower()}"
        because = f": {reason.strip()}" if reason.strip() else "."
        _tell(action, actor, to, f"{actor.label} {done}{because}")
        if to not in OPEN:
            _tell_incident(action, actor, f"{ACTION.label(to).lower()}")
    return action


def lock_action(action_id: int) -> Action:
    """The row, locked until the transaction ends. Raises `NotFound`."""
    found = (
        Action.objects.select_for_update(of=("self",))
        .select_related("incident", "owner", "team")
        .filter(pk=action_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such action.")
    return found


def allowed(action: Action) -> list[str]:
    return [move.to for move in ACTION.moves_from(action.status)]


def note_on_action(*, action: Action, kind: str, text: str, actor: Actor) -> None:
    """A line of the action's history, in the caller's transaction."""
    ActionEvent.objects.create(
        action=action,
        at=clock.now(),
        kind=kind[:12],
        actor_id=actor.user_id,
        actor_label=actor.label[:200],
        via=actor.via,
        text=text[:MAX_TEXT],
    )


def _apply(action: Action, to: str, reason: str) -> None:
    now = clock.now()
    action.status = to
    action.done_at = now if to == "done" else None
    action.closed_at = now if to in ("done", "wont_do") else None
    action.reason = reason if to == "wont_do" else ""


def _save(action: Action, *fields: str, tell: bool = True) -> None:
    action.version = F("version") + 1  # an expression until it is saved
    action.save(update_fields=["version", *fields])
    action.refresh_from_db(fields=["version"])
    if tell:
        TrackerLink.objects.filter(action=action).update(
            wanted=action.version, state=TrackerLink.State.PENDING, due_at=Now(), attempts=0
        )


def _check_version(action: Action, expected: int | None) -> None:
    if expected is not None and action.version != expected:
        raise Conflict(
            f"{action.ref} changed while you looked at it. Load it again and decide.",
            allowed=allowed(action),
        )


def _nudge_later(action: Action) -> None:
    """The first reminder, two weeks from now; the ones after it come from it."""
    count = action.nudges.count()
    now = action.created_at if count == 0 else clock.now()
    ActionNudge.objects.get_or_create(
        key=f"{action.pk}:{count + 1}",
        defaults={"action": action, "number": 1, "due_at": first_nudge_at(now)},
    )


def _let_in(action: Action) -> None:
    """Whoever owes a follow-up of a private incident must be able to read what it is about."""
    if action.owner_id is not None:
        add_member(incident=action.incident, user_id=action.owner_id, because="Owns a follow-up.")


def _state(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in CHANGEABLE}


def _label(action: Action) -> str:
    return ACTION.label(action.status).lower()


def _changed_text(action: Action, actor: Actor, changed: list[str]) -> str:
    if changed == ["owner"]:
        return f"{actor.label} gave it to {action.owner or 'nobody'}."
    if changed == ["due_on"]:
        return f"{actor.label} moved the due date to {action.due_on}."
    names: Mapping[str, None] = dict.fromkeys(_LABELS.get(name, name) for name in changed)
    return f"{actor.label} changed: {', '.join(names)}."


def _tell(action: Action, actor: Actor, kind: str, text: str) -> None:
    tick(action.incident.subject_key)
    note_on_action(action=action, kind=kind, text=text, actor=actor)
    record(
        actor=actor,
        action=f"action.{kind}",
        target_kind="action",
        target_ref=action.ref,
        incident=action.incident.ref,
    )


def _tell_incident(action: Action, actor: Actor, became: str) -> None:
    add_event(
        incident=action.incident,
        kind="task",
        actor=actor,
        text=f"Follow-up {action.ref} {became}: {action.title}",
        action=action.ref,
    )
