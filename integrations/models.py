"""The tables of the integrations that have some. Each is written in its integration's folder."""

from __future__ import annotations

from integrations.slack.inbox.models import SlackRequest
from integrations.slack.models import SlackFault, SlackIdentity, SlackStranger, SlackWorkspace

__all__ = ["SlackFault", "SlackIdentity", "SlackRequest", "SlackStranger", "SlackWorkspace"]
