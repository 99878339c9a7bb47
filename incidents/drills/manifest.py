"""DrillSchedule as a document. The rules are the service's; here is only its form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, PlainSerializer

from catalog.models import System
from core.actor import Actor
from core.manifest import Kind, Line, Name, Reference, Resource, Spec
from core.yaml import Path
from incidents.drills.models import DrillSchedule
from incidents.drills.scheduling import delete_schedule, save_schedule


def _read_time(value: object) -> object:
    try:
        return datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        raise ValueError('write a time of day in quotes, as "14:00"') from None


def _read_day(value: object) -> object:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("write a day as 2026-12-02") from None


class DrillScheduleSpec(Spec):
    scenario: Annotated[Line, Field(max_length=40)]
    system: Name
    recurrence: Annotated[Line, Field(min_length=1, max_length=500)]
    at: Annotated[
        time, BeforeValidator(_read_time), PlainSerializer(lambda value: f"{value:%H:%M}")
    ]
    time_zone: Annotated[Line, Field(max_length=64)] = "UTC"
    starts_on: Annotated[
        date, BeforeValidator(_read_day), PlainSerializer(lambda value: value.isoformat())
    ]
    paused: bool = False


class DrillScheduleKind(Kind[DrillScheduleSpec]):
    name: ClassVar[str] = "DrillSchedule"
    keeps_display_name: ClassVar[bool] = False
    service_fields: ClassVar[dict[str, Path]] = {"time_zone": ("spec", "timeZone")}

    @property
    def spec(self) -> type[DrillScheduleSpec]:
        return DrillScheduleSpec

    def present(self) -> dict[str, Resource[DrillScheduleSpec]]:
        rows = DrillSchedule.objects.select_related("system").order_by("slug")
        return {row.slug: _described(row) for row in rows}

    def references(self, resource: Resource[DrillScheduleSpec]) -> Iterator[Reference]:
        yield Reference("System", resource.spec.system, ("system",))

    def save(self, resource: Resource[DrillScheduleSpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_schedule(
            slug=resource.name,
            scenario=spec.scenario,
            system=System.objects.filter(slug=spec.system).first(),
            recurrence=spec.recurrence,
            at=spec.at,
            time_zone=spec.time_zone,
            starts_on=spec.starts_on,
            paused=spec.paused,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_schedule(slug=identity, actor=actor)
        return "delete"


def _described(row: DrillSchedule) -> Resource[DrillScheduleSpec]:
    spec = DrillScheduleSpec.model_construct(
        scenario=row.scenario,
        system=row.system.slug,
        recurrence=row.recurrence,
        at=row.at,
        time_zone=row.time_zone,
        starts_on=row.starts_on,
        paused=row.paused,
    )
    return Resource(name=row.slug, display_name=row.slug, spec=spec)
