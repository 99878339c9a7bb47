"""The law of a follow-up action: its statuses and the moves between them. Pure; no database.

The same table makes the buttons, the API's 409, the trigger in the database and the docs.
"""

from __future__ import annotations

from core.lifecycle import Lifecycle, Move, State
from postmortems.actions.rules import OPEN, not_done_because

ACTION = Lifecycle(
    noun="action",
    states=(
        State("open", "Open"),
        State("in_progress", "In progress"),
        State("done", "Done", terminal=True),
        State("wont_do", "Won't do", terminal=True),
    ),
    # In the order of the ordinary next step: the first move from a status is the main button.
    moves=(
        Move(("open",), "in_progress", "Start"),
        Move(
            ("open", "in_progress"),
            "done",
            "Mark done",
            stamps=("done_at",),
            guards=(not_done_because,),
        ),
        Move(("open", "in_progress"), "wont_do", "Won't do", requires=("reason",)),
        Move(("in_progress",), "open", "Put back"),
        Move(("done", "wont_do"), "in_progress", "Reopen", requires=("reason",)),
    ),
)
STATUS_CHOICES = [(state.name, state.label) for state in ACTION.states]

__all__ = ["ACTION", "OPEN", "STATUS_CHOICES"]
