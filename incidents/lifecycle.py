"""The law of an incident: its statuses and the moves between them. Pure; no database.

The same table makes the buttons, the API's 409, the trigger in the database and the docs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.lifecycle import Lifecycle, Move, State
from core.registry import Registry

closing_guards: Registry[Callable[[Any], str | None]] = Registry("closing guard")
"""Each takes the incident and answers the sentence why it cannot be closed yet, or None. Filled
by wiring: what is still owed is known to higher rooms."""


def not_closed_because(incident: Any) -> str | None:
    """The first objection of any room."""
    return next((said for guard in closing_guards if (said := guard(incident))), None)


INCIDENT = Lifecycle(
    noun="incident",
    states=(
        State("open", "Open"),
        State("acknowledged", "Acknowledged"),
        State("mitigated", "Mitigated"),
        State("resolved", "Resolved"),
        State("closed", "Closed", terminal=True),
        State("cancelled", "Cancelled", terminal=True),
    ),
    # In the order of the ordinary next step: the first move from a status is the main button.
    moves=(
        Move(("open",), "acknowledged", "Acknowledge", stamps=("acknowledged_at",)),
        Move(("open", "acknowledged"), "mitigated", "Mark mitigated", stamps=("mitigated_at",)),
        Move(("open", "acknowledged", "mitigated"), "resolved", "Resolve", stamps=("resolved_at",)),
        Move(
            ("resolved",),
            "closed",
            "Close",
            stamps=("closed_at",),
            guards=(not_closed_because,),
        ),
        Move(("mitigated", "resolved"), "acknowledged", "Reopen", requires=("note",)),
        Move(
            ("open", "acknowledged", "mitigated"),
            "cancelled",
            "Cancel as false alarm",
            stamps=("cancelled_at",),
            requires=("note",),
        ),
        Move(("acknowledged",), "open", "Take acknowledgement back", requires=("note",)),
    ),
)
ACTIVE = ("open", "acknowledged", "mitigated")
"""Statuses in which alerts of the group join, and which the partial unique index counts."""
STATUS_CHOICES = [(state.name, state.label) for state in INCIDENT.states]
