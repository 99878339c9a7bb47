"""What people do to an incident's channel itself: its name is theirs from then on, an archive is an
end, and taken out of it AIRE goes on."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Now

from integrations.slack.channels.models import SlackIncidentChannel
from integrations.slack.channels.naming import is_named_so
from integrations.slack.channels.selectors import channel_of, setting
from integrations.slack.events.arrival import Arrival
from integrations.slack.inbox.envelope import dict_of, text_of
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.services import try_again

State = SlackIncidentChannel.State


def on_renamed(arrival: Arrival) -> None:
    told = dict_of(arrival.event.get("channel"))
    row, name = channel_of(text_of(told.get("id"), 32)), text_of(told.get("name"), 80)
    if row is None or not name or name == row.name:
        return
    incident = row.incident
    ours = is_named_so(name, setting().prefix, incident.pk, incident.title)
    SlackIncidentChannel.objects.filter(pk=row.pk).update(
        name=name, named_by_people=row.named_by_people or not ours
    )


def on_archived(arrival: Arrival) -> None:
    """Also when it was deleted. What was still to be said there has nobody to hear it."""
    channel = text_of(arrival.event.get("channel"), 32)
    if channel_of(channel) is None:
        return
    SlackIncidentChannel.objects.filter(channel_id=channel).update(state=State.ARCHIVED)
    SlackPost.objects.filter(channel=channel, state=SlackPost.State.PENDING).update(
        state=SlackPost.State.DETACHED, error=""
    )


def on_unarchived(arrival: Arrival) -> None:
    channel = text_of(arrival.event.get("channel"), 32)
    woken = SlackIncidentChannel.objects.filter(channel_id=channel, state=State.ARCHIVED)
    if woken.update(state=State.PENDING, due_at=Now(), wanted=F("wanted") + 1):
        try_again(channel=channel)
