"""The form of `past.yaml`: what happened at Larkmoor. Only reads; `past` writes it down."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from core.manifest import Seconds, Spec
from core.yaml import load_documents

FILE = Path(__file__).with_name("past.yaml")


class Done(Spec):
    """Somebody did something, so many seconds after the incident was opened."""

    who: str
    at: Seconds
    note: str = ""


class Note(Spec):
    """With `update` it is what everybody is told."""

    who: str
    at: Seconds
    text: str
    update: bool = False


class Task(Spec):
    title: str
    who: str
    at: Seconds
    done: bool = False


class RoleGiven(Spec):
    role: str
    who: str
    at: Seconds


class AlertStory(Spec):
    """`began` is how long before the incident the condition started."""

    source: str
    name: str
    summary: str
    began: Seconds
    labels: dict[str, str] = {}
    level: str = ""
    harm: str = ""


class IncidentStory(Spec):
    """`by` is who declared it; without, the alert opened it."""

    title: str
    severity: str
    ago: Seconds
    systems: Annotated[list[str], Field(min_length=1)]
    cause: str = ""
    summary: str = ""
    private: bool = False
    by: str | None = None
    alert: AlertStory | None = None
    lead: Done | None = None
    roles: list[RoleGiven] = []
    acknowledged: Done | None = None
    mitigated: Done | None = None
    resolved: Done | None = None
    closed: Done | None = None
    cancelled: Done | None = None
    notes: list[Note] = []
    tasks: list[Task] = []


class ChangeStory(Spec):
    system: str
    kind: str
    version: str
    previous: str
    by: str
    ago: Seconds
    summary: str


class Changes(Spec):
    changes: list[ChangeStory]


@lru_cache(maxsize=1)
def read_past() -> tuple[list[ChangeStory], list[IncidentStory]]:
    """All changes, and the incidents with the oldest first."""
    first, *rest = load_documents(FILE.read_bytes())
    changes = Changes.model_validate(first.value).changes
    incidents = [IncidentStory.model_validate(document.value) for document in rest]
    return changes, sorted(incidents, key=lambda story: -story.ago)
