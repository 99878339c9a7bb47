"""The library of ready SLIs: data to start from, read once a process. No database.

Thresholds say where they come from: `documented` is a tool's own default, `standard` a law or
norm, `customary` the field's habit, `yours` a number that only the product can decide.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from core.manifest import Seconds
from core.yaml import load_documents

_FOLDER = Path(__file__).parent
GROUPS = {
    "classical": "Models and their data",
    "language": "Language models, retrieval and agents",
    "infrastructure": "What models run on",
}
_OWN_GROUP = {
    "llm": "language",
    "rag": "language",
    "agent": "language",
    "provider": "language",
    "infra": "infrastructure",
}
BASES = {
    "documented": "a tool's own default",
    "standard": "a law or norm",
    "customary": "customary",
    "yours": "for you to decide",
}

Sentence = Annotated[str, Field(min_length=3, max_length=300)]


class ReadySli(BaseModel):
    """One entry: what is counted, when it is good, and where the number comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=63)]
    name: Annotated[str, Field(min_length=3, max_length=60)]
    group: Literal["classical", "language", "infrastructure"]
    systems: Annotated[
        tuple[Literal["classical", "llm", "rag", "agent", "pipeline", "provider", "infra"], ...],
        Field(min_length=1),
    ]
    unit_event: Annotated[str, Field(min_length=3, max_length=120)]
    good_when: Sentence
    kind: Literal["ratio", "threshold", "evaluated"]
    op: Literal["", "lt", "lte", "gt", "gte"] = ""
    value: float | None = None
    unit: Annotated[str, Field(min_length=1, max_length=40)]
    method: Literal["occurrences", "timeslices", "ratio_timeslices"] = "occurrences"
    slice_seconds: Annotated[Seconds, Field(alias="slice")] = 0
    target: Annotated[float, Field(gt=0, lt=1)]
    signals: Annotated[tuple[str, ...], Field(min_length=1)]
    basis: Literal["documented", "standard", "customary", "yours"]
    source: Sentence
    note: Annotated[str, Field(max_length=300)] = ""
    failure_class: Annotated[str, Field(max_length=80)] = ""
    """Of the taxonomy: what has gone wrong when it burns. Empty where it could be anything."""

    @model_validator(mode="after")
    def _complete(self) -> ReadySli:
        if bool(self.op) != (self.value is not None):
            raise ValueError("op and value belong together")
        if self.kind == "threshold" and not self.op:
            raise ValueError("a threshold needs op and value")
        if (self.method == "occurrences") != (self.slice_seconds == 0):
            raise ValueError("time slices need their length, occurrences have none")
        return self

    @property
    def target_words(self) -> str:
        return f"{self.target * 100:.10g}%"

    @property
    def threshold_words(self) -> str:
        """ "at most 2 seconds"; nothing where each event is simply good or bad."""
        words = {"lt": "below", "lte": "at most", "gt": "above", "gte": "at least"}
        return f"{words[self.op]} {self.value:g} {self.unit}" if self.op else ""


_entries = TypeAdapter(tuple[ReadySli, ...])


@cache
def ready_slis() -> dict[str, ReadySli]:
    """All entries by slug, in the order of the files. Raises `ValueError` for a broken file:
    it changes only with a release, and the tests read it."""
    found: dict[str, ReadySli] = {}
    for group in GROUPS:
        (document,) = load_documents((_FOLDER / f"{group}.yaml").read_bytes())
        for entry in _entries.validate_python([{"group": group, **row} for row in document.value]):
            if entry.slug in found:
                raise ValueError(f"the library has {entry.slug} twice")
            found[entry.slug] = entry
    return found


def ready_for(system_kind: str) -> list[ReadySli]:
    """The entries, those made for this kind of system first, its own group before the others."""
    own = _OWN_GROUP.get(system_kind, "classical")
    return sorted(
        ready_slis().values(),
        key=lambda entry: (system_kind not in entry.systems, entry.group != own),
    )
