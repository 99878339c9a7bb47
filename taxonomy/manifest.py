"""Cause as a document: the shipped ones export the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import Field

from core.actor import Actor
from core.errors import Invalid
from core.manifest import Kind, Line, Resource, Spec, Text, one_of
from core.yaml import Path as FilePath
from taxonomy.editing import (
    ACTION_TYPES,
    MAX_DEFINITION,
    MAX_LINE,
    MAX_LINES,
    remove_cause,
    save_cause,
)
from taxonomy.models import Cause

Short = Annotated[Line, Field(min_length=1, max_length=MAX_LINE)]
Lines = Annotated[list[Short], Field(max_length=MAX_LINES)]


class FollowUp(Spec):
    type: Annotated[str, one_of(ACTION_TYPES)]
    title: Short


class CauseSpec(Spec):
    """`class` is one of the taxonomy's; the name of the document is `<class>-<short name>`."""

    cause_class: Annotated[str, Field(alias="class", min_length=1, max_length=63)]
    definition: Annotated[Text, Field(min_length=1, max_length=MAX_DEFINITION)]
    applies_to: list[str] = []
    external: dict[str, list[str]] = {}
    detection_signals: Lines = []
    immediate_mitigations: Lines = []
    follow_up_actions: Annotated[list[FollowUp], Field(max_length=MAX_LINES)] = []
    regulatory_check: list[str] = []


class CauseKind(Kind[CauseSpec]):
    name: ClassVar[str] = "Cause"
    service_fields: ClassVar[dict[str, FilePath]] = {
        "class_slug": ("class",),
        "local_name": (),
    }

    @property
    def spec(self) -> type[CauseSpec]:
        return CauseSpec

    def settle(self, resource: Resource[CauseSpec]) -> Resource[CauseSpec]:
        """Raises `Invalid` where name and class do not fit together."""
        owner = resource.spec.cause_class
        if not resource.name.startswith(f"{owner}-"):
            sentence = f"A cause of this class is named {owner}-… in metadata.name."
            raise Invalid(sentence, errors={"cause_class": [sentence]})
        return replace(resource)

    def identity(self, resource: Resource[CauseSpec]) -> str:
        """The cause's slug, which is how routes and incidents call it."""
        owner = resource.spec.cause_class
        return f"{owner}.{resource.name.removeprefix(f'{owner}-')}"

    def present(self) -> dict[str, Resource[CauseSpec]]:
        causes = Cause.objects.filter(retired=False).select_related("cause_class")
        return {cause.slug: _described(cause) for cause in causes.order_by("position", "slug")}

    def save(self, resource: Resource[CauseSpec], *, actor: Actor) -> None:
        spec = resource.spec
        owner, _, local = self.identity(resource).partition(".")
        save_cause(
            class_slug=owner,
            local_name=local,
            name=resource.display_name,
            definition=spec.definition,
            applies_to=spec.applies_to,
            external=spec.external,
            detection_signals=spec.detection_signals,
            immediate_mitigations=spec.immediate_mitigations,
            follow_up_actions=[
                {"type": item.type, "title": item.title} for item in spec.follow_up_actions
            ],
            regulatory_check=spec.regulatory_check,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        return remove_cause(slug=identity, actor=actor)


def _described(cause: Cause) -> Resource[CauseSpec]:
    spec: Any = CauseSpec.model_construct(
        cause_class=cause.cause_class.slug,
        definition=cause.definition,
        applies_to=list(cause.applies_to),
        external={name: [str(code) for code in codes] for name, codes in cause.external.items()},
        detection_signals=list(cause.detection_signals),
        immediate_mitigations=list(cause.immediate_mitigations),
        follow_up_actions=[
            FollowUp.model_construct(type=item["type"], title=item["title"])
            for item in cause.follow_up_actions
        ],
        regulatory_check=list(cause.regulatory_check),
    )
    name = f"{cause.cause_class.slug}-{cause.local_name}"
    return Resource(name=name, display_name=cause.name, spec=spec)
