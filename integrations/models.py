"""The tables of the integrations that have some. Each is written in its integration's folder."""

from __future__ import annotations

from integrations.cloudwatch.models import SnsSubscription
from integrations.slack.capture.models import SlackCapture
from integrations.slack.channels.models import (
    SlackAnnouncement,
    SlackIncidentChannel,
    SlackSetting,
)
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.models import SlackFault, SlackIdentity, SlackStranger, SlackWorkspace
from integrations.slack.posts.models import SlackLimit, SlackPost
from integrations.web_push.models import VapidKey

__all__ = [
    "SlackAnnouncement",
    "SlackCapture",
    "SlackFault",
    "SlackIdentity",
    "SlackIncidentChannel",
    "SlackLimit",
    "SlackPost",
    "SlackRequest",
    "SlackSetting",
    "SlackStranger",
    "SlackWorkspace",
    "SnsSubscription",
    "VapidKey",
]
