"""Where higher rooms add facts to what is said of incidents. Filled by wiring only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from accounts.models import User
from core.errors import Conflict
from core.registry import Registry
from incidents.models import Incident

UnfinishedWork = Callable[[User, Mapping[str, set[int]]], dict[str, int]]
"""Takes incident ids by the slug of a cause; answers how many promised actions about that cause
are not done after them. Counts only what the reader may see."""

unfinished_work: Registry[UnfinishedWork] = Registry("unfinished work")

WhyHeld = Callable[[Incident], str]
"""A sentence about why the evidence of an incident must stay, "" where nothing holds it."""

why_held: Registry[WhyHeld] = Registry("hold of evidence")
held_incidents: Registry[Callable[[], Collection[int]]] = Registry(
    "incidents whose evidence is held"
)
"""Ids, asked before anything is forgotten because of its age."""


def check_not_held(incident: Incident, what: str) -> None:
    """To be called before evidence is thrown away. Raises `Conflict`."""
    for hold in why_held:
        if because := hold(incident):
            raise Conflict(f"{what} is evidence, and that of {incident.ref} is held: {because}")


def held_ids() -> set[int]:
    return {pk for held in held_incidents for pk in held()}
