"""ReportRule as a document, named as its system. The rules are the service's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from alerts.models import SEVERITIES
from catalog.models import System
from core.actor import Actor
from core.errors import Invalid
from core.manifest import Kind, Reference, Resource, Spec, one_of
from core.yaml import Path
from incidents.people_reports.models import ReportRule
from incidents.people_reports.services import forget_rule, save_rule


class ReportRuleSpec(Spec):
    people: Annotated[int, Field(ge=1, le=1_000)] = 3
    within_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    severity: Annotated[str, one_of([value for value, _ in SEVERITIES])] = "sev3"


class ReportRuleKind(Kind[ReportRuleSpec]):
    name: ClassVar[str] = "ReportRule"
    keeps_display_name: ClassVar[bool] = False
    service_fields: ClassVar[dict[str, Path]] = {"within_minutes": ("spec", "withinMinutes")}

    @property
    def spec(self) -> type[ReportRuleSpec]:
        return ReportRuleSpec

    def present(self) -> dict[str, Resource[ReportRuleSpec]]:
        rows = ReportRule.objects.select_related("system").order_by("system__slug")
        return {
            row.system.slug: Resource(
                name=row.system.slug,
                display_name=row.system.slug,
                spec=ReportRuleSpec.model_construct(
                    people=row.people, within_minutes=row.within_minutes, severity=row.severity
                ),
            )
            for row in rows
        }

    def references(self, resource: Resource[ReportRuleSpec]) -> Iterator[Reference]:
        yield Reference("System", resource.name, ())

    def save(self, resource: Resource[ReportRuleSpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_rule(
            system=_system(resource.name),
            people=spec.people,
            within_minutes=spec.within_minutes,
            severity=spec.severity,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        forget_rule(system=_system(identity), actor=actor)
        return "delete"


def _system(slug: str) -> System:
    system = System.objects.filter(slug=slug).first()
    if system is None:
        raise Invalid(f"There is no system {slug}.")
    return system
