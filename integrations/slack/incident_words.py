"""What Slack messages say about the state of an incident, read fresh from the database."""

from __future__ import annotations

from dataclasses import replace

from incidents.cards import card
from incidents.lifecycle import INCIDENT
from incidents.models import Incident, IncidentEvent
from notifications.message import Action, Message
from oncall.page_message import page_message

MOVES = {"incident.acknowledge": "acknowledged", "incident.resolve": "resolved"}
"""What the buttons of a card do."""


def status_words(incident: Incident) -> str:
    """ "Acknowledged by Ana"."""
    label = INCIDENT.label(incident.status)
    last = _last_status(incident)
    return f"{label} by {last.actor_label}" if last else label


def _one_press(incident: Incident, action: Action) -> bool:
    """A move that asks for words (reopening does) needs more than a button."""
    moves = INCIDENT.moves_from(incident.status)
    return MOVES.get(action.name) in {move.to for move in moves if not move.requires}


def _last_status(incident: Incident) -> IncidentEvent | None:
    return (
        IncidentEvent.objects.filter(incident=incident, kind=IncidentEvent.Kind.STATUS)
        .order_by("-recorded_at", "-id")
        .first()
    )


def state_message(incident: Incident, *, why: str) -> Message:
    """The card of an incident as it stands now, to draw over an earlier one."""
    drawn = page_message(card(incident), because=why, step_label="")
    label = INCIDENT.label(incident.status)
    return replace(
        drawn,
        kind="update",
        actions=tuple(action for action in drawn.actions if _one_press(incident, action)),
        headline=f"{drawn.headline} · {label}",
        facts=(("Status", status_words(incident)), *drawn.facts),
    )
