"""Reminders of an incident in its own channel: each telling a message, drawn anew when somebody
puts it off, stops it, or does what it asks."""

from __future__ import annotations

from incidents.events import ReminderChanged
from incidents.models import IncidentReminder
from integrations.slack.channels.models import SlackIncidentChannel, Verbosity
from integrations.slack.channels.selectors import setting
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.services import redraw, want

WAITS = (IncidentReminder.State.PENDING, IncidentReminder.State.TOLD)


def on_reminder_changed(event: ReminderChanged) -> None:
    """From the row as it is now, never from the event."""
    rows = IncidentReminder.objects.select_related("incident")
    row = rows.filter(pk=event.reminder_id).first()
    if row is None:
        return
    redraw([row.incident_id], kinds=[SlackPost.Kind.REMINDER])
    own = SlackIncidentChannel.objects.filter(incident=row.incident_id).first()
    told = row.state in WAITS and row.number > 0
    if told and own is not None and own.takes_lines and setting().verbosity != Verbosity.CARD:
        _say(row, own.channel_id)


def _say(row: IncidentReminder, channel: str) -> None:
    """Once for each time that it is told."""
    assert row.last_told_at is not None
    told_at = row.last_told_at.isoformat()
    want(
        [
            SlackPost(
                key=f"reminder:{row.pk}:{channel}:{told_at}",
                kind=SlackPost.Kind.REMINDER,
                incident=row.incident,
                channel=channel,
                body={"reminder": row.pk, "told_at": told_at},
            )
        ]
    )
