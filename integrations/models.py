"""The tables of the integrations that have some. Each is written in its integration's folder."""

from __future__ import annotations

from integrations.slack.capture.models import SlackCapture
from integrations.slack.channels.models import (
    SlackAnnouncement,
    SlackIncidentChannel,
    SlackSetting,
)
from integrations.slack.models import SlackIdentity, SlackInteraction
from integrations.slack.posts.models import SlackLimit, SlackPost

__all__ = [
    "SlackAnnouncement",
    "SlackCapture",
    "SlackIdentity",
    "SlackIncidentChannel",
    "SlackInteraction",
    "SlackLimit",
    "SlackPost",
    "SlackSetting",
]
