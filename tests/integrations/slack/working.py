"""For tests of what AIRE shows in Slack: work off what is due, and make it later."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from integrations.slack.channels.keeping import keep_due
from integrations.slack.channels.models import SlackIncidentChannel
from integrations.slack.posts.models import SlackLimit, SlackPost
from integrations.slack.posts.sending import post_due
from tests.fakes.paging import work_off


def later(seconds: float) -> None:
    """As if so much time had passed for every post, channel and limit."""
    span = timedelta(seconds=seconds)
    SlackLimit.objects.update(free_at=F("free_at") - span)
    for model in (SlackPost, SlackIncidentChannel):
        model.objects.filter(state="pending").update(
            due_at=F("due_at") - span, lease_until=F("lease_until") - span
        )
    SlackPost.objects.update(edited_at=F("edited_at") - span)


def turn() -> int:
    """One round of the engine, without waiting for anything."""
    work_off()
    return keep_due() + post_due()


def settle(rounds: int = 60) -> None:
    """Until nothing is left to do, a few seconds passing between the rounds."""
    for _ in range(rounds):
        done = turn()
        left = SlackPost.objects.filter(state="pending").exists()
        if not done and not left:
            return
        later(3)
    waiting = list(SlackPost.objects.filter(state="pending").values("key", "error", "due_at"))
    raise AssertionError(f"There is always more to do: {waiting[:3]}")
