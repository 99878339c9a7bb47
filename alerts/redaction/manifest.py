"""What a source has redacted, as a part of its document."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from alerts.models import Redaction, Source
from alerts.redaction.models import KEEP_HOURS
from alerts.services.redaction import MOST_HOURS, save_redaction
from core.actor import Actor
from core.manifest import Spec, one_of


class RedactionSpec(Spec):
    """`patterns` are RE2 of one's own; `keepHours` is how long the raw bytes stay, encrypted."""

    level: Annotated[str, one_of(Redaction.Level.values)] = "keys"
    patterns: list[str] = []
    keep_hours: Annotated[int, Field(ge=0, le=MOST_HOURS)] = KEEP_HOURS


def redaction_spec(source: Source) -> RedactionSpec | None:
    """None while it has the defaults because nobody chose anything."""
    row: Redaction | None = getattr(source, "redaction", None)
    if row is None:
        return None
    return RedactionSpec.model_construct(
        level=row.level, patterns=list(row.own), keep_hours=row.keep_hours
    )


def save_spec(source: Source, spec: RedactionSpec, *, actor: Actor) -> None:
    save_redaction(
        source=source,
        level=spec.level,
        own=spec.patterns,
        keep_hours=spec.keep_hours,
        actor=actor,
    )
