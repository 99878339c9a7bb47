"""The law of a postmortem: its statuses and the moves between them. Pure; no database.

The same table makes the buttons, the API's 409, the trigger in the database and the docs. What a
move needs of the document itself (written sections, approvals) stands in `checklist`.
"""

from __future__ import annotations

from core.lifecycle import Lifecycle, Move, State

POSTMORTEM = Lifecycle(
    noun="postmortem",
    states=(
        State("draft", "Draft"),
        State("in_review", "In review"),
        State("changes_requested", "Changes requested"),
        State("approved", "Approved"),
        State("published", "Published", terminal=True),
    ),
    # In the order of the ordinary next step: the first move from a status is the main button.
    moves=(
        Move(("draft",), "in_review", "Send to review", stamps=("submitted_at",)),
        Move(("changes_requested",), "in_review", "Send to review again", stamps=("submitted_at",)),
        Move(("in_review",), "approved", "Approve", stamps=("approved_at",)),
        Move(("approved",), "published", "Publish", stamps=("published_at",)),
        Move(("in_review",), "changes_requested", "Request changes", requires=("note",)),
        Move(("in_review", "changes_requested"), "draft", "Take back"),
        Move(("approved",), "draft", "Edit again", requires=("note",)),
    ),
)
EDITABLE = ("draft", "in_review", "changes_requested")
"""Statuses in which sections can be written. What was approved is what will be published."""
STATUS_CHOICES = [(state.name, state.label) for state in POSTMORTEM.states]
