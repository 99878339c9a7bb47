"""What Slack does when a timeline grows: channels are made, cards are drawn anew, lines are said.

From the database as it is now, never from the event: events come late, twice and out of order.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.hints import hint_on_commit
from core.inserts import insert_new
from incidents.events import TimelineWritten
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentEvent
from integrations.slack.channels.keeping import CHANNEL_HINT, bring_in_step
from integrations.slack.channels.lines import goes_into
from integrations.slack.channels.models import SlackIncidentChannel
from integrations.slack.channels.opening import card_key, lines_of, want_lines
from integrations.slack.channels.selectors import announcements_for, gets_channel, setting
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.pages import adopt_pages
from integrations.slack.posts.services import redraw, want, want_card, withdraw_lines

OFF_THE_CARD = frozenset({"page", "alert", "task", "cause"})
"""Kinds of lines that change nothing of what a card shows."""


def on_timeline_written(event: TimelineWritten) -> None:
    on_timelines_written([event])


def on_timelines_written(events: Sequence[TimelineWritten]) -> None:
    """Of several changes of one incident at once its card is drawn once."""
    by_incident: dict[int, list[TimelineWritten]] = {}
    for event in events:
        by_incident.setdefault(event.incident_id, []).append(event)
    known = Incident.objects.in_bulk(list(by_incident))
    for pk, told in by_incident.items():
        if pk in known:
            _hear(known[pk], told)
    adopt_pages(list(known.values()))
    redraw([pk for pk, told in by_incident.items() if pk in known and _shows(told)])


def _shows(told: Sequence[TimelineWritten]) -> bool:
    """Is something of it on the card?"""
    return not {kind for event in told for kind in event.kinds} <= OFF_THE_CARD


def _hear(incident: Incident, told: list[TimelineWritten]) -> None:
    ids = [line for event in told for line in event.lines]
    lines = list(
        IncidentEvent.objects.filter(pk__in=ids, incident=incident).order_by("occurred_at", "id")
    )
    kinds = {kind for event in told for kind in event.kinds}
    if incident.status in ACTIVE:
        _announce(incident)
        if gets_channel(incident, setting()):
            want_channel(incident)
    if incident.private and "access" in kinds:
        withdraw_lines(incident)
    _say(incident, lines)
    bring_in_step([incident.pk])


def want_channel(incident: Incident) -> bool:
    """Have a channel for it; asking again adds nothing. Answers whether it is new."""
    made = bool(insert_new(SlackIncidentChannel(incident=incident)))
    if made:
        hint_on_commit(CHANNEL_HINT)
    return made


def _announce(incident: Incident) -> None:
    for rule in announcements_for(incident):
        key = card_key(incident.pk, rule.channel)
        want_card(incident=incident, channel=rule.channel, key=key)


def _say(incident: Incident, lines: list[IncidentEvent]) -> None:
    lines = [line for line in lines if line.kind != "opened"]
    if not lines:
        return
    own = SlackIncidentChannel.objects.select_for_update().filter(incident=incident).first()
    if own is not None and own.takes_lines:
        want_lines(own, lines)
    for rule in announcements_for(incident):
        # Below the card: whoever follows it sees it, and nobody else is disturbed.
        shown = [line for line in lines if goes_into(line, rule.verbosity, channel=rule.channel)]
        card = SlackPost.objects.filter(key=card_key(incident.pk, rule.channel)).first()
        if shown and card is not None and card.state != SlackPost.State.DETACHED:
            want(lines_of(incident, rule.channel, shown, thread=card))
