"""PostmortemTemplate as a document; the shipped ones export the same way."""

from __future__ import annotations

from typing import ClassVar

from core.actor import Actor
from core.manifest import Kind, Resource
from postmortems.selectors.templates import all_templates
from postmortems.services.templates import retire_template, save_template
from postmortems.template_body import TemplateBody


class PostmortemTemplateKind(Kind[TemplateBody]):
    name: ClassVar[str] = "PostmortemTemplate"

    @property
    def spec(self) -> type[TemplateBody]:
        return TemplateBody

    def present(self) -> dict[str, Resource[TemplateBody]]:
        return {
            row.version.template.slug: Resource(
                name=row.version.template.slug,
                display_name=row.version.title,
                spec=row.body,
            )
            for row in all_templates()
        }

    def save(self, resource: Resource[TemplateBody], *, actor: Actor) -> None:
        save_template(
            slug=resource.name,
            title=resource.display_name,
            body=resource.spec,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        return retire_template(slug=identity, actor=actor)
