"""Throws away what Slack can no longer send again."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from core.housekeeping import BITE
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.models import SlackStranger

KEEP = timedelta(days=1)
"""Slack repeats an event for minutes; a day is far beyond that."""

KEEP_FAILED = timedelta(days=7)
"""For an admin to look at."""

KEEP_STRANGERS = timedelta(days=90)


def forget_requests() -> int:
    """What was done goes with all that it said."""
    now = clock.now()
    old = SlackRequest.objects.filter(received_at__lt=now - KEEP).exclude(
        state__in=(SlackRequest.State.PENDING, SlackRequest.State.FAILED)
    )
    failed = SlackRequest.objects.filter(
        received_at__lt=now - KEEP_FAILED, state=SlackRequest.State.FAILED
    )
    gone = SlackRequest.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BITE]))
    return gone.delete()[0] + failed.delete()[0]


def forget_strangers() -> int:
    old = SlackStranger.objects.filter(last_at__lt=clock.now() - KEEP_STRANGERS)
    return old.delete()[0]
