"""Which channels are told of what: the writers of the settings, and opening a channel by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.audit import record
from accounts.models import Team
from alerts.models import SEVERITIES
from catalog.models import System
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from incidents.lifecycle import ACTIVE
from incidents.models import Incident
from incidents.services import lock_incident
from integrations.slack.channel import CHANNEL
from integrations.slack.channels.keeping import try_anew
from integrations.slack.channels.models import (
    SlackAnnouncement,
    SlackIncidentChannel,
    SlackSetting,
    Verbosity,
)
from integrations.slack.channels.naming import good_prefix
from integrations.slack.channels.selectors import setting
from integrations.slack.channels.telling import want_channel
from integrations.slack.posts.services import try_again

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
CHANNEL_NAME = re.compile(r"#?[^\s#@<>&\x00-\x1f]{1,79}")
EMOJI = re.compile(r"[a-z0-9_+'-]{1,60}")
MAX_EMOJIS = 20
MAX_DAYS = 365


def save_setting(*, actor: Actor, **wanted: Any) -> SlackSetting:
    """Bring the settings to this state; what is not given stays."""
    errors = _setting_errors(wanted)
    if errors:
        raise Invalid("The settings were not saved.", errors=errors)
    with transaction.atomic():
        SlackSetting.objects.get_or_create(pk=1)
        row = SlackSetting.objects.select_for_update().get(pk=1)
        for name, value in wanted.items():
            setattr(row, name, value)
        if clash := set(row.event_emojis) & set(row.task_emojis):
            sentence = f"Stands for an event already: {', '.join(sorted(clash))}."
            raise Invalid("The settings were not saved.", errors={"task_emojis": [sentence]})
        row.save()
        record(actor=actor, action="slack.settings", target_kind="slack", target_ref="settings")
    return row


def save_announcement(
    *,
    slug: str,
    channel: str,
    actor: Actor,
    severity: str = "sev4",
    team: str | None = None,
    system: str | None = None,
    verbosity: str = Verbosity.CARD,
    drills: bool = False,
) -> SlackAnnouncement:
    """Have a channel told of incidents, or change of which."""
    errors: dict[str, list[str]] = {}
    if not SLUG.fullmatch(slug):
        errors["slug"] = ["Use lower-case letters, digits and hyphens."]
    if not CHANNEL_NAME.fullmatch(channel):
        errors["channel"] = ["Write #name or the channel's id, such as C024BE91L."]
    if severity not in dict(SEVERITIES):
        errors["severity"] = ["Choose sev1, sev2, sev3 or sev4."]
    if verbosity not in Verbosity.values:
        errors["verbosity"] = [f"Choose one of: {', '.join(Verbosity.values)}."]
    found_team = Team.objects.filter(slug=team).first() if team else None
    if team and found_team is None:
        errors["team"] = ["There is no such team."]
    found_system = System.objects.filter(slug=system).first() if system else None
    if system and found_system is None:
        errors["system"] = ["There is no such system."]
    if errors:
        raise Invalid("The channel was not saved.", errors=errors)
    with transaction.atomic():
        row, _ = SlackAnnouncement.objects.update_or_create(
            slug=slug,
            defaults={
                "channel": channel,
                "severity": severity,
                "team": found_team,
                "system": found_system,
                "verbosity": verbosity,
                "drills": drills,
            },
        )
        record(
            actor=actor, action="slack.announce", target_kind="slack channel", target_ref=slug,
            channel=channel,
        )  # fmt: skip
    return row


def remove_announcement(*, slug: str, actor: Actor) -> None:
    """No new card goes there; those that are there stay true."""
    with transaction.atomic():
        if not SlackAnnouncement.objects.filter(slug=slug).delete()[0]:
            raise NotFound("There is no such channel.")
        record(
            actor=actor, action="slack.announce_no_more", target_kind="slack channel",
            target_ref=slug,
        )  # fmt: skip


def open_channel(*, incident_id: int, actor: Actor) -> None:
    """A channel for an incident that gets none by itself, or one that was given up, again."""
    if not CHANNEL.configured():
        raise Conflict("Slack is not connected.")
    with transaction.atomic():
        incident = lock_incident(incident_id)
        if incident.status not in ACTIVE:
            raise Conflict(f"{incident.ref} is over; it needs no channel any more.")
        if not want_channel(incident):
            _take_up(incident)
        record(
            actor=actor, action="slack.open_channel", target_kind="incident",
            target_ref=incident.ref,
        )  # fmt: skip


def take_up_again(*, actor: Actor) -> int:
    """Everything that was given up because Slack refused it: somebody has mended it."""
    with transaction.atomic():
        posts = try_again()
        channels = _retry(SlackIncidentChannel.objects.all())
        record(actor=actor, action="slack.try_again", target_kind="slack", target_ref="posts")
    return posts + channels


def _take_up(incident: Incident) -> None:
    _retry(SlackIncidentChannel.objects.filter(incident=incident))


def _retry(rows: QuerySet[SlackIncidentChannel]) -> int:
    failed = Q(state=SlackIncidentChannel.State.FAILED)
    return try_anew(rows.filter(failed | ~Q(lacking=[])))


def _setting_errors(wanted: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    known = {field.name for field in SlackSetting._meta.fields} - {"id"}
    for name in set(wanted) - known:
        errors[name] = ["Is no setting."]
    if wanted.get("channel_from", "") not in ("", *dict(SEVERITIES)):
        errors["channel_from"] = ["Choose sev1, sev2, sev3, sev4 or none."]
    if not good_prefix(str(wanted.get("prefix", setting().prefix))):
        errors["prefix"] = ["Up to 20 lower-case letters, digits and hyphens."]
    if wanted.get("verbosity", Verbosity.KEY) not in Verbosity.values:
        errors["verbosity"] = [f"Choose one of: {', '.join(Verbosity.values)}."]
    days = wanted.get("archive_after_days")
    if days is not None and not 0 <= days <= MAX_DAYS:
        errors["archive_after_days"] = [f"Between 0 and {MAX_DAYS} days, or empty for never."]
    for name in ("event_emojis", "task_emojis"):
        if wrong := _not_emojis(wanted.get(name, ())):
            errors[name] = [wrong]
    return errors


def _not_emojis(names: Sequence[str]) -> str:
    if len(names) > MAX_EMOJIS:
        return f"At most {MAX_EMOJIS}."
    wrong = [name for name in names if not EMOJI.fullmatch(name)]
    return f"Not the name of an emoji: {', '.join(wrong)[:100]}." if wrong else ""
