"""reaction_added and reaction_removed: chosen emojis put a message on the timeline or make a task
of it, and take it off again. No emoji ever moves an incident."""

from __future__ import annotations

from integrations.slack.capture.models import SlackCapture
from integrations.slack.capture.services import drop, put
from integrations.slack.channels.models import SlackSetting
from integrations.slack.channels.selectors import setting
from integrations.slack.events.arrival import Arrival
from integrations.slack.events.marking import mark
from integrations.slack.inbox.envelope import dict_of, text_of


def on_reaction_added(arrival: Arrival) -> None:
    item = dict_of(arrival.event.get("item"))
    kind = kind_of(_emoji(arrival), setting())
    if not kind or item.get("type") != "message":
        return
    channel, ts = text_of(item.get("channel"), 32), text_of(item.get("ts"), 32)
    mark(arrival, channel=channel, ts=ts, kind=kind, reason=_reason(arrival), put=put)


def on_reaction_removed(arrival: Arrival) -> None:
    item = dict_of(arrival.event.get("item"))
    channel, ts = text_of(item.get("channel"), 32), text_of(item.get("ts"), 32)
    drop(channel=channel, ts=ts, reason=_reason(arrival))


def kind_of(emoji: str, kept: SlackSetting) -> str:
    """ "" for an emoji that means nothing here."""
    if emoji in kept.event_emojis:
        return SlackCapture.Kind.EVENT
    return SlackCapture.Kind.TASK if emoji in kept.task_emojis else ""


def _emoji(arrival: Arrival) -> str:
    """Without the tone of skin."""
    return text_of(arrival.event.get("reaction"), 80).partition("::")[0]


def _reason(arrival: Arrival) -> str:
    return f"reaction:{_emoji(arrival)}:{arrival.user}"
