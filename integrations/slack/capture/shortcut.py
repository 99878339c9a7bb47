"""The message shortcut “Add to the timeline”: any message, in any channel. No calls to Slack."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from chatops.choosing import incident_named
from chatops.saying import line_of
from chatops.surface import Button, Link, Reply, Row, Text
from core.actor import Actor
from incidents.cards import path
from incidents.models import Incident
from integrations.slack.capture.models import SlackCapture
from integrations.slack.capture.services import put
from integrations.slack.channels.selectors import incident_of
from notifications.message import line

CALLBACK = "add-to-timeline"
ACTION = "capture"
SHOWN = 10


def add_to_timeline(*, payload: dict[str, Any], asker: User, actor: Actor) -> Reply:
    """On the timeline of the channel's incident, or of the one that is chosen next."""
    channel, ts = _part(payload, "channel", "id"), _part(payload, "message", "ts")
    incident = incident_of(channel)
    visible = Incident.objects.visible_to(asker)
    if incident is not None and visible.filter(pk=incident.pk).exists():
        return _put(incident, channel, ts, asker)
    rows = visible.active().defer("search").order_by("-opened_at", "-pk")[:SHOWN]
    if not rows:
        return _said("There is no open incident whose timeline it could go on.")
    title = "Which timeline does it go on?"
    return Reply(
        blocks=(
            Text((title,)),
            *(
                Row(line_of(one), Button(ACTION, "This one", value=f"{one.ref} {channel} {ts}"))
                for one in rows
            ),
        ),
        text=title,
    )


def chosen(*, value: str, asker: User, actor: Actor) -> Reply:
    """The button of one of the incidents offered."""
    ref, _, where = value.partition(" ")
    channel, _, ts = where.partition(" ")
    return _put(incident_named(ref, asker), channel, ts, asker)


def _put(incident: Incident, channel: str, ts: str, asker: User) -> Reply:
    put(
        incident=incident,
        channel=channel,
        ts=ts,
        kind=SlackCapture.Kind.EVENT,
        reason=f"shortcut:{asker.pk}",
        user=asker,
    )
    words = ("It goes on the timeline of ", Link(incident.ref, path(incident)), ".")
    return Reply((Text(words),), text=f"It goes on the timeline of {incident.ref}.", replaces=True)


def _said(sentence: str) -> Reply:
    return Reply((Text((sentence,)),), text=sentence)


def _part(payload: dict[str, Any], name: str, key: str) -> str:
    held = payload.get(name)
    return line(held.get(key), limit=40) if isinstance(held, dict) else ""
