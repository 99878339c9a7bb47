"""What became of posts, for admins. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min
from django.db.models.functions import Now

from integrations.slack.posts.models import SlackLimit, SlackPost

SHOWN = 20


@dataclass(frozen=True, slots=True)
class GivenUp:
    channel: str
    reason: str
    number: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much is not in Slack yet, since when, and what Slack said."""

    number: int
    since: datetime | None
    reasons: list[str]


def given_up() -> list[GivenUp]:
    """By channel and reason, the latest first. Never what the posts say."""
    rows = (
        SlackPost.objects.filter(state=SlackPost.State.DETACHED, error_at__isnull=False)
        .exclude(error="")
        .values("channel", "error")
        .annotate(number=Count("pk"), last=Max("error_at"))
        .order_by("-last")[:SHOWN]
    )
    return [GivenUp(row["channel"], row["error"], row["number"], row["last"]) for row in rows]


def waiting() -> Waiting:
    due = SlackPost.objects.filter(state=SlackPost.State.PENDING, due_at__lt=Now())
    told = due.aggregate(number=Count("pk"), since=Min("due_at"))
    held = SlackLimit.objects.filter(strikes__gt=0, free_at__gt=Now()).exclude(reason="")
    reasons = list(dict.fromkeys(held.order_by("-since").values_list("reason", flat=True)[:5]))
    return Waiting(told["number"], told["since"], reasons)
