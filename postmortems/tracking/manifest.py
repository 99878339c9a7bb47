"""Tracker as a document. Its secrets come from the environment only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from accounts.models import Team
from core.actor import Actor
from core.connecting import filled_options
from core.errors import Invalid
from core.manifest import Kind, Line, Name, Reference, Resource, Spec, Text
from core.secrets import SecretUnreadable
from core.yaml import Path as FilePath
from postmortems.models import Tracker
from postmortems.trackers import trackers
from postmortems.tracking.services import remove_tracker, save_tracker


class TrackerSpec(Spec):
    """`client` is `github`, `jira` or `webhook`; `options` are what that client asks for."""

    client: Annotated[Line, Field(min_length=1, max_length=20)]
    url: Annotated[Text, Field(max_length=2_048)] = ""
    options: Annotated[dict[str, str], Field(max_length=20)] = {}
    team: Name | None = None
    enabled: bool = True


class TrackerKind(Kind[TrackerSpec]):
    name: ClassVar[str] = "Tracker"
    secrets: ClassVar[frozenset[str]] = frozenset({"token", "webhookSecret"})
    service_fields: ClassVar[dict[str, FilePath]] = {
        "kind": ("client",),
        "base_url": ("url",),
        "slug": (),
        "name": (),
    }

    @property
    def spec(self) -> type[TrackerSpec]:
        return TrackerSpec

    def present(self) -> dict[str, Resource[TrackerSpec]]:
        return {
            tracker.slug: Resource(
                name=tracker.slug,
                display_name=tracker.name,
                spec=TrackerSpec.model_construct(
                    client=tracker.kind,
                    url=tracker.base_url,
                    options=dict(tracker.options),
                    team=tracker.team.slug if tracker.team else None,
                    enabled=tracker.enabled,
                ),
            )
            for tracker in Tracker.objects.select_related("team").order_by("slug")
        }

    def settle(self, resource: Resource[TrackerSpec]) -> Resource[TrackerSpec]:
        """With what the client takes when nothing is said."""
        spec = resource.spec
        client = trackers.get(spec.client)
        if client is None:
            sentence = f"Choose one of: {', '.join(trackers.names())}."
            raise Invalid(sentence, errors={"client": [sentence]})
        if unknown := sorted(set(spec.options) - {one.name for one in client.options}):
            sentence = f"Not options of {client.title}: {', '.join(unknown)[:200]}."
            raise Invalid(sentence, errors={"options": [sentence]})
        changes = {
            "url": (spec.url or client.base_url).rstrip("/"),
            "options": filled_options(client.options, spec.options),
        }
        return replace(resource, spec=spec.model_copy(update=changes))

    def references(self, resource: Resource[TrackerSpec]) -> Iterator[Reference]:
        if resource.spec.team:
            yield Reference("Team", resource.spec.team, ("team",))

    def save(self, resource: Resource[TrackerSpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_tracker(
            slug=resource.name,
            name=resource.display_name,
            kind=spec.client,
            base_url=spec.url,
            options=spec.options,
            team=Team.objects.filter(slug=spec.team).first() if spec.team else None,
            enabled=spec.enabled,
            token=resource.secrets.get("token"),
            webhook_secret=resource.secrets.get("webhookSecret"),
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        return remove_tracker(slug=identity, actor=actor)

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        tracker = Tracker.objects.filter(slug=identity).first()
        if tracker is None:
            return False
        try:
            kept = tracker.token if field_name == "token" else tracker.webhook_secret
            return bool(kept.reveal() == raw)
        except SecretUnreadable:
            return False
