"""Connections and playbooks as documents. Secrets come from the environment only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from core.actor import Actor
from core.connecting import filled_options
from core.errors import Invalid
from core.manifest import Kind, Line, Reference, Resource, Spec, Text
from core.secrets import SecretUnreadable
from core.yaml import Path as FilePath
from playbooks.definition import PlaybookSpec
from playbooks.models import Connection, Playbook
from playbooks.remedies import remedies
from playbooks.services import (
    remove_connection,
    remove_playbook,
    save_connection,
    save_playbook,
)
from playbooks.services.playbooks import spec_of


class ConnectionSpec(Spec):
    """`remedy` is `webhook`, `kubernetes`, `github`, `gitlab` or `mlflow`; `allowed` what it may
    touch: namespaces, repositories, projects, models."""

    remedy: Annotated[Line, Field(min_length=1, max_length=20)]
    url: Annotated[Text, Field(max_length=2_048)] = ""
    allowed: Annotated[list[Line], Field(max_length=100)] = []
    options: Annotated[dict[str, str], Field(max_length=20)] = {}
    enabled: bool = True


class ConnectionKind(Kind[ConnectionSpec]):
    name: ClassVar[str] = "Connection"
    secrets: ClassVar[frozenset[str]] = frozenset({"token", "secret"})
    service_fields: ClassVar[dict[str, FilePath]] = {
        "kind": ("remedy",),
        "base_url": ("url",),
        "slug": (),
        "name": (),
    }

    @property
    def spec(self) -> type[ConnectionSpec]:
        return ConnectionSpec

    def present(self) -> dict[str, Resource[ConnectionSpec]]:
        return {
            row.slug: Resource(
                name=row.slug,
                display_name=row.name,
                spec=ConnectionSpec.model_construct(
                    remedy=row.kind,
                    url=row.base_url,
                    allowed=list(row.allowed),
                    options=dict(row.options),
                    enabled=row.enabled,
                ),
            )
            for row in Connection.objects.order_by("slug")
        }

    def settle(self, resource: Resource[ConnectionSpec]) -> Resource[ConnectionSpec]:
        """With what the remedy takes when nothing is said."""
        spec = resource.spec
        remedy = remedies.get(spec.remedy)
        if remedy is None:
            sentence = f"Choose one of: {', '.join(remedies.names())}."
            raise Invalid(sentence, errors={"remedy": [sentence]})
        changes = {
            "url": spec.url or remedy.base_url,
            "allowed": list(dict.fromkeys(one for one in spec.allowed if one)),
            "options": filled_options(remedy.options, spec.options),
        }
        return replace(resource, spec=spec.model_copy(update=changes))

    def save(self, resource: Resource[ConnectionSpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_connection(
            slug=resource.name,
            name=resource.display_name,
            kind=spec.remedy,
            base_url=spec.url,
            allowed=spec.allowed,
            options=spec.options,
            enabled=spec.enabled,
            token=resource.secrets.get("token"),
            secret=resource.secrets.get("secret"),
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        return remove_connection(slug=identity, actor=actor)

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        row = Connection.objects.filter(slug=identity).first()
        if row is None:
            return False
        try:
            kept = row.token if field_name == "token" else row.secret
            return bool(kept.reveal() == raw)
        except SecretUnreadable:
            return False


class PlaybookKind(Kind[PlaybookSpec]):
    name: ClassVar[str] = "Playbook"
    service_fields: ClassVar[dict[str, FilePath]] = {
        "system_kinds": ("systemKinds",),
        "slug": (),
        "name": (),
    }

    @property
    def spec(self) -> type[PlaybookSpec]:
        return PlaybookSpec

    def present(self) -> dict[str, Resource[PlaybookSpec]]:
        return {
            row.slug: Resource(name=row.slug, display_name=row.name, spec=spec_of(row.definition))
            for row in Playbook.objects.order_by("slug")
        }

    def references(self, resource: Resource[PlaybookSpec]) -> Iterator[Reference]:
        """Connections and systems; objectives are asked by the service, they come as documents
        of another specification."""
        spec = resource.spec
        for place, slug in enumerate(spec.systems):
            yield Reference("System", slug, ("systems", place))
        for place, step in enumerate(spec.steps):
            if step.connection:
                yield Reference("Connection", step.connection, ("steps", place, "connection"))
        if spec.owner:
            yield Reference("User", spec.owner, ("owner",))

    def save(self, resource: Resource[PlaybookSpec], *, actor: Actor) -> None:
        save_playbook(
            slug=resource.name,
            name=resource.display_name,
            definition=resource.spec.plain(),
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        return remove_playbook(slug=identity, actor=actor)
