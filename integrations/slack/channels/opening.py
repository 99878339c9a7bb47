"""The moment a channel is there: its card, what has happened so far, and the lines that follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.hints import hint_on_commit
from incidents.models import Incident, IncidentEvent
from integrations.slack.channels.lines import goes_into, line_body, must_be_seen
from integrations.slack.channels.models import SlackIncidentChannel
from integrations.slack.channels.selectors import setting
from integrations.slack.posts.folding import gathered_until
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.services import HINT, want, want_card


def card_key(incident_id: int, channel: str) -> str:
    return f"card:{incident_id}:{channel}"


def line_key(event_id: object, channel: str) -> str:
    return f"line:{event_id}:{channel}"


def opened(
    row: SlackIncidentChannel, token: UUID, *, channel_id: str, name: str, private: bool
) -> None:
    """Note the channel and want its card and the story since it was asked for, in one step. Lines
    that are written meanwhile wait for the row and find the channel."""
    with transaction.atomic():
        ours = (
            SlackIncidentChannel.objects.select_for_update()
            .filter(pk=row.pk, lease_token=token)
            .update(channel_id=channel_id, name=name, private=private, creating="", error="")
        )
        if not ours:
            return
        row.channel_id, row.name, row.private, row.creating = channel_id, name, private, ""
        key = card_key(row.incident_id, channel_id)
        want_card(incident=row.incident, channel=channel_id, key=key)
        since = row.incident.events.standing().filter(recorded_at__gte=row.created_at)
        want_lines(row, since.exclude(kind="opened").order_by("occurred_at", "id")[:100])


def want_lines(row: SlackIncidentChannel, events: Iterable[IncidentEvent]) -> None:
    """Those lines of the timeline that the channel is told, each once."""
    loudness = setting().verbosity
    told = [event for event in events if goes_into(event, loudness, channel=row.channel_id)]
    want(lines_of(row.incident, row.channel_id, told))


def lines_of(
    incident: Incident,
    channel: str,
    events: Sequence[IncidentEvent],
    *,
    thread: SlackPost | None = None,
) -> list[SlackPost]:
    hint_on_commit(HINT)
    gathered = gathered_until(incident, channel) if events else None
    return [_line(incident, channel, event, thread, gathered) for event in events]


def _line(
    incident: Incident,
    channel: str,
    event: IncidentEvent,
    thread: SlackPost | None,
    gathered: datetime | None,
) -> SlackPost:
    post = SlackPost(
        key=line_key(event.pk, channel),
        kind=SlackPost.Kind.LINE,
        incident=incident,
        channel=channel,
        thread=thread,
        body=line_body(event),
        foldable=not must_be_seen(event),
    )
    if post.foldable and gathered is not None:
        post.due_at = gathered
    return post
