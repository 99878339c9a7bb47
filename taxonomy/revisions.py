"""What a cause said at one time, as data. Writes nothing."""

from __future__ import annotations

from typing import Any

from core import clock
from taxonomy.models import Cause, CauseRevision

WORDS = (
    "name",
    "definition",
    "applies_to",
    "external",
    "detection_signals",
    "immediate_mitigations",
    "follow_up_actions",
    "regulatory_check",
)
"""The fields that people read, and that a revision keeps."""


def words_of(cause: Cause) -> dict[str, Any]:
    return {name: getattr(cause, name) for name in WORDS}


def revision_of(cause: Cause, replaced_by: str) -> CauseRevision:
    """The present wording, to be kept before it changes."""
    return CauseRevision(
        cause=cause,
        version=cause.version,
        body=words_of(cause),
        replaced_at=clock.now(),
        replaced_by=replaced_by[:200],
    )
