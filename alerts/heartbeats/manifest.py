"""Heartbeat as a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from alerts.heartbeats.models import Heartbeat
from alerts.heartbeats.services import delete_heartbeat, save_heartbeat
from alerts.models import SEVERITIES, SourceKey
from core.actor import Actor
from core.manifest import Kind, Line, Name, Reference, Resource, Seconds, Spec, one_of
from core.secrets import key_digest
from core.yaml import Path


class HeartbeatSpec(Spec):
    """`source` names the source whose key pings it; without one it has a source of its own."""

    every: Seconds
    grace: Seconds = 3600
    system: Name | None = None
    severity: Annotated[str, one_of([value for value, _ in SEVERITIES])] = "sev2"
    source: Name | None = None
    ping_name: Annotated[Line, Field(max_length=100)] = ""
    paused: bool = False


class HeartbeatKind(Kind[HeartbeatSpec]):
    name: ClassVar[str] = "Heartbeat"
    secrets: ClassVar[frozenset[str]] = frozenset({"key"})
    service_fields: ClassVar[dict[str, Path]] = {"slug": (), "name": ()}

    @property
    def spec(self) -> type[HeartbeatSpec]:
        return HeartbeatSpec

    def present(self) -> dict[str, Resource[HeartbeatSpec]]:
        rows = Heartbeat.objects.select_related("source", "system").order_by("slug")
        return {row.slug: _resource(row) for row in rows}

    def references(self, resource: Resource[HeartbeatSpec]) -> Iterator[Reference]:
        if resource.spec.system:
            yield Reference("System", resource.spec.system, ("system",))
        if resource.spec.source:
            yield Reference("Source", resource.spec.source, ("source",))

    def save(self, resource: Resource[HeartbeatSpec], *, actor: Actor) -> str | None:
        spec = resource.spec
        _, generated = save_heartbeat(
            slug=resource.name,
            name=resource.display_name,
            every=spec.every,
            grace=spec.grace,
            system_slug=spec.system,
            severity=spec.severity,
            source_slug=spec.source,
            ping_name=spec.ping_name,
            paused=spec.paused,
            raw_key=resource.secrets.get("key"),
            actor=actor,
        )
        return generated

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_heartbeat(heartbeat=Heartbeat.objects.get(slug=identity), actor=actor)
        return "delete"

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        return SourceKey.objects.filter(
            source__heartbeats__slug=identity, digest=key_digest(raw), revoked_at=None
        ).exists()


def _resource(row: Heartbeat) -> Resource[HeartbeatSpec]:
    spec = HeartbeatSpec.model_construct(
        every=row.every,
        grace=row.grace,
        system=row.system.slug if row.system else None,
        severity=row.severity,
        source=None if row.has_own_source else row.source.slug,
        ping_name=row.ping_name,
        paused=row.state == Heartbeat.State.PAUSED,
    )
    return Resource(name=row.slug, display_name=row.name, spec=spec)
