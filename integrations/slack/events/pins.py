"""pin_added and pin_removed: a pinned message of an incident's channel is on its timeline."""

from __future__ import annotations

from integrations.slack.capture.models import SlackCapture
from integrations.slack.capture.services import drop, put
from integrations.slack.channels.selectors import setting
from integrations.slack.events.arrival import Arrival
from integrations.slack.events.marking import mark
from integrations.slack.inbox.envelope import dict_of, text_of

REASON = "pin"
"""One for everybody: a pin is the channel's, whoever takes it off."""


def on_pin_added(arrival: Arrival) -> None:
    if setting().pins:
        channel, ts = _message(arrival)
        mark(arrival, channel=channel, ts=ts, kind=SlackCapture.Kind.EVENT, reason=REASON, put=put)


def on_pin_removed(arrival: Arrival) -> None:
    channel, ts = _message(arrival)
    drop(channel=channel, ts=ts, reason=REASON)


def _message(arrival: Arrival) -> tuple[str, str]:
    item = dict_of(arrival.event.get("item"))
    channel = text_of(arrival.event.get("channel_id"), 32) or text_of(item.get("channel"), 32)
    return channel, text_of(dict_of(item.get("message")).get("ts"), 32)
