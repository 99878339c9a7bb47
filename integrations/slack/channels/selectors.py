"""Which channels there are. Reads only."""

from __future__ import annotations

from django.db.models import QuerySet

from incidents.models import Incident, IncidentSystem
from integrations.slack.channels.models import (
    SlackAnnouncement,
    SlackIncidentChannel,
    SlackSetting,
)


def setting() -> SlackSetting:
    """The one row, or what holds while nobody has changed anything."""
    return SlackSetting.objects.filter(pk=1).first() or SlackSetting(pk=1)


def incident_of(channel_id: str) -> Incident | None:
    """The incident whose own channel this is."""
    found = channel_of(channel_id)
    return found.incident if found else None


def channel_of(channel_id: str) -> SlackIncidentChannel | None:
    if not channel_id:
        return None
    rows = SlackIncidentChannel.objects.select_related("incident")
    return rows.filter(channel_id=channel_id).first()


def own_channel(incident: Incident) -> SlackIncidentChannel | None:
    return SlackIncidentChannel.objects.filter(incident=incident).first()


def own_channel_of(incident_id: int) -> str:
    """The channel that a private incident may be shown in: its own private one."""
    row = SlackIncidentChannel.objects.filter(incident_id=incident_id).first()
    return row.channel_id if row is not None and row.private else ""


def announcements_for(incident: Incident) -> list[SlackAnnouncement]:
    """One a channel, the most talkative where several rules name it. None for private ones."""
    if incident.private:
        return []
    systems = IncidentSystem.objects.filter(incident=incident)
    ids, teams = set(), set()
    for pk, team in systems.values_list("system_id", "system__team_id"):
        ids.add(pk)
        teams.add(team)
    chosen: dict[str, SlackAnnouncement] = {}
    for rule in SlackAnnouncement.objects.order_by("slug"):
        fits = (
            (rule.system_id is None or rule.system_id in ids)
            and (rule.team_id is None or rule.team_id in teams)
            and at_least(incident.severity, rule.severity)
            and (rule.drills or not incident.drill)
        )
        there = chosen.get(rule.channel)
        if fits and (there is None or _LOUD[rule.verbosity] > _LOUD[there.verbosity]):
            chosen[rule.channel] = rule
    return list(chosen.values())


def all_announcements() -> QuerySet[SlackAnnouncement]:
    return SlackAnnouncement.objects.select_related("team", "system").order_by("channel", "slug")


def failed_channels() -> list[SlackIncidentChannel]:
    """Incident channels that Slack refused. The incident's number alone is shown: its title may
    be private."""
    rows = SlackIncidentChannel.objects.filter(state=SlackIncidentChannel.State.FAILED)
    return list(rows.order_by("-error_at")[:20])


def gets_channel(incident: Incident, kept: SlackSetting) -> bool:
    """Does it get a channel of its own by itself?"""
    if not kept.channel_from or (incident.drill and not kept.drills):
        return False
    return at_least(incident.severity, kept.channel_from)


def at_least(severity: str, least: str) -> bool:
    """Severities sort by their names, the most severe first."""
    return severity <= least


_LOUD = {"card": 0, "key": 1, "all": 2}
