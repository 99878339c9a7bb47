"""The tables of the integrations that have some. Each is written in its integration's folder."""

from __future__ import annotations

from integrations.cloudwatch.models import SnsSubscription
from integrations.slack.models import SlackIdentity, SlackInteraction

__all__ = ["SlackIdentity", "SlackInteraction", "SnsSubscription"]
