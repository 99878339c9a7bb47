"""ChannelDigest as a document. The rules are the service's; here is only its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from chatops.digesting import delete_digest, save_digest
from chatops.models import ChannelDigest
from core.actor import Actor
from core.manifest import Kind, Line, Name, Reference, Resource, Spec


class ChannelDigestSpec(Spec):
    chat: Line = "slack"
    channel: Annotated[Line, Field(min_length=1, max_length=80)]
    team: Name | None = None
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    time_zone: Line = "UTC"
    weekdays_only: bool = True


class ChannelDigestKind(Kind[ChannelDigestSpec]):
    name: ClassVar[str] = "ChannelDigest"
    keeps_display_name = False

    @property
    def spec(self) -> type[ChannelDigestSpec]:
        return ChannelDigestSpec

    def present(self) -> dict[str, Resource[ChannelDigestSpec]]:
        rows = ChannelDigest.objects.select_related("team").order_by("slug")
        return {row.slug: _described(row) for row in rows}

    def save(self, resource: Resource[ChannelDigestSpec], *, actor: Actor) -> None:
        save_digest(slug=resource.name, actor=actor, **resource.spec.model_dump())

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_digest(slug=identity, actor=actor)
        return "delete"

    def references(self, resource: Resource[ChannelDigestSpec]) -> Iterator[Reference]:
        if resource.spec.team:
            yield Reference("Team", resource.spec.team, ("spec", "team"))


def _described(row: ChannelDigest) -> Resource[ChannelDigestSpec]:
    spec = ChannelDigestSpec.model_construct(
        chat=row.chat,
        channel=row.channel,
        team=row.team.slug if row.team else None,
        hour=row.hour,
        time_zone=row.time_zone,
        weekdays_only=row.weekdays_only,
    )
    return Resource(name=row.slug, display_name=row.slug, spec=spec)
