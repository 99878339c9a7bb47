"""Throws away what no message and no limit needs any more."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from integrations.slack.posts.models import SlackLimit, SlackPost

KEEP = timedelta(days=90)
"""Cards of incidents that ended so long ago are not drawn anew; lines are only kept so that they
are not said twice."""

BITE = 2_000


def forget_posts() -> int:
    old = SlackPost.objects.filter(
        created_at__lt=clock.now() - KEEP,
        state__in=(SlackPost.State.SHOWN, SlackPost.State.DETACHED),
    ).exclude(kind__in=(SlackPost.Kind.CARD, SlackPost.Kind.PAGE))
    return SlackPost.objects.filter(pk__in=old.values("pk")[:BITE]).delete()[0]


def forget_limits() -> int:
    over = SlackLimit.objects.filter(free_at__lt=clock.now() - timedelta(days=1), strikes=0)
    return over.delete()[0]
