"""Slack's settings as documents: `SlackChannel`, a channel that is told of incidents, and
`SlackSettings`, the one of them named `slack`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from core.actor import Actor
from core.errors import Invalid
from core.manifest import Kind, Line, Name, Reference, Resource, Spec
from integrations.slack.channels.models import SlackAnnouncement, SlackSetting
from integrations.slack.channels.selectors import all_announcements
from integrations.slack.channels.services import (
    remove_announcement,
    save_announcement,
    save_setting,
)

Severity = Literal["sev1", "sev2", "sev3", "sev4"]
Loudness = Literal["card", "key", "all"]
ONLY = "slack"


class SlackChannelSpec(Spec):
    channel: Annotated[Line, Field(min_length=1, max_length=80)]
    severity: Severity = "sev4"
    team: Name | None = None
    system: Name | None = None
    verbosity: Loudness = "card"
    drills: bool = False


class SlackChannelKind(Kind[SlackChannelSpec]):
    name: ClassVar[str] = "SlackChannel"
    keeps_display_name = False

    @property
    def spec(self) -> type[SlackChannelSpec]:
        return SlackChannelSpec

    def present(self) -> dict[str, Resource[SlackChannelSpec]]:
        return {row.slug: _channel(row) for row in all_announcements()}

    def save(self, resource: Resource[SlackChannelSpec], *, actor: Actor) -> None:
        save_announcement(slug=resource.name, actor=actor, **resource.spec.model_dump())

    def remove(self, identity: str, *, actor: Actor) -> str:
        remove_announcement(slug=identity, actor=actor)
        return "delete"

    def references(self, resource: Resource[SlackChannelSpec]) -> Iterator[Reference]:
        if resource.spec.team:
            yield Reference("Team", resource.spec.team, ("team",))
        if resource.spec.system:
            yield Reference("System", resource.spec.system, ("system",))


class SlackSettingsSpec(Spec):
    """`channelFrom` is the least severity with a channel of its own, `none` for none;
    `archiveAfterDays` null for never."""

    channel_from: Severity | Literal["none"] = "sev2"
    prefix: Line = "inc"
    verbosity: Loudness = "key"
    invite: bool = True
    drills: bool = False
    archive_after_days: Annotated[int, Field(ge=0, le=365)] | None = 7
    event_emojis: Annotated[list[Line], Field(max_length=20)] = ["pushpin", "memo"]
    task_emojis: Annotated[list[Line], Field(max_length=20)] = ["clipboard"]
    pins: bool = True


class SlackSettingsKind(Kind[SlackSettingsSpec]):
    name: ClassVar[str] = "SlackSettings"
    keeps_display_name = False

    @property
    def spec(self) -> type[SlackSettingsSpec]:
        return SlackSettingsSpec

    def present(self) -> dict[str, Resource[SlackSettingsSpec]]:
        row = SlackSetting.objects.filter(pk=1).first()
        if row is None:
            return {}
        values = {name: getattr(row, name) for name in SlackSettingsSpec.model_fields}
        values["channel_from"] = row.channel_from or "none"
        spec = SlackSettingsSpec.model_construct(**values)
        return {ONLY: Resource(name=ONLY, display_name=ONLY, spec=spec)}

    def save(self, resource: Resource[SlackSettingsSpec], *, actor: Actor) -> None:
        if resource.name != ONLY:
            sentence = f"There is one document of this kind. Call it {ONLY}."
            raise Invalid(sentence, errors={"name": [sentence]})
        values = resource.spec.model_dump()
        values["channel_from"] = "" if values["channel_from"] == "none" else values["channel_from"]
        save_setting(actor=actor, **values)

    def remove(self, identity: str, *, actor: Actor) -> str:
        save_setting(actor=actor, **_defaults())
        SlackSetting.objects.filter(pk=1).delete()
        return "reset"


def _defaults() -> dict[str, object]:
    fresh = SlackSetting(pk=1)
    return {name: getattr(fresh, name) for name in SlackSettingsSpec.model_fields}


def _channel(row: SlackAnnouncement) -> Resource[SlackChannelSpec]:
    values: dict[str, Any] = {
        "channel": row.channel,
        "severity": row.severity,
        "team": row.team.slug if row.team else None,
        "system": row.system.slug if row.system else None,
        "verbosity": row.verbosity,
        "drills": row.drills,
    }
    spec = SlackChannelSpec.model_construct(**values)
    return Resource(name=row.slug, display_name=row.slug, spec=spec)
