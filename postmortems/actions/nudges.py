"""Reminding people of what they promised: after two weeks, then weekly, then their manager, too.

A reminder is a row with `due_at`; whoever claims it looks again whether it is still wanted, asks
`notifications` for the message and writes the next row, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from core import clock
from core.actor import program
from core.leases import claim_due, finish
from incidents.models import Incident
from notifications.message import Message
from notifications.services import notify
from postmortems.actions.rules import NEXT_NUDGE, days_open, tells_manager
from postmortems.actions.selectors import managers_of
from postmortems.actions.services import lock_action, note_on_action
from postmortems.models import Action, ActionNudge

BATCH = 20
LEASE_SECONDS = 60

OVERDUE_SQL = """
    SELECT 'action nudge', id::text, due_at, state::text, attempts::int
      FROM postmortems_actionnudge
     WHERE state = 'pending' AND due_at < now() - interval '15 minutes'
       AND (lease_until IS NULL OR lease_until < now())"""


def run_due_nudges(*, limit: int = BATCH) -> int:
    """Work off the reminders that are due; answers how many were claimed."""
    claim = claim_due(
        ActionNudge,
        pending=ActionNudge.State.PENDING,
        limit=limit,
        lease_seconds=LEASE_SECONDS,
    )
    for nudge in claim.rows:
        _run(nudge, claim.token)
    return len(claim.rows)


def tell_of_lost_owner(*, user: User) -> int:
    """Somebody was deactivated: the managers of the teams learn which follow-ups nobody owes any
    more. Answers how many. Asking again tells nobody twice."""
    lost = list(
        Action.objects.unfinished().filter(owner=user).select_related("incident", "team", "owner")
    )
    for manager, actions in _by_manager(lost).items():
        refs = ", ".join(action.ref for action in actions[:8])
        noun = "follow-up has" if len(actions) == 1 else "follow-ups have"
        notify(
            user=manager,
            message=Message(
                kind="notice",
                headline="No owner",
                title=f"{len(actions)} {noun} nobody any more",
                body=f"{user} can no longer sign in. Give {refs} to somebody else.",
                why="You manage the team that these follow-ups belong to.",
                url=f"{_base()}{reverse('actions:list')}?owner=none",
            ),
            kind="notice",
            origin=f"actions:lost-owner:{user.pk}",
            obligation_key=f"actions:lost-owner:{user.pk}:{manager.pk}:{actions[0].pk}",
        )
    return len(lost)


def _run(nudge: ActionNudge, token: UUID) -> None:
    with transaction.atomic():
        action = lock_action(nudge.action_id)
        if not action.is_open:
            finish(
                ActionNudge,
                pk=nudge.pk,
                token=token,
                state=ActionNudge.State.DROPPED,
                outcome="Not owed any more",
            )
            return
        told = [person for person in _readers(action, nudge.number) if _may_read(person, action)]
        outcome = f"Told {', '.join(str(person) for person in told)}" if told else "Nobody to tell"
        done = finish(
            ActionNudge,
            pk=nudge.pk,
            token=token,
            state=ActionNudge.State.DONE,
            outcome=outcome[:300],
        )
        if not done:
            return  # another took over after our lease ran out
        for person in told:
            _tell(person, action, nudge)
        if told:
            note_on_action(action=action, kind="reminder", text=f"{outcome}.", actor=program())
        ActionNudge.objects.get_or_create(
            key=f"{action.pk}:{action.nudges.count() + 1}",
            defaults={
                "action": action,
                "number": nudge.number + 1,
                "due_at": max(nudge.due_at + NEXT_NUDGE, clock.now()),
            },
        )


def _readers(action: Action, number: int) -> list[User]:
    """The owner; without one, and when it takes too long, the managers of its team as well."""
    owner = action.owner if action.owner and action.owner.is_active else None
    today = clock.now().date()
    people = [owner] if owner else []
    if owner is None or tells_manager(number=number, due_on=action.due_on, today=today):
        people += [one for one in managers_of(action.team) if one != owner]
    return people


def _may_read(person: User, action: Action) -> bool:
    return Incident.objects.visible_to(person).filter(pk=action.incident_id).exists()


def _tell(person: User, action: Action, nudge: ActionNudge) -> None:
    notify(
        user=person,
        message=_message(person, action),
        kind="notice",
        origin=f"action:{action.pk}",
        subject_key=action.subject_key,
        obligation_key=f"action:{action.pk}:nudge:{nudge.pk}:{person.pk}",
    )


def _message(person: User, action: Action) -> Message:
    today = clock.now().date()
    late = (today - action.due_on).days if action.due_on else 0
    due = f"{action.due_on}, {late} days late" if late > 0 else str(action.due_on or "No date")
    mine = person == action.owner
    owner = str(action.owner) if action.owner and action.owner.is_active else "Nobody"
    return Message(
        kind="notice",
        headline=f"{action.ref} is not done",
        title=action.title,
        facts=(
            ("Incident", f"{action.incident.ref} {action.incident.title}"),
            ("Due", due),
            ("Open for", f"{days_open(action.created_at, clock.now())} days"),
            ("Owner", owner),
        ),
        body="Mark it done, move its date, or say why it will not be done.",
        why="You promised it." if mine else "You manage the team that it belongs to.",
        url=f"{_base()}{reverse('actions:detail', args=[action.ref])}",
    )


def _by_manager(actions: Iterable[Action]) -> dict[User, list[Action]]:
    told: dict[User, list[Action]] = {}
    for action in actions:
        for manager in managers_of(action.team):
            if _may_read(manager, action):
                told.setdefault(manager, []).append(action)
    return told


def _base() -> str:
    return settings.AIRE_BASE_URL.rstrip("/")
