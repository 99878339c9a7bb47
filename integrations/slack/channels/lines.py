"""A line of the timeline as it is said in a channel, and which lines are said there. Pure but for
the base address."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from chatops.surface import Bold, Context, Quote, Reply, Text, When
from incidents.lines import line_of
from incidents.models import IncidentEvent
from incidents.selectors.lists import is_key
from integrations.slack.channels.models import Verbosity
from integrations.slack.render import Look, message

WRITTEN = frozenset({"note", "update"})
MUST_SEE = WRITTEN | {"access", "merge", "role"}
"""Kinds that are for somebody to read, whatever else happens."""

LONG = 300


def goes_into(event: IncidentEvent, loudness: str, *, channel: str) -> bool:
    """Is this channel told? Never of what was said in it: no echo."""
    if loudness == Verbosity.CARD or _said_in(event) == channel:
        return False
    if loudness == Verbosity.ALL:
        return True
    return is_key(event) or line_of(event).tone == "bad"


def must_be_seen(event: IncidentEvent) -> bool:
    """Is said even in a storm, which folds the rest into a count?"""
    return event.kind in MUST_SEE or line_of(event).tone == "bad"


def line_body(event: IncidentEvent) -> dict[str, Any]:
    """The message as it is sent."""
    look = Look(base_url=settings.AIRE_BASE_URL)
    line = line_of(event)
    if event.kind in WRITTEN:
        what = {"note": "noted", "update": "wrote an update"}[event.kind]
        if event.replaces_id:
            what = "took a message off the timeline" if event.withdraws else "corrected a note"
        head = Text((Bold(event.actor_label), f" {what}, ", When(event.occurred_at, "time")))
        return message(
            Reply((head, Quote(event.text)), f"{event.actor_label} {what}: {event.text[:LONG]}"),
            look,
        )
    if line.title:
        said: tuple[Any, ...] = (Bold(event.actor_label), f" {line.title}")
    else:
        said = (event.text[:2_000],)
    text = event.text[:LONG]
    return message(Reply((Text(said),), text), look)


def story_line(event: IncidentEvent) -> Context:
    """The same in small print, for whoever comes late."""
    text = " ".join(event.text.split())[:LONG]
    who = "" if text.startswith(event.actor_label) else f"{event.actor_label}: "
    return Context((When(event.occurred_at, "time"), f"  {who}{text}"))


def _said_in(event: IncidentEvent) -> str:
    """The channel of the message that the line stands for, or ""."""
    origin = event.detail.get("origin")
    if not isinstance(origin, str) or not origin.startswith("slack:"):
        return ""
    return origin.split(":")[1]
