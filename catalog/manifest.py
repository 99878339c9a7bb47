"""System as a document, and the place where higher rooms add fields to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import Field, create_model

from catalog.manifest_parts import (
    ContactSpec,
    KpiSpec,
    PartSpec,
    kpi_of,
    settled_kpis,
    settled_parts,
    spec_of_kpi,
    spec_of_part,
)
from catalog.models import System, SystemOwner
from catalog.removal import delete_system, is_in_use
from catalog.selectors import circle_of, dependents_of, upstream_of
from catalog.services import retire_system, save_system, system_state
from core.actor import Actor
from core.manifest import (
    Email,
    Kind,
    Line,
    Name,
    Names,
    Reference,
    Resource,
    Spec,
    SpecField,
    Text,
    one_of,
)
from core.registry import Registry
from core.yaml import Path

Discipline = Annotated[str, one_of(SystemOwner.Discipline.values)]

system_fields: Registry[SpecField] = Registry("field of System")


class Runbook(Spec):
    title: Annotated[Line, Field(max_length=200)] = ""
    url: Annotated[Text, Field(min_length=1, max_length=2048)]


class SystemSpec(Spec):
    """The catalog's own part; `SystemKind.spec` adds the fields of higher rooms."""

    kind: Annotated[str, one_of(System.Kind.values)]
    tier: Annotated[int, Field(ge=1, le=4)] = 3
    stage: Annotated[str, one_of(System.Stage.values)] = System.Stage.PRODUCTION.value
    description: Annotated[Text, Field(max_length=10_000)] = ""
    team: Name | None = None
    owners: dict[Discipline, Email] = {}
    depends_on: Names = []
    runbooks: list[Runbook] = []
    traffic_share: Annotated[float, Field(ge=0, le=1, strict=False)] | None = None
    autonomy: Annotated[str, one_of(["", *System.Autonomy.values])] = ""
    intended_use: Annotated[Text, Field(max_length=10_000)] = ""
    contacts: list[ContactSpec] = []
    parts: list[PartSpec] | None = None
    kpis: list[KpiSpec] | None = None

    def plain(self) -> dict[str, Any]:
        """Lists without anything in them are left out: that leaves them as they are as well."""
        return {name: value for name, value in super().plain().items() if value != []}


class SystemKind(Kind[SystemSpec]):
    name: ClassVar[str] = "System"
    keeps_labels = True
    kept_when_absent = frozenset({"parts", "kpis"})

    @cached_property
    def spec(self) -> type[SystemSpec]:
        """Made at the first use, when wiring has filled `system_fields`."""
        extra: dict[str, Any] = {
            field.name: (Name | None, Field(None, description=field.description))
            for field in system_fields
        }
        return create_model("SystemSpec", __base__=SystemSpec, **extra)

    def settle(self, resource: Resource[SystemSpec]) -> Resource[SystemSpec]:
        """A runbook without a title is called by its address."""
        books = [
            book.model_copy(update={"title": book.title or book.url})
            for book in resource.spec.runbooks
        ]
        spec = resource.spec
        settled = {
            "runbooks": books,
            "parts": None if spec.parts is None else settled_parts(resource.name, spec.parts),
            "kpis": None if spec.kpis is None else settled_kpis(spec.kpis),
        }
        return replace(resource, spec=spec.model_copy(update=settled))

    def present(self) -> dict[str, Resource[SystemSpec]]:
        extra = {field.name: field.read() for field in system_fields}
        systems = (
            System.objects.order_by("slug")
            .select_related("team")
            .prefetch_related("owners__user", "depends_on", "parts", "kpis")
        )
        return {
            system.slug: self._described(
                system, {name: values.get(system.slug) for name, values in extra.items()}
            )
            for system in systems
        }

    def references(self, resource: Resource[SystemSpec]) -> Iterator[Reference]:
        spec = resource.spec
        if spec.team:
            yield Reference("Team", spec.team, ("team",))
        for discipline, email in spec.owners.items():
            yield Reference("User", email, ("owners", discipline))
        for slug in spec.depends_on:
            yield Reference("System", slug, ("dependsOn",))
        for field in system_fields:
            if value := getattr(spec, field.name):
                yield Reference(field.reference_kind, value, (field.alias,))

    def save(self, resource: Resource[SystemSpec], *, actor: Actor) -> None:
        """Without the dependencies that are not there yet; `link` adds them."""
        wanted = resource.spec.depends_on
        there = set(System.objects.filter(slug__in=wanted).values_list("slug", flat=True))
        self._save(resource, sorted(there), actor)

    def link(self, resource: Resource[SystemSpec], *, actor: Actor) -> None:
        self._save(resource, resource.spec.depends_on, actor)
        for field in system_fields:
            value: str | None = getattr(resource.spec, field.name)
            if field.read().get(resource.name) != value:
                field.write(resource.name, value, actor)

    def remarks(self, resource: Resource[SystemSpec]) -> Iterator[tuple[Path, str]]:
        """Circles of dependencies are legal, and rarely meant."""
        system = System.objects.get(slug=resource.name)
        ids = [system.pk]
        circle = circle_of(None, system, upstream_of(ids), dependents_of(ids))
        if circle:
            yield ("dependsOn",), f"It depends on itself: {' → '.join(circle)}."

    def unlink(self, identity: str, *, actor: Actor) -> None:
        for field in system_fields:
            if identity in field.read():
                field.write(identity, None, actor)

    def remove(self, identity: str, *, actor: Actor) -> str:
        if is_in_use(System.objects.get(slug=identity)):
            retire_system(slug=identity, actor=actor)
            return "retire"
        delete_system(slug=identity, actor=actor)
        return "delete"

    def _save(self, resource: Resource[SystemSpec], depends_on: list[str], actor: Actor) -> None:
        spec = resource.spec
        save_system(
            slug=resource.name,
            name=resource.display_name,
            kind=spec.kind,
            tier=spec.tier,
            stage=spec.stage,
            description=spec.description,
            team_slug=spec.team,
            owners=spec.owners,
            depends_on=depends_on,
            runbooks=[{"title": book.title, "url": book.url} for book in spec.runbooks],
            labels=resource.labels,
            traffic_share=spec.traffic_share,
            autonomy=spec.autonomy,
            intended_use=spec.intended_use,
            contacts=[contact.model_dump() for contact in spec.contacts],
            parts=None if spec.parts is None else [part.model_dump() for part in spec.parts],
            kpis=None if spec.kpis is None else [kpi_of(kpi) for kpi in spec.kpis],
            actor=actor,
        )

    def _described(self, system: System, extra: dict[str, Any]) -> Resource[SystemSpec]:
        state = system_state(system)
        spec = self.spec.model_construct(
            kind=state.kind,
            tier=state.tier,
            stage=state.stage,
            description=state.description,
            team=state.team_slug,
            owners={name: email.lower() for name, email in sorted(state.owners.items())},
            depends_on=list(state.depends_on),
            runbooks=[
                Runbook.model_construct(title=book["title"], url=book["url"])
                for book in state.runbooks
            ],
            traffic_share=state.traffic_share,
            autonomy=state.autonomy,
            intended_use=state.intended_use,
            contacts=[ContactSpec(**contact) for contact in state.contacts],
            parts=[spec_of_part(part) for part in state.parts or ()],
            kpis=[spec_of_kpi(kpi) for kpi in state.kpis or ()],
        ).model_copy(update=extra)
        return Resource(
            name=system.slug, display_name=system.name, spec=spec, labels=dict(state.labels)
        )
