"""A storm of changes in a channel: what people must read is said as it comes, the rest is gathered
and said as the newest few and a count of the others. Which lines may be folded is decided where
they are made (`SlackPost.foldable`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Min

from chatops.surface import Context, Link
from core import clock
from incidents.cards import path
from incidents.models import Incident
from integrations.slack.posts.models import SlackPost

BUSY = 10
"""So many lines in one channel within a minute are a storm."""

WITHIN = timedelta(minutes=1)
GAP = timedelta(seconds=15)
"""So long a storm is gathered before it is said."""

IN_FULL = 10
"""Of so many waiting lines each is said; of more the newest, and how many came before."""

NEWEST = 3
AT_ONCE = 250
"""Lines that one message stands for at most: it carries their numbers as metadata."""


def gathered_until(incident: Incident, channel: str) -> datetime | None:
    """When a line that may be folded is said; None for as soon as its turn comes."""
    now = clock.now()
    lines = SlackPost.objects.filter(
        incident=incident, kind=SlackPost.Kind.LINE, channel=channel, created_at__gt=now - WITHIN
    )
    if not lines.order_by("created_at").values_list("pk")[BUSY - 1 : BUSY]:
        return None
    waiting = lines.filter(state=SlackPost.State.PENDING, foldable=True, due_at__gt=now)
    first: datetime | None = waiting.aggregate(at=Min("due_at"))["at"]
    return first or now + GAP


def counted_only(rows: Sequence[SlackPost]) -> list[SlackPost]:
    """Those of the lines that go out together which are not said one by one."""
    if len(rows) <= IN_FULL:
        return []
    return [row for row in rows if row.foldable][:-NEWEST]


def count_line(incident: Incident, number: int) -> tuple[Context, str]:
    """In the place of what is only counted, and the same as plain text."""
    text = f"Many changes at once: {number} more came before these."
    return Context((f"{text} ", Link(f"All of {incident.ref}", path(incident)))), text
