"""message_changed and message_deleted: what is on a timeline follows. Other messages are nobody's
business here."""

from __future__ import annotations

from integrations.slack.capture.services import changed
from integrations.slack.events.arrival import Arrival
from integrations.slack.inbox.envelope import dict_of, text_of


def on_message(arrival: Arrival) -> None:
    event = arrival.event
    channel = text_of(event.get("channel"), 32)
    if event.get("subtype") == "message_deleted":
        changed(channel=channel, ts=text_of(event.get("deleted_ts"), 32), deleted=True)
    elif event.get("subtype") == "message_changed":
        changed(channel=channel, ts=text_of(dict_of(event.get("message")).get("ts"), 32))
