"""member_joined_channel: who comes late is told how it stands, and who may not see a private
incident does not stay in its channel."""

from __future__ import annotations

from accounts.models import User
from chatops.cards import incident_card
from chatops.surface import Block, Context, Divider, Fields, Heading, Link, Reply, Text
from core.logs import get_logger
from incidents.models import Incident
from incidents.selectors.lists import KEY_LINES
from integrations.slack.channels.lines import story_line
from integrations.slack.channels.selectors import channel_of
from integrations.slack.client import SlackRefused, call
from integrations.slack.events.arrival import Arrival
from integrations.slack.events.marking import may_see
from integrations.slack.inbox.envelope import text_of
from integrations.slack.people import person_of
from integrations.slack.posts.drawing import drawn
from integrations.slack.posts.services import want_said

log = get_logger(__name__)
LINES = 6


def on_member_joined(arrival: Arrival) -> None:
    row = channel_of(text_of(arrival.event.get("channel"), 32))
    if row is None or not arrival.user:
        return
    incident = row.incident
    if incident.private and not _may_stay(arrival, incident):
        _take_out(arrival, row.channel_id, incident)
        return
    want_said(
        key=f"read-in:{row.channel_id}:{arrival.user}",
        channel=row.channel_id,
        body=drawn(read_in(incident)),
        incident=incident,
        for_user=arrival.user,
    )


def read_in(incident: Incident) -> Reply:
    """How it stands and what led here."""
    card = incident_card(incident)
    story = incident.events.standing().filter(KEY_LINES)
    lines = list(story.order_by("-occurred_at", "-id")[:LINES])
    blocks: list[Block] = [
        Heading(card.headline),
        Text(("You came into the channel of ", Link(card.title, card.url), ".")),
        Fields(card.fields),
    ]
    if lines:
        blocks += [Divider(), *(story_line(line) for line in reversed(lines))]
    blocks.append(Context(("/aire help says what can be done here.",)))
    return Reply(tuple(blocks), text=card.text, incident_ref=incident.ref)


def _may_stay(arrival: Arrival, incident: Incident) -> bool:
    user: User | None = person_of(arrival.user, team=arrival.team).user
    return user is not None and may_see(user, incident)


def _take_out(arrival: Arrival, channel: str, incident: Incident) -> None:
    try:
        call("conversations.kick", {"channel": channel, "user": arrival.user})
    except SlackRefused as error:
        if not error.permanent:
            raise
        log.warning("slack_not_taken_out", channel=channel, reason=error.sentence)
    inviter = text_of(arrival.event.get("inviter"), 32)
    if inviter:
        sentence = (
            f"Only the people of {incident.ref} may be in this channel. Let them in on its page "
            "in AIRE first; AIRE then invites them."
        )
        want_said(
            key=f"taken-out:{channel}:{arrival.user}",
            channel=channel,
            body=drawn(Reply((Text((sentence,)),), text=sentence)),
            incident=incident,
            for_user=inviter,
        )
