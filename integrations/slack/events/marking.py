"""What marking a message in an incident's channel does, as the person who marked it."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from chatops.surface import Reply, Text
from core.errors import AireError
from incidents.models import Incident
from integrations.slack.capture.models import SlackCapture
from integrations.slack.channels.selectors import incident_of
from integrations.slack.events.arrival import Arrival
from integrations.slack.people import person_of
from integrations.slack.posts.drawing import drawn
from integrations.slack.posts.services import want_said

Put = Callable[..., SlackCapture]


def mark(arrival: Arrival, *, channel: str, ts: str, kind: str, reason: str, put: Put) -> None:
    incident = incident_of(channel)
    if incident is None:
        return
    known = person_of(arrival.user, team=arrival.team)
    if known.user is None:
        _tell(arrival, channel, f"This put nothing on the timeline. {known.refusal}")
        return
    if not may_see(known.user, incident):
        return
    try:
        put(incident=incident, channel=channel, ts=ts, kind=kind, reason=reason, user=known.user)
    except AireError as error:
        _tell(arrival, channel, f"This put nothing on the timeline. {error.message}")


def may_see(user: User, incident: Incident) -> bool:
    return Incident.objects.visible_to(user).filter(pk=incident.pk).exists()


def _tell(arrival: Arrival, channel: str, sentence: str) -> None:
    """Once to each person in a channel: reactions are many."""
    want_said(
        key=f"marked:{channel}:{arrival.user}",
        channel=channel,
        body=drawn(Reply((Text((sentence,)),), text=sentence)),
        for_user=arrival.user,
    )
