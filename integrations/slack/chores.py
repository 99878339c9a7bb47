"""Throws away what Slack can no longer send again."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from integrations.slack.models import SlackInteraction

KEEP = timedelta(days=1)
"""Slack repeats a press for minutes; a day is far beyond that."""


def forget_presses() -> int:
    return SlackInteraction.objects.filter(at__lt=clock.now() - KEEP).delete()[0]
