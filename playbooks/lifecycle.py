"""The law of a run: its statuses and the moves between them. Pure; no database.

The same table makes the buttons, the API's 409, the trigger in the database and the docs.
"""

from __future__ import annotations

from typing import Any

from core.lifecycle import Lifecycle, Move, State


def nothing_to_undo(run: Any) -> str | None:
    """An undo that has begun may go on, also when each of its steps is written down already."""
    if run.undoing_since or run.can_undo:
        return None
    return "No step of this run can be undone by AIRE."


def undo_began(run: Any) -> str | None:
    return "The undo has begun; it cannot go on with its steps." if run.undoing_since else None


def steps_left(run: Any) -> str | None:
    return None if run.all_done else "Not every step of this run is done."


RUN = Lifecycle(
    noun="run",
    states=(
        State("planning", "Being planned"),
        State("ready", "Planned"),
        State("waiting", "Waits for approval"),
        State("running", "Running"),
        State("verifying", "Waits for the SLI"),
        State("held", "Needs somebody"),
        State("succeeded", "Done"),
        State("stopped", "Stopped"),
        State("undoing", "Being undone"),
        State("undone", "Undone", terminal=True),
        State("refused", "Refused", terminal=True),
        State("expired", "Not approved in time", terminal=True),
    ),
    moves=(
        Move(("planning",), "ready", "Show the plan"),
        Move(("planning", "ready"), "waiting", "Ask for approval"),
        Move(("planning", "ready", "waiting"), "running", "Run"),
        Move(("held",), "running", "Go on", guards=(undo_began,)),
        Move(("waiting",), "refused", "Refuse", stamps=("ended_at",)),
        Move(("waiting",), "expired", "Let it expire", stamps=("ended_at",)),
        Move(("running",), "verifying", "Wait for the SLI"),
        Move(("running", "verifying"), "succeeded", "Finish", stamps=("ended_at",)),
        Move(
            ("held",),
            "succeeded",
            "Say that it helped",
            stamps=("ended_at",),
            guards=(undo_began, steps_left),
        ),
        Move(("running", "verifying", "undoing"), "held", "Hold"),
        Move(
            ("held", "verifying", "succeeded", "stopped"),
            "undoing",
            "Undo",
            stamps=("undoing_since",),
            guards=(nothing_to_undo,),
        ),
        Move(("undoing",), "undone", "Finish the undo", stamps=("ended_at",)),
        Move(
            ("planning", "ready", "waiting", "running", "held", "verifying"),
            "stopped",
            "Stop",
            stamps=("ended_at",),
        ),
    ),
)
UNDER_WAY = ("planning", "waiting", "running", "verifying", "held", "undoing")
"""Statuses in which a second run of the playbook on the incident is refused."""
WORKED = ("planning", "waiting", "running", "verifying", "undoing")
"""Statuses in which the engine has something to do by itself, sooner or later."""
STATUS_CHOICES = [(state.name, state.label) for state in RUN.states]
